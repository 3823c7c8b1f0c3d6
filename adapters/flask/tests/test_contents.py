"""Changing the contents of an order: the editor, what its buttons do, and what is stored."""

import logging
from collections.abc import Callable, Sequence

import attrs
import pytest
from flask.testing import FlaskClient
from orderkit_flask import Product
from werkzeug.test import TestResponse, encode_multipart

from adapters.flask.tests.pages import Parsed, plain, submit
from orderkit import (
    Adjustment,
    AdjustmentKind,
    ChangeQuantity,
    Delivery,
    Desk,
    Line,
    Money,
    Order,
    RemoveLine,
)
from orderkit.errors import TransitionRefusedError
from tests.making import OTHER_STAFF, STAFF, Maker, mug, rub

N = "\u202f"
TEA = Product(sku="TEA", title="Чай Сенча", price=rub("540"))
CARD = Product(sku="CARD", title="Сертификат", price=rub("3000"), requires_delivery=False)
EUROPEAN = Product(sku="EUR", title="Чай из Гамбурга", price=Money.of("9.90", "EUR"))


@attrs.frozen
class Shop:
    """A catalogue of three products."""

    products: Sequence[Product] = (TEA, CARD, EUROPEAN)

    def get(self, sku: str) -> Product | None:
        return next((one for one in self.products if one.sku == sku), None)

    def search(self, text: str, limit: int) -> Sequence[Product]:
        return [one for one in self.products if text.casefold() in one.title.casefold()][:limit]


@pytest.fixture
def client(client_of: Callable[..., FlaskClient]) -> FlaskClient:
    return client_of(catalogue=Shop(), actor=lambda: STAFF)


def address(order: Order) -> str:
    return f"/orders/{order.id}/contents"


def press(client: FlaskClient, order: Order, page: Parsed | None, do: str, **typed: object) -> TestResponse:
    """Press a button of the editor as a browser does, with everything that stands in its form."""
    page = page or Parsed(client.get(address(order)).text)
    form = page.form(address(order))
    form.put({name.replace("__", "."): value for name, value in typed.items()} | {"do": do})
    return client.post(form.action, data=form.fields)


def pressed(client: FlaskClient, order: Order, page: Parsed | None, do: str, **typed: object) -> Parsed:
    """The editor after a button that stores nothing."""
    answer = press(client, order, page, do, **typed)
    assert 200 == answer.status_code
    return Parsed(answer.text)


def titles(desk: Desk, order: Order) -> list[tuple[str, int, str]]:
    """The lines as they are stored: title, quantity, price."""
    return [
        (line.title, line.quantity, str(line.unit_price.decimal)) for line in desk.orders.get(order.id).lines
    ]


@pytest.fixture
def order(make: Maker) -> Order:
    """Two mugs and a pot."""
    return make.order([mug(2), mug(1, "700", sku="POT", title="Чайник")])


def test_quantity_and_price_are_changed(client: FlaskClient, desk: Desk, order: Order) -> None:
    """Both as people type them; one entry in the journal; the line keeps what else it has."""
    answer = press(client, order, None, "save", line__1__quantity="3", line__2__unit_price="1 240,50 ₽")

    assert 303 == answer.status_code
    assert [("Кружка", 3, "450.00"), ("Чайник", 1, "1240.50")] == titles(desk, order)
    entry, *_ = desk.orders.view(order.id).journal
    assert ("order.lines_edited", STAFF) == (entry.kind, entry.actor)
    assert ["MUG-1", "POT"] == [line.sku for line in desk.orders.get(order.id).lines]


def test_nothing_changed_stores_nothing(client: FlaskClient, desk: Desk, order: Order) -> None:
    """Saving the form as it was leads back to the order, which stays as it is."""
    assert 303 == press(client, order, None, "save").status_code
    assert order.version == desk.orders.get(order.id).version


