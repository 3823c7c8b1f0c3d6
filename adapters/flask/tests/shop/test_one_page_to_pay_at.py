"""A page at a provider that is left open is closed before its buyer is sent to another one, or cancels the order."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import attrs
import pytest
from flask import Flask
from orderkit_flask.shop.troubles import words_for
from orderkit_flask.speech import Speech, load_languages
from werkzeug.test import TestResponse

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed, submit
from adapters.flask.tests.shop.buyers import Buyer
from orderkit import Order, OrderKit, PaymentMethod
from orderkit.errors import TransitionRefusedError
from orderkit.services.operations import closing
from tests.backends import Backends
from tests.making import STAFF, Clock, Maker
from tests.plugins import paying, plugin

CLOSED = ok.Declined(ok.DeclineReason.CLOSED, "b-1")
NOT_CLOSED = "банк не отвечает, закрыта ли она"


@attrs.define
class Side:
    """The provider's side: it sends each buyer to a page, and closes it as the test says."""

    says: object = CLOSED
    pages: list[str] = attrs.field(factory=list)
    closed: list[str] = attrs.field(factory=list)

    def start(self, _request: ok.StartRequest) -> ok.Outcome:
        self.pages.append(f"https://bank.example/{len(self.pages) + 1}")
        return ok.Redirect(self.pages[-1], f"b-{len(self.pages)}")

    def close(self, request: ok.LookupRequest) -> object:
        self.closed.append(request.reference)
        return self.says


@pytest.fixture
def side() -> Side:
    return Side()


@pytest.fixture
def kit(clock: Clock, backends: Backends, side: Side) -> Iterator[OrderKit]:
    kind = paying(started=side.start, closed=side.close, found=ok.Unknown())
    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(kind)], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def buyer(app: Flask, make: Maker) -> Buyer:
    return Buyer.of(app, make.desk)


@pytest.fixture
def card(make: Maker) -> PaymentMethod:
    return make.desk.settings.add_payment_method("card", "Карта", actor=STAFF, key=make.key())


@pytest.fixture
def link(buyer: Buyer, card: PaymentMethod) -> str:
    """An order whose buyer was sent to the bank."""
    link = buyer.order_by_link("BOOK")
    assert 303 == pay(buyer, link, card).status_code
    return link


def pay(buyer: Buyer, link: str, method: PaymentMethod) -> TestResponse:
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    form.put({"method": str(method.id)})
    return buyer.client.post(form.action, data=form.fields)


def order_of(buyer: Buyer) -> Order:
    [row] = buyer.desk.orders.find().rows
    return buyer.desk.orders.get(row.id)


def test_paying_anew(buyer: Buyer, link: str, card: PaymentMethod, side: Side) -> None:
    """The second press leads to the second page, once the first one is closed."""
    assert 303 == pay(buyer, link, card).status_code

    assert ["b-1"] == side.closed
    assert side.pages[1] in buyer.look(f"{link}/payment").values("href", "a")
    assert ["declined", "open"] == [payment.attempt for payment in order_of(buyer).payments]


@pytest.mark.parametrize("says", [ok.Unknown(), None])
def test_nobody_knows(buyer: Buyer, link: str, card: PaymentMethod, side: Side, says: object) -> None:
    """The buyer is told what is open, and where; pressed again once the bank answers, it goes on."""
    side.says = says
    refused = pay(buyer, link, card)

    assert 409 == refused.status_code
    assert NOT_CLOSED in Parsed(refused.text).text
    assert (1, True) == (len(side.pages), side.pages[0] in refused.text)
    side.says = CLOSED
    assert 303 == pay(buyer, link, card).status_code


def test_paying_later_instead(buyer: Buyer, link: str, cash: PaymentMethod, side: Side) -> None:
    """Whoever chooses cash is not charged by the page that was open."""
    assert 303 == pay(buyer, link, cash).status_code

    assert (["b-1"], "pending") == (side.closed, order_of(buyer).status)


def test_cancelling(buyer: Buyer, link: str, side: Side) -> None:
    """Nobody pays for an order that its buyer has cancelled."""
    submit(buyer.client, f"{link}/cancel", on=link)

    assert (["b-1"], "cancelled") == (side.closed, order_of(buyer).status)


def test_not_cancelled(buyer: Buyer, link: str, side: Side) -> None:
    """While he may still pay it, the order stays as it is, and he is told so; not to pay what he does not want."""
    side.says = ok.Unknown()
    refused = submit(buyer.client, f"{link}/cancel", on=link)
    text = Parsed(refused.text).text

    assert (409, "payment") == (refused.status_code, order_of(buyer).status)
    assert "Заказ не отменён: открыта страница его оплаты, и банк не отвечает, закрыта ли она." in text
    assert "Оплатите там" not in text


def test_closed_and_no_other_begun(buyer: Buyer, link: str) -> None:
    """Who finds his page closed, and none in its place, is told what he can do now."""
    order = order_of(buyer)
    closing.close(buyer.desk.operations, order.id, order.payments[-1].id, STAFF)

    told = "Прежняя страница оплаты закрыта. Начните оплату заново. Деньги не списаны."
    assert told in buyer.look(f"{link}/payment").text


def test_the_shop_cancels_it() -> None:
    """A buyer is not sent to a window that only staff have."""
    say = Speech(load_languages()["ru"], ZoneInfo("UTC"), datetime(2026, 3, 1, tzinfo=UTC))
    error = TransitionRefusedError("", code="being_cancelled")

    assert "Магазин отменяет этот заказ. Откройте его снова через минуту." == words_for(error, say)


def test_what_staff_read(buyer: Buyer, link: str, card: PaymentMethod, app_of: Callable[..., Flask]) -> None:
    """The window says whose doing it was."""
    pay(buyer, link, card)
    tab = app_of(locale=lambda: "ru").test_client()
    shown = Parsed(tab.get(f"/orders/{order_of(buyer).id}").text).text

    assert "магазин закрыл его" in shown
    assert "Платёжную систему попросили закрыть платёж" in shown
