"""Notes that staff leave in an order's journal."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from adapters.flask.tests.pages import Parsed, submit
from orderkit import Desk, Order
from tests.making import OTHER_STAFF, Clock, Maker

ClientOf = Callable[..., FlaskClient]


def note(client: FlaskClient, order: Order, text: str) -> TestResponse:
    """Write it in the window and send it."""
    return submit(client, f"/orders/{order.id}/notes", on=f"/orders/{order.id}", text=text)


def test_a_note_is_told_with_its_day_and_its_writer(
    client_of: ClientOf, make: Maker, clock: Clock, desk: Desk
) -> None:
    """Under its day, with its time, its writer and its text, line by line as it was written."""
    order = make.order()
    clock.move(days=1)
    client = client_of(actor=lambda: OTHER_STAFF)
    answer = note(client, order, "Звонил.\r\nПросит <после> шести")
    page = client.get(f"/orders/{order.id}").text

    assert (303, f"/orders/{order.id}") == (answer.status_code, answer.location)
    assert "Сегодня 12:00 Заметка Пётр Звонил. Просит <после> шести" in Parsed(page).text
    assert "Звонил.\nПросит &lt;после&gt; шести" in page
    assert "Вчера" in Parsed(page).text


def test_a_note_leaves_open_forms_alone(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """The order and its version stay: nobody's form becomes stale by it."""
    order = make.order()
    form = Parsed(client.get(f"/orders/{order.id}/status").text).form(f"/orders/{order.id}/status")
    note(client, order, "x")
    form.put({"status": "preparing"})

    assert 303 == client.post(form.action, data=form.fields).status_code


@pytest.mark.parametrize(("text", "told"), [("  ", "Заполните это поле."), ("ы" * 2_001, "2\u202f000")])
def test_what_is_no_note(client: FlaskClient, make: Maker, desk: Desk, text: str, told: str) -> None:
    """Nothing, or too much: said beside the field, which keeps what was typed."""
    order = make.order()
    answer = note(client, order, text)
    page = Parsed(answer.text)

    assert 422 == answer.status_code
    assert told in page.text
    assert [text] == page.form(f"/orders/{order.id}/notes").fields["text"]
    assert 1 == len(desk.orders.view(order.id).journal)


def test_a_note_needs_its_permission(client_of: ClientOf, make: Maker) -> None:
    """Without it there is no field, and a form made by hand is refused."""
    order = make.order()
    client = client_of(may=lambda permission: permission != "orders.note")

    assert "/notes" not in client.get(f"/orders/{order.id}").text
    assert 403 == client.post(f"/orders/{order.id}/notes", data={"text": "x"}).status_code


def test_an_order_that_is_not_there(client: FlaskClient, make: Maker) -> None:
    """Is told as everywhere."""
    order = make.order()
    form = Parsed(client.get(f"/orders/{order.id}").text).form(f"/orders/{order.id}/notes")
    form.put({"text": "x"})

    assert 404 == client.post(f"/orders/{'0' * 32}/notes", data=form.fields).status_code
