"""A visitor's way: looking, the cart, the checkout, the order's own page; and what the desk sees of it."""

import re
from collections.abc import Callable, Iterator

import attrs
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.backends import Backends
from tests.browser import launch
from tests.journeys.conftest import await_script, hold, watch
from tests.journeys.visitors import Shop, serve
from tests.making import STAFF

N = "\u202f"
NOTED = re.compile(
    "Failed to load resource: (the server responded with a status of (409|422)|net::ERR_FAILED)"
)
"""What Chromium notes when something is refused, or when a test cuts it off; the person is told in words."""


@pytest.fixture
def shop(backends: Backends) -> Iterator[Shop]:
    with backends.fresh("sqlite-file") as url, serve(url) as shop:
        yield shop
        assert [] == list(shop.kit.verify())


@pytest.fixture
def visitor(page: Page, shop: Shop) -> Iterator[Page]:
    """A visitor's browser, which loads nothing from elsewhere and complains of nothing."""
    complaints = watch(page, shop.address)
    page.goto(shop.address)
    yield page

    assert [] == [one for one in complaints if not NOTED.match(one)]


def put(page: Page, title: str, *, pieces: int = 1) -> None:
    """Press a button of the host's page, and read what came of it: so many pieces are in the cart."""
    page.get_by_role("link", name=f"Положить: {title}").click()
    expect(page.locator("[data-ok-said]")).to_contain_text(f"Добавлено. В корзине {pieces} товар")


def check_out(page: Page, **typed: str) -> None:
    """Fill the checkout in and send it."""
    details = {"Имя": "Анна Ким", "Телефон": "8 912 345-67-89", "Город": "Пермь", "Адрес": "Ленина, 1"}
    for label, text in {**details, **typed}.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Оформить заказ").click()


def journal(shop: Shop) -> list[str]:
    """What the desk knows of the newest order's contact, oldest first."""
    view = shop.desk.contacts.view(shop.order.contact_id)
    return [entry.kind for entry in reversed(view.journal)]


def test_a_guest_looks_adds_removes_and_leaves(visitor: Page, shop: Shop) -> None:
    """Nothing is loaded anew for it; the desk sees an order in the list, and a guest with nothing but actions."""
    put(visitor, "Кружка")
    expect(visitor.get_by_role("link", name="Корзина 1", exact=True)).to_be_visible()
    visitor.get_by_role("link", name="В корзине 1 товар").click()
    expect(visitor.get_by_role("heading", name="Корзина")).to_be_visible()
    visitor.get_by_role("button", name="Убрать: Кружка").click()
    expect(visitor.get_by_text("Корзина пуста")).to_be_visible()
    visitor.goto("about:blank")

    tab = visitor.context.new_page()
    await_script(tab)
    tab.goto(f"{shop.address}/orders/")
    expect(tab.get_by_role("row").filter(has_text="1001")).to_contain_text("Создан")
    tab.get_by_role("link", name="Гость", exact=True).first.click()
    window = tab.get_by_role("dialog")
    window.get_by_role("link", name="Просмотр гостя").click()
    expect(window.get_by_text("Лавка · /")).to_be_visible()
    expect(window.get_by_text("Удалено: Кружка")).to_be_visible()
    assert not shop.desk.contacts.get(shop.order.contact_id).is_lead
    assert {"visit", "cart.line_added", "cart.line_removed"} < set(journal(shop))


def test_an_answer_that_is_lost(visitor: Page, shop: Shop) -> None:
    """What was put into the cart before the line broke is asked for again, and is in the cart once."""
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    visitor.route("**/api/cart/lines", lose)
    put(visitor, "Кружка")

    assert [200] == lost
    assert [1] == [line.quantity for line in shop.order.lines]


