"""«Тестовый банк»: its provider under the contract, its page, and an order that is paid there."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest
from flask.testing import FlaskClient
from orderkit_shop import bank_page
from orderkit_shop.app import SITE, create_app
from orderkit_shop.banking import CODE, BankSettings, OnlineBank
from orderkit_shop.opening import books_of, opened
from orderkit_shop.paying_online import FATES, pay_some
from orderkit_shop.telling import Messenger

import orderkit.plugin as ok
from orderkit import Actor, ActorKind, Attempt, Desk, Order, OrderKit, Status
from orderkit.testing import Fake, PaymentProviderContract
from orderkit.testing.bank import Bank, BookedEvent, Books, Delivery, Fault, Notices, serving
from orderkit.testing.webhooks import UNHEARD_OF
from tests.making import Maker, rub
from tests.testing.test_bank import BankFake

BUYER = Actor(ActorKind.BUYER)
TOKEN = "token-of-tests"


class TestOnlineBank(PaymentProviderContract):
    """The provider keeps to the contract, over HTTP."""

    plugin = OnlineBank("http://127.0.0.1:9", TOKEN)
    settings: Any = BankSettings()
    holding = BankSettings(stages="two")
    currency = "RUB"

    @pytest.fixture
    def fake(self, tmp_path: Path) -> Iterator[Fake | None]:
        with serving(Bank(Books(tmp_path / "bank.db"), TOKEN)) as served:
            self.plugin = OnlineBank(served.url, TOKEN)
            yield BankFake(served.bank, TOKEN)

    @pytest.fixture
    def webhooks(self, fake: BankFake) -> Sequence[ok.WebhookRequest]:
        """What the bank tells of money that is taken, held and given back."""
        return [fake.sent(told(kind)) for kind in ("payment.paid", "payment.held", "refund.made")]

    @pytest.fixture
    def unknown(self, fake: BankFake) -> ok.WebhookRequest:
        return fake.sent(told(UNHEARD_OF))


def told(kind: str) -> BookedEvent:
    """What the bank tells of that kind."""
    return BookedEvent(7, kind, "01920000-0000-7000-8000-000000000001", "3", "3", 90_000, "RUB")


@attrs.frozen
class Demo:
    """The shop with its bank, and an order of one mug."""

    kit: OrderKit
    bank: Bank
    desk: Desk
    make: Maker
    order: Order
    client: FlaskClient

    def start(self) -> str:
        """Begin to pay; the path of the page where that is done."""
        [method] = self.desk.settings.payment_methods()
        link = self.desk.orders.issue_link(self.order.id, actor=BUYER)
        started = self.desk.payments.start(
            self.order.id,
            method.id,
            actor=BUYER,
            seen=self.order.total,
            key="start",
            return_url=f"https://shop.example:8001/shop/o/{link}",
        )
        assert isinstance(started.outcome, ok.Redirect)
        return started.outcome.url

    @property
    def now(self) -> Order:
        return self.desk.orders.get(self.order.id)


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with opened(f"sqlite:///{tmp_path / 'demo.db'}") as (kit, bank):
        kit.sites.ensure(SITE, currency="RUB", timezone="Europe/Moscow")
        desk = kit.site(SITE)
        desk.settings.add_payment_method(CODE, "Тестовый банк", actor=Actor.staff("1"), key="bank")
        make = Maker(desk)
        yield Demo(kit, bank, desk, make, make.order(), create_app(kit, bank=bank).test_client())


def path_of(url: str) -> str:
    return url.removeprefix("https://shop.example:8001")


def test_the_page(demo: Demo) -> None:
    """It stands at the address by which the buyer knows the shop, says that it is a test, how much, and leads back."""
    url = demo.start()
    page = demo.client.get(path_of(url))

    assert "https://shop.example:8001/bank/pay/1" == url
    for shown in ("Это проверка", "1001", "900,00", "не оплатив"):
        assert shown in page.text
    assert demo.bank.books.payments()[0].return_url in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    ("pressed", "attempt", "reason"),
    [
        ("pay", Attempt.SETTLED, ""),
        ("refuse", Attempt.DECLINED, "cancelled"),
        ("no_money", Attempt.DECLINED, "insufficient_funds"),
    ],
)
def test_what_is_pressed(demo: Demo, pressed: str, attempt: Attempt, reason: str) -> None:
    """The buyer is sent back, which books nothing; the shop knows once it asks. Pressing again changes nothing."""
    path = path_of(demo.start())
    answer = demo.client.post(path, data={"answer": pressed})
    back = demo.client.get(path_of(answer.location))
    assert (303, 200) == (answer.status_code, back.status_code)
    assert "data-ok-waits" in back.text
    assert Attempt.OPEN is demo.now.payments[-1].attempt
    demo.client.post(path, data={"answer": "pay"})
    demo.kit.reconcile()

    payment = demo.now.payments[-1]
    assert (attempt, reason) == (payment.attempt, payment.reason)
    assert "data-ok-waits" not in demo.client.get(path_of(answer.location)).text
    assert [] == list(demo.kit.verify())


def test_what_goes_wrong(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closed, silent, or with an answer that gets lost: the money is taken, and the shop learns of it later."""
    monkeypatch.setattr(bank_page, "SILENCE", 0.2)
    path = path_of(demo.start())
    closed = demo.client.post(path, data={"answer": "pay_and_stay"})
    demo.client.post(path, data={"answer": "pay_and_be_silent"})
    was_silent = demo.bank.is_cut_off
    demo.client.post(path, data={"answer": "pay_and_lose"})

    assert (200, True) == (closed.status_code, "Оплачено" in closed.text)
    assert was_silent
    assert [Fault.LOSE] == list(demo.bank.faults)
    assert 404 == demo.client.get("/bank/pay/7").status_code
    assert 400 == demo.client.post(path, data={"answer": "rob"}).status_code


