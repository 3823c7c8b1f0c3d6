"""Windows over the list: back and forward, scroll and focus, what is typed, and a session that has ended."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from orderkit import OrderKit
from tests.journeys.conftest import hold, is_seen
from tests.making import STAFF, Maker, mug

Open = Callable[..., Page]


@pytest.fixture
def many(kit: OrderKit) -> None:
    """So many orders that the list has two pages."""
    make = Maker(kit.site("coffee"))
    for number in range(60):
        make.desk.orders.create([mug()], actor=STAFF, key=f"many-{number}")


@pytest.mark.usefixtures("many")
def test_back_restores_filters_page_and_scroll(tab: Open) -> None:
    """Back closes the window and leaves the list as it was; forward opens it again."""
    page = tab("?status=pending&status=preparing")
    page.get_by_role("link", name="Старее").click()
    expect(page.get_by_role("link", name="Новее")).to_be_visible()
    page.locator("#orderkit.ok-scripted").wait_for()
    address, last = page.url, page.get_by_role("link", name="1001", exact=True)
    last.scroll_into_view_if_needed()
    scroll = page.evaluate("scrollY")
    last.click()
    window = page.locator("#ok-dialog")
    expect(window.get_by_role("heading", name="Заказ 1001")).to_be_visible()
    window.get_by_role("link", name="Анна Ким").click()
    expect(window.get_by_role("heading", name="Анна Ким")).to_be_visible()

    page.go_back()
    expect(window.get_by_role("heading", name="Заказ 1001")).to_be_visible()
    page.go_back()
    expect(window).to_be_hidden()
    assert (address, scroll) == (page.url, page.evaluate("scrollY"))
    expect(last).to_be_focused()
    page.go_forward()
    expect(window.get_by_role("heading", name="Заказ 1001")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Заказ 1001")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("link", name="1001", exact=True)).to_be_visible()
    assert address == page.url


@pytest.mark.parametrize("way", ["Escape", "×", "backdrop"])
def test_closing(tab: Open, way: str) -> None:
    """Escape, the cross and a press beside it close the window; the focus goes back to the row."""
    page = tab("?q=anna")
    view = page.get_by_role("link", name="Посмотреть заказ 1002")
    view.click()
    window = page.locator("#ok-dialog")
    expect(window.get_by_role("heading", name="Заказ 1002")).to_be_visible()
    if way == "Escape":
        page.keyboard.press("Escape")
    elif way == "×":
        window.get_by_role("button", name="Закрыть").click()
    else:
        page.mouse.click(20, 300)

    expect(window).to_be_hidden()
    expect(view).to_be_focused()
    expect(page).to_have_url(re.compile(r"/orders/\?q=anna$"))


def test_unsaved_text_is_asked_for_once(tab: Open) -> None:
    """Closing a window with something typed asks first; saying no keeps it, saying yes closes without a second ask."""
    page = tab()
    asked: list[str] = []
    answers = iter([False, False, True])

    def answer(dialog: Any) -> None:
        asked.append(dialog.message)
        dialog.accept() if next(answers) else dialog.dismiss()

    page.on("dialog", answer)
    page.get_by_role("link", name="1002", exact=True).click()
    window = page.locator("#ok-dialog")
    window.locator("textarea[name=text]").fill("позвонить")
    of_window = page.url
    page.keyboard.press("Escape")
    expect(window.locator("textarea[name=text]")).to_have_value("позвонить")
    page.go_back()
    expect(window.locator("textarea[name=text]")).to_have_value("позвонить")
    expect(page).to_have_url(of_window)
    window.get_by_role("button", name="Закрыть").click()

    expect(window).to_be_hidden()
    assert 3 == len(asked)


@pytest.mark.parametrize("first", ["the change", "the search"])
def test_a_search_beside_a_change(tab: Open, first: str) -> None:
    """The list is what was searched for, as it is now, in whatever order it was asked for and answered."""
    page = tab()
    page.get_by_role("link", name="1006", exact=True).focus()
    searched = hold(page, re.compile(r"/orders/\?q="))
    window = page.locator("#ok-dialog")

    def search() -> None:
        page.keyboard.press("/")
        page.keyboard.type("анна")
        searched.wait()

    if first == "the search":
        search()
    page.get_by_role("link", name="1002", exact=True).click()
    window.get_by_role("button", name="Взять в подготовку").click()
    expect(window.locator(".ok-head .ok-pill")).to_have_text("Подготовка отправки")
    if first == "the change":
        followed = hold(page, "**/orders/")
        page.keyboard.press("Escape")
        followed.wait()
        search()
        followed.let_go()
    else:
        page.keyboard.press("Escape")
        expect(window).to_be_hidden()
    searched.let_go()

    expect(page.locator(".ok-c-number a")).to_have_text(["1002", "1001"])
    expect(page.locator(".ok-move").first).to_have_text("Подготовка отправки")


def test_search_while_typing_keeps_its_address(tab: Open) -> None:
    """Results follow the typing and the filters, the address follows them; reload and back keep both."""
    page = tab()
    page.keyboard.press("/")
    expect(page.get_by_label("Поиск по заказам")).to_be_focused()
    page.keyboard.type("анна")
    expect(page.get_by_role("status")).to_have_text("Найдено: 2")
    page.get_by_text("Фильтры", exact=True).click()
    page.get_by_label("Подготовка отправки", exact=True).check()
    expect(page.get_by_role("status")).to_have_text("Найдено: 1")
    expect(page).to_have_url(re.compile(r"\?q=[^&]+&status=preparing$"))
    page.reload()
    page.locator("#orderkit.ok-scripted").wait_for()
    expect(page.locator(".ok-c-number a")).to_have_text(["1001"])
    page.get_by_label("Поиск по заказам").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Поиск по заказам")).to_have_value("")
    expect(page).to_have_url(re.compile(r"/orders/\?status=preparing$"))


def test_what_is_ticked_before_the_script_is_at_work(page: Page, address: str) -> None:
    """It is searched for as soon as the script is there; nobody has to tick it again."""
    held = hold(page, "**/static/htmx.js")
    page.goto(f"{address}/orders/")
    page.get_by_text("Фильтры", exact=True).click()
    page.get_by_label("Подготовка отправки", exact=True).check()
    held.let_go()
    expect(page.locator(".ok-c-number a")).to_have_text(["1001"])
    expect(page).to_have_url(re.compile(r"/orders/\?status=preparing$"))


def test_keyboard_alone(tab: Open) -> None:
    """`/`, a word, Enter, Tab to the order, Enter, Escape: no mouse is needed."""
    page = tab()
    page.keyboard.press("/")
    page.keyboard.type("1002")
    page.keyboard.press("Enter")
    expect(page.locator(".ok-c-number a")).to_have_text(["1002"])
    page.locator("#orderkit.ok-scripted").wait_for()
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "1002":
            break
    page.keyboard.press("Enter")
    expect(page.locator("#ok-dialog").get_by_role("heading", name="Заказ 1002")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator("#ok-dialog")).to_be_hidden()
    expect(page.get_by_role("link", name="1002", exact=True)).to_be_focused()


def test_who_searches_while_the_list_is_fetched_goes_on(tab: Open) -> None:
    """The list that comes anew behind a closed window does not take whoever went on to search out of the search."""
    page = tab()
    page.evaluate("document.querySelector('.ok-row').dataset.old = 'yes'")
    page.get_by_role("link", name="1002", exact=True).click()
    window = page.locator("#ok-dialog")
    window.locator("textarea[name=text]").fill("позвонить")
    window.get_by_role("button", name="Добавить заметку").click()
    expect(window.locator("textarea[name=text]")).to_have_value("")
    held = hold(page, "**/orders/")
    page.keyboard.press("Escape")
    held.wait()
    page.keyboard.press("/")
    search = page.locator(".ok-find input[type=search]")
    expect(search).to_be_focused()
    held.let_go()

    expect(page.locator(".ok-row[data-old]")).to_have_count(0)
    page.keyboard.type("1002")
    expect(search).to_have_value("1002")


def test_control_opens_another_tab(tab: Open) -> None:
    """With Ctrl a link is what it is everywhere."""
    page = tab()
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Посмотреть заказ 1002").click(modifiers=["Control"])
    expect(opening.value.get_by_role("heading", name="Заказ 1002")).to_be_visible()
    expect(page.locator("#ok-dialog")).to_be_hidden()


def test_host_that_wants_a_login_gets_its_turn(tab: Open, address: str) -> None:
    """When the session has ended, the host's page is gone to, not put into a window."""
    page = tab()
    page.route(
        re.compile(r"/orders/[0-9a-f-]{36}"),
        lambda route: route.fulfill(
            status=200, content_type="text/html; charset=utf-8", body="<title>Вход</title><h1>Вход</h1>"
        ),
    )
    page.get_by_role("link", name="1002", exact=True).click()

    expect(page.get_by_role("heading", name="Вход")).to_be_visible()
    expect(page.locator("#ok-dialog")).to_have_count(0)


def test_failure_is_told_before_the_window(tab: Open, address: str) -> None:
    """What a window has to say of its own form stands in front of it, for eyes and for readers, on a phone too."""
    page = tab()
    page.get_by_role("link", name="1002", exact=True).click()
    window = page.locator("#ok-dialog")
    window.locator("textarea[name=text]").fill("позвонить")
    page.route(
        "**/notes", lambda route: route.fulfill(content_type="text/html; charset=utf-8", body="<h1>Вход</h1>")
    )
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        window.get_by_role("button", name="Добавить заметку").click()
        told = window.get_by_role("alert")
        expect(told).to_contain_text("Сайт просит войти снова.")
        assert is_seen(told)

    expect(window.locator("textarea[name=text]")).to_have_value("позвонить")
    page.once("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("Escape")
    expect(page.get_by_role("alert")).to_have_count(0)