def test_comes_back_buys_tracks_and_cancels(visitor: Page, shop: Shop, browser: Browser) -> None:
    """The cart waits; with delivery and cash the order is taken at once; its page tells what staff do."""
    put(visitor, "Кружка")
    visitor.goto("about:blank")
    visitor.goto(f"{shop.address}/shop/")
    visitor.get_by_label("Количество: Кружка").fill("3")
    visitor.get_by_label("Количество: Кружка").press("Tab")
    expect(visitor.get_by_text(f"1{N}350,00{N}₽").first).to_be_visible()
    visitor.get_by_role("button", name="Перейти к оформлению").click()
    expect(visitor.get_by_text(f"1{N}650,00{N}₽")).to_be_visible()
    visitor.get_by_label("Самовывоз").check()
    expect(visitor.get_by_label("Город")).to_be_hidden()
    expect(visitor.locator("[data-ok-shows=total]")).to_have_text(f"1{N}350,00{N}₽")
    visitor.get_by_label("Курьер").check()
    check_out(visitor, **{"E-mail": "anna@"})
    expect(visitor.get_by_text("Это не похоже на e-mail")).to_be_visible()
    expect(visitor.get_by_label("E-mail")).to_be_focused()
    expect(visitor.get_by_label("Адрес")).to_have_value("Ленина, 1")
    check_out(visitor, **{"E-mail": "anna@example.com"})
    visitor.get_by_role("button", name="Заказать, заплатить при получении").click()
    expect(visitor.get_by_text("Принят")).to_be_visible()

    tab = visitor.context.new_page()
    tab.goto(f"{shop.address}/orders/")
    row = tab.get_by_role("row").filter(has_text="1001")
    expect(row).to_contain_text("Анна Ким")
    expect(row).to_contain_text("Курьер")
    order = shop.order
    delivery = attrs.evolve(order.delivery, tracking_code="RU-77")
    shop.desk.orders.edit_delivery(order.id, delivery, actor=STAFF, expected_version=order.version)
    elsewhere = browser.new_page()  # the link alone is enough, on another device
    elsewhere.goto(visitor.url)
    expect(elsewhere.get_by_role("link", name="RU-77")).to_have_attribute(
        "href", "https://carrier.example/RU-77"
    )
    elsewhere.get_by_text("Отменить заказ").first.click()
    elsewhere.get_by_label("Почему, если хотите").fill("передумала")
    elsewhere.get_by_role("button", name="Отменить заказ").click()
    expect(elsewhere.get_by_text("Отменён")).to_be_visible()
    elsewhere.close()

    assert "cancelled" == shop.order.status
    assert shop.order.contact_id == order.contact_id


