"""«Способы доставки», «Способы оплаты»: the admin says how goods reach the buyer and how he pays."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from playwright.sync_api import Page, expect

from orderkit import Desk, OrderKit
from tests.journeys.conftest import Rights
from tests.journeys.judging import too_wide
from tests.making import ANNA, OTHER_STAFF, STAFF, Maker, rub
from tests.plugins import drone, plugin

Picture = Callable[[Page, str], None]
SHIPPING, PAYMENT = "/orders/shipping-methods", "/orders/payment-methods"
N = "\u202f"
NAMES = ".ok-way .ok-strong"
"""The methods of the list, from the top."""


@pytest.fixture
def kit(shop_url: str) -> Iterator[OrderKit]:
    """A shop that has nothing but a plugin of its own."""
    kit = OrderKit(shop_url, plugins=[plugin(drone())])
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def desk(kit: OrderKit) -> Desk:
    return kit.site("coffee")


@pytest.fixture
def make(desk: Desk) -> Maker:
    return Maker(desk)


@pytest.fixture
def answers(rights: Rights) -> dict[str, Any]:
    """A host that sells on two pages."""
    pages = {"catalogue": "Каталог", "wholesale": "Опт для кофеен"}
    return {"may": rights, "site": lambda: "coffee", "actor": lambda: STAFF, "pages": pages}


def is_offered(page: Page, address: str, desk: Desk, title: str) -> bool:
    """Whether the form of an order's delivery offers a method."""
    [row] = desk.orders.find().rows
    page.goto(f"{address}/orders/{row.id}/delivery")
    expect(page.get_by_role("region", name="Доставка")).to_be_visible()
    return page.get_by_role("radio", name=title).count() == 1


def test_shipping_methods(watched: Page, address: str, desk: Desk, make: Maker, picture: Picture) -> None:
    """«Способы доставки»: made in the tab, offered in an order, switched off, not offered any more."""
    make.order(contact=ANNA)
    page = watched
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="Способы доставки").click()
    expect(page.get_by_role("heading", name="Способов доставки пока нет")).to_be_visible()
    page.get_by_role("link", name="Добавить способ").click()
    page.get_by_role("dialog").get_by_role("link", name="Фиксированная цена").click()

    window = page.get_by_role("dialog")
    window.get_by_label("Название").fill("Курьер")
    window.get_by_label("Описание").fill("Привезём завтра")
    window.get_by_label("Бесплатно от, ₽").fill("5 000")
    window.get_by_label("Ссылка для отслеживания").fill("https://post.example/")
    window.get_by_role("button", name="Добавить способ").click()
    expect(window.get_by_label("Стоимость, ₽")).to_have_attribute("aria-invalid", "true")
    expect(window.get_by_label("Стоимость, ₽")).to_be_focused()
    expect(window).to_contain_text("Заполните это поле.")
    expect(window).to_contain_text("Поставьте {code}")
    expect(window.get_by_label("Описание")).to_have_value("Привезём завтра")
    picture(page, "shipping-method-problems")

    window.get_by_label("Стоимость, ₽").fill("300")
    window.get_by_label("Ссылка для отслеживания").fill("https://post.example/{code}")
    window.get_by_role("button", name="Добавить способ").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url == f"{address}{SHIPPING}"
    row = page.get_by_role("listitem").filter(has_text="Курьер")
    expect(row).to_contain_text(f"Стоимость300,00{N}₽")
    expect(row).to_contain_text(f"Бесплатно от5{N}000,00{N}₽")
    expect(row.get_by_role("link", name="Изменить")).to_be_focused()
    picture(page, "shipping-methods")

    assert is_offered(page, address, desk, "Курьер")
    page.goto(f"{address}{SHIPPING}")
    page.get_by_role("button", name="Выключить: Курьер").click()
    expect(page.get_by_role("button", name="Включить: Курьер")).to_be_focused()
    expect(row).to_contain_text("Выключен")
    assert not is_offered(page, address, desk, "Курьер")


def test_payment_methods(watched: Page, address: str, desk: Desk, picture: Picture) -> None:
    """«Способы оплаты»: cash, which has nothing to set, and a transfer with its details on one page of the host."""
    page = watched
    page.goto(f"{address}{PAYMENT}")
    page.get_by_role("link", name="Добавить способ").click()
    page.get_by_role("dialog").get_by_role("link", name="При получении").click()
    window = page.get_by_role("dialog")
    window.get_by_label("Название").fill("Наличные")
    window.get_by_role("button", name="Добавить способ").click()
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_role("link", name="Добавить способ").click()
    page.get_by_role("dialog").get_by_role("link", name="Банковский перевод").click()
    window.get_by_label("Название").fill("На счёт")
    window.get_by_label("Реквизиты").fill("ООО «Зерно»\nр/с 4070")
    window.get_by_label("Текст кнопки").fill("Получить счёт")
    window.get_by_role("checkbox", name="Опт для кофеен").check()
    window.get_by_role("checkbox", name="Основной").check()
    window.get_by_role("button", name="Добавить способ").click()
    expect(page.get_by_role("dialog")).to_have_count(0)

    row = page.get_by_role("listitem").filter(has_text="На счёт")
    expect(row).to_contain_text("основной")
    expect(row).to_contain_text("ПредлагаетсяОпт для кофеен")
    expect(page.locator(NAMES)).to_have_text(["На счёт", "Наличные"])
    picture(page, "payment-methods")
    transfer = desk.settings.payment_methods()[0]
    assert "ООО «Зерно»\nр/с 4070" == desk.settings.values(transfer).details


