"""«Отменить заказ»: all, a part or nothing of what was paid goes back, the client is told, or a bank does not say."""

from collections.abc import Callable, Iterator

import attrs
import pytest
from playwright.sync_api import Locator, Page, expect

import orderkit.plugin as ok
from orderkit import ContactDetails, Delivery, Order, OrderKit, Recipient
from tests.journeys.judging import too_wide
from tests.making import BUYER, STAFF, Maker, mug, rub
from tests.plugins import paying, plugin

N, NBSP = "\u202f", "\xa0"
ANNA = Recipient(name="Анна Ким", email="anna@example.com", phone="+7 912 345-67-89")
MAILBOX = {"host": "127.0.0.1", "port": 9, "security": "none", "sender": "shop@coffee.example"}


@attrs.define
class Bank:
    """Gives back what it is asked to, unless it was told otherwise; says so when it is asked."""

    answer: ok.Outcome | None = None
    asked: list[int] = attrs.field(factory=list)

    def refund(self, request: ok.OperationRequest) -> ok.Outcome:
        self.asked.append(request.amount.minor)
        return self.answer or ok.Succeeded(request.amount, f"r-{len(self.asked)}")

    def look_up(self, request: ok.LookupRequest) -> ok.Outcome:
        return self.answer or ok.Succeeded(request.amount, "r-1")


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def kit(shop_url: str, bank: Bank) -> Iterator[OrderKit]:
    """An order of 900, 200 of it paid in cash, the rest by card; its client is written to when it is cancelled."""
    kit = OrderKit(shop_url, plugins=[plugin(paying(bank.refund, found=bank.look_up))])
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    make = Maker(kit.site("coffee"))
    settings = make.desk.settings
    settings.add_notification_rule(
        "email", "Письма", settings=MAILBOX, messages=["cancelled"], language="ru", actor=STAFF, key="rule"
    )
    contact = ContactDetails(name=ANNA.name, email=ANNA.email)
    order = make.order([mug()], contact=contact, delivery=Delivery(rub("0"), recipient=ANNA))
    pay = make.desk.payments
    pay.record(order.id, rub("200"), method_id=make.cash().id, actor=STAFF, key="cash")
    card = settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
    where = {"seen": rub("700"), "return_url": "https://shop.example"}
    pay.start(order.id, card.id, actor=BUYER, key="pay", **where)
    yield kit
    kit.close()


def stored(kit: OrderKit) -> Order:
    desk = kit.site("coffee")
    return desk.orders.get(desk.orders.find().rows[0].id)


def open_form(page: Page, address: str) -> Locator:
    """From the list to the order's window, its stages, and the form that asks about the money."""
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="1001", exact=True).click()
    status = page.get_by_role("region", name="Статус")
    status.get_by_role("link", name="Изменить").click()
    page.get_by_role("link", name="Заказ отменен").click()
    form = page.locator("form[aria-labelledby=ok-s-status]")
    expect(form.get_by_role("button", name="Отменить заказ")).to_be_visible()
    return form


@pytest.mark.parametrize(
    ("choice", "amount", "asked", "by_hand", "kept"),
    [
        ("Вернуть всё", "", [70_000], 20_000, 0),
        ("Вернуть часть", "750,50", [70_000], 5_050, 14_950),
        ("Ничего не возвращать", "", [], 0, 90_000),
    ],
)
def test_each_course(
    watched: Page,
    address: str,
    kit: OrderKit,
    bank: Bank,
    choice: str,
    amount: str,
    asked: list[int],
    by_hand: int,
    kept: int,
) -> None:
    """What the letter says follows from the choice; at one press the bank gives its part, the rest is booked."""
    form = open_form(watched, address)
    form.get_by_label("Клиент передумал").check()
    form.get_by_label(choice).check()
    form.get_by_label("Сколько").fill(amount)
    form.get_by_text("Что придёт клиенту").click()
    letter, back = form.locator("#ok-letters"), rub("900").minor - kept
    told = f"Возвращено: {back // 100},{back % 100:02}{NBSP}₽"
    expect(letter).to_contain_text("Заказ № 1001 отменён")
    if back:
        expect(letter).to_contain_text(told)
    else:
        expect(letter).not_to_contain_text("Возвращено")
    form.get_by_role("button", name="Отменить заказ").click()
    expect(watched.get_by_role("dialog").locator(".ok-title .ok-pill")).to_have_text("Заказ отменен")

    order = stored(kit)
    refunds = [one for payment in order.payments for one in payment.refunds]
    assert (asked, kept, kept) == (bank.asked, order.balance.paid, order.retained.minor)
    assert by_hand == sum(one.amount.minor for one in refunds if not one.by_provider)
    assert [] == list(kit.verify())


