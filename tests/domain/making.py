"""Orders and what they are made of, for the tests of the domain: plain functions with defaults."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import attrs

from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.delivery import Delivery
from orderkit.domain.lifecycle import PENDING_TWINS, Status
from orderkit.domain.line import Line
from orderkit.domain.money import Money
from orderkit.domain.moving import pending_twin
from orderkit.domain.order import Order
from orderkit.domain.payment import Attempt, FactKind, MoneyFact, Payment, Refund, RefundStatus
from orderkit.domain.placing import Beginning, create

NOW = datetime(2024, 3, 1, 12, 0, tzinfo=UTC)
LATER = datetime(2024, 3, 2, 9, 30, tzinfo=UTC)
CASH = UUID(int=1)
TRANSFER = UUID(int=2)
PERSON = UUID(int=3)


def rub(amount: str) -> Money:
    """Roubles."""
    return Money.of(amount, "RUB")


def act(kind: ActorKind = ActorKind.STAFF, at: datetime = NOW) -> Act:
    """Something done by an actor of that kind."""
    return Act(Actor(kind, "1", "Ольга"), at, uuid4)


def line(sku: str = "MUG", price: str = "450.00", quantity: int = 1, **fields: object) -> Line:
    """One position."""
    return Line(sku=sku, title=sku.title(), unit_price=rub(price), quantity=quantity, **fields)


def order(
    *lines: Line, status: Status = Status.PENDING, payments: tuple[Payment, ...] = (), **fields: object
) -> Order:
    """An order of 1000.00 unless other lines are given, number 1001, at *status*, paid by *payments*."""
    is_cancelled = status is Status.CANCELLED
    asked = Beginning(
        lines=lines or (line(price="1000.00"),),
        currency="RUB",
        contact_id=PERSON,
        status=Status.PENDING if is_cancelled else status,
    )
    change = create(asked, act(ActorKind.IMPORT))
    made = attrs.evolve(change.after, number="1001", payments=(*change.after.payments, *payments))
    if made.status in PENDING_TWINS:
        made = attrs.evolve(made, status=pending_twin(made))
    if is_cancelled:
        made = attrs.evolve(made, status=status, cancelled_at=NOW)
    return attrs.evolve(made, **fields)


def fact(kind: FactKind, amount: str, at: datetime = NOW) -> MoneyFact:
    """One line of the ledger."""
    return MoneyFact(uuid4(), kind, rub(amount), at)


def payment(*facts: MoneyFact, amount: str = "1000.00", **fields: object) -> Payment:
    """A payment by cash with that ledger; without one, an open attempt."""
    known = {"method_id": CASH, "attempt": Attempt.SETTLED if facts else Attempt.OPEN}
    return Payment(id=uuid4(), amount=rub(amount), opened_at=NOW, facts=facts, **{**known, **fields})


def paid(amount: str = "1000.00", **fields: object) -> Payment:
    """A payment that brought *amount*."""
    sale = (fact(FactKind.AUTHORISE, amount), fact(FactKind.CAPTURE, amount))
    return payment(*sale, amount=amount, **fields)


def held(amount: str = "1000.00", **fields: object) -> Payment:
    """A payment whose money is reserved at the provider, not taken yet."""
    return payment(fact(FactKind.AUTHORISE, amount), amount=amount, offline=False, **fields)


def asked(attempt: Attempt = Attempt.UNKNOWN) -> Payment:
    """An attempt that a provider is answering."""
    return payment(attempt=attempt, offline=False)


def refund_under_way(amount: str) -> Refund:
    """A refund that has been asked for and is not settled."""
    return Refund(uuid4(), rub(amount), RefundStatus.PENDING, NOW)


def delivery(cost: str = "300.00", **fields: object) -> Delivery:
    """The delivery section of an order."""
    return Delivery(rub(cost), **fields)