def test_pays_at_the_second_try(visitor: Page, shop: Shop) -> None:
    """The bank declines: the reason stands above the same buttons; then it is paid, once."""
    put(visitor, "Книга в файле")
    visitor.goto(f"{shop.address}/shop/checkout")
    visitor.get_by_label("Имя").fill("Анна")
    visitor.get_by_label("E-mail").fill("anna@example.com")
    visitor.get_by_role("button", name="Оформить заказ").click()
    visitor.get_by_role("button", name="Заплатить картой").click()
    expect(visitor.get_by_text("На счёте не хватает денег")).to_be_visible()
    assert "payment" == shop.order.status
    visitor.get_by_role("button", name="Заплатить картой").dblclick()
    expect(visitor.get_by_text("Принят, есть оплата")).to_be_visible()

    assert [300] == [money.minor // 100 for money in shop.bank.taken]
    results = [payment.result.value for payment in shop.order.payments]
    assert "declined" in results
    assert "succeeded" in results


def test_two_windows(visitor: Page, shop: Shop) -> None:
    """Two checkouts of one cart make one order; the second is told, and its cart is the new one."""
    put(visitor, "Книга в файле")
    second = visitor.context.new_page()
    for window in (visitor, second):
        window.goto(f"{shop.address}/shop/checkout")
        window.get_by_label("Имя").fill("Анна")
        window.get_by_label("E-mail").fill("anna@example.com")
    visitor.get_by_role("button", name="Оформить заказ").click()
    visitor.get_by_role("button", name="Заказать, заплатить при получении").click()
    expect(visitor.get_by_text("Принят")).to_be_visible()
    second.get_by_role("button", name="Оформить заказ").click()

    expect(second.get_by_text("Эта корзина уже оформлена")).to_be_visible()
    assert ["pending"] == [row.status for row in shop.desk.orders.find().rows]


def test_quantities_in_two_windows(visitor: Page, shop: Shop) -> None:
    """What one window changed is not undone by the other, which shows it with its next change."""
    put(visitor, "Кружка")
    put(visitor, "Книга в файле", pieces=2)
    second = visitor.context.new_page()
    for window in (visitor, second):
        window.goto(f"{shop.address}/shop/")
    visitor.get_by_label("Количество: Кружка").fill("5")
    visitor.get_by_label("Количество: Кружка").press("Enter")
    expect(visitor.get_by_text(f"2{N}250,00{N}₽").first).to_be_visible()
    second.get_by_label("Количество: Книга").fill("2")
    second.get_by_label("Количество: Книга").press("Enter")

    expect(second.get_by_label("Количество: Кружка")).to_have_value("5")
    assert {"MUG-1": 5, "BOOK": 2} == {line.sku: line.quantity for line in shop.order.lines}


@pytest.mark.parametrize(("later", "total"), [("", f"1{N}950,00{N}₽"), ("0", f"7{N}350,00{N}₽")])
def test_a_quantity_typed_while_an_answer_is_awaited(
    visitor: Page, shop: Shop, later: str, total: str
) -> None:
    """The answer to one quantity takes nothing away of the next; left, that one counts too."""
    put(visitor, "Кружка")
    put(visitor, "Книга в файле", pieces=2)
    visitor.goto(f"{shop.address}/shop/")
    counted: list[str] = []
    visitor.on("request", lambda request: counted.append(request.url) if request.method == "POST" else None)
    held = hold(visitor, "**/shop/")
    visitor.get_by_label("Количество: Кружка").fill("3")
    visitor.get_by_label("Количество: Кружка").press("Tab")
    held.wait()
    book = visitor.get_by_label("Количество: Книга")
    book.press("ControlOrMeta+a")
    visitor.keyboard.type("2")
    held.let_go()
    expect(visitor.get_by_text(f"1{N}650,00{N}₽")).to_be_visible()
    visitor.keyboard.type(later)
    expect(book).to_have_value(f"2{later}")
    visitor.keyboard.press("Tab")

    expect(visitor.get_by_text(total)).to_be_visible()
    assert 2 == len(counted)  # nothing half typed


def test_goods_are_taken_out_one_right_after_another(visitor: Page, shop: Shop) -> None:
    """The second press does not take the first one back, however late its answer is."""
    put(visitor, "Кружка")
    put(visitor, "Книга в файле", pieces=2)
    visitor.goto(f"{shop.address}/shop/")
    held = hold(visitor, "**/shop/")
    visitor.get_by_role("button", name="Убрать: Кружка").click()
    held.wait()
    visitor.get_by_role("button", name="Убрать: Книга").click()
    held.let_go()

    expect(visitor.get_by_text("Корзина пуста")).to_be_visible()
    assert () == shop.order.lines


def test_a_quantity_typed_before_the_script_is_at_work(visitor: Page, shop: Shop) -> None:
    """It counts as soon as the script is there."""
    put(visitor, "Кружка")
    held = hold(visitor, "**/static/shop.js")
    visitor.goto(f"{shop.address}/shop/", wait_until="commit")
    visitor.get_by_label("Количество: Кружка").fill("3")
    visitor.get_by_label("Количество: Кружка").press("Tab")
    held.let_go()

    expect(visitor.get_by_text(f"1{N}350,00{N}₽").first).to_be_visible()


def test_going_back(visitor: Page, shop: Shop) -> None:
    """From the order's page back to the checkout: the cart is empty by then, and nothing is ordered twice."""
    put(visitor, "Книга в файле")
    visitor.goto(f"{shop.address}/shop/checkout")
    visitor.get_by_label("Имя").fill("Анна")
    visitor.get_by_label("E-mail").fill("anna@example.com")
    visitor.get_by_role("button", name="Оформить заказ").click()
    expect(visitor.get_by_role("heading", name="Оплата заказа")).to_be_visible()
    visitor.go_back()
    expect(visitor.get_by_role("heading", name="Оформление заказа")).to_be_visible()
    expect(visitor.get_by_label("Имя")).to_have_value("Анна")
    visitor.get_by_role("button", name="Оформить заказ").click()
    visitor.get_by_role("button", name="Заказать, заплатить при получении").click()
    expect(visitor.get_by_text("Принят")).to_be_visible()
    visitor.go_back()
    visitor.go_back()
    visitor.goto(f"{shop.address}/shop/checkout")

    expect(visitor.get_by_text("Корзина пуста")).to_be_visible()
    assert 1 == len(shop.desk.orders.find().rows)


def test_going_back_after_a_mistake(visitor: Page, shop: Shop) -> None:
    """What was refused is no page of its own: the browser does not ask to send it again."""
    put(visitor, "Кружка")
    visitor.goto(f"{shop.address}/shop/")
    visitor.get_by_label("Количество: Кружка").fill("много")
    visitor.get_by_role("button", name="Перейти к оформлению").click()
    expect(visitor.get_by_text("Напишите целое число.").first).to_be_visible()
    visitor.get_by_label("Количество: Кружка").fill("2")
    visitor.get_by_role("button", name="Перейти к оформлению").click()
    expect(visitor.get_by_role("heading", name="Оформление заказа")).to_be_visible()
    visitor.get_by_label("Имя", exact=True).fill("Анна")
    visitor.get_by_role("button", name="Оформить заказ").click()
    expect(visitor.locator("#ok-p-contact\\.phone")).to_be_visible()
    check_out(visitor)
    expect(visitor.get_by_role("heading", name="Оплата заказа")).to_be_visible()

    visitor.go_back()
    expect(visitor.get_by_role("heading", name="Оформление заказа")).to_be_visible()
    expect(visitor.get_by_label("Адрес", exact=True)).to_have_value("Ленина, 1")
    visitor.go_back()
    expect(visitor.get_by_label("Количество: Кружка")).to_have_value("2")


def test_a_price_that_changes_in_between(visitor: Page, shop: Shop) -> None:
    """The cart tells it, the checkout asks about it, and nobody pays another sum than was seen."""
    put(visitor, "Книга в файле")
    visitor.goto(f"{shop.address}/shop/checkout")
    visitor.get_by_label("Имя").fill("Анна")
    visitor.get_by_label("E-mail").fill("anna@example.com")
    shop.selling.reprice("BOOK", "350")
    visitor.get_by_role("button", name="Оформить заказ").click()
    expect(visitor.get_by_text("Сумма тем временем изменилась")).to_be_visible()
    expect(visitor.locator("[data-ok-shows=total]")).to_have_text(f"350,00{N}₽")
    visitor.get_by_role("button", name="Оформить заказ").click()
    expect(visitor.get_by_role("heading", name="Оплата заказа")).to_be_visible()
    shop.selling.reprice("BOOK", "400")
    visitor.get_by_role("button", name="Заплатить картой").click()
    expect(visitor.get_by_text("Сумма изменилась")).to_be_visible()
    expect(visitor.locator("del")).to_have_text(f"350,00{N}₽")

    assert 0 == shop.bank.asked


def test_options_are_asked_for(visitor: Page, shop: Shop) -> None:
    """A button that names no option leads to the page that asks for it."""
    visitor.get_by_role("link", name="Положить: Футболка").click()
    visitor.get_by_label("Размер").select_option("M")
    visitor.get_by_role("button", name="Положить в корзину").click()

    expect(visitor.get_by_text("Размер: M")).to_be_visible()
    assert ["catalogue"] == [line.page for line in shop.order.lines]


def test_a_customer_on_two_devices(visitor: Page, shop: Shop, browser: Browser) -> None:
    """After a login the cart of the other device is offered; after a logout nothing of the customer is left."""
    visitor.request.post(f"{shop.address}/login", form={"customer": "7"})
    put(visitor, "Книга в файле")
    other = browser.new_page()
    other.goto(shop.address)
    put(other, "Кружка")
    other.request.post(f"{shop.address}/login", form={"customer": "7"})
    put(other, "Кружка", pieces=2)
    expect(other.get_by_role("link", name="Корзина 2", exact=True)).to_be_visible()
    other.goto(f"{shop.address}/shop/")
    other.get_by_role("button", name=re.compile("Продолжить с той корзиной")).click()
    expect(other.get_by_label("Количество: Книга")).to_be_visible()
    other.request.post(f"{shop.address}/login", form={"customer": ""})
    other.reload()
    expect(other.get_by_text("Корзина пуста")).to_be_visible()
    other.close()


@pytest.mark.parametrize("broken", ["nothing", "something else"])
def test_a_checkout_that_is_not_answered(visitor: Page, shop: Shop, broken: str) -> None:
    """Whether there is no answer or one that is no page of ours: it is said, what is typed stays, and can be sent."""
    put(visitor, "Кружка")
    visitor.goto(f"{shop.address}/shop/checkout")
    if broken == "nothing":
        visitor.route("**/shop/checkout", lambda route: route.abort(), times=1)
    else:
        visitor.route("**/shop/checkout", lambda route: route.fulfill(status=409, body="no"), times=1)
    check_out(visitor)
    expect(visitor.locator("#ok-said")).to_have_text(re.compile("Сайт не ответил"))
    expect(visitor.get_by_label("Имя", exact=True)).to_have_value("Анна Ким")
    visitor.get_by_role("button", name="Оформить заказ").click()

    expect(visitor.get_by_role("heading", name="Оплата заказа")).to_be_visible()
    assert 1 == len(shop.desk.orders.find().rows)


@pytest.mark.parametrize("broken", ["shop/api/cart/lines", "shop/"])
def test_a_shop_that_does_not_answer(visitor: Page, shop: Shop, broken: str) -> None:
    """A button falls back to the plain page; a cart says that there was no answer, and keeps what is typed."""
    if broken == "shop/api/cart/lines":
        visitor.route(f"**/{broken}", lambda route: route.abort())
        visitor.get_by_role("link", name="Положить: Кружка").click()
        expect(visitor.get_by_role("button", name="Положить в корзину")).to_be_visible()
    else:
        put(visitor, "Кружка")
        visitor.goto(f"{shop.address}/shop/")
        visitor.route(f"**/{broken}", lambda route: route.abort())
        visitor.get_by_label("Количество: Кружка").fill("7")
        visitor.get_by_label("Количество: Кружка").press("Tab")
        expect(visitor.locator("#ok-said")).to_have_text(re.compile("Сайт не ответил"))
        expect(visitor.get_by_label("Количество: Кружка")).to_have_value("7")


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, shop: Shop) -> Iterator[Open]:
    """Call it for a page in a browser of another kind."""
    contexts = []

    def open_(**options: object) -> Page:
        contexts.append(browser.new_context(locale="ru-RU", **options))  # type: ignore[arg-type]  # Playwright's options
        contexts[-1].set_default_timeout(10_000)
        page = contexts[-1].new_page()
        page.goto(shop.address)
        return page

    yield open_
    for context in contexts:
        context.close()