def test_methods_are_put_in_order_by_keyboard(watched: Page, address: str, desk: Desk, make: Maker) -> None:
    """Each press is one step, and the focus stays on the arrow of the row that moved, at the ends too."""
    for title in ("А", "Б", "В"):
        make.courier(title=title)
    page = watched
    page.goto(f"{address}{SHIPPING}")
    up = page.get_by_role("button", name="Выше: В")
    up.focus()
    for order in ("АВБ", "ВАБ"):
        page.keyboard.press("Enter")
        expect(page.locator(NAMES)).to_have_text(list(order))
        expect(up).to_be_focused()
    page.keyboard.press("Enter")
    expect(up).to_have_attribute("aria-disabled", "true")
    assert ["В", "А", "Б"] == [method.title for method in desk.settings.shipping_methods()]

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(NAMES)).to_have_text(["А", "В", "Б"])
    expect(page.get_by_role("button", name="Ниже: В")).to_be_focused()


def test_a_method_is_changed_by_keyboard(watched: Page, address: str, desk: Desk, make: Maker) -> None:
    """Enter opens it, Ctrl Enter saves it, Esc leaves another as it was; the focus comes back to its row."""
    method = make.courier()
    page = watched
    page.goto(f"{address}{SHIPPING}")
    edit = page.get_by_role("link", name="Изменить: Курьер")
    edit.focus()
    page.keyboard.press("Enter")
    title = page.get_by_role("dialog").get_by_label("Название")
    title.fill("Гонец")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    edit = page.get_by_role("link", name="Изменить: Гонец")
    expect(edit).to_be_focused()

    page.keyboard.press("Enter")
    expect(title).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(edit).to_be_focused()
    assert "Гонец" == desk.settings.shipping_method(method.id).title


def test_leaving_a_form_asks_about_what_is_typed(watched: Page, address: str, make: Maker) -> None:
    """Once; and what is kept is still there."""
    make.courier()
    page = watched
    page.goto(f"{address}{SHIPPING}")
    page.get_by_role("link", name="Изменить: Курьер").click()
    title = page.get_by_role("dialog").get_by_label("Название")
    title.fill("Гонец")
    asked: list[str] = []
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("link", name="Оставить как было").click()
    expect(title).to_have_value("Гонец")

    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.get_by_role("link", name="Оставить как было").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert 2 == len(asked)


def test_two_people_change_one_method(watched: Page, address: str, desk: Desk, make: Maker) -> None:
    """Both values stand at the field; nothing typed is lost; a second press saves."""
    method = make.courier()
    page = watched
    page.goto(f"{address}{SHIPPING}")
    page.get_by_role("link", name="Изменить: Курьер").click()
    window = page.get_by_role("dialog")
    window.get_by_label("Стоимость, ₽").fill("350")
    theirs = attrs.evolve(method, description="Утром", settings={**method.settings, "cost": rub(400)})
    desk.settings.edit_shipping_method(theirs, actor=OTHER_STAFF)
    window.get_by_role("button", name="Сохранить способ").click()

    expect(window).to_contain_text("Сейчас сохранено: 400,00")
    expect(window.get_by_label("Стоимость, ₽")).to_have_value("350")
    expect(window.get_by_label("Описание")).to_have_value("Утром")
    window.get_by_role("button", name="Сохранить способ").click()
    expect(page.get_by_role("listitem").filter(has_text="Курьер")).to_contain_text(f"350,00{N}₽")


def test_methods_on_pages_of_their_own(watched: Page, address: str, desk: Desk, make: Maker) -> None:
    """Under its own address a method is a page; saving leads to the list, to its row."""
    method = make.courier()
    page = watched
    page.goto(f"{address}{SHIPPING}/{method.id}")
    page.get_by_label("Название").fill("Гонец")
    page.get_by_role("button", name="Сохранить способ").click()
    page.wait_for_url(re.compile(f"{SHIPPING}#"))
    expect(page.get_by_role("link", name="Изменить: Гонец")).to_be_focused()

    page.goto(f"{address}{SHIPPING}/new")
    page.get_by_role("link", name="Самовывоз").click()
    page.get_by_label("Название").fill("Лавка")
    page.get_by_role("button", name="Добавить способ").click()
    page.wait_for_url(re.compile(f"{SHIPPING}#"))
    assert ["Гонец", "Лавка"] == [one.title for one in desk.settings.shipping_methods()]


