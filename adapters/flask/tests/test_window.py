"""The order window."""

import pytest
from flask.testing import FlaskClient
from orderkit_flask.listing import CURSORS, LISTS

from adapters.flask.tests.pages import Parsed
from orderkit import (
    Adjustment,
    AdjustmentKind,
    ChangeQuantity,
    Delivery,
    Desk,
    Order,
    Recipient,
    RemoveLine,
    ReplaceLine,
)
from tests.making import ANNA, BUYER, OTHER_STAFF, RECIPIENT, STAFF, Clock, Maker, mug, rub

N = "\u202f"


def window(client: FlaskClient, order: Order, query: str = "") -> Parsed:
    """The window of an order, which must be there."""
    answer = client.get(f"/orders/{order.id}{query}")
    assert 200 == answer.status_code
    return Parsed(answer.text)


def test_sections_stand_in_the_order_of_the_help_page(client: FlaskClient, make: Maker) -> None:
    """Status, lead, delivery, contents, payments, journal."""
    text = window(client, make.full_order()).text
    places = [
        text.index(heading)
        for heading in (
            "Заказ 1001",
            "Статус",
            "Связанный лид",
            "Доставка Изменить Способ доставки",
            "Содержание заказа 2 позиции",
            "Оплаты",
            "Журнал",
        )
    ]

    assert sorted(places) == places


def test_each_change_is_named_by_its_section(client: FlaskClient, make: Maker) -> None:
    """Read aloud as one name, whether it can be pressed or not."""
    named = window(client, make.full_order()).values("aria-label", "a")

    assert {"Изменить: Статус", "Изменить: Доставка", "Изменить: Содержание заказа"} <= set(named)


@pytest.mark.parametrize(
    "form", ["status", "cancel", "delivery", "contents", "adjustments", "payments/new", "payments/method"]
)
@pytest.mark.parametrize("status", ["pending", "shipped"])
def test_every_form_opens_over_a_narrowed_list(
    client: FlaskClient, make: Maker, desk: Desk, form: str, status: str
) -> None:
    """No parameter of a form is one of the lists, whichever of them the window lies over."""
    order = make.full_order()
    order = desk.orders.set_status(order.id, status, actor=STAFF, expected_version=order.version)
    for name, parameters in LISTS.items():
        query = {"list": name} | dict.fromkeys((*parameters, *CURSORS), "2026-01-31")

        assert client.get(f"/orders/{order.id}/{form}", query_string=query).status_code in (200, 409)


def test_delivery(client: FlaskClient, make: Maker) -> None:
    """Method, cost, tracking code, recipient, phone, address and comment."""
    text = window(client, make.full_order()).text

    assert f"Способ доставки Курьер Стоимость доставки 300,00{N}₽ Код отслеживания RU-1" in text
    assert "Получатель Иван Телефон +7 912 000-11-22 Адрес Пермь, Ленина, 1 Комментарий после 18" in text


def test_tracking_code_is_a_link_where_the_carrier_has_a_page(
    client: FlaskClient, make: Maker, desk: Desk
) -> None:
    """The code is put into the carrier's address, and cannot become more than a part of it."""
    method = desk.settings.add_shipping_method(
        "flat-rate",
        "Почта",
        settings={"cost": rub(0)},
        actor=STAFF,
        key="post",
        tracking_url="https://post.example/t?c={code}&l=ru",
    )
    order = make.order(delivery=Delivery(rub(0), method.id, "RU/1&x=2 #"))

    assert "https://post.example/t?c=RU%2F1%26x%3D2%20%23&l=ru" in window(client, order).values("href", "a")


def test_nothing_to_deliver(client: FlaskClient, make: Maker) -> None:
    """An order of certificates says so instead of an empty form."""
    order = make.order([mug(requires_delivery=False)])

    assert "В этом заказе нечего доставлять." in window(client, order).text


