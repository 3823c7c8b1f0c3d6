"""Two tabs in which one order is paid, at a bank with books of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
from cryptography.fernet import Fernet

import orderkit.plugin as ok
from orderkit import Desk, Order, OrderKit, PaymentMethod
from orderkit.errors import OrderKitError
from orderkit.testing.bank import Bank, Books, serving
from tests.bank import CAN, bank_card
from tests.concurrency.storm import at_once
from tests.making import BUYER, STAFF, Maker, mug, rub
from tests.plugins import plugin

TOKEN = "token-of-tabs"
PAGE = "https://shop.example/orders/1"


@attrs.frozen
class Shop:
    """A shop, its bank, and orders of 900 that are paid in two tabs."""

    kit: OrderKit
    desk: Desk
    make: Maker
    method: PaymentMethod
    bank: Bank

    @property
    def books(self) -> Books:
        return self.bank.books

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

    def known(self, order: Order) -> list[str]:
        """The statuses of all that the bank knows of an order, oldest first."""
        return [one.status for one in self.books.payments() if one.number == order.number]

    def charged(self, order: Order) -> int:
        """What the bank took for an order and has not given back."""
        return sum(self.books.kept(str(payment.id)) for payment in self.now(order).payments)

    def now(self, order: Order) -> Order:
        return self.desk.orders.get(order.id)

    def pay_in_both(self) -> Order:
        """Open two tabs, pay in each of them at once, and ask the bank twice at once."""
        order = self.make.order([mug()], status="payment", actor=BUYER)
        opened = self.open_two(order)
        assert 2 == len(opened)
        at_once([lambda id=id: self.books.decide(int(id), pays=True) for id in opened])
        _, errors = at_once([self.kit.reconcile] * 2)
        assert [] == errors
        return self.now(order)


@contextmanager
def open_tabs(open_kit: Callable[..., OrderKit], folder: Path, *, closes: bool = False) -> Iterator[Shop]:
    """A shop whose bank answers over HTTP, with its books in that folder; *closes*: what is open there, when told."""
    can = CAN if closes else CAN - {ok.Capability.CLOSE}
    with serving(Bank(Books(folder / "bank.db"), TOKEN)) as bank:
        key = Fernet.generate_key().decode()
        kit = open_kit(plugins=[plugin(bank_card(60, can))], strict=True, secret_key=key)
        kit.sites.ensure("coffee", currency="RUB")
        desk = kit.site("coffee")
        settings: dict[str, object] = {"url": bank.url, "token": ok.Secret(TOKEN), "timeout": 30}
        add = desk.settings.add_payment_method
        method = add("bank-card", "Карта", settings=settings, actor=STAFF, key="card")
        yield Shop(kit, desk, Maker(desk), method, bank.bank)
