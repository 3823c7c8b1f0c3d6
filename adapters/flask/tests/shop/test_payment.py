"""Paying: the ways that are offered, what came of each try, and trying again."""

from collections.abc import Callable
from urllib.parse import urlsplit

import attrs
import pytest
from flask import Flask
from werkzeug.test import TestResponse

import orderkit.plugin as ok
from adapters.flask.tests.pages import Parsed
from adapters.flask.tests.shop.buyers import NOBODY, Buyer, Shelf
from adapters.flask.tests.shop.conftest import Provider
from orderkit import CustomerRef, Desk, Order, OrderKit, PaymentMethod, ShippingMethod
from tests.making import STAFF, Maker, contents, rub
from tests.plugins import Bank

N = "\u202f"
SEEN = "45000"


def add_method(make: Maker, provider: str, title: str = "Карта", **fields: object) -> PaymentMethod:
    """A way to pay online."""
    return make.desk.settings.add_payment_method(provider, title, actor=STAFF, key=make.key(), **fields)


@pytest.fixture
def card(make: Maker) -> PaymentMethod:
    """Declined first, taken at the second try."""
    return add_method(make, "test-bank", description="Картой на сайте")


@pytest.fixture
def other(make: Maker, provider: Provider) -> PaymentMethod:
    """Answers as the test says."""
    return add_method(make, "card", "Счёт")


def order_of(desk: Desk) -> Order:
    """The only order there is."""
    [row] = desk.orders.find().rows
    return desk.orders.get(row.id)


def pay(buyer: Buyer, link: str, method: PaymentMethod, **fields: str) -> TestResponse:
    """Press the button of a way to pay."""
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    form.put({"method": str(method.id), **fields})
    return buyer.client.post(form.action, data=form.fields)


def test_ways_to_pay(buyer: Buyer, make: Maker, card: PaymentMethod, cash: PaymentMethod) -> None:
    """Primary first, in words for the buyer: description, button, instructions; what staff call it is nowhere."""
    transfer = {"settings": {"details": "Счёт 40702"}, "description": "Переводом", "button": "Заказать"}
    make.desk.settings.add_payment_method("bank-transfer", "Бухгалтерия", actor=STAFF, key="t", **transfer)
    off = add_method(make, "test-bank", "Выключен", description="Не показывать")
    make.desk.settings.edit_payment_method(attrs.evolve(off, active=False), actor=STAFF)
    link = buyer.order_by_link("BOOK")
    page = buyer.look(f"{link}/payment")

    for shown in ("Картой на сайте", "Переводом", "Счёт 40702"):
        assert page.text.index("Наличными при получении") < page.text.index(shown)
    assert "Заказать, заплатить при получении" in page.text
    assert f"Оплатить 300,00{N}₽" in page.text
    assert f"К оплате 300,00{N}₽" in page.text
    for hidden in ("Наличные (касса 1)", "Бухгалтерия", "Не показывать"):
        assert hidden not in page.text


def test_methods_of_certain_pages(buyer: Buyer, make: Maker, card: PaymentMethod) -> None:
    """Offered where all of the order comes from such a page; choosing it elsewhere by its id is refused."""
    wholesale = add_method(make, "card", "Опт", description="По счёту", pages=("wholesale",))
    buyer.ask("cart/lines", {"sku": "BOOK", "page": "wholesale"})
    link = _ordered(buyer)
    assert "По счёту" in buyer.look(f"{link}/payment").text
    buyer.ask("cart/lines", {"sku": "GIFT", "page": "catalogue"})
    link = _ordered(buyer)

    assert "По счёту" not in buyer.look(f"{link}/payment").text
    refused = pay(buyer, link, wholesale)
    assert 422 == refused.status_code
    assert "так оплатить нельзя" in Parsed(refused.text).text
    assert "payment" == order_of(buyer.desk).status


