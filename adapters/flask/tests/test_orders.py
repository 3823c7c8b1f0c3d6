"""The list «Заказы»: its columns, search, filters and pages."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed
from orderkit import Delivery, Desk, Line, Money, OrderKit, Recipient
from tests.counting import statements
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, contents, mug, rub

HEAD = [
    "Номер",
    "Дата создания",
    "Статус",
    "Связанный лид",
    "Доставка",
    "Сумма заказа",
    "Оплачено",
    "Способ оплаты",
    "Полная оплата",
    "Действия",
]


def shown(client: FlaskClient, address: str = "/orders/") -> Parsed:
    """The page at an address, which must be there."""
    answer = client.get(address)
    assert 200 == answer.status_code
    return Parsed(answer.text)


def numbers(page: Parsed) -> list[str]:
    """The order numbers of the rows."""
    return [row[0] for row in page.cells[1:]]


def test_ten_columns(client: FlaskClient, make: Maker) -> None:
    """The columns stand in the order of the help page, and a row fills them all."""
    delivery = Delivery(rub("300"), make.courier().id, recipient=Recipient(city="Пермь", address="Ленина, 1"))
    order = make.order([mug(2)], contact=ANNA, delivery=delivery)
    make.desk.payments.record(order.id, rub("1200"), method_id=make.cash().id, actor=STAFF, key="paid")

    head, row = shown(client).cells

    assert HEAD == head
    assert [
        "1001",
        "1 мар. 12:00",
        "Ожидает (есть оплаты)",
        "Анна Ким Просмотр гостя",
        "Курьер Пермь, Ленина, 1",
        "1\u202f200,00\u202f₽",
        "1\u202f200,00\u202f₽",
        "Наличные",
        "Да",
        "Посмотреть",
    ] == row


def test_links_of_a_row(client: FlaskClient, make: Maker) -> None:
    """Number and button lead to the window, the name to the profile; the client can be called and written to."""
    order = make.order(contact=ANNA)

    links = shown(client).values("href", "a")

    assert 2 == links.count(f"/orders/{order.id}")
    assert f"/orders/contacts/{order.contact_id}" in links
    assert f"/orders/contacts/{order.contact_id}/actions" in links
    assert [f"/orders/{order.id}/{part}" for part in ("status", "delivery", "contents")] == [
        link for link in links if link.startswith(f"/orders/{order.id}/")
    ]
    assert "tel:+79123456789" in links
    assert "mailto:anna@example.com" in links


def test_guest(client: FlaskClient, make: Maker) -> None:
    """A guest has no name and nothing to reach him by, but his actions can be seen."""
    make.order(actor=BUYER, status="created")

    page = shown(client)

    assert "Гость Просмотр гостя" == page.cells[1][3]
    assert [] == [link for link in page.values("href", "a") if link.startswith(("tel:", "mailto:"))]


def test_delivery_is_empty_until_it_is_known(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """A method that needs an address shows only with one; pickup shows by itself."""
    courier = make.courier()
    pickup = desk.settings.add_shipping_method("pickup", "Самовывоз", actor=STAFF, key="pickup")
    for delivery in (
        None,
        Delivery(rub("300"), courier.id),
        Delivery(rub("300"), courier.id, recipient=Recipient(city="Пермь")),
        Delivery(rub(0), pickup.id),
        Delivery(rub(0), recipient=Recipient(city="Пермь")),
    ):
        make.order(delivery=delivery)

    assert ["", "Самовывоз", "Курьер Пермь", "", ""] == [row[4] for row in shown(client).cells[1:]]


def test_money_labels(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Part payments and overpayments are named before the amount; what is plainly paid or not is quiet."""
    cash = make.cash()
    for amount in ("0", "100", "900", "1000"):
        order = make.order([mug(2)])
        if amount != "0":
            desk.payments.record(order.id, rub(amount), method_id=cash.id, actor=STAFF, key=amount)

    rows = shown(client).cells[1:]

    assert [
        "переплата 1\u202f000,00\u202f₽",
        "900,00\u202f₽",
        "частично 100,00\u202f₽",
        "0,00\u202f₽",
    ] == [row[6] for row in rows]
    assert ["Да", "Да", "Нет", "Нет"] == [row[8] for row in rows]


@pytest.mark.parametrize("captured", [True, False])
def test_chosen_method_is_greyed(
    client: FlaskClient, make: Maker, desk: Desk, kit: OrderKit, captured: bool
) -> None:
    """A method that brought money is told plainly, one that was only chosen is marked."""
    order = make.order()
    desk.payments.record(order.id, rub("900"), method_id=make.cash().id, actor=STAFF, key="paid")
    if not captured:
        # Choosing a method comes with the checkout; here is what it leaves in the list's row.
        with kit.database.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE orderkit_orders SET payment_captured = 0")

    page = shown(client)

    assert "Наличные" == page.cells[1][7]
    assert captured is ("Наличные. Выбран, ещё не оплачен" not in page.values("title"))


