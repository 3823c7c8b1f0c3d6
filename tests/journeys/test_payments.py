"""«Платежи»: the admin looks at everyone who reached the payment page."""

from collections.abc import Callable, Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from orderkit import ContactDetails, OrderKit
from tests.journeys.judging import too_wide
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, mug, rub


@pytest.fixture
def kit(shop_url: str) -> Iterator[OrderKit]:
    """1001 paid by transfer, 1002 a guest's who chose nothing, 1003 waits for a transfer, 1004 with long words."""
    clock = Clock()
    kit = OrderKit(shop_url, clock=clock)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    make = Maker(kit.site("coffee"))
    payments, transfer = make.desk.payments, make.cash("Банковский перевод")
    paid = make.order(contact=ANNA)
    payment = payments.record(
        paid.id, rub("900"), method_id=transfer.id, reference="ПП-77", actor=STAFF, key="paid"
    )
    payments.refund(payment.id, rub("250"), reason="бой", actor=STAFF, key="back")
    clock.move(minutes=5)
    cart = make.order(status="created", actor=BUYER)
    make.desk.orders.set_status(cart.id, "payment", actor=STAFF, expected_version=cart.version)
    clock.move(minutes=5)
    waits = make.order(contact=ContactDetails("Борис"))
    payments.choose(waits.id, transfer.id, actor=STAFF, expected_version=waits.version)
    clock.move(minutes=5)
    long = make.order(
        [mug(100, "1234567890.12")], contact=ContactDetails("Константин Преображенский-Задунайский " * 4)
    )
    card = make.cash("Очень длинное название способа оплаты " * 4)
    payments.record(
        long.id, long.total, method_id=card.id, reference="0123456789" * 15, actor=STAFF, key="long"
    )
    yield kit
    kit.close()


def test_payments_1_who_reached_the_payment_page(
    watched: Page, address: str, picture: Callable[[Page, str], None]
) -> None:
    """The result with its reason, the number behind the method, the refunded part; searching and filters in the URL."""
    page = watched
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="Платежи", exact=True).click()
    picture(page, "payments")
    rows = page.get_by_role("row")
    expect(rows).to_have_count(5)
    expect(rows.filter(has_text="1002")).to_contain_text("не завершён")
    expect(rows.filter(has_text="1002")).to_contain_text("способ не выбран")
    expect(rows.filter(has_text="1003")).to_contain_text("ждёт оплаты")
    paid = rows.filter(has_text="1001")
    expect(paid).to_contain_text("возвращено")

    expect(paid.get_by_text("ПП-77")).to_be_hidden()
    paid.get_by_text("Банковский перевод").click()
    expect(paid.get_by_text("Записан вручную, номер ПП-77")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_label("Поиск по платежам").fill("анна")
    expect(rows).to_have_count(2)
    page.get_by_role("link", name="Убрать: Поиск: анна").click()
    expect(rows).to_have_count(5)
    page.get_by_text("Фильтры", exact=True).click()
    page.get_by_label("не завершён").check()
    expect(rows).to_have_count(3)
    assert {"result": ["not_finished"]} == parse_qs(urlsplit(page.url).query)


def test_payments_2_order_and_lead(watched: Page, address: str) -> None:
    """The number opens the order over the list and by URL; closing, and the way back of its page, keep the list."""
    page = watched
    page.goto(f"{address}/orders/payments?result=succeeded")
    page.get_by_role("link", name="1001", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name="Заказ 1001")).to_be_visible()

    page.reload()
    expect(page.get_by_role("heading", name="Заказ 1001")).to_be_visible()
    page.get_by_role("link", name="Платежи", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(3)

    page.get_by_role("link", name="Анна Ким").click()
    expect(dialog.get_by_role("heading", name="Анна Ким")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("row").filter(has_text="1001").get_by_role("link", name="Просмотр гостя").click()
    expect(dialog).to_be_visible()
    page.go_back()
    expect(dialog).to_have_count(0)
    assert page.url.endswith("/orders/payments?result=succeeded")


def test_payments_3_without_a_script(scriptless: Page, address: str) -> None:
    """Search, the number behind the method, the window and the way back are links and forms."""
    page = scriptless
    page.goto(f"{address}/orders/payments")
    page.get_by_label("Поиск по платежам").fill("ПП-77")
    page.get_by_role("button", name="Найти").click()
    row = page.get_by_role("row").filter(has_text="1001")
    row.get_by_text("Банковский перевод").click()
    expect(row.get_by_text("Записан вручную, номер ПП-77")).to_be_visible()
    row.get_by_role("link", name="1001", exact=True).click()
    expect(page.get_by_role("heading", name="Заказ 1001")).to_be_visible()
    page.get_by_role("link", name="Платежи", exact=True).click()
    expect(page.get_by_label("Поиск по платежам")).to_have_value("ПП-77")


@pytest.mark.parametrize("host_style", ["quiet", "hostile"])
def test_nothing_is_wider_than_the_page(watched: Page, address: str) -> None:
    """With long names, long numbers and amounts of twelve digits, all of it unfolded; on a phone as cards."""
    page = watched
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{address}/orders/payments")
    for found in page.locator(".ok-p-found summary").all():
        found.click()
    heads = page.get_by_role("columnheader")

    expect(heads).to_have_count(0)
    assert {} == too_wide(page, (390, 768, 1024, 1440))
    expect(heads).to_have_count(6)


@pytest.mark.parametrize("width", [390, 1440])
def test_the_whole_row_opens_the_order(watched: Page, address: str, width: int) -> None:
    """Anywhere in the row but on its own links and its method."""
    page = watched
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{address}/orders/payments?q=1001")
    page.get_by_role("row").filter(has_text="1001").get_by_text("успешно").click(force=True)

    expect(page.get_by_role("dialog").get_by_role("heading", name="Заказ 1001")).to_be_visible()
