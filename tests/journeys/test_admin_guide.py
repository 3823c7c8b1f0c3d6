"""
«Руководство администратора», heading by heading: its steps are taken in the demo's shop, and its pictures made.

The shop's people and moments are always the same, so that a picture changes only with the screen it shows.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
import pytest
from orderkit_shop.app import SITE, create_app
from playwright.sync_api import Locator, Page, expect

from orderkit import Actor, ContactDetails, Delivery, Desk, Line, OrderKit, Recipient, simulating
from tests.journeys.conftest import PICTURES, await_script, watch
from tests.journeys.serving import serving
from tests.making import BUYER, STAFF, Clock, rub

NIGHT = datetime(2026, 10, 13, 20, 0, tzinfo=UTC)
MARGIN = 16
TIMUR = Actor.staff("2", "Тимур")
TEA = Line(sku="TEA-SEN-100", title="Чай Сенча, 100 г", unit_price=rub(540), quantity=2)
COFFEE = Line(sku="COF-COL-250", title="Кофе Колумбия Уила, 250 г", unit_price=rub(790), quantity=1)
MARINA = ContactDetails("Марина Соколова", "marina.sokolova@example.com", "+7 916 000-12-34")
DMITRY = ContactDetails("Дмитрий Орлов", "d.orlov@example.com", "+7 903 000-45-67")
ELENA = ContactDetails("Елена Громова", "elena.gromova@example.com", "+7 925 000-78-90")

Picture = Callable[..., None]


def fill(kit: OrderKit, clock: Clock) -> None:
    """What was sold before, and three orders and a cart of this morning."""
    simulation = simulating.begin(lambda clock: kit.site(SITE, clock=clock), orders=24, until=NIGHT)
    assert simulation
    list(simulation.tell())
    desk = kit.site(SITE)
    clock.now = NIGHT.replace(day=14, hour=6, minute=12)
    sell(desk, "Елена", ELENA, "Самовывоз с Лесной", Recipient("Елена Громова", "", "+7 925 000-78-90"))
    clock.move(hours=1, minutes=35)
    kazan = Recipient(
        "Дмитрий Орлов",
        "d.orlov@example.com",
        "+7 903 000-45-67",
        country="RU",
        city="Казань",
        address="пункт выдачи на Баумана, 15",
    )
    ordered = sell(desk, "Дмитрий", DMITRY, "СДЭК до пункта выдачи", kazan, (TEA, COFFEE))
    transfer = next(method for method in desk.settings.payment_methods() if "перевод" in method.title)
    desk.payments.record(ordered, rub(1000), method_id=transfer.id, actor=STAFF, key="п", reference="п/п 318")
    clock.move(minutes=48)
    moscow = Recipient(
        "Марина Соколова",
        "marina.sokolova@example.com",
        "+7 916 000-12-34",
        country="RU",
        city="Москва",
        postal_code="115184",
        address="Новокузнецкая ул., 7, кв. 21",
        comment="Домофон не работает, позвонить",
    )
    sell(desk, "Марина", MARINA, "Курьер по Москве", moscow, (TEA, COFFEE))
    clock.move(minutes=9)
    desk.orders.create([COFFEE], actor=BUYER, key="корзина", status="created")
    clock.move(minutes=20)


def sell(
    desk: Desk,
    key: str,
    contact: ContactDetails,
    way: str,
    recipient: Recipient,
    lines: tuple[Line, ...] = (COFFEE,),
) -> Any:
    """An order from the shop's pages; its id."""
    method = next(method for method in desk.settings.shipping_methods() if method.title == way)
    cost = desk.shipping.quote(method.id, lines, recipient).price or rub(0)
    delivery = Delivery(cost, method.id, recipient=recipient)
    return desk.orders.create(lines, actor=BUYER, key=key, contact=contact, delivery=delivery).id


@pytest.fixture
def kit(shop_url: str) -> Iterator[OrderKit]:
    """The shop of the guide."""
    clock = Clock()
    kit = OrderKit(shop_url, clock=clock)
    kit.upgrade()
    kit.sites.ensure(SITE, currency="RUB", timezone="Europe/Moscow")
    fill(kit, clock)
    yield kit
    kit.close()


@pytest.fixture
def address(kit: OrderKit) -> Iterator[str]:
    """Where the demo's shop answers."""
    with serving(create_app(kit)) as address:
        yield address


