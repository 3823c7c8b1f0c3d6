"""Money is held by a provider whose plugin does not work any more: no button asks it, and nothing is changed."""

from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from flask.testing import FlaskClient

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed
from orderkit import Order, OrderKit
from tests.backends import Backends
from tests.making import BUYER, STAFF, Clock, Maker, contents, mug, rub
from tests.plugins import paying, plugin


@attrs.define
class Works:
    """Whether the plugin does; where it does not, what works for its methods cannot even be made."""

    well: bool = True

    def require(self) -> None:
        if not self.well:
            raise OSError("secret-of-the-plugin")


@pytest.fixture
def works() -> Works:
    return Works()


@pytest.fixture
def kit(clock: Clock, backends: Backends, works: Works) -> Iterator[OrderKit]:
    kind = paying(started=ok.Authorised(rub("900"), "b-1"))
    make = kind.factory

    def factory(*given: Any) -> Any:
        works.require()
        return make(*given)

    kind = attrs.evolve(kind, factory=factory)
    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(kind)], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def order(make: Maker) -> Order:
    """900 are held."""
    card = make.desk.settings.add_payment_method("card", "Карта банка", actor=STAFF, key="card")
    order = make.order([mug(requires_delivery=False)], status="payment", actor=BUYER)
    return make.desk.payments.start(
        order.id, card.id, actor=BUYER, seen=rub("900"), key="pay", return_url="https://shop.example"
    ).order


@pytest.fixture
def client(client_of: Callable[..., FlaskClient]) -> FlaskClient:
    return client_of(actor=lambda: STAFF)


@pytest.mark.parametrize("what", ["capture", "void", "cancel"])
def test_buttons_of_a_page_left_behind(
    client: FlaskClient, kit: OrderKit, order: Order, works: Works, what: str
) -> None:
    """Each is answered in words, and neither the order nor its money is touched."""
    place = f"/orders/{order.id}"
    address = f"{place}/cancel" if what == "cancel" else f"{place}/payments/{order.payments[-1].id}/{what}"
    form = Parsed(client.get(address).text).form(address)
    form.put({"reason": "передумал"})
    works.well = False
    before = contents(kit)
    answer = client.post(form.action, data=form.fields)

    assert 422 == answer.status_code
    assert "secret-of-the-plugin" not in answer.text
    assert before == contents(kit)
    assert "Этот способ оплаты сейчас не работает." in Parsed(answer.text).text


def test_the_window(client: FlaskClient, order: Order, works: Works) -> None:
    """It shows what is held, and no button that would ask."""
    place = f"/orders/{order.id}"
    links = [f"{place}/payments/{order.payments[-1].id}/{what}" for what in ("capture", "void", "ask")]
    working = client.get(place).text
    assert [f"{links[0]}", f"{links[1]}"] == [link for link in links[:2] if link in working]
    works.well = False
    page = client.get(place)

    assert 200 == page.status_code
    assert "деньги удержаны" in Parsed(page.text).text
    assert [] == [link for link in links if link in page.text]
