"""The cart: what is put in, counted, taken out, and told of it."""

import re
from collections.abc import Callable

import attrs
import pytest
from flask import Flask

from adapters.flask.tests.pages import Parsed, submit
from adapters.flask.tests.shop.buyers import MUG, TEE, Buyer, Shelf
from orderkit import Desk, Money, OrderKit, ShippingMethod
from tests.making import contents, mug, rub

N = "\u202f"


def test_an_empty_cart(buyer: Buyer, kit: OrderKit) -> None:
    """Who only looks leaves nothing behind: no cookie, no row."""
    before = contents(kit)
    page = buyer.look("/shop/")

    assert "Корзина пуста" in page.text
    assert "/" in page.values("href", "a")
    assert "" == buyer.token
    assert contents(kit) == before


def test_the_way_back_to_the_goods(app_of: Callable[..., Flask], desk: Desk) -> None:
    """From an empty cart and a full one, to where the host says."""
    buyer = Buyer.of(app_of(home=lambda: "/catalogue"), desk)
    assert "/catalogue" in buyer.look("/shop/").values("href", "a")
    buyer.add()
    assert "/catalogue" in buyer.look("/shop/").values("href", "a")

    below = app_of().test_client().get("/shop/", base_url="http://localhost/below/")
    assert "/below/" in Parsed(below.text).values("href", "a")


def test_the_first_goods(buyer: Buyer, desk: Desk) -> None:
    """They stand in the desk's list at once, as the order of a guest."""
    answer = buyer.add(quantity="2")

    assert (303, "/shop/") == (answer.status_code, answer.headers["Location"])
    assert {"MUG-1": 2} == buyer.bought
    [row] = desk.orders.find().rows
    assert ("created", rub("900"), "", True) == (
        row.status,
        row.total,
        row.contact_name,
        row.requires_delivery,
    )


def test_a_product_without_a_script(buyer: Buyer) -> None:
    """A link leads to the product with its options and the quantity; nothing is lost where one is missing."""
    page = buyer.look("/shop/add?sku=TEE&quantity=3&options.Размер=M")
    assert f"1{N}990,50{N}₽" in page.text
    form = page.form("/shop/add")
    assert (["3"], ["M"]) == (form.fields["quantity"], form.fields["options.Размер"])

    refused = submit(buyer.client, "/shop/add", {"options.Размер": ""}, on="/shop/add?sku=TEE", quantity="3")
    assert 422 == refused.status_code
    assert "Выберите один из вариантов" in Parsed(refused.text).text
    again = Parsed(refused.text).form("/shop/add")
    assert ["3"] == again.fields["quantity"]
    again.put({"options.Размер": "S"})
    assert 303 == buyer.client.post(again.action, data=again.fields).status_code
    assert [{"Размер": "S"}] == [dict(line.options) for line in buyer.cart.lines]


@pytest.mark.parametrize("quantity", ["0", "-1", "1.5", "много", "", "99999999999"])
def test_quantities_that_cannot_be(buyer: Buyer, quantity: str) -> None:
    """They are said beside the field, and stand there as typed."""
    answer = buyer.add(quantity=quantity)

    assert 422 == answer.status_code
    assert [quantity] == Parsed(answer.text).form("/shop/add").fields["quantity"]
    assert "ok-p-quantity" in answer.text
    assert {} == buyer.bought


def test_the_page_of_what_is_not_sold(buyer_of: Callable[..., Buyer]) -> None:
    """It speaks of the product and not of the address, and leads to those that are there."""
    buyer = buyer_of(home=lambda: "/goods")
    page = Parsed(buyer.client.get("/shop/add?sku=NO").text)

    assert "Такого товара нет" in page.text
    assert "адрес" not in page.text
    assert "/goods" in page.values("href", "a")


def test_a_host_whose_shop_is_not_set_up_right(buyer_of: Callable[..., Buyer]) -> None:
    """The page that tells of it asks the host for nothing that may be what is wrong."""
    page = buyer_of(home=lambda: 1 / 0, customer=lambda: 7).client.get("/shop/")

    assert 500 == page.status_code
    assert "Магазин" in Parsed(page.text).text


def test_what_is_not_sold(buyer: Buyer) -> None:
    """There is no page for it, and no way into the cart."""
    refused = buyer.client.get("/shop/add?sku=NO")

    assert 422 == refused.status_code
    assert "больше не продаётся" in Parsed(refused.text).text
    assert "not_sold" == buyer.ask("cart/lines", {"sku": "NO"}).json["code"]


