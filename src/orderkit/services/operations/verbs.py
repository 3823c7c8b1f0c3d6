"""Operations: what a provider is asked to do with a payment that it took."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

import attrs

from orderkit.contracts.operations import Capability, OperationRequest
from orderkit.domain import holding, paying, refunding
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.change import Change
from orderkit.domain.itemising import parts_given_back, parts_of, pieces_of
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.lifecycle import Lifecycle
from orderkit.domain.line import tuple_of
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import Money
from orderkit.domain.operation import Operation, OperationStatus
from orderkit.domain.order import Order
from orderkit.domain.outcome import Outcome
from orderkit.domain.payment import Payment, Refund, RefundLine
from orderkit.registry.making import Workshop
from orderkit.registry.providers import Providers
from orderkit.registry.ruling import Rules
from orderkit.services.operations import cancelling, giving_back, looking_up, writing_down
from orderkit.services.operations.means import key_of, record_of
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps
from orderkit.storage.writing import Store


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
    look_up = looking_up.look_up
    reconcile = looking_up.reconcile
    reconcile_due = looking_up.reconcile_due
    write_down = writing_down.write_down
    _ask = looking_up.ask
    _ask_once_more = looking_up.ask_once_more

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
                the order has; *lines* are no `RefundLine` (``wrong_type``); the provider cannot give back
                (``provider_cannot``), or its plugin is missing, fails or hangs (``method_unusable``).
            TransitionRefusedError: No provider took this payment (``not_by_provider``), or money is not given back on
                the word of *actor* (``not_by_this_actor``).
            NotFoundError: This site has no such payment.
            ConflictError: The key was used for another request (``key_reused``), or the money is not as it was seen
                (``money_moved``).
        """
        returned = tuple_of(lines, "lines", RefundLine)

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

    def _method(self, payment: Payment) -> PaymentMethod:
        assert payment.method_id is not None  # of a payment that a provider took
        return self.reader.payment_method(payment.method_id)

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
        payment, record = record_of(order, id)
        details = self.reader.contact(order.contact_id).details
        lines = record.lines if isinstance(record, Refund) else ()
        return OperationRequest(
            operation_id=id,
            key=key_of(record),
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
            if isinstance(record_of(order, id)[1], Refund):
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


def _is_asked(order: Order, id: UUID) -> bool:
    """Whether a provider is being asked for that at this moment."""
    return record_of(order, id)[1].status is OperationStatus.REQUESTED