def test_methods_of_other_pages_alone(buyer: Buyer, make: Maker, provider: Provider) -> None:
    """Where no way to pay is offered, one that is kept for another page is refused as well."""
    cash = make.cash()
    link = buyer.order_by_link("BOOK")
    wholesale = add_method(make, "card", "Опт", pages=("wholesale",))
    make.desk.settings.edit_payment_method(attrs.evolve(cash, active=False), actor=STAFF)
    refused = _pay_by_api(buyer, link, wholesale, 30000)

    assert (422, "not_offered", "method") == (
        refused.status_code, refused.json["code"], refused.json["field"],
    )  # fmt: skip
    assert "payment" == order_of(buyer.desk).status


def test_a_page_that_does_not_sell_it(buyer: Buyer, make: Maker, cash: PaymentMethod, shelf: Shelf) -> None:
    """Where the catalogue says which pages sell it, the browser's word for another is worth nothing; later, too."""
    add_method(make, "card", "Опт", description="По счёту", pages=("wholesale",))
    shelf.products["BOOK"] = attrs.evolve(shelf.products["BOOK"], pages=["wholesale", "catalogue"])
    shelf.products["GIFT"] = attrs.evolve(shelf.products["GIFT"], pages=["catalogue"])
    for sku in ("BOOK", "GIFT"):
        buyer.ask("cart/lines", {"sku": sku, "page": "wholesale"})
    assert ["wholesale", ""] == [line.page for line in buyer.cart.lines]
    buyer.ask("cart/lines/2", method="DELETE")
    link = _ordered(buyer)
    assert "По счёту" in buyer.look(f"{link}/payment").text
    shelf.products["BOOK"] = attrs.evolve(shelf.products["BOOK"], pages=["catalogue"])

    assert "По счёту" not in buyer.look(f"{link}/payment").text


def _ordered(buyer: Buyer) -> str:
    answer = buyer.check_out()
    return urlsplit(answer.headers["Location"]).path.removesuffix("/payment")


def test_paying_later(buyer: Buyer, cash: PaymentMethod, desk: Desk) -> None:
    """Cash: the order is placed at once, its page says so, and the next goods begin a new cart."""
    link = buyer.order_by_link("BOOK")
    answer = pay(buyer, link, cash)

    assert link == answer.headers["Location"]
    assert ("pending", cash.id) == (order_of(desk).status, order_of(desk).open_attempt.method_id)
    assert "Принят" in buyer.look(link).text
    assert None is buyer.cart


def test_at_the_second_try(buyer: Buyer, card: PaymentMethod, bank: Bank, desk: Desk) -> None:
    """Declined: the reason, and the same page to try again; then the money is taken, once."""
    link = buyer.order_by_link("BOOK")
    declined = pay(buyer, link, card)
    assert f"{link}/payment" == declined.headers["Location"]
    page = buyer.look(f"{link}/payment")
    assert "не хватает денег" in page.text
    assert "Деньги не списаны" in page.text
    assert "payment" == order_of(desk).status

    paid = pay(buyer, link, card)
    assert link == paid.headers["Location"]
    assert [rub("300")] == bank.taken
    assert "pending_paid" == order_of(desk).status
    page = buyer.look(link)
    assert "Принят, есть оплата" in page.text
    assert f"Оплачено 300,00{N}₽" in page.text
    assert "К оплате" not in page.text
    assert link == buyer.client.get(f"{link}/payment").headers["Location"]


def test_by_programs_alone(
    buyer: Buyer, cash: PaymentMethod, card: PaymentMethod, courier: ShippingMethod, desk: Desk
) -> None:
    """From an empty cart to a paid order, with nothing known but what the addresses answer."""
    cart = buyer.ask("cart/lines", {"sku": "MUG-1", "quantity": 2}).json
    [quote] = buyer.ask("quotes", {"delivery": {"country": "RU"}}).json["methods"]
    details = {
        "contact": {"name": "Анна", "phone": "+7 912 345-67-89"},
        "delivery": {"method": quote["id"], "country": "RU", "city": "Пермь", "address": "Ленина, 1"},
    }
    body = {"key": "form", "seen": quote["total"]["minor"], "order": cart["order"], **details}
    token = buyer.ask("checkout", body).json["token"]
    seen = buyer.ask(f"orders/{token}", method="GET").json

    assert ("payment", 120_000, 120_000) == (seen["status"], seen["total"]["minor"], seen["to_pay"]["minor"])
    assert [("Наличными при получении", True), ("Картой на сайте", False)] == [
        (way["description"], way["is_offline"]) for way in seen["methods"]
    ]
    assert [("MUG-1", 2, 90_000)] == [
        (line["sku"], line["quantity"], line["amount"]["minor"]) for line in seen["lines"]
    ]
    online = seen["methods"][1]["id"]
    outcomes = []
    for key in ("first", "second"):
        paid = buyer.ask(f"orders/{token}/payment", {"key": key, "seen": 120_000, "method": online}).json
        outcomes.append((paid["outcome"], bool(buyer.ask(f"orders/{token}", method="GET").json["declined"])))
    assert [("declined", True), ("succeeded", False)] == outcomes
    done = buyer.ask(f"orders/{token}", method="GET").json
    assert ("pending_paid", 120_000, 0, []) == (
        done["status"], done["paid"]["minor"], done["to_pay"]["minor"], done["methods"],
    )  # fmt: skip


