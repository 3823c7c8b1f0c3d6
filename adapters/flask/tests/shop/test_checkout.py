"""The checkout: what it asks for, what it refuses, and what it makes of it."""

from collections.abc import Callable

import attrs
import pytest
from werkzeug.test import TestResponse

from adapters.flask.tests.pages import FilledForm, Parsed, submit
from adapters.flask.tests.shop.buyers import DETAILS, NOBODY, Buyer, Shelf
from orderkit import Desk, Order, OrderKit, PaymentMethod, ShippingMethod
from tests.making import STAFF, Maker, contents, rub

BuyerOf = Callable[..., Buyer]
N = "\u202f"
CHECKOUT = "/shop/checkout"


def send_again(buyer: Buyer, answer: TestResponse, form: FilledForm) -> TestResponse:
    """Press the one button of a page that keeps what was typed: all of it, under a token of now."""
    [kept] = Parsed(answer.text).forms
    fields = {name: values for name, values in form.fields.items() if name != "csrf"}
    assert fields == {name: values for name, values in kept.fields.items() if name != "csrf"}
    return buyer.client.post(CHECKOUT, data=kept.fields)


def order_of(buyer: Buyer) -> Order:
    """The newest order."""
    return buyer.desk.orders.get(buyer.desk.orders.find().rows[0].id)


def problems(text: str) -> set[str]:
    """The fields that something is said beside."""
    return {id.removeprefix("ok-p-") for id in Parsed(text).values("id") if id.startswith("ok-p-")}


def test_an_empty_cart_has_none(buyer: Buyer) -> None:
    """It shows itself instead."""
    assert "/shop/" == buyer.client.get(CHECKOUT).headers["Location"]
    buyer.add()
    submit(buyer.client, "/shop/", {"do": "remove:1"})
    assert "/shop/" == buyer.client.get(CHECKOUT).headers["Location"]


def test_methods_with_their_cost(
    buyer: Buyer, courier: ShippingMethod, pickup: ShippingMethod, make: Maker
) -> None:
    """Those that are in use, each with what it costs, in the order of display; the first one is chosen."""
    off = make.courier("99", "Голубь")
    make.desk.settings.edit_shipping_method(attrs.evolve(off, active=False), actor=STAFF)
    buyer.add(quantity="2")
    page = buyer.look(CHECKOUT)

    assert f"Курьер 300,00{N}₽" in page.text
    assert "Самовывоз бесплатно Мира, 5" in page.text
    assert "Голубь" not in page.text
    assert [str(courier.id)] == page.form(CHECKOUT).fields["delivery.method"]
    assert f"Итого 1{N}200,00{N}₽" in page.text


def test_ordering(buyer: Buyer, courier: ShippingMethod, desk: Desk) -> None:
    """Contact, method, address and comment stand in the order; where nobody can be paid it is placed at once."""
    buyer.add()
    answer = buyer.check_out({**DETAILS, "delivery.postal_code": "614000", "delivery.comment": "после 18"})

    assert 303 == answer.status_code
    [row] = desk.orders.find().rows
    order = desk.orders.get(row.id)
    to = order.delivery.recipient
    assert ("pending", rub("750"), courier.id, rub("300")) == (
        order.status, order.total, order.delivery.method_id, order.delivery.cost,
    )  # fmt: skip
    assert ("Анна Ким", "8 (912) 345-67-89", "RU", "Пермь", "614000", "Ленина, 1", "после 18") == (
        to.name, to.phone, to.country, to.city, to.postal_code, to.address, to.comment,
    )  # fmt: skip
    assert "Анна Ким" == desk.contacts.get(order.contact_id).details.name
    assert {} == buyer.bought


def test_payment_comes_next(buyer: Buyer, courier: ShippingMethod, cash: PaymentMethod) -> None:
    """Where there are ways to pay, the order reaches the payment page, and is the buyer's cart until it is placed."""
    buyer.add()
    buyer.check_out()

    assert "payment" == buyer.cart.status
    assert buyer.cart.open_attempt.amount == rub("750")


