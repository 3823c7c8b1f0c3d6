"""Cancelling as one act: why, and what becomes of the money."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from adapters.flask.tests.pages import Parsed, Typed, submit
from orderkit import ContactDetails, Desk, Order, OrderKit, Status
from tests.making import OTHER_STAFF, STAFF, Clock, Maker, contents, rub

ClientOf = Callable[..., FlaskClient]
N = "\u202f"


@pytest.fixture
def paid(make: Maker, desk: Desk, clock: Clock) -> Order:
    """An order of 900 with 1 000 paid in two parts, at version 3."""
    order, cash = make.order(), make.cash()
    for key, amount in (("1", "600"), ("2", "400")):
        desk.payments.record(order.id, rub(amount), method_id=cash.id, actor=STAFF, key=key)
        clock.move(minutes=1)
    return desk.orders.get(order.id)


def cancel(client: FlaskClient, order: Order, **typed: Typed) -> TestResponse:
    """Fill the form in and send it."""
    return submit(client, f"/orders/{order.id}/cancel", **typed)


def test_unpaid(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """A reason and nothing else."""
    order = make.order()
    page = Parsed(client.get(f"/orders/{order.id}/cancel").text)
    assert "refund" not in page.form(f"/orders/{order.id}/cancel").fields
    assert "Вернуть" not in page.text

    answer = cancel(client, order, reason="передумал")

    assert (303, f"/orders/{order.id}") == (answer.status_code, answer.location)
    assert Status.CANCELLED is desk.orders.get(order.id).status
    assert "передумал" == desk.orders.view(order.id).journal[0].reason


@pytest.mark.parametrize(
    ("why", "reason", "stored"),
    [
        ("out_of_stock", "", "Нет в наличии"),
        ("out_of_stock", "до лета", "Нет в наличии: до лета"),
        ("", "до лета", "до лета"),
        ("made up", "до лета", "до лета"),
    ],
)
def test_common_reasons(
    client: FlaskClient, make: Maker, desk: Desk, why: str, reason: str, stored: str
) -> None:
    """Picked, told in one's own words, or both."""
    order = make.order()

    assert 303 == cancel(client, order, why=why, reason=reason).status_code
    assert stored == desk.orders.view(order.id).journal[0].reason


def test_no_reason(client: FlaskClient, paid: Order, desk: Desk) -> None:
    """It is asked for, and what was decided about the money stays."""
    answer = cancel(client, paid, refund="part", amount="300")
    page = Parsed(answer.text)
    fields = page.form(f"/orders/{paid.id}/cancel").fields

    assert 422 == answer.status_code
    assert "Заполните это поле." in page.text
    assert (["part"], ["300"]) == (fields["refund"], fields["amount"])
    assert 3 == desk.orders.get(paid.id).version


@pytest.mark.parametrize(
    ("typed", "refunded", "retained"),
    [
        ({"refund": "all"}, "1000", "0"),
        ({"refund": "part", "amount": "250,50"}, "250.50", "749.50"),
        ({"refund": "none"}, "0", "1000"),
        ({"refund": None}, "0", "1000"),
        ({"refund": "made up"}, "0", "1000"),
    ],
)
def test_money(
    client: FlaskClient, paid: Order, desk: Desk, typed: dict[str, Typed], refunded: str, retained: str
) -> None:
    """All, a part or nothing is given back; the rest is kept, and one entry of the journal tells of all of it."""
    assert 303 == cancel(client, paid, reason="x", **typed).status_code

    order = desk.orders.get(paid.id)
    assert rub(refunded).minor == order.balance.refunded
    assert rub(retained) == order.retained
    assert 4 == order.version


@pytest.mark.parametrize("choice", ["all", "none"])
def test_amount_beside_another_choice_is_asked_about(
    client: FlaskClient, paid: Order, desk: Desk, choice: str
) -> None:
    """Who wrote how much to give back is not taken at another word: nothing is booked."""
    answer = cancel(client, paid, reason="x", refund=choice, amount="100")

    assert 422 == answer.status_code
    assert "Выберите «Вернуть часть» или сотрите сумму." in Parsed(answer.text).text
    assert 3 == desk.orders.get(paid.id).version


def test_the_form_proposes_to_give_all_back(client: FlaskClient, paid: Order) -> None:
    """All that was paid; how much a part is, only the person knows."""
    page = Parsed(client.get(f"/orders/{paid.id}/cancel").text)
    fields = page.form(f"/orders/{paid.id}/cancel").fields

    assert (["all"], [""]) == (fields["refund"], fields["amount"])
    assert f"Вернуть всё: 1{N}000,00{N}₽" in page.text


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("1000,01", f"Вернуть можно от 0,00{N}₽ до 1{N}000,00{N}₽."),
        ("-1", "Вернуть можно от"),
        ("x", "Напишите сумму"),
        ("", "Напишите сумму"),
        ("1,005", "слишком много знаков"),
        ("9" * 30, "слишком больш"),
    ],
)
def test_an_amount_that_cannot_be(
    client: FlaskClient, paid: Order, kit: OrderKit, amount: str, told: str
) -> None:
    """It is said beside the field, in words; nothing is done, and nothing typed is lost."""
    before = contents(kit)
    answer = cancel(client, paid, why="no_answer", reason="звонили", refund="part", amount=amount)
    page = Parsed(answer.text)
    fields = page.form(f"/orders/{paid.id}/cancel").fields

    assert 422 == answer.status_code
    assert told.lower() in page.text.lower()
    assert "Заказ ещё не отменён: проверьте отмеченные поля." in page.text
    assert (["no_answer"], ["звонили"], ["part"], [amount]) == tuple(
        fields[name] for name in ("why", "reason", "refund", "amount")
    )
    assert contents(kit) == before