def test_programs_see_what_is_awaited(buyer: Buyer, other: PaymentMethod, provider: Provider) -> None:
    """While a provider is asked, no way to pay is offered; where it waits for the payer is told."""
    link = buyer.order_by_link("BOOK")
    address = f"orders/{link.rpartition('/')[2]}"
    provider.answer = ok.Redirect("https://bank.example/pay", "R-1")
    pay(buyer, link, other)
    assert "https://bank.example/pay" == buyer.ask(address, method="GET").json["redirect"]
    provider.answer = ok.Unknown()
    pay(buyer, link, other)

    seen = buyer.ask(address, method="GET").json
    assert (True, [], None) == (seen["is_awaited"], seen["methods"], seen["redirect"])


def test_a_link_beside_a_cart_of_ones_own(
    buyer: Buyer, courier: ShippingMethod, cash: PaymentMethod, shelf: Shelf, desk: Desk
) -> None:
    """Whoever has the link of another's order sees and pays that one; the cart in hand is left alone, at any price."""
    link = buyer.order_by_link("MUG-1")
    other = Buyer.of(buyer.client.application, desk)
    other.add("BOOK")
    shelf.reprice("BOOK", "555")
    before = other.cart
    page = other.look(f"{link}/payment")
    seen = other.ask(f"orders/{link.rpartition('/')[2]}", method="GET").json

    assert (True, False) == ("Кружка" in page.text, "Книга" in page.text)
    assert ["MUG-1"] == [line["sku"] for line in seen["lines"]]
    assert 303 == pay(other, link, cash).status_code
    assert before == other.cart
    assert "pending" == desk.orders.by_link(link.rpartition("/")[2]).status


def test_an_unfinished_order_in_another_browser(buyer: Buyer, courier: ShippingMethod, desk: Desk) -> None:
    """Its checkout is where the cart is: elsewhere the button would lead to another cart."""
    buyer.add()
    link = f"/shop/o/{desk.orders.issue_link(order_of(desk).id, actor=STAFF)}"
    other = Buyer.of(buyer.client.application, desk)
    other.add("BOOK")

    assert "/shop/checkout" in buyer.look(link).values("href", "a")
    assert "/shop/checkout" not in other.look(link).values("href", "a")
    assert "в том браузере" in other.look(link).text


def test_pressed_twice(buyer: Buyer, card: PaymentMethod, bank: Bank) -> None:
    """The same form asks the bank once, and leads to the same page."""
    link = buyer.order_by_link("BOOK")
    pay(buyer, link, card)
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    form.put({"method": str(card.id)})
    answers = [buyer.client.post(form.action, data=form.fields) for _ in range(3)]

    assert {(303, link)} == {(one.status_code, one.headers["Location"]) for one in answers}
    assert 2 == bank.asked
    assert [rub("300")] == bank.taken


def test_the_cart_while_an_answer_is_awaited(buyer: Buyer, other: PaymentMethod, provider: Provider) -> None:
    """It says that it stays as it is until then."""
    provider.answer = ok.Unknown()
    link = buyer.order_by_link("BOOK")
    assert "обрабатывается" not in buyer.look("/shop/").text
    pay(buyer, link, other)

    assert "Платёж обрабатывается" in buyer.look("/shop/").text


