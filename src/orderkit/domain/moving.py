"""Moving an order through its life: by people, by money, and what entering a status does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import attrs

from orderkit.domain.actor import Act, ActorKind
from orderkit.domain.attempts import close_attempts, reach_payment_page, require_answered
from orderkit.domain.change import Change, changed
from orderkit.domain.lifecycle import CARTS, ORDER_LIFECYCLE, PENDING_TWINS, Choice, Lifecycle, Status
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.payment import FactKind, MoneyFact, Payment, Refund, RefundLine, RefundStatus, Sums
from orderkit.domain.permits import Verb, require
from orderkit.domain.text import LONG, clean_words
from orderkit.errors import InvalidInputError, TransitionRefusedError

CANCELLED, MOVED = "order.cancelled", "order.status_changed"
"""The kinds of the entries of `cancel` and `set_status`: the newest of both tells how an order came to its status."""


def set_status(
    order: Order, target: Status, act: Act, *, reason: str = "", lifecycle: Lifecycle = ORDER_LIFECYCLE
) -> Change[Order] | None:
    """
    Move an order on somebody's word.

    Asking for the wrong one of the pending twins lands on the right one. The status it already has changes nothing.

    Raises:
        TransitionRefusedError: The table does not allow it (``no_such_step``, ``not_by_this_actor``,
            ``money_in_play``, ``reason_required``), it has no line (``no_lines``), or it is cancelling an
            order that keeps, holds or awaits money (``money_decision_required``, ``hold_open``,
            ``answer_awaited``).
    """
    reason = clean_words(reason, "reason", limit=LONG)
    target = pending_twin(order) if target in PENDING_TWINS else target
    if target is order.status:
        return None
    _require_step(order, target, act, reason, lifecycle)
    if target is Status.CANCELLED and order.balance.paid > 0:
        raise TransitionRefusedError(
            f"{order.name} keeps {order.balance.money(order.balance.paid)}; "
            "cancel it with operations.cancel(refund='all', 'none' or an amount), which has providers give it back; "
            "orders.cancel asks no provider and only books what people gave back",
            code="money_decision_required",
            possible=["cancel"],
            order=order.number,
        )
    return changed(order, _enter(order, target, act), MOVED, act, reason=reason)


def cancel(
    order: Order,
    act: Act,
    *,
    reason: str,
    refund: Money,
    lifecycle: Lifecycle = ORDER_LIFECYCLE,
    tells: bool = True,
) -> Change[Order]:
    """
    Cancel an order and decide on its money in one act.

    What is given back is booked as refunds by hand, latest payment first; what is not becomes ``retained``, but for
    what a provider is giving back already. Open attempts are closed.

    Args:
        reason: Why; needed.
        refund: How much is given back, from zero to what its payments can give back.
        tells: Whether the notification rules may write to the client about it.

    Raises:
        InvalidInputError: No reason, a negative refund, more than is refundable, or another currency.
        TransitionRefusedError: It cannot be cancelled from its status, it is cancelled already, or it holds or
            awaits money (``hold_open``, ``answer_awaited``); or its actor gives nothing back
            (``not_by_this_actor``).
    """
    reason = clean_words(reason, "reason", limit=LONG, required=True)
    _require_step(order, Status.CANCELLED, act, reason, lifecycle)
    refund.require(order.currency, "refund")
    refundable = order.refundable
    if not 0 <= refund.minor <= refundable.minor:
        raise InvalidInputError(
            f"refund is {refund}; from {order.name} between 0 and {refundable} can be given back",
            code="refund_out_of_range",
            field="refund",
            low=Money.zero(order.currency),
            high=refundable,
        )
    if refund.minor:
        require(Verb.REFUND, act.actor.kind, order.name)
    after = _give_back(order, refund.minor, reason, act)
    kept = after.balance.paid - Sums.of(after.payments).reserved
    after = attrs.evolve(after, retained=order.balance.money(max(kept, 0)))
    change = changed(
        order,
        _enter(after, Status.CANCELLED, act),
        CANCELLED,
        act,
        reason=reason,
        refunded=refund.minor,
        **({} if tells else {"untold": True}),
    )
    assert change is not None  # the status differs
    return change


def choices(order: Order, kind: ActorKind, lifecycle: Lifecycle = ORDER_LIFECYCLE) -> tuple[Choice, ...]:
    """
    For each of the eight statuses, whether an actor of *kind* could move an order there now, and if not, why.

    Of the pending twins only the one that fits the money is offered; `set_status` takes either for it. Cancelling is
    offered whatever is paid, or held by a provider: which verb does it follows from that.
    """
    known = lifecycle.choices(order.status, kind, in_play=order.is_in_play)
    return tuple(
        attrs.evolve(choice, refusal=choice.refusal or _misfit(order, choice.status)) for choice in known
    )


def _misfit(order: Order, target: Status) -> str:
    if target is order.status:
        return ""
    if target in PENDING_TWINS and target is not pending_twin(order) and order.lines:
        return "follows_money"
    try:
        _require_fit(order, target, forgives_holds=True)
    except TransitionRefusedError as error:
        return error.code
    return ""


def pending_twin(order: Order) -> Status:
    """Which of the two pending statuses it is: ``pending_paid`` exactly when something is paid."""
    return Status.PENDING_PAID if order.balance.paid > 0 else Status.PENDING


def follow_money(order: Order, at: datetime) -> Order:
    """
    Move an order where its money puts it: a cart with money is placed, the pending twins follow what is paid.

    The table "What money does" in docs/reference/statuses.md.
    """
    balance = order.balance
    if order.status in CARTS and (balance.paid > 0 or balance.authorised > 0):
        return stamp(order, pending_twin(order), at)
    if order.status in PENDING_TWINS:
        return attrs.evolve(order, status=pending_twin(order))
    return order


def stamp(order: Order, status: Status, at: datetime) -> Order:
    """
    Give an order a status with its times: placing and the entered stage are stamped, later stages cleared.

    A cancelled order keeps the times it had, and whoever asked for it has the answer; reopening forgets what was
    retained. What is no cart any more leaves its visitor's slot.
    """
    is_cancelled = status is Status.CANCELLED
    reached_shipping = status in (Status.SHIPPED, Status.DELIVERED)
    placed_at = order.placed_at if status in CARTS or is_cancelled else order.placed_at or at
    shipped_at = order.shipped_at if reached_shipping or is_cancelled else None
    return attrs.evolve(
        order,
        status=status,
        cart_visitor=None if placed_at or is_cancelled else order.cart_visitor,
        placed_at=placed_at,
        shipped_at=at if status is Status.SHIPPED else shipped_at,
        delivered_at=at if status is Status.DELIVERED else (order.delivered_at if is_cancelled else None),
        cancelled_at=at if is_cancelled else None,
        cancel_requested_at=None if is_cancelled else order.cancel_requested_at,
        cancelling=None if is_cancelled else order.cancelling,
        retained=order.retained if is_cancelled else Money.zero(order.currency),
    )


def go_on(before: Order, after: Order, status: Status, act: Act, lifecycle: Lifecycle) -> Order:
    """
    Give *after* the status that something done to *before* leads to; where it stands there already, it is no step.

    Raises:
        TransitionRefusedError: The table does not allow the step, as `set_status` says.
    """
    if status is not before.status:
        _require_step(before, status, act, "", lifecycle)
    return stamp(after, status, act.at)


def _enter(order: Order, status: Status, act: Act) -> Order:
    after = stamp(order, status, act.at)
    if status in (Status.CREATED, Status.CANCELLED):
        return close_attempts(after)
    return reach_payment_page(after, act) if status is Status.PAYMENT else after


def _require_step(order: Order, target: Status, act: Act, reason: str, lifecycle: Lifecycle) -> None:
    lifecycle.require(
        order.name, order.status, target, act.actor.kind, in_play=order.is_in_play, reason=reason
    )
    _require_fit(order, target)


def _require_fit(order: Order, target: Status, *, forgives_holds: bool = False) -> None:
    """
    Refuse a step of the table that this order cannot take as it is.

    Args:
        forgives_holds: Whether what providers hold may still be released on the way, as `operations.cancel` does.
    """
    if target is not Status.CANCELLED and not order.lines:
        raise TransitionRefusedError(
            f"{order.name} has no line; add one before moving it to {target.value!r}, or cancel it",
            code="no_lines",
            possible=[Status.CANCELLED.value],
            order=order.number,
        )
    if target is Status.CANCELLED:
        _require_no_hold(
            [one for one in order.payments if not (forgives_holds and one.is_with_provider)], order
        )
        require_answered(order)


def _require_no_hold(payments: Sequence[Payment], order: Order) -> None:
    held = Sums.of(payments).authorised
    if held > 0:
        raise TransitionRefusedError(
            f"{order.name} holds {order.balance.money(held)}; cancel it through its provider "
            "(operations.cancel), or release the hold first (operations.void)",
            code="hold_open",
            possible=["operations.cancel"],
            order=order.number,
        )


def shares(order: Order, minor: int) -> Iterator[tuple[Payment, Money]]:
    """How much of *minor* units each payment gives back: the latest first, each as much as it can."""
    for payment in reversed(order.payments):
        part = min(minor, max(payment.sums.refundable, 0))
        if part:
            yield payment, order.balance.money(part)
            minor -= part


def _give_back(order: Order, minor: int, reason: str, act: Act) -> Order:
    """Book refunds by hand over the payments until *minor* units are given back."""
    parts = {payment.id: part for payment, part in shares(order, minor)}
    payments = [
        give_back(one, parts[one.id], reason, act) if one.id in parts else one for one in order.payments
    ]
    return attrs.evolve(order, payments=tuple(payments))


def give_back(
    payment: Payment,
    amount: Money,
    reason: str,
    act: Act,
    *,
    reference: str = "",
    lines: tuple[RefundLine, ...] = (),
) -> Payment:
    """Book a refund that was made by hand: the record and its line of the ledger."""
    refund = Refund(act.new_id(), amount, RefundStatus.SETTLED, act.at, reason, reference, lines)
    fact = MoneyFact(id=act.new_id(), kind=FactKind.REFUND, amount=amount, at=act.at, refund_id=refund.id)
    return attrs.evolve(payment, refunds=(*payment.refunds, refund), facts=(*payment.facts, fact))
