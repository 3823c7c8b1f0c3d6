"""From the link that staff send to the answer that a client waits for, in two real browsers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from orderkit import Desk, Order, OrderKit
from tests.journeys.conftest import await_script
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, rub


@pytest.fixture
def kit(shop_url: str) -> Iterator[OrderKit]:
    """A shop with a paid order, 1001, a cart that was left two hours ago, 1002, and a new order, 1003."""
    clock = Clock()
    kit = OrderKit(shop_url, clock=clock)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    make = Maker(kit.site("coffee"))
    paid = make.order(contact=ANNA)
    make.desk.payments.record(paid.id, rub("900"), method_id=make.cash().id, actor=STAFF, key="paid")
    make.order(status="created", actor=BUYER)
    clock.move(hours=2)
    make.order()
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
def client(browser: Browser) -> Iterator[Page]:
    """The page of the client, in a browser of their own."""
    context = browser.new_context()
    page = context.new_page()
    await_script(page)
    yield page
    context.close()


def numbers(page: Page) -> Locator:
    """The numbers of the rows."""
    return page.locator("a.ok-whole")


def ask(client: Page, link: str, reason: str) -> None:
    """Open the link, and ask for the order to be cancelled."""
    client.goto(link)
    client.get_by_text("Попросить об отмене заказа").click()
    client.get_by_label("Почему").fill(reason)
    client.get_by_role("button", name="Отправить просьбу").click()
    expect(client.get_by_text("Вы попросили отменить этот заказ")).to_be_visible()


def test_asked_and_declined(watched: Page, address: str, client: Page, desk: Desk, order: Order) -> None:
    """Staff make a link, the client asks by it, the list shows it, staff decline; then nobody waits any more."""
    page = watched
    page.goto(f"{address}/orders/{order.id}")
    page.get_by_role("button", name="Ссылка для клиента").click()
    link = page.get_by_label("Ссылка для клиента")
    expect(link).to_be_focused()
    page.wait_for_function("document.activeElement.selectionEnd === document.activeElement.value.length")
    ask(client, link.input_value(), "Нашла дешевле")

    page.goto(f"{address}/orders/?mark=cancel_requested")
    expect(numbers(page)).to_have_text(["1001"])
    expect(page.locator(".ok-c-status .ok-label")).to_have_text("просит отменить")
    page.get_by_role("link", name="1001", exact=True).click()
    window = page.locator("#ok-dialog .ok-window")
    expect(window.locator(".ok-alerts")).to_contain_text("«Нашла дешевле»")
    window.get_by_role("link", name="Отклонить просьбу").click()
    window.get_by_label("Почему заказ остаётся").fill("Уже в пути")
    window.get_by_role("button", name="Отклонить просьбу").dblclick()
    expect(window.locator(".ok-alerts")).to_have_count(0)
    expect(window.locator(".ok-journal")).to_contain_text("Просьба об отмене отклонена")
    page.get_by_role("button", name="Закрыть").click()
    expect(page.locator(".ok-empty")).to_contain_text("Ничего не нашлось")

    client.reload()
    expect(client.get_by_text("Попросить об отмене ещё раз")).to_be_visible()
    assert (4, None) == (desk.orders.get(order.id).version, desk.orders.get(order.id).cancel_requested_at)


def test_without_a_script(scriptless: Page, address: str, client: Page, desk: Desk, order: Order) -> None:
    """Links and forms do all of it: the link, the filter, the strip, cancelling, and the carts that were left."""
    page = scriptless
    page.goto(f"{address}/orders/{order.id}")
    page.get_by_role("button", name="Ссылка для клиента").click()
    ask(client, page.get_by_label("Ссылка для клиента").input_value(), "")
    page.get_by_role("link", name="К заказу").click()
    page.get_by_role("link", name="Отменить заказ").click()
    page.get_by_label("Клиент передумал").check()
    page.get_by_role("button", name="Отменить заказ").click()
    expect(page.locator(".ok-head .ok-pill")).to_have_text("Заказ отменен")
    expect(page.locator(".ok-alerts")).to_have_count(0)

    page.goto(f"{address}/orders/")
    page.get_by_text("Фильтры").click()
    page.get_by_label("Какие заказы").select_option("Брошенные корзины")
    page.get_by_role("button", name="Показать заказы").click()
    expect(numbers(page)).to_have_text(["1002"])
    expect(page.locator("td.ok-c-status")).to_contain_text("брошен")
    page.get_by_role("link", name="1002", exact=True).click()
    expect(page.locator(".ok-head")).to_contain_text("брошен 2 часа назад")
    assert None is desk.orders.get(order.id).cancel_requested_at
