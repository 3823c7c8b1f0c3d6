"""«Оплачено», «Способ оплаты», «Полная оплата»: the admin records what came in, and gives it back."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from orderkit import OrderKit, PaymentStatus
from orderkit.domain import disputing
from tests.journeys.judging import too_wide
from tests.making import ANNA, OTHER_STAFF, STAFF, Maker, rub

N = "\u202f"


@pytest.fixture
def kit(shop_url: str) -> Iterator[OrderKit]:
    """An order of 900 roubles that nobody paid, cash, and a transfer with its account."""
    kit = OrderKit(shop_url)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    make = Maker(kit.site("coffee"))
    make.cash()
    make.desk.settings.add_payment_method(
        "bank-transfer",
        "Перевод",
        settings={"details": "счёт 40702"},
        actor=STAFF,
        key="transfer",
        position=1,
    )
    make.order(contact=ANNA)
    yield kit
    kit.close()


def open_payments(page: Page, address: str) -> Locator:
    """From the list to the order's window, and there the payments."""
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="1001", exact=True).click()
    return page.get_by_role("region", name="Оплаты")


def record(section: Locator, amount: str) -> None:
    """Record a payment of an amount."""
    section.get_by_role("link", name="Записать оплату").click()
    section.get_by_label("Сколько получено").fill(amount)
    section.get_by_role("button", name="Записать оплату").click()
    expect(section.get_by_role("link", name="Записать оплату")).to_be_visible()


def expect_sum(section: Locator, label: str, amount: str) -> None:
    """A line under the payments."""
    expect(section.locator(".ok-total > div").filter(has_text=label)).to_have_text(f"{label}{amount}{N}₽")


def close(page: Page) -> Locator:
    """Close the window; the row of the list that is there again."""
    page.get_by_role("button", name="Закрыть").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    return page.get_by_role("row").filter(has_text="1001")


def test_paid_1_part_full_and_over(watched: Page, address: str, picture: Callable[[Page, str], None]) -> None:
    """«Оплачено», «Полная оплата»: a part, the rest, too much; what comes is told before it is saved."""
    page = watched
    section = open_payments(page, address)
    section.get_by_role("link", name="Записать оплату").click()
    amount = section.get_by_label("Сколько получено")
    expect(amount).to_have_value("900,00")
    expect(amount).to_be_focused()
    expect(amount).to_be_in_viewport()
    expect(section.get_by_role("status")).to_have_text(f"При 900,00{N}₽ заказ будет оплачен полностью.")
    amount.fill("400")
    expect(section.get_by_role("status")).to_have_text(f"При 400,00{N}₽ останется доплатить 500,00{N}₽.")
    expect(amount).to_be_focused()
    picture(page, "payment-form")
    section.get_by_label("Номер чека или перевода").fill("чек 7")
    section.get_by_role("button", name="Записать оплату").click()
    expect(section).to_contain_text("чек 7")
    row = close(page)
    expect(row).to_contain_text(f"частично 400,00{N}₽")
    expect(row).to_contain_text("Нет")

    record(open_payments(page, address), "500")
    row = close(page)
    expect(row).to_contain_text(f"900,00{N}₽")
    expect(row).to_contain_text("Наличные")
    expect(row.get_by_role("cell", name="Да", exact=True)).to_be_visible()

    section = open_payments(page, address)
    section.get_by_role("link", name="Записать оплату").click()
    section.get_by_label("Сколько получено").fill("100")
    expect(section.get_by_role("status")).to_have_text(f"При 100,00{N}₽ будет переплата 100,00{N}₽.")
    section.get_by_role("button", name="Записать оплату").click()
    expect_sum(section, "Переплата", "100,00")


