"""Operations: what a provider is asked to do with a payment that it took."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import attrs

from orderkit.contracts.operations import Capability, LookupRequest, NotFound, OperationRequest
from orderkit.domain import asking, holding, paying, refunding
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.change import Change
from orderkit.domain.itemising import parts_given_back, parts_of, pieces_of
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.lifecycle import Lifecycle, Status
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import Money
from orderkit.domain.operation import Operation, OperationStatus
from orderkit.domain.order import Order
from orderkit.domain.outcome import Asked, Declined, DeclineReason, Outcome, Unknown
from orderkit.domain.payment import Payment, Refund, RefundLine
from orderkit.domain.turns import Turns
from orderkit.errors import OrderKitError
from orderkit.registry.making import Workshop
from orderkit.registry.providers import Providers
from orderkit.registry.ruling import Rules
from orderkit.services.operations import cancelling, giving_back, writing_down
from orderkit.services.operations.cancelling import Standing
from orderkit.services.operations.means import payment_question
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps
from orderkit.storage.writing import Store

log = logging.getLogger("orderkit.payments")

UNTIL_ABSENT = timedelta(hours=1)
"""How long what a provider has never heard of may still be on its way to it."""
WHILE_KEYS_ARE_KNOWN = timedelta(hours=1)
"""How long every provider is trusted to know again a key that it was asked with; most do for a day."""
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


@attrs.frozen
class Operations:
    """What the providers of one site are asked to do with payments, each in three beats."""

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]
    workshop: Workshop
    rules: Rules
    lifecycle: Lifecycle

    cancel = cancelling.cancel
    foretell_cancel = cancelling.foretell_cancel
    stop_cancelling = cancelling.stop_cancelling
    give_back = giving_back.give_back
    returnable = giving_back.returnable
    split = giving_back.split
    suggest_refund = giving_back.suggest_refund
    why_by_hand = giving_back.why_by_hand
    worth = giving_back.worth
    write_down = writing_down.write_down

    def refund(
        self,
        payment_id: UUID,
        amount: Money,
        *,
        actor: Actor,
        key: str,
        reason: str = "",
        lines: Sequence[RefundLine] = (),
        lower_total: bool = True,
        seen_version: int | None = None,
    ) -> Refund:
        """
        Give money back through the provider that took it, all of a payment or part of it.

        The refund is stored first, and holds its amount from then on; the provider is asked with nothing open and for
        as long as its type says; its answer is booked on the order as it stands then. Nothing is paid less before it is
        ``settled``; one that ``failed`` frees its amount, and one that is ``pending`` or ``unknown`` keeps it.

        Args:
            key: Chosen by the caller; the same key asks once. Repeated, it is answered as the first was, after it.
            lines: Which goods came back, for the record and for the provider; the amount does not follow from them.
            lower_total: Whether what is given back beyond an overpayment lowers the total, so that it is not
                owed again.
            seen_version: The version of the order whose money a person has looked at; ``None`` asks whatever else there
                is by now.

        Raises:
            InvalidInputError: Not above zero, more than can be given back, another currency, or more goods than
                the order has; the provider cannot give back (``provider_cannot``), or its plugin is missing, fails or
                hangs (``method_unusable``).
            TransitionRefusedError: No provider took this payment (``not_by_provider``), or money is not given back on
                the word of *actor* (``not_by_this_actor``).
            NotFoundError: This site has no such payment.
            ConflictError: The key was used for another request (``key_reused``), or the money is not as it was seen
                (``money_moved``).
        """
        returned = tuple(lines)

        def begin(order: Order, act: Act) -> Change[Order]:
            return refunding.begin(
                order, payment_id, amount, act, reason=reason, lines=returned, lower_total=lower_total
            )

        digest = fingerprint("operations.refund", payment_id, amount, reason, returned, lower_total)
        request = Request(clean_key(key), digest)
        order, id = self._operate(payment_id, Capability.REFUND, begin, request, actor, seen_version)
        return order.refund(id)[1]

    def capture(
        self,
        payment_id: UUID,
        amount: Money,
        *,
        actor: Actor,
        key: str,
        reason: str = "",
        seen_version: int | None = None,
    ) -> Operation:
        """
        Take money that is held, all of it or a part; what is not taken is released.

        In three beats, as `refund`. Nothing is paid before it is ``settled``; one that ``failed`` leaves the hold as it
        was, and while one is ``pending`` or ``unknown`` the hold is neither taken nor released by anything else.

        Args:
            amount: Above zero, at most what is held, and at most what is owed.
            key: Chosen by the caller; the same key asks once. Repeated, it is answered as the first was, after it.
            seen_version: The version of the order whose money a person has looked at; ``None`` asks whatever else there
                is by now.

        Raises:
            InvalidInputError: Not above zero, more than is held or owed (``capture_out_of_range``), or another
                currency; the provider cannot capture (``provider_cannot``), or its plugin is missing, fails or hangs
                (``method_unusable``).
            TransitionRefusedError: Nothing is held (``nothing_held``), the hold is being taken or released already
                (``answer_awaited``), or money is not taken on the word of *actor* (``not_by_this_actor``).
            NotFoundError: This site has no such payment.
            ConflictError: The key was used for another request (``key_reused``), or the money is not as it was seen
                (``money_moved``).
        """

        def begin(order: Order, act: Act) -> Change[Order]:
            return holding.begin_capture(order, payment_id, amount, act, reason=reason)

        request = Request(clean_key(key), fingerprint("operations.capture", payment_id, amount, reason))
        order, id = self._operate(payment_id, Capability.CAPTURE, begin, request, actor, seen_version)
        return order.operation(id)[1]

    def void(
        self,
        payment_id: UUID,
        *,
        actor: Actor,
        key: str,
        reason: str = "",
        seen_version: int | None = None,
    ) -> Operation:
        """
        Release all money that is held of a payment.

        In three beats, as `capture`, which says what the arguments are.

        Raises:
            InvalidInputError: The provider cannot void (``provider_cannot``), or its plugin is missing, fails or hangs
                (``method_unusable``).
            TransitionRefusedError: As `capture`.
            NotFoundError: This site has no such payment.
            ConflictError: As `capture`.
        """

        def begin(order: Order, act: Act) -> Change[Order]:
            return holding.begin_void(order, payment_id, act, reason=reason)

        request = Request(clean_key(key), fingerprint("operations.void", payment_id, reason))
        order, id = self._operate(payment_id, Capability.VOID, begin, request, actor, seen_version)
        return order.operation(id)[1]

    def able(self, payment: Payment) -> frozenset[Capability]:
        """
        What the provider of a payment can do with it, as its type declares and its settings allow.

        Nothing for what was recorded by hand, and where the plugin is missing, fails or hangs. Where the provider has
        given no reference of the payment, it can at most be asked what came of it.
        """
        if payment.offline or payment.method_id is None:
            return frozenset()
        able = self._providers.able(self._method(payment))
        return able if payment.reference else able & {Capability.LOOKUP}

    def look_up(self, payment_id: UUID) -> Payment:
        """
        Ask the provider of a payment what came of it and of what was done with it, as far as that is open; book it.

        What is being asked for at this moment is left alone. What the provider has never heard of is declined, or has
        failed, an hour after it was asked for: until then it may be on its way. Where the order is being cancelled and
        has waited for nothing but this, that is gone on with.

        Raises:
            InvalidInputError: The provider cannot look anything up (``provider_cannot``), or its plugin is missing,
                fails or hangs (``method_unusable``).
            NotFoundError: This site has no such payment.
        """
        order = self.reader.order_of_payment(payment_id)
        payment = order.payment(payment_id)
        asked = [one for one in payment.asked_for if one.is_under_way]
        if not (payment.is_unsettled or asked):
            return payment
        method = self._method(payment)
        if payment.is_held and not asked and Capability.LOOKUP not in self._providers.able(method):
            return payment  # held as it was; nobody waits for an answer
        self._providers.require_able(method, Capability.LOOKUP)
        if self._is_in_question(order, payment, method):
            answer = self._providers.look_up(method, payment_question(order, payment))
            is_gone = (
                isinstance(answer, NotFound) and payment.is_held
            )  # what was known there is not forgotten
            outcome = Unknown() if is_gone else self._heard(answer, since=order.changed_at)
            order = self._book(
                order.id, method, lambda order, act: asking.found(order, payment_id, outcome, act)
            )
        for one in asked:
            if not (one.status is OperationStatus.REQUESTED and self._is_recent(one.created_at, method)):
                answer = self._providers.look_up(method, _question(order, payment, one))
                outcome = self._heard(answer, since=one.created_at)
                if not isinstance(outcome, Unknown):
                    order = self._book_answer(order.id, one.id, outcome, method)
        if order.cancelling is not None and not any(one.is_asked for one in order.payments):
            cancelling.go_on(self, order.id)
            order = self.reader.order(order.id)
        return order.payment(payment_id)

    def reconcile(self) -> Reconciled:
        """
        Ask the providers about every payment and refund that is open or unknown, and book what they say.

        First what is being cancelled is gone on with. Safe while the shop runs, and when it is run twice at once.
        """
        for order_id in self.reader.cancelling():
            cancelling.go_on(self, order_id)
        total = Reconciled()
        for payment_id in self.reader.unsettled_payments():
            total += self._reconciled(payment_id)
        return attrs.evolve(total, standing=tuple(cancelling.standing(self)))

    def reconcile_due(self, turns: Turns, budget: float) -> Reconciled:
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
                total += self._reconciled(id)
        return total

    def _ask(self, payment_id: UUID) -> None:
        """Look a payment up where that can be done; what cannot be asked about stays as it was."""
        self._reconciled(payment_id)

    def _ask_once_more(self, order: Order, id: UUID) -> Order:
        """
        Look up what was asked for and not answered; of what the provider has never heard, ask it under the same key.

        A provider does once what it is asked for under one key, so that a question on its way does no harm. One that
        cannot look anything up is asked so again as long as it is sure to know the key; later only people can know.
        """
        payment, one = _record(order, id)
        method, capability = self._method(payment), Capability(_asked_as(one).value)
        able = self._providers.able(method)
        answer: Outcome | NotFound = NotFound()
        if Capability.LOOKUP in able:
            answer = self._providers.look_up(method, _question(order, payment, one))
        elif capability not in able or self.workshop.clock() - one.created_at > WHILE_KEYS_ARE_KNOWN:
            return order
        if isinstance(answer, NotFound):
            answer = self._providers.operate(method, capability, self._request(order, id))
        return order if isinstance(answer, Unknown) else self._book_answer(order.id, id, answer, method)

    def _reconciled(self, payment_id: UUID) -> Reconciled:
        try:
            payment = self.look_up(payment_id)
            if payment.is_held and not payment.is_asked:
                payment = self._released_if_cancelled(payment)
        except OrderKitError as error:
            log.warning("payment %s was not looked up: %s", payment_id, error.code)
            return Reconciled(unasked=1)
        is_open = payment.is_unsettled or payment.is_asked
        return Reconciled(open=1) if is_open else Reconciled(settled=1)

    def _released_if_cancelled(self, payment: Payment) -> Payment:
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

    def _is_recent(self, asked_at: datetime, method: PaymentMethod) -> bool:
        """Whether whoever asked may still be waiting for the answer."""
        return (self.workshop.clock() - asked_at).total_seconds() < self._providers.patience(method)

    def _heard(self, answer: Outcome | NotFound, since: datetime) -> Outcome:
        """What an answer comes to of something that was asked for at that moment, at the latest."""
        if not isinstance(answer, NotFound):
            return answer
        is_absent = self.workshop.clock() - since > UNTIL_ABSENT
        return Declined(DeclineReason.UNAVAILABLE) if is_absent else Unknown()

    def _method(self, payment: Payment) -> PaymentMethod:
        assert payment.method_id is not None  # of a payment that a provider took
        return self.reader.payment_method(payment.method_id)

    def _is_in_question(self, order: Order, payment: Payment, method: PaymentMethod) -> bool:
        """Whether to ask about the payment itself, and not about what is being done with it, or asked just now."""
        if payment.is_held:
            return not payment.is_asked
        is_asked_now = payment.is_unanswered and self._is_recent(order.changed_at, method)
        return payment.is_unsettled and not is_asked_now

    def _operate(
        self,
        payment_id: UUID,
        capability: Capability,
        begin: Callable[[Order, Act], Change[Order]],
        request: Request,
        actor: Actor,
        seen_version: int | None,
    ) -> tuple[Order, UUID]:
        """All three beats of one thing to do with a payment; answers the order and the id of the record."""

        def begun_on() -> Change[Order]:
            order = self.reader.order_of_payment(payment_id)
            if seen_version is not None:
                paying.require_unmoved(order, self.reader.changes_since(order.id, seen_version))
            change = begin(order, self.acting(actor))
            self._providers.require_able(self._method(order.payment(payment_id)), capability)
            return change

        begun = self._steps.insist(begun_on, request)
        assert begun.entry is not None  # a record is told that was not there
        told = begun.entry.data
        id = UUID(str(told["refund_id"] if "refund_id" in told else told["operation_id"]))
        method = self._method(begun.order.payment(payment_id))
        if not begun.is_repeated:
            outcome = self._providers.operate(method, capability, self._request(begun.order, id))
            return self._book_answer(begun.order.id, id, outcome, method), id
        limit = self._providers.patience(method) - (self.workshop.clock() - begun.entry.at).total_seconds()
        return self._steps.wait(begun.order, lambda order: not _is_asked(order, id), limit), id

    def _request(self, order: Order, id: UUID) -> OperationRequest:
        payment, record = _record(order, id)
        details = self.reader.contact(order.contact_id).details
        lines = record.lines if isinstance(record, Refund) else ()
        return OperationRequest(
            operation_id=id,
            key=_key(record),
            payment_id=payment.id,
            reference=payment.reference,
            number=order.number,
            amount=record.amount,
            reason=record.reason,
            lines=tuple(pieces_of(order.line(line.line_id), line.quantity) for line in lines),
            email=details.email,
            phone=details.phone,
            parts=parts_given_back(order, record) if isinstance(record, Refund) else parts_of(order),
        )

    def _book_answer(self, order_id: UUID, id: UUID, outcome: Outcome, method: PaymentMethod) -> Order:
        def answer(order: Order, act: Act) -> Change[Order] | None:
            if isinstance(_record(order, id)[1], Refund):
                return refunding.answer(order, id, outcome, act)
            return holding.answer(order, id, outcome, act)

        return self._book(order_id, method, answer)

    def _book(
        self, order_id: UUID, method: PaymentMethod, decide: Callable[[Order, Act], Change[Order] | None]
    ) -> Order:
        def book() -> Change[Order] | Order:
            order = self.reader.order(order_id)
            return decide(order, self.acting(Actor(ActorKind.MONEY, method.provider))) or order

        return self._steps.insist(book, None).order

    @property
    def _providers(self) -> Providers:
        return Providers(self.workshop)

    @property
    def _steps(self) -> Steps:
        return Steps(self.store, self.reader)


def _record(order: Order, id: UUID) -> tuple[Payment, Refund | Operation]:
    """What a provider was asked to do with a payment, after that payment."""
    for payment in order.payments:
        for record in payment.asked_for:
            if record.id == id:
                return payment, record
    return order.operation(id)  # raises, naming it


def _is_asked(order: Order, id: UUID) -> bool:
    """Whether a provider is being asked for that at this moment."""
    return _record(order, id)[1].status is OperationStatus.REQUESTED


def _key(record: Refund | Operation) -> str:
    """The idempotency key that it is asked for with, whenever it is."""
    if isinstance(record, Refund):
        return refunding.key_of(record.id)
    return fingerprint(f"operations.{record.kind.value}", record.id)


def _asked_as(record: Refund | Operation) -> Asked:
    return Asked.REFUND if isinstance(record, Refund) else Asked(record.kind.value)


def _question(order: Order, payment: Payment, record: Refund | Operation) -> LookupRequest:
    return LookupRequest(
        asked=_asked_as(record),
        operation_id=record.id,
        key=_key(record),
        reference=record.reference,
        payment_reference=payment.reference,
        number=order.number,
        amount=record.amount,
    )
