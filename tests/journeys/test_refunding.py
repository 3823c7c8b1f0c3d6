"""«Вернуть деньги»: the admin gives back an order that was paid in two ways, by an amount or by goods."""

import threading
from collections.abc import Callable, Iterator

import attrs
import pytest
from playwright.sync_api import Locator, Page, expect

import orderkit.plugin as ok
from orderkit import Order, OrderKit
from tests.journeys.judging import too_wide
from tests.making import ANNA, BUYER, STAFF, Maker, mug, rub
from tests.plugins import paying, plugin

N = "\u202f"


@attrs.define
class Bank:
    """Gives back what it is asked to, unless it was told otherwise; waits while it is told to."""

    answers: list[ok.Outcome] = attrs.field(factory=list)
    free: threading.Event = attrs.field(factory=threading.Event)
    asked: int = 0

    def __call__(self, request: ok.OperationRequest) -> ok.Outcome:
        self.asked += 1
        self.free.wait(10)
        return self.answers.pop(0) if self.answers else ok.Succeeded(request.amount, f"r-{self.asked}")


@pytest.fixture
def bank() -> Bank:
    bank = Bank()
    bank.free.set()
    return bank


@pytest.fixture
def kit(shop_url: str, bank: Bank) -> Iterator[OrderKit]:
    """An order of three mugs at 300 and a teapot at 500.50, 400 paid in cash, the rest by card."""
    kit = OrderKit(shop_url, plugins=[plugin(paying(bank))])
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    make = Maker(kit.site("coffee"))
    order = make.order([mug(3, "300"), mug(1, "500.50", sku="POT", title="Чайник")], contact=ANNA)
    pay = make.desk.payments
    pay.record(order.id, rub("400"), method_id=make.cash().id, actor=STAFF, key="cash")
    card = make.desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
    where = {"seen": rub("1000.50"), "return_url": "https://shop.example"}
    pay.start(order.id, card.id, actor=BUYER, key="pay", **where)
    yield kit
    kit.close()


def stored(kit: OrderKit) -> Order:
    desk = kit.site("coffee")
    return desk.orders.get(desk.orders.find().rows[0].id)


def open_form(page: Page, address: str) -> Locator:
    """From the list to the order's window, and there the form; the section of payments."""
    page.goto(f"{address}/orders/")
    page.get_by_role("link", name="1001", exact=True).click()
    section = page.get_by_role("region", name="Оплаты")
    section.get_by_role("link", name="Вернуть деньги").click()
    return section


def share(section: Locator, method: str) -> Locator:
    return section.get_by_role("textbox", name=method)


def test_by_goods(
    watched: Page, address: str, kit: OrderKit, bank: Bank, picture: Callable[[Page, str], None]
) -> None:
    """Pieces are named, the amount and its division follow; both ways give back at one press, however often it is."""
    section = open_form(watched, address)
    amount = section.get_by_label("Сколько возвращаете")
    expect(amount).to_have_value("1400,50")
    expect(share(section, "Карта")).to_have_value("1000,50")
    expect(share(section, "Наличные")).to_have_value("400,00")
    numbers = section.get_by_label("Номер чека или перевода")
    expect(numbers.filter(visible=True)).to_have_count(1)  # the bank gives its own
    section.get_by_label("Как вернуть").select_option("hand")
    expect(numbers.filter(visible=True)).to_have_count(2)
    section.get_by_label("Как вернуть").select_option("provider")
    picture(watched, "refund-divided")
    section.get_by_text("Посчитать по товарам").click()
    section.get_by_label("Кружка").fill("2")
    section.get_by_label("Чайник").fill("1")
    section.get_by_label("Причина").fill("скол")
    expect(amount).to_have_value("1100,50")
    expect(share(section, "Карта")).to_have_value("1000,50")
    expect(share(section, "Наличные")).to_have_value("100,00")
    expect(section.get_by_label("Причина")).to_have_value("скол")
    picture(watched, "refund-goods")

    bank.free.clear()
    button = section.get_by_role("button", name="Вернуть", exact=True)
    button.dblclick()
    expect(section.locator("[aria-busy=true]")).to_have_count(1)
    bank.free.set()
    expect(button).to_have_count(0)
    expect(section).to_contain_text("скол")
    order = stored(kit)
    assert (1, 30_000, 30_000) == (bank.asked, order.balance.paid, order.total.minor)