def test_going_on_at_the_provider(buyer: Buyer, other: PaymentMethod, provider: Provider) -> None:
    """The browser is sent there without leaving our policy: no form leads elsewhere. Who comes back sees the ledger."""
    provider.answer = ok.Redirect("https://bank.example/pay?id=1&x=2", "R-1")
    link = buyer.order_by_link("BOOK")
    answer = pay(buyer, link, other)
    assert f"{link}/payment?go=1" == answer.headers["Location"]
    page = buyer.look(answer.headers["Location"])

    assert "0; url=https://bank.example/pay?id=1&x=2" in page.values("content", "meta")
    assert "https://bank.example/pay?id=1&x=2" in page.values("href", "a")
    later = buyer.look(f"{link}/payment")
    assert "ждёт вас на странице банка" in later.text
    assert [] == later.values("http-equiv", "meta")
    back = buyer.look(link)
    assert "Ждёт оплаты" in back.text
    assert "Если вы уже заплатили, подождите немного" in back.text
    assert "Выберите, как оплатить" not in back.text
    assert "https://bank.example/pay?id=1&x=2" in back.values("href", "a")


def test_money_that_is_held(buyer: Buyer, other: PaymentMethod, provider: Provider) -> None:
    """The buyer sees that the shop holds it, and that nothing is left to pay."""
    provider.answer = ok.Authorised(rub("300"), "R-1")
    link = buyer.order_by_link("BOOK")
    pay(buyer, link, other)
    page = buyer.look(link)

    assert f"Удержано до списания 300,00{N}₽" in page.text
    assert "К оплате" not in page.text


def test_whoever_comes_back(buyer: Buyer, other: PaymentMethod, provider: Provider, desk: Desk) -> None:
    """The page of the order needs no cookie and books nothing; it waits as long as something may come."""
    provider.answer = ok.Redirect("https://bank.example/pay?id=1", "R-1")
    link = buyer.order_by_link("BOOK")
    pay(buyer, link, other)
    stranger, before = buyer.client.application.test_client(), order_of(desk)
    pages = [stranger.get(link)]
    assert before == order_of(desk)
    for answer in (ok.Declined(ok.DeclineReason.INSUFFICIENT_FUNDS), ok.Succeeded(rub("300"), "R-2")):
        provider.answer = answer
        pay(buyer, link, other)
        pages.append(stranger.get(link))

    assert [True, False, False] == ["data-ok-waits" in page.text for page in pages]
    assert [False, True, False] == ["не хватает денег" in page.text for page in pages]
    assert [False, False, True] == ["есть оплата" in page.text for page in pages]


@pytest.mark.parametrize("answer", [ok.Pending("P-1"), RuntimeError("the bank is out"), "nonsense"])
def test_an_answer_that_is_awaited(
    buyer: Buyer, other: PaymentMethod, provider: Provider, desk: Desk, answer: object
) -> None:
    """Until it is known what came of it, nothing is asked for again, and the cart is not touched."""
    provider.answer = answer if not isinstance(answer, RuntimeError) else _raise(answer)
    link = buyer.order_by_link("BOOK")
    assert link == pay(buyer, link, other).headers["Location"]

    assert "обрабатывается" in buyer.look(link).text
    page = buyer.look(f"{link}/payment")
    assert "обрабатывается" in page.text
    assert [] == page.values("action", "form")
    assert "Отменить" not in buyer.look(link).text
    buyer.add("GIFT")
    assert {"GIFT": 1} == buyer.bought
    assert 2 == len(desk.orders.find().rows)


def _raise(error: Exception) -> Callable[[object], object]:
    def answer(_request: object) -> object:
        raise error

    return answer


def test_a_price_that_changed_meanwhile(buyer: Buyer, card: PaymentMethod, bank: Bank, shelf: Shelf) -> None:
    """The total that was seen is carried: another one is shown beside it, and agreed to, before anybody is charged."""
    link = buyer.order_by_link("BOOK")
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    form.put({"method": str(card.id)})
    shelf.reprice("BOOK", "350")
    answer = buyer.client.post(form.action, data=form.fields)
    page = Parsed(answer.text)

    assert 409 == answer.status_code
    assert f"Сумма изменилась. 300,00{N}₽ → 350,00{N}₽" in page.text
    assert 0 == bank.asked
    again = page.form(f"{link}/payment")
    assert ["35000"] == again.fields["seen"]
    again.put({"method": str(card.id)})
    assert 303 == buyer.client.post(again.action, data=again.fields).status_code
    assert 1 == bank.asked


