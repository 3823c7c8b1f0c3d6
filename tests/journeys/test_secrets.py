"""An account at a carrier's: its password is typed into the tab, never seen again, and tried out."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from playwright.sync_api import Page, expect

import orderkit.plugin as ok
from orderkit import Desk, OrderKit
from tests.plugins import account, plugin

Picture = Callable[[Page, str], None]
SHIPPING = "/orders/shipping-methods"
TEXT = "sk-live-8Zq"


@attrs.frozen
class Reached:
    """A carrier whose server takes one password."""

    settings: Any
    services: ok.Services

    def quote(self, request: ok.QuoteRequest) -> list[ok.Quote]:
        return [ok.Quote(ok.Money.of(300, request.currency))]

    def check_connection(self) -> list[ok.Problem]:
        is_right = self.settings.password.reveal() == TEXT
        return [] if is_right else [ok.Problem({"en": "Not accepted.", "ru": "Не подходит."}, "password")]


@pytest.fixture
def kit(shop_url: str) -> Iterator[OrderKit]:
    key = base64.urlsafe_b64encode(b"1" * 32).decode()
    kit = OrderKit(shop_url, plugins=[plugin(account(factory=Reached))], secret_key=key)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def desk(kit: OrderKit) -> Desk:
    return kit.site("coffee")


def test_an_account_is_set_up_and_tried_out(
    watched: Page, address: str, desk: Desk, picture: Picture
) -> None:
    """A wrong password, what the carrier says of it, the right one; what is typed beside stays as it is typed."""
    page = watched
    page.goto(f"{address}{SHIPPING}/new")
    page.get_by_role("link", name="Договор").click()
    page.get_by_label("Название").fill("Курьер")
    page.get_by_label("Пароль").fill("wrong")
    page.get_by_label("Токен").fill("t-1")
    picture(page, "secret-new")
    page.get_by_role("button", name="Добавить способ").click()
    page.get_by_role("link", name="Изменить: Курьер").click()

    window = page.get_by_role("dialog")
    expect(window.get_by_label("Пароль")).to_have_value("")
    expect(window.get_by_text("Уже есть: сохранён, зашифрован.")).to_have_count(2)
    window.get_by_label("Логин").fill("olga")
    window.get_by_role("button", name="Проверить соединение").click()
    expect(window.get_by_role("status")).to_have_text("Пароль: Не подходит.")
    expect(window.get_by_role("button", name="Проверить соединение")).to_be_focused()
    expect(window.get_by_label("Логин")).to_have_value("olga")
    picture(page, "secret-wrong")

    window.get_by_label("Пароль").fill(TEXT)
    window.get_by_label("Убрать: Токен").check()
    window.get_by_role("button", name="Сохранить способ").click()
    expect(window).to_have_count(0)
    page.get_by_role("link", name="Изменить: Курьер").click()
    page.get_by_role("button", name="Проверить соединение").click()
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("Соединение работает.")
    picture(page, "secret-works")

    [method] = desk.settings.shipping_methods()
    values = desk.settings.values(method)
    assert ("olga", TEXT, None) == (values.login, values.password.reveal(), values.token)


def test_a_refused_form_asks_for_it_again(watched: Page, address: str, desk: Desk, picture: Picture) -> None:
    """It cannot be shown, so it is said beside the field; the rest is as it was typed."""
    page = watched
    page.goto(f"{address}{SHIPPING}/new/account")
    page.get_by_label("Логин").fill("olga")
    page.get_by_label("Пароль").fill("env:PATH")
    page.get_by_label("Название").fill("Курьер")
    page.get_by_role("button", name="Добавить способ").click()
    expect(page.get_by_text("Оттуда читать нельзя.")).to_be_visible()
    expect(page.get_by_text("Введите ещё раз")).to_be_visible()
    expect(page.get_by_label("Пароль")).to_be_focused()
    expect(page.get_by_label("Пароль")).to_have_value("")
    expect(page.get_by_label("Логин")).to_have_value("olga")
    picture(page, "secret-refused")

    page.get_by_label("Пароль").fill(TEXT)
    page.get_by_role("button", name="Добавить способ").click()
    page.wait_for_url(f"**{SHIPPING}#*")
    assert 1 == len(desk.settings.shipping_methods())


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_narrow_screen(watched: Page, address: str, desk: Desk, picture: Picture, scheme: Any) -> None:
    """Nothing of the form sticks out of it, in either theme."""
    page = watched
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}{SHIPPING}/new/account")
    page.get_by_label("Название").fill("Курьер")
    page.get_by_label("Пароль").fill("wrong")
    page.get_by_label("Токен").fill("t-1")
    page.get_by_role("button", name="Добавить способ").click()
    page.wait_for_url(f"**{SHIPPING}#*")
    [method] = desk.settings.shipping_methods()
    page.goto(f"{address}{SHIPPING}/{method.id}")
    page.get_by_role("button", name="Проверить соединение").click()
    expect(page.get_by_text("Пароль: Не подходит.")).to_be_visible()
    picture(page, f"secret-narrow-{scheme}")

    assert 390 == page.evaluate("document.documentElement.scrollWidth")


def test_without_a_script(scriptless: Page, address: str, desk: Desk) -> None:
    """The answer of the check is a page like any other."""
    page = scriptless
    page.goto(f"{address}{SHIPPING}/new/account")
    page.get_by_label("Название").fill("Курьер")
    page.get_by_label("Пароль").fill(TEXT)
    page.get_by_role("button", name="Добавить способ").click()
    page.get_by_role("link", name="Изменить: Курьер").click()
    page.get_by_role("button", name="Проверить соединение").click()

    expect(page.get_by_text("Соединение работает.")).to_be_visible()
