"""
Money that a provider is asked for, in three beats: the asking is begun, the provider asked, its answer booked.

The first and the last are here, each one change of its order. What is between them is no matter of the domain.
Source of the rules: the table "What a provider answers" in docs/reference/statuses.md.
"""

from __future__ import annotations

from uuid import UUID

import attrs

from orderkit.domain import holding
from orderkit.domain.actor import Act
from orderkit.domain.attempts import (
    follow_paid,
    require_answered,
    require_details,
    require_lines,
    take_attempt,
    unanswered,
    with_payment,
)
from orderkit.domain.change import Change, changed, told
from orderkit.domain.journal import Json
from orderkit.domain.keys import fingerprint
from orderkit.domain.lifecycle import ORDER_LIFECYCLE, Lifecycle, Status
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import Money, require_money
from orderkit.domain.moving import follow_money, go_on
from orderkit.domain.order import Order
from orderkit.domain.outcome import (
    Authorised,
    Declined,
    DeclineReason,
    Outcome,
    Pending,
    Redirect,
    Succeeded,
    Unknown,
    UnknownReason,
)
from orderkit.domain.paying import choose
from orderkit.domain.payment import CLOSING, Attempt, FactKind, MoneyFact, Payment
from orderkit.domain.permits import Verb, require
from orderkit.errors import ConflictError, TransitionRefusedError

CLOSE_REQUESTED = "payment.close_requested"
"""The kind of the entry of `begin_closing`."""
_ENDED_SOMEHOW = frozenset({DeclineReason.DECLINED, DeclineReason.EXPIRED})
"""What a provider may call it, asked later or telling by itself, that it ended an attempt because it was told to."""


def begin(
    order: Order, method: PaymentMethod, act: Act, *, seen: Money, lifecycle: Lifecycle = ORDER_LIFECYCLE
) -> Change[Order] | None:
    """
    Begin to pay by a method: the attempt is taken, at the amount that is left to pay, before the provider is asked.

    One attempt is open at a time: the row without a method becomes it, another open one is superseded. A cart is at
    the payment page from then on. An offline way to pay is chosen by it, as `choose` does.

    Args:
        seen: What the payer was told is to pay.

    Returns:
        ``None`` if the method is offline and chosen already.

    Raises:
        TransitionRefusedError: An attempt is being answered for (``answer_awaited``), nothing is to be paid
            (``nothing_to_pay``), a cart without a line (``no_lines``), a buyer's cart whose details are not submitted
            (``details_missing``), an actor who pays nothing (``not_by_this_actor``), or a cart that *lifecycle* lets
            nobody take there.
        ConflictError: ``total_changed``: another amount is to pay by now; ``context`` has ``old`` and ``new``.
        InvalidInputError: *seen* is in another currency.
    """
    require(Verb.START, act.actor.kind, order.name)
    require_answered(order)
    require_details(order, act.actor.kind)
    left = require_seen(order, seen)
    if method.offline:
        return choose(order, method, act, lifecycle=lifecycle)
    if order.is_cart:
        require_lines(order)
    opened, attempt = take_attempt(order, act)
    asked = attrs.evolve(attempt, method_id=method.id, amount=left, offline=False, attempt=Attempt.PROCESSING)
    after = with_payment(opened, asked)
    if order.status is Status.CREATED:
        after = go_on(order, after, Status.PAYMENT, act, lifecycle)
    return changed(order, after, "payment.started", act, payment_id=str(asked.id), amount=left.minor)


def key_of(payment: Payment) -> str:
    """The idempotency key that a payment is asked for with, whenever it is."""
    return fingerprint("payments.start", payment.id)


def require_seen(order: Order, seen: Money) -> Money:
    """
    What is left to pay, provided that the payer was told so.

    Raises:
        TransitionRefusedError: ``nothing_to_pay``.
        ConflictError: ``total_changed``.
        InvalidInputError: *seen* is in another currency.
    """
    require_money(seen, "seen").require(order.currency, "seen")
    left = order.balance.money(order.balance.to_pay)
    if not left:
        raise TransitionRefusedError(
            f"{order.name} has nothing left to pay", code="nothing_to_pay", order=order.number
        )
    if seen != left:
        raise ConflictError(
            f"{order.name}: {left} are to pay by now, not {seen}; show that, then ask again",
            code="total_changed",
            old=seen,
            new=left,
            order=order.number,
        )
    return left


def answer(order: Order, payment_id: UUID, outcome: Outcome, act: Act) -> Change[Order] | None:
    """
    Book what a provider answered. Money, taken or held, is taken down at the amount asked, or not at all.

    Args:
        act: By money, which moves the order as it does elsewhere.

    Returns:
        ``None`` if nobody waits for an answer of this payment any more, or the answer says nothing new.

    Raises:
        NotFoundError: The payment is not of this order.
    """
    payment = order.payment(payment_id)
    return _booked(order, payment, outcome, act) if payment.is_being_answered else None


def found(order: Order, payment_id: UUID, outcome: Outcome, act: Act) -> Change[Order] | None:
    """
    Book what a provider says when it is asked what came of a payment; as `answer`, and of more payments.

    Money that was paid at the provider after the attempt was superseded or declined is booked too: it has come in. So
    is what was done there with money that was held. An attempt that we had it end, and that has ended for no other
    reason, is closed.

    Returns:
        ``None`` if the provider can say nothing new of this payment any more, or does not know either.

    Raises:
        NotFoundError: The payment is not of this order.
    """
    payment = order.payment(payment_id)
    is_ours = payment.reason == CLOSING and isinstance(outcome, Declined) and outcome.reason in _ENDED_SOMEHOW
    return _found(
        order, payment, Declined(DeclineReason.CLOSED, outcome.reference) if is_ours else outcome, act
    )


