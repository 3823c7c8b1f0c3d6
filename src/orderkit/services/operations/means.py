"""What the verbs of operations work with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from orderkit.contracts.operations import Capability, LookupRequest, NotFound, OperationRequest
from orderkit.domain import asking
from orderkit.domain.actor import Act, Actor
from orderkit.domain.change import Change
from orderkit.domain.keys import Request
from orderkit.domain.lifecycle import Lifecycle
from orderkit.domain.method import PaymentMethod
from orderkit.domain.order import Order
from orderkit.domain.outcome import Asked, Outcome
from orderkit.domain.payment import Payment
from orderkit.registry.making import Workshop
from orderkit.registry.providers import Providers
from orderkit.registry.ruling import Rules
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps


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
    def _is_recent(self, asked_at: datetime, method: PaymentMethod) -> bool: ...
    def _ask(self, payment_id: UUID) -> None: ...
    def _ask_once_more(self, order: Order, id: UUID) -> Order: ...
    def able(self, payment: Payment) -> frozenset[Capability]: ...
    def _request(self, order: Order, id: UUID) -> OperationRequest: ...
    def _heard(self, answer: Outcome | NotFound, since: datetime) -> Outcome: ...
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