def test_prices_come_from_the_host(buyer: Buyer) -> None:
    """Whatever a browser says of price, title and delivery is not even read."""
    forged = {"price": "1", "unit_price": {"minor": 1}, "title": "даром", "requires_delivery": False}
    buyer.ask("cart/lines", {"sku": "MUG-1", **forged})
    submit(buyer.client, "/shop/add", {"price": "1", "title": "даром"}, on="/shop/add?sku=MUG-1")

    [line] = buyer.cart.lines
    assert (MUG.price, MUG.title, True, 2) == (
        line.unit_price, line.title, line.requires_delivery, line.quantity,
    )  # fmt: skip


def test_the_page_it_comes_from(buyer: Buyer) -> None:
    """A page that the host names stands on the line; another text does not."""
    buyer.ask("cart/lines", {"sku": "MUG-1", "page": "catalogue"})
    buyer.ask("cart/lines", {"sku": "BOOK", "page": "<script>"})

    assert ["catalogue", ""] == [line.page for line in buyer.cart.lines]


def test_quantities_and_taking_out(buyer: Buyer) -> None:
    """Counted anew by a button, by Enter, and on the way to the checkout; 0 takes out, and so does the cross."""
    buyer.add()
    buyer.add("BOOK")
    assert 303 == submit(buyer.client, "/shop/", {"quantity.1": "4"}).status_code
    assert {"MUG-1": 4, "BOOK": 1} == buyer.bought

    gone = submit(buyer.client, "/shop/", {"quantity.1": "5", "do": "checkout"})
    assert "/shop/checkout" == gone.headers["Location"]
    submit(buyer.client, "/shop/", {"do": "remove:2"})
    assert {"MUG-1": 5} == buyer.bought
    submit(buyer.client, "/shop/", {"quantity.1": "0"})
    assert {} == buyer.bought
    assert buyer.cart.status == "created"
    assert "Корзина пуста" in buyer.look("/shop/").text


def test_wrong_quantities_stay_typed(buyer: Buyer) -> None:
    """What can be counted is, what cannot is said beside its field."""
    buyer.add()
    buyer.add("BOOK")
    answer = submit(buyer.client, "/shop/", {"quantity.1": "пять", "quantity.2": "3", "do": "checkout"})

    assert 422 == answer.status_code
    assert ["пять"] == Parsed(answer.text).form("/shop/").fields["quantity.1"]
    assert {"MUG-1": 1, "BOOK": 3} == buyer.bought


def test_many_quantities_are_one_change(buyer: Buyer, desk: Desk) -> None:
    """However many are changed the cart has one more entry; those that cannot be are said, each beside its field."""
    for sku in ("MUG-1", "BOOK", "GIFT"):
        buyer.add(sku)
    before = buyer.cart.version
    submit(buyer.client, "/shop/", {"quantity.1": "2", "quantity.2": "0", "quantity.3": "4"})
    assert (before + 1, {"MUG-1": 2, "GIFT": 4}) == (buyer.cart.version, buyer.bought)
    assert "cart.quantities_changed" == desk.orders.view(buyer.cart.id).journal[0].kind

    buyer.add("BOOK")
    before = buyer.cart.version
    typed = {"quantity.1": "-1", "quantity.3": "1000001", "quantity.4": "3"}
    answer = submit(buyer.client, "/shop/", typed)
    fields = Parsed(answer.text).form("/shop/").fields
    assert (422, before + 1) == (answer.status_code, buyer.cart.version)
    assert {"MUG-1": 2, "GIFT": 4, "BOOK": 3} == buyer.bought
    assert {name: [text] for name, text in typed.items()}.items() <= fields.items()
    assert {"ok-p-quantity.1", "ok-p-quantity.3"} == set(re.findall(r"ok-p-quantity[.][0-9]+", answer.text))


def test_quantities_that_come_to_too_much(buyer: Buyer, shelf: Shelf) -> None:
    """Where no single one is wrong it is said beside all that were changed, and nothing is."""
    for sku in ("GOLD", "RING"):
        shelf.products[sku] = attrs.evolve(MUG, sku=sku, price=rub("90000000000"))
        buyer.add(sku)
    answer = submit(buyer.client, "/shop/", {"quantity.1": "600", "quantity.2": "600"})

    assert 422 == answer.status_code
    assert {"ok-p-quantity.1", "ok-p-quantity.2"} == set(re.findall(r"ok-p-quantity[.][0-9]+", answer.text))
    assert {"GOLD": 1, "RING": 1} == buyer.bought


def test_quantities_of_a_cart_that_was_ordered(buyer: Buyer, courier: ShippingMethod) -> None:
    """In another window: there is nothing to change any more, and the empty cart says so."""
    buyer.add()
    form = buyer.look("/shop/").form("/shop/")
    assert 303 == buyer.check_out().status_code
    form.put({"quantity.1": "7"})

    assert "/shop/" == buyer.client.post(form.action, data=form.fields).headers["Location"]


