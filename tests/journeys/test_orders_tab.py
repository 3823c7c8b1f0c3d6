"""An admin's way through the tab, in a real browser, inside a host's page under a strict policy."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from orderkit import OrderKit
from tests.journeys.judging import too_wide


@pytest.fixture
def host_style() -> str:
    return "hostile"


def test_admin_finds_an_order_and_its_client(watched: Page, address: str) -> None:
    """Search by phone, filter by status, open the window, go to the profile, come back: the filters are kept."""
    page = watched
    page.goto(f"{address}/orders/")
    expect(page.get_by_role("row")).to_have_count(7)

    page.get_by_label("Поиск по заказам").fill("8 (912) 345")
    page.get_by_role("button", name="Найти").click()
    expect(page.get_by_role("row")).to_have_count(3)

    page.get_by_text("Фильтры", exact=True).click()
    page.get_by_label("Подготовка отправки", exact=True).check()
    page.get_by_role("button", name="Показать заказы").click()
    expect(page.get_by_role("row")).to_have_count(2)
    filtered = parse_qs(urlsplit(page.url).query)
    expect(page.get_by_role("link", name="Убрать: Подготовка отправки")).to_be_visible()

    page.locator("#orderkit.ok-scripted").wait_for()
    page.get_by_role("row").nth(1).click(position={"x": 3, "y": 3})  # anywhere in the row
    expect(page.get_by_role("heading", name="Заказ 1001")).to_be_visible()
    journal = page.get_by_role("region", name="Журнал")
    expect(journal).to_contain_text("Ожидает (есть оплаты) → Подготовка отправки")
    journal.get_by_text("Подробнее").first.click()
    expect(journal.get_by_text("Скидка или доплата").first).to_be_visible()

    page.get_by_role("region", name="Связанный лид").get_by_role("link", name="Анна Ким").click()
    expect(page.get_by_role("heading", name="Анна Ким")).to_be_visible()
    expect(page.get_by_role("region", name="Журнал действий")).to_contain_text("Появился контакт")

    page.keyboard.press("Escape")
    expect(page.get_by_role("row")).to_have_count(2)
    assert filtered == parse_qs(urlsplit(page.url).query)
    expect(page.get_by_label("Поиск по заказам")).to_have_value("8 (912) 345")
    page.get_by_role("link", name="Убрать: Подготовка отправки").click()
    expect(page.get_by_role("row")).to_have_count(3)


def test_list_is_walked_by_keyboard(watched: Page, address: str) -> None:
    """From the search field, Tab reaches the button, the filters and the first order; Enter opens it."""
    page = watched
    page.goto(f"{address}/orders/")
    page.locator("#orderkit.ok-scripted").wait_for()
    page.get_by_label("Поиск по заказам").focus()
    reached = []
    for _ in range(4):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.innerText.trim()"))

    assert ["Найти", "Фильтры", "Сохранить в файл (CSV)", "1006"] == reached
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Заказ 1006")).to_be_visible()


def test_nothing_is_wider_than_the_page(watched: Page, address: str, kit: OrderKit) -> None:
    """With long names, long addresses and amounts of twelve digits, in a host with a hostile style sheet."""
    page = watched
    orders = kit.site("coffee").orders.find().rows
    paths = ["", *(str(row.id) for row in orders), *(f"contacts/{row.contact_id}" for row in orders)]
    for path in paths:
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{address}/orders/{path}")

        assert {} == too_wide(page, (390, 768, 1024, 1440)), path


def test_phone_shows_cards(watched: Page, address: str) -> None:
    """On a phone each row is a card of three lines, and the client can be called from it."""
    page = watched
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/orders/?q=1002")
    card = page.get_by_role("row").filter(has_text="1002")

    expect(page.get_by_role("columnheader")).to_have_count(0)
    expect(card.get_by_text("Анна Ким")).to_be_visible()
    expect(card.get_by_role("link", name=re.compile("^Позвонить"))).to_be_visible()
    expect(card.get_by_text("Полная оплата")).to_have_count(0)
    box = card.bounding_box()
    assert box
    assert 56 <= box["height"] <= 120


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_theme_of_the_host(address: str, browser: Browser, theme: str) -> None:
    """`data-theme` around the tab decides, whatever the system prefers."""
    system = "light" if theme == "dark" else "dark"
    context = browser.new_context(color_scheme=system)
    page = context.new_page()
    page.goto(f"{address}/orders/")

    def ground() -> int:
        """How bright the ground of the tab is, 0 to 255."""
        colour = page.evaluate("getComputedStyle(document.querySelector('.orderkit')).backgroundColor")
        return int(re.findall(r"\d+", colour)[0])

    assert (ground() > 128) is (system == "light")
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")

    assert (ground() > 128) is (theme == "light")
    context.close()