@pytest.mark.parametrize(
    "do", ["preview", "find", "count", "add:TEA", "remove:1", "free", "replace:1", "nonsense:x", ""]
)
def test_only_saving_stores(client: FlaskClient, desk: Desk, order: Order, do: str) -> None:
    """Every other button answers with the editor as it stands, and so does Enter in any field."""
    answer = press(client, order, None, do, line__1__quantity="7", find="чай")

    assert 200 == answer.status_code
    assert order == desk.orders.get(order.id)
    first = next(
        value
        for tag, name, value in Parsed(client.get(address(order)).text).attributes
        if (tag, name) == ("button", "value") and value in ("preview", "save")
    )
    assert "preview" == first  # what a browser presses for Enter


def test_product_of_the_catalogue_is_added(client: FlaskClient, desk: Desk, order: Order) -> None:
    """Found by its title, added with the title, price and delivery that the catalogue gives on the server."""
    page = pressed(client, order, None, "find", find="сертиф")
    assert f"Сертификат CARD · без доставки 3{N}000,00{N}₽" in page.text
    page = pressed(client, order, page, "add:CARD")
    page.form(address(order)).put({"line.n1.title": None})
    answer = press(client, order, page, "save", line__n1__quantity="2")

    assert 303 == answer.status_code
    added = desk.orders.get(order.id).lines[-1]
    assert ("CARD", "Сертификат", rub("3000"), 2, False) == (
        added.sku,
        added.title,
        added.unit_price,
        added.quantity,
        added.requires_delivery,
    )


def test_price_of_the_catalogue_may_be_overridden(client: FlaskClient, desk: Desk, order: Order) -> None:
    """The field says so; left empty it is the catalogue's."""
    page = pressed(client, order, None, "add:TEA")
    page = pressed(client, order, page, "add:CARD")
    shown = pressed(client, order, page, "preview", line__n1__unit_price="500", line__n2__unit_price="")
    assert f"в каталоге 540,00{N}₽" in shown.text
    press(client, order, page, "save", line__n1__unit_price="500", line__n2__unit_price="")

    assert [("Чай Сенча", 1, "500.00"), ("Сертификат", 1, "3000.00")] == titles(desk, order)[2:]


def test_browser_names_no_title_of_a_product(client: FlaskClient, desk: Desk, order: Order) -> None:
    """A form made by hand with a title and a delivery of its own gets those of the catalogue."""
    page = pressed(client, order, None, "add:CARD")
    press(client, order, page, "save", line__n1__title="Даром", line__n1__requires_delivery="yes")

    added = desk.orders.get(order.id).lines[-1]
    assert ("Сертификат", False) == (added.title, added.requires_delivery)


def test_line_of_ones_own(client: FlaskClient, desk: Desk, order: Order) -> None:
    """A title, a price, a quantity, and whether it is delivered; one that nothing was written into is not there."""
    page = pressed(client, order, None, "free")
    page = pressed(client, order, page, "free")
    answer = press(
        client,
        order,
        page,
        "save",
        line__n1__title="Упаковка",
        line__n1__unit_price="150",
        line__n1__requires_delivery=None,
    )

    assert 303 == answer.status_code
    [added] = desk.orders.get(order.id).lines[2:]
    assert ("", "Упаковка", rub("150"), 1, False) == (
        added.sku,
        added.title,
        added.unit_price,
        added.quantity,
        added.requires_delivery,
    )


def test_line_is_replaced_in_its_place(client: FlaskClient, desk: Desk, order: Order) -> None:
    """The next product takes the place of the line: one change, the same place, the same quantity."""
    page = pressed(client, order, None, "replace:1", line__1__quantity="4")
    assert "Заменить «Кружка» на" in page.text
    page = pressed(client, order, page, "add:TEA")
    assert f"вместо Кружка, 2 × 450,00{N}₽" in page.text
    press(client, order, page, "save")

    assert [("Чай Сенча", 4, "540.00"), ("Чайник", 1, "700.00")] == titles(desk, order)
    [difference] = [
        d for d in desk.orders.view(order.id).journal[0].differences if d.field.startswith("lines")
    ]
    assert "lines.1" == difference.field


