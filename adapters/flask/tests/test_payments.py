"""The list «Платежи»: its columns, search, filters and pages."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from adapters.flask.tests.pages import Parsed
from orderkit import Desk, OrderKit
from tests.counting import statements
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, execute, rub

HEAD = ["Дата", "Номер", "Связанный лид", "Результат", "Способ оплаты", "Сумма"]
N = "\u202f"


def shown(client: FlaskClient, address: str = "/orders/payments") -> Parsed:
    """The page at an address, which must be there."""
    answer = client.get(address)
    assert 200 == answer.status_code
    return Parsed(answer.text)


def numbers(page: Parsed) -> list[str]:
    """The order numbers of the rows."""
    return [row[1] for row in page.cells[1:]]


@pytest.fixture
def three(make: Maker, desk: Desk, clock: Clock) -> None:
    """1001 paid in cash, 1002 waits for a transfer, 1003 reached the payment page and chose nothing."""
    cash, transfer = make.cash(), make.cash("Перевод")
    paid = make.order(contact=ANNA)
    desk.payments.record(
        paid.id, rub("900"), method_id=cash.id, reference="чек 7", actor=STAFF, key=make.key()
    )
    clock.move(minutes=5)
    waiting = make.order()
    desk.payments.choose(waiting.id, transfer.id, actor=STAFF, expected_version=waiting.version)
    clock.move(minutes=5)
    cart = make.order(status="created", actor=BUYER)
    desk.orders.set_status(cart.id, "payment", actor=STAFF, expected_version=cart.version)


@pytest.mark.usefixtures("three")
def test_six_columns(client: FlaskClient) -> None:
    """Everyone who reached the payment page is there, newest first, with the reason beside what is not finished."""
    head, *rows = shown(client).cells

    assert HEAD == head
    assert [
        [
            "1 мар. 12:10",
            "1003",
            "Гость Просмотр гостя",
            "не завершён способ не выбран",
            "—Способ не выбран",
        ],
        ["1 мар. 12:05", "1002", "Гость Просмотр гостя", "не завершён ждёт оплаты"],
        ["1 мар. 12:00", "1001", "Анна Ким Просмотр гостя", "успешно"],
    ] == [rows[0][:5], rows[1][:4], rows[2][:4]]
    assert [f"900,00{N}₽"] * 3 == [row[5] for row in rows]
    assert "Перевод Отмечается вручную; пока ничего не записано." == rows[1][4]
    assert "Наличные Записан вручную, номер чек 7" == rows[2][4]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("reference", "told"),
    [("pay_123", "Номер у платёжной системы: pay_123"), ("", "Платёжная система не сообщила номер.")],
)
def test_number_at_the_payment_system(client: FlaskClient, kit: OrderKit, reference: str, told: str) -> None:
    """What a provider took shows the number it is found by there, behind its method."""
    # Providers that take money come later; here is what such a method and its payment look like.
    execute(kit, "UPDATE orderkit_payment_methods SET offline = 0")
    execute(kit, "UPDATE orderkit_payments SET reference = :reference", reference=reference)

    assert f"Наличные {told}" == shown(client).cells[3][4]


@pytest.mark.usefixtures("three")
def test_declined_and_unfinished(client: FlaskClient, kit: OrderKit) -> None:
    """A refusal is told plainly; of what is not known yet, why."""
    execute(
        kit, "UPDATE orderkit_payments SET attempt = 'declined' WHERE attempt = 'open' AND method_id IS NULL"
    )
    execute(kit, "UPDATE orderkit_payments SET attempt = 'unknown' WHERE attempt = 'open'")

    results = [row[3] for row in shown(client).cells[1:]]

    assert ["отклонён", "не завершён ответ ещё не известен", "успешно"] == results


def test_refunds_and_late_money(client: FlaskClient, make: Maker, desk: Desk, clock: Clock) -> None:
    """Beside the amount stands what was given back; beside the result, the day the money came if it is another."""
    order, cash = make.order(), make.cash()
    order = desk.payments.choose(order.id, cash.id, actor=STAFF, expected_version=order.version)
    clock.move(days=2)
    payment = desk.payments.record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="paid")
    desk.payments.refund(payment.id, rub("250.10"), actor=STAFF, key="back")

    row = shown(client).cells[1]

    assert "успешно получен 3 мар." == row[3]
    assert f"900,00{N}₽ возвращено 250,10{N}₽" == row[5]


def test_links_of_a_row(client: FlaskClient, make: Maker) -> None:
    """The number opens the order's window, the lead the profile, the guest view the guest's actions; filters stay."""
    order = make.full_order()

    page = shown(client, "/orders/payments?result=succeeded")
    links = page.values("href", "a")

    assert f"/orders/{order.id}?result=succeeded&list=payments" in links
    assert f"/orders/contacts/{order.contact_id}?result=succeeded&list=payments" in links
    assert f"/orders/contacts/{order.contact_id}/actions?result=succeeded&list=payments" in links


@pytest.mark.parametrize("where", ["{order.id}", "contacts/{order.contact_id}"])
def test_windows_lead_back_to_the_payments(client: FlaskClient, make: Maker, where: str) -> None:
    """A window that was opened over the payments leads back to them as they were."""
    address = where.format(order=make.full_order())

    page = shown(client, f"/orders/{address}?q=1001&result=succeeded&list=payments")

    assert "/orders/payments?q=1001&result=succeeded" in page.values("href", "a")


def test_no_way_back_to_what_may_not_be_seen(client_of: Callable[..., FlaskClient], make: Maker) -> None:
    """Who may not see the payments is led to the orders."""
    order = make.full_order()
    client = client_of(may=lambda permission: permission != "payments.view")

    links = shown(client, f"/orders/{order.id}?q=1001&list=payments").values("href", "a")

    assert "/orders/" in links
    assert [] == [link for link in links if link.startswith("/orders/payments")]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("query", "found", "chips"),
    [
        ("result=succeeded", ["1001"], ["успешно"]),
        ("result=not_finished", ["1003", "1002"], ["не завершён"]),
        ("result=succeeded&result=declined", ["1001"], ["успешно", "отклонён"]),
        ("q=анна", ["1001"], ["Поиск: анна"]),
        ("q=чек", ["1001"], ["Поиск: чек"]),
        ("q=1002", ["1002"], ["Поиск: 1002"]),
        ("from=2026-03-01&to=2026-03-01", ["1003", "1002", "1001"], ["С 01.03.2026", "По 01.03.2026"]),
        ("from=2026-03-02", [], ["С 02.03.2026"]),
        ("status=pending&money=paid&list=orders", ["1003", "1002", "1001"], []),
    ],
)
def test_filters(client: FlaskClient, query: str, found: list[str], chips: list[str]) -> None:
    """Filters stand in the URL, narrow the list together, and are told in words; those of the orders mean nothing."""
    page = shown(client, f"/orders/payments?{query}")

    assert found == numbers(page)
    told = page.text.partition("Показать платежи")[2]
    assert chips == [chip for chip in chips if f"Убрать: {chip}" in told]
    assert len(chips) == told.count("Убрать:")


@pytest.mark.usefixtures("three")
def test_filter_by_method_and_client(client: FlaskClient, desk: Desk) -> None:
    """The method and the person are filters like any other."""
    transfer = next(method for method in desk.settings.payment_methods() if method.title == "Перевод")
    anna = desk.payments.find().rows[-1].contact_id

    assert ["1002"] == numbers(shown(client, f"/orders/payments?method={transfer.id}"))
    page = shown(client, f"/orders/payments?contact={anna}")
    assert ["1001"] == numbers(page)
    assert "Убрать: Клиент: Анна Ким" in page.text


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("result=lost", "Такого варианта нет: lost."),
        ("method=cash", "Такого способа оплаты нет"),
        ("contact=anna", "Ссылка на клиента повреждена"),
        ("from=01.03.2026", "«01.03.2026» — не дата"),
        ("after=zzz", "Адрес этой страницы списка повреждён"),
        ("q=" + "я" * 201, "Слишком длинный запрос"),
    ],
)
def test_bad_parameters(client: FlaskClient, make: Maker, query: str, message: str) -> None:
    """What cannot be understood is told in words, and nothing that was typed is lost."""
    make.full_order()

    answer = client.get(f"/orders/payments?{query}")
    page = Parsed(answer.text)

    assert 422 == answer.status_code
    assert message in page.text
    assert "Список появится" in page.text
    if query.startswith(("q=", "from=")):
        assert query.partition("=")[2] in page.values("value", "input")


def test_pages(client: FlaskClient, make: Maker, desk: Desk, clock: Clock) -> None:
    """«Старее» walks through the whole list, keeping the filters, and shows no payment twice."""
    cash, order = make.cash(), make.order()
    for minute in range(120):
        clock.move(minutes=1)
        desk.payments.record(order.id, rub(minute + 1), method_id=cash.id, actor=STAFF, key=make.key())
    found, address = [], "/orders/payments?result=succeeded"
    while address:
        page = shown(client, address)
        found += [row[5].removesuffix(f",00{N}₽") for row in page.cells[1:]]
        rel = page.attributes
        older = [rel[i + 1][2] for i, item in enumerate(rel) if item[1:] == ("rel", "next")]
        address = older[0] if older else ""

    assert [str(number) for number in range(120, 0, -1)] == found


def test_empty_lists_say_what_to_do(client: FlaskClient, make: Maker) -> None:
    """No payments at all, none found, too short a search and a page past the end are different things."""
    assert "Платежей пока нет." in shown(client).text
    make.full_order()
    assert "Ничего не нашлось." in shown(client, "/orders/payments?q=zzzz").text
    assert "от трёх знаков" in shown(client, "/orders/payments?q=zz").text
    assert "больше нет" in shown(client, f"/orders/payments?after={'A' * 32}").text


def test_who_may_see_the_payments(client_of: Callable[..., FlaskClient], make: Maker) -> None:
    """Without the permission there is no sub-tab and no list; who sees the list alone finds no dead links in it."""
    make.full_order()
    without = client_of(may=lambda permission: permission == "orders.view")
    alone = client_of(may=lambda permission: permission == "payments.view")

    assert 403 == without.get("/orders/payments").status_code
    assert "Платежи" not in shown(without, "/orders/").text
    page = shown(alone)
    assert ["1001"] == numbers(page)
    assert ["/orders/payments"] == page.values("href", "a")


def test_page_costs_the_same_whatever_the_number(client: FlaskClient, kit: OrderKit, make: Maker) -> None:
    """The list asks the database three times, for two payments and for a hundred."""
    costs, cash = [], make.cash()
    for number in (2, 100):
        order = make.order(contact=ANNA)
        for _ in range(number):
            make.desk.payments.record(order.id, rub(1), method_id=cash.id, actor=STAFF, key=make.key())
        client.get("/orders/payments")  # the first request finds the site
        with statements(kit) as seen:
            shown(client, "/orders/payments?q=анна&result=succeeded&from=2026-01-01")
        costs.append(len(seen))

    assert [3, 3] == costs