def test_the_page_shows_the_price_of_now(buyer: Buyer, card: PaymentMethod, bank: Bank, shelf: Shelf) -> None:
    """Whoever comes back later pays what it costs then; looking stores nothing, paying does."""
    link = buyer.order_by_link("BOOK")
    pay(buyer, link, card)
    shelf.reprice("BOOK", "350")

    assert f"К оплате 350,00{N}₽" in buyer.look(f"{link}/payment").text
    assert rub("300") == order_of(buyer.desk).total
    assert link == pay(buyer, link, card).headers["Location"]
    assert [rub("350")] == bank.taken


def test_sums_of_nobody(buyer: Buyer, card: PaymentMethod, bank: Bank, kit: OrderKit) -> None:
    """What a browser says is to pay is only compared."""
    link = buyer.order_by_link("BOOK")
    before = contents(kit)
    answers = [pay(buyer, link, card, seen=seen) for seen in ("1", "0", "-5", "x", "", "9" * 30)]

    assert {409} == {one.status_code for one in answers}
    assert 0 == bank.asked
    assert contents(kit) == before


def test_a_cart_that_was_changed_after_it_was_ordered(buyer: Buyer, card: PaymentMethod, bank: Bank) -> None:
    """It is ordered anew before it is paid: the address, and what it comes to, may be others."""
    link = buyer.order_by_link("BOOK")
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    buyer.add("BOOK")

    assert link == buyer.client.get(f"{link}/payment").headers["Location"]
    assert "Не оформлен" in buyer.look(link).text
    form.put({"method": str(card.id)})
    refused = buyer.client.post(form.action, data=form.fields)
    assert 409 == refused.status_code
    assert "Сначала пройдите оформление" in Parsed(refused.text).text
    assert "/shop/checkout" in Parsed(refused.text).values("href", "a")
    assert 0 == bank.asked


FREE_FROM_1000 = {"cost": rub("300"), "free_from": rub("1000")}


def _reach_by_api(buyer: Buyer) -> str:
    """Reach the payment page past the checkout, and answer where the order's page is."""
    return urlsplit(buyer.ask("payment", {}).json["order"]).path


def _pay_by_api(buyer: Buyer, link: str, method: PaymentMethod, seen: int, key: str = "k") -> TestResponse:
    path = f"orders/{link.rpartition('/')[2]}/payment"
    return buyer.ask(path, {"key": key, "seen": seen, "method": str(method.id)})


@pytest.mark.parametrize("online", [False, True])
def test_past_the_checkout(
    buyer: Buyer, courier: ShippingMethod, cash: PaymentMethod, card: PaymentMethod, bank: Bank, online: bool
) -> None:
    """Nobody pays before it is known who receives it, how, and for how much; the checkout then leads on."""
    method = card if online else cash
    buyer.add()
    link = _reach_by_api(buyer)
    refused = _pay_by_api(buyer, link, method, 45000)

    assert (409, "details_missing") == (refused.status_code, refused.json["code"])
    assert refused.json["message"].startswith("Сначала пройдите оформление")
    assert (0, "payment", None) == (
        bank.asked, order_of(buyer.desk).status, order_of(buyer.desk).open_attempt.method_id,
    )  # fmt: skip
    seen = buyer.ask(f"orders/{link.rpartition('/')[2]}", method="GET").json
    assert (True, []) == (seen["lacks_details"], seen["methods"])
    page = buyer.look(f"{link}/payment")
    assert "Сначала пройдите оформление" in page.text
    assert ([], ["/shop/checkout"]) == (
        page.values("action", "form"), [one for one in page.values("href", "a") if "checkout" in one],
    )  # fmt: skip
    assert f"{link}/payment" not in buyer.look(link).values("href", "a")
    assert 303 == buyer.check_out().status_code
    assert f"{link}/payment" in buyer.look(link).values("href", "a")
    assert 200 == _pay_by_api(buyer, link, method, 75000, "again").status_code
    assert rub("750") == order_of(buyer.desk).total


