"""Rules of plugins, as buyers meet them: in their words, at the field they are about, with nothing typed lost."""

from collections.abc import Iterator

import pytest

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed
from adapters.flask.tests.shop.buyers import DETAILS, Buyer
from adapters.flask.tests.shop.test_checkout import CHECKOUT, problems, send_again
from orderkit import Desk, OrderKit, PaymentMethod, ShippingMethod
from tests.backends import Backends
from tests.making import Clock
from tests.plugins import ruling

SMALL = ok.Problem({"en": "Too little.", "ru": "Маловато."}, "lines")
NO_CITY = ok.Problem({"en": "Not <there>.", "ru": "Туда не <возим>."}, "delivery.city")


@pytest.fixture
def found() -> list[ok.Problem]:
    """What the plugin finds wrong."""
    return [SMALL, NO_CITY]


@pytest.fixture
def kit(clock: Clock, backends: Backends, found: list[ok.Problem]) -> Iterator[OrderKit]:
    kit = OrderKit("sqlite://", clock=clock, plugins=[ruling(check=lambda order: list(found))], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


def test_a_checkout_that_is_refused(
    buyer: Buyer, courier: ShippingMethod, desk: Desk, found: list[ok.Problem]
) -> None:
    """Each problem stands where it belongs; nothing is ordered, and the same form goes through once all is well."""
    buyer.add()
    form = buyer.look(CHECKOUT).form(CHECKOUT)
    form.put(DETAILS)
    answer = buyer.client.post(CHECKOUT, data=form.fields)
    text = Parsed(answer.text).text

    assert 422 == answer.status_code
    assert "Маловато." in text
    assert "Туда не <возим>." in text
    assert "<возим>" not in answer.text
    assert {"delivery.city"} <= problems(answer.text)
    assert "created" == desk.orders.find().rows[0].status
    found.clear()
    assert 303 == send_again(buyer, answer, form).status_code
    assert "pending" == desk.orders.find().rows[0].status


def test_a_payment_that_is_refused(
    buyer: Buyer, courier: ShippingMethod, cash: PaymentMethod, desk: Desk, found: list[ok.Problem]
) -> None:
    """A plugin that changes its mind at the payment page is heard there."""
    found.clear()
    buyer.add()
    link = buyer.check_out(DETAILS).headers["Location"]
    found.append(SMALL)
    page = buyer.look(link)
    form = page.form(link)
    form.put({"method": str(cash.id)})
    answer = buyer.client.post(form.action, data=form.fields)

    assert 422 == answer.status_code
    assert "Маловато." in Parsed(answer.text).text
    assert "payment" == desk.orders.find().rows[0].status
