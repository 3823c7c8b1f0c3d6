"""
Two tabs pay one order at a bank with books of its own: it is charged once, or overpaid, and what is too much goes back.

`ORDERKIT_TEST_TABS` says how many orders are paid so.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from cryptography.fernet import Fernet

import orderkit.plugin as ok
from orderkit import Attempt, Desk, Order, OrderKit, Payment, PaymentMethod
from orderkit.errors import OrderKitError
from orderkit.testing.bank import Bank, Books, Served, serving
from tests.bank import bank_card
from tests.concurrency.storm import at_once
from tests.making import BUYER, STAFF, Maker, mug, rub
from tests.plugins import plugin

ROUNDS = int(os.environ.get("ORDERKIT_TEST_TABS", "3"))
TOKEN = "token-of-tabs"
PAGE = "https://shop.example/orders/1"


@attrs.frozen
class Shop:
    """A shop, its bank, and orders of 900 that are paid in two tabs."""

    kit: OrderKit
    desk: Desk
    make: Maker
    method: PaymentMethod
    books: Books

    def press(self, order: Order, tab: str) -> ok.Outcome | None:
        """Press the button in one tab; the outcome leads to the bank's page."""
        given: dict[str, Any] = {"actor": BUYER, "seen": rub("900"), "return_url": PAGE}
        return self.desk.payments.start(order.id, self.method.id, key=f"{order.id} {tab}", **given).outcome

    def open_two(self, order: Order) -> set[str]:
        """Press in both tabs at once; whoever is told to wait presses again. The bank's numbers of what was begun."""
        answers, errors = at_once([lambda tab=tab: self.press(order, tab) for tab in ("left", "right")])
        assert {"answer_awaited"} >= {error.code for error in errors if isinstance(error, OrderKitError)}
        answers += [self.press(order, "again") for _ in errors]
        return {outcome.reference for outcome in answers if isinstance(outcome, ok.Redirect)}

    def charged(self, order: Order) -> int:
        """What the bank took for an order and has not given back."""
        return sum(self.books.kept(str(payment.id)) for payment in self.now(order).payments)

    def now(self, order: Order) -> Order:
        return self.desk.orders.get(order.id)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Served]:
    with serving(Bank(Books(tmp_path / "bank.db"), TOKEN)) as served:
        yield served


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit], bank: Served) -> Shop:
    kit = open_kit(plugins=[plugin(bank_card(10))], strict=True, secret_key=Fernet.generate_key().decode())
    kit.sites.ensure("coffee", currency="RUB")
    desk = kit.site("coffee")
    settings: dict[str, object] = {"url": bank.url, "token": ok.Secret(TOKEN)}
    method = desk.settings.add_payment_method(
        "bank-card", "Карта", settings=settings, actor=STAFF, key="card"
    )
    return Shop(kit, desk, Maker(desk), method, bank.bank.books)


def pay_in_both(shop: Shop) -> Order:
    """Open two tabs, pay in each of them at once, and ask the bank twice at once."""
    order = shop.make.order([mug()], status="payment", actor=BUYER)
    opened = shop.open_two(order)
    assert 2 == len(opened)
    at_once([lambda id=id: shop.books.decide(int(id), pays=True) for id in opened])
    _, errors = at_once([shop.kit.reconcile] * 2)
    assert [] == errors
    return shop.now(order)


def test_paid_in_both(shop: Shop) -> None:
    """The desk knows of all that the bank took: the order is overpaid, and what is too much goes back to the kopeck."""
    for _ in range(ROUNDS):
        order = pay_in_both(shop)
        assert ("overpaid", 90_000) == (order.balance.payment_status, order.balance.overpaid)
        assert order.balance.paid == shop.charged(order)
        surplus = order.balance.money(order.balance.overpaid)
        last = max(order.payments, key=lambda payment: payment.sums.refundable)
        shop.desk.operations.refund(last.id, surplus, actor=STAFF, key=f"{order.id} back")
        after = shop.now(order)

        assert ("paid", 90_000) == (after.balance.payment_status, shop.charged(after))
    assert [] == list(shop.kit.verify())


def test_paid_in_one(shop: Shop) -> None:
    """Whichever tab is paid in, it is charged once; pressed once more, nothing is left to pay."""
    for first in (True, False) * ROUNDS:
        order = shop.make.order([mug()], status="payment", actor=BUYER)
        shop.books.decide(int(sorted(shop.open_two(order), key=int, reverse=first)[0]), pays=True)
        shop.kit.reconcile()
        with pytest.raises(OrderKitError) as again:
            shop.press(order, "once more")

        assert "nothing_to_pay" == again.value.code
        assert ("paid", 90_000) == (shop.now(order).balance.payment_status, shop.charged(order))
    assert [] == list(shop.kit.verify())


def test_what_was_superseded_is_asked_about(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: were only the open attempt asked about, the bank would have money of which the desk knows nothing."""
    real = Payment.is_unsettled.fget
    assert real is not None
    monkeypatch.setattr(
        Payment,
        "is_unsettled",
        property(lambda one: real(one) and one.attempt is not Attempt.SUPERSEDED),
    )
    order = pay_in_both(shop)

    assert (90_000, 180_000) == (order.balance.paid, shop.charged(order))
