"""
Messages to clients: asked for once for what happened, sent by a channel outside, and what came of it.

All of it stands in the order's journal and nowhere else. The order and its version stay, and no address is told: an
entry names the version of the recipient's details that the message went to.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import attrs

from orderkit.domain.actor import Act, Actor
from orderkit.domain.change import Change, told
from orderkit.domain.events import (
    MESSAGE_REQUESTED,
    Event,
    OrderStatusChanged,
    OrderSubmitted,
    PaymentReceived,
)
from orderkit.domain.journal import JournalEntry
from orderkit.domain.lifecycle import CARTS, Status
from orderkit.domain.order import Order
from orderkit.domain.permits import Verb, require
from orderkit.domain.rule import NotificationRule

REQUESTED, SENT, DEFERRED, FAILED = MESSAGE_REQUESTED, "message.sent", "message.deferred", "message.failed"
KINDS = (REQUESTED, SENT, DEFERRED, FAILED)
"""Kinds of the entries that tell of messages."""


class MessageStatus(enum.StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    """Asked for, and not tried yet."""
    DEFERRED = "deferred"
    """Tried in vain; it is tried again."""
    SENT = "sent"
    """The channel took it."""
    FAILED = "failed"
    """It is not tried again."""


class Failure(enum.StrEnum):
    """Why the desk itself gave a message up; besides, a channel has reasons of its own."""

    OUTDATED = "outdated"
    """The order went on before it could be sent: the message is not true any more."""
    SWITCHED_OFF = "switched_off"
    """Its rule was switched off before it could be sent."""
    GIVEN_UP = "given_up"
    """It was tried for about a day."""


@attrs.frozen(slots=True, kw_only=True)
class OrderMessage:
    """
    One message about an order, as its journal tells.

    Attributes:
        id: The same over all tries; a message that is sent again is another one.
        kind: ``placed``, ``paid``, ``shipped`` or ``cancelled``.
        rule_id: The notification rule by which it is sent.
        asked_at: When it was asked for, by *asked_by*.
        at: When its status was reached.
        reason: Why it was deferred or failed: a `Failure`, or the channel's own words; else empty.
        reference: The other side's identifier of it, empty for none.
        recipient_id: The version of the recipient's details that it was last tried with.
    """

    id: UUID
    order_id: UUID
    kind: str
    rule_id: UUID
    asked_at: datetime
    asked_by: Actor
    status: MessageStatus = MessageStatus.WAITING
    at: datetime
    reason: str = ""
    reference: str = ""
    recipient_id: UUID | None = None

    @property
    def needs_attention(self) -> bool:
        """Whether it did not arrive though it should have."""
        return self.status is MessageStatus.FAILED and self.reason not in (
            Failure.OUTDATED,
            Failure.SWITCHED_OFF,
        )


def kind_of(event: Event) -> str:
    """Which message an event is a reason for; empty for none."""
    match event:
        case OrderSubmitted():
            return "placed"
        case PaymentReceived():
            return "paid"
        case OrderStatusChanged(after=("shipped" | "cancelled") as after):
            return after
    return ""


def is_true(kind: str, order: Order) -> bool:
    """Whether a message of a kind says what is so, as an order stands by now: a worker may come late."""
    if kind == "cancelled":
        return order.status is Status.CANCELLED
    if order.status in (Status.CANCELLED, *CARTS):
        return False
    if kind == "paid":
        return order.balance.fully_paid
    return kind == "placed" or order.status in (Status.SHIPPED, Status.DELIVERED)


def in_force_since(kind: str, entries: Iterable[JournalEntry]) -> datetime | None:
    """
    When a rule was last switched on, or told to send this kind, as its own journal tells; ``None`` if it was never.

    What happened before is old news: nobody is written to about it.
    """
    since: datetime | None = None
    for entry in entries:
        active, messages = entry.difference("active"), entry.difference("messages")
        before = messages.before if messages else None
        is_new = messages is not None and not (isinstance(before, list | tuple) and kind in before)
        if active is not None or is_new:
            since = entry.at
    return since


def once(kind: str, rule: NotificationRule, order: Order) -> str:
    """The idempotency key under which a rule writes of a kind about an order by itself: once, whatever happens."""
    return f"message:{order.id}:{rule.id}:{kind}"


def ask(kind: str, rule_id: UUID, order: Order, act: Act) -> Change[Order]:
    """Ask for a message to be sent; its id is that of the entry."""
    return told(order, REQUESTED, act, message=kind, rule_id=str(rule_id))


def ask_again(message: OrderMessage, order: Order, act: Act) -> Change[Order]:
    """
    Ask for a message to be sent once more, as another one that tells how the order stands by then.

    Raises:
        TransitionRefusedError: Messages are not sent by this actor (``not_by_this_actor``).
    """
    require(Verb.SEND_AGAIN, act.actor.kind, order.name)
    return told(
        order, REQUESTED, act, message=message.kind, rule_id=str(message.rule_id), again=str(message.id)
    )


def sent(message: OrderMessage, reference: str, order: Order, act: Act) -> Change[Order]:
    """Tell that a channel took a message."""
    return _outcome(SENT, message, order, act, reference=reference)


def deferred(message: OrderMessage, reason: str, order: Order, act: Act) -> Change[Order]:
    """Tell that a message was tried in vain and is tried again; told once, however often that is."""
    change = _outcome(DEFERRED, message, order, act, why=reason)
    return change.with_key(f"{_key(message)}:deferred", "")


def failed(message: OrderMessage, reason: str, order: Order, act: Act) -> Change[Order]:
    """Tell that a message is not tried again."""
    return _outcome(FAILED, message, order, act, why=reason)


def read(entries: Iterable[JournalEntry]) -> tuple[OrderMessage, ...]:
    """
    The messages that an order's journal tells of, in the order in which they were asked for.

    What a message came to stays: another worker that tried it in vain at the same time may tell so later.
    """
    found: dict[str, OrderMessage] = {}
    for entry in sorted(entries, key=lambda entry: (entry.at, entry.id)):
        if entry.kind == REQUESTED:
            found[str(entry.id)] = _asked(entry)
        elif entry.kind in KINDS and (message := found.get(str(entry.data.get("message_id")))):
            found[str(message.id)] = _with_outcome(message, entry)
    return tuple(found.values())


def _outcome(kind: str, message: OrderMessage, order: Order, act: Act, **data: str) -> Change[Order]:
    recipient = order.delivery.recipient_id
    change = told(
        order,
        kind,
        act,
        message=message.kind,
        rule_id=str(message.rule_id),
        message_id=str(message.id),
        recipient_id=str(recipient) if recipient else None,
        **data,
    )
    return change.with_key(_key(message), "")


def _key(message: OrderMessage) -> str:
    return f"message:{message.id}"


def _asked(entry: JournalEntry) -> OrderMessage:
    assert entry.order_id is not None  # it is told of an order
    return OrderMessage(
        id=entry.id,
        order_id=entry.order_id,
        kind=str(entry.data["message"]),
        rule_id=UUID(str(entry.data["rule_id"])),
        asked_at=entry.at,
        asked_by=entry.actor,
        at=entry.at,
    )


def _with_outcome(message: OrderMessage, entry: JournalEntry) -> OrderMessage:
    if message.status in (MessageStatus.SENT, MessageStatus.FAILED):
        return message
    recipient = entry.data.get("recipient_id")
    return attrs.evolve(
        message,
        status=MessageStatus(entry.kind.removeprefix("message.")),
        at=entry.at,
        reason=str(entry.data.get("why", "")),
        reference=str(entry.data.get("reference", "")),
        recipient_id=UUID(str(recipient)) if recipient else None,
    )
