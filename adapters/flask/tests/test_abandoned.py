"""Abandoned carts: marked in the list and in the window, found by a filter, kept in the file."""

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed
from orderkit import Order
from tests.making import BUYER, Clock, Maker

ClientOf = Callable[..., FlaskClient]


@pytest.fixture
def cart(make: Maker) -> Order:
    """A cart with two mugs in it."""
    return make.order(status="created", actor=BUYER)


def head(client: FlaskClient, order: Order) -> str:
    """Title, status and marks of the window."""
    page = client.get(f"/orders/{order.id}").text
    return Parsed(page.partition('<div class="ok-title">')[2].partition("</div>")[0]).text


@pytest.mark.parametrize(
    ("passed", "told"),
    [
        ({"minutes": 59}, "Заказ 1001 Создан"),
        ({"minutes": 60}, "Заказ 1001 Создан брошен 1 час назад"),
        ({"hours": 5}, "Заказ 1001 Создан брошен 5 часов назад"),
        ({"days": 3}, "Заказ 1001 Создан брошен 3 дня назад"),
        ({"days": 40}, "Заказ 1001 Создан брошен 1 месяц назад"),
    ],
)
def test_how_long_ago(
    client: FlaskClient, cart: Order, clock: Clock, passed: dict[str, float], told: str
) -> None:
    """In words, in the largest unit, from an hour on."""
    clock.move(**passed)

    assert told == head(client, cart)


def test_english(client_of: ClientOf, cart: Order, clock: Clock) -> None:
    """The same in the other language."""
    clock.move(hours=5)

    assert "Order 1001 Created (cart) abandoned 5 hours ago" == head(client_of(locale=lambda: "en"), cart)


def test_the_list(client: FlaskClient, cart: Order, make: Maker, clock: Clock) -> None:
    """A word beside the status, not a colour alone; the filter finds it and nothing else, and stays in the address."""
    clock.move(hours=2)
    make.order()
    fresh = make.order(status="payment", actor=BUYER)
    rows = {row[0]: row[2] for row in Parsed(client.get("/orders/").text).cells[1:]}
    found = Parsed(client.get("/orders/?mark=abandoned").text)

    assert {cart.number: "Создан брошен", "1002": "Ожидает", fresh.number: "Шаг оплаты"} == rows
    assert [cart.number] == [row[0] for row in found.cells[1:]]
    assert "Убрать: Брошенные корзины" in found.text
    assert "abandoned" in found.forms[0].fields["mark"]
    assert f"/orders/{cart.id}?mark=abandoned" in found.values("href", "a")


def test_no_such_mark(client: FlaskClient, cart: Order) -> None:
    """It is said beside the choice, and no list is shown for it."""
    answer = client.get("/orders/?mark=forgotten")

    assert 422 == answer.status_code
    assert "Такого варианта нет: forgotten." in Parsed(answer.text).text


def test_the_file(client: FlaskClient, cart: Order, make: Maker, clock: Clock) -> None:
    """What the list marks, the file names; the filter holds for it, too."""
    clock.move(hours=2)
    make.order()
    text = client.get("/orders/export.csv?mark=abandoned").data.decode("utf-8-sig")
    head, *rows = csv.reader(io.StringIO(text), delimiter=";")

    assert "Отметка" == head[-1]
    assert [(cart.number, "брошен")] == [(row[0], row[-1]) for row in rows]
