"""Whatever goes wrong between shop and bank, in the end the shop's money is what stands in the bank's books."""

import base64
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Desk, OrderKit, Payment
from orderkit.errors import OrderKitError
from orderkit.testing.bank import Bank, Books, Fault, Served, serving
from tests.bank import bank_card
from tests.making import BUYER, STAFF, Clock, Maker, mug, rub
from tests.plugins import plugin

ORDERS = 8
SEEDS = [1, 2]
FAULTS = [None, None, Fault.LOSE, Fault.BREAK, Fault.REFUSE]
KEY = base64.urlsafe_b64encode(b"1" * 32).decode()


@attrs.frozen
class Shop:
    kit: OrderKit
    desk: Desk
    bank: Bank
    clock: Clock
    chance: random.Random

    def payments(self) -> list[Payment]:
        rows = self.desk.payments.find(limit=200).rows
        return [self.desk.orders.get(row.order_id).payment(row.id) for row in rows]

    def differences(self) -> list[str]:
        """Each payment of which the shop keeps another amount than the bank's books say."""
        kept = [(one, self.bank.books.kept(str(one.id))) for one in self.payments()]
        return [f"{one.id}: {one.sums.paid}, the bank {kept}" for one, kept in kept if one.sums.paid != kept]

    def open_(self) -> list[str]:
        """What nobody knows yet: attempts and refunds without a result, but for those that wait for their buyer."""
        asked = [one.attempt for one in self.payments() if one.is_being_answered]
        return asked + [
            refund.status for one in self.payments() for refund in one.refunds if refund.is_under_way
        ]

    def pay_orders(self) -> None:
        """Buyers begin to pay, something goes wrong now and then, and they pay at the bank, decline, or do neither."""
        [method] = self.desk.settings.payment_methods()
        for number in range(ORDERS):
            order = Maker(self.desk).order([mug()], key=f"order-{number}", status="payment", actor=BUYER)
            self.bank.faults.append(self.chance.choice(FAULTS))
            self.desk.payments.start(
                order.id,
                method.id,
                actor=BUYER,
                seen=rub("900"),
                key=f"pay-{number}",
                return_url="https://a.example",
            )
        for payment in self.bank.books.payments():
            if (answer := self.chance.choice([True, True, False, None])) is not None:
                self.bank.books.decide(payment.id, pays=answer)

    def give_back(self) -> None:
        """Staff give back parts, more than there is among them, and something goes wrong now and then."""
        for number, payment in enumerate(self.payments()):
            for part in range(2):
                self.bank.faults.append(self.chance.choice(FAULTS))
                try:
                    amount = rub(self.chance.choice(["100", "400", "600"]))
                    key = f"back-{number}-{part}"
                    self.desk.operations.refund(payment.id, amount, actor=STAFF, key=key)
                except OrderKitError:
                    self.bank.faults.pop()  # nobody was asked

    def ask(self) -> None:
        """Long enough after everything that nothing is on its way any more."""
        self.clock.move(minutes=61)
        self.kit.reconcile()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(Bank(Books(tmp_path / "bank.db"), "token")) as served:
        yield served


@pytest.fixture(params=SEEDS)
def shop(
    request: pytest.FixtureRequest, open_kit: Callable[..., OrderKit], clock: Clock, served: Served
) -> Shop:
    """A shop whose payments that bank takes."""
    kit = open_kit(plugins=[plugin(bank_card())], strict=True, secret_key=KEY)
    kit.sites.ensure("coffee", currency="RUB")
    desk = kit.site("coffee")
    settings: dict[str, Any] = {"url": served.url, "token": ok.Secret("token"), "timeout": 5}
    desk.settings.add_payment_method("bank-card", "Карта", settings=settings, actor=STAFF, key="card")
    return Shop(kit, desk, served.bank, clock, random.Random(request.param))


def test_in_the_end_the_books_agree(shop: Shop) -> None:
    """Answers lost before or after their effect, buyers who pay later, refunds beyond what is there: all is settled."""
    shop.pay_orders()
    shop.ask()
    shop.give_back()
    shop.ask()

    assert [] == shop.differences()
    assert [] == shop.open_()
    assert [] == list(shop.kit.verify())
    assert any(payment.sums.paid for payment in shop.payments())
    assert shop.bank.books.refunds()


def test_nobody_asked(shop: Shop) -> None:
    """Control: were the bank not asked what came of it, the shop would know of less than what was paid."""
    shop.pay_orders()

    assert shop.differences()