@pytest.fixture
def tab(page: Page, address: str) -> Iterator[Callable[..., Page]]:
    """Call it with an address inside the tab: that page, with Ольга signed in."""
    complaints = watch(page, address)
    await_script(page)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto(f"{address}/login")
    page.get_by_label("Имя").fill("demo")
    page.get_by_label("Пароль").fill("demo")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("button", name="Выйти")).to_be_visible()

    def open_(path: str = "") -> Page:
        page.goto(f"{address}/orders/{path}")
        page.locator("#orderkit.ok-scripted").wait_for()
        return page

    yield open_

    assert [] == complaints


@pytest.fixture
def window(tab: Callable[..., Page]) -> Callable[[str], Locator]:
    """Call it with a client's name: «Посмотреть» of that client's newest order, in a screen high enough for all."""

    def open_(client: str) -> Locator:
        page = tab()
        page.set_viewport_size({"width": 1440, "height": 2000})
        row = page.get_by_role("row").filter(has_text=client).first
        row.get_by_role("link", name="Посмотреть").click()
        dialog = page.locator("#ok-dialog")
        expect(dialog.get_by_role("heading", level=1)).to_contain_text("Заказ")
        return dialog

    return open_


@pytest.fixture
def picture(page: Page) -> Picture:
    """Call it with a name, and what is to be seen if not all, for a picture, if somebody wants pictures."""
    folder = os.environ.get(PICTURES)

    def picture(name: str, shown: Locator | None = None) -> None:
        if not folder:
            return
        page.wait_for_load_state("networkidle")
        page.evaluate("document.activeElement.blur()")  # a caret that blinks is there or not
        path, clip = Path(folder) / f"{name}.png", around(page, shown)
        page.screenshot(path=path, clip=clip, animations="disabled", caret="initial")

    return picture


def around(page: Page, shown: Locator | None) -> Any:
    """The place of something on the screen, with a margin; ``None`` for the whole screen."""
    box = shown.bounding_box() if shown else None
    size = page.viewport_size
    if not box or not size:
        return None
    left, top = max(0, box["x"] - MARGIN), max(0, box["y"] - MARGIN)
    right = min(size["width"], box["x"] + box["width"] + MARGIN)
    return {
        "x": left,
        "y": top,
        "width": right - left,
        "height": min(size["height"], box["y"] + box["height"] + MARGIN) - top,
    }


def section(window: Locator, heading: str) -> Locator:
    """A section of the window, such as «Доставка»."""
    return window.get_by_role("region", name=heading)


def test_list_of_orders(tab: Callable[..., Page], picture: Picture) -> None:
    """«Список заказов»: the ten columns, and the orders of this morning above those of before."""
    page = tab()
    page.set_viewport_size({"width": 1440, "height": 640})
    picture("orders")

    expect(page.get_by_role("columnheader")).to_have_text(
        ["Номер", "Дата создания", "Статус", "Связанный лид", "Доставка", "Сумма заказа", "Оплачено",
         "Способ оплаты", "Полная оплата", "Действия"]
    )  # fmt: skip


def test_status_in_the_row(tab: Callable[..., Page], picture: Picture) -> None:
    """«Список заказов», 3: the status is changed in its row."""
    page = tab()
    row = page.get_by_role("row").filter(has_text="Марина Соколова")
    row.get_by_role("link", name="Статус: Ожидает. Изменить").click()
    menu = page.locator("#ok-menu")
    expect(menu.get_by_role("button", name="Отправлен")).to_be_visible()
    page.mouse.move(0, 0)
    picture("status-in-the-row", menu)
    menu.get_by_role("button", name="Подготовка отправки").click()

    expect(row.locator(".ok-pill")).to_have_text("Подготовка отправки")


def test_work_on_orders(window: Callable[[str], Locator], page: Page, picture: Picture) -> None:
    """«Обработка заказов»: the window over the list, and the one next step at its top."""
    order = window("Марина Соколова")
    page.set_viewport_size({"width": 1440, "height": 640})
    picture("window")
    order.get_by_role("button", name="Взять в подготовку").click()

    expect(order.locator(".ok-head .ok-pill")).to_have_text("Подготовка отправки")


