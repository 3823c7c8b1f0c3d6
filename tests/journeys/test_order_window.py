"""The rows «Обработка заказов», «Статус заказа» and «Связанный лид» of the help page, in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import request
from playwright.sync_api import Browser, Page, expect

from orderkit import Actor, Desk, Order, OrderKit
from tests.journeys.conftest import await_script, is_seen
from tests.making import ANNA, BUYER, OTHER_STAFF, STAFF, Maker, mug, rub


@pytest.fixture
def kit(shop_url: str) -> Iterator[OrderKit]:
    """A shop with one order, 1001, of a lead."""
    kit = OrderKit(shop_url)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    Maker(kit.site("coffee")).order([mug(requires_delivery=False)], contact=ANNA)
    yield kit
    kit.close()


@pytest.fixture
def desk(kit: OrderKit) -> Desk:
    return kit.site("coffee")


@pytest.fixture
def order(desk: Desk) -> Order:
    found = desk.orders.by_number("1001")
    assert found is not None
    return found


@pytest.fixture
def answers(answers: dict[str, Any]) -> dict[str, Any]:
    """A cookie says who sits there, so that two people can."""
    people: dict[str | None, Actor] = {"other": OTHER_STAFF}
    return answers | {"actor": lambda: people.get(request.cookies.get("who"), STAFF)}


@contextmanager
def another_person(browser: Browser, address: str) -> Iterator[Page]:
    """The page of somebody else, in a browser of their own."""
    context = browser.new_context()
    context.add_cookies([{"name": "who", "value": "other", "url": address}])
    page = context.new_page()
    await_script(page)
    yield page
    context.close()


def section(page: Page, name: str) -> Any:
    """A section of the window."""
    return page.get_by_role("region", name=name)


def maker(desk: Desk) -> Maker:
    """One that begins with keys of its own."""
    make = Maker(desk)
    make.made = 50
    return make


def pay(desk: Desk, order: Order, amount: str) -> None:
    """Money comes in, in cash."""
    cash = maker(desk).cash()
    desk.payments.record(order.id, rub(amount), method_id=cash.id, actor=STAFF, key=f"paid {amount}")


def test_order_processing(watched: Page, address: str) -> None:
    """Обработка заказов: «Посмотреть» opens an additional window over the list, where changes are made."""
    page = watched
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="1001").first.click()
    window = page.get_by_role("dialog")
    expect(window.get_by_role("heading", name="Заказ 1001")).to_be_visible()

    window.get_by_role("button", name="Взять в подготовку").click()
    expect(window.get_by_role("button", name="Отметить отправленным")).to_be_visible()
    expect(section(page, "Журнал")).to_contain_text("Ожидает → Подготовка отправки")

    note = section(page, "Журнал").get_by_label("Заметка")
    note.fill("Просит позвонить")
    section(page, "Журнал").get_by_role("button", name="Добавить заметку").click()
    expect(section(page, "Журнал").get_by_text("Просит позвонить")).to_be_visible()
    expect(note).to_have_value("")

    window.get_by_role("button", name="Закрыть").click()
    expect(window).to_be_hidden()
    expect(page.get_by_role("row").nth(1)).to_contain_text("Подготовка отправки")


@pytest.mark.parametrize(
    ("begin", "name", "status"),
    [
        ("pending", "Создан", "created"),
        ("pending", "Шаг оплаты", "payment"),
        ("preparing", "Ожидает", "pending"),
        ("pending", "Подготовка отправки", "preparing"),
        ("pending", "Отправлен", "shipped"),
        ("shipped", "Доставлено/выполнено", "delivered"),
    ],
)
def test_status(
    watched: Page, address: str, desk: Desk, order: Order, begin: str, name: str, status: str
) -> None:
    """Статус заказа: «Изменить» opens the list of the eight stages; pressing one moves the order, or asks why."""
    page = watched
    if begin != "pending":
        desk.orders.set_status(order.id, begin, actor=STAFF, expected_version=1)
    page.goto(f"{address}/orders/{order.id}")
    section(page, "Статус").get_by_role("link", name="Изменить").click()
    expect(section(page, "Статус").get_by_role("listitem")).to_have_count(8)

    section(page, "Статус").get_by_text(name, exact=True).click()
    if status in ("created", "payment"):
        section(page, "Статус").get_by_label("Причина").fill("клиент ещё думает")
        section(page, "Статус").get_by_role("button", name="Изменить статус").click()

    expect(section(page, "Статус").get_by_role("link", name="Изменить")).to_be_visible()
    expect(page.locator(".ok-head .ok-pill")).to_have_text(name)
    assert status == desk.orders.get(order.id).status.value


def test_status_pending_with_payments(watched: Page, address: str, desk: Desk, order: Order) -> None:
    """Статус заказа, «Ожидает (есть оплаты)»: the payments put an order there; by hand it is greyed and says why."""
    page = watched
    page.goto(f"{address}/orders/{order.id}/status")
    stage = section(page, "Статус").get_by_role("button", name="Ожидает (есть оплаты)")
    expect(stage).to_have_attribute("aria-disabled", "true")
    stage.focus()
    expect(stage).to_be_focused()
    expect(stage).to_have_accessible_description("Этот статус ставится сам: он зависит от оплат.")
    page.keyboard.press("Enter")
    expect(stage).to_be_visible()
    assert 1 == desk.orders.get(order.id).version

    pay(desk, order, "100")
    page.goto(f"{address}/orders/{order.id}")
    expect(page.locator(".ok-head .ok-pill")).to_have_text("Ожидает (есть оплаты)")


def test_status_cancelled(watched: Page, address: str, desk: Desk, order: Order) -> None:
    """Статус заказа, «Заказ отменен»: one act with a reason and what becomes of the money."""
    page = watched
    pay(desk, order, "900")
    page.goto(f"{address}/orders/{order.id}")
    section(page, "Статус").get_by_role("link", name="Изменить").click()
    page.get_by_role("link", name="Заказ отменен").click()

    form = page.get_by_role("form", name="Отменить заказ")
    form.get_by_label("Клиент передумал").check()
    form.get_by_label("Вернуть часть").check()
    form.get_by_label("Сколько").fill("9000")
    form.get_by_role("button", name="Отменить заказ").click()
    expect(form.get_by_text("Вернуть можно от 0,00")).to_be_visible()
    expect(form.get_by_label("Клиент передумал")).to_be_checked()
    form.get_by_label("Сколько").fill("600")
    form.get_by_role("button", name="Отменить заказ").click()

    expect(page.locator(".ok-head .ok-pill")).to_have_text("Заказ отменен")
    expect(section(page, "Журнал")).to_contain_text("Причина: Клиент передумал")
    assert (rub("300"), 60_000) == (
        (stored := desk.orders.get(order.id)).retained,
        stored.balance.refunded,
    )


def test_linked_lead(watched: Page, address: str, order: Order) -> None:
    """Связанный лид: a click on the name opens name, phone, e-mail, and below them the journal of events."""
    page = watched
    page.goto(f"{address}/orders/{order.id}")
    section(page, "Связанный лид").get_by_role("link", name="Анна Ким").click()

    expect(page.get_by_role("heading", name="Анна Ким")).to_be_visible()
    expect(page.get_by_role("link", name="+7 912 345-67-89").first).to_be_visible()
    expect(page.get_by_role("link", name="anna@example.com").first).to_be_visible()
    expect(section(page, "Журнал")).to_contain_text("Заказ создан")


def test_two_people_in_one_order(
    watched: Page, address: str, browser: Browser, desk: Desk, order: Order
) -> None:
    """Who comes second reads who was faster and what is stored, loses nothing, and saves with one more press."""
    page = watched
    desk.orders.set_status(order.id, "shipped", actor=STAFF, expected_version=1)
    page.goto(f"{address}/orders/{order.id}/status?step=preparing")
    page.get_by_label("Причина").fill("вернулся со склада")
    with another_person(browser, address) as other:
        other.goto(f"{address}/orders/{order.id}")
        other.get_by_role("button", name="Отметить доставленным").click()
        expect(other.locator(".ok-head .ok-pill")).to_have_text("Доставлено/выполнено")

    page.get_by_role("button", name="Изменить статус").click()
    told = page.get_by_text(
        "Тем временем статус стал «Доставлено/выполнено» (Пётр). Всё равно поставить «Подг"
    )
    expect(told).to_be_focused()
    assert is_seen(told)
    expect(page.get_by_label("Причина")).to_have_value("вернулся со склада")
    page.get_by_role("button", name="Изменить статус").click()

    expect(page.locator(".ok-head .ok-pill")).to_have_text("Подготовка отправки")
    assert "вернулся со склада" == desk.orders.view(order.id).journal[0].reason


def test_a_double_click_is_one_change(watched: Page, address: str, desk: Desk, order: Order) -> None:
    """However impatient somebody is."""
    page = watched
    page.goto(f"{address}/orders/{order.id}")
    page.get_by_role("button", name="Взять в подготовку").dblclick()

    expect(page.locator(".ok-head .ok-pill")).to_have_text("Подготовка отправки")
    assert 2 == desk.orders.get(order.id).version


def test_without_a_script(browser: Browser, address: str, desk: Desk, order: Order) -> None:
    """Links, forms and redirects do all of it: a step, a note, a refusal that keeps what is typed, cancelling."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/orders/{order.id}")
    page.get_by_role("button", name="Взять в подготовку").click()
    expect(page.locator(".ok-head .ok-pill")).to_have_text("Подготовка отправки")
    page.get_by_label("Заметка").fill("без скриптов")
    page.get_by_role("button", name="Добавить заметку").click()
    expect(section(page, "Журнал").locator("li").get_by_text("без скриптов")).to_be_visible()

    section(page, "Статус").get_by_role("link", name="Изменить").click()
    page.get_by_role("link", name="Заказ отменен").click()
    page.get_by_role("button", name="Отменить заказ").click()
    expect(page.get_by_text("Заполните это поле.")).to_be_visible()
    page.get_by_label("Своими словами").fill("дважды")
    page.get_by_role("button", name="Отменить заказ").click()
    expect(page.locator(".ok-head .ok-pill")).to_have_text("Заказ отменен")
    assert "cancelled" == desk.orders.get(order.id).status.value
    context.close()


def test_a_cart_has_no_next_step(watched: Page, address: str, desk: Desk) -> None:
    """Статус заказа, «Создан»: the visitor's cart waits for the visitor."""
    page = watched
    order = maker(desk).order(actor=BUYER, status="created")
    page.goto(f"{address}/orders/{order.id}")

    expect(page.locator(".ok-head .ok-pill")).to_have_text("Создан")
    expect(page.locator(".ok-next")).to_have_count(0)


def test_by_keyboard(watched: Page, address: str, desk: Desk, order: Order) -> None:
    """From «Изменить» to the stage and back to the window, without a mouse."""
    page = watched
    page.goto(f"{address}/orders/{order.id}")
    section(page, "Статус").get_by_role("link", name="Изменить").focus()
    page.keyboard.press("Enter")
    stage = section(page, "Статус").get_by_role("button", name="Отправлен")
    stage.focus()
    page.keyboard.press("Enter")

    expect(page.locator(".ok-head .ok-pill")).to_have_text("Отправлен")
    assert "shipped" == desk.orders.get(order.id).status.value