def test_a_plugin_of_the_hosts_own(watched: Page, address: str, desk: Desk, picture: Picture) -> None:
    """A plugin nobody knows has a form: every kind of field is drawn, filled in, and stored."""
    page = watched
    page.goto(f"{address}{SHIPPING}")
    page.get_by_role("link", name="Добавить способ").click()
    page.get_by_role("dialog").get_by_role("link", name="Дрон").click()
    window = page.get_by_role("dialog")
    window.get_by_label("Название").fill("По воздуху")
    window.get_by_label("За полёт, ₽").fill("1 500,50")
    window.get_by_label("Callsign").fill("Стриж")
    window.get_by_label("Rules").fill("не выше\nкрыш")
    window.get_by_label("Height").fill("900")
    window.get_by_label("At night").check()
    window.get_by_role("group", name="Fleet").get_by_label("Model").select_option("large")
    picture(page, "plugin-settings")
    window.get_by_role("button", name="Добавить способ").click()
    expect(window.get_by_role("alert")).to_contain_text("at night no higher than 500 metres")
    window.get_by_label("Height").fill("120")
    window.get_by_role("button", name="Добавить способ").click()
    expect(page.get_by_role("dialog")).to_have_count(0)

    [method] = desk.settings.shipping_methods()
    values = desk.settings.values(method)
    assert (rub("1500.50"), "Стриж", "не выше\nкрыш", 120, True, None, "large") == attrs.astuple(
        values, recurse=False
    )


def test_methods_without_a_script(scriptless: Page, address: str, desk: Desk) -> None:
    """Links, forms and redirects do it all, and the focus is where it was."""
    page = scriptless
    page.goto(f"{address}{SHIPPING}")
    for title in ("Курьер", "Почта"):
        page.get_by_role("link", name="Добавить способ").click()
        page.get_by_role("link", name="Фиксированная цена").click()
        page.get_by_label("Название").fill(title)
        page.get_by_role("button", name="Добавить способ").click()
        expect(page.get_by_role("alert")).to_be_visible()
        expect(page.get_by_label("Название")).to_have_value(title)
        page.get_by_label("Стоимость, ₽").fill("300")
        page.get_by_role("button", name="Добавить способ").click()
        expect(page.get_by_role("link", name=f"Изменить: {title}")).to_be_focused()

    page.get_by_role("button", name="Выше: Почта").press("Enter")
    expect(page.locator(NAMES)).to_have_text(["Почта", "Курьер"])
    expect(page.get_by_role("button", name="Выше: Почта")).to_be_focused()
    page.get_by_role("button", name="Выключить: Почта").click()
    expect(page.get_by_role("button", name="Включить: Почта")).to_be_focused()
    page.get_by_role("link", name="Изменить: Почта").click()
    page.get_by_role("link", name="Оставить как было").click()
    page.wait_for_url(re.compile(SHIPPING))
    assert [False, True] == [method.active for method in desk.settings.shipping_methods()]


def test_methods_for_those_who_only_look(watched: Page, address: str, make: Maker, rights: Rights) -> None:
    """Nothing to press but «Посмотреть»."""
    make.courier()
    rights.allow_only("settings.view")
    page = watched
    page.goto(f"{address}{SHIPPING}")
    expect(page.get_by_role("link", name="Добавить способ")).to_have_count(0)
    page.get_by_role("link", name="Посмотреть: Курьер").click()
    window = page.get_by_role("dialog")
    expect(window).to_contain_text(f"Стоимость300,00{N}₽")
    expect(window.get_by_role("textbox")).to_have_count(0)


@pytest.mark.parametrize("host_style", ["quiet", "hostile"])
def test_methods_fit_the_page(watched: Page, address: str, desk: Desk, make: Maker) -> None:
    """With long titles and long settings, in any host."""
    words = "Оченьдлинноесловобезединогопробела" * 5
    method = make.courier("1234567890.12", title=words)
    details = {"details": f"{words}\n{words}"}
    transfer = desk.settings.add_payment_method(
        "bank-transfer", words, settings=details, pages=["wholesale"], is_primary=True, actor=STAFF, key="1"
    )
    page = watched
    for path in (
        SHIPPING, f"{SHIPPING}/new", f"{SHIPPING}/{method.id}", PAYMENT, f"{PAYMENT}/{transfer.id}",
    ):  # fmt: skip
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{address}{path}")
        assert {} == too_wide(page, (390, 1024, 1440)), path
