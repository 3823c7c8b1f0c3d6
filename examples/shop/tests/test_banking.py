"""«Тестовый банк»: its provider under the contract, its page, and an order that is paid there."""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from flask.testing import FlaskClient
from orderkit_shop import bank_page
from orderkit_shop.app import SITE, create_app
from orderkit_shop.banking import CODE, BankSettings, OnlineBank
from orderkit_shop.opening import books_of, key_of, opened
from orderkit_shop.paying_online import FATES, pay_some
from orderkit_shop.telling import Messenger

import orderkit.plugin as ok
from orderkit import Actor, ActorKind, Attempt, Desk, InboxStatus, Order, OrderKit, RefundStatus
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


def test_a_page_that_the_shop_closed(demo: Demo) -> None:
    """Whoever comes back to it reads why nothing can be paid there any more."""
    path = path_of(demo.start())
    cash = demo.desk.settings.add_payment_method("cash", "Наличные", actor=Actor.staff("1"), key="cash")
    demo.desk.payments.choose(
        demo.order.id, cash.id, actor=BUYER, expected_version=demo.now.version, key="chosen"
    )
    page = demo.client.get(path).text

    assert "Магазин закрыл эту страницу" in page
    assert "Оплатить" not in page


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


def orders_of_yesterday(demo: Demo) -> list[Order]:
    """As many as there are fates; their buyers have had time to pay."""
    make = Maker(demo.kit.site(SITE, clock=lambda: datetime.now(UTC) - timedelta(days=1)))
    return [make.order(key=f"yesterday-{number}") for number, _ in enumerate(FATES)]


def test_some_of_the_orders_are_paid_there(demo: Demo) -> None:
    """Each condition of a payment is met, newest order first, and the bank's books agree with the desk."""
    [method] = demo.desk.settings.payment_methods()
    orders = orders_of_yesterday(demo)
    pay_some(lambda clock: demo.kit.site(SITE, clock=clock), demo.bank, method, "http://127.0.0.1/")
    found = [demo.desk.orders.get(order.id) for order in reversed(orders)]
    by_fate = dict(zip((fate.__name__ for fate in FATES), found, strict=True))

    assert demo.now.payments == ()  # nobody got so far with the order of just now
    assert {name: str(order.balance.payment_status) for name, order in by_fate.items()} == {
        "held": "authorised",
        "overpaid": "overpaid",
        "unfinished": "unpaid",
        "partly_refunded": "paid",  # what was given back is not owed any more
        "refund_failed": "paid",
        "paid": "paid",
        "declined": "unpaid",
        "partly_taken": "partially_paid",
        "refunded": "refunded",
    }
    assert 0 < by_fate["partly_refunded"].balance.refunded < by_fate["partly_refunded"].balance.captured
    assert RefundStatus.FAILED is by_fate["refund_failed"].payments[-1].refunds[-1].status
    assert Attempt.OPEN is by_fate["unfinished"].payments[-1].attempt
    assert "one" == demo.desk.settings.payment_method(method.id).settings["stages"]
    assert [] == list(demo.kit.verify())
    for name, order in by_fate.items():
        at_the_bank = sum(demo.bank.books.kept(str(payment.id)) for payment in order.payments)
        back_unknown = order.balance.paid if name == "refund_failed" else 0
        assert order.balance.paid == at_the_bank + back_unknown, name


def test_the_bank_told_of_them(demo: Demo, caplog: pytest.LogCaptureFixture) -> None:
    """Booked, but one that does not fit and one of nothing known; whoever starts the demo is told of no trouble."""
    [method] = demo.desk.settings.payment_methods()
    orders_of_yesterday(demo)
    pay_some(lambda clock: demo.kit.site(SITE, clock=clock), demo.bank, method, "http://127.0.0.1/")

    found = {status: demo.desk.webhooks.find(status).rows for status in InboxStatus}
    assert {"not_confirmed"} == {one.reason for one in found[InboxStatus.FLAGGED]}
    assert ["no_payment"] == [one.reason for one in found[InboxStatus.PARKED]]
    assert len(FATES) - 1 == len(found[InboxStatus.APPLIED])  # of the unfinished one nothing is told
    assert () == found[InboxStatus.RECEIVED]
    assert [] == caplog.records
    assert not logging.getLogger("orderkit.payments").disabled


def test_where_the_books_are() -> None:
    """Beside the shop's file; in the current folder where the shop has a server."""
    assert Path("/tmp/big-bank.db") == books_of("sqlite:////tmp/big.db")
    assert Path("demo-bank.db") == books_of("postgresql+psycopg://user@host/name")


def test_a_key_for_secrets(tmp_path: Path) -> None:
    """Made at the first start, kept for the next ones, and read by nobody else: a method with a secret can be tried."""
    url, olga = f"sqlite:///{tmp_path / 'demo.db'}", Actor.staff("olga")
    with opened(url) as (kit, _):
        kit.sites.ensure(SITE, currency="RUB", timezone="Europe/Moscow")
        settings = {"shop_id": "1", "secret_key": ok.Secret("test_1")}
        method = kit.site(SITE).settings.add_payment_method(
            "yookassa", "ЮKassa", settings=settings, actor=olga, key="way"
        )
        made = key_of(url)
    with opened(url) as (kit, _):
        assert ok.Secret("test_1") == kit.site(SITE).settings.values(method).secret_key

    assert made == key_of(url)
    assert 0o600 == (tmp_path / "demo.key").stat().st_mode & 0o777
