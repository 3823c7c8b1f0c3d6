"""Visits: which pages were looked at, as far as the host lets it be known."""

from collections.abc import Callable

import pytest
from flask import render_template_string

from adapters.flask.tests.pages import Parsed
from adapters.flask.tests.shop.buyers import COOKIE, OWN_PAGE, Buyer, Shelf
from orderkit import CustomerRef, Desk, OrderKit, ShippingMethod
from tests.making import Clock, contents

BuyerOf = Callable[..., Buyer]
SEEN = {"visits": [{"page": "/mugs", "title": "Кружки", "seconds_ago": 60}, {"page": "/"}]}


def test_linked(buyer_of: BuyerOf, desk: Desk, clock: Clock) -> None:
    """Who looked is a guest by a cookie; the guest view tells which pages, at the server's time."""
    buyer = buyer_of(tracking=lambda: "linked")

    assert 204 == buyer.ask("visits", SEEN).status_code
    journal = desk.contacts.view(buyer.visitor.contact_id).journal
    told = [
        (entry.data["page"], (clock.now - entry.at).seconds) for entry in journal if entry.kind == "visit"
    ]
    assert [("/", 0), ("/mugs", 60)] == told


def test_aggregate(buyer_of: BuyerOf, desk: Desk) -> None:
    """Pages are counted and nobody is known: no cookie, and nothing at the contact whose cookie there is."""
    buyer = buyer_of(tracking=lambda: "aggregate")
    answer = buyer.ask("visits", SEEN)
    buyer.add()
    buyer.ask("visits", SEEN)

    assert COOKIE not in str(answer.headers)
    assert {"/mugs": 2, "/": 2} == {row.page: row.visits for row in desk.visitors.pages()}
    assert [] == [
        entry for entry in desk.contacts.view(buyer.visitor.contact_id).journal if entry.kind == "visit"
    ]


def test_aggregate_is_the_default(buyer: Buyer) -> None:
    """Nobody is followed unless the host says so."""
    buyer.ask("visits", SEEN)

    assert "" == buyer.token


def test_off(buyer_of: BuyerOf, kit: OrderKit) -> None:
    """Nothing is stored, and no cookie is left; the cart has its own all the same."""
    buyer = buyer_of(tracking=lambda: "off")
    before = contents(kit)

    assert 204 == buyer.ask("visits", SEEN).status_code
    assert contents(kit) == before
    buyer.add()
    assert buyer.token


def test_a_consent_that_comes_later(buyer_of: BuyerOf, desk: Desk) -> None:
    """The host is asked each time: what was looked at before stays nobody's."""
    modes = ["aggregate"]
    buyer = buyer_of(tracking=lambda: modes[-1])
    buyer.ask("visits", {"visits": [{"page": "/before"}]})
    modes.append("linked")
    buyer.ask("visits", {"visits": [{"page": "/after"}]})

    told = [entry for entry in desk.contacts.view(buyer.visitor.contact_id).journal if entry.kind == "visit"]
    assert ["/after"] == [entry.data["page"] for entry in told]


def test_a_consent_that_is_taken_back(buyer_of: BuyerOf, courier: ShippingMethod) -> None:
    """The cookie goes, unless a cart or an order of today needs it."""
    modes = ["linked"]
    buyer, other = buyer_of(tracking=lambda: modes[-1]), buyer_of(tracking=lambda: modes[-1])
    buyer.ask("visits", SEEN)
    other.ask("visits", SEEN)
    other.add()
    modes.append("aggregate")
    for one in (buyer, other):
        one.ask("visits", SEEN)
    assert ("", True) == (buyer.token, bool(other.token))

    other.check_out()
    other.ask("visits", SEEN)
    assert other.token


def test_no_visits_make_nobody(buyer_of: BuyerOf, kit: OrderKit) -> None:
    """An empty batch meets no guest."""
    buyer = buyer_of(tracking=lambda: "linked")
    before = contents(kit)
    buyer.ask("visits", {"visits": []})

    assert contents(kit) == before


def test_a_login_changes_no_cookie_in_passing(buyer_of: BuyerOf) -> None:
    """A page that tells of itself while it is left would lose the cookie that its form brings along."""
    people: list[CustomerRef | None] = [None]
    buyer = buyer_of(tracking=lambda: "linked", customer=lambda: people[-1])
    buyer.add()
    token = buyer.token
    people.append(CustomerRef("7"))
    answer = buyer.ask("visits", SEEN)

    assert token == buyer.token
    assert COOKIE not in str(answer.headers)


def test_links_of_orders_are_kept_secret(buyer: Buyer, desk: Desk) -> None:
    """Of the page behind one only that it was looked at, wherever the host lives."""
    secret = "/shop/o/26dOJuRHsgE5fMpGIdEWbBNHVCKWC-bp_hb0loUQQ6w"
    buyer.ask(
        "visits",
        {"visits": [{"page": secret}, {"page": f"{secret}/payment"}, {"page": f"https://x{secret}"}]},
    )

    assert {"/shop/o/": 3} == {row.page: row.visits for row in desk.visitors.pages()}


@pytest.mark.parametrize(
    "visit", [7, {}, {"page": ""}, {"page": "/", "seconds_ago": -1}, {"page": "/", "title": 5}]
)
def test_visits_that_cannot_be(buyer: Buyer, kit: OrderKit, visit: object) -> None:
    """One of them, and none of the batch is taken."""
    before = contents(kit)
    answer = buyer.ask("visits", {"visits": [{"page": "/"}, visit]})

    assert 422 == answer.status_code
    assert contents(kit) == before


def test_a_host_that_answers_something_else(buyer_of: BuyerOf) -> None:
    """The log says which answers there are."""
    answer = buyer_of(tracking=lambda: "everything").client.post(
        "/shop/api/visits", json=SEEN, headers=OWN_PAGE
    )

    assert (500, "host_wrong") == (answer.status_code, answer.json["code"])


def test_the_script_of_the_host_s_pages(buyer_of: BuyerOf, shelf: Shelf) -> None:
    """One element: where the shop is, and how much may be told; the file is ours, from this site."""
    app = buyer_of(tracking=lambda: "off").client.application
    with app.test_request_context():
        tag = Parsed(render_template_string("{{ orderkit_shop_script() }}"))

    assert [
        ("script", "type", "module"),
        ("script", "src", "/shop/static/visits.js"),
        ("script", "data-ok-shop", "/shop/"),
        ("script", "data-ok-tracking", "off"),
    ] == tag.attributes


def test_what_the_desk_sees(buyer_of: BuyerOf) -> None:
    """The guest view tells which pages were looked at, and what went into the cart and out of it."""
    buyer = buyer_of(tracking=lambda: "linked")
    buyer.ask("visits", SEEN)
    buyer.add(quantity="2")
    buyer.add("BOOK")
    buyer.ask("cart/lines/1", {"quantity": 3}, "PATCH")
    buyer.ask("cart/lines/1", method="DELETE")
    page = Parsed(buyer.client.get(f"/orders/contacts/{buyer.visitor.contact_id}/actions").text)

    for told in (
        "Кружки · /mugs", "Добавлено: Кружка: 2 × 450,00", "Добавлено: Книга в файле: 1 × 300,00",
        "Кружка: 2 × 450,00\u202f₽ → 3 × 450,00", "Удалено: Кружка",
    ):  # fmt: skip
        assert told in page.text, page.text
