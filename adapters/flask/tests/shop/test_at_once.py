"""The same press many times at once, over HTTP: one order, one asking of the bank, and a cart without loss."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from orderkit_flask import Host, OrderKitFlask, csrf
from werkzeug.test import TestResponse

from adapters.flask.tests.shop.buyers import BOOK, DETAILS, MUG, Buyer, Shelf
from orderkit import OrderKit
from tests.backends import ON_FILES_AND_SERVERS, Backends
from tests.making import STAFF, Maker, rub
from tests.plugins import Bank, plugin

AT_ONCE = 20


@pytest.fixture(params=ON_FILES_AND_SERVERS)
def kit(request: pytest.FixtureRequest, backends: Backends, bank: Bank) -> Iterator[OrderKit]:
    with backends.emptied(request.param) as url:
        kit = OrderKit(url, plugins=[plugin(bank.provider_type())])
        kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
        yield kit
        assert [] == list(kit.verify())
        kit.close()


@pytest.fixture
def buyer(kit: OrderKit) -> Buyer:
    app = Flask(__name__)
    app.secret_key = "for tests"
    host = Host(
        may=lambda _permission: True,
        site=lambda: "coffee",
        actor=lambda: STAFF,
        catalogue=Shelf.of(MUG, BOOK),
        allow=lambda _act, _keys: True,
    )
    OrderKitFlask(app, kit, host=host)
    return Buyer.of(app, kit.site("coffee"))


def at_once(buyer: Buyer, send: Callable[[Buyer], TestResponse]) -> list[TestResponse]:
    """What as many windows of the same browser are answered."""

    def press(_: int) -> TestResponse:
        window = Buyer.of(buyer.client.application, buyer.desk)
        for name, path in ((buyer.cookie, "/"), (csrf.COOKIE, "/shop/")):
            cookie = buyer.client.get_cookie(name, path=path)
            assert cookie
            window.client.set_cookie(name, cookie.value, path=path)
        return send(window)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(press, range(AT_ONCE)))


def test_one_order_of_many_submits(buyer: Buyer) -> None:
    """The same form from twenty windows at once makes one order, and leads each to it."""
    buyer.add()
    form = buyer.look("/shop/checkout").form("/shop/checkout")
    form.put(DETAILS)
    answers = at_once(buyer, lambda window: window.client.post(form.action, data=form.fields))

    assert [303] * AT_ONCE == [one.status_code for one in answers]
    [row] = buyer.desk.orders.find().rows
    assert "pending" == row.status
    opened = {buyer.desk.orders.by_link(one.headers["Location"].rpartition("/")[2]).id for one in answers}
    assert {row.id} == opened


def test_many_forms_are_many_wishes(buyer: Buyer) -> None:
    """The control: without the key in common, one makes the order and the others are told that it is made."""
    buyer.add()
    form = buyer.look("/shop/checkout").form("/shop/checkout")
    form.put(DETAILS)
    keys = iter(range(AT_ONCE))
    answers = at_once(
        buyer, lambda window: window.client.post(form.action, data=form.fields | {"key": [f"k{next(keys)}"]})
    )

    assert 1 == [one.status_code for one in answers].count(303)
    assert {303, 409} == {one.status_code for one in answers}
    assert 1 == len(buyer.desk.orders.find().rows)


def test_one_asking_of_many_payments(buyer: Buyer, kit: OrderKit, bank: Bank) -> None:
    """The same button pressed twenty times at once asks the bank once; pressed again anew, it takes the money once."""
    make = Maker(buyer.desk)
    card = make.desk.settings.add_payment_method("test-bank", "Карта", actor=STAFF, key="card")
    link = buyer.order_by_link("BOOK")
    for _ in range(2):
        form = buyer.look(f"{link}/payment").form(f"{link}/payment")
        form.put({"method": str(card.id)})
        answers = at_once(buyer, lambda window, form=form: window.client.post(form.action, data=form.fields))
        assert {303} == {one.status_code for one in answers}

    assert 2 == bank.asked
    assert [rub("300")] == bank.taken


def test_nothing_that_is_put_in_is_lost(buyer: Buyer) -> None:
    """Twenty windows put one piece in at once: twenty pieces, one position, one order."""
    buyer.add()
    answers = at_once(buyer, lambda window: window.ask("cart/lines", {"sku": "MUG-1"}))

    assert [200] * AT_ONCE == [one.status_code for one in answers]
    assert {"MUG-1": AT_ONCE + 1} == buyer.bought
    assert 1 == len(buyer.desk.orders.find().rows)
