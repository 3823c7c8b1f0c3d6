"""Attempts to pay: opened without a method, closed, following a new total and what was paid."""

from __future__ import annotations

import attrs

from orderkit.domain.actor import Act, ActorKind
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.payment import Attempt, Payment
from orderkit.errors import TransitionRefusedError


def reach_payment_page(order: Order, act: Act) -> Order:
    """Open a payment without a method, unless one is open: the "not finished" row of the Payments list."""
    if order.open_attempt is not None:
        return order
    attempt = Payment(id=act.new_id(), amount=order.balance.money(order.balance.to_pay), opened_at=act.at)
    return attrs.evolve(order, payments=(*order.payments, attempt))


def take_attempt(order: Order, act: Act) -> tuple[Order, Payment]:
    """
    The attempt that a way to pay is chosen for, in the order that has it.

    The first one chosen fills the row without a method; another one opens an attempt in place of the open one.
    """
    attempt = order.open_attempt
    if attempt is not None and attempt.method_id is None:
        return order, attempt
    order = reach_payment_page(close_attempts(order), act)
    return order, order.payments[-1]


def with_payment(order: Order, one: Payment) -> Order:
    """Put *one* in the place of its earlier version, or at the end if there is none."""
    if all(payment.id != one.id for payment in order.payments):
        return attrs.evolve(order, payments=(*order.payments, one))
    payments = tuple(one if payment.id == one.id else payment for payment in order.payments)
    return attrs.evolve(order, payments=payments)


def close_attempts(order: Order) -> Order:
    """Supersede every payment that still waits, but for those that a provider is answering: what comes is booked."""
    return attrs.evolve(
        order,
        payments=tuple(
            attrs.evolve(payment, attempt=Attempt.SUPERSEDED) if _is_open(payment) else payment
            for payment in order.payments
        ),
    )


def follow_total(before: Order, order: Order) -> Order:
    """
    Let attempts follow a new total: offline ones ask for what is left, other open ones are superseded.

    Where nothing is left to pay, offline ones are superseded too. One that a provider is answering stays as it was
    asked; what comes of it is booked.
    """
    if order.total == before.total:
        return order
    left = order.balance.money(order.balance.to_pay)
    return attrs.evolve(order, payments=tuple(_follow(payment, left) for payment in order.payments))


def follow_paid(order: Order) -> Order:
    """Let open offline attempts ask for what is left to pay after money moved, or supersede them if nothing is."""
    left = order.balance.money(order.balance.to_pay)
    return attrs.evolve(
        order,
        payments=tuple(_follow(payment, left) if payment.offline else payment for payment in order.payments),
    )


def require_answered(order: Order) -> None:
    """
    Refuse while a provider was asked for money and has not said what came of it.

    Raises:
        TransitionRefusedError: ``answer_awaited``.
    """
    if order.awaits_answer:
        raise unanswered(order)


def unanswered(order: Order) -> TransitionRefusedError:
    """What whoever would go on is told while a provider has not said what came of a payment."""
    return TransitionRefusedError(
        f"a payment of {order.name} is being answered for; wait for the answer, or look at the provider's and write "
        "down what came of it (operations.write_down), then decide",
        code="answer_awaited",
        possible=["operations.look_up", "operations.write_down"],
        order=order.number,
    )


def require_details(order: Order, kind: ActorKind) -> None:
    """
    Refuse to let a buyer pay for what nobody knows where to send, nor what sending it costs.

    Raises:
        TransitionRefusedError: ``details_missing``.
    """
    if kind is ActorKind.BUYER and order.lacks_details:
        raise TransitionRefusedError(
            f"{order.name} lacks its details: who receives these goods, how, and for how much; submit them "
            "(carts.submit), then pay",
            code="details_missing",
            possible=["carts.submit"],
            order=order.number,
        )


def require_lines(order: Order) -> None:
    """
    Refuse paying for nothing.

    Raises:
        TransitionRefusedError: ``no_lines``.
    """
    if not order.lines:
        raise TransitionRefusedError(
            f"{order.name} has no line; add one before it is paid", code="no_lines", order=order.number
        )


def _is_open(payment: Payment) -> bool:
    return payment.is_attempt and not payment.is_being_answered


def _follow(payment: Payment, left: Money) -> Payment:
    if not _is_open(payment) or (left and payment.amount == left):
        return payment
    if payment.offline and left:
        return attrs.evolve(payment, amount=left)
    return attrs.evolve(payment, attempt=Attempt.SUPERSEDED)