def test_contents_and_parts_of_the_sum(client: FlaskClient, make: Maker) -> None:
    """Each line with options, price, quantity, amount; then goods, delivery, discounts, included tax, total."""
    order = make.order(
        [
            mug(2, options={"цвет": "синий"}),
            mug(3, "99.90", sku="CRD", title="Купон", requires_delivery=False),
        ],
        delivery=Delivery(rub("300")),
        adjustments=[
            Adjustment(kind=AdjustmentKind.DISCOUNT, title="ВЕСНА", amount=rub("-150")),
            Adjustment(kind=AdjustmentKind.TAX, amount=rub("20"), included=True),
        ],
    )

    page = window(client, order)

    assert [
        ["Товар", "Цена", "Кол-во", "Сумма"],
        ["Кружка MUG-1 · цвет: синий", f"450,00{N}₽", "× 2", f"900,00{N}₽"],
        ["Купон CRD · без доставки", f"99,90{N}₽", "× 3", f"299,70{N}₽"],
    ] == page.cells
    assert (
        f"Товары 1{N}199,70{N}₽ Скидка: ВЕСНА −150,00{N}₽ Доставка 300,00{N}₽ "
        f"Сумма заказа 1{N}349,70{N}₽ в том числе Налог 20,00{N}₽"
    ) in page.text


def test_a_free_line_shows_no_sku(client: FlaskClient, make: Maker) -> None:
    """What the catalogue does not know is shown by its title and options alone, with no stray sign between."""
    free = mug(sku="", title="Гравировка", requires_delivery=False)
    chosen = mug(sku="", title="Роспись", options={"цвет": "синий", "место": "дно"}, requires_delivery=False)
    text = window(client, make.order([free, chosen])).text

    assert "Гравировка без доставки" in text
    assert "Роспись цвет: синий · место: дно · без доставки" in text


