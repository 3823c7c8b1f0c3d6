"""«Уведомления», «Скидки и налоги»: the admin says what clients are told of, and what a code takes off."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from orderkit import Desk, OrderKit
from tests.journeys.conftest import Rights
from tests.making import STAFF


@pytest.fixture
def kit(shop_url: str) -> Iterator[OrderKit]:
    """A shop that has nothing yet."""
    kit = OrderKit(shop_url)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def desk(kit: OrderKit) -> Desk:
    return kit.site("coffee")


@pytest.fixture
def answers(rights: Rights) -> dict[str, Any]:
    return {"may": rights, "site": lambda: "coffee", "actor": lambda: STAFF}


def test_rules(watched: Page, address: str, desk: Desk) -> None:
    """Both are made in windows over their lists; what is amiss is said at its field, and nothing typed is lost."""
    page = watched
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="Уведомления").click()
    expect(page.get_by_role("heading", name="Уведомлений пока нет")).to_be_visible()
    page.get_by_role("link", name="Добавить уведомление").click()
    window = page.get_by_role("dialog")
    window.get_by_role("link", name="Электронная почта").click()
    window.get_by_label("SMTP-сервер").fill("smtp.example.com")
    window.get_by_label("Адрес отправителя").fill("shop@example.com")
    window.get_by_label("Оплата получена").uncheck()
    window.get_by_label("Адрес страницы заказа").fill("https://shop.example/o/")
    window.get_by_role("button", name="Добавить уведомление").click()
    expect(window.get_by_label("Адрес страницы заказа")).to_be_focused()
    expect(window).to_contain_text("Поставьте {token} туда")
    expect(window.get_by_label("Оплата получена")).not_to_be_checked()
    window.get_by_label("Адрес страницы заказа").fill("https://shop.example/o/{token}")
    window.get_by_role("button", name="Добавить уведомление").click()
    expect(page.locator(".ok-way")).to_contain_text("Заказ оформлен, Заказ отправлен, Заказ отменён")

    page.get_by_role("link", name="Скидки и налоги").click()
    page.get_by_role("link", name="Добавить правило").click()
    window.get_by_role("link", name="Промокод").click()
    window.get_by_label("Название").fill("Весенняя скидка")
    window.get_by_label("Промокод").fill("ВЕСНА")
    window.get_by_label("Скидка, %").fill("10")
    window.get_by_role("button", name="Добавить правило").click()
    expect(page.locator(".ok-way")).to_contain_text("Весенняя скидка")
    page.get_by_role("button", name="Выключить: Весенняя скидка").click()
    expect(page.locator(".ok-way")).to_contain_text("Выключено")

    [notification], [price] = desk.settings.notification_rules(), desk.settings.price_rules()
    assert ("placed", "shipped", "cancelled") == notification.messages
    assert (False, "ВЕСНА") == (price.active, price.settings["code"])