def test_two_windows_of_one_cart(buyer: Buyer) -> None:
    """What was changed in one is not undone by the other; what is gone stays gone, without a fuss."""
    buyer.add()
    buyer.add("BOOK")
    first, second = (buyer.look("/shop/").form("/shop/") for _ in range(2))
    first.put({"quantity.1": "7", "do": "remove:2"})
    buyer.client.post(first.action, data=first.fields)
    second.put({"quantity.2": "3"})

    assert 303 == buyer.client.post(second.action, data=second.fields).status_code
    assert {"MUG-1": 7} == buyer.bought
    second.put({"do": "remove:2"})
    assert 303 == buyer.client.post(second.action, data=second.fields).status_code


def test_changed_prices_are_told(buyer: Buyer, shelf: Shelf) -> None:
    """The page shows the price of now and that of before, for as long as nothing was ordered at it."""
    buyer.add(quantity="2")
    shelf.reprice("MUG-1", "500")
    buyer.add("BOOK")
    page = buyer.look("/shop/")

    assert f"была 450,00{N}₽" in page.text
    assert f"500,00{N}₽ за штуку" in page.text
    assert f"1{N}300,00{N}₽" in page.text
    line = buyer.ask("cart", method="GET").json["lines"][0]
    assert (50000, 45000) == (line["price"]["minor"], line["price_before"]["minor"])


def test_what_is_not_sold_any_more_is_told(buyer: Buyer, shelf: Shelf) -> None:
    """It is crossed out, counts for nothing, and can only be taken out; options count too."""
    buyer.add()
    buyer.add("TEE", Размер="M")
    del shelf.products["MUG-1"]
    shelf.products["TEE"] = attrs.evolve(TEE, options={"Размер": ("S",)})
    page = buyer.look("/shop/")

    assert 2 == page.text.count("Больше не продаётся")
    assert [] == [name for name in page.form("/shop/").fields if name.startswith("quantity.")]
    assert "Перейти к оформлению" not in page.text
    assert 0 == buyer.ask("cart", method="GET").json["goods"]["minor"]
    assert "/shop/" == buyer.client.get("/shop/checkout").headers["Location"]


def test_a_silent_catalogue(buyer: Buyer, shelf: Shelf, kit: OrderKit) -> None:
    """The cart is shown as it was, and says so; nothing is sold at a price nobody knows."""
    buyer.add()
    before = contents(kit)
    shelf.is_broken = True
    page, added = buyer.look("/shop/"), buyer.ask("cart/lines", {"sku": "BOOK"})

    assert "не может узнать цены" in page.text
    assert "Кружка" in page.text
    assert (503, "catalogue_silent") == (added.status_code, added.json["code"])
    assert not buyer.ask("cart", method="GET").json["is_priced"]
    assert contents(kit) == before


def test_lines_of_the_host_s_own_code(buyer: Buyer, desk: Desk) -> None:
    """What the host puts in without a sku is its own: nobody looks it up."""
    buyer.add()
    desk.carts.add(buyer.visitor, mug(1, "99", sku="", title="Подарочная упаковка"))

    assert "Подарочная упаковка" in buyer.look("/shop/").text
    assert [] == [one for one in buyer.ask("cart", method="GET").json["lines"] if not one["is_sold"]]


def test_for_programs(buyer: Buyer) -> None:
    """Put in, counted, taken out; each answer holds the whole cart."""
    empty = buyer.ask("cart", method="GET").json
    added = buyer.ask("cart/lines", {"sku": "MUG-1", "quantity": 2}).json
    [line] = added["lines"]
    counted = buyer.ask(f"cart/lines/{line['id']}", {"quantity": 3}, "PATCH").json
    emptied = buyer.ask(f"cart/lines/{line['id']}", method="DELETE").json

    assert (None, [], 0) == (empty["order"], empty["lines"], empty["pieces"])
    assert {"minor": 90000, "currency": "RUB", "text": f"900,00{N}₽"} == added["goods"]
    assert ("Добавлено.", "В корзине 2 товара", "/shop/") == (
        added["said"],
        added["in_cart"],
        added["address"],
    )
    assert (3, 135000) == (counted["pieces"], counted["goods"]["minor"])
    assert [] == emptied["lines"]
    assert str(buyer.cart.id) == emptied["order"]


