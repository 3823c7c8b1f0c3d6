"""
Money that is held: how much of it may be taken, and what a provider is asked to take or to release and answers.

A provider is asked in three beats, as for money that is to come in; the first and the last are here, each one change
of its order. Source of the rules: the table "What a provider answers about a hold" in docs/reference/statuses.md.
"""

from __future__ import annotations

from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.attempts import follow_paid, with_payment
from orderkit.domain.change import Change, changed
from orderkit.domain.journal import Json
from orderkit.domain.lifecycle import Status
from orderkit.domain.money import Money, require_money
from orderkit.domain.moving import follow_money
from orderkit.domain.operation import Operation, OperationKind, OperationStatus, answered, hear
from orderkit.domain.order import Order
from orderkit.domain.outcome import Declined, Outcome, Succeeded, UnknownReason
from orderkit.domain.payment import Attempt, FactKind, MoneyFact, Payment
from orderkit.domain.permits import Verb, require
from orderkit.errors import InvalidInputError, TransitionRefusedError


def begin_capture(
    order: Order, payment_id: UUID, amount: Money, act: Act, *, reason: str = ""
) -> Change[Order]:
    """
    Begin to take held money: its amount is kept for that from now on, before the provider is asked.

    Args:
        amount: Above zero, at most what is held, and at most what is owed. What of the hold is not taken is released.

    Raises:
        InvalidInputError: ``capture_out_of_range``, naming the bounds; or another currency.
        NotFoundError: The payment is not of this order.
        TransitionRefusedError: Nothing is held (``nothing_held``), the hold is being taken or released already
            (``answer_awaited``), or money is not taken on the word of this actor (``not_by_this_actor``).
    """
    require(Verb.CAPTURE, act.actor.kind, order.name)
    payment = _held(order, payment_id)
    require_capturable(order, payment, amount)
    return _begun(order, payment, OperationKind.CAPTURE, amount, act, reason)


def begin_void(order: Order, payment_id: UUID, act: Act, *, reason: str = "") -> Change[Order]:
    """
    Begin to release all that is held of a payment.

    Raises:
        NotFoundError: The payment is not of this order.
        TransitionRefusedError: Nothing is held (``nothing_held``), the hold is being taken or released already
            (``answer_awaited``), or money is not released on the word of this actor (``not_by_this_actor``).
    """
    require(Verb.VOID, act.actor.kind, order.name)
    payment = _held(order, payment_id)
    all_of_it = order.balance.money(payment.sums.authorised)
    return _begun(order, payment, OperationKind.VOID, all_of_it, act, reason)


def begin_release(order: Order, payment_id: UUID, act: Act) -> Change[Order]:
    """
    Begin to release what a cancelled order holds: nobody waits for those goods. On the word of money, not of people.

    Raises:
        NotFoundError: The payment is not of this order.
        TransitionRefusedError: It is not cancelled any more (``hold_needed``), nothing is held (``nothing_held``), or
            the hold is being taken or released already (``answer_awaited``).
    """
    if order.status is not Status.CANCELLED:
        raise TransitionRefusedError(
            f"{order.name} is not cancelled: what it holds is needed, or released by people (operations.void)",
            code="hold_needed",
            possible=["operations.void"],
            order=order.number,
        )
    payment = _held(order, payment_id)
    all_of_it = order.balance.money(payment.sums.authorised)
    return _begun(order, payment, OperationKind.VOID, all_of_it, act, "")


def answer(order: Order, operation_id: UUID, outcome: Outcome, act: Act) -> Change[Order] | None:
    """
    Book what a provider answered to a capture or a void: done at the amount asked, or not at all.

    Args:
        act: By money, which moves the order as it does elsewhere.

    Returns:
        ``None`` if nobody waits for an answer of this operation any more, or the answer says nothing new.

    Raises:
        NotFoundError: The operation is not of this order.
    """
    payment, operation = order.operation(operation_id)
    if not operation.is_under_way:
        return None
    told: dict[str, Json] = {}
    if isinstance(outcome, Succeeded):
        told = {"amount": outcome.amount.minor, "currency": outcome.amount.currency}
    heard = hear(operation.amount, outcome)
    after = answered(operation, heard)
    return changed(
        order,
        _with_operation(order, payment, after, act),
        f"payment.{operation.kind.value}_answered",
        act,
        reason="",
        payment_id=str(payment.id),
        operation_id=str(operation_id),
        outcome=type(heard).__name__.lower(),
        **told,
    )


