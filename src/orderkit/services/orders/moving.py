"""How orders are moved through their statuses and cancelled."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from orderkit.domain import cancel_requests, moving, paying
from orderkit.domain.actor import Actor, ActorKind
from orderkit.domain.change import Change
from orderkit.domain.journal import JournalEntry
from orderkit.domain.keys import Request
from orderkit.domain.lifecycle import Choice, parse_status
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.services.orders.means import Means


def set_status(
    self: Means,
    order_id: UUID,
    status: str,
    *,
    actor: Actor,
    expected_version: int,
    reason: str = "",
    key: str = "",
) -> Order:
    """
    Move an order; asking for the status it has changes nothing.

    Args:
        reason: Needed where the lifecycle asks for one, such as reopening.
        key: Chosen by the caller; the same request with it is answered with the order as it stands.

    Raises:
        TransitionRefusedError: The lifecycle does not allow it; ``possible`` lists what it does. Or a plugin does
            not (``vetoed``): ``problems`` holds its words.
        InvalidInputError: No such status; or a cart is placed by it and a plugin refuses that (``order_refused``).
        ConflictError: ``stale_version``: somebody else changed the order first; ``key_reused``.
        NotFoundError: This site has no such order.
    """
    target = parse_status(status)
    return self._steps.order(
        order_id,
        expected_version,
        lambda order: self.rules.allow(
            moving.set_status(order, target, self.acting(actor), reason=reason, lifecycle=self.lifecycle)
        ),
        Request.of(key, "orders.set_status", order_id, target.value, expected_version, reason),
    )


def cancel(
    self: Means,
    order_id: UUID,
    *,
    reason: str,
    actor: Actor,
    expected_version: int,
    refund: Money | Literal["all", "none"] = "none",
    key: str = "",
) -> Order:
    """
    Cancel an order and decide on its money in one commit. No provider is asked: `operations.cancel` does that.

    So nothing is released, given back or closed at a provider: where the buyer was sent to a page, he can pay there
    still, and what comes is booked on the cancelled order.

    Args:
        refund: What is given back by hand: all that can be, nothing, or an amount. What is not given back is
            retained.
        key: Chosen by the caller; the same request with it is answered with the order as it stands.

    Raises:
        TransitionRefusedError: It cannot be cancelled now, or a plugin does not allow it (``vetoed``).
        InvalidInputError: No reason, or a refund that cannot be made.
        ConflictError: ``stale_version``, or ``key_reused``.
        NotFoundError: This site has no such order.
    """
    return self._steps.order(
        order_id,
        expected_version,
        lambda order: self.rules.allow(
            moving.cancel(
                order,
                self.acting(actor),
                reason=reason,
                refund=paying.amount_to_refund(order, refund),
                lifecycle=self.lifecycle,
            )
        ),
        Request.of(key, "orders.cancel", order_id, expected_version, reason, refund),
    )


def request_cancel(self: Means, order_id: UUID, *, reason: str = "", key: str = "") -> Order:
    """
    Ask staff, as the buyer, to cancel an order that he may not cancel himself; put on the order as it stands.

    Args:
        reason: Why, in the buyer's words.
        key: Chosen by the caller; the same request with it is answered with the order as it stands.

    Raises:
        TransitionRefusedError: The buyer may cancel it himself (``cancel_open``), or it is too late
            (``cancel_closed``).
        InvalidInputError: A reason that is too long.
        ConflictError: ``key_reused``; ``stale_version`` if others change it again and again.
        NotFoundError: This site has no such order.
    """
    act = self.acting(Actor(ActorKind.BUYER))

    def decide() -> Change[Order] | Order:
        order = self.reader.order(order_id)
        asked = cancel_requests.request_cancel(order, act, reason=reason, lifecycle=self.lifecycle)
        return asked or order

    return self._steps.insist(decide, Request.of(key, "orders.request_cancel", order_id, reason)).order


def decline_cancel(
    self: Means, order_id: UUID, *, reason: str, actor: Actor, expected_version: int, key: str = ""
) -> Order:
    """
    Answer a buyer who asked to cancel that the order stays; `cancel` is the other answer.

    Args:
        reason: Why not, in words that the buyer reads on the order's page; needed.
        key: Chosen by the caller; the same request with it is answered with the order as it stands.

    Raises:
        TransitionRefusedError: ``no_cancel_request``, or ``not_by_this_actor``.
        InvalidInputError: No reason, or one that is too long.
        ConflictError: ``stale_version``, or ``key_reused``.
        NotFoundError: This site has no such order.
    """
    return self._steps.order(
        order_id,
        expected_version,
        lambda order: cancel_requests.decline_cancel(order, self.acting(actor), reason=reason),
        Request.of(key, "orders.decline_cancel", order_id, expected_version, reason),
    )


def declined_cancel(self: Means, order_id: UUID) -> JournalEntry | None:
    """
    The answer `decline_cancel` gave to the buyer's last request: ``reason`` is why, ``at`` is when.

    ``None`` if the buyer never asked, or waits for an answer.
    """
    last = self.reader.last_of(order_id, (cancel_requests.REQUESTED, cancel_requests.DECLINED))
    return last if last and last.kind == cancel_requests.DECLINED else None


def choices(self: Means, order: Order, actor: Actor) -> tuple[Choice, ...]:
    """
    For each of the eight statuses, whether *actor* could move *order* there now, and if not, why.

    Plugins are asked, too (``vetoed``, with their ``words``), for a second: of one order, not of each of a list.
    """
    return self.rules.weigh(moving.choices(order, actor.kind, self.lifecycle), order, actor.kind)