def test_paid_2_method(watched: Page, address: str, kit: OrderKit) -> None:
    """«Способ оплаты»: chosen for the client, with what to tell him; then proposed when the money comes."""
    page = watched
    section = open_payments(page, address)
    section.get_by_role("link", name="Выбрать способ оплаты").click()
    section.get_by_label("Как клиент будет платить").select_option("Перевод")
    section.get_by_role("button", name="Выбрать").click()
    expect(section).to_contain_text("Назначение платежа: заказ 1001")
    expect(section.get_by_role("link", name="Выбрать способ оплаты")).to_have_count(0)

    section.get_by_role("link", name="Записать оплату").click()
    expect(section.get_by_label("Способ оплаты").locator("option:checked")).to_have_text("Перевод")
    section.get_by_role("button", name="Записать оплату").click()
    expect(section.get_by_role("button", name="Записать оплату")).to_have_count(0)
    expect(section).not_to_contain_text("Назначение платежа")
    order = kit.site("coffee").orders.find().rows[0]
    assert ("Перевод", True) == (order.payment_method, order.fully_paid)


def test_refund_1_part_and_all(
    watched: Page, address: str, kit: OrderKit, picture: Callable[[Page, str], None]
) -> None:
    """A part goes back with its reason and lowers the total; too much is refused by the field; then all the rest."""
    page = watched
    section = open_payments(page, address)
    record(section, "900")
    section.get_by_role("link", name="Вернуть").click()
    amount = section.get_by_label("Сколько возвращаете")
    expect(amount).to_have_value("900,00")
    picture(page, "refund-form")
    amount.fill("901")
    section.get_by_label("Причина").fill("бой")
    section.get_by_role("button", name="Записать возврат").click()
    expect(section.get_by_role("alert")).to_be_visible()
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(section.get_by_label("Причина")).to_have_value("бой")

    amount.fill("250")
    section.get_by_role("button", name="Записать возврат").click()
    expect(section).to_contain_text("бой")
    expect(page.get_by_role("dialog").locator(".ok-sums")).to_contain_text(f"650,00{N}₽")

    section.get_by_role("link", name="Вернуть").click()
    expect(amount).to_have_value("650,00")
    section.get_by_role("button", name="Записать возврат").click()
    expect(amount).to_have_count(0)
    expect(section.get_by_role("link", name="Вернуть")).to_have_count(0)
    balance = kit.site("coffee").orders.get(kit.site("coffee").orders.find().rows[0].id).balance
    assert (PaymentStatus.REFUNDED, 65000) == (balance.payment_status, balance.total)


def test_refund_2_total_stays(watched: Page, address: str) -> None:
    """Unticked, the client owes what was given back: an exchange."""
    page = watched
    section = open_payments(page, address)
    record(section, "900")
    section.get_by_role("link", name="Вернуть").click()
    section.get_by_label("Сколько возвращаете").fill("250")
    section.get_by_label("Уменьшить сумму заказа на возвращённое").uncheck()
    section.get_by_role("button", name="Записать возврат").click()

    expect_sum(section, "К оплате", "250,00")


def test_two_people_record_the_same_cash(watched: Page, address: str, kit: OrderKit) -> None:
    """The second is told of the first and nothing is booked; whoever has other money saves again."""
    page = watched
    section = open_payments(page, address)
    section.get_by_role("link", name="Записать оплату").click()
    expect(section.get_by_label("Сколько получено")).to_be_visible()
    desk = kit.site("coffee")
    id = desk.orders.find().rows[0].id
    cash = desk.settings.payment_methods()[0]
    desk.payments.record(id, rub("900"), method_id=cash.id, actor=OTHER_STAFF, key="theirs")
    section.get_by_role("button", name="Записать оплату").click()

    expect(section.get_by_role("alert")).to_contain_text(f"900,00{N}₽ (Пётр)")
    expect(section.get_by_label("Сколько получено")).to_have_value("900,00")
    assert 90000 == desk.orders.get(id).balance.paid
    section.get_by_role("button", name="Записать оплату").click()
    expect_sum(section, "Переплата", "900,00")


