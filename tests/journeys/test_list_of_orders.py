"""«Список Заказов» of the help page, row by row, as an admin meets it."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from orderkit import OrderKit
from tests.journeys.conftest import Rights, hold
from tests.making import ANNA, STAFF

Open = Callable[..., Page]
Picture = Callable[[Page, str], None]


def row(page: Page, number: str) -> Locator:
    """The row of an order."""
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=number, exact=True))


def version_of(kit: OrderKit, number: str) -> int:
    found = next(row for row in kit.site("coffee").orders.find().rows if row.number == number)
    return found.version


def test_1_number(tab: Open, picture: Picture) -> None:
    """«Каждому заказу присваивается уникальный номер»; people write it with a sign, and it is found so."""
    page = tab()
    picture(page, "orders-list")
    numbers = page.locator(".ok-c-number a").all_inner_texts()

    assert ["1006", "1005", "1004", "1003", "1002", "1001"] == numbers
    page.set_viewport_size({"width": 848, "height": 900})
    filters, search = page.get_by_text("Фильтры", exact=True), page.get_by_label("Поиск по заказам")
    assert (filters.bounding_box() or {})["y"] == (search.bounding_box() or {})["y"]
    for typed in ("№1002", "#1002", "№ 1002"):
        page.get_by_label("Поиск по заказам").fill(typed)
        expect(page.get_by_role("status")).to_have_text("Найдено: 1")
        expect(page.locator(".ok-c-number a")).to_have_text(["1002"])
        page.get_by_label("Поиск по заказам").fill("")
        expect(page.get_by_role("status")).to_have_text("Всего: 6")


def test_2_date_created(tab: Open) -> None:
    """«Время, когда гость создал заказ»: day and time in the row, in full where one points."""
    time = row(tab(), "1002").get_by_role("time").first

    expect(time).to_have_text(re.compile(r"^\d{1,2} \S+ \d\d:\d\d$"))
    expect(time).to_have_attribute("title", re.compile(r"^\d{1,2} \S+ \d{4}, \d\d:\d\d$"))


def test_3_status_is_edited_in_the_row(tab: Open, kit: OrderKit, picture: Picture) -> None:
    """«Данное поле можно редактировать»: a press on a stage changes this row, and no other."""
    page = tab()
    other = row(page, "1004").element_handle()
    row(page, "1002").get_by_role("link", name="Статус: Ожидает. Изменить").click()
    picture(page, "orders-status-in-the-row")
    page.get_by_role("button", name="Подготовка отправки").click()

    changed = row(page, "1002").get_by_role("link", name="Статус: Подготовка отправки. Изменить")
    expect(changed).to_be_focused()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert other.is_visible()  # the very same row as before
    entry = kit.site("coffee").orders.view(_id(kit, "1002")).journal[0]
    assert ("order.status_changed", STAFF) == (entry.kind, entry.actor)


def test_3_status_that_asks_for_a_reason(tab: Open) -> None:
    """Taking an order back and cancelling ask why, in the window over the list; the row follows."""
    page = tab()
    row(page, "1002").locator(".ok-move").click()
    page.get_by_role("link", name="Заказ отменен", exact=True).click()
    window = page.locator("#ok-dialog")
    expect(window.get_by_role("heading", name="Отменить заказ")).to_be_visible()
    expect(window.locator("form :focus")).to_have_count(1)
    window.locator("textarea[name=reason]").fill("передумала")
    window.get_by_role("button", name="Отменить заказ").click()
    expect(window.get_by_role("region", name="Журнал")).to_contain_text("передумала")

    page.keyboard.press("Escape")

    expect(window).to_be_hidden()
    expect(row(page, "1002").locator(".ok-move")).to_have_text("Заказ отменен")
    expect(row(page, "1002").locator(".ok-move")).to_be_focused()


def test_3_status_that_somebody_changed_meanwhile(tab: Open, kit: OrderKit) -> None:
    """A step that cannot be taken any more opens the window, which says why; the row stays until it is closed."""
    page = tab()
    row(page, "1002").locator(".ok-move").click()
    expect(page.get_by_role("button", name="Отправлен", exact=True)).to_be_visible()
    orders = kit.site("coffee").orders
    orders.cancel(_id(kit, "1002"), reason="дубль", actor=STAFF, expected_version=version_of(kit, "1002"))
    page.get_by_role("button", name="Отправлен", exact=True).click()

    window = page.locator("#ok-dialog")
    expect(window.get_by_role("alert").first).to_be_visible()
    expect(row(page, "1002").locator(".ok-pill")).to_have_text("Ожидает")
    window.get_by_role("button", name="Закрыть").click()
    expect(row(page, "1002").locator(".ok-pill")).to_have_text("Заказ отменен")


def test_3_status_takes_the_row_out_of_the_filter(tab: Open) -> None:
    """A row that no longer fits what is looked for disappears, and the count follows."""
    page = tab("?q=anna&status=pending")
    row(page, "1002").locator(".ok-move").click()
    page.get_by_role("button", name="Подготовка отправки").click()

    expect(row(page, "1002")).to_have_count(0)
    expect(page.get_by_text("Ничего не нашлось.")).to_be_visible()
    expect(page.locator("#ok-results")).to_be_focused()


def test_3_status_by_a_double_click(tab: Open, kit: OrderKit) -> None:
    """Two presses make one change."""
    page, sent = tab(), list[str]()
    before = version_of(kit, "1002")
    row(page, "1002").locator(".ok-move").click()
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_role("button", name="Подготовка отправки").dblclick()

    expect(row(page, "1002").locator(".ok-pill")).to_have_text("Подготовка отправки")
    expect(row(page, "1002").locator(".ok-move")).to_be_focused()
    expect(page.locator("#ok-dialog")).to_be_hidden()
    assert (1, before + 1) == (len(sent), version_of(kit, "1002"))


def test_3_status_is_answered_late(tab: Open) -> None:
    """Whoever goes on to the search meanwhile is not called back to the row."""
    page = tab()
    row(page, "1002").locator(".ok-move").click()
    expect(page.get_by_role("button", name="Подготовка отправки")).to_be_visible()
    held = hold(page, "**/status")
    page.get_by_role("button", name="Подготовка отправки").click()
    held.wait()
    page.get_by_label("Поиск по заказам").click()
    page.keyboard.type("10")
    held.let_go()
    expect(row(page, "1002").locator(".ok-pill")).to_have_text("Подготовка отправки")
    page.keyboard.type("02")

    expect(page.get_by_label("Поиск по заказам")).to_have_value("1002")


def test_3_status_is_answered_after_a_search(tab: Open) -> None:
    """The rows that the search brought meanwhile follow the change."""
    page = tab()
    row(page, "1002").locator(".ok-move").click()
    expect(page.get_by_role("button", name="Подготовка отправки")).to_be_visible()
    held = hold(page, "**/status")
    page.get_by_role("button", name="Подготовка отправки").click()
    held.wait()
    page.get_by_label("Поиск по заказам").fill("1002")
    expect(page.get_by_role("status")).to_have_text("Найдено: 1")
    held.let_go()

    expect(row(page, "1002").locator(".ok-pill")).to_have_text("Подготовка отправки")


def test_3_status_by_keyboard(tab: Open, kit: OrderKit) -> None:
    """Enter opens the stages, arrows walk through them, Escape leaves and the focus is where it was.

    The stages are those of this moment, and so is the row.
    """
    page = tab()
    pressed = row(page, "1002").locator(".ok-move")
    orders, order_id = kit.site("coffee").orders, _id(kit, "1002")
    orders.set_status(order_id, "preparing", actor=STAFF, expected_version=version_of(kit, "1002"))
    pressed.focus()
    page.keyboard.press("Enter")
    expect(pressed).to_have_attribute("aria-expanded", "true")
    expect(pressed).to_have_text("Подготовка отправки")
    first = page.evaluate("document.activeElement.innerText")
    page.keyboard.press("ArrowDown")
    assert first != page.evaluate("document.activeElement.innerText")
    page.keyboard.press("End")
    expect(page.get_by_role("link", name="Заказ отменен", exact=True)).to_be_focused()
    page.keyboard.press("Home")
    assert first == page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Escape")

    expect(pressed).to_be_focused()
    expect(pressed).not_to_have_attribute("aria-expanded", "true")
    expect(
        row(page, "1002").get_by_role("link", name="Статус: Подготовка отправки. Изменить")
    ).to_be_focused()


def test_4_linked_lead(tab: Open, picture: Picture) -> None:
    """«Открывается профиль гостя/лида: имя, электронная почта, телефон», and he is called or written to at once."""
    page = tab()
    anna = row(page, "1002")
    anna.hover()
    expect(anna.get_by_role("link", name="Позвонить: +7 912 345-67-89")).to_have_attribute(
        "href", "tel:+79123456789"
    )
    expect(anna.get_by_role("link", name="Написать: anna@example.com")).to_have_attribute(
        "href", "mailto:anna@example.com"
    )
    anna.get_by_role("link", name="Анна Ким", exact=True).click()

    profile = page.locator("#ok-dialog")
    expect(profile.get_by_role("heading", name="Анна Ким")).to_be_visible()
    expect(profile).to_contain_text("anna@example.com")
    expect(profile).to_contain_text("+7 912 345-67-89")
    picture(page, "orders-linked-lead")


def test_4_guest_view(tab: Open) -> None:
    """«Просмотр гостя»: the actions of somebody without a name, and nothing else."""
    page = tab()
    expect(row(page, "1005").locator(".ok-client")).to_have_text("Гость")
    row(page, "1005").get_by_role("link", name="Просмотр гостя").click()

    expect(page.locator("#ok-dialog")).to_contain_text("Заказ создан")


def test_5_delivery(tab: Open) -> None:
    """Method and place in the row; a press opens them for editing, in the window."""
    page = tab()
    delivery = row(page, "1001").locator(".ok-c-delivery")
    expect(delivery).to_contain_text("Курьер")
    expect(delivery).to_contain_text("Пермь, Ленина, 1")
    expect(row(page, "1002").locator(".ok-c-delivery .ok-cut")).to_have_count(0)
    row(page, "1001").hover()
    delivery.get_by_role("link", name="Изменить доставку").click()

    expect(page.locator("#ok-dialog").get_by_label("Код отслеживания")).to_have_value("RU-1")


def test_6_order_total(tab: Open) -> None:
    """«Стоимость товаров, которую необходимо оплатить гостю»; what is bought is one press away."""
    page = tab()
    total = row(page, "1002").locator(".ok-c-total")
    expect(total).to_have_text("900,00\u202f₽")
    row(page, "1002").hover()
    total.get_by_role("link", name="Изменить содержание").click()

    contents = page.locator("#ok-dialog").get_by_role("region", name="Содержание заказа")
    expect(contents.locator("form")).to_be_visible()


def test_7_paid_8_method_9_in_full(tab: Open) -> None:
    """«Оплачено», «Способ оплаты» and «Полная оплата (Да/нет)»: what is not plain is named."""
    page = tab()
    part, over, none = row(page, "1001"), row(page, "1006"), row(page, "1002")

    expect(part.locator(".ok-c-paid")).to_have_text(re.compile("1\u202f249,90\u202f₽$"))
    expect(over.locator(".ok-c-paid")).to_have_text(re.compile("^переплата 5\u202f000,00\u202f₽$"))
    expect(none.locator(".ok-c-paid")).to_have_text("0,00\u202f₽")
    expect(part.locator(".ok-c-method")).to_have_text("Наличные")
    expect(over.locator(".ok-c-method")).to_have_text("Карта")
    expect(over.locator(".ok-c-full")).to_have_text("Да")
    expect(none.locator(".ok-c-full")).to_have_text("Нет")


def test_10_view(tab: Open, address: str, picture: Picture) -> None:
    """«Посмотреть» opens the window over the list, with an address that can be sent to a colleague."""
    page = tab()
    row(page, "1002").get_by_role("link", name="Посмотреть заказ 1002").click()
    expect(page.locator("#ok-dialog").get_by_role("heading", name="Заказ 1002")).to_be_visible()
    picture(page, "order-window")
    of_window = page.url
    assert re.fullmatch(rf"{address}/orders/[0-9a-f-]{{36}}", of_window)

    page.goto("about:blank")
    page.goto(of_window)

    expect(page.get_by_role("heading", name="Заказ 1002")).to_be_visible()
    expect(page.locator("#ok-dialog")).to_be_hidden()


def test_reading_only_has_no_dead_buttons(tab: Open, rights: Rights) -> None:
    """Who may only look finds nothing to press that would refuse."""
    rights.allow_only("orders.view")
    page = tab()

    expect(page.locator(".ok-move, .ok-pencil, [data-ok-menu]")).to_have_count(0)
    expect(page.get_by_role("link", name="Сохранить в файл (CSV)")).to_have_count(0)
    expect(page.get_by_role("link", name="Анна Ким")).to_have_count(0)
    row(page, "1002").get_by_role("link", name="Посмотреть заказ 1002").click()
    window = page.locator("#ok-dialog")
    expect(window.get_by_role("heading", name="Заказ 1002")).to_be_visible()
    expect(window.get_by_role("button").filter(visible=True)).to_have_count(1)  # «Закрыть»
    expect(window.get_by_text("Изменить", exact=False)).to_have_count(0)


def test_no_script_all_the_same(scriptless: Page, address: str, kit: OrderKit) -> None:
    """Without JavaScript every press is a page: search, status, delivery and the way back, with the filters."""
    page = scriptless
    page.goto(f"{address}/orders/?status=pending")
    page.get_by_label("Поиск по заказам").fill("№1002")
    page.get_by_role("button", name="Найти").click()
    expect(page.locator(".ok-c-number a")).to_have_text(["1002"])
    row(page, "1002").locator(".ok-move").click()
    page.get_by_role("button", name="Подготовка отправки").click()
    expect(page.get_by_role("heading", name="Заказ 1002")).to_be_visible()
    expect(page.locator(".ok-head .ok-pill")).to_have_text("Подготовка отправки")
    page.get_by_role("link", name="Заказы", exact=True).last.click()
    expect(page.get_by_label("Поиск по заказам")).to_have_value("№1002")

    assert "preparing" == kit.site("coffee").orders.get(_id(kit, "1002")).status


def test_file_of_the_view(tab: Open) -> None:
    """«Сохранить в файл (CSV)» saves what is found at this moment, also while one types."""
    page = tab()
    page.get_by_label("Поиск по заказам").fill(ANNA.name)
    expect(page.get_by_role("status")).to_have_text("Найдено: 2")
    with page.expect_download() as saving:
        page.get_by_role("link", name="Сохранить в файл (CSV)").click()

    assert re.fullmatch(r"orders-coffee-\d{4}-\d\d-\d\d\.csv", saving.value.suggested_filename)
    lines = saving.value.path().read_text("utf-8-sig").splitlines()
    assert ["Номер", "1002", "1001"] == [line.split(";")[0] for line in lines]


def _id(kit: OrderKit, number: str) -> Any:
    return next(row.id for row in kit.site("coffee").orders.find().rows if row.number == number)