def test_no_address_where_none_is_needed(
    buyer: Buyer, courier: ShippingMethod, pickup: ShippingMethod
) -> None:
    """Whoever fetches it is not asked for one, and what was typed before choosing so is not kept."""
    buyer.add()
    buyer.check_out({**DETAILS, "delivery.method": str(pickup.id), "delivery.postal_code": "nonsense"})
    page = buyer.client.get(CHECKOUT)

    assert 303 == page.status_code
    [order] = [buyer.desk.orders.get(row.id) for row in buyer.desk.orders.find().rows]
    to = order.delivery.recipient
    assert ("Анна Ким", "", "", "", "") == (to.name, to.country, to.city, to.postal_code, to.address)


def test_no_delivery_where_none_is_needed(buyer: Buyer, courier: ShippingMethod) -> None:
    """A file is not sent: no method, no address, and only the comment is kept beside the contact."""
    buyer.add("BOOK")
    page = buyer.look(CHECKOUT)
    assert [] == [name for name in page.form(CHECKOUT).fields if name in ("delivery.method", "delivery.city")]
    typed = {"contact.name": "Анна", "contact.email": "anna@example.com", "delivery.comment": "в подарок"}
    assert 303 == buyer.check_out(typed).status_code

    [order] = [buyer.desk.orders.get(row.id) for row in buyer.desk.orders.find().rows]
    assert (None, rub("0"), "", "в подарок") == (
        order.delivery.method_id,
        order.delivery.cost,
        order.delivery.recipient.name,
        order.delivery.recipient.comment,
    )


def test_no_methods_at_all(buyer: Buyer) -> None:
    """A shop that has not set any up yet still takes orders."""
    buyer.add()
    page = buyer.look(CHECKOUT)

    assert "магазин договорится с вами" in page.text
    assert 303 == buyer.check_out({"contact.name": "Анна", "contact.phone": "89123456789"}).status_code


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"contact.name": ""}, {"contact.name"}),
        ({"contact.phone": "", "contact.email": ""}, {"contact.phone"}),
        ({"contact.phone": "12"}, {"contact.phone"}),
        ({"contact.email": "anna@"}, {"contact.email"}),
        ({"contact.name": "x" * 201}, {"contact.name"}),
        ({"contact.name": "Анна\x07"}, {"contact.name"}),
        ({"delivery.city": "", "delivery.address": ""}, {"delivery.city", "delivery.address"}),
        ({"delivery.postal_code": "12"}, {"delivery.postal_code"}),
        ({"delivery.country": "PL", "delivery.postal_code": "614000"}, {"delivery.postal_code"}),
        ({"delivery.country": "ZZ"}, {"delivery.country"}),
        ({"delivery.address": "x" * 2001}, {"delivery.address"}),
        ({"delivery.comment": "x" * 2001}, {"delivery.comment"}),
        ({"delivery.name": "x" * 201}, {"delivery.name"}),
        ({"delivery.name": "Пётр", "delivery.phone": "12"}, {"delivery.phone"}),
        ({"delivery.phone": "89123456789"}, {"delivery.name"}),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    buyer: Buyer, courier: ShippingMethod, kit: OrderKit, typed: dict[str, str], wrong: set[str]
) -> None:
    """Everything typed stays; nothing is stored."""
    buyer.add()
    before = contents(kit)
    answer = buyer.check_out({**DETAILS, **typed})
    fields = Parsed(answer.text).form(CHECKOUT).fields

    assert 422 == answer.status_code
    assert wrong == problems(answer.text)
    assert {**DETAILS, **typed} == {name: fields[name][0] for name in {**DETAILS, **typed}}
    assert contents(kit) == before


def test_hostile_texts_stay_texts(buyer: Buyer, courier: ShippingMethod) -> None:
    """In every field, on the form that comes back and in the order."""
    text = '"><img src=x onerror=alert(1)>'
    buyer.add()
    names = (
        "contact.name",
        "contact.email",
        "delivery.city",
        "delivery.address",
        "delivery.comment",
        "delivery.country",
    )
    refused = buyer.check_out({**DETAILS, **dict.fromkeys(names, text)})
    page = Parsed(refused.text)

    assert {"contact.email", "delivery.country"} == problems(refused.text)
    assert [] == page.values("onerror")
    assert text == page.form(CHECKOUT).fields["contact.name"][0]