def test_a_refund_needs_its_permission(client_of: ClientOf, paid: Order, desk: Desk) -> None:
    """Who may not give money back is told that it is kept; a form made by hand is refused."""
    client = client_of(may=lambda permission: permission != "money.refund")
    page = Parsed(client.get(f"/orders/{paid.id}/cancel").text)
    assert "refund" not in page.form(f"/orders/{paid.id}/cancel").fields
    assert "останутся у вас" in page.text

    for typed in ({"refund": "all"}, {"refund": "part", "amount": "1"}):
        assert 403 == cancel(client, paid, reason="x", **typed).status_code
    assert Status.PENDING_PAID is desk.orders.get(paid.id).status
    assert 303 == cancel(client, paid, reason="x").status_code
    assert rub("1000") == desk.orders.get(paid.id).retained


def test_cancelling_needs_its_permission(client_of: ClientOf, make: Maker, desk: Desk) -> None:
    """Neither the form nor the act is for others."""
    order = make.order()
    client = client_of(may=lambda permission: permission != "orders.cancel")

    assert 403 == client.get(f"/orders/{order.id}/cancel").status_code
    assert 403 == client.post(f"/orders/{order.id}/cancel", data={"reason": "x"}).status_code
    assert 1 == desk.orders.get(order.id).version


def test_what_was_sent_is_taken_back_by_those_who_may(client_of: ClientOf, make: Maker, desk: Desk) -> None:
    """Cancelling a shipped order needs the right to take orders back besides; whoever lacks it is told."""
    order, rights = make.order(), {"orders.view", "orders.cancel", "orders.reopen"}
    desk.orders.set_status(order.id, "shipped", actor=STAFF, expected_version=1)
    client = client_of(may=lambda permission: permission in rights)
    form = Parsed(client.get(f"/orders/{order.id}/cancel").text).form(f"/orders/{order.id}/cancel")
    form.put({"reason": "потеряна"})

    rights.remove("orders.reopen")
    assert "У вас нет на это права." in Parsed(client.get(f"/orders/{order.id}/cancel").text).text
    assert 403 == client.post(form.action, data=form.fields).status_code
    rights.add("orders.reopen")
    assert 303 == client.post(form.action, data=form.fields).status_code


@pytest.mark.parametrize("status", ["delivered", "cancelled"])
def test_what_cannot_be_cancelled(client: FlaskClient, make: Maker, desk: Desk, status: str) -> None:
    """The address says why instead of offering a form."""
    order = make.order()
    desk.orders.set_status(order.id, status, actor=STAFF, expected_version=1)
    page = Parsed(client.get(f"/orders/{order.id}/cancel").text)

    assert f"/orders/{order.id}/cancel" not in [form.action for form in page.forms]
    assert ("не переводят" if status == "delivered" else "Работа по заказу прекращена.") in page.text


def test_the_same_act_twice(client: FlaskClient, paid: Order, desk: Desk) -> None:
    """Money is given back once."""
    form = Parsed(client.get(f"/orders/{paid.id}/cancel").text).form(f"/orders/{paid.id}/cancel")
    form.put({"reason": "x"})

    assert [303, 303] == [client.post(form.action, data=form.fields).status_code for _ in range(2)]
    assert rub("1000").minor == desk.orders.get(paid.id).balance.refunded
    assert 4 == desk.orders.get(paid.id).version


def test_money_came_in_meanwhile(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Who did not know of it is told, keeps the reason, and decides on the money now."""
    order = make.order()
    form = Parsed(client.get(f"/orders/{order.id}/cancel").text).form(f"/orders/{order.id}/cancel")
    form.put({"why": "duplicate", "reason": "и правда"})
    desk.payments.record(order.id, rub("900"), method_id=make.cash().id, actor=OTHER_STAFF, key="1")

    answer = client.post(form.action, data=form.fields)
    page = Parsed(answer.text)
    again = page.form(f"/orders/{order.id}/cancel")

    assert 409 == answer.status_code
    assert "Тем временем изменили то же самое (Пётр)" in page.text
    assert f"Когда вы открыли форму, было оплачено 0,00{N}₽, сейчас 900,00{N}₽." in page.text
    assert (["duplicate"], ["и правда"], ["all"], [""]) == tuple(
        again.fields[name] for name in ("why", "reason", "refund", "amount")
    )
    assert 303 == client.post(again.action, data=again.fields).status_code
    assert rub("900").minor == desk.orders.get(order.id).balance.refunded


def test_something_else_changed_meanwhile(client: FlaskClient, paid: Order, desk: Desk) -> None:
    """Where no money moved, nothing is said of money; what was decided on it stands."""
    form = Parsed(client.get(f"/orders/{paid.id}/cancel").text).form(f"/orders/{paid.id}/cancel")
    form.put({"reason": "x", "refund": "none"})
    desk.orders.set_status(paid.id, "preparing", actor=OTHER_STAFF, expected_version=paid.version)

    answer = client.post(form.action, data=form.fields)
    page = Parsed(answer.text)

    assert 409 == answer.status_code
    assert "Когда вы открыли форму" not in page.text
    assert ["none"] == page.form(f"/orders/{paid.id}/cancel").fields["refund"]


def test_whoever_is_unknown(client: FlaskClient, make: Maker) -> None:
    """An order of a guest is cancelled like any other."""
    assert 303 == cancel(client, make.order(contact=ContactDetails()), reason="x").status_code