def test_without_a_script(opened: Open, shop: Shop) -> None:
    """The whole way by links and forms: product, cart, checkout, a mistake, payment, the order, cancelling."""
    page = opened(java_script_enabled=False)
    page.get_by_role("link", name="Положить: Кружка").click()
    page.get_by_label("Кол-во").fill("2")
    page.get_by_role("button", name="Положить в корзину").click()
    page.get_by_label("Количество: Кружка").fill("3")
    page.get_by_role("button", name="Пересчитать").click()
    expect(page.get_by_text(f"1{N}350,00{N}₽").first).to_be_visible()
    page.get_by_role("button", name="Перейти к оформлению").click()
    page.get_by_label("Самовывоз").check()
    page.get_by_role("button", name="Пересчитать доставку").click()
    expect(page.locator("[data-ok-shows=total]")).to_have_text(f"1{N}350,00{N}₽")
    page.get_by_label("Имя", exact=True).fill("Анна")
    page.get_by_role("button", name="Оформить заказ").click()
    expect(page.get_by_text("Оставьте телефон или e-mail")).to_be_visible()
    page.get_by_label("Телефон", exact=True).fill("8 912 345-67-89")
    page.get_by_role("button", name="Оформить заказ").click()
    page.get_by_role("button", name="Заплатить картой").click()
    expect(page.get_by_text("На счёте не хватает денег")).to_be_visible()
    page.get_by_role("button", name="Заказать, заплатить при получении").click()
    expect(page.get_by_text("Принят")).to_be_visible()
    page.get_by_text("Отменить заказ").first.click()
    page.get_by_role("button", name="Отменить заказ").click()
    expect(page.get_by_text("Отменён")).to_be_visible()

    assert ("cancelled", "Самовывоз") == (shop.order.status, _method_of(shop))