def test_replacing_is_given_up(client: FlaskClient, desk: Desk, order: Order) -> None:
    """Before a product is chosen, and after it: the line is as it was."""
    page = pressed(client, order, None, "replace:1")
    page = pressed(client, order, page, "leave")
    assert "Заменить «" not in page.text
    page = pressed(client, order, page, "replace:1")
    page = pressed(client, order, page, "add:TEA")
    page = pressed(client, order, page, "keep:1")
    press(client, order, page, "save")

    assert order == desk.orders.get(order.id)


def test_removed_line_stays_in_sight_until_it_is_stored(
    client: FlaskClient, desk: Desk, order: Order
) -> None:
    """Struck through, to be taken back with what was typed; an added one simply goes."""
    page = pressed(client, order, None, "remove:1", line__1__quantity="5")
    assert "Вернуть: Кружка" in page.values("aria-label")
    assert f"Было 1{N}600,00{N}₽ → станет 700,00{N}₽" in page.text
    back = pressed(client, order, page, "return:1")
    assert ["5"] == back.form(address(order)).fields["line.1.quantity"]
    page = pressed(client, order, page, "add:TEA")
    page = pressed(client, order, page, "remove:n1")
    press(client, order, page, "save")

    assert [("Чайник", 1, "700.00")] == titles(desk, order)


def test_last_line_stays(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """Said before saving and when saving; nothing is stored."""
    order = make.order()
    page = pressed(client, order, None, "remove:1")
    assert "Не посчитано. Последнюю позицию удалить нельзя" in page.text
    answer = press(client, order, page, "save")

    assert 409 == answer.status_code
    assert "Вернуть: Кружка" in Parsed(answer.text).values("aria-label")
    assert order == desk.orders.get(order.id)


def test_delta_and_balance_before_saving(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """What it was, what it will be, what is paid, and what is left to pay or too much."""
    order = make.order([mug(2)], delivery=Delivery(rub("100")))
    desk.payments.record(order.id, rub("1000"), method_id=make.cash().id, actor=STAFF, key="1")
    more = pressed(client, order, None, "preview", line__1__quantity="3").text
    less = pressed(client, order, None, "preview", line__1__quantity="1").text
    same = Parsed(client.get(address(order)).text).text

    assert f"Было 1{N}000,00{N}₽ → станет 1{N}450,00{N}₽ оплачено 1{N}000,00{N}₽ к доплате 450,00{N}₽" in more
    assert f"было 2 × 450,00{N}₽" in more
    assert f"станет 550,00{N}₽ оплачено 1{N}000,00{N}₽ переплата 450,00{N}₽" in less
    assert f"Сумма заказа 1{N}000,00{N}₽ пока ничего не изменено" in same


def test_counting_answers_the_strip_alone(client: FlaskClient, order: Order) -> None:
    """What a script asks for while somebody types: the sums, the marks of the rows and what was found; no fields."""
    answer = press(client, order, None, "count", line__1__quantity="10", find="чай")
    page = Parsed(answer.text)

    assert f"станет 5{N}200,00{N}₽" in page.text
    assert "Чай Сенча" in page.text
    assert {"ok-mark-1", "ok-sum-1", "ok-mark-2", "ok-sum-2", "ok-found"} <= set(page.values("id"))
    assert "input" not in page.tags


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("line__1__quantity", "много", "Напишите целое число."),
        ("line__1__quantity", "0", f"Напишите число от 1 до 1{N}000{N}000."),
        ("line__1__unit_price", "", "Напишите сумму, например 1240,50."),
        ("line__1__unit_price", "-1", "Цена не может быть меньше нуля."),
        ("line__1__unit_price", "0,001", "Слишком много знаков после запятой."),
        ("line__1__unit_price", "9" * 20, "Слишком большая сумма."),
        ("line__1__unit_price", "90000000000000", "Слишком большая сумма."),
    ],
)
def test_unusable_input_stays_and_is_told(
    client: FlaskClient, desk: Desk, order: Order, field: str, typed: str, told: str
) -> None:
    """By its field when saving, by its position while counting; nothing is stored, nothing typed is lost."""
    counted = Parsed(press(client, order, None, "count", **{field: typed}).text).text
    answer = press(client, order, None, "save", **{field: typed})
    page = Parsed(answer.text)

    assert f"{'Кружка' if '__1__' in field else 'Чайник'}: " in counted
    assert 422 == answer.status_code
    assert told in page.text
    assert [typed] == page.form(address(order)).fields[field.replace("__", ".")]
    assert order == desk.orders.get(order.id)