def test_delivery_that_was_free(buyer: Buyer, make: Maker, cash: PaymentMethod) -> None:
    """What it costs is worked out anew once the goods are others: the form that was sent before is worth nothing."""
    add = make.desk.settings.add_shipping_method
    add("flat-rate", "Курьер", settings=FREE_FROM_1000, actor=STAFF, key=make.key())
    buyer.add(quantity="3")
    link = _ordered(buyer)
    assert rub("1350") == order_of(buyer.desk).total
    buyer.ask("cart/lines/1", {"quantity": 1}, "PATCH")
    assert link != _reach_by_api(buyer)
    refused = _pay_by_api(buyer, link, cash, 45000)

    assert "details_missing" == refused.json["code"]
    assert 303 == buyer.check_out().status_code
    assert rub("750") == order_of(buyer.desk).total
    assert 200 == _pay_by_api(buyer, link, cash, 75000, "again").status_code
    assert "pending" == order_of(buyer.desk).status


def test_delivery_that_a_new_price_makes_dearer(
    buyer: Buyer, make: Maker, cash: PaymentMethod, shelf: Shelf, desk: Desk
) -> None:
    """A price that changes while it waits may change what delivery costs: the buyer is led to the checkout."""
    add = make.desk.settings.add_shipping_method
    add("flat-rate", "Курьер", settings=FREE_FROM_1000, actor=STAFF, key=make.key())
    buyer.add(quantity="3")
    link = _ordered(buyer)
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    form.put({"method": str(cash.id)})
    shelf.reprice("MUG-1", "300")
    looked = buyer.look(f"{link}/payment")
    refused = buyer.client.post(form.action, data=form.fields)

    assert "Сначала пройдите оформление" in looked.text
    assert 409 == refused.status_code
    assert "/shop/checkout" in Parsed(refused.text).values("href", "a")
    assert "Сначала пройдите оформление" in buyer.look(link).text
    assert f"Итого 1{N}200,00{N}₽" in buyer.look("/shop/checkout").text
    assert 303 == buyer.check_out().status_code
    assert link == pay(buyer, link, cash).headers["Location"]
    assert ("pending", rub("1200")) == (order_of(desk).status, order_of(desk).total)


def test_details_of_another_browsers_cart(app: Flask, buyer: Buyer, cash: PaymentMethod) -> None:
    """Whoever only has the link is not led to a checkout of his own cart."""
    buyer.add()
    link = _reach_by_api(buyer)
    page = Buyer.of(app, buyer.desk).look(f"{link}/payment")

    assert "в том браузере, где начат заказ" in page.text
    assert "/shop/checkout" not in page.values("href", "a")


def test_all_of_it_is_withdrawn(
    buyer: Buyer, courier: ShippingMethod, cash: PaymentMethod, shelf: Shelf, desk: Desk
) -> None:
    """Nobody is asked to pay for the delivery of nothing: the cart says what is gone, and nothing is stored of it."""
    link = buyer.order_by_link()
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    form.put({"method": str(cash.id)})
    del shelf.products["MUG-1"]
    before = order_of(desk)

    assert "/shop/" == buyer.client.get(f"{link}/payment").headers["Location"]
    assert "/shop/" == buyer.client.post(form.action, data=form.fields).headers["Location"]
    assert "cart_empty" == _pay_by_api(buyer, link, cash, 75000).json["code"]
    assert 0 == buyer.ask(f"orders/{link.rpartition('/')[2]}", method="GET").json["to_pay"]["minor"]
    assert before == order_of(desk)
    assert "Больше не продаётся" in buyer.look("/shop/").text
    buyer.ask("payment", {})  # the host's own page has the cart follow
    page = buyer.look(link)
    assert "В заказе пока ничего нет" in page.text
    assert "Выберите" not in page.text