def test_status(window: Callable[[str], Locator], picture: Picture) -> None:
    """«Статус заказа»: all eight, those that cannot be greyed with the reason."""
    status = section(window("Марина Соколова"), "Статус")
    status.get_by_role("link", name="Изменить").click()
    expect(status.get_by_role("listitem")).to_have_count(8)
    picture("statuses", status)

    expect(status.get_by_role("button", name="Ожидает (есть оплаты)")).to_be_disabled()


def test_linked_lead(window: Callable[[str], Locator], page: Page, picture: Picture) -> None:
    """«Связанный лид»: a press on the name opens the contacts and the journal below them."""
    profile = window("Марина Соколова")
    section(profile, "Связанный лид").get_by_role("link", name="Марина Соколова").click()
    expect(profile.get_by_role("heading", name="Журнал действий")).to_be_visible()
    picture("lead", profile.locator(".ok-window"))
    profile.get_by_role("link", name="Просмотр гостя").click()

    expect(profile.get_by_role("heading", name="Действия на ваших страницах")).to_be_visible()


def test_delivery(window: Callable[[str], Locator], picture: Picture) -> None:
    """«Доставка»: the method fills in its cost, the code and the information are typed, and one button saves."""
    delivery = section(window("Марина Соколова"), "Доставка")
    delivery.get_by_role("link", name="Изменить").click()
    picture("delivery", delivery)
    delivery.get_by_label("СДЭК до пункта выдачи").check()
    expect(delivery.get_by_label("Стоимость доставки")).to_have_value("290,00")
    delivery.get_by_label("Код отслеживания").fill("1136920638")
    delivery.get_by_role("button", name="Сохранить доставку").click()

    expect(delivery.get_by_role("link", name="1136920638")).to_be_visible()


def test_contents(window: Callable[[str], Locator], picture: Picture) -> None:
    """«Содержание заказа»: a quantity, a removed and an added position, and what it comes to before it is saved."""
    contents = section(window("Дмитрий Орлов"), "Содержание заказа")
    contents.get_by_role("link", name="Изменить").click()
    contents.get_by_label("Кол-во: Чай Сенча, 100 г").fill("3")
    contents.get_by_role("button", name="Удалить: Кофе Колумбия Уила, 250 г").click()
    expect(contents.get_by_text("удаляется")).to_be_visible()
    contents.get_by_label("Поиск по каталогу").fill("эрл грей")
    contents.get_by_role("button", name="Найти").click()
    contents.locator(".ok-e-hits").get_by_role("button", name="Добавить").first.click()
    expect(contents.get_by_label("Поиск по каталогу")).to_be_focused()
    expect(contents.locator("#ok-strip")).to_contain_text("станет")
    picture("contents", contents)
    contents.get_by_role("button", name="Сохранить содержание").click()

    expect(contents.get_by_role("table")).not_to_contain_text("Колумбия")


def test_payments(tab: Callable[..., Page], picture: Picture) -> None:
    """«Платежи»: six columns; a press on the method shows what the payment is found by."""
    page = tab("payments")
    page.set_viewport_size({"width": 1440, "height": 640})
    page.get_by_role("row").filter(has_text="Дмитрий Орлов").locator("summary").click()
    picture("payments")

    expect(page.get_by_text("п/п 318")).to_be_visible()
    expect(page.get_by_role("columnheader")).to_have_text(
        ["Дата", "Номер", "Связанный лид", "Результат", "Способ оплаты", "Сумма"]
    )


def test_payment_by_hand(window: Callable[[str], Locator], picture: Picture) -> None:
    """«Платежи»: money that came in is recorded by hand."""
    payments = section(window("Дмитрий Орлов"), "Оплаты")
    payments.get_by_role("link", name="Записать оплату").click()
    payments.get_by_label("Номер чека или перевода").fill("п/п 342")
    picture("payment", payments)
    payments.get_by_role("button", name="Записать оплату").click()

    expect(payments.get_by_text("п/п 342")).to_be_visible()


def test_refund_by_hand(window: Callable[[str], Locator], picture: Picture) -> None:
    """«Платежи»: money given back is recorded by hand."""
    payments = section(window("Дмитрий Орлов"), "Оплаты")
    payments.get_by_role("link", name="Вернуть").click()
    payments.get_by_label("Сколько возвращаете").fill("200")
    payments.get_by_label("Причина").fill("помялась упаковка")
    picture("refund", payments)
    payments.get_by_role("button", name="Записать возврат").click()

    expect(payments.get_by_text("помялась упаковка")).to_be_visible()


