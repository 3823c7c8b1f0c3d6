"""What is typed opens nothing: a visitor with somebody's e-mail gets the answers of one with nobody's."""

import re
from collections.abc import Callable

import attrs
import pytest
from orderkit_flask.shop.masking import mask_email

from adapters.flask.tests.pages import submit, walk
from adapters.flask.tests.shop.buyers import DETAILS, Buyer
from orderkit import (
    ContactDetails,
    CustomerRef,
    Desk,
    Evidence,
    OrderKit,
    PaymentMethod,
    ShippingMethod,
    Strength,
)
from tests.making import STAFF, contents

ANNA = {**DETAILS, "contact.email": "anna@example.com", "delivery.address": "Тайная, 7"}
"""What a lead typed."""
STRANGER = {**DETAILS, "contact.name": "Пётр", "contact.phone": "", "delivery.address": "Площадь, 2"}
SECRETS = ("Тайная", "Анна Ким")


def pages(buyer: Buyer) -> str:
    """What the shop shows a buyer at the addresses that everybody has, whatever it answers."""
    return "".join(buyer.client.get(f"/shop/{place}").text for place in ("cart", "checkout", "my"))


def order_as_stranger(buyer: Buyer, email: str) -> str:
    """Buy with that e-mail; answers with all that is seen then, without what is chance in it."""
    buyer.add("MUG-1")
    answer = buyer.check_out({**STRANGER, "contact.email": email})
    assert 303 == answer.status_code
    page = buyer.client.get(answer.headers["Location"], follow_redirects=True).text
    chance = r'name="(csrf|key)" value="[^"]*|/shop/(o|my)/[\w-]+|\b10\d\d\b'
    told = re.sub(chance, "", page + pages(buyer))
    return told.replace(email, "EMAIL").replace(mask_email(email), "MASKED")


@pytest.mark.parametrize("is_customer", [False, True])
def test_typing_somebodys_email(
    buyer_of: Callable[..., Buyer], courier: ShippingMethod, desk: Desk, is_customer: bool
) -> None:
    """Known or unknown, the e-mail is answered alike; what the desk links is shown to nobody but staff."""
    anna = buyer_of()
    anna.add("TEE", Размер="M")
    assert 303 == anna.check_out(ANNA).status_code
    customers = [CustomerRef("9"), CustomerRef("10")] if is_customer else [None, None]
    of_known, of_unknown = (
        order_as_stranger(buyer_of(customer=lambda who=who: who), email)
        for who, email in zip(customers, ("anna@example.com", "nobody@example.net"), strict=True)
    )

    [hers] = [row.contact_id for row in desk.orders.find().rows if row.contact_name == "Анна Ким"]
    links = [link for link in desk.contacts.person(hers).links if hers in link.pair]
    assert [Strength.CLAIMED] == [link.strength for link in links]
    assert of_unknown == of_known
    assert [] == [secret for secret in SECRETS if secret in of_known]


def test_what_staff_say_opens_nothing(
    buyer_of: Callable[..., Buyer], courier: ShippingMethod, desk: Desk
) -> None:
    """Staff who take a claim for true show nobody the other's orders."""
    anna = buyer_of(customer=lambda: CustomerRef("7", ContactDetails(email="anna@example.com")))
    anna.add("TEE", Размер="M")
    anna.check_out(ANNA)
    stranger = buyer_of(customer=lambda: CustomerRef("9"))
    order_as_stranger(stranger, "anna@example.com")
    customer = desk.contacts.by_ref("customer", "7")
    assert customer
    for link in desk.contacts.person(customer.id).links:
        desk.contacts.confirm(link.id, actor=STAFF, expected_version=link.version)

    for buyer, theirs, others in ((anna, "Футболка", "Кружка"), (stranger, "Кружка", "Футболка")):
        mine = "".join(answer.text for _, answer in walk(buyer.client, "/shop/my"))
        assert theirs in mine
        assert others not in mine


BORIS = CustomerRef("8", ContactDetails("Борис", "boris@example.com", "+7 999 000-11-22"))
CHECKOUT = "/shop/checkout"


