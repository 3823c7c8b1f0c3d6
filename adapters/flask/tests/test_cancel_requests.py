"""A client who asks to cancel: the strip in the window, the two answers, the mark in the list and its filter."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed, submit
from adapters.flask.tests.test_alerts import alerts
from orderkit import Desk, Order, OrderKit
from tests.making import ANNA, OTHER_STAFF, STAFF, Clock, Maker, contents, rub

ClientOf = Callable[..., FlaskClient]
ASKED = "Клиент просит отменить заказ (1 марта 2026, 12:00)."


@pytest.fixture
def asked(make: Maker, desk: Desk) -> Order:
    """An order of 900, paid, whose client asks to cancel it; at version 3."""
    order = make.order(contact=ANNA)
    desk.payments.record(order.id, rub("900"), method_id=make.cash().id, actor=STAFF, key="paid")
    return desk.orders.request_cancel(order.id, reason="Нашла <дешевле>")


def test_the_strip(client: FlaskClient, asked: Order) -> None:
    """First of all alerts, with the client's own words and both answers; the journal tells of it, too."""
    page = client.get(f"/orders/{asked.id}").text

    assert f"{ASKED}«Нашла <дешевле>» Отменить заказ Отклонить просьбу" == alerts(client, asked)[0]
    assert "Нашла &lt;дешевле&gt;" in page
    assert "Клиент попросил отменить заказ Покупатель Причина: Нашла <дешевле>" in Parsed(page).text


def test_a_reason_of_many_words(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """The strip shows the beginning, the journal all of it; without a reason there is nothing in quotes."""
    orders = [make.order() for _ in range(2)]
    for order, reason in zip(orders, ("слово " * 300, ""), strict=True):
        desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1)
        desk.orders.request_cancel(order.id, reason=reason)
    long, silent = (alerts(client, order)[0] for order in orders)

    assert 500 > len(long)
    assert "слово…»" in long
    assert f"{ASKED} Отменить заказ Отклонить просьбу" == silent
    assert ("слово " * 300).strip() in Parsed(client.get(f"/orders/{orders[0].id}").text).text


def test_declining(client: FlaskClient, asked: Order, desk: Desk) -> None:
    """A reason, and the strip is gone; the order stays as it was."""
    answer = submit(client, f"/orders/{asked.id}/decline", reason="Уже упаковано")
    order = desk.orders.get(asked.id)

    assert (303, f"/orders/{asked.id}") == (answer.status_code, answer.location)
    assert (None, "pending_paid") == (order.cancel_requested_at, order.status)
    assert [] == alerts(client, order)
    assert "Просьба об отмене отклонена" in Parsed(client.get(f"/orders/{order.id}").text).text
    assert "Уже упаковано" == desk.orders.view(order.id).journal[0].reason


def test_cancelling(client: FlaskClient, asked: Order, desk: Desk) -> None:
    """The button of the strip opens the form of cancelling, and what it does is the answer."""
    page = Parsed(client.get(f"/orders/{asked.id}").text)
    assert f"/orders/{asked.id}/cancel" in page.values("href", "a")
    submit(client, f"/orders/{asked.id}/cancel", why="changed_mind")
    order = desk.orders.get(asked.id)

    assert (None, "cancelled") == (order.cancel_requested_at, order.status)
    assert [] == alerts(client, order)


def test_declining_needs_a_reason(client: FlaskClient, asked: Order, kit: OrderKit) -> None:
    """It is asked for beside the field, and nothing is stored."""
    before = contents(kit)
    answer = submit(client, f"/orders/{asked.id}/decline", reason="  ")

    assert 422 == answer.status_code
    assert "Заполните это поле." in Parsed(answer.text).text
    assert before == contents(kit)