def test_paying_what_was_cancelled(buyer: Buyer, cash: PaymentMethod, desk: Desk) -> None:
    """A page that another window left behind leads to the order, which says that it is cancelled."""
    link = buyer.order_by_link("BOOK")
    form = buyer.look(f"{link}/payment").form(f"{link}/payment")
    form.put({"method": str(cash.id)})
    order = order_of(desk)
    desk.orders.set_status(order.id, "cancelled", actor=STAFF, expected_version=order.version)

    assert link == buyer.client.post(form.action, data=form.fields).headers["Location"]
    assert "Отменён" in buyer.look(link).text


def test_no_way_to_pay(buyer: Buyer, make: Maker, card: PaymentMethod) -> None:
    """Where none is left that fits, the page says what happens next."""
    link = buyer.order_by_link("BOOK")
    make.desk.settings.edit_payment_method(attrs.evolve(card, active=False), actor=STAFF)

    assert "Магазин подскажет" in buyer.look(f"{link}/payment").text


def test_paying_as_the_customer(
    app_of: Callable[..., Flask], card: PaymentMethod, bank: Bank, desk: Desk, courier: ShippingMethod
) -> None:
    """«Мои заказы» leads to the same page, with addresses of its own."""
    buyer = Buyer.of(app_of(customer=lambda: CustomerRef("7")), desk)
    buyer.order_by_link("BOOK")
    own = f"/shop/my/{order_of(desk).id}"
    for _ in range(2):
        answer = pay(buyer, own, card)

    assert own == answer.headers["Location"]
    assert [rub("300")] == bank.taken


def test_for_programs(buyer: Buyer, card: PaymentMethod, other: PaymentMethod, provider: Provider) -> None:
    """The key is needed, the sum is needed; the answer says what came of it, and where to go."""
    provider.answer = ok.Redirect("https://bank.example/1", "R-1")
    link = buyer.order_by_link("BOOK")
    path = f"orders/{link.rpartition('/')[2]}/payment"
    body = {"key": "pay-1", "seen": 30000, "method": str(card.id)}
    for name, code in (("key", "key_missing"), ("seen", "seen_missing"), ("method", "not_payable")):
        refused = buyer.ask(path, {**body, name: None})
        assert code == refused.json["code"]
    assert "total_changed" == buyer.ask(path, {**body, "seen": 1}).json["code"]
    assert "payment_method_not_found" == buyer.ask(path, {**body, "method": NOBODY}).json["code"]

    declined = buyer.ask(path, body).json
    assert ("declined", "На счёте не хватает денег.", None) == (
        declined["outcome"], declined["message"], declined["redirect"],
    )  # fmt: skip
    sent = buyer.ask(path, {**body, "key": "pay-2", "method": str(other.id)}).json
    assert ("redirect", "https://bank.example/1", 30000) == (
        sent["outcome"], sent["redirect"], sent["to_pay"]["minor"],
    )  # fmt: skip
    assert sent["order"].endswith(link)


def test_a_payment_page_of_the_host_s_own(
    buyer: Buyer, shelf: Shelf, desk: Desk, bank: Bank, card: PaymentMethod
) -> None:
    """The host's page says that it was reached: the cart follows the prices, and the list of payments has its row."""
    buyer.add("BOOK")
    shelf.reprice("BOOK", "350")
    told = buyer.ask("payment", {}).json

    assert ("payment", rub("350"), 35000) == (
        order_of(desk).status,
        order_of(desk).total,
        told["total"]["minor"],
    )
    assert ["not_finished"] == [row.result for row in desk.payments.find().rows]
    again = buyer.ask("payment", {}).json
    assert told["number"] == again["number"]
    assert "details_missing" == _pay_by_api(buyer, told["token"], card, 35000).json["code"]
    buyer.check_out()
    for key in ("first", "second"):
        _pay_by_api(buyer, told["token"], card, 35000, key)
    assert [rub("350")] == bank.taken


def test_born_on_the_payment_page(buyer: Buyer, desk: Desk) -> None:
    """Whoever begins to pay without a cart stands in the list, too."""
    told = buyer.ask("payment", {}).json

    assert ("payment", ()) == (order_of(desk).status, order_of(desk).lines)
    assert 0 == told["total"]["minor"]
    assert "Ждёт оплаты" in buyer.look(f"/shop/o/{told['token']}").text
