"""Money that the bank of a buyer took back, and what of it has come in again."""

from __future__ import annotations

from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.attempts import follow_paid, with_payment
from orderkit.domain.change import Change, changed, told
from orderkit.domain.money import Money, require_money
from orderkit.domain.moving import follow_money
from orderkit.domain.order import Order
from orderkit.domain.payment import FactKind, MoneyFact
from orderkit.domain.permits import Verb, require
from orderkit.errors import ConflictError, TransitionRefusedError


def charge_back(order: Order, payment_id: UUID, amount: Money, reference: str, act: Act) -> Change[Order]:
    """
    Book money that was taken back. It may leave less than nothing paid: what was given back may be taken back too.

    Args:
        amount: Above zero, at most what was captured and is not charged back yet.

    Raises:
        NotFoundError: The payment is not of this order.
    """
    return _booked(order, payment_id, FactKind.CHARGEBACK, amount, reference, act)


def win(order: Order, payment_id: UUID, amount: Money, reference: str, act: Act) -> Change[Order]:
    """
    Book money that has come in again after it was charged back.

    Args:
        amount: Above zero, at most what is charged back.

    Raises:
        NotFoundError: The payment is not of this order.
    """
    return _booked(order, payment_id, FactKind.CHARGEBACK_WON, amount, reference, act)


def see(order: Order, seen: Money, act: Act) -> Change[Order]:
    """
    Take down that somebody has seen what is disputed, and answers at the provider; the order and its version stay.

    Args:
        seen: So much was disputed when they looked; by now it may be less.

    Raises:
        ConflictError: More is disputed by now (``money_moved``), by the ``amount`` in the context.
        InvalidInputError: *seen* is in another currency.
        TransitionRefusedError: Nothing is disputed (``nothing_disputed``), or it is not for this actor
            (``not_by_this_actor``).
    """
    require(Verb.SEE_DISPUTE, act.actor.kind, order.name)
    require_money(seen, "seen").require(order.currency, "seen")
    disputed = order.balance.disputed
    if disputed <= 0:
        raise TransitionRefusedError(
            f"nothing of {order.name} is disputed: what was taken back has come in again",
            code="nothing_disputed",
            order=order.number,
        )
    if disputed > seen.minor:
        now = order.balance.money(disputed)
        raise ConflictError(
            f"{order.name}: {now} are disputed by now, and {seen} were seen; look again, then say that you have",
            code="money_moved",
            kind="payment.chargeback",
            amount=order.balance.money(disputed - seen.minor),
        )
    return told(order, "payment.dispute_seen", act, amount=disputed)


def _booked(
    order: Order, payment_id: UUID, kind: FactKind, amount: Money, reference: str, act: Act
) -> Change[Order]:
    payment = order.payment(payment_id)
    fact = MoneyFact(act.new_id(), kind, amount, act.at)
    after = with_payment(order, attrs.evolve(payment, facts=(*payment.facts, fact)))
    change = changed(
        order,
        follow_money(follow_paid(after), act.at),
        f"payment.{kind.value}",
        act,
        payment_id=str(payment.id),
        amount=amount.minor,
        dispute=reference,
    )
    assert change is not None  # what is paid differs
    return change