def test_delivery_methods(tab: Callable[..., Page], picture: Picture) -> None:
    """«Способы доставки»: the list in the order buyers see; one is added by its kind."""
    page = tab("shipping-methods")
    page.set_viewport_size({"width": 1440, "height": 640})
    picture("delivery-methods")
    page.get_by_role("link", name="Добавить способ").click()

    expect(page.get_by_role("heading", name="Какой это способ?")).to_be_visible()


def test_payment_methods(tab: Callable[..., Page], picture: Picture) -> None:
    """«Способы оплаты»: title, description, button, where it is offered, and what its kind asks for."""
    page = tab("payment-methods")
    page.set_viewport_size({"width": 1440, "height": 1200})
    page.get_by_role("link", name="Изменить: Банковский перевод").click()
    method = page.locator("#ok-dialog .ok-window")
    expect(method.get_by_label("Текст кнопки")).to_have_value("Получить счёт")
    picture("payment-method", method)
    method.get_by_role("button", name="Сохранить способ").click()

    expect(page.locator("#ok-dialog")).to_be_hidden()


def test_new_order(tab: Callable[..., Page], page: Page, picture: Picture) -> None:
    """«Создать заказ»: who, what and how it gets there, on one page."""
    page = tab()
    page.set_viewport_size({"width": 1440, "height": 1500})
    page.get_by_role("link", name="Создать заказ").click()
    form = page.locator("#ok-dialog .ok-window")
    form.get_by_label("Поиск по каталогу").fill("сенча")
    form.get_by_role("button", name="Найти").click()
    form.locator(".ok-e-hits").get_by_role("button", name="Добавить").first.click()
    expect(form.get_by_label("Кол-во: Чай Сенча, 100 г")).to_have_value("1")
    form.get_by_label("Имя", exact=True).fill("Ирина Власова")
    form.get_by_label("Телефон", exact=True).fill("+7 917 000-33-44")
    expect(form.locator("#ok-strip")).to_contain_text("Сумма заказа")
    picture("new-order", form)
    form.get_by_role("button", name="Создать заказ").click()

    expect(page.locator("#ok-dialog").get_by_role("heading", level=1)).to_contain_text("Заказ 10")


def test_cancelling(window: Callable[[str], Locator], picture: Picture) -> None:
    """«Отмена заказа»: the reason and what becomes of the money, in one act."""
    order = window("Дмитрий Орлов")
    section(order, "Статус").get_by_role("link", name="Изменить").click()
    order.get_by_role("link", name="Заказ отменен").click()
    cancelling = section(order, "Отменить заказ")
    cancelling.get_by_label("Нет в наличии").check()
    cancelling.get_by_label("Вернуть всё").check()
    picture("cancelling", cancelling)
    cancelling.get_by_role("button", name="Отменить заказ").click()

    expect(order.locator(".ok-head .ok-pill")).to_have_text("Заказ отменен")
    expect(section(order, "Журнал")).to_contain_text("Нет в наличии")


def test_two_people(window: Callable[[str], Locator], kit: OrderKit, picture: Picture) -> None:
    """«Если двое меняют один заказ»: both values at the field, and what was typed is still there."""
    delivery = section(window("Марина Соколова"), "Доставка")
    delivery.get_by_role("link", name="Изменить").click()
    expect(delivery.get_by_label("Адрес", exact=True)).to_be_visible()
    redirect(kit.site(SITE), "Новокузнецкая ул., 9, кв. 21")
    delivery.get_by_label("Адрес", exact=True).fill("Новокузнецкая ул., 7, кв. 12")
    delivery.get_by_role("button", name="Сохранить доставку").click()
    expect(delivery.get_by_text("Сейчас сохранено: Новокузнецкая ул., 9, кв. 21")).to_be_visible()
    picture("two-people", delivery)
    delivery.get_by_role("button", name="Сохранить доставку").click()

    expect(delivery).to_contain_text("Новокузнецкая ул., 7, кв. 12")


def redirect(desk: Desk, address: str) -> None:
    """Тимур writes another address into Марина's order."""
    order = desk.orders.get(desk.orders.find().rows[1].id)
    recipient = attrs.evolve(order.delivery.recipient, address=address)
    delivery = attrs.evolve(order.delivery, recipient=recipient)
    desk.orders.edit_delivery(order.id, delivery, actor=TIMUR, expected_version=order.version)