def test_wrong_quantity_leaves_what_a_row_is_of(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """Article and options stand beside what is wrong, of a position and of a product that is added."""
    order = make.order([mug(2, options={"Цвет": "синий"})])
    page = pressed(client, order, None, "add:CARD")

    text = Parsed(press(client, order, page, "save", line__1__quantity="0", line__n1__quantity="0").text).text

    assert "Кружка MUG-1 · Цвет: синий" in text
    assert f"{CARD.title} CARD · без доставки" in text


def test_free_line_needs_a_title(client: FlaskClient, desk: Desk, order: Order) -> None:
    """A price alone is not a line, and a title has an end."""
    page = pressed(client, order, None, "free")
    for title in ("", "я" * 2001, "a\x00b"):
        answer = press(client, order, page, "save", line__n1__title=title, line__n1__unit_price="10")
        assert 422 == answer.status_code
    assert order == desk.orders.get(order.id)


@pytest.mark.parametrize(
    "status", ["created", "payment", "pending", "preparing", "shipped", "delivered", "cancelled"]
)
def test_contents_open_where_the_core_opens_them(
    client: FlaskClient, desk: Desk, make: Maker, status: str
) -> None:
    """In the others the button stays, disabled, and says why; the form's address answers the same."""
    order = make.order()
    if status == "cancelled":
        order = desk.orders.cancel(order.id, reason="нет", actor=STAFF, expected_version=1)
    elif status != "pending":
        reason = "так" if status in ("created", "payment") else ""
        order = desk.orders.set_status(order.id, status, actor=STAFF, expected_version=1, reason=reason)
    page = Parsed(client.get(f"/orders/{order.id}").text)
    form = client.get(address(order))
    try:
        desk.orders.edit_lines(order.id, [], actor=STAFF, expected_version=order.version, dry_run=True)
        is_open = True
    except TransitionRefusedError:
        is_open = False

    assert is_open is (address(order) in page.values("href", "a"))
    assert is_open is ("Содержание можно менять, пока заказ в статусе" not in page.text)
    assert (200 if is_open else 409) == form.status_code
    assert is_open is ("Сохранить содержание" in form.text)


def test_closed_meanwhile(client: FlaskClient, desk: Desk, order: Order) -> None:
    """What was typed stays in sight, and the reason is told."""
    page = Parsed(client.get(address(order)).text)
    desk.orders.set_status(order.id, "shipped", actor=OTHER_STAFF, expected_version=1)
    answer = press(client, order, page, "save", line__1__quantity="9")
    again = Parsed(answer.text)

    assert 409 == answer.status_code
    assert ["9"] == again.form(address(order)).fields["line.1.quantity"]
    assert "В этом статусе содержание уже не меняют." in again.text


def test_somebody_else_was_faster(client: FlaskClient, desk: Desk, order: Order) -> None:
    """Both values are shown field by field; what only they changed is taken over; lines that are gone are named."""
    page = pressed(client, order, None, "add:TEA")
    edits = [ChangeQuantity(1, 7), RemoveLine(2)]
    desk.orders.edit_lines(order.id, edits, actor=OTHER_STAFF, expected_version=1)
    answer = press(client, order, page, "save", line__1__quantity="5", line__2__quantity="6")
    again = Parsed(answer.text)

    assert 409 == answer.status_code
    assert ["5"] == again.form(address(order)).fields["line.1.quantity"]
    assert "Сейчас сохранено: 7" in again.text
    assert "Тем временем из заказа убрали: Чайник × 6" in again.text
    assert "Пётр" in again.text
    assert ["TEA"] == again.form(address(order)).fields["line.n1.sku"]
    assert 303 == press(client, order, again, "save").status_code
    assert [("Кружка", 5, "450.00"), ("Чай Сенча", 1, "540.00")] == titles(desk, order)


@pytest.mark.parametrize("do", ["save", "preview"])
def test_replaced_line_that_another_took_out(client: FlaskClient, desk: Desk, order: Order, do: str) -> None:
    """What was typed in its place becomes a line of its own, with all that was typed."""
    page = pressed(client, order, None, "replace:2")
    page = pressed(client, order, page, "free")
    desk.orders.edit_lines(order.id, [RemoveLine(2)], actor=OTHER_STAFF, expected_version=1)

    typed = {"line__2__title": "МОЙ ТОВАР", "line__2__unit_price": "777", "line__2__quantity": "3"}
    met = Parsed(press(client, order, page, do, **typed).text)

    assert (
        "Тем временем из заказа убрали: Чайник × 1. То, чем вы их заменили, теперь добавляется." in met.text
    )
    assert "Если они нужны" not in met.text
    assert 303 == press(client, order, met, "save").status_code
    assert [("Кружка", 2, "450.00"), ("МОЙ ТОВАР", 3, "777.00")] == titles(desk, order)


def test_replacing_what_another_took_out(client: FlaskClient, desk: Desk, order: Order) -> None:
    """A product chosen for the place of a line that is gone is added beside those added before."""
    page = pressed(client, order, None, "add:CARD")
    page = pressed(client, order, page, "replace:2")
    desk.orders.edit_lines(order.id, [RemoveLine(2)], actor=OTHER_STAFF, expected_version=1)

    met = pressed(client, order, page, "add:TEA")
    press(client, order, met, "save")

    assert [("Кружка", 2, "450.00"), ("Сертификат", 1, "3000.00"), ("Чай Сенча", 1, "540.00")] == titles(
        desk, order
    )


def test_replaced_line_that_another_changed(client: FlaskClient, desk: Desk, order: Order) -> None:
    """What takes its place keeps its own quantity; the one stored now is shown beside it."""
    page = pressed(client, order, None, "replace:2")
    page = pressed(client, order, page, "add:TEA")
    desk.orders.edit_lines(order.id, [ChangeQuantity(2, 7)], actor=OTHER_STAFF, expected_version=1)

    met = Parsed(press(client, order, page, "save").text)

    assert ["1"] == met.form(address(order)).fields["line.2.quantity"]
    assert "Сейчас сохранено: 7" in met.text
    assert "Тем временем изменили то же самое (Пётр)" in met.text
    press(client, order, met, "save")
    assert [("Кружка", 2, "450.00"), ("Чай Сенча", 1, "540.00")] == titles(desk, order)


def test_removed_line_that_another_changed(client: FlaskClient, desk: Desk, order: Order) -> None:
    """It is not taken out before its remover has seen what it is now."""
    page = pressed(client, order, None, "remove:2")
    edit = ChangeQuantity(2, 7)
    desk.orders.edit_lines(order.id, [edit], actor=OTHER_STAFF, expected_version=1)

    met = Parsed(press(client, order, page, "save").text)

    assert f"Сейчас сохранено: 7 × 700,00{N}₽" in met.text
    assert "Тем временем изменили то же самое (Пётр)" in met.text
    assert 303 == press(client, order, met, "save").status_code
    assert [("Кружка", 2, "450.00")] == titles(desk, order)


def test_conflict_is_met_by_any_button(client: FlaskClient, desk: Desk, order: Order) -> None:
    """The quantity that only they changed is shown, and counting says that there is news."""
    page = Parsed(client.get(address(order)).text)
    desk.orders.edit_lines(order.id, [ChangeQuantity(1, 7)], actor=OTHER_STAFF, expected_version=1)
    counted = Parsed(press(client, order, page, "count").text).text
    again = pressed(client, order, page, "preview", line__2__quantity="3")

    assert "Тем временем заказ меняет ещё кто-то: Пётр" in counted
    assert ["7"] == again.form(address(order)).fields["line.1.quantity"]
    assert ["3"] == again.form(address(order)).fields["line.2.quantity"]
    assert "Пётр" in again.text


def test_double_click_makes_one_change(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """Whatever the first one changed, the second asks for the same: both lead to the order."""
    order = make.order(
        [mug(2), mug(1, sku="POT"), mug(1, sku="CUP"), mug(3, "10", amount=rub("25"), sku="FINE")]
    )
    page = pressed(client, order, None, "remove:2")
    page = pressed(client, order, page, "replace:3")
    page = pressed(client, order, page, "add:TEA")
    page = pressed(client, order, page, "free")
    typed = {
        "line__1__quantity": "5",
        "line__4__quantity": "4",
        "line__n1__title": "Бант",
        "line__n1__unit_price": "5",
    }
    answers = [press(client, order, page, "save", **typed).status_code for _ in range(2)]

    assert [303, 303] == answers
    after = desk.orders.get(order.id)
    assert 2 == after.version
    assert ["Кружка", "Чай Сенча", "Кружка", "Бант"] == [line.title for line in after.lines]
    assert [rub("2250"), rub("540"), rub("40"), rub("5")] == [line.amount for line in after.lines]


def test_amount_of_its_own_stays_until_its_line_changes(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """A line whose host gave its amount keeps it while other lines are changed."""
    order = make.order([mug(3, "10", amount=rub("25")), mug(1, sku="POT")])
    press(client, order, None, "save", line__2__quantity="2")

    assert rub("25") == desk.orders.get(order.id).lines[0].amount


def test_product_in_another_currency_is_refused_in_words(client: FlaskClient, order: Order) -> None:
    """It is found and cannot be added, by the button or by hand."""
    page = pressed(client, order, None, "find", find="гамбург")
    assert "Его цена в EUR, а заказ в RUB." in page.text
    assert "add:EUR" not in page.values("value", "button")
    refused = pressed(client, order, page, "add:EUR")

    assert "Его цена в EUR, а заказ в RUB." in refused.text
    assert [] == [name for name in refused.form(address(order)).fields if name.startswith("line.n")]


def test_product_that_is_not_sold_any_more(
    client: FlaskClient, client_of: Callable[..., FlaskClient], desk: Desk, order: Order
) -> None:
    """Added while it was there, gone when it is saved: told by its row, nothing is stored."""
    page = pressed(client, order, None, "add:TEA")
    form = page.form(address(order))
    other = client_of(catalogue=Shop([]), actor=lambda: STAFF)
    fresh = Parsed(other.get(address(order)).text).form(address(order))
    form.put({"csrf": fresh.fields["csrf"], "do": "save"})
    answer = other.post(form.action, data=form.fields)

    assert 422 == answer.status_code
    assert "Этого товара больше нет в каталоге." in Parsed(answer.text).text
    assert order == desk.orders.get(order.id)


def test_host_without_a_catalogue(client_of: Callable[..., FlaskClient], desk: Desk, order: Order) -> None:
    """Lines of one's own only, and no field to search in; replacing works with them, too."""
    client = client_of(actor=lambda: STAFF)
    page = pressed(client, order, None, "replace:1")
    assert "find" not in page.values("name", "input")
    page = pressed(client, order, page, "free")
    press(client, order, page, "save", line__1__title="Кружка с рисунком", line__1__unit_price="600")

    assert [("Кружка с рисунком", 2, "600.00"), ("Чайник", 1, "700.00")] == titles(desk, order)
    assert "больше нет" in pressed(client, order, None, "add:TEA").text


class Failing:
    """A catalogue that fails, and whose error tells what a person typed."""

    def get(self, sku: str) -> Product | None:
        raise RuntimeError(f"no such {sku} for Анна")

    def search(self, text: str, limit: int) -> Sequence[Product]:
        raise RuntimeError(f"cannot search {text} for Анна")


class Babbling:
    """A catalogue that answers anything."""

    def get(self, sku: str) -> object:
        return {"sku": sku, "title": "словарь"}

    def search(self, text: str, limit: int) -> object:
        if text == "none":
            return None
        return [
            "чай",
            None,
            {"sku": "x"},
            Product(sku="", title="без артикула", price=rub("1")),
            Product(sku="N", title="минус", price=rub("-1")),
            Product(sku="T", title=5, price=rub("1")),  # type: ignore[arg-type]  # garbage on purpose
            Product(sku="P", title="без цены", price="10"),  # type: ignore[arg-type]  # garbage on purpose
            Product(sku="D", title="доставка", price=rub("1"), requires_delivery="да"),  # type: ignore[arg-type]  # garbage on purpose
            Product(sku="S", title="страницы", price=rub("1"), pages="wholesale"),
        ]


@pytest.mark.parametrize("catalogue", [Failing(), Babbling()])
@pytest.mark.parametrize("text", ["секрет", "none"])
def test_catalogue_that_fails_stops_nothing(
    client_of: Callable[..., FlaskClient],
    desk: Desk,
    order: Order,
    caplog: pytest.LogCaptureFixture,
    catalogue: object,
    text: str,
) -> None:
    """It is told in words, the log says that it failed and not what was typed, and the rest works."""
    client = client_of(catalogue=catalogue, actor=lambda: STAFF)
    with caplog.at_level(logging.INFO):
        page = pressed(client, order, None, "find", find=text)
        refused = pressed(client, order, page, "add:SECRET")

    assert "Каталог сейчас не отвечает." in page.text
    assert "Каталог сейчас не отвечает." in refused.text
    assert "catalogue" in caplog.text
    assert not any(word in caplog.text for word in ("секрет", "SECRET", "Анна", "без артикула", "словарь"))
    assert 303 == press(client, order, refused, "save", line__1__quantity="3").status_code
    assert 3 == desk.orders.get(order.id).lines[0].quantity


def test_log_says_why_a_product_cannot_be_sold(
    client_of: Callable[..., FlaskClient], order: Order, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever writes the catalogue reads which field is wrong and of which type it is."""
    client = client_of(catalogue=Babbling(), actor=lambda: STAFF)
    pressed(client, order, pressed(client, order, None, "find", find="чай"), "add:MUG")
    found, taken, *_ = [
        entry.getMessage() for entry in caplog.records if "cannot be sold" in entry.getMessage()
    ]

    assert [
        "NoneType, not orderkit_flask.Product",
        "dict, not orderkit_flask.Product",
        "pages: not several names",
        "price of type Money: negative",
        "price of type str: not_money",
        "requires_delivery: str, not bool",
        "sku: empty",
        "str, not orderkit_flask.Product",
        "title of type int: not_text",
    ] == found.partition("found 9 products that cannot be sold: ")[2].split("; ")
    assert taken.endswith("cannot be sold: dict, not orderkit_flask.Product")


def test_search_shows_what_is_sound(client_of: Callable[..., FlaskClient], order: Order) -> None:
    """Among garbage, what can be sold is found; a long answer is cut, and says so."""
    many = [Product(sku=f"S{number}", title="Чай", price=rub("1")) for number in range(40)]
    endless = attrs.make_class("Endless", [], bases=(Shop,))
    endless.search = lambda self, text, limit: iter(["мусор", *many])
    page = pressed(client_of(catalogue=endless(), actor=lambda: STAFF), order, None, "find", find="чай")

    assert 11 == len([value for value in page.values("value", "button") if value.startswith("add:")])
    assert "Возможно, есть ещё" in page.text


def test_nothing_found(client: FlaskClient, order: Order) -> None:
    """Said in words, with what can be done instead."""
    assert "В каталоге такого нет." in pressed(client, order, None, "find", find="слон").text


def test_forged_rows_do_no_harm(client: FlaskClient, desk: Desk, order: Order) -> None:
    """Fields that no page of ours has are left out or refused in words; nothing breaks."""
    for forged in (
        {"line__n1__quantity": "1"},
        {"line__99__quantity": "5", "line__99__unit_price": "1"},
        {"line__x__quantity": "5", "line____sku": "TEA"},
        {"replacing": "77"},
        {"replacing": "../../"},
    ):
        assert 200 == press(client, order, None, "preview", **forged).status_code
        assert 200 == press(client, order, None, "free", **forged).status_code
        assert 303 == press(client, order, None, "save", **forged).status_code
    assert order == desk.orders.get(order.id)


def test_who_may_not_change_contents(client_of: Callable[..., FlaskClient], order: Order) -> None:
    """Has no button and no form."""
    client = client_of(may=lambda permission: permission != "orders.contents", catalogue=Shop())

    assert address(order) not in Parsed(client.get(f"/orders/{order.id}").text).values("href", "a")
    assert 403 == client.get(address(order)).status_code


def test_longest_order_fits_into_its_form(client: FlaskClient, desk: Desk, make: Maker) -> None:
    """A thousand lines, sent as any client may send a form: more than Flask takes by itself is taken."""
    order = make.order([mug(1, sku=f"SKU-{number}") for number in range(1000)])
    form = Parsed(client.get(address(order)).text).form(address(order))
    form.put({"line.7.quantity": "3", "do": "save", "find": "x" * 600_000})
    client.application.config["MAX_FORM_PARTS"] = 10_000  # the host's own limit, and of this encoding alone
    boundary, body = encode_multipart(form.fields)  # the client would leave a file of that size open
    multipart = client.post(form.action, data=body, content_type=f"multipart/form-data; boundary={boundary}")
    form.put({"line.8.quantity": "4", "version": "2", "key": "another", "find": None})
    plain_form = client.post(form.action, data=form.fields)

    assert [303, 303] == [multipart.status_code, plain_form.status_code]
    assert [3, 4] == [line.quantity for line in desk.orders.get(order.id).lines[6:8]]


def test_form_that_is_too_large_is_refused_in_words(client: FlaskClient, desk: Desk, order: Order) -> None:
    """Where the host takes less, a page says what can be done, not the server's own."""
    page = Parsed(client.get(address(order)).text)
    client.application.config["MAX_CONTENT_LENGTH"] = 1000
    answer = press(client, order, page, "save", line__1__quantity="1" * 1000)

    assert 413 == answer.status_code
    assert "Форма больше, чем сайт принимает за раз" in Parsed(answer.text).text
    assert order == desk.orders.get(order.id)


def test_discount_and_delivery_are_counted(client: FlaskClient, make: Maker) -> None:
    """The total is that of the order, with everything in it."""
    order = make.order(
        [mug(2)],
        delivery=Delivery(rub("300")),
        adjustments=[Adjustment(kind=AdjustmentKind.DISCOUNT, amount=rub("-100"), title="Весна")],
    )

    assert (
        f"Было 1{N}100,00{N}₽ → станет 1{N}550,00{N}₽"
        in pressed(client, order, None, "preview", line__1__quantity="3").text
    )


def test_shown_line_has_no_empty_article(client: FlaskClient, make: Maker) -> None:
    """A free line shows its title alone, in the window as in the editor."""
    order = make.order([Line(title="Упаковка", unit_price=rub("10"), options={"цвет": "красный"})])

    assert "Упаковка цвет: красный" in Parsed(client.get(f"/orders/{order.id}").text).text
    assert "Упаковка цвет: красный" in plain(Parsed(client.get(address(order)).text).text)
    assert 303 == submit(client, address(order), {"line.1.quantity": "2"}, do="save").status_code