def _method_of(shop: Shop) -> str:
    method_id = shop.order.delivery.method_id
    assert method_id
    return shop.desk.settings.shipping_method(method_id).title


def test_with_third_party_cookies_blocked(browser: Browser, shop: Shop) -> None:
    """The shop's cookies are its own site's, so that nothing changes; framed by another site, it says what is amiss."""
    local = "--disable-features=LocalNetworkAccessChecks"  # the other site is no site of this computer
    strict = launch(browser.browser_type, "--test-third-party-cookie-phaseout", local)
    page = strict.new_page()
    page.goto(shop.address)
    put(page, "Книга в файле")
    page.goto(f"{shop.address}/shop/checkout")
    page.get_by_label("Имя").fill("Анна")
    page.get_by_label("E-mail").fill("anna@example.com")
    page.get_by_role("button", name="Оформить заказ").click()
    page.get_by_role("button", name="Заказать, заплатить при получении").click()
    expect(page.get_by_text("Принят")).to_be_visible()
    assert "pending" == shop.order.status

    framed = f"{shop.address}/shop/add?sku=BOOK"
    page.route("http://other.example/", lambda route: route.fulfill(
        content_type="text/html", body=f"<iframe src='{framed}' width=800 height=600></iframe>"
    ))  # fmt: skip
    page.goto("http://other.example/")
    frame = page.frame_locator("iframe")
    frame.get_by_role("button", name="Положить в корзину").click()
    expect(frame.get_by_text("выключены cookie")).to_be_visible()
    strict.close()

    assert 1 == len(shop.desk.orders.find().rows)
