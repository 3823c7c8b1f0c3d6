"""Asking providers what came of what is open or unknown: for one payment, for all, and for what has its turn."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from uuid import UUID

import attrs

from orderkit.contracts.operations import Capability, NotFound
from orderkit.domain import asking, holding
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.change import Change
from orderkit.domain.keys import Request, fingerprint
from orderkit.domain.lifecycle import Status
from orderkit.domain.method import PaymentMethod
from orderkit.domain.operation import OperationStatus
from orderkit.domain.order import Order
from orderkit.domain.outcome import Outcome, Unknown, UnknownReason
from orderkit.domain.payment import Payment
from orderkit.domain.turns import Turns
from orderkit.errors import InvalidInputError, OrderKitError
from orderkit.services.operations import cancelling
from orderkit.services.operations.cancelling import Standing
from orderkit.services.operations.means import (
    Means,
    asked_as,
    heard,
    is_recent,
    payment_question,
    record_of,
    record_question,
)

log = logging.getLogger("orderkit.payments")

WHILE_KEYS_ARE_KNOWN = timedelta(hours=1)
"""How long every provider is trusted to know again a key that it was asked with; most do for a day."""
SILENT = frozenset({UnknownReason.LATE, UnknownReason.FAILED, UnknownReason.NONSENSE})
"""Why it is not known what came of something, where its provider has not said that it does not know."""
MOST_AT_ONCE = 20
"""Payments that a worker asks about before it looks at its other work."""


@attrs.frozen
class Reconciled:
    """
    What came of asking providers about what they had not settled.

    Attributes:
        settled: Payments of which nothing is open any more.
        open: Payments of which something still is.
        unasked: Payments that nobody could be asked about: the provider cannot look anything up, or its plugin is
            missing, fails or hangs.
        standing: The cancellings that wait for a provider all the same.
    """

    settled: int = 0
    open: int = 0
    unasked: int = 0
    standing: tuple[Standing, ...] = ()

    def __add__(self, other: Reconciled) -> Reconciled:
        return Reconciled(
            self.settled + other.settled,
            self.open + other.open,
            self.unasked + other.unasked,
            (*self.standing, *other.standing),
        )


def look_up(self: Means, payment_id: UUID) -> Payment:
    """
    Ask the provider of a payment what came of it and of what was done with it, as far as that is open; book it.

    What is being asked for at this moment is left alone. What the provider has never heard of is declined, or has
    failed, an hour after it was asked for: until then it may be on its way. What it has not answered in its time, and
    cannot look up, is unknown from then on. Where the order is being cancelled and has waited for nothing but this,
    that is gone on with.

    Raises:
        InvalidInputError: The provider cannot look anything up (``provider_cannot``), or its plugin is missing,
            fails or hangs (``method_unusable``); or the provider was asked, and fails, hangs or talks nonsense
            (``not_answered``).
        NotFoundError: This site has no such payment.
    """
    payment, silent = _looked_up(self, payment_id)
    if silent is not None:
        raise InvalidInputError(
            f"the provider of payment {payment_id} does not answer ({silent.reason.value}); ask again later, or look "
            "there and write down what came of it (operations.write_down)",
            code="not_answered",
            field="payment_id",
        )
    return payment


def _looked_up(self: Means, payment_id: UUID) -> tuple[Payment, Unknown | None]:
    """As `look_up`, and the silence of a provider that did not answer all that it was asked."""
    order = self.reader.order_of_payment(payment_id)
    payment = order.payment(payment_id)
    asked = [one for one in payment.asked_for if one.is_under_way]
    if not (payment.is_unsettled or asked):
        return payment, None
    method = self._method(payment)
    if payment.is_held and not asked and Capability.LOOKUP not in self._providers.able(method):
        return payment, None  # held as it was; nobody waits for an answer
    if Capability.LOOKUP not in self._providers.able(method):
        _give_up(self, order, payment, method)
    self._providers.require_able(method, Capability.LOOKUP)
    silent = None
    if _is_in_question(self, order, payment, method):
        answer = self._providers.look_up(method, payment_question(order, payment))
        silent = _silence(answer)
        is_gone = isinstance(answer, NotFound) and payment.is_held  # what was known there is not forgotten
        outcome = Unknown() if is_gone else heard(self, answer, since=order.changed_at)
        order = self._book(order.id, method, lambda order, act: asking.found(order, payment_id, outcome, act))
    for one in asked:
        if not (one.status is OperationStatus.REQUESTED and is_recent(self, one.created_at, method)):
            answer = self._providers.look_up(method, record_question(order, payment, one))
            silent = silent or _silence(answer)
            outcome = heard(self, answer, since=one.created_at)
            if not isinstance(outcome, Unknown):
                order = self._book_answer(order.id, one.id, outcome, method)
    if order.cancelling is not None and not any(one.is_asked for one in order.payments):
        cancelling.go_on(self, order.id)
        order = self.reader.order(order.id)
    return order.payment(payment_id), silent


def _give_up(self: Means, order: Order, payment: Payment, method: PaymentMethod) -> None:
    """Book as unknown what somebody asked for who has died since: people are told then, and may look there."""
    late = Unknown(UnknownReason.LATE)

    def unanswered(order: Order, act: Act) -> Change[Order] | None:
        if not order.payment(payment.id).is_unanswered:
            return None  # the answer came after all
        return asking.answer(order, payment.id, late, act)

    if payment.is_unanswered and not is_recent(self, order.changed_at, method):
        self._book(order.id, method, unanswered)
    for one in payment.asked_for:
        if one.status is OperationStatus.REQUESTED and not is_recent(self, one.created_at, method):
            self._book_answer(order.id, one.id, late, method)


def _silence(answer: Outcome | NotFound) -> Unknown | None:
    return answer if isinstance(answer, Unknown) and answer.reason in SILENT else None


def reconcile(self: Means) -> Reconciled:
    """
    Ask the providers about every payment and refund that is open or unknown, and book what they say.

    First what is being cancelled is gone on with. Safe while the shop runs, and when it is run twice at once.
    """
    for order_id in self.reader.cancelling():
        cancelling.go_on(self, order_id)
    total = Reconciled()
    for payment_id in self.reader.unsettled_payments():
        total += _reconciled(self, payment_id)
    return attrs.evolve(total, standing=tuple(cancelling.standing(self)))


def reconcile_due(self: Means, turns: Turns, budget: float) -> Reconciled:
    """
    Do so for what has its turn: a few payments and orders at once, each after pauses that grow; as `kit.work` does.

    Args:
        budget: Seconds; what has begun is not cut short.
    """
    deadline, total = time.monotonic() + budget, Reconciled()
    now = self.workshop.clock()
    begun = frozenset(self.reader.cancelling())
    turns.keep([*begun, *self.reader.unsettled_payments()], now)
    for _ in range(MOST_AT_ONCE):
        if time.monotonic() >= deadline or (id := turns.take(now)) is None:
            break
        if id in begun:
            cancelling.go_on(self, id)
        else:
            total += _reconciled(self, id)
    return total


def ask(self: Means, payment_id: UUID) -> None:
    """Look a payment up where that can be done; what cannot be asked about stays as it was."""
    _reconciled(self, payment_id)


def ask_once_more(self: Means, order: Order, id: UUID) -> Order:
    """
    Look up what was asked for and not answered; of what the provider has never heard, ask it under the same key.

    A provider does once what it is asked for under one key, so that a question on its way does no harm. One that
    cannot look anything up is asked so again as long as it is sure to know the key; later only people can know.
    """
    payment, one = record_of(order, id)
    method, capability = self._method(payment), Capability(asked_as(one).value)
    able = self._providers.able(method)
    answer: Outcome | NotFound = NotFound()
    if Capability.LOOKUP in able:
        answer = self._providers.look_up(method, record_question(order, payment, one))
    elif capability not in able or self.workshop.clock() - one.created_at > WHILE_KEYS_ARE_KNOWN:
        return order
    if isinstance(answer, NotFound):
        answer = self._providers.operate(method, capability, self._request(order, id))
    return order if isinstance(answer, Unknown) else self._book_answer(order.id, id, answer, method)


def _reconciled(self: Means, payment_id: UUID) -> Reconciled:
    try:
        payment, _ = _looked_up(self, payment_id)
        if payment.is_held and not payment.is_asked:
            payment = _released_if_cancelled(self, payment)
    except OrderKitError as error:
        log.warning("payment %s was not looked up: %s", payment_id, error.code)
        return Reconciled(unasked=1)
    is_open = payment.is_unsettled or payment.is_asked
    return Reconciled(open=1) if is_open else Reconciled(settled=1)


def _released_if_cancelled(self: Means, payment: Payment) -> Payment:
    """Have a hold released that came to a cancelled order; asked for once, what is refused is left to people."""
    order, method = self.reader.order_of_payment(payment.id), self._method(payment)
    if order.status is not Status.CANCELLED or Capability.VOID not in self._providers.able(method):
        return payment

    def begin(order: Order, act: Act) -> Change[Order]:
        return holding.begin_release(order, payment.id, act)

    digest = fingerprint("operations.reconcile void", payment.id)
    actor = Actor(ActorKind.MONEY, method.provider)
    after, _ = self._operate(payment.id, Capability.VOID, begin, Request(digest, digest), actor, None)
    return after.payment(payment.id)


def _is_in_question(self: Means, order: Order, payment: Payment, method: PaymentMethod) -> bool:
    """Whether to ask about the payment itself, and not about what is being done with it, or asked just now."""
    if payment.is_held:
        return not payment.is_asked
    is_asked_now = payment.is_unanswered and is_recent(self, order.changed_at, method)
    return payment.is_unsettled and not is_asked_now