def test_counting_delivery_anew(
    buyer: Buyer, courier: ShippingMethod, post: ShippingMethod, kit: OrderKit
) -> None:
    """Without a script a button shows the total of the method that was chosen; nothing is stored, nothing is lost."""
    buyer.add()
    before = contents(kit)
    answer = buyer.check_out({"contact.name": "Ан", "delivery.method": str(post.id), "do": "count"})

    assert 200 == answer.status_code
    assert f"Итого 790,00{N}₽" in Parsed(answer.text).text
    assert ["Ан"] == Parsed(answer.text).form(CHECKOUT).fields["contact.name"]
    assert set() == problems(answer.text)
    assert contents(kit) == before


def test_a_method_of_nobody(buyer: Buyer, courier: ShippingMethod) -> None:
    """What is none of those offered is the first one: nobody delivers for a price of his own."""
    buyer.add()
    for forged in (NOBODY, "nonsense"):
        page = buyer.check_out({**DETAILS, "contact.name": "", "delivery.method": forged})
        assert [str(courier.id)] == Parsed(page.text).form(CHECKOUT).fields["delivery.method"]


def test_a_method_that_is_gone(
    buyer: Buyer, courier: ShippingMethod, post: ShippingMethod, desk: Desk
) -> None:
    """A method that is switched off meanwhile is not taken for another one at another price."""
    buyer.add()
    form = buyer.look(CHECKOUT).form(CHECKOUT)
    form.put({**DETAILS, "delivery.method": str(post.id)})
    desk.settings.edit_shipping_method(attrs.evolve(post, active=False), actor=STAFF)
    answer = buyer.client.post(CHECKOUT, data=form.fields)

    assert 409 == answer.status_code
    assert "Сумма тем временем изменилась" in Parsed(answer.text).text
    assert f"Итого 750,00{N}₽" in Parsed(answer.text).text


def test_costs_come_from_the_carrier(buyer: Buyer, courier: ShippingMethod, desk: Desk) -> None:
    """A form that says it costs less is told the total, and no order is made of it."""
    buyer.add()
    answer = buyer.check_out({**DETAILS, f"seen.{courier.id}": "0", "delivery.cost": "0"})

    assert 409 == answer.status_code
    assert "created" == buyer.cart.status
    form = Parsed(answer.text).form(CHECKOUT)
    assert 303 == buyer.client.post(CHECKOUT, data=form.fields).status_code
    [row] = desk.orders.find().rows
    assert rub("750") == row.total


def test_a_price_that_changes_under_the_form(
    buyer: Buyer, courier: ShippingMethod, shelf: Shelf, desk: Desk
) -> None:
    """The buyer is shown the new total and asked again; then it costs what was shown."""
    buyer.add()
    form = buyer.look(CHECKOUT).form(CHECKOUT)
    form.put(DETAILS)
    shelf.reprice("MUG-1", "500")
    answer = buyer.client.post(CHECKOUT, data=form.fields)
    page = Parsed(answer.text)

    assert 409 == answer.status_code
    assert "Сумма тем временем изменилась" in page.text
    assert f"Итого 800,00{N}₽" in page.text
    again = page.form(CHECKOUT)
    assert "Пермь" == again.fields["delivery.city"][0]
    assert again.fields["key"] != form.fields["key"]
    assert 303 == buyer.client.post(CHECKOUT, data=again.fields).status_code
    [row] = desk.orders.find().rows
    assert ("pending", rub("800")) == (row.status, row.total)


def test_what_is_not_sold_any_more_stays_out(
    buyer: Buyer, courier: ShippingMethod, shelf: Shelf, desk: Desk
) -> None:
    """The checkout says so, and the order is made without it."""
    buyer.add()
    buyer.add("BOOK")
    del shelf.products["BOOK"]
    page = buyer.look(CHECKOUT)

    assert "в заказ не войдёт: Книга в файле" in page.text
    assert 303 == buyer.check_out().status_code
    [row] = desk.orders.find().rows
    assert rub("750") == row.total