def found(order: Order, payment: Payment, outcome: Outcome, act: Act) -> Change[Order] | None:
    """
    Book what a provider says of a payment whose money is held: that it was taken there, or that the hold is no more.

    While the provider is asked to take or to release it, only that answer counts: it is the same money.

    Returns:
        ``None`` where it is held as before, or its provider says nothing final.
    """
    if any(one.is_under_way for one in payment.operations):
        return _settled_by(order, payment, outcome, act)
    told: dict[str, Json] = {}
    if isinstance(outcome, Declined):
        lost = _released(payment, payment.sums.authorised, act)
        after = attrs.evolve(lost, attempt=Attempt.DECLINED, reason=outcome.reason.value)
    elif isinstance(outcome, Succeeded):
        told = {"amount": outcome.amount.minor, "currency": outcome.amount.currency}
        is_held = 0 < outcome.amount.minor <= payment.sums.authorised
        if is_held and outcome.amount.currency == order.currency:
            after = attrs.evolve(_taken(payment, outcome.amount, act), reason="")
        else:
            after = attrs.evolve(payment, reason=UnknownReason.AMOUNT_DIFFERS.value)
    else:
        return None
    return changed(
        order,
        follow_money(follow_paid(with_payment(order, after)), act.at),
        "payment.answered",
        act,
        reason="",
        payment_id=str(payment.id),
        outcome=type(outcome).__name__.lower(),
        **told,
    )


def released(payment: Payment, act: Act) -> Payment:
    """A payment as it would be once all that it holds was released."""
    return _released(payment, payment.sums.authorised, act)


def require_capturable(order: Order, payment: Payment, amount: Money) -> None:
    """
    Refuse to take more of a hold than there is, or more than is owed, or nothing.

    Raises:
        InvalidInputError: ``capture_out_of_range``, naming the bounds; or another currency.
    """
    require_money(amount, "amount").require(order.currency)
    capturable = max(min(payment.sums.capturable, order.balance.balance), 0)
    if not 0 < amount.minor <= capturable:
        raise InvalidInputError(
            f"amount is {amount}; of this hold of {order.name} up to {order.balance.money(capturable)} can be taken: "
            "no more than is held, and no more than is owed",
            code="capture_out_of_range",
            field="amount",
            low=Money(1, order.currency),
            high=order.balance.money(capturable),
        )


def _held(order: Order, payment_id: UUID) -> Payment:
    payment = order.payment(payment_id)
    if not payment.is_held:
        raise TransitionRefusedError(
            f"nothing is held by this payment of {order.name}: it was taken or released, or never held",
            code="nothing_held",
            order=order.number,
        )
    if any(one.is_under_way for one in payment.operations):
        raise TransitionRefusedError(
            f"the provider is asked already to take or to release what {order.name} holds; wait for the answer, or "
            "look there and write down what came of it (operations.write_down)",
            code="answer_awaited",
            possible=["operations.look_up", "operations.write_down"],
            order=order.number,
        )
    return payment


def _begun(
    order: Order, payment: Payment, kind: OperationKind, amount: Money, act: Act, reason: str
) -> Change[Order]:
    operation = Operation(act.new_id(), kind, amount, OperationStatus.REQUESTED, act.at, reason)
    after = with_payment(order, attrs.evolve(payment, operations=(*payment.operations, operation)))
    change = changed(
        order,
        after,
        f"payment.{kind.value}_requested",
        act,
        reason=operation.reason,
        payment_id=str(payment.id),
        operation_id=str(operation.id),
        amount=amount.minor,
    )
    assert change is not None  # an operation is told that was not there
    return change


def _settled_by(order: Order, payment: Payment, outcome: Outcome, act: Act) -> Change[Order] | None:
    """The provider says of the payment what the operation under way was asked for: it is done."""
    operation = payment.operations[-1]
    is_capture = operation.kind is OperationKind.CAPTURE
    if is_capture and isinstance(outcome, Succeeded) and outcome.amount == operation.amount:
        return answer(order, operation.id, outcome, act)
    if not is_capture and isinstance(outcome, Declined):
        return answer(order, operation.id, Succeeded(operation.amount, payment.reference), act)
    return None


def _with_operation(order: Order, payment: Payment, operation: Operation, act: Act) -> Order:
    """The order with that operation in the place of its earlier version, and what it did to the money."""
    operations = tuple(operation if one.id == operation.id else one for one in payment.operations)
    payment = attrs.evolve(payment, operations=operations)
    if operation.status is not OperationStatus.SETTLED:
        return with_payment(order, payment)
    if operation.kind is OperationKind.CAPTURE:
        payment = attrs.evolve(_taken(payment, operation.amount, act), reason="")
    else:
        payment = attrs.evolve(
            _released(payment, operation.amount.minor, act), attempt=Attempt.SUPERSEDED, reason=""
        )
    return follow_money(follow_paid(with_payment(order, payment)), act.at)


def _taken(payment: Payment, amount: Money, act: Act) -> Payment:
    """The payment of which *amount* is taken; what else was held is released by it."""
    fact = MoneyFact(act.new_id(), FactKind.CAPTURE, amount, act.at)
    taken = attrs.evolve(payment, facts=(*payment.facts, fact))
    return _released(taken, taken.sums.authorised, act)


def _released(payment: Payment, minor: int, act: Act) -> Payment:
    if not minor:
        return payment
    fact = MoneyFact(act.new_id(), FactKind.VOID, Money(minor, payment.amount.currency), act.at)
    return attrs.evolve(payment, facts=(*payment.facts, fact))