def test_the_bank_tells(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed, it has the shop ask and book; forged, it is refused; not heard, or silent, it tells again."""
    [method] = demo.desk.settings.payment_methods()
    notices = Notices(demo.bank.books, demo.bank.token)
    messenger = Messenger(demo.bank, f"/hooks/{SITE}/{method.id}", notices)
    heard: list[int] = []

    def send(delivery: Delivery, url: str) -> int:
        heard.append(demo.client.post(url, data=delivery.body, headers=dict(delivery.headers)).status_code)
        return heard[-1]

    monkeypatch.setattr(Delivery, "send", send)
    path = path_of(demo.start())
    demo.client.post(path, data={"answer": "no_money"})
    [event] = demo.bank.books.events()
    refused = [send(forged, messenger.address) for _, forged in notices.forged(event)]
    demo.bank.is_cut_off = True
    messenger.tell()
    assert Attempt.OPEN is demo.now.payments[-1].attempt
    demo.bank.is_cut_off = False
    messenger.tell()
    messenger.tell()

    assert {400} == set(refused)
    assert [200] == heard[len(refused) :]
    assert "insufficient_funds" == demo.now.payments[-1].reason


def test_a_refund_whose_answer_is_lost(demo: Demo) -> None:
    """It is unknown until the bank is asked; then it is given back once."""
    demo.client.post(path_of(demo.start()), data={"answer": "pay_and_lose"})
    demo.kit.reconcile()
    payment = demo.now.payments[-1]
    olga = Actor.staff("olga")
    unknown = demo.desk.operations.refund(payment.id, payment.amount, actor=olga, key="back")
    settled = demo.desk.operations.look_up(payment.id).refunds

    assert ("unknown", ["settled"]) == (unknown.status, [one.status for one in settled])
    assert 0 == demo.bank.books.kept(str(payment.id))
    assert [] == list(demo.kit.verify())


@pytest.mark.parametrize(("taken", "kept"), [("400", 40_000), ("", 0)])
def test_in_two_stages(demo: Demo, taken: str, kept: int) -> None:
    """The money is held; staff take a part of it, which releases the rest, or release all: the books agree."""
    [method] = demo.desk.settings.payment_methods()
    two = attrs.evolve(method, settings={**method.settings, "stages": "two"})
    demo.desk.settings.edit_payment_method(two, actor=Actor.staff("1"))
    demo.client.post(path_of(demo.start()), data={"answer": "pay"})
    demo.kit.reconcile()
    payment, olga = demo.now.payments[-1], Actor.staff("olga")
    held = demo.now.balance.authorised
    if taken:
        demo.desk.operations.capture(payment.id, rub(taken), actor=olga, key="take")
    else:
        demo.desk.operations.void(payment.id, actor=olga, key="release")
    demo.kit.reconcile()

    assert (90_000, 0) == (held, demo.now.balance.authorised)
    assert (kept, kept) == (demo.now.balance.paid, demo.bank.books.kept(str(payment.id)))
    assert [] == list(demo.kit.verify())


def test_some_of_the_orders_are_paid_there(demo: Demo) -> None:
    """Each fate is met, the newest order first, and the books of the bank agree with the desk."""
    [method] = demo.desk.settings.payment_methods()
    orders = [demo.order, *(demo.make.order() for _ in FATES[1:])]
    pay_some(lambda clock: demo.kit.site(SITE, clock=clock), demo.bank.books, method, "http://127.0.0.1/")
    found = [demo.desk.orders.get(order.id) for order in reversed(orders)]

    assert ["paid", "unpaid", "paid", "unpaid", "refunded"] == [one.balance.payment_status for one in found]
    assert [Status.PENDING_PAID, Status.PENDING] * 2 + [Status.PENDING] == [one.status for one in found]
    assert [one.balance.paid for one in found] == [
        demo.bank.books.kept(str(one.payments[-1].id)) for one in found
    ]
    assert [] == list(demo.kit.verify())


def test_where_the_books_are() -> None:
    """Beside the shop's file; in the current folder where the shop has a server."""
    assert Path("/tmp/big-bank.db") == books_of("sqlite:////tmp/big.db")
    assert Path("demo-bank.db") == books_of("postgresql+psycopg://user@host/name")