def test_a_bank_that_does_not_say(watched: Page, address: str, kit: OrderKit, bank: Bank) -> None:
    """The strip says who waits for what; asked again, the bank answers, and the order is cancelled."""
    bank.answer = ok.Unknown()
    form = open_form(watched, address)
    form.get_by_label("Клиент передумал").check()
    form.get_by_role("button", name="Отменить заказ").click()
    strips = watched.get_by_role("dialog").get_by_role("list", name="Обратите внимание")
    expect(strips).to_contain_text("отменяет заказ")
    bank.answer = None
    strips.get_by_role("button", name="Спросить платёжную систему").click()
    expect(watched.get_by_role("dialog").locator(".ok-title .ok-pill")).to_have_text("Заказ отменен")

    assert ([70_000], 0) == (bank.asked, stored(kit).balance.paid)


def test_taken_back(watched: Page, address: str, kit: OrderKit, bank: Bank) -> None:
    """Whoever needs the order before the bank has answered takes the cancelling back."""
    bank.answer = ok.Unknown()
    form = open_form(watched, address)
    form.get_by_label("Клиент передумал").check()
    form.get_by_role("button", name="Отменить заказ").click()
    watched.get_by_role("button", name="Не отменять").click()
    expect(watched.get_by_role("button", name="Не отменять")).to_have_count(0)

    assert (None, "pending_paid") == (stored(kit).cancelling, stored(kit).status)


def test_without_a_script(scriptless: Page, address: str, kit: OrderKit) -> None:
    """What the client is written is shown by a button; whoever takes the tick off has nobody written to."""
    scriptless.goto(f"{address}/orders/{stored(kit).id}/cancel")
    scriptless.get_by_label("Вернуть часть").check()
    scriptless.get_by_label("Сколько").fill("100")
    scriptless.get_by_label("Клиент передумал").check()
    scriptless.get_by_label("Сообщить клиенту").uncheck()
    scriptless.get_by_text("Что придёт клиенту").click()
    scriptless.get_by_role("button", name="Показать заново").click()
    expect(scriptless.locator("#ok-letters")).to_contain_text(f"Возвращено: 100,00{NBSP}₽")
    assert "pending_paid" == stored(kit).status
    scriptless.get_by_role("button", name="Отменить заказ").click()
    expect(scriptless.locator(".ok-title .ok-pill")).to_have_text("Заказ отменен")

    assert kit.site("coffee").orders.view(stored(kit).id).journal[0].data["untold"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_fits(
    watched: Page,
    address: str,
    kit: OrderKit,
    bank: Bank,
    picture: Callable[[Page, str], None],
    scheme: str,
    width: int,
) -> None:
    """Form, strip and what came of it: nothing is wider than the page, by day and by night."""
    bank.answer = ok.Unknown()
    watched.emulate_media(color_scheme=scheme)
    watched.set_viewport_size({"width": width, "height": 1300})
    watched.goto(f"{address}/orders/{stored(kit).id}/cancel")
    watched.get_by_text("Что придёт клиенту").click()
    picture(watched, f"cancel-form-{scheme}-{width}")
    assert {} == too_wide(watched, (width,))
    watched.get_by_label("Клиент передумал").check()
    watched.get_by_role("button", name="Отменить заказ").click()
    expect(watched.get_by_role("button", name="Не отменять")).to_be_visible()
    picture(watched, f"cancel-strip-{scheme}-{width}")
    assert {} == too_wide(watched, (width,))
    bank.answer = None
    watched.get_by_role("list", name="Обратите внимание").get_by_role("button", name="Спросить").click()
    expect(watched.locator(".ok-title .ok-pill")).to_have_text("Заказ отменен")
    picture(watched, f"cancel-done-{scheme}-{width}")
    assert {} == too_wide(watched, (width,))