def test_the_same_form_again(buyer: Buyer, courier: ShippingMethod, desk: Desk) -> None:
    """A second press, another window with it, and going back and sending it again all lead to the one order."""
    buyer.add()
    form = buyer.look(CHECKOUT).form(CHECKOUT)
    form.put(DETAILS)
    answers = [buyer.client.post(CHECKOUT, data=form.fields) for _ in range(3)]
    buyer.add("BOOK")
    answers.append(buyer.client.post(CHECKOUT, data=form.fields))

    assert [303] * 4 == [one.status_code for one in answers]
    pages = {Parsed(buyer.client.get(one.headers["Location"]).text).text for one in answers}
    assert 1 == len(pages)
    assert ["created", "pending"] == [row.status for row in desk.orders.find().rows]


def test_the_same_form_again_under_the_cookie_of_before(
    buyer: Buyer, courier: ShippingMethod, desk: Desk
) -> None:
    """Somebody else's e-mail changes the cookie; where that answer is lost, the key of the form leads to the order."""
    buyer.add()
    buyer.check_out({**DETAILS, "contact.email": "anna@example.com"})
    buyer.add()
    form = buyer.look(CHECKOUT).form(CHECKOUT)
    form.put({**DETAILS, "contact.email": "boris@example.com"})
    before = buyer.token
    answers = [buyer.client.post(CHECKOUT, data=form.fields)]
    assert before != buyer.token
    buyer.client.set_cookie(buyer.cookie, before)
    answers.append(buyer.client.post(CHECKOUT, data=form.fields))

    assert [303, 303] == [one.status_code for one in answers]
    assert "Заказ 1002" in buyer.look(answers[1].headers["Location"]).text
    assert 2 == len(desk.orders.find().rows)
    form.put({"key": "another"})
    assert 409 == buyer.client.post(CHECKOUT, data=form.fields).status_code


def test_another_form_for_a_cart_that_was_ordered(buyer: Buyer, courier: ShippingMethod, desk: Desk) -> None:
    """Two windows with the checkout make one order; the second is told, and nothing of it is done to the new cart."""
    buyer.add()
    first, second = (buyer.look(CHECKOUT).form(CHECKOUT) for _ in range(2))
    for form in (first, second):
        form.put(DETAILS)
    buyer.client.post(CHECKOUT, data=first.fields)
    buyer.add("BOOK")
    answer = buyer.client.post(CHECKOUT, data=second.fields)

    assert 409 == answer.status_code
    assert "уже оформлена" in Parsed(answer.text).text
    assert {"BOOK": 1} == buyer.bought
    assert 2 == len(desk.orders.find().rows)


def test_the_cart_of_another(buyer: Buyer, courier: ShippingMethod, desk: Desk, kit: OrderKit) -> None:
    """By its id it is neither shown nor ordered, nor told from one that is not there."""
    buyer.add()
    stranger = Buyer.of(buyer.client.application, desk)
    stranger.add("BOOK")
    form = stranger.look(CHECKOUT).form(CHECKOUT)
    form.put(DETAILS)
    before, answers = contents(kit), []
    for order in (str(buyer.cart.id), NOBODY, "nonsense", ""):
        form.put({"order": order})
        answers.append(stranger.client.post(CHECKOUT, data=form.fields))

    assert {409} == {one.status_code for one in answers}
    assert 1 == len({one.text for one in answers})
    assert contents(kit) == before


def test_details_again_after_going_back(buyer: Buyer, courier: ShippingMethod, cash: PaymentMethod) -> None:
    """Before it is paid, the checkout opens with what this cart was told, and another address is taken."""
    buyer.add()
    buyer.check_out()
    fields = buyer.look(CHECKOUT).form(CHECKOUT).fields
    assert (["Анна Ким"], ["Пермь"]) == (fields["contact.name"], fields["delivery.city"])

    assert 303 == buyer.check_out({**DETAILS, "delivery.city": "Кунгур"}).status_code
    assert "Кунгур" == buyer.cart.delivery.recipient.city


