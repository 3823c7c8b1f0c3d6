"""The list as a file: what is in it, that nothing in it is calculated, and that it streams."""

import csv
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from orderkit_flask.exporting import MARK, PIECE, guarded

from orderkit import ContactDetails, Delivery, Line, Money, OrderKit, Recipient
from tests.counting import statements
from tests.making import ANNA, RECIPIENT, STAFF, Clock, Maker, mug, rub

HEAD = (
    "Номер;Дата создания;Статус;Связанный лид;Доставка;Сумма заказа;Оплачено;Способ оплаты;Полная оплата;"
    "Посмотреть;Валюта;Оплата;Лид: e-mail;Лид: телефон;Код отслеживания;Получатель;Получатель: e-mail;"
    "Получатель: телефон;Страна;Город;Индекс;Адрес;Комментарий;Отметка"
)


def rows(client: FlaskClient, query: str = "", delimiter: str = ";") -> list[list[str]]:
    """The cells of the file, as a table program reads them."""
    answer = client.get(f"/orders/export.csv?{query}")
    assert 200 == answer.status_code
    return list(csv.reader(io.StringIO(answer.text.removeprefix(MARK), newline=""), delimiter=delimiter))


def test_file(client: FlaskClient, make: Maker) -> None:
    """The columns of the list first, then the lead and the recipient; in UTF-8 with a mark, named by site and day."""
    delivery = Delivery(rub("300"), make.courier().id, "RU-1", RECIPIENT)
    order = make.order([mug(2)], contact=ANNA, delivery=delivery)
    make.desk.payments.record(order.id, rub("200.50"), method_id=make.cash().id, actor=STAFF, key="paid")

    answer = client.get("/orders/export.csv")
    head, row = answer.data.decode("utf-8-sig").splitlines()

    assert answer.data.startswith(b"\xef\xbb\xbf")
    assert "text/csv; charset=utf-8" == answer.headers["Content-Type"]
    assert "attachment; filename=orders-coffee-2026-03-01.csv" == answer.headers["Content-Disposition"]
    assert "no-store" == answer.headers["Cache-Control"]
    assert HEAD == head
    assert (
        "1001;2026-03-01 12:00;Ожидает (есть оплаты);Анна Ким;Курьер;1200,00;200,50;Наличные;Нет;"
        f"http://localhost/orders/{order.id};RUB;Оплачен частично;anna@example.com;'+7 912 345-67-89;RU-1;Иван;;"
        "'+7 912 000-11-22;;Пермь;;Ленина, 1;после 18;"
    ) == row


def test_english(client_of: Callable[..., FlaskClient], make: Maker) -> None:
    """Commas between cells and points in amounts; words and head are English."""
    make.order()

    head, row = rows(client_of(locale=lambda: "en"), delimiter=",")

    assert ["Number", "Date created", "Status"] == head[:3]
    assert ["1001", "2026-03-01 12:00", "Pending"] == row[:3]
    assert ["900.00", "0.00"] == row[5:7]


def test_currency_without_decimals(client_of: Callable[..., FlaskClient], kit: OrderKit) -> None:
    """Amounts have as many decimals as their currency."""
    kit.sites.ensure("tea", currency="JPY", timezone="Asia/Tokyo")
    Maker(kit.site("tea")).order([Line(sku="T", title="茶", unit_price=Money.of("1250", "JPY"))])

    row = rows(client_of(site=lambda: "tea"))[1]

    assert ("1250", "JPY") == (row[5], row[10])


def test_view(client: FlaskClient, make: Maker) -> None:
    """The file has what the list shows, from its first page to its last."""
    make.order(contact=ANNA)
    make.order()

    assert ["1001"] == [row[0] for row in rows(client, "q=anna&after=zzz")[1:]]
    assert ["1002", "1001"] == [row[0] for row in rows(client, "status=pending")[1:]]
    assert [] == rows(client, "status=shipped")[1:]
    assert ["1002"] == [row[0] for row in rows(client, "q=%E2%84%961002")[1:]]


@pytest.mark.parametrize("query", ["status=lost", "from=never", "method=cash", "q=" + "я" * 201])
def test_bad_filters_make_no_file(client: FlaskClient, make: Maker, query: str) -> None:
    """What cannot be understood is told on the page of the list."""
    make.order()

    answer = client.get(f"/orders/export.csv?{query}")

    assert (422, "text/html") == (answer.status_code, answer.mimetype)
    assert "Content-Disposition" not in answer.headers
    assert "Список появится" in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "+7 912 345-67-89",
        "-",
        "=",
        "＝1",
        "+79123456789x",
    ],
)
def test_formulas_are_text(text: str) -> None:
    """Whatever a table program would calculate gets an apostrophe in front."""
    assert f"'{text}" == guarded(text)


@pytest.mark.parametrize(
    "text", ["", "Анна", "a=b", "1", "-5", "-5,00", "+3.25", "12 3-4", "'=1", "ул. Ленина, -1"]
)
def test_plain_text_and_numbers_stay(text: str) -> None:
    """Nothing else is touched; an amount below zero is a number."""
    assert text == guarded(text)


def test_hostile_customer(client: FlaskClient, make: Maker) -> None:
    """What customers write neither calculates nor breaks out of its cell."""
    bad = '=HYPERLINK("http://evil";"x")'
    where = Recipient(name=bad, city="a;b", address='say "hi"\nto\tme', comment="@me")
    make.order(contact=ContactDetails(bad, "+a@b", "-1-1"), delivery=Delivery(rub(0), recipient=where))

    head, row = rows(client)

    assert len(head) == len(row)
    assert ["'" + bad, "'+a@b", "'-1-1"] == [row[3], row[12], row[13]]
    assert ["'" + bad, "a;b", 'say "hi"\nto\tme', "'@me"] == [row[15], row[19], row[21], row[22]]


def test_streams(client: FlaskClient, kit: OrderKit, make: Maker, clock: Clock) -> None:
    """Pieces go out while later orders are not even asked for: memory does not follow the number of orders."""
    for _ in range(2 * PIECE + 1):
        clock.move(minutes=1)
        make.order()
    client.get("/orders/export.csv?status=shipped")  # the first request finds the site

    with statements(kit) as seen:
        answer = client.get("/orders/export.csv", buffered=False)
        pieces = iter(answer.response)
        first = next(pieces)
        asked_first = len(seen)
        rest = list(pieces)

    assert PIECE + 1 == first.count(b"\r\n")
    assert [PIECE, 1] == [piece.count(b"\r\n") for piece in rest]
    assert asked_first < len(seen)
    assert len(seen) <= 5


def test_file_needs_its_permission(client_of: Callable[..., FlaskClient], make: Maker) -> None:
    """Neither the button nor the file is there for who may only look, nor the file for who may not look."""
    make.order()
    reader = client_of(may=lambda permission: permission == "orders.view")
    blind = client_of(may=lambda permission: permission == "orders.export")

    assert "Сохранить в файл" not in reader.get("/orders/").text
    assert 403 == reader.get("/orders/export.csv").status_code
    assert 403 == blind.get("/orders/export.csv").status_code