@pytest.mark.parametrize(
    "text", ["1001", "анна", "ANNA@example", "912 345", "8 (912) 345", "RU-7", "№1001", "# 1001"]
)
def test_search(client: FlaskClient, make: Maker, text: str) -> None:
    """Number, name, e-mail, phone and tracking code find the order; what was typed stays in the field."""
    make.order(contact=ANNA, delivery=Delivery(rub(0), tracking_code="RU-777"))
    make.order()

    page = Parsed(client.get("/orders/", query_string={"q": text}).text)

    assert ["1001"] == numbers(page)
    assert text in page.values("value", "input")
    assert f"Поиск: {text}" in page.text


def paid_and_moved(make: Maker) -> None:
    """1001 pending, 1002 paid in part, 1003 preparing and paid."""
    cash, card = make.cash(), make.cash("Карта")
    make.order()
    for amount, method in (("100", cash), ("900", card)):
        order = make.order()
        make.desk.payments.record(order.id, rub(amount), method_id=method.id, actor=STAFF, key=amount)
    make.desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=2)


@pytest.mark.parametrize(
    ("query", "found", "chips"),
    [
        ("status=pending", ["1001"], ["Ожидает"]),
        ("status=pending&status=preparing", ["1003", "1001"], ["Ожидает", "Подготовка отправки"]),
        ("money=paid", ["1003"], ["Оплачен"]),
        ("money=unpaid&money=partially_paid", ["1002", "1001"], ["Не оплачен", "Оплачен частично"]),
        ("status=pending&money=paid", [], ["Ожидает", "Оплачен"]),
        ("from=2026-03-01&to=2026-03-01", ["1003", "1002", "1001"], ["С 01.03.2026", "По 01.03.2026"]),
        ("from=2026-03-02", [], ["С 02.03.2026"]),
        ("q=&status=&from=&method=", ["1003", "1002", "1001"], []),
        ("unknown=1&page=2", ["1003", "1002", "1001"], []),
    ],
)
def test_filters(client: FlaskClient, make: Maker, query: str, found: list[str], chips: list[str]) -> None:
    """Filters stand in the URL, narrow the list together, and are told in words."""
    paid_and_moved(make)

    page = shown(client, f"/orders/?{query}")

    assert found == numbers(page)
    told = page.text.partition("Показать заказы")[2]
    assert chips == [chip for chip in chips if f"Убрать: {chip}" in told]
    assert len(chips) == told.count("Убрать:")


def test_filter_by_method(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """The select offers the site's methods and keeps the choice."""
    paid_and_moved(make)
    card = next(method for method in desk.settings.payment_methods() if method.title == "Карта")

    page = shown(client, f"/orders/?method={card.id}")

    assert ["1003"] == numbers(page)
    assert "Убрать: Карта" in page.text
    assert ("option", "selected", "") in page.attributes


def test_filter_by_contact(client: FlaskClient, make: Maker) -> None:
    """The profile's link to all orders of a person is a filter like any other."""
    order = make.order(contact=ANNA)
    make.order()

    page = shown(client, f"/orders/?contact={order.contact_id}")

    assert ["1001"] == numbers(page)
    assert "Убрать: Клиент: Анна Ким" in page.text
    assert str(order.contact_id) in page.values("value", "input")


def test_chip_takes_away_one_filter(client: FlaskClient, make: Maker) -> None:
    """Each chip leads to the same list without it, from the first page on."""
    make.order()

    links = shown(client, "/orders/?q=1001&status=pending&status=shipped&after=").values("href", "a")

    assert "/orders/?status=pending&status=shipped" in links
    assert "/orders/?q=1001&status=shipped" in links
    assert "/orders/?q=1001&status=pending" in links


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("status=lost", "Такого варианта нет: lost."),
        ("status=pending&status=lost", "Такого варианта нет: lost."),
        ("money=gold", "Такого варианта нет: gold."),
        ("method=cash", "Такого способа оплаты нет"),
        (f"method={UUID(int=7)}", "Такого способа оплаты нет"),
        ("contact=anna", "Ссылка на клиента повреждена"),
        ("from=01.03.2026", "«01.03.2026» — не дата"),
        ("from=2026-02-30", "«2026-02-30» — не дата"),
        ("to=9999-12-31", "«9999-12-31» — не дата"),
        ("from=0001-01-01", "«0001-01-01» — не дата"),
        ("from=2026-03-02&to=2026-03-01", "Последний день раньше первого"),
        ("after=zzz", "Адрес этой страницы списка повреждён"),
        ("before=%D1%8F", "Адрес этой страницы списка повреждён"),
        ("after=" + "A" * 3000, "Адрес этой страницы списка повреждён"),
        ("q=" + "я" * 201, "Слишком длинный запрос"),
    ],
)
def test_bad_parameters(client: FlaskClient, make: Maker, query: str, message: str) -> None:
    """What cannot be understood is told in words, and nothing that was typed or ticked is lost."""
    make.order()

    answer = client.get(f"/orders/?{query}&money=paid")
    page = Parsed(answer.text)

    assert 422 == answer.status_code
    assert message in page.text
    assert "Список появится" in page.text
    assert ("input", "value", "paid") in page.attributes
    assert ("input", "checked", "") in page.attributes
    typed = query.partition("=")[2]
    if query.startswith("q="):
        assert "я" * 201 in page.values("value", "input")
    if query.startswith(("from=0", "to=", "from=2026-02")):
        assert typed in page.values("value", "input")


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "'", '"', "%", "_", "анна*", "AND OR", "\ud7ff", "x\tанна"]
)
def test_any_text_can_be_searched(client: FlaskClient, make: Maker, text: str) -> None:
    """Signs that mean something to a database mean nothing in the search."""
    make.order(contact=ANNA)

    assert 200 == client.get("/orders/", query_string={"q": text}).status_code


