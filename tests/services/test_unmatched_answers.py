"""A provider answers with another amount, or in another currency, than it was asked for: nothing of it is booked."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Order, OrderKit, Payment
from tests.backends import Backends
from tests.making import BUYER, STAFF, Clock, Maker, mug, rub
from tests.plugins import paying, plugin

UNMATCHED = {
    "less": rub("0.01"),
    "more": rub("900.01"),
    "another currency": ok.Money(90_000, "USD"),
}


@attrs.define
class Till:
    """
    A provider that answers what it is told to.

    Attributes:
        started: What it answers when it is asked for 900; *done* when anything is to be done with them, *found* when
            it is asked what came of either.
    """

    started: object = None
    done: object = None
    found: object = None


@attrs.frozen
class Shop:
    """An order of 900, paid or held in full at a till."""

    kit: OrderKit
    till: Till
    make: Maker

    def start(self) -> Order:
        desk = self.make.desk
        [method] = desk.settings.payment_methods()
        order = self.make.order([mug()], status="payment", actor=BUYER)
        given: dict[str, Any] = {"actor": BUYER, "seen": rub("900"), "return_url": "https://shop.example"}
        return desk.payments.start(order.id, method.id, key=self.make.key(), **given).order

    def now(self, order: Order) -> Payment:
        return self.make.desk.orders.get(order.id).payments[-1]


@pytest.fixture
def shop(clock: Clock, backends: Backends) -> Iterator[Shop]:
    till = Till(started=ok.Succeeded(rub("900"), "b-1"))
    kind = paying(lambda _: till.done, found=lambda _: till.found)
    provider = kind.factory(None, None)  # type: ignore[arg-type]  # it looks at neither
    provider.start = lambda _: till.started  # type: ignore[attr-defined]
    kind = attrs.evolve(kind, factory=lambda *_: provider)
    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(kind)], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    make = Maker(kit.site("coffee"))
    make.desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
    yield Shop(kit, till, make)
    kit.close()


@pytest.fixture(params=UNMATCHED)
def other(request: pytest.FixtureRequest) -> ok.Money:
    return UNMATCHED[request.param]


Says = Callable[[ok.Money, str], ok.Outcome]


@pytest.mark.parametrize("says", [ok.Succeeded, ok.Authorised])
def test_payment(shop: Shop, other: ok.Money, says: Says) -> None:
    """Asked for it, and asked about it: it is not known, neither paid nor held; told right, it counts."""
    shop.till.started = shop.till.found = says(other, "b-1")
    order = shop.start()
    shop.kit.reconcile()
    payment = shop.now(order)

    assert ("unknown", "amount_differs", ()) == (payment.attempt, payment.reason, payment.facts)
    assert [] == list(shop.kit.verify())
    shop.till.found = ok.Succeeded(rub("900"), "b-1")
    shop.kit.reconcile()
    assert 90_000 == shop.now(order).sums.captured


def test_refund(shop: Shop, other: ok.Money) -> None:
    """It holds its amount, and nothing is given back until the provider says so of all of it."""
    order = shop.start()
    shop.till.done = shop.till.found = ok.Succeeded(other, "r-1")
    refund = shop.make.desk.operations.refund(
        order.payments[-1].id, rub("540"), actor=STAFF, key=shop.make.key()
    )
    shop.kit.reconcile()
    payment = shop.now(order)

    assert ("unknown", "amount_differs") == (refund.status, refund.failure)
    assert ("unknown", 0, 54_000) == (
        payment.refunds[-1].status,
        payment.sums.refunded,
        payment.sums.reserved,
    )
    assert [] == list(shop.kit.verify())


@pytest.mark.parametrize("verb", ["capture", "void"])
def test_hold(shop: Shop, other: ok.Money, verb: str) -> None:
    """Neither taken nor released: it is held as before, and asked for once."""
    shop.till.started = ok.Authorised(rub("900"), "b-1")
    order = shop.start()
    shop.till.done = shop.till.found = ok.Succeeded(other, "c-1")
    amount = [rub("600")] if verb == "capture" else []
    operation = getattr(shop.make.desk.operations, verb)(
        order.payments[-1].id, *amount, actor=STAFF, key=shop.make.key()
    )
    shop.kit.reconcile()
    payment = shop.now(order)

    assert ("unknown", "amount_differs") == (operation.status, operation.failure)
    assert (90_000, 0, "unknown") == (
        payment.sums.authorised,
        payment.sums.captured,
        payment.operations[-1].status,
    )
    assert [] == list(shop.kit.verify())
