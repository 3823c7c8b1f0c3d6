"""What a shop believes, told by webhooks alone, is what stands in the books of its bank: it had no part in them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import attrs
import pytest
from cryptography.fernet import Fernet

import orderkit.plugin as ok
from orderkit import Desk, OrderKit, Payment, PaymentMethod
from orderkit.errors import InvalidInputError
from orderkit.testing.bank import Bank, Books, Delivery, Notices, serving
from tests.bank import bank_card
from tests.hooked import begin_to_pay
from tests.making import STAFF, Clock, Maker, contents, rub
from tests.plugins import plugin

SECRET = "bank-hooks-5Qm1"


@attrs.frozen
class Shop:
    kit: OrderKit
    desk: Desk
    make: Maker
    clock: Clock
    method: PaymentMethod
    books: Books
    notices: Notices

    def receive(self, delivery: Delivery) -> list[str]:
        request = ok.WebhookRequest(
            method="POST",
            url="/hooks",
            headers=delivery.headers,
            body=delivery.body,
            received_at=self.clock(),
        )
        return [one.status.value for one in self.desk.webhooks.receive(self.method.id, request)]

    def pay(self) -> Payment:
        return begin_to_pay(self.make, self.method)[1]

    def paid(self, payment: Payment) -> int:
        order = self.desk.operations.reader.order_of_payment(payment.id)
        return order.payment(payment.id).sums.paid


@pytest.fixture
def open_bank(
    clock: Clock, tmp_path: Path, open_kit: Callable[..., OrderKit]
) -> Iterator[Callable[[str], Shop]]:
    """Call it with the secret of its webhooks; without one the bank is asked."""
    books = Books(tmp_path / "bank.db")
    with serving(Bank(books, "bank-token")) as served:

        def open_(secret: str) -> Shop:
            kit = open_kit(plugins=[plugin(bank_card())], strict=True, secret_key=Fernet.generate_key())
            kit.sites.ensure("coffee", currency="RUB")
            desk = kit.site("coffee")
            settings = {
                "url": served.url,
                "token": ok.Secret("bank-token"),
                "secret": ok.Secret(secret) if secret else None,
            }
            method = desk.settings.add_payment_method(
                "bank-card", "Карта", settings=settings, actor=STAFF, key="card"
            )
            notices = Notices(books, secret, lambda: clock().timestamp())
            return Shop(kit, desk, Maker(desk), clock, method, books, notices)

        yield open_


@pytest.mark.parametrize("secret", [SECRET, ""], ids=["signed", "unsigned"])
def test_the_shop_believes_what_the_bank_has(open_bank: Callable[[str], Shop], secret: str) -> None:
    """Three copies of everything, late and shuffled, in the end come to what the bank keeps of each payment."""
    here = open_bank(secret)
    payments = [here.pay() for _ in range(3)]
    for number, payment in enumerate(payments):
        here.books.decide(int(payment.reference), pays=number != 1)
    for delivery in here.notices.deliveries(copies=3, shuffled=Random(7)):
        here.receive(delivery)
    told = here.books.events()[-1].id
    back = here.desk.operations.refund(payments[0].id, rub("250"), actor=STAFF, key="back")
    for delivery in here.notices.deliveries(copies=2, shuffled=Random(8), since=told):
        here.receive(delivery)
    here.clock.move(hours=1)
    here.desk.webhooks.take_up_due()

    kept = [here.books.kept(str(one.id)) for one in payments]
    assert ([65_000, 0, 90_000], "settled") == (kept, back.status.value)
    assert kept == [here.paid(one) for one in payments]
    assert [] == list(here.kit.verify())


def test_forged(open_bank: Callable[[str], Shop]) -> None:
    """Whatever others send in the bank's name pays nothing, and nothing is stored of it."""
    here = open_bank(SECRET)
    payment = here.pay()
    here.books.decide(int(payment.reference), pays=True)
    before = contents(here.kit)
    forged = dict(here.notices.forged(here.books.events()[0]))
    for delivery in forged.values():
        with pytest.raises(InvalidInputError) as refused:
            here.receive(delivery)
        assert "webhook_rejected" == refused.value.code

    assert (7, before) == (len(forged), contents(here.kit))
    [true] = here.notices.deliveries()
    assert (["applied"], 90_000) == (here.receive(true), here.paid(payment))


def test_forged_where_nothing_is_signed(open_bank: Callable[[str], Shop]) -> None:
    """Whoever knows the address may send anything: the bank is asked, and only its own word counts."""
    here = open_bank("")
    payment = here.pay()
    other = here.pay()
    here.books.decide(int(other.reference), pays=True)
    [event] = here.books.events()
    lie = attrs.evolve(
        event, id=77, operation=str(payment.id), reference=payment.reference, payment=payment.reference
    )

    assert ["parked"] == here.receive(here.notices.of(lie))
    here.clock.move(minutes=1)
    here.desk.webhooks.take_up_due()
    assert 0 == here.paid(payment)


def test_a_dispute(open_bank: Callable[[str], Shop]) -> None:
    """Its bank takes the money back and gives it again, told in whatever order."""
    here = open_bank(SECRET)
    payment = here.pay()
    here.books.decide(int(payment.reference), pays=True)
    here.books.dispute(int(payment.reference))
    paid, opened = here.notices.deliveries()
    here.books.dispute(int(payment.reference), is_won=True)
    won = here.notices.deliveries()[-1]

    assert [["parked"], ["parked"], ["applied"]] == [here.receive(one) for one in (won, opened, paid)]
    assert (90_000, 3) == (here.paid(payment), len(here.desk.webhooks.find("applied").rows))
