"""The demo shop in a browser: on a phone and a desk, by keyboard, without scripts, and to buy in."""

import re
from collections.abc import Iterator

import attrs
import pytest
from orderkit_shop.app import create_app
from orderkit_shop.filling import prepare
from orderkit_shop.opening import opened
from playwright.sync_api import Browser, Page, expect

from orderkit import OrderKit
from tests.backends import Backends
from tests.journeys.conftest import watch
from tests.journeys.judging import Judge, too_wide
from tests.journeys.serving import serving

SCREENS = ["/", "/goods/COF-ETH-250", "/goods/GIFT-3000", "/account", "/login", "/missing", "/shop/"]
WIDTHS = (1440, 1024, 720, 390)
NOT_FOUND = "Failed to load resource: the server responded with a status of 404 (NOT FOUND)"


@attrs.frozen
class Demo:
    """The demo shop as it serves."""

    kit: OrderKit
    address: str


@pytest.fixture(scope="module")
def demo(backends: Backends, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    books = tmp_path_factory.mktemp("bank") / "bank.db"
    with backends.fresh("sqlite-file") as url, opened(url, books=books) as (kit, bank):
        prepare(kit, 3, bank)
        with serving(create_app(kit, bank=bank)) as address:
            yield Demo(kit, address)


@pytest.fixture
def visitor(page: Page, demo: Demo) -> Iterator[Page]:
    """A visitor's browser that loads nothing from elsewhere and complains of nothing."""
    said = watch(page, demo.address)
    yield page

    assert [] == [text for text in said if text != NOT_FOUND]


def put_into_cart(page: Page) -> None:
    """Press the button, and wait until the shop says that it is done."""
    page.get_by_role("button", name="В корзину").click()
    page.locator("[data-ok-said] a").wait_for()


@pytest.mark.parametrize("address", SCREENS)
def test_looks(visitor: Page, demo: Demo, judge: Judge, address: str) -> None:
    """Nothing is wider than the page, and axe finds nothing to complain of, in both themes."""
    visitor.goto(demo.address + address)

    assert {} == too_wide(visitor, WIDTHS)
    assert [] == judge.complaints_of_looks(visitor)


def test_every_picture_is_drawn(visitor: Page, demo: Demo) -> None:
    """The browser can draw each of the pictures, under the policy of the shop."""
    visitor.goto(demo.address)
    widths = visitor.evaluate("[...document.querySelectorAll('main img')].map((one) => one.naturalWidth)")

    assert 20 == len(widths)
    assert all(widths)


def test_by_keyboard(visitor: Page, demo: Demo) -> None:
    """Past the header to the product, another grind by an arrow key, and into the cart."""
    visitor.goto(f"{demo.address}/goods/COF-COL-250")
    visitor.keyboard.press("Tab")
    expect(visitor.get_by_role("link", name="К содержанию")).to_be_focused()
    visitor.keyboard.press("Enter")
    for _ in range(2):  # the way back to the shelf, then the grind
        visitor.keyboard.press("Tab")
    visitor.keyboard.press("ArrowRight")
    expect(visitor.get_by_label("под эспрессо")).to_be_checked()
    visitor.keyboard.press("Enter")

    expect(visitor.locator("[data-ok-said]")).to_contain_text("В корзине 1 товар")
    expect(visitor.locator("[data-ok-pieces]")).to_have_text("1")


def test_without_scripts(browser: Browser, demo: Demo) -> None:
    """The link and the form lead into the cart by plain pages, with the grind that was chosen."""
    context = browser.new_context(locale="ru-RU", java_script_enabled=False)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(demo.address)
    page.get_by_label("В корзину: Воронка V60").click()
    page.get_by_role("button", name="В корзину").click()
    expect(page.get_by_role("heading", name="Корзина")).to_be_visible()
    page.goto(f"{demo.address}/goods/COF-KEN-250")
    page.get_by_label("под турку").check()
    page.get_by_role("button", name="В корзину").click()
    page.wait_for_url("**/shop/add?*")
    page.get_by_role("button", name="В корзину").click()

    expect(page.get_by_role("heading", name="Корзина")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Воронка V60")
    expect(page.get_by_role("main")).to_contain_text("Помол: под турку")
    context.close()


def fill_in(page: Page) -> None:
    """Say who it is and where it shall come, and order."""
    page.get_by_label("Имя", exact=True).fill("Анна Ким")
    page.get_by_label("Телефон", exact=True).fill("+7 912 000-12-34")
    page.get_by_label("СДЭК до пункта выдачи").check()
    page.get_by_label("Город").fill("Пермь")
    page.get_by_label("Адрес").fill("пр. Ленина, 1")
    page.get_by_role("button", name="Оформить заказ").click()
    page.wait_for_url(re.compile("/payment$"))


def test_newcomer(visitor: Page, demo: Demo, browser: Browser) -> None:
    """Looks, adds, removes, leaves, comes back, buys; staff see it and move it; the buyer sees that."""
    visitor.goto(demo.address)
    visitor.get_by_label("В корзину: Чай Сенча").click()
    visitor.locator("[data-ok-said] a").wait_for()
    visitor.get_by_role("link", name="Кружка «Туман»").first.click()
    visitor.wait_for_url("**/goods/*")  # with its script; without it the button leads to a page
    put_into_cart(visitor)
    visitor.get_by_role("link", name="Корзина").click()
    visitor.get_by_label(re.compile("Убрать.*Сенча")).click()
    expect(visitor.get_by_role("main")).not_to_contain_text("Сенча")
    expect(visitor.locator("[data-ok-pieces]")).to_have_text("1")
    visitor.goto("about:blank")
    visitor.goto(demo.address)
    expect(visitor.locator("[data-ok-pieces]")).to_have_text("1")
    visitor.goto(f"{demo.address}/shop/checkout")
    fill_in(visitor)
    visitor.get_by_role("button", name="Оплатить наличными").click()
    expect(visitor.get_by_role("main")).to_contain_text("Принят")

    staff = browser.new_context(locale="ru-RU").new_page()
    staff.goto(f"{demo.address}/login?next=/orders/")
    staff.get_by_label("Имя").fill("demo")
    staff.get_by_label("Пароль").fill("demo")
    staff.get_by_role("button", name="Войти").click()
    staff.locator("#orderkit.ok-scripted").wait_for()
    staff.get_by_role("row", name="Анна Ким").get_by_role("link", name="Посмотреть").click()
    staff.get_by_role("button", name="Взять в подготовку").click()
    expect(staff.get_by_role("dialog")).to_contain_text("Подготовка отправки")
    visitor.reload()

    expect(visitor.get_by_role("main")).to_contain_text("Готовится")
    staff.context.close()


def test_test_card(visitor: Page, demo: Demo) -> None:
    """A customer of the shop pays at the second attempt, and finds the order among their own."""
    visitor.goto(f"{demo.address}/account")
    visitor.get_by_role("button", name="Вера Соколова").click()
    expect(visitor.get_by_role("button", name="Выйти")).to_be_visible()
    visitor.goto(f"{demo.address}/goods/GIFT-3000")
    put_into_cart(visitor)
    visitor.goto(f"{demo.address}/shop/checkout")
    expect(visitor.get_by_label("E-mail")).to_have_value("vera@example.com")
    visitor.get_by_role("button", name="Оформить заказ").click()
    visitor.get_by_role("button", name="Оплатить тестовой картой").click()
    expect(visitor.get_by_role("main")).to_contain_text("не хватает денег")
    visitor.get_by_role("button", name="Оплатить тестовой картой").click()
    expect(visitor.get_by_role("main")).to_contain_text("Принят, есть оплата")
    visitor.get_by_role("link", name="Мои заказы").first.click()

    expect(visitor.get_by_role("main")).to_contain_text(re.compile(r"Заказ \d+"))


def press_at_the_bank(page: Page, answer: str) -> None:
    """Press that button there, and come back to a page that waits."""
    expect(page.get_by_text("Это проверка")).to_be_visible()
    page.get_by_role("button", name=answer).click()
    expect(page.get_by_text("Магазин спрашивает банк")).to_be_visible()


def test_test_bank(visitor: Page, demo: Demo, browser: Browser) -> None:
    """Refused at the bank, tried again, paid; the page of the order says so by itself; staff give a part back."""
    visitor.goto(f"{demo.address}/goods/GIFT-3000")
    put_into_cart(visitor)
    visitor.goto(f"{demo.address}/shop/checkout")
    visitor.get_by_label("Имя", exact=True).fill("Олег Банков")
    visitor.get_by_label("Телефон", exact=True).fill("+7 912 000-12-35")
    visitor.get_by_role("button", name="Оформить заказ").click()
    visitor.get_by_role("button", name="Оплатить в тестовом банке").click()
    visitor.wait_for_url("**/bank/pay/*")
    press_at_the_bank(visitor, "Отказаться")
    demo.kit.reconcile()
    visitor.reload()
    expect(visitor.get_by_role("main")).to_contain_text("Платёж был прерван")
    visitor.get_by_role("link", name="Выбрать способ оплаты").click()
    visitor.get_by_role("button", name="Оплатить в тестовом банке").click()
    visitor.wait_for_url("**/bank/pay/*")

    staff = browser.new_context(locale="ru-RU").new_page()
    staff.goto(f"{demo.address}/login?next=/orders/")
    staff.get_by_label("Имя").fill("demo")
    staff.get_by_label("Пароль").fill("demo")
    staff.get_by_role("button", name="Войти").click()
    staff.locator("#orderkit.ok-scripted").wait_for()
    staff.get_by_role("row", name="Олег Банков").get_by_role("link", name="Посмотреть").click()
    expect(staff.get_by_role("dialog")).to_contain_text("ждёт оплаты")
    press_at_the_bank(visitor, "Оплатить 3")
    demo.kit.reconcile()
    expect(visitor.get_by_role("main")).to_contain_text("Принят, есть оплата")  # looked up by the page itself
    expect(staff.get_by_role("dialog")).to_contain_text("успешно")  # and by the window
    staff.get_by_role("link", name=re.compile("^Вернуть")).click()
    staff.get_by_label("Сколько возвращаете").fill("1000")
    staff.get_by_role("button", name="Вернуть", exact=True).click()
    expect(staff.get_by_role("dialog")).to_contain_text(re.compile("Возврат.*1.000,00"))
    visitor.reload()

    expect(visitor.get_by_role("main")).to_contain_text(re.compile("Возвращено.*1.000,00"))
    assert [] == list(demo.kit.verify())
    staff.context.close()