def test_a_press_that_is_sent_twice(buyer: Buyer) -> None:
    """By a script whose answer was lost, or by two presses of one form: it is in the cart once."""
    for _ in range(2):
        added = buyer.ask("cart/lines", {"sku": "MUG-1", "quantity": 2, "key": "press"})
        assert (200, 2) == (added.status_code, added.json["pieces"])
    form = buyer.look("/shop/add?sku=MUG-1").form("/shop/add")
    for _ in range(2):
        assert 303 == buyer.client.post(form.action, data=form.fields).status_code

    assert {"MUG-1": 3} == buyer.bought
    form.put({"quantity": "4"})
    refused = buyer.client.post(form.action, data=form.fields)
    again = Parsed(refused.text).form("/shop/add")
    assert (409, ["4"]) == (refused.status_code, again.fields["quantity"])
    assert 303 == buyer.client.post(again.action, data=again.fields).status_code
    assert {"MUG-1": 7} == buyer.bought
    reused = buyer.ask("cart/lines", {"sku": "MUG-1", "quantity": 7, "key": "press"})
    assert (409, "key_reused") == (reused.status_code, reused.json["code"])
    long = buyer.ask("cart/lines", {"sku": "MUG-1", "key": "k" * 201})
    assert (422, "key_missing") == (long.status_code, long.json["code"])


def test_a_press_that_is_sent_after_ordering(buyer: Buyer, courier: ShippingMethod) -> None:
    """What it put in was ordered meanwhile: it is not put in once more, and the answer is the cart as it is."""
    press = {"sku": "MUG-1", "key": "press"}
    buyer.ask("cart/lines", press)
    assert 303 == buyer.check_out().status_code
    again = buyer.ask("cart/lines", press).json

    assert (None, 0) == (again["order"], again["pieces"])
    assert buyer.cart is None


def test_browsers_that_choose_the_same_key(buyer_of: Callable[..., Buyer]) -> None:
    """What one of them sends says nothing of what another did."""
    for quantity in (1, 2):
        put = buyer_of().ask("cart/lines", {"sku": "MUG-1", "quantity": quantity, "key": "1"})
        assert (200, quantity) == (put.status_code, put.json["pieces"])


def test_a_sum_no_order_may_have(buyer: Buyer, shelf: Shelf) -> None:
    """It is said beside the form, with everything that was typed."""
    shelf.reprice("MUG-1", "90000000000")
    refused = buyer.add(quantity="999999")
    fields = Parsed(refused.text).form("/shop/add").fields
    assert (422, ["999999"]) == (refused.status_code, fields["quantity"])


def test_nobody_changes_what_is_not_there(buyer: Buyer, kit: OrderKit) -> None:
    """A browser without a cookie is not met by taking something out of nothing."""
    before = contents(kit)

    assert (404, "cart_not_found") == (
        (answer := buyer.ask("cart/lines/1", method="DELETE")).status_code, answer.json["code"],
    )  # fmt: skip
    assert "" == buyer.token
    assert contents(kit) == before


def test_what_is_wrong_with_a_catalogue_is_logged(
    app_of: Callable[..., Flask], desk: Desk, shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    """The buyer reads that it is not sold; the developer which mistake that is, and where it is made."""
    buyers = {
        name: Buyer.of(app_of(name, catalogue=one), desk) for name, one in (("none", None), ("one", shelf))
    }
    shelf.products["TEA"] = attrs.evolve(MUG, sku="TEA", price=Money.of("5", "EUR"))
    assert 422 == buyers["none"].client.get("/shop/add?sku=MUG-1").status_code
    assert "give Host(catalogue=…)" in caplog.text
    assert 422 == buyers["one"].client.get("/shop/add?sku=TEA").status_code
    assert "sells 'TEA' in EUR, and here it is RUB" in caplog.text
    shelf.is_broken = True
    buyers["one"].client.get("/shop/add?sku=MUG-1")
    assert "failed at get: OSError in" in caplog.text
    assert "buyers.py:" in caplog.text
    assert "the catalogue is out" not in caplog.text


def test_no_catalogue_sells_nothing(app_of: Callable[..., Flask], desk: Desk) -> None:
    """A host without one has a storefront for its orders' links, and nothing to put into a cart."""
    buyer = Buyer.of(app_of(catalogue=None), desk)

    assert "not_sold" == buyer.ask("cart/lines", {"sku": "MUG-1"}).json["code"]
    assert 200 == buyer.client.get("/shop/").status_code


def test_other_currencies_are_not_sold(buyer: Buyer, shelf: Shelf) -> None:
    """A site has one currency; what the host sells in another stays out."""
    shelf.products["EUR"] = attrs.evolve(MUG, sku="EUR", price=attrs.evolve(MUG.price, currency="EUR"))

    assert "not_sold" == buyer.ask("cart/lines", {"sku": "EUR"}).json["code"]


def test_hostile_titles_stay_texts(buyer: Buyer, shelf: Shelf) -> None:
    """What the host sells is shown as it is called, on the page and in words for scripts."""
    title = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    shelf.products["X"] = attrs.evolve(
        MUG, sku="X", title=title, options={title: (title,)}, image=f"/x?{title}"
    )
    buyer.add("X", **{title: title})
    page = buyer.look("/shop/")

    assert title in page.text
    assert [f"/x?{title}"] == page.values("src", "img")
    assert [] == page.values("onerror")