def test_a_note_stands_in_the_journal(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """A note is told with its text, by whom it was written, in the order's journal and in the client's."""
    order = make.order(contact=ANNA)
    desk.orders.add_note(order.id, "Позвонить <b>после шести</b>", actor=OTHER_STAFF, key="n")
    client_page = client.get(f"/orders/contacts/{order.contact_id}")

    assert "Заметка Пётр Позвонить <b>после шести</b>" in window(client, order).text
    assert "Заметка заказ 1001 Пётр Позвонить <b>после шести</b>" in Parsed(client_page.text).text


def test_payments(client: FlaskClient, make: Maker) -> None:
    """Each payment with its method, result, amount, what its ledger says, and its refunds with their reasons."""
    text = window(client, make.full_order()).text

    assert f"Наличные успешно 1{N}500,00{N}₽" in text
    assert f"Получено 1 марта 2026, 12:00 1{N}500,00{N}₽" in text
    assert f"Возвращено клиенту 1 марта 2026, 12:00 250,10{N}₽" in text
    assert f"Возврат 250,10{N}₽: выполнен · бой" in text
    assert "Удержано 1 марта" not in text  # taken at once: there was nothing to hold
    assert f"Оплачено 1{N}249,90{N}₽ К оплате 0,00{N}₽" in text


def test_refund_with_its_number(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """A refund is shown with its number in the books, without a reason too."""
    order = make.full_order()
    desk.payments.refund(order.payments[0].id, rub("1"), actor=STAFF, key="К-12", reference="К-12")

    assert f"Возврат 1,00{N}₽: выполнен · № К-12" in window(client, desk.orders.get(order.id)).text


def test_money_in_the_head(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """What is still to pay stands in the head, what is overpaid in a strip below it; both under the payments."""
    order, cash = make.order([mug(2)]), make.cash()
    desk.payments.record(order.id, rub("100"), method_id=cash.id, actor=STAFF, key="1")
    assert 2 == window(client, order).text.count(f"К оплате 800,00{N}₽")
    desk.payments.record(order.id, rub("850"), method_id=cash.id, actor=STAFF, key="2")

    text = window(client, order).text

    assert 2 == text.count(f"Переплата 50,00{N}₽")  # above, and in the sums
    assert 1 == text.count(f"Переплата 50,00{N}₽. Вернуть")
    assert "К оплате" not in text


def test_unfinished_payment(client: FlaskClient, make: Maker) -> None:
    """An attempt without a method says how far it has come."""
    text = window(client, make.order(actor=BUYER, status="payment")).text

    assert "Способ не выбран не завершён: ждёт оплаты" in text


def test_cancelled_order_tells_what_is_kept(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Cancelling with a part of the money given back leaves the rest, owes nothing, and gives its reason."""
    order = make.order([mug(2)])
    desk.payments.record(order.id, rub("900"), method_id=make.cash().id, actor=STAFF, key="1")
    desk.orders.cancel(order.id, reason="передумал", refund=rub("600"), actor=STAFF, expected_version=2)

    text = window(client, order).text

    assert f"Оставлено при отмене 300,00{N}₽ К оплате 0,00{N}₽" in text
    assert "Причина: передумал" in text
    assert "Отменён 1 марта 2026, 12:00" in text


def test_journal_tells_before_and_after_in_words(
    client: FlaskClient, make: Maker, desk: Desk, clock: Clock
) -> None:
    """Statuses by name, money as money, methods by title, addresses as text, the actor named, newest first."""
    order = make.order([mug(2), mug(1, "99.90", sku="TEA", title="Чай")], contact=ANNA, actor=BUYER)
    cash, courier = make.cash(), make.courier()
    clock.move(minutes=5)
    desk.payments.record(order.id, rub("1000"), method_id=cash.id, actor=STAFF, key="paid")
    clock.move(days=1)
    edits = [ChangeQuantity(1, 3), RemoveLine(2)]
    desk.orders.edit_lines(order.id, edits, actor=OTHER_STAFF, expected_version=2)
    edits = [ReplaceLine(1, mug(1, "700", sku="POT", title="Чайник"))]
    desk.orders.edit_lines(order.id, edits, actor=OTHER_STAFF, expected_version=3)
    for version, recipient in ((4, Recipient(city="Пермь", phone="89123456789")), (5, RECIPIENT)):
        delivery = Delivery(rub("300"), courier.id, "RU-1", recipient)
        desk.orders.edit_delivery(order.id, delivery, actor=STAFF, expected_version=version)
    desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=6)

    journal = window(client, order).text.partition("Журнал")[2]

    told = [
        "Сегодня",
        "12:05 Статус изменён Ожидает (есть оплаты) → Подготовка отправки Ольга",
        "Доставка изменена Ольга Подробнее Получатель Иван Телефон +7 912 345-67-89 → +7 912 000-11-22 "
        "Адрес Ленина, 1 Комментарий после 18",
        f"Доставка изменена Ольга Подробнее Сумма заказа 700,00{N}₽ → 1{N}000,00{N}₽",
        f"Способ доставки Курьер Стоимость доставки 300,00{N}₽ Код отслеживания RU-1 "
        "Телефон +7 912 345-67-89 Город Пермь",
        f"Содержание изменено 1{N}350,00{N}₽ → 700,00{N}₽ Пётр",
        f"Заменено Кружка, 3 × 450,00{N}₽ → Чайник, 1 × 700,00{N}₽",
        f"Содержание изменено 999,90{N}₽ → 1{N}350,00{N}₽ Пётр",
        f"Кружка 2 × 450,00{N}₽ → 3 × 450,00{N}₽ Удалено: Чай 1 × 99,90{N}₽ → —",
        "Вчера",
        f"12:05 Оплата записана 1{N}000,00{N}₽ Наличные Ожидает → Ожидает (есть оплаты) Ольга",
        f"12:00 Заказ создан Ожидает 999,90{N}₽ Покупатель",
    ]
    places = [journal.find(each) for each in told]
    assert -1 not in places, told[places.index(-1)] + "\n" + journal
    assert sorted(places) == places


@pytest.mark.parametrize(
    ("query", "back"),
    [
        ("", "/orders/"),
        ("?status=pending&status=shipped&q=a%26b", "/orders/?q=a%26b&status=pending&status=shipped"),
        ("?after=abc", "/orders/?after=abc"),
        ("?back=https://evil.example&next=//evil.example", "/orders/"),
        ("?q=https://evil.example", "/orders/?q=https://evil.example"),
    ],
)
def test_way_back_keeps_the_list(client: FlaskClient, make: Maker, query: str, back: str) -> None:
    """The link back has the filters of the list, and leads nowhere else."""
    order = make.order(contact=ANNA)
    profile = Parsed(client.get(f"/orders/contacts/{order.contact_id}{query}").text)

    assert back == window(client, order, query).values("href", "a")[0]
    assert back == profile.values("href", "a")[0]


def test_window_costs_the_same_whatever_the_contents(client: FlaskClient, make: Maker) -> None:
    """An order of three hundred lines is shown whole."""
    order = make.order([mug(1, sku=f"SKU-{number}") for number in range(300)])

    page = window(client, order)

    assert 301 == len(page.cells)
    assert "300 позиций" in page.text