def filled(buyer: Buyer) -> dict[str, str]:
    """What stands in the checkout's form of people and places."""
    fields = buyer.look(CHECKOUT).form(CHECKOUT).fields
    return {
        name: value
        for name, [value] in fields.items()
        if value
        and name.startswith(("contact.", "delivery."))
        and name not in ("delivery.method", "delivery.country")
    }


def test_a_login_where_somebody_else_filled_the_checkout(
    buyer_of: Callable[..., Buyer], courier: ShippingMethod, cash: PaymentMethod, desk: Desk, kit: OrderKit
) -> None:
    """Whoever logs in keeps the goods in hand, and is shown nothing that was typed there, here or elsewhere."""
    people: list[CustomerRef | None] = [None]
    buyer = buyer_of(customer=lambda: people[-1])
    buyer.add()
    assert (
        303 == buyer.check_out({**ANNA, "delivery.comment": "Домофон 7", "delivery.name": "Пётр"}).status_code
    )
    assert "Пётр" == filled(buyer)["delivery.name"]
    people.append(BORIS)
    own = {f"contact.{name}": value for name, value in attrs.asdict(BORIS.details).items()}

    assert own == filled(buyer)
    before = contents(kit)
    refused = buyer.ask("payment", {})
    assert (409, "details_missing") == (refused.status_code, refused.json["code"])
    assert before == contents(kit)
    buyer.add("BOOK")
    assert {"MUG-1": 1, "BOOK": 1} == buyer.bought
    assert own == filled(buyer)
    elsewhere = Buyer.of(buyer.client.application, desk)
    elsewhere.add("GIFT")
    assert 303 == submit(elsewhere.client, "/shop/take", on="/shop/").status_code
    assert {"MUG-1": 1, "BOOK": 1} == elsewhere.bought
    assert own == filled(elsewhere)


def test_a_login_after_filling_the_checkout(
    buyer_of: Callable[..., Buyer], courier: ShippingMethod, cash: PaymentMethod
) -> None:
    """Who typed the same e-mail before logging in finds everything where it was."""
    people: list[CustomerRef | None] = [None]
    buyer = buyer_of(customer=lambda: people[-1])
    buyer.add()
    buyer.check_out({**ANNA, "contact.email": "boris@example.com"})
    before = filled(buyer)
    people.append(BORIS)
    buyer.add("BOOK")

    assert "Тайная, 7" == before["delivery.address"]
    assert before == filled(buyer)


def test_a_login_where_somebody_else_ordered(
    buyer_of: Callable[..., Buyer], courier: ShippingMethod, desk: Desk
) -> None:
    """Who logs in at a browser where somebody else ordered by phone alone sees nothing of it; staff are asked."""
    people: list[CustomerRef | None] = [None]
    buyer = buyer_of(customer=lambda: people[-1])
    buyer.order_by_link("MUG-1")
    assert "/shop/last" in [form.action for form in buyer.look("/shop/").forms]
    form = buyer.look("/shop/").form("/shop/last").fields
    people.append(BORIS)
    assert "/shop/last" not in [form.action for form in buyer.look("/shop/").forms]
    assert "/shop/" == buyer.client.post("/shop/last", data=form).headers["Location"]
    buyer.add("BOOK")

    assert "ничего не заказывали" in buyer.look("/shop/my").text
    [hers] = [row.contact_id for row in desk.orders.find().rows if row.contact_name == "Анна Ким"]
    assert [(Strength.SUGGESTED, Evidence.COOKIE)] == [
        (link.strength, link.evidence) for link in desk.contacts.person(hers).suggestions
    ]


def test_a_login_after_ordering_where_somebody_else_ordered(
    buyer_of: Callable[..., Buyer], courier: ShippingMethod
) -> None:
    """Two guests at one browser, who left a phone each: the login of the second proves the second's order alone."""
    people: list[CustomerRef | None] = [None]
    buyer = buyer_of(customer=lambda: people[-1])
    buyer.order_by_link("MUG-1")
    buyer.add("TEE", Размер="M")
    buyer.check_out({**DETAILS, "contact.name": "Борис", "contact.phone": "+7 999 000-11-22"})
    people.append(BORIS)
    buyer.add("BOOK")
    mine = "".join(answer.text for _, answer in walk(buyer.client, "/shop/my"))

    assert ("Футболка" in mine, "Кружка" in mine) == (True, False)