def test_the_same_answer_twice(client: FlaskClient, asked: Order, desk: Desk) -> None:
    """A double click declines once."""
    form = Parsed(client.get(f"/orders/{asked.id}/decline").text).form(f"/orders/{asked.id}/decline")
    form.put({"reason": "Уже упаковано"})

    assert [303, 303] == [client.post(form.action, data=form.fields).status_code for _ in range(2)]
    assert 4 == desk.orders.get(asked.id).version


def test_somebody_answered_meanwhile(client: FlaskClient, asked: Order, desk: Desk) -> None:
    """Whoever comes late is told so, and keeps what he wrote; there is nothing left to send."""
    form = Parsed(client.get(f"/orders/{asked.id}/decline").text).form(f"/orders/{asked.id}/decline")
    form.put({"reason": "Уже упаковано"})
    desk.orders.decline_cancel(asked.id, reason="нет", actor=OTHER_STAFF, expected_version=3)
    answer = client.post(form.action, data=form.fields)
    page = Parsed(answer.text)

    assert 409 == answer.status_code
    assert "На просьбу клиента уже ответили" in page.text
    assert "Вы написали: Уже упаковано" in page.text
    assert form.action not in [one.action for one in page.forms]


def test_something_else_happened_meanwhile(client: FlaskClient, asked: Order, desk: Desk) -> None:
    """Who did not know of it decides anew: what he wrote goes on in the form."""
    form = Parsed(client.get(f"/orders/{asked.id}/decline").text).form(f"/orders/{asked.id}/decline")
    form.put({"reason": "Уже упаковано"})
    desk.orders.set_status(asked.id, "shipped", actor=OTHER_STAFF, expected_version=3)
    answer = client.post(form.action, data=form.fields)
    again = Parsed(answer.text).form(f"/orders/{asked.id}/decline")

    assert 409 == answer.status_code
    assert ["Уже упаковано"] == again.fields["reason"]
    assert 303 == client.post(again.action, data=again.fields).status_code
    assert None is desk.orders.get(asked.id).cancel_requested_at


def test_nobody_asks(client: FlaskClient, make: Maker) -> None:
    """The address says so instead of offering a form."""
    page = Parsed(client.get(f"/orders/{make.order().id}/decline").text)

    assert "На просьбу клиента уже ответили" in page.text
    assert [] == [form.action for form in page.forms if "decline" in form.action]


def test_answers_need_their_permission(
    client_of: ClientOf, client: FlaskClient, asked: Order, kit: OrderKit
) -> None:
    """Who may not cancel is told of the request and can do nothing about it."""
    form = Parsed(client.get(f"/orders/{asked.id}/decline").text).form(f"/orders/{asked.id}/decline")
    form.put({"reason": "x"})
    before = contents(kit)
    viewer = client_of(may=lambda permission: permission != "orders.cancel")

    assert f"{ASKED}«Нашла <дешевле>»" == alerts(viewer, asked)[0]
    assert 403 == viewer.get(f"/orders/{asked.id}/decline").status_code
    assert 403 == viewer.post(form.action, data=form.fields).status_code
    assert before == contents(kit)


def test_what_cannot_be_cancelled_can_be_declined(client: FlaskClient, asked: Order, desk: Desk) -> None:
    """Of an order that was delivered all the same, only the answer is offered that can be given."""
    order = desk.orders.set_status(asked.id, "delivered", actor=STAFF, expected_version=3)

    assert f"{ASKED}«Нашла <дешевле>» Отклонить просьбу" == alerts(client, order)[0]


def test_the_list(client: FlaskClient, asked: Order, make: Maker, clock: Clock) -> None:
    """The row is marked beside its status, and a filter finds it and nothing else; a chip takes it away."""
    make.order()
    rows = {row[0]: row[2] for row in Parsed(client.get("/orders/").text).cells[1:]}
    page = Parsed(client.get("/orders/?mark=cancel_requested").text)

    assert {asked.number: "Ожидает (есть оплаты) просит отменить", "1002": "Ожидает"} == rows
    assert [asked.number] == [row[0] for row in page.cells[1:]]
    assert "Убрать: Клиент просит отменить" in page.text
