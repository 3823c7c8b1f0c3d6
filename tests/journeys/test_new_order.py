"""«Создать заказ»: an order by hand, over the list and without a script."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from orderkit import Order, OrderKit
from tests.journeys.conftest import Rights, is_seen
from tests.journeys.test_contents import Shop
from tests.making import STAFF

N = "\u202f"


@pytest.fixture
def answers(rights: Rights) -> dict[str, Any]:
    return {"may": rights, "site": lambda: "coffee", "actor": lambda: STAFF, "catalogue": Shop()}


def newest(kit: OrderKit) -> Order:
    orders = kit.site("coffee").orders
    return orders.get(orders.find(limit=1).rows[0].id)


def write(page: Page) -> None:
    """Who, what and where to, and the total before anything is stored."""
    page.get_by_role("link", name="Создать заказ").click()
    expect(page.get_by_role("heading", name="Новый заказ")).to_be_visible()
    page.get_by_label("Имя", exact=True).fill("Борис")
    page.get_by_label("Телефон", exact=True).fill("8 912 000-11-22")
    page.get_by_label("Поиск по каталогу").fill("сенча")
    page.get_by_role("button", name="Найти").last.click()
    page.get_by_role("button", name="Добавить: Чай Сенча").click()
    expect(page.get_by_label("Поиск по каталогу")).to_be_focused()  # the editor has settled
    page.get_by_label("Кол-во: Чай Сенча").fill("2")
    page.get_by_role("radio").nth(1).check()
    page.get_by_label("Город").fill("Пермь")
    page.get_by_label("Комментарий").fill("после 18")


def test_order_is_created_over_the_list(
    watched: Page, address: str, kit: OrderKit, picture: Callable[[Page, str], None]
) -> None:
    """The total follows what is typed; then the new order's window is open under its own address."""
    page = watched
    page.goto(f"{address}/orders/")
    write(page)
    expect(page.locator("#ok-strip")).to_contain_text(f"Сумма заказа 1{N}380,00{N}₽")
    picture(page, "new-order")
    page.get_by_role("button", name="Создать заказ").click()

    expect(page.get_by_role("heading", name=re.compile("^Заказ 10"))).to_be_visible()
    order = newest(kit)
    expect(page).to_have_url(re.compile(f"/orders/{order.id}$"))
    assert 0 == page.locator("#ok-dialog").evaluate("(window) => window.scrollTop")
    assert ("Чай Сенча", 2, "Пермь") == (
        order.lines[0].title,
        order.lines[0].quantity,
        order.delivery.recipient.city,
    )
    page.get_by_role("button", name="Закрыть").click()
    expect(page.get_by_role("row").filter(has_text=order.number)).to_be_visible()
    expect(page).to_have_url(re.compile("/orders/$"))


def test_order_is_created_without_a_script(scriptless: Page, address: str, kit: OrderKit) -> None:
    """The same form; a refusal keeps everything typed."""
    page = scriptless
    page.goto(f"{address}/orders/")
    write(page)
    page.get_by_label("Кол-во: Чай Сенча").fill("две")
    page.get_by_role("button", name="Создать заказ").click()
    expect(page.get_by_text("Напишите целое число.").first).to_be_visible()
    expect(page.get_by_label("Комментарий")).to_have_value("после 18")
    expect(page.get_by_label("Кол-во: Чай Сенча")).to_be_focused()
    assert is_seen(page.get_by_label("Кол-во: Чай Сенча"))
    page.get_by_label("Кол-во: Чай Сенча").fill("3")
    page.get_by_role("button", name="Пересчитать").click()
    expect(page.locator("#ok-strip")).to_contain_text(f"Сумма заказа 1{N}920,00{N}₽")
    page.get_by_role("button", name="Создать заказ").click()

    expect(page.get_by_role("heading", name=re.compile("^Заказ 10"))).to_be_visible()
    expect(page).to_have_url(re.compile(f"/orders/{newest(kit).id}$"))
    assert 3 == newest(kit).lines[0].quantity


def pickup(kit: OrderKit) -> None:
    """One more method, which needs no address."""
    kit.site("coffee").settings.add_shipping_method(
        "pickup", "Самовывоз", settings={"address": "Мира, 5"}, needs_address=False, actor=STAFF, key="pickup"
    )


def test_method_is_changed(watched: Page, address: str, kit: OrderKit) -> None:
    """The address comes and goes with the method, nothing typed is lost, and the total follows."""
    page = watched
    pickup(kit)
    page.goto(f"{address}/orders/")
    write(page)
    expect(page.locator("#ok-strip")).to_contain_text(f"Сумма заказа 1{N}380,00{N}₽")
    page.get_by_role("radio", name="Самовывоз").check()
    expect(page.get_by_label("Город")).to_have_count(0)
    expect(page.locator("#ok-strip")).to_contain_text(f"Сумма заказа 1{N}080,00{N}₽")
    expect(page.get_by_role("radio", name="Самовывоз")).to_be_focused()
    expect(page.get_by_label("Комментарий")).to_have_value("после 18")

    page.get_by_role("radio").nth(1).check()
    expect(page.get_by_label("Город")).to_have_value("Пермь")


def test_method_is_changed_without_a_script(scriptless: Page, address: str, kit: OrderKit) -> None:
    """By a button."""
    page = scriptless
    pickup(kit)
    page.goto(f"{address}/orders/")
    write(page)
    page.get_by_role("radio", name="Самовывоз").check()
    page.get_by_role("button", name="Показать поля способа").click()
    expect(page.get_by_label("Город")).to_have_count(0)
    page.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Показать поля способа").click()

    expect(page.get_by_label("Город")).to_have_value("Пермь")


def test_empty_order_is_refused(watched: Page, address: str, kit: OrderKit) -> None:
    """In words, with what was typed still there."""
    page = watched
    before = newest(kit)
    page.goto(f"{address}/orders/new")
    page.get_by_label("Имя", exact=True).fill("Борис")
    page.get_by_role("button", name="Создать заказ").click()

    expect(page.get_by_role("alert").get_by_text("Добавьте хотя бы одну позицию")).to_be_visible()
    expect(page.get_by_label("Имя", exact=True)).to_have_value("Борис")
    assert before == newest(kit)
