"""An app with a storefront, and buyers in it."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from flask import Flask
from orderkit_flask import Host, OrderKitFlask

import orderkit.plugin as ok
from adapters.flask.tests.shop.buyers import BOOK, GIFT, MUG, TEE, Buyer, Shelf
from orderkit import Desk, OrderKit, PaymentMethod, ShippingMethod
from tests.backends import Backends
from tests.making import STAFF, Clock, Maker, rub
from tests.plugins import Bank, plugin, starting


@attrs.define
class Provider:
    """A payment provider that answers as the test says."""

    answer: object = None

    def __call__(self, request: ok.StartRequest) -> object:
        return self.answer(request) if callable(self.answer) else self.answer


@pytest.fixture
def bank() -> Bank:
    """Declines the first try to pay an order, and takes the money at the second."""
    return Bank()


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def kit(clock: Clock, backends: Backends, bank: Bank, provider: Provider) -> Iterator[OrderKit]:
    """As elsewhere, with two ways to be paid online."""
    plugins = [plugin(bank.provider_type()), plugin(starting(provider, code="card"))]
    kit = OrderKit("sqlite://", clock=clock, plugins=plugins)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def shelf() -> Shelf:
    """What the host sells."""
    return Shelf.of(MUG, TEE, BOOK, GIFT)


@pytest.fixture
def app_of(kit: OrderKit, shelf: Shelf) -> Callable[..., Flask]:
    """Call it for an app whose host answers as given."""

    def app_of(name: str = "orderkit", **host: Any) -> Flask:
        app = Flask(__name__)
        app.testing = True
        app.secret_key = "for tests"
        answers = {
            "may": lambda _permission: True,
            "site": lambda: "coffee",
            "actor": lambda: STAFF,
            "catalogue": shelf,
            "pages": {"catalogue": "Каталог", "wholesale": "Опт"},
        }
        OrderKitFlask(app, kit, host=Host(**answers | host), name=name)
        return app

    return app_of


@pytest.fixture
def app(app_of: Callable[..., Flask]) -> Flask:
    return app_of()


@pytest.fixture
def buyer_of(app_of: Callable[..., Flask], desk: Desk) -> Callable[..., Buyer]:
    """Call it for a buyer in an app whose host answers as given."""
    return lambda **host: Buyer.of(app_of(**host), desk)


@pytest.fixture
def buyer(app: Flask, desk: Desk) -> Buyer:
    return Buyer.of(app, desk)


@pytest.fixture
def courier(make: Maker) -> ShippingMethod:
    """300 roubles, to an address."""
    return make.courier()


@pytest.fixture
def pickup(make: Maker) -> ShippingMethod:
    """For nothing, without an address."""
    add = make.desk.settings.add_shipping_method
    settings = {"address": "Мира, 5"}
    return add("pickup", "Самовывоз", settings=settings, needs_address=False, actor=STAFF, key=make.key())


@pytest.fixture
def cash(make: Maker) -> PaymentMethod:
    """Offered everywhere, first, with words for the buyer."""
    return make.desk.settings.add_payment_method(
        "cash",
        "Наличные (касса 1)",
        description="Наличными при получении",
        button="Заказать, заплатить при получении",
        is_primary=True,
        actor=STAFF,
        key=make.key(),
    )


@pytest.fixture
def post(make: Maker) -> ShippingMethod:
    """340 roubles, with a page for its codes."""
    return make.desk.settings.add_shipping_method(
        "flat-rate",
        "Почта",
        settings={"cost": rub("340")},
        tracking_url="https://post.example/{code}",
        actor=STAFF,
        key=make.key(),
    )
