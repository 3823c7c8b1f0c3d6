"""What the verbs of operations work with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from orderkit.contracts.operations import Capability, LookupRequest, NotFound, OperationRequest
from orderkit.domain import asking, refunding
from orderkit.domain.actor import Act, Actor
from orderkit.domain.change import Change
from orderkit.domain.keys import Request, fingerprint
from orderkit.domain.lifecycle import Lifecycle
from orderkit.domain.method import PaymentMethod
from orderkit.domain.operation import Operation
from orderkit.domain.order import Order
from orderkit.domain.outcome import Asked, Declined, DeclineReason, Outcome, Unknown
from orderkit.domain.payment import Payment, Refund
from orderkit.registry.making import Workshop
from orderkit.registry.providers import Providers
from orderkit.registry.ruling import Rules
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps

UNTIL_ABSENT = timedelta(hours=1)
"""How long what a provider has never heard of may still be on its way to it."""


class Means(Protocol):
    """What `Operations` holds and can, so that a verb can stand in a module of its own, as a function of it."""

    @property
    def reader(self) -> Reader: ...
    @property
    def acting(self) -> Callable[[Actor], Act]: ...
    @property
    def workshop(self) -> Workshop: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def lifecycle(self) -> Lifecycle: ...
    @property
    def _providers(self) -> Providers: ...
    @property
    def _steps(self) -> Steps: ...
    def _method(self, payment: Payment) -> PaymentMethod: ...
    def _ask(self, payment_id: UUID) -> None: ...
    def _ask_once_more(self, order: Order, id: UUID) -> Order: ...
    def able(self, payment: Payment) -> frozenset[Capability]: ...
    def _request(self, order: Order, id: UUID) -> OperationRequest: ...
    def _book(
        self, order_id: UUID, method: PaymentMethod, decide: Callable[[Order, Act], Change[Order] | None]
    ) -> Order: ...
    def _book_answer(self, order_id: UUID, id: UUID, outcome: Outcome, method: PaymentMethod) -> Order: ...
    def _operate(
        self,
        payment_id: UUID,
        capability: Capability,
        begin: Callable[[Order, Act], Change[Order]],
        request: Request,
        actor: Actor,
        seen_version: int | None,
    ) -> tuple[Order, UUID]: ...


def payment_question(order: Order, payment: Payment) -> LookupRequest:
    """The question what came of a payment."""
    return LookupRequest(
        asked=Asked.PAYMENT,
        operation_id=payment.id,
        key=asking.key_of(payment),
        reference=payment.reference,
        payment_reference=payment.reference,
        number=order.number,
        amount=payment.amount,
    )


def record_of(order: Order, id: UUID) -> tuple[Payment, Refund | Operation]:
    """What a provider was asked to do with a payment, after that payment."""
    for payment in order.payments:
        for record in payment.asked_for:
            if record.id == id:
                return payment, record
    return order.operation(id)  # raises, naming it


def key_of(record: Refund | Operation) -> str:
    """The idempotency key that it is asked for with, whenever it is."""
    if isinstance(record, Refund):
        return refunding.key_of(record.id)
    return fingerprint(f"operations.{record.kind.value}", record.id)


def asked_as(record: Refund | Operation) -> Asked:
    """What its provider was asked for by it."""
    return Asked.REFUND if isinstance(record, Refund) else Asked(record.kind.value)


def record_question(order: Order, payment: Payment, record: Refund | Operation) -> LookupRequest:
    """The question what came of a refund, a capture or a void."""
    return LookupRequest(
        asked=asked_as(record),
        operation_id=record.id,
        key=key_of(record),
        reference=record.reference,
        payment_reference=payment.reference,
        number=order.number,
        amount=record.amount,
    )


def is_recent(self: Means, asked_at: datetime, method: PaymentMethod) -> bool:
    """Whether whoever asked may still be waiting for the answer."""
    return (self.workshop.clock() - asked_at).total_seconds() < self._providers.patience(method)


def heard(self: Means, answer: Outcome | NotFound, since: datetime) -> Outcome:
    """What an answer comes to of something that was asked for at that moment, at the latest."""
    if not isinstance(answer, NotFound):
        return answer
    is_absent = self.workshop.clock() - since > UNTIL_ABSENT
    return Declined(DeclineReason.UNAVAILABLE) if is_absent else Unknown()
