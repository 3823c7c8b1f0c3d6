"""What providers told about the payments of an order, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from orderkit import Desk, InboxEvent, InboxStatus, Money, Order
from orderkit_flask.speech import Speech
from orderkit_flask.words import INBOX_REASONS, INBOX_STATUSES, TOLD

Notices = Mapping[UUID, Sequence[InboxEvent]]
"""By payment, oldest first."""


def notices_of(order: Order, desk: Desk) -> Notices:
    """What was told of each payment; nobody is asked of an order that was paid by hand."""
    if all(payment.offline for payment in order.payments):
        return {}
    found: dict[UUID, list[InboxEvent]] = {}
    for held in desk.webhooks.events(order.id):
        if held.payment_id is not None:
            found.setdefault(held.payment_id, []).append(held)
    return found


def flagged(notices: Notices) -> list[InboxEvent]:
    """What somebody has to look into."""
    return [held for told in notices.values() for held in told if held.status is InboxStatus.FLAGGED]


def what_was_told(held: InboxEvent, say: Speech) -> str:
    """What an event says, or its provider when asked about it, with the amount where one is named."""
    told = held.said
    kind = f"{held.event.asked.value}.{type(told).__name__.lower()}" if told else held.event.asked.value
    words = say.word(TOLD, kind)
    amount = getattr(told, "amount", None)
    return f"{words}, {say.money(amount)}" if isinstance(amount, Money) else words


def what_became(held: InboxEvent, say: Speech) -> str:
    """What was made of it, and why not more."""
    status = say.word(INBOX_STATUSES, held.status.value)
    return f"{status}: {say.word(INBOX_REASONS, held.reason.value)}" if held.reason else status
