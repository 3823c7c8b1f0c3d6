"""What is amiss with an order, and what the head says of its money."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed
from orderkit import Delivery, Desk, Order
from tests.making import RECIPIENT, STAFF, Maker, mug, rub

ClientOf = Callable[..., FlaskClient]
N = "\u202f"


def alerts(client: FlaskClient, order: Order) -> list[str]:
    """Each as it is read, its button included."""
    page = client.get(f"/orders/{order.id}").text
    strips = page.partition('<ul class="ok-alerts"')[2].partition("</ul>")[0]
    return [Parsed(strip.partition(">")[2]).text for strip in strips.split("<li")[1:]]


def head(client: FlaskClient, order: Order) -> str:
    """The sums in the head."""
    page = client.get(f"/orders/{order.id}").text
    return Parsed(page.partition('<dl class="ok-sums">')[2].partition("</dl>")[0]).text


@pytest.fixture
def pay(make: Maker, desk: Desk) -> Callable[[Order, str], Order]:
    """Record a payment."""
    cash = make.cash()

    def pay(order: Order, amount: str) -> Order:
        desk.payments.record(order.id, rub(amount), method_id=cash.id, actor=STAFF, key=make.key())
        return desk.orders.get(order.id)

    return pay


Pay = Callable[[Order, str], Order]


def move(desk: Desk, order: Order, status: str) -> Order:
    return desk.orders.set_status(order.id, status, actor=STAFF, expected_version=order.version)


def digital(make: Maker) -> Order:
    """An order of 900 that needs no delivery."""
    return make.order([mug(requires_delivery=False)])


def test_nothing_is_amiss(client: FlaskClient, make: Maker, pay: Pay, desk: Desk) -> None:
    """No strip at all, however far the order is."""
    order = pay(digital(make), "900")
    for status in ("preparing", "shipped", "delivered"):
        order = move(desk, order, status)
        assert [] == alerts(client, order)


def test_overpaid(client: FlaskClient, make: Maker, pay: Pay) -> None:
    """Said once, with the way to give it back from the latest payment that can."""
    order = pay(pay(digital(make), "900"), "200")

    assert [f"Переплата 200,00{N}₽. Вернуть"] == alerts(client, order)
    page = Parsed(client.get(f"/orders/{order.id}").text)
    assert f"/orders/{order.id}/payments/{order.payments[-1].id}/refund" in page.values("href", "a")
    assert "Переплата" not in head(client, order)


def test_sent_and_not_paid(client: FlaskClient, make: Maker, pay: Pay, desk: Desk) -> None:
    """Of what is sent or delivered; before that, waiting for money is usual."""
    order = pay(digital(make), "100")
    assert [] == alerts(client, order)
    order = move(desk, order, "shipped")

    assert [f"Заказ отправлен, но не оплачено 800,00{N}₽. Записать оплату Ссылка на оплату"] == alerts(
        client, order
    )
    assert 1 == len(alerts(client, move(desk, order, "delivered")))


def test_cancelled_and_paid(client: FlaskClient, make: Maker, pay: Pay, desk: Desk) -> None:
    """Money that came in after the order was cancelled."""
    order = pay(move(desk, digital(make), "cancelled"), "900")

    assert [f"Заказ отменён, но по нему есть деньги: 900,00{N}₽. Вернуть"] == alerts(client, order)


def test_no_address(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Of what is being prepared, with the way to the delivery."""
    order = make.order()
    assert [] == alerts(client, order)
    order = move(desk, order, "preparing")
    assert ["Заказ готовят к отправке, но не выбран способ доставки. Изменить доставку"] == alerts(
        client, order
    )
    method = make.courier().id
    order = desk.orders.edit_delivery(order.id, Delivery(rub(0), method), actor=STAFF, expected_version=2)
    assert ["Заказ готовят к отправке, но нет адреса. Изменить доставку"] == alerts(client, order)
    delivery = Delivery(rub(0), method, recipient=RECIPIENT)
    order = desk.orders.edit_delivery(order.id, delivery, actor=STAFF, expected_version=3)
    assert [] == alerts(client, order)


def test_buttons_need_their_permission(client_of: ClientOf, make: Maker, pay: Pay, desk: Desk) -> None:
    """Who may not act is told all the same."""
    client = client_of(may=lambda permission: permission in ("orders.view", "orders.status"))

    assert [f"Переплата 1,00{N}₽."] == alerts(client, pay(digital(make), "901"))
    assert ["Заказ готовят к отправке, но не выбран способ доставки."] == alerts(
        client, move(desk, make.order(), "preparing")
    )


@pytest.mark.parametrize(("given", "said"), [("900", "900,00"), ("400", "400,00")])
def test_what_was_given_back_is_not_asked_for(
    client: FlaskClient, make: Maker, pay: Pay, desk: Desk, given: str, said: str
) -> None:
    """Of an order that is over, head and payments say what was given back, not that it is to be paid again."""
    order = pay(digital(make), "900")
    order = desk.payments.refund(
        order.payments[0].id, rub(given), actor=STAFF, key="back", lower_total=False
    ) and desk.orders.get(order.id)
    assert "К оплате" in head(client, order)
    order = move(desk, order, "delivered")

    assert f"Возвращено {said}{N}₽" in head(client, order)
    assert "К оплате" not in head(client, order)
    text = Parsed(client.get(f"/orders/{order.id}").text).text
    assert 2 == text.count(f"Возвращено {said}{N}₽")
    assert "К оплате" not in text