def test_pages(client: FlaskClient, make: Maker, clock: Clock) -> None:
    """«Старее» and «Новее» walk through the whole list, keeping the filters, and show no order twice."""
    for _ in range(120):
        clock.move(minutes=1)
        make.order()
    found, address, seen = [], "/orders/?status=pending", []
    while address:
        page = shown(client, address)
        found += numbers(page)
        seen.append(address)
        rel = page.attributes
        older = [rel[i + 1][2] for i, item in enumerate(rel) if item[1:] == ("rel", "next")]
        address = older[0] if older else ""

    assert [str(number) for number in range(1120, 1000, -1)] == found
    assert 3 == len(seen)
    assert all("status=pending" in each for each in seen)
    newer = [rel[i + 1][2] for i, item in enumerate(rel) if item[1:] == ("rel", "prev")]
    assert [str(number) for number in range(1070, 1020, -1)] == numbers(shown(client, newer[0]))


def test_empty_lists_say_what_to_do(client: FlaskClient, make: Maker) -> None:
    """No orders at all, none found, and too short a search are three different things."""
    assert "Заказов пока нет." in shown(client).text
    make.order()
    assert "Ничего не нашлось." in shown(client, "/orders/?q=zzzz").text
    assert "от трёх знаков" in shown(client, "/orders/?q=zz").text
    before_all_time = "A" * 32
    assert "больше нет" in shown(client, f"/orders/?after={before_all_time}").text


def test_page_costs_the_same_whatever_the_number(client: FlaskClient, kit: OrderKit, make: Maker) -> None:
    """The list asks the database three times, for ten orders and for two hundred."""
    costs = []
    for number in (10, 200):
        while make.made < number:
            make.order(contact=ANNA)
        client.get("/orders/")  # the first request finds the site
        with statements(kit) as seen:
            shown(client, "/orders/?q=анна&status=pending&from=2026-01-01")
        costs.append(len(seen))

    assert [3, 3] == costs


def test_first_page_finds_the_site_once(client_of: Callable[..., FlaskClient], kit: OrderKit) -> None:
    """The desk of a site is kept for the life of the extension."""
    client = client_of()
    with statements(kit) as first:
        client.get("/orders/")
    with statements(kit) as second:
        client.get("/orders/")

    assert len(first) > len(second) == 3


def test_pages_stay_out_of_caches(client: FlaskClient, make: Maker) -> None:
    """Pages with people in them are stored nowhere."""
    order = make.order(contact=ANNA)
    for address in ("/orders/", f"/orders/{order.id}", f"/orders/contacts/{order.contact_id}", "/orders/0"):
        assert "no-store" == client.get(address).headers["Cache-Control"]


def test_reading_changes_nothing(client: FlaskClient, kit: OrderKit, make: Maker) -> None:
    """A GET leaves every row as it was."""
    order = make.full_order()
    before = contents(kit)
    for address in ("/orders/?q=анна", f"/orders/{order.id}", f"/orders/contacts/{order.contact_id}"):
        client.get(address)

    assert before == contents(kit)


def test_other_currencies(client_of: Callable[..., FlaskClient], kit: OrderKit) -> None:
    """A site's own currency and time zone are shown."""
    kit.sites.ensure("tea", currency="GBP", timezone="Europe/London")
    make = Maker(kit.site("tea"))
    make.order([Line(sku="T", title="Tea", unit_price=Money.of("12.50", "GBP"))])

    row = shown(client_of(site=lambda: "tea")).cells[1]

    assert "12,50\u202f£" == row[5]
    assert "1 мар. 09:00" == row[1]