def test_two_windows_with_the_checkout(
    buyer: Buyer, courier: ShippingMethod, post: ShippingMethod, cash: PaymentMethod, kit: OrderKit
) -> None:
    """What the first was told is not replaced silently: the second takes over the rest, and shows both of the same."""
    buyer.add()
    first, second = (buyer.look(CHECKOUT).form(CHECKOUT) for _ in range(2))
    first.put(
        DETAILS | {"delivery.name": "Иван", "delivery.comment": "Домофон 12", "delivery.method": str(post.id)}
    )
    second.put(DETAILS | {"contact.name": "Марина", "delivery.city": "Кунгур"})
    assert 303 == buyer.client.post(CHECKOUT, data=first.fields).status_code
    before = contents(kit)
    answer = buyer.client.post(CHECKOUT, data=second.fields)

    assert 409 == answer.status_code
    assert before == contents(kit)
    page = Parsed(answer.text)
    for told in ("из другого окна отправили другое", "Сейчас сохранено: Анна Ким", "Сейчас сохранено: Пермь",
                 "Сейчас сохранено: Почта"):  # fmt: skip
        assert told in page.text
    again = page.form(CHECKOUT)
    wanted = {
        "contact.name": "Марина",
        "delivery.city": "Кунгур",
        "delivery.name": "Иван",
        "delivery.comment": "Домофон 12",
    }
    assert wanted == {name: again.fields[name][0] for name in wanted}
    assert 303 == buyer.client.post(CHECKOUT, data=again.fields).status_code
    recipient = buyer.cart.delivery.recipient
    assert ("Иван", "Кунгур", "Домофон 12") == (recipient.name, recipient.city, recipient.comment)


def test_two_windows_with_the_same_in_them(
    buyer: Buyer, courier: ShippingMethod, cash: PaymentMethod
) -> None:
    """Nothing is replaced, so that nothing is asked."""
    buyer.add()
    forms = [buyer.look(CHECKOUT).form(CHECKOUT) for _ in range(2)]
    for form in forms:
        form.put(DETAILS)

    assert [303, 303] == [buyer.client.post(CHECKOUT, data=form.fields).status_code for form in forms]


def test_the_same_window_after_going_back(buyer: Buyer, courier: ShippingMethod, cash: PaymentMethod) -> None:
    """What its writer sent himself and corrects is asked about once, not twice."""
    buyer.add()
    form = buyer.look(CHECKOUT).form(CHECKOUT)
    form.put(DETAILS)
    buyer.client.post(CHECKOUT, data=form.fields)
    form.put({"delivery.city": "Кунгур"})
    answer = buyer.client.post(CHECKOUT, data=form.fields)

    assert 409 == answer.status_code
    again = Parsed(answer.text).form(CHECKOUT)
    assert 303 == buyer.client.post(CHECKOUT, data=again.fields).status_code
    assert "Кунгур" == buyer.cart.delivery.recipient.city


@pytest.mark.parametrize(
    ("typed", "phone"), [("8 912 000-00-00", "8 912 000-00-00"), ("", "8 (912) 345-67-89")]
)
def test_somebody_else_receives_it(
    buyer: Buyer, courier: ShippingMethod, cash: PaymentMethod, typed: str, phone: str
) -> None:
    """The order is of whoever buys; without a phone of theirs the buyer is called. It is kept when going back."""
    buyer.add()
    blank = buyer.look(CHECKOUT).form(CHECKOUT).fields
    assert ([""], [""]) == (blank["delivery.name"], blank["delivery.phone"])
    assert 303 == buyer.check_out({**DETAILS, "delivery.name": "Пётр", "delivery.phone": typed}).status_code

    to, ordered_by = buyer.cart.delivery.recipient, buyer.desk.contacts.get(buyer.cart.contact_id).details
    assert ("Пётр", phone, "Пермь") == (to.name, to.phone, to.city)
    assert ("Анна Ким", "8 (912) 345-67-89") == (ordered_by.name, ordered_by.phone)
    again = buyer.look(CHECKOUT).form(CHECKOUT).fields
    assert (["Анна Ким"], ["Пётр"]) == (again["contact.name"], again["delivery.name"])
    assert 303 == buyer.check_out({"delivery.name": "", "delivery.phone": ""}).status_code
    assert "Анна Ким" == buyer.cart.delivery.recipient.name