def test_a_dispute_grows_behind_an_old_page(watched: Page, address: str, kit: OrderKit) -> None:
    """Who has seen the old amount is shown the new one in its place; seen too, the alert is gone."""
    page, desk = watched, kit.site("coffee")
    order = desk.orders.by_number("1001")
    assert order
    cash, act = desk.settings.payment_methods()[0], desk.orders.acting(STAFF)
    given = {"method_id": cash.id, "actor": STAFF, "key": "paid"}
    payment = desk.payments.record(order.id, rub("900"), **given)

    def take_back(amount: str) -> None:
        paid = desk.orders.get(order.id)
        desk.orders.store.save(disputing.charge_back(paid, payment.id, rub(amount), "d", act))

    take_back("100")
    open_payments(page, address)
    alerts = page.get_by_role("list", name="Обратите внимание")
    expect(alerts).to_contain_text(f"забрал 100,00{N}₽")
    take_back("50")
    alerts.get_by_role("button", name="Принять к сведению").click()
    expect(alerts).to_contain_text(f"забрал 150,00{N}₽")
    why = page.get_by_role("alert").filter(has_text="Заказ тем временем изменился")
    expect(why).to_be_focused()
    alerts.get_by_role("button", name="Принять к сведению").click()
    expect(alerts).to_have_count(0)
    expect(why).to_have_count(0)


def test_double_click(watched: Page, address: str, kit: OrderKit) -> None:
    """Pressing twice books once."""
    section = open_payments(watched, address)
    section.get_by_role("link", name="Записать оплату").click()
    section.get_by_role("button", name="Записать оплату").dblclick()

    expect_sum(section, "К оплате", "0,00")
    desk = kit.site("coffee")
    assert 1 == len(desk.orders.get(desk.orders.find().rows[0].id).payments)


def test_a_note_begun_is_not_asked_about(watched: Page, address: str) -> None:
    """What is told of an amount while it is typed disturbs no other form of the window."""
    page = watched
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    section = open_payments(page, address)
    section.get_by_role("link", name="Записать оплату").click()
    expect(section.get_by_label("Сколько получено")).to_be_focused()
    page.get_by_label("Заметка").fill("позвонить")
    section.get_by_label("Сколько получено").fill("100")

    expect(section.get_by_role("status")).to_contain_text(f"При 100,00{N}₽")
    assert [] == asked
    expect(page.get_by_label("Заметка")).to_have_value("позвонить")
    page.get_by_label("Заметка").fill("")


def test_without_a_script(scriptless: Page, address: str) -> None:
    """Recording, giving back and being refused are forms and pages like any other."""
    page = scriptless
    section = open_payments(page, address)
    section.get_by_role("link", name="Записать оплату").click()
    expect(section).to_contain_text("заказ будет оплачен полностью")
    record_button = section.get_by_role("button", name="Записать оплату")
    section.get_by_label("Сколько получено").fill("много")
    record_button.click()
    expect(section.get_by_role("alert")).to_be_visible()
    expect(section.get_by_label("Сколько получено")).to_have_value("много")
    section.get_by_label("Сколько получено").fill("900")
    record_button.click()

    section.get_by_role("link", name="Вернуть").click()
    section.get_by_label("Сколько возвращаете").fill("100")
    section.get_by_role("button", name="Записать возврат").click()
    expect(section).to_contain_text("Возвращено")
    expect_sum(section, "К оплате", "0,00")


@pytest.mark.parametrize("host_style", ["quiet", "hostile"])
def test_forms_fit(watched: Page, address: str, kit: OrderKit) -> None:
    """Nothing is wider than the page, in hosts of every kind."""
    desk = kit.site("coffee")
    id = desk.orders.find().rows[0].id
    payment = desk.payments.record(
        id, rub("900"), method_id=desk.settings.payment_methods()[0].id, actor=STAFF, key="paid"
    )
    for path in ("payments/new", "payments/method", f"payments/{payment.id}/refund"):
        watched.set_viewport_size({"width": 390, "height": 900})
        watched.goto(f"{address}/orders/{id}/{path}")

        assert {} == too_wide(watched, (390, 1024)), path