def closed(order: Order, payment_id: UUID, outcome: Outcome, act: Act) -> Change[Order] | None:
    """Book what a provider says when it is asked to close an attempt; as `found`, by the provider's own reason."""
    return _found(order, order.payment(payment_id), outcome, act)


def _found(order: Order, payment: Payment, outcome: Outcome, act: Act) -> Change[Order] | None:
    if payment.is_held:
        return None if payment.offline else holding.found(order, payment, outcome, act)
    is_final = isinstance(outcome, (Succeeded, Authorised, Declined))
    if not (payment.is_unsettled or _is_late(payment, outcome)) or isinstance(outcome, Unknown):
        return None
    if payment.attempt is Attempt.SUPERSEDED and not is_final:
        return None
    return _booked(order, payment, outcome, act)


def begin_closing(order: Order, payment_id: UUID, act: Act) -> Change[Order] | None:
    """
    Begin to close an attempt at its provider, before that is asked: from now on it is known that we had it ended.

    It stays what it was, since the buyer may pay it until the provider has closed it. So does that another amount was
    told of it, since people have to look there, whatever comes of this.

    Returns:
        ``None`` if the buyer cannot pay it there any more, or it is being closed already.

    Raises:
        NotFoundError: The payment is not of this order.
    """
    payment = order.payment(payment_id)
    if not payment.is_payable_there:
        return None
    if payment.reason == UnknownReason.AMOUNT_DIFFERS:
        return told(order, CLOSE_REQUESTED, act, payment_id=str(payment_id))
    asked = with_payment(order, attrs.evolve(payment, reason=CLOSING))
    return changed(order, asked, CLOSE_REQUESTED, act, payment_id=str(payment_id))


def require_closed(order: Order, payment_id: UUID, said: Outcome | None = None) -> None:
    """
    Refuse to go on while the buyer may still pay an attempt, or is paying it.

    Args:
        said: What its provider answered, if it was asked: a superseded attempt stays so while it is being paid.

    Raises:
        TransitionRefusedError: ``not_closed``; ``answer_awaited`` where it is being paid.
        NotFoundError: The payment is not of this order.
    """
    if order.payment(payment_id).is_payable_there:
        if isinstance(said, (Pending, Succeeded, Authorised)):  # it is being paid, or was with another amount
            raise unanswered(order)
        raise TransitionRefusedError(
            f"a payment of {order.name} may still be paid at its provider, which has not said that it is closed; try "
            "again: the provider is asked again then",
            code="not_closed",
            order=order.number,
        )
    require_answered(order)


def _is_late(payment: Payment, outcome: Outcome) -> bool:
    """Whether money came in all the same; that it is held, told after it was declined or released, is old news."""
    if payment.facts:
        is_over = payment.attempt in (Attempt.DECLINED, Attempt.SUPERSEDED)
        return is_over and isinstance(outcome, Succeeded)
    return payment.attempt is Attempt.DECLINED and isinstance(outcome, Succeeded)


def _booked(order: Order, payment: Payment, outcome: Outcome, act: Act) -> Change[Order] | None:
    taken: dict[str, Json] = {}
    if isinstance(outcome, (Succeeded, Authorised)):
        taken = {"amount": outcome.amount.minor, "currency": outcome.amount.currency}
        if outcome.amount != payment.amount:
            outcome = Unknown(UnknownReason.AMOUNT_DIFFERS, outcome.reference)
    after = with_payment(order, _answered(payment, outcome, act))
    if isinstance(outcome, (Succeeded, Authorised)):
        after = follow_money(follow_paid(after), act.at)
    what = type(outcome).__name__.lower()
    return changed(
        order, after, "payment.answered", act, reason="", payment_id=str(payment.id), outcome=what, **taken
    )


def _answered(payment: Payment, outcome: Outcome, act: Act) -> Payment:
    payment = attrs.evolve(payment, reference=outcome.reference or payment.reference, reason="")
    if isinstance(outcome, (Succeeded, Authorised)):
        is_taken = isinstance(outcome, Succeeded)
        sale = (FactKind.AUTHORISE, FactKind.CAPTURE) if is_taken else (FactKind.AUTHORISE,)
        facts = tuple(MoneyFact(act.new_id(), kind, outcome.amount, act.at) for kind in sale)
        return attrs.evolve(payment, attempt=Attempt.SETTLED, facts=(*payment.facts, *facts))
    if isinstance(outcome, Redirect):
        return attrs.evolve(payment, attempt=Attempt.OPEN, url=outcome.url)
    if isinstance(outcome, Pending):
        return attrs.evolve(payment, attempt=Attempt.PROCESSING)
    if isinstance(outcome, Declined):
        return attrs.evolve(payment, attempt=Attempt.DECLINED, reason=outcome.reason.value)
    # What was given up never becomes the attempt of its order again: that may have another one by now.
    attempt = Attempt.UNKNOWN if payment.is_attempt else Attempt.SUPERSEDED
    return attrs.evolve(payment, attempt=attempt, reason=outcome.reason.value)