def test_a_silent_catalogue(buyer: Buyer, courier: ShippingMethod, shelf: Shelf) -> None:
    """Nothing is ordered at prices nobody knows; what was typed waits to be sent again."""
    buyer.add()
    form = buyer.look(CHECKOUT).form(CHECKOUT)
    form.put(DETAILS)
    shelf.is_broken = True
    answer = buyer.client.post(CHECKOUT, data=form.fields)

    assert 503 == answer.status_code
    assert "created" == buyer.cart.status
    shelf.is_broken = False
    assert 303 == send_again(buyer, answer, form).status_code
    assert "Пермь" == order_of(buyer).delivery.recipient.city


def test_a_form_that_expired(buyer: Buyer, courier: ShippingMethod) -> None:
    """The browser was closed, and with it the cookie that its forms are signed for: what was typed is sent again."""
    buyer.add()
    form = buyer.look(CHECKOUT).form(CHECKOUT)
    form.put(DETAILS)
    buyer.client.delete_cookie("orderkit_browser", path="/shop/")
    answer = buyer.client.post(CHECKOUT, data=form.fields)

    assert 400 == answer.status_code
    assert 303 == send_again(buyer, answer, form).status_code
    assert "Пермь" == order_of(buyer).delivery.recipient.city


def test_a_form_that_comes_too_soon(buyer_of: BuyerOf, courier: ShippingMethod) -> None:
    """So it is with one that came too often; a page that is only looked at has nothing to send."""
    denied: set[str] = set()
    buyer = buyer_of(allow=lambda act, _keys: act not in denied)
    buyer.add()
    form = buyer.look(CHECKOUT).form(CHECKOUT)
    form.put(DETAILS)
    denied |= {"checkout", "quotes"}
    answer = buyer.client.post(CHECKOUT, data=form.fields)
    looked = buyer.client.get(CHECKOUT)
    denied.clear()

    assert (429, 429) == (answer.status_code, looked.status_code)
    assert [] == Parsed(looked.text).forms
    assert 303 == send_again(buyer, answer, form).status_code
    assert "Пермь" == order_of(buyer).delivery.recipient.city


def test_quotes_for_programs(
    buyer: Buyer, courier: ShippingMethod, pickup: ShippingMethod, kit: OrderKit
) -> None:
    """What each method costs and what the order would come to; asking stores nothing."""
    assert "cart_empty" == buyer.ask("quotes", {}).json["code"]
    buyer.add()
    before = contents(kit)
    methods = buyer.ask("quotes", {"delivery": {"city": "Пермь"}}).json["methods"]

    assert [(str(courier.id), 30000, 75000, True), (str(pickup.id), 0, 45000, False)] == [
        (one["id"], one["cost"]["minor"], one["total"]["minor"], one["needs_address"]) for one in methods
    ]
    assert contents(kit) == before


def test_ordering_for_programs(buyer: Buyer, courier: ShippingMethod, desk: Desk) -> None:
    """The key is needed and makes one order; the total that was shown is needed, and must be right."""
    buyer.add()
    body = {
        "key": "form-1",
        "seen": 75000,
        "order": str(buyer.cart.id),
        "contact": {"name": "Анна", "phone": "+7 912 345-67-89"},
        "delivery": {"method": str(courier.id), "country": "RU", "city": "Пермь", "address": "Ленина, 1"},
    }
    for name, code in (("key", "key_missing"), ("seen", "seen_missing")):
        refused = buyer.ask("checkout", {**body, name: None})
        assert (422, code, name) == (refused.status_code, refused.json["code"], refused.json["field"])
    less = buyer.ask("checkout", {**body, "seen": 1})
    assert (409, "total_changed") == (less.status_code, less.json["code"])
    wrong = buyer.ask("checkout", {**body, "contact": {"name": "Анна", "phone": "12"}})
    assert (422, "invalid_input", "contact.phone") == (
        wrong.status_code, wrong.json["code"], wrong.json["field"],
    )  # fmt: skip

    answers = [buyer.ask("checkout", body) for _ in range(3)]
    assert {("1001", 75000)} == {(one.json["number"], one.json["total"]["minor"]) for one in answers}
    assert ["pending"] == [row.status for row in desk.orders.find().rows]
    assert "Заказ 1001" in Parsed(buyer.client.get(answers[2].json["order"]).text).text
    late = buyer.ask("checkout", {**body, "key": "form-2"})
    assert (409, "cart_moved_on") == (late.status_code, late.json["code"])
