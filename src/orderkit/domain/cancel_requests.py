"""Asking to cancel: what becomes of a buyer's wish that the lifecycle does not grant at once."""

from __future__ import annotations

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.change import Change, changed
from orderkit.domain.lifecycle import ORDER_LIFECYCLE, Lifecycle, Status
from orderkit.domain.order import Order
from orderkit.domain.permits import Verb, require
from orderkit.domain.text import LONG, clean_words
from orderkit.errors import TransitionRefusedError

REQUESTED = "order.cancel_requested"
"""The kind of the entry that holds the buyer's reason."""
DECLINED = "order.cancel_declined"
"""The kind of the entry that holds the answer to it."""


def request_cancel(
    order: Order, act: Act, *, reason: str = "", lifecycle: Lifecycle = ORDER_LIFECYCLE
) -> Change[Order] | None:
    """
    Ask staff to cancel an order; asking again while they have not answered changes nothing.

    Args:
        reason: Why, in the buyer's words; may be left out.

    Raises:
        InvalidInputError: A reason of more than 2,000 characters, or with control characters in it.
        TransitionRefusedError: The buyer may cancel it himself (``cancel_open``), it is too late (``cancel_closed``),
            or the actor is no buyer (``not_by_this_actor``).
    """
    require(Verb.REQUEST_CANCEL, act.actor.kind, order.name)
    reason = clean_words(reason, "reason", limit=LONG)
    if order.cancel_requested_at is not None:
        return None
    choice = lifecycle.choose(order.status, Status.CANCELLED, act.actor.kind, in_play=order.is_in_play)
    if choice.is_open:
        raise TransitionRefusedError(
            f"{order.name} may be cancelled by its buyer at once; nobody has to be asked",
            code="cancel_open",
            possible=[Status.CANCELLED.value],
            order=order.number,
        )
    if not order.takes_cancel_request:
        raise TransitionRefusedError(
            f"{order.name} is {order.status.value!r}; its buyer can no longer ask for it to be cancelled",
            code="cancel_closed",
            order=order.number,
        )
    return changed(order, attrs.evolve(order, cancel_requested_at=act.at), REQUESTED, act, reason=reason)


def decline_cancel(order: Order, act: Act, *, reason: str) -> Change[Order]:
    """
    Tell a buyer who asked that the order is not cancelled; who would cancel it does so, and the request is met.

    Args:
        reason: Why not, in words that its buyer reads; needed.

    Raises:
        InvalidInputError: No reason, or one that is too long.
        TransitionRefusedError: Nobody asks (``no_cancel_request``), or the actor is not of the desk
            (``not_by_this_actor``).
    """
    require(Verb.DECLINE_CANCEL, act.actor.kind, order.name)
    reason = clean_words(reason, "reason", limit=LONG, required=True)
    if order.cancel_requested_at is None:
        raise TransitionRefusedError(
            f"nobody asks for {order.name} to be cancelled, or somebody has answered already",
            code="no_cancel_request",
            order=order.number,
        )
    change = changed(order, attrs.evolve(order, cancel_requested_at=None), DECLINED, act, reason=reason)
    assert change is not None  # the request is gone
    return change
