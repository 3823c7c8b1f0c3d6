"""«Содержание заказа»: add a product, replace one, remove a position, change a quantity."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from orderkit_flask import Product
from playwright.sync_api import Locator, Page, expect

from orderkit import ChangeQuantity, Order, OrderKit
from tests.journeys.conftest import Rights, hold, is_seen
from tests.journeys.judging import too_wide
from tests.making import OTHER_STAFF, STAFF, Maker, mug, rub

N = "\u202f"
CHANGE = re.compile("^Изменить")
PRODUCTS = (
    Product(sku="TEA", title="Чай Сенча", price=rub("540")),
    Product(sku="POT", title="Чайник чугунный", price=rub("3150")),
    Product(sku="CARD", title="Сертификат", price=rub("3000"), requires_delivery=False),
)


class Shop:
    """A catalogue of three products."""

    def get(self, sku: str) -> Product | None:
        return next((one for one in PRODUCTS if one.sku == sku), None)

    def search(self, text: str, limit: int) -> list[Product]:
        return [one for one in PRODUCTS if text.casefold() in one.title.casefold()][:limit]


@pytest.fixture
def answers(rights: Rights) -> dict[str, Any]:
    return {"may": rights, "site": lambda: "coffee", "actor": lambda: STAFF, "catalogue": Shop()}


@pytest.fixture
def order(kit: OrderKit) -> Order:
    """Two mugs and a spoon, paid."""
    make = Maker(kit.site("coffee"))
    order = make.desk.orders.create(
        [mug(2), mug(1, "100", sku="SPOON", title="Ложка")], actor=STAFF, key="journey"
    )
    make.desk.payments.record(
        order.id,
        rub("1000"),
        method_id=make.desk.settings.payment_methods()[0].id,
        actor=STAFF,
        key="journey paid",
    )
    return make.desk.orders.get(order.id)


def section(page: Page) -> Locator:
    return page.get_by_role("region", name="Содержание заказа")


def strip(page: Page) -> Locator:
    return page.locator("#ok-strip")


def row(page: Page, title: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=title).filter(has=page.locator(".ok-e-acts"))


def change_contents(page: Page, address: str, order: Order) -> None:
    """«Нажмите кнопку "Изменить" и внесите соответствующие корректировки в заказ»: all four of them."""
    page.goto(f"{address}/orders/{order.id}")
    section(page).get_by_role("link", name=CHANGE).click()
    page.get_by_label("Поиск по каталогу").fill("чай")
    page.get_by_role("button", name="Найти").click()
    page.get_by_role("button", name="Добавить: Чай Сенча").click()
    expect(row(page, "Чай Сенча")).to_contain_text("добавляется")
    page.get_by_role("button", name="Заменить: Кружка").click()
    expect(page.get_by_role("group", name="Заменить «Кружка» на")).to_be_visible()
    page.get_by_label("Поиск по каталогу").fill("чайник")
    page.get_by_label("Поиск по каталогу").press("Enter")
    page.get_by_role("button", name="Поставить вместо: Чайник чугунный").click()
    expect(row(page, "Чайник чугунный")).to_contain_text("вместо Кружка")
    page.get_by_role("button", name="Удалить: Ложка").click()
    expect(row(page, "Ложка")).to_contain_text("удаляется")
    page.get_by_label("Кол-во: Чай Сенча").fill("3")
    page.get_by_label("Кол-во: Чай Сенча").press("Enter")
    expect(strip(page)).to_contain_text(f"Было 1{N}000,00{N}₽ → станет 7{N}920,00{N}₽")
    expect(strip(page)).to_contain_text(f"оплачено 1{N}000,00{N}₽ к доплате 6{N}920,00{N}₽")


def test_contents_are_changed(
    watched: Page, address: str, kit: OrderKit, order: Order, picture: Callable[[Page, str], None]
) -> None:
    """Добавьте товар, замените его, удалите позицию из заказа: nothing is stored before «Сохранить»."""
    page = watched
    change_contents(page, address, order)
    picture(page, "contents")
    assert order == kit.site("coffee").orders.get(order.id)
    page.get_by_role("button", name="Сохранить содержание").click()

    expect(section(page).get_by_role("link", name=CHANGE)).to_be_visible()
    expect(section(page)).to_contain_text(f"Чайник чугунный POT 3{N}150,00{N}₽")
    assert [("Чайник чугунный", 2), ("Чай Сенча", 3)] == [
        (line.title, line.quantity) for line in kit.site("coffee").orders.get(order.id).lines
    ]


def give_discount(page: Page, address: str, order: Order) -> None:
    """From the sums of the contents to the form, and what it would come to."""
    page.goto(f"{address}/orders/{order.id}")
    section(page).get_by_role("link", name="Скидка или доплата").click()
    page.get_by_label("За что").fill("Постоянный клиент")
    page.get_by_label("Сумма, ₽").fill("150,50")


def test_discount_is_given(
    watched: Page, address: str, kit: OrderKit, order: Order, picture: Callable[[Page, str], None]
) -> None:
    """The sums follow what is typed; saved, it stands among the sums and can be taken away again."""
    page = watched
    give_discount(page, address, order)
    expect(strip(page)).to_contain_text(f"Было 1{N}000,00{N}₽ → станет 849,50{N}₽")
    expect(strip(page)).to_contain_text(f"переплата 150,50{N}₽")
    picture(page, "discount")
    assert order == kit.site("coffee").orders.get(order.id)
    page.get_by_role("button", name="Сохранить скидки и доплаты").click()

    expect(section(page)).to_contain_text(f"Скидка: Постоянный клиент−150,50{N}₽")
    section(page).get_by_role("link", name="Скидка или доплата").click()
    page.get_by_label("Сумма, ₽").first.fill("")
    expect(strip(page)).to_contain_text(f"станет 1{N}000,00{N}₽")
    page.get_by_role("button", name="Сохранить скидки и доплаты").click()
    expect(section(page).get_by_role("link", name="Скидка или доплата")).to_be_visible()
    assert () == kit.site("coffee").orders.get(order.id).adjustments


def test_discount_is_given_without_a_script(
    scriptless: Page, address: str, kit: OrderKit, order: Order
) -> None:
    """Counted by a button; a refusal stands by its field."""
    page = scriptless
    give_discount(page, address, order)
    page.get_by_role("button", name="Пересчитать").click()
    expect(strip(page)).to_contain_text(f"станет 849,50{N}₽")
    page.get_by_label("Сумма, ₽").first.fill("5000")
    page.get_by_role("button", name="Сохранить скидки и доплаты").click()
    expect(page.get_by_label("Сумма, ₽").first).to_have_accessible_description("Скидка больше суммы заказа.")
    page.get_by_label("Сумма, ₽").first.fill("50")
    page.get_by_role("button", name="Сохранить скидки и доплаты").click()

    expect(page).to_have_url(re.compile(f"/orders/{order.id}$"))
    assert [rub("-50")] == [one.amount for one in kit.site("coffee").orders.get(order.id).adjustments]


def test_contents_are_changed_without_a_script(
    scriptless: Page, address: str, kit: OrderKit, order: Order
) -> None:
    """The same buttons, the same form; the sums by a button."""
    page = scriptless
    change_contents(page, address, order)
    page.get_by_label("Кол-во: Чай Сенча").fill("1")
    page.get_by_role("button", name="Пересчитать").click()
    expect(strip(page)).to_contain_text(f"станет 6{N}840,00{N}₽")
    page.get_by_role("button", name="Сохранить содержание").click()

    expect(page).to_have_url(re.compile(f"/orders/{order.id}$"))
    assert [2, 1] == [line.quantity for line in kit.site("coffee").orders.get(order.id).lines]


def test_sums_follow_what_is_typed(watched: Page, address: str, order: Order) -> None:
    """After a pause in typing; the focus and the caret stay, and so does what is being typed."""
    page = watched
    page.goto(f"{address}/orders/{order.id}/contents")
    price = page.get_by_label("Цена: Кружка")
    price.fill("450")
    price.press("Home")
    price.press("ArrowRight")
    page.keyboard.type("9", delay=20)
    expect(strip(page)).to_contain_text(f"станет 10{N}000,00{N}₽")

    expect(price).to_have_value("4950")
    expect(row(page, "Кружка")).to_contain_text(f"было 2 × 450,00{N}₽")
    assert 2 == page.evaluate("document.activeElement.selectionStart")
    assert "line.1.unit_price" == page.evaluate("document.activeElement.name")
    page.get_by_label("Кол-во: Ложка").fill("0")
    expect(strip(page)).to_contain_text("Не посчитано. Ложка: ")
    page.get_by_label("Поиск по каталогу").fill("серт")
    expect(page.get_by_role("button", name="Добавить: Сертификат")).to_be_visible()
    expect(page.get_by_label("Поиск по каталогу")).to_be_focused()


def test_what_is_typed_while_an_answer_is_awaited_stays(watched: Page, address: str, order: Order) -> None:
    """A slow answer to one press takes nothing away of what was typed after it."""
    page = watched
    page.goto(f"{address}/orders/{order.id}/contents")
    held = hold(page, "**/contents")
    section(page).get_by_role("button", name="Удалить: Ложка").click()
    held.wait()
    page.get_by_label("Цена: Кружка").fill("475")
    page.get_by_label("Поиск по каталогу").press_sequentially("серт")
    held.let_go()
    expect(section(page).get_by_role("button", name="Вернуть: Ложка")).to_be_visible()

    expect(page.get_by_label("Цена: Кружка")).to_have_value("475")
    expect(page.get_by_label("Поиск по каталогу")).to_have_value("серт")
    expect(page.get_by_role("button", name="Добавить: Сертификат")).to_be_visible()


@pytest.mark.parametrize("status", ["created", "payment", "shipped", "delivered", "cancelled"])
def test_contents_closed_in_other_statuses(watched: Page, address: str, kit: OrderKit, status: str) -> None:
    """Примечание: only in «Ожидает», «Ожидает (есть оплаты)», «Подготовка отправки»; elsewhere the button says why."""
    page, desk = watched, kit.site("coffee")
    order = desk.orders.create([mug()], actor=STAFF, key="closed")
    if status == "cancelled":
        desk.orders.cancel(order.id, reason="нет", actor=STAFF, expected_version=1)
    else:
        desk.orders.set_status(order.id, status, actor=STAFF, expected_version=1, reason="так")
    page.goto(f"{address}/orders/{order.id}")
    button = section(page).get_by_role("button", name=CHANGE)

    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_have_accessible_description(
        "Содержание можно менять, пока заказ в статусе «Ожидает», «Ожидает (есть оплаты)» или «Подготовка отправки»."
    )


def test_two_people_change_the_contents(watched: Page, address: str, kit: OrderKit, order: Order) -> None:
    """Both values are shown; nothing typed is lost; saving once more stores it."""
    page, desk = watched, kit.site("coffee")
    page.goto(f"{address}/orders/{order.id}/contents")
    desk.orders.edit_lines(order.id, [ChangeQuantity(1, 7)], actor=OTHER_STAFF, expected_version=2)
    page.set_viewport_size({"width": 1440, "height": 480})
    page.get_by_label("Кол-во: Кружка").fill("5")
    page.get_by_role("button", name="Сохранить содержание").click()

    expect(row(page, "Кружка")).to_contain_text("Сейчас сохранено: 7")
    expect(page.get_by_label("Кол-во: Кружка")).to_be_focused()
    assert is_seen(row(page, "Кружка").get_by_text("Сейчас сохранено: 7"))
    expect(page.get_by_label("Кол-во: Кружка")).to_have_value("5")
    page.get_by_role("button", name="Сохранить содержание").click()
    expect(section(page).get_by_role("link", name=CHANGE)).to_be_visible()
    assert 5 == desk.orders.get(order.id).lines[0].quantity


def test_contents_are_changed_by_keyboard(watched: Page, address: str, kit: OrderKit, order: Order) -> None:
    """Tab from the heading to the fields; a free line; Ctrl+Enter stores."""
    page = watched
    page.goto(f"{address}/orders/{order.id}")
    section(page).get_by_role("link", name=CHANGE).press("Enter")
    expect(page.get_by_role("heading", name="Содержание заказа")).to_be_focused()
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.name + '=' + document.activeElement.value"))
    assert ["do=replace:1", "do=remove:1", "line.1.unit_price=450,00", "line.1.quantity=2"] == reached

    page.get_by_role("button", name="Своя позиция").press("Enter")
    expect(page.get_by_label(re.compile("^Название"))).to_be_focused()
    page.keyboard.type("Упаковка")
    page.get_by_label(re.compile("^Цена")).last.fill("150")
    page.keyboard.press("Control+Enter")
    expect(section(page).get_by_role("link", name=CHANGE)).to_be_visible()
    assert "Упаковка" == kit.site("coffee").orders.get(order.id).lines[-1].title


def test_what_is_typed_is_not_left_by_mistake(watched: Page, address: str, order: Order) -> None:
    """After a button of the editor, too, leaving the window asks first."""
    page = watched
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name=order.number, exact=True).click()
    section(page).get_by_role("link", name=CHANGE).click()
    page.get_by_role("button", name="Удалить: Ложка").click()
    expect(page.get_by_role("button", name="Вернуть: Ложка")).to_be_focused()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Вернуть: Ложка")).to_be_visible()

    assert 1 == len(asked)


@pytest.mark.parametrize("host_style", ["hostile"])
def test_editor_is_no_wider_than_the_page(watched: Page, address: str, kit: OrderKit) -> None:
    """With long titles and amounts of twelve digits, in a host with a hostile style sheet."""
    page, desk = watched, kit.site("coffee")
    lines = [
        mug(100, "1234567890.12", title="Очень длинное название товара " * 8),
        mug(1, sku="Я" * 200, title="НазваниеБезЕдиногоПробела" * 20),
    ]
    order = desk.orders.create(lines, actor=STAFF, key="wide")
    for path in (f"{order.id}/contents", "new"):
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{address}/orders/{path}")
        page.get_by_role("button", name="Своя позиция").click()
        assert {} == too_wide(page, (390, 1024, 1440)), path
