"""
Money that is given back: how much may be, and what a provider is asked to give back and answers.

A provider is asked in three beats, as for money that is to come in; the first and the last are here, each one change
of its order. Source of the rules: the table "What a provider answers to a refund" in docs/reference/statuses.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.attempts import follow_paid, follow_total, with_payment
from orderkit.domain.change import Change, changed
from orderkit.domain.journal import Json
from orderkit.domain.keys import fingerprint
from orderkit.domain.lifecycle import Status
from orderkit.domain.line import Adjustment, AdjustmentKind
from orderkit.domain.money import Money, require_money
from orderkit.domain.moving import follow_money
from orderkit.domain.operation import answered as as_answered
from orderkit.domain.operation import hear
from orderkit.domain.order import Order
from orderkit.domain.outcome import Outcome, Succeeded
from orderkit.domain.payment import FactKind, MoneyFact, Payment, Refund, RefundLine, RefundStatus
from orderkit.domain.permits import Verb, require
from orderkit.errors import InvalidInputError, TransitionRefusedError


def begin(
    order: Order,
    payment_id: UUID,
    amount: Money,
    act: Act,
    *,
    reason: str = "",
    lines: tuple[RefundLine, ...] = (),
    lower_total: bool = True,
) -> Change[Order]:
    """
    Begin to give money back through the provider that took it: its amount is held from now on, before it is asked.

    Args:
        amount: Above zero, at most what of that payment can be given back.
        lines: Which goods came back, for the record; the amount does not follow from them.
        lower_total: Whether, once it is given back, what goes beyond an overpayment lowers the total.

    Raises:
        InvalidInputError: Not above zero, more than can be given back, another currency, or more goods than
            the order has.
        NotFoundError: The payment is not of this order.
        TransitionRefusedError: No provider took this payment (``not_by_provider``), or money is not given back on the
            word of this actor (``not_by_this_actor``).
    """
    require(Verb.REFUND_BY_PROVIDER, act.actor.kind, order.name)
    payment = order.payment(payment_id)
    if payment.offline or not payment.reference:
        raise TransitionRefusedError(
            f"no provider took this payment of {order.name}; record what is given back by hand (payments.refund)",
            code="not_by_provider",
            possible=[Verb.REFUND.value],
            order=order.number,
        )
    require_refundable(order, payment, amount)
    require_returnable(order, lines)
    refund = Refund(
        act.new_id(),
        amount,
        RefundStatus.REQUESTED,
        act.at,
        reason,
        lines=lines,
        by_provider=True,
        lower_total=lower_total,
    )
    after = with_payment(order, attrs.evolve(payment, refunds=(*payment.refunds, refund)))
    change = changed(
        order,
        after,
        "payment.refund_requested",
        act,
        reason=refund.reason,
        payment_id=str(payment.id),
        refund_id=str(refund.id),
        amount=amount.minor,
    )
    assert change is not None  # a refund is told that was not there
    return change


def answer(order: Order, refund_id: UUID, outcome: Outcome, act: Act) -> Change[Order] | None:
    """
    Book what a provider answered to a refund: given back at the amount asked, or not at all.

    Args:
        act: By money, which moves the order as it does elsewhere.

    Returns:
        ``None`` if nobody waits for an answer of this refund any more, or the answer says nothing new.

    Raises:
        NotFoundError: The refund is not of this order.
    """
    payment, refund = order.refund(refund_id)
    if not refund.is_under_way:
        return None
    told: dict[str, Json] = {}
    if isinstance(outcome, Succeeded):
        told = {"amount": outcome.amount.minor, "currency": outcome.amount.currency}
    outcome = hear(refund.amount, outcome)
    answered = as_answered(refund, outcome)
    after = with_payment(order, _with_refund(payment, answered, act))
    after = lowered(order, after, _not_owed(after, refund) - _not_owed(order, refund), refund.reason)
    if after.balance != order.balance:
        after = follow_money(follow_paid(after), act.at)
    return changed(
        order,
        after,
        "payment.refund_answered",
        act,
        reason="",
        payment_id=str(payment.id),
        refund_id=str(refund_id),
        outcome=type(outcome).__name__.lower(),
        **told,
    )


def key_of(refund_id: UUID) -> str:
    """The idempotency key that a refund is asked for with, whenever it is."""
    return fingerprint("operations.refund", refund_id)


def made_elsewhere(order: Order, payment_id: UUID, amount: Money, reference: str, act: Act) -> Change[Order]:
    """
    Book what was given back at the provider, where nobody asked for it here. The total stays: nobody said what for.

    Args:
        amount: Above zero, at most what of that payment can be given back.
        reference: The provider's identifier of the refund.

    Raises:
        InvalidInputError: Not above zero, more than can be given back, or another currency.
        NotFoundError: The payment is not of this order.
    """
    payment = order.payment(payment_id)
    require_refundable(order, payment, amount)
    refund = Refund(act.new_id(), amount, RefundStatus.SETTLED, act.at, reference=reference, by_provider=True)
    fact = MoneyFact(act.new_id(), FactKind.REFUND, amount, act.at, refund.id)
    after = with_payment(
        order,
        attrs.evolve(payment, refunds=(*payment.refunds, refund), facts=(*payment.facts, fact)),
    )
    change = changed(
        order,
        follow_money(follow_paid(after), act.at),
        "payment.refund_told",
        act,
        payment_id=str(payment.id),
        refund_id=str(refund.id),
        amount=amount.minor,
    )
    assert change is not None  # what is paid differs
    return change


def require_refundable(order: Order, payment: Payment, amount: Money) -> None:
    """
    Refuse to give back more of a payment than it still holds, or nothing.

    Raises:
        InvalidInputError: ``refund_out_of_range``, naming the bounds; or another currency.
    """
    require_money(amount, "amount").require(order.currency)
    refundable = max(payment.sums.refundable, 0)
    if not 0 < amount.minor <= refundable:
        raise InvalidInputError(
            f"amount is {amount}; of this payment of {order.name} up to {order.balance.money(refundable)} "
            "can be given back",
            code="refund_out_of_range",
            field="amount",
            low=Money(1, order.currency),
            high=order.balance.money(refundable),
        )


def require_returnable(order: Order, lines: tuple[RefundLine, ...]) -> None:
    """
    Refuse goods that came back, of which the order has fewer that have not come back before.

    Raises:
        InvalidInputError: ``out_of_range``.
    """
    left, returned = returnable(order), Counter[int]()
    for line in lines:
        returned[line.line_id] += line.quantity
    for line_id, quantity in returned.items():
        most = left.get(line_id, 0)
        if quantity > most:
            raise InvalidInputError(
                f"{quantity} pieces of line {line_id} cannot come back; {order.name} has {most} of it that have not",
                code="out_of_range",
                field="lines",
                low=min(1, most),
                high=most,
            )


def returnable(order: Order) -> Mapping[int, int]:
    """How many pieces of each line have not come back, by the id of the line; none below zero."""
    back = order.came_back
    return {line.id: max(line.quantity - back[line.id], 0) for line in order.lines}


def lowered(before: Order, after: Order, amount: Money, reason: str) -> Order:
    """
    The order in which *amount* was given back, not owed again: what goes beyond an overpayment lowers the total.

    Where nothing is paid any more, and where the order is cancelled, the total stays.
    """
    rest = min(amount.minor, after.balance.balance)
    if rest <= 0 or after.balance.paid <= 0 or before.status is Status.CANCELLED:
        return after
    adjustment = Adjustment(kind=AdjustmentKind.REFUND, title=reason, amount=Money(-rest, before.currency))
    return follow_total(before, attrs.evolve(after, adjustments=(*after.adjustments, adjustment)))


def _not_owed(order: Order, refund: Refund) -> Money:
    """What a refund, or all that were begun together with it, have brought back by now that lowers the total."""
    refunds = [one for payment in order.payments for one in payment.refunds]
    if refund.together is None:
        known, lowers = [one for one in refunds if one.id == refund.id], refund.lower_total
    else:
        known = [one for one in refunds if one.together == refund.together]
        lowers = any(one.status is RefundStatus.FAILED for one in known)  # else nothing will be left paid
    settled = (one.amount for one in known if lowers and one.status is RefundStatus.SETTLED)
    return Money.total(settled, order.currency)


def _with_refund(payment: Payment, refund: Refund, act: Act) -> Payment:
    """The payment with that refund in the place of its earlier version, and in its ledger if it is settled."""
    refunds = tuple(refund if one.id == refund.id else one for one in payment.refunds)
    if refund.status is not RefundStatus.SETTLED:
        return attrs.evolve(payment, refunds=refunds)
    fact = MoneyFact(act.new_id(), FactKind.REFUND, refund.amount, act.at, refund.id)
    return attrs.evolve(payment, refunds=refunds, facts=(*payment.facts, fact))
