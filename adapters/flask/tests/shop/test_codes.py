"""Promo codes in the cart, at the checkout and by JSON, and how a price comes about."""

from adapters.flask.tests.pages import Parsed, submit
from adapters.flask.tests.shop.buyers import DETAILS, Buyer
from orderkit import Desk, ShippingMethod
from tests.making import STAFF

N = "\u202f"


def add_rules(desk: Desk) -> None:
    ten = {"code": "Кофе10", "percent": 10}
    desk.settings.add_price_rule("promo-code", "Кофе", settings=ten, actor=STAFF, key="ten")
    desk.settings.add_price_rule("vat", "НДС", actor=STAFF, key="vat")


def test_a_code_in_the_cart(buyer: Buyer, desk: Desk) -> None:
    """It is entered beside the quantities, which are taken along; refused, it stays in its field with the reason."""
    add_rules(desk)
    buyer.add()
    wrong = submit(buyer.client, "/shop/", {}, on="/shop/", code="чай", do="code")
    right = submit(buyer.client, "/shop/", {"quantity.1": "2"}, on="/shop/", code="кофе 10", do="code")
    page = Parsed(buyer.client.get("/shop/").text)

    assert (422, 303) == (wrong.status_code, right.status_code)
    assert "Такого промокода нет." in wrong.text
    assert ["чай"] == Parsed(wrong.text).form("/shop/").fields["code"]
    assert f"Товары 900,00{N}₽ Промокод КОФЕ10 −90,00{N}₽ Итого без доставки 810,00{N}₽" in page.text
    submit(buyer.client, "/shop/", {}, on="/shop/", do="uncode:КОФЕ10")
    assert "Промокод КОФЕ10" not in buyer.client.get("/shop/").text


def test_no_field_where_no_rule_takes_codes(buyer: Buyer) -> None:
    """A shop without promo codes does not ask for one."""
    buyer.add()

    assert "Промокод" not in buyer.client.get("/shop/").text


def test_at_the_checkout(buyer: Buyer, desk: Desk, courier: ShippingMethod) -> None:
    """What is typed stays; the sums show how the price comes about, and the order is placed for that price."""
    add_rules(desk)
    buyer.add()
    counted = submit(buyer.client, "/shop/checkout", DETAILS, on="/shop/checkout", code="кофе10", do="code")
    page = Parsed(counted.text)

    assert 200 == counted.status_code
    assert (
        f"Товары 450,00{N}₽ Промокод КОФЕ10 −45,00{N}₽ Доставка 300,00{N}₽ Итого 705,00{N}₽ "
        f"в том числе НДС 22\u00a0% 127,13{N}₽"
    ) in page.text
    assert ["Анна Ким"] == page.form("/shop/checkout").fields["contact.name"]
    assert 303 == buyer.check_out().status_code
    [row] = desk.orders.find().rows
    assert 70_500 == desk.orders.get(row.id).total.minor


def test_by_json(buyer: Buyer, desk: Desk) -> None:
    """The same for scripts: the answer is the cart; a code that is refused is told by its code and in words."""
    add_rules(desk)
    buyer.add()
    entered = buyer.ask("cart/codes", {"code": "кофе10"}).json
    refused = buyer.ask("cart/codes", {"code": "чай"})
    removed = buyer.ask("cart/codes/КОФЕ10", method="DELETE").json

    assert entered
    assert removed
    assert [{"code": "КОФЕ10", "is_given": True}] == entered["codes"]
    assert [("Промокод КОФЕ10", -4_500)] == [
        (one["reason"], one["amount"]["minor"]) for one in entered["adjustments"]
    ]
    assert (40_500, 45_000) == (entered["total"]["minor"], removed["total"]["minor"])
    assert (422, "code_unknown", "code") == (
        refused.status_code,
        (refused.json or {})["code"],
        (refused.json or {})["field"],
    )
