"""The address at which an order is paid, when it is paid or cancelled, or its way to pay is broken: nothing moves."""

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed
from adapters.flask.tests.shop.buyers import Buyer
from adapters.flask.tests.shop.conftest import Provider
from orderkit import Desk, Order, PaymentMethod
from orderkit.registry.making import Workshop
from tests.making import STAFF, Maker

Spoil = Callable[[Desk, Order, PaymentMethod], object]


@pytest.fixture
def card(make: Maker) -> PaymentMethod:
    """Answers as the test says."""
    return make.desk.settings.add_payment_method("card", "Картой", actor=STAFF, key="card")


def order_of(desk: Desk) -> Order:
    [row] = desk.orders.find().rows
    return desk.orders.get(row.id)


def cancelled(desk: Desk, order: Order, _: PaymentMethod) -> object:
    return desk.orders.cancel(order.id, reason="нет в наличии", actor=STAFF, expected_version=order.version)


def paid(desk: Desk, order: Order, method: PaymentMethod) -> object:
    return desk.payments.record(order.id, order.total, method_id=method.id, actor=STAFF, key="by hand")


def pressed(buyer: Buyer, link: str, card: PaymentMethod, spoil: Callable[[], object]) -> TestResponse:
    """Press the button of a page that was opened before that happened."""
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    form.put({"method": str(card.id)})
    spoil()
    return buyer.client.post(form.action, data=form.fields)


@pytest.mark.parametrize("spoil", [cancelled, paid])
def test_nothing_is_to_be_paid(
    buyer: Buyer, card: PaymentMethod, provider: Provider, desk: Desk, spoil: Spoil
) -> None:
    """The link, and the button of a page left behind, lead to the order; the provider is not asked."""
    provider.answer = asked = list[ok.StartRequest]().append  # type: ignore[assignment]
    link = buyer.order_by_link("BOOK")
    answer = pressed(buyer, link, card, lambda: spoil(desk, order_of(desk), card))
    after = order_of(desk)

    assert (303, link) == (answer.status_code, answer.headers["Location"])
    assert link == buyer.client.get(f"{link}/payment").headers["Location"]
    assert [] == asked.__self__  # type: ignore[attr-defined]
    assert after == order_of(desk)


def test_its_way_to_pay_is_broken(
    buyer: Buyer, card: PaymentMethod, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not offered any more, and whoever pressed the button of a page left behind is told so."""
    link = buyer.order_by_link("BOOK")
    before = order_of(desk)

    def fails(*_: object) -> object:
        raise OSError("secret-of-the-plugin")

    def spoil() -> None:
        monkeypatch.setattr(Workshop, "provider", fails)

    answer = pressed(buyer, link, card, spoil)

    assert 422 == answer.status_code
    assert "secret-of-the-plugin" not in answer.text
    for page in (Parsed(answer.text), buyer.look(f"{link}/payment")):
        assert "Сейчас здесь нельзя оплатить. Магазин подскажет, как это сделать." in page.text
    assert before == order_of(desk)