def test_its_only_payment(watched: Page, address: str, kit: OrderKit) -> None:
    """The number of a transfer is asked for where people give back what one payment brought, and nowhere else."""
    desk, order = kit.site("coffee"), stored(kit)
    desk.payments.refund(order.payments[0].id, rub("400"), actor=STAFF, key="cash back")
    watched.goto(f"{address}/orders/{order.id}/payments/{order.payments[1].id}/refund")
    section = watched.get_by_role("region", name="Оплаты")
    number = section.get_by_label("Номер чека или перевода")

    expect(number).to_be_hidden()
    section.get_by_label("Вручную").check()
    expect(number).to_be_visible()


def test_what_failed_is_given_back_again(watched: Page, address: str, kit: OrderKit, bank: Bank) -> None:
    """The strip says what failed; its button proposes it once more, and the cash is not given twice."""
    bank.answers.append(ok.Declined())
    section = open_form(watched, address)
    section.get_by_label("Причина").fill("брак")
    section.get_by_role("button", name="Вернуть", exact=True).click()
    alert = watched.get_by_role("dialog").get_by_role("listitem").filter(has_text="через «Карта» не удалось")
    alert.get_by_role("link", name="Вернуть").click()
    expect(section.get_by_label("Сколько возвращаете")).to_have_value("1000,50")
    expect(section.get_by_label("Причина")).to_have_value("брак")
    section.get_by_role("button", name="Вернуть", exact=True).click()
    expect(alert).to_have_count(0)

    assert (2, 0, 1) == (bank.asked, stored(kit).balance.paid, len(stored(kit).payments[0].refunds))


def test_another_amount(watched: Page, address: str, kit: OrderKit) -> None:
    """Is divided as it is typed; shares that do not add up are refused in words, and stay."""
    section = open_form(watched, address)
    section.get_by_label("Сколько возвращаете").fill("1200")
    section.get_by_label("Причина").focus()
    expect(share(section, "Наличные")).to_have_value("199,50")
    share(section, "Наличные").fill("100")
    section.get_by_role("button", name="Вернуть", exact=True).click()
    expect(section).to_contain_text(f"разнесено 1{N}100,50{N}₽, а вернуть нужно 1{N}200,00{N}₽")
    expect(share(section, "Наличные")).to_have_value("100")
    expect(section.locator("#ok-shares")).to_be_focused()
    share(section, "Наличные").fill("199,50")
    section.get_by_role("button", name="Вернуть", exact=True).click()
    expect(section.get_by_label("Сколько возвращаете")).to_have_count(0)

    assert 20_050 == stored(kit).balance.paid


def test_without_a_script(scriptless: Page, address: str, kit: OrderKit) -> None:
    """What goods come to is counted by a button, or shown before anything is given back."""
    section = open_form(scriptless, address)
    section.get_by_text("Посчитать по товарам").click()
    section.get_by_label("Чайник").fill("1")
    section.get_by_role("button", name="Посчитать сумму").click()
    expect(section.get_by_label("Сколько возвращаете")).to_have_value("500,50")
    section.get_by_label("Кружка").fill("1")
    section.get_by_role("button", name="Вернуть", exact=True).click()
    expect(section.get_by_role("alert")).to_contain_text("По товарам получается 800,50")
    assert 140_050 == stored(kit).balance.paid
    section.get_by_role("button", name="Вернуть", exact=True).click()
    expect(section.get_by_label("Сколько возвращаете")).to_have_count(0)

    assert 60_000 == stored(kit).balance.paid


@pytest.mark.parametrize("host_style", ["quiet", "hostile"])
def test_fits(watched: Page, address: str, kit: OrderKit) -> None:
    """Nothing is wider than the page, in hosts of every kind."""
    watched.set_viewport_size({"width": 390, "height": 900})
    watched.goto(f"{address}/orders/{stored(kit).id}/refund")
    watched.get_by_text("Посчитать по товарам").click()

    assert {} == too_wide(watched, (390, 1024))
