"""Operations: what a provider is asked to do with a payment that it took."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import attrs

from orderkit.contracts.operations import Capability, LookupRequest, NotFound, OperationRequest
from orderkit.domain import asking, paying, refunding
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.change import Change
from orderkit.domain.itemising import parts_given_back, pieces_of
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.outcome import Asked, Declined, DeclineReason, Outcome, Unknown
from orderkit.domain.payment import Payment, Refund, RefundLine, RefundStatus
from orderkit.errors import OrderKitError
from orderkit.registry.making import Workshop
from orderkit.registry.providers import Providers
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps
from orderkit.storage.writing import Store

log = logging.getLogger("orderkit.payments")

UNTIL_ABSENT = timedelta(hours=1)
"""How long what a provider has never heard of may still be on its way to it."""


@attrs.frozen
class Reconciled:
    """
    What came of asking providers about what they had not settled.

    Attributes:
        settled: Payments of which nothing is open any more.
        open: Payments of which something still is.
        unasked: Payments that nobody could be asked about: the provider cannot look anything up, or its plugin is
            missing, fails or hangs.
    """

    settled: int = 0
    open: int = 0
    unasked: int = 0

    def __add__(self, other: Reconciled) -> Reconciled:
        return Reconciled(self.settled + other.settled, self.open + other.open, self.unasked + other.unasked)


@attrs.frozen
class Operations:
    """What the providers of one site are asked to do with payments, each in three beats."""

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]
    workshop: Workshop

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

        def begin() -> Change[Order]:
            order = self.reader.order_of_payment(payment_id)
            if seen_version is not None:
                paying.require_unmoved(order, self.reader.changes_since(order.id, seen_version))
            change = refunding.begin(
                order,
                payment_id,
                amount,
                self.acting(actor),
                reason=reason,
                lines=returned,
                lower_total=lower_total,
            )
            self._providers.require_able(self._method(order.payment(payment_id)), Capability.REFUND)
            return change

        digest = fingerprint("operations.refund", payment_id, amount, reason, returned, lower_total)
        begun = self._steps.insist(begin, Request(clean_key(key), digest))
        assert begun.entry is not None  # a refund is told that was not there
        refund_id = UUID(str(begun.entry.data["refund_id"]))
        method = self._method(begun.order.payment(payment_id))
        if begun.is_repeated:
            limit = (
                self._providers.patience(method) - (self.workshop.clock() - begun.entry.at).total_seconds()
            )
            order = self._steps.wait(begun.order, lambda order: not _is_asked(order, refund_id), limit)
        else:
            outcome = self._providers.refund(method, self._request(begun.order, refund_id))
            order = self._book_refund(begun.order.id, refund_id, outcome, method)
        return order.refund(refund_id)[1]

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
        Ask the provider of a payment what came of it, and of its refunds, as far as that is open; book what it says.

        What is being asked for at this moment is left alone. What the provider has never heard of is declined, or has
        failed, an hour after it was asked for: until then it may be on its way.

        Raises:
            InvalidInputError: The provider cannot look anything up (``provider_cannot``), or its plugin is missing,
                fails or hangs (``method_unusable``).
            NotFoundError: This site has no such payment.
        """
        order = self.reader.order_of_payment(payment_id)
        payment = order.payment(payment_id)
        refunds = [refund for refund in payment.refunds if refund.by_provider and refund.is_under_way]
        if not (payment.is_unsettled or refunds):
            return payment
        method = self._method(payment)
        self._providers.require_able(method, Capability.LOOKUP)
        if payment.is_unsettled and not (payment.is_unanswered and self._is_recent(order.changed_at, method)):
            answer = self._providers.look_up(method, _payment_question(order, payment))
            outcome = self._heard(answer, since=order.changed_at)
            order = self._book(
                order.id, method, lambda order, act: asking.found(order, payment_id, outcome, act)
            )
        for refund in refunds:
            is_asked = refund.status is RefundStatus.REQUESTED
            if not (is_asked and self._is_recent(refund.created_at, method)):
                answer = self._providers.look_up(method, _refund_question(order, payment, refund))
                outcome = self._heard(answer, since=refund.created_at)
                if not isinstance(outcome, Unknown):
                    order = self._book_refund(order.id, refund.id, outcome, method)
        return order.payment(payment_id)

    def reconcile(self) -> Reconciled:
        """
        Ask the providers about every payment and refund that is open or unknown, and book what they say.

        Safe while the shop runs, and when it is run twice at once.
        """
        total = Reconciled()
        for payment_id in self.reader.unsettled_payments():
            try:
                payment = self.look_up(payment_id)
            except OrderKitError as error:
                log.warning("payment %s was not looked up: %s", payment_id, error.code)
                total += Reconciled(unasked=1)
                continue
            is_open = payment.is_unsettled or any(
                one.by_provider and one.is_under_way for one in payment.refunds
            )
            total += Reconciled(open=1) if is_open else Reconciled(settled=1)
        return total

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

    def _request(self, order: Order, refund_id: UUID) -> OperationRequest:
        payment, refund = order.refund(refund_id)
        details = self.reader.contact(order.contact_id).details
        return OperationRequest(
            operation_id=refund_id,
            key=refunding.key_of(refund_id),
            payment_id=payment.id,
            reference=payment.reference,
            number=order.number,
            amount=refund.amount,
            reason=refund.reason,
            lines=tuple(pieces_of(order.line(line.line_id), line.quantity) for line in refund.lines),
            email=details.email,
            phone=details.phone,
            parts=parts_given_back(order, refund),
        )

    def _book_refund(self, order_id: UUID, refund_id: UUID, outcome: Outcome, method: PaymentMethod) -> Order:
        return self._book(
            order_id, method, lambda order, act: refunding.answer(order, refund_id, outcome, act)
        )

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


def _is_asked(order: Order, refund_id: UUID) -> bool:
    """Whether a provider is being asked for a refund at this moment."""
    return order.refund(refund_id)[1].status is RefundStatus.REQUESTED


def _payment_question(order: Order, payment: Payment) -> LookupRequest:
    return LookupRequest(
        asked=Asked.PAYMENT,
        operation_id=payment.id,
        key=asking.key_of(payment),
        reference=payment.reference,
        payment_reference=payment.reference,
        number=order.number,
        amount=payment.amount,
    )


def _refund_question(order: Order, payment: Payment, refund: Refund) -> LookupRequest:
    return LookupRequest(
        asked=Asked.REFUND,
        operation_id=refund.id,
        key=refunding.key_of(refund.id),
        reference=refund.reference,
        payment_reference=payment.reference,
        number=order.number,
        amount=refund.amount,
    )
