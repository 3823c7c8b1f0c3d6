"""How much and how often: bodies, carts, visits, and acts in a minute."""

import logging
from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from orderkit_flask.shop.limits import (
    LARGEST_BODY,
    MOST_LINES,
    RATES,
    WINDOW,
    MinuteWindow,
    Rate,
    address_of,
    is_allowed,
)

from adapters.flask.tests.pages import Parsed
from adapters.flask.tests.shop.buyers import MUG, OWN_PAGE, Buyer, Shelf
from orderkit import Desk
from tests.making import mug

BuyerOf = Callable[..., Buyer]


def test_acts_in_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A visitor has a limit of its own; its address has one for all of them together."""
    monkeypatch.setitem(RATES, "cart", Rate(2, 3))  # type: ignore[arg-type]  # a dict, whatever it says
    window = MinuteWindow()
    anna, boris = ({"visitor": name, "address": "192.0.2.1"} for name in ("anna", "boris"))

    assert [True, True, False] == [window("cart", anna) for _ in range(3)]
    assert [True, False] == [window("cart", boris) for _ in range(2)]  # what Anna did in vain does not count
    assert window("checkout", boris)
    assert window("cart", {"visitor": "vera", "address": "192.0.2.2"})


@pytest.mark.parametrize(
    ("remote", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("unix:", "unix:"),
        (None, ""),
    ],
)
def test_addresses(remote: str | None, counted: str) -> None:
    """A network of IPv6 is one address: its owner has all of it."""
    assert counted == address_of(remote)


@pytest.mark.parametrize("answer", [1, "yes", None, object()])
def test_only_true_lets_go_on(answer: object, caplog: pytest.LogCaptureFixture) -> None:
    """A coroutine or any other truthy thing would limit nothing; the log tells the developer why."""
    with caplog.at_level(logging.WARNING):
        assert not is_allowed(lambda _act, _keys: answer, "cart", {})  # type: ignore[arg-type, return-value]

    assert "denied" in caplog.text


def test_too_many_requests(buyer_of: BuyerOf) -> None:
    """Both kinds of answers say what to do and when; nothing is changed."""
    denied: set[str] = set()
    buyer = buyer_of(allow=lambda act, _keys: act not in denied)
    buyer.add()
    page = buyer.look("/shop/").form("/shop/")
    denied.add("cart")

    refused = buyer.client.post("/shop/", data=page.fields | {"do": ["remove:1"]})
    told = buyer.ask("cart/lines", {"sku": "MUG-1"})

    assert (429, 429) == (refused.status_code, told.status_code)
    assert "Подождите минуту" in Parsed(refused.text).text
    assert ["too_many_requests", "", str(WINDOW)] == [
        told.json["code"], told.json["field"], told.headers["Retry-After"],
    ]  # fmt: skip
    assert str(WINDOW) == refused.headers["Retry-After"]
    assert {"MUG-1": 1} == buyer.bought


def test_the_host_is_asked(buyer_of: BuyerOf) -> None:
    """For each act, with who does it; an act before the first cookie is that of an address alone."""
    asked: list[tuple[str, Mapping[str, str]]] = []

    def allow(act: str, keys: Mapping[str, str]) -> bool:
        asked.append((act, keys))
        return True

    buyer = buyer_of(allow=allow)
    buyer.ask("cart/lines", {"sku": "MUG-1"})
    buyer.ask("cart/lines", {"sku": "MUG-1"})

    assert ["cart", "meet", "cart"] == [act for act, _ in asked]
    assert {"address": "127.0.0.1"} == asked[0][1] == asked[1][1]
    assert {"address", "visitor"} == asked[2][1].keys()
    assert buyer.token not in asked[2][1].values()


def test_new_visitors_are_counted(buyer_of: BuyerOf, desk: Desk) -> None:
    """Nobody fills the desk with guests by leaving the cookie behind; who is known already goes on."""
    denied: set[str] = set()
    buyer = buyer_of(allow=lambda act, _keys: act not in denied)
    buyer.add()
    denied.add("meet")
    stranger = Buyer.of(buyer.client.application, desk)

    assert 429 == stranger.ask("cart/lines", {"sku": "MUG-1"}).status_code
    assert 200 == buyer.ask("cart/lines", {"sku": "MUG-1"}).status_code
    assert 1 == len(desk.orders.find().rows)


def test_large_bodies(buyer: Buyer) -> None:
    """Whatever is larger is refused before it is read, as JSON and as a form, also without a length."""
    large = "x" * LARGEST_BODY

    told = buyer.ask("cart/lines", {"sku": large})
    refused = buyer.client.post("/shop/checkout", data={"comment": large})

    assert (413, "too_large") == (told.status_code, told.json["code"])
    assert 413 == refused.status_code
    assert "Слишком много" in Parsed(refused.text).text


def test_the_host_s_own_limit_stays(app: Flask, desk: Desk) -> None:
    """A host that takes less takes less here too."""
    app.config["MAX_CONTENT_LENGTH"] = 100
    buyer = Buyer.of(app, desk)

    assert 413 == buyer.ask("cart/lines", {"sku": "x" * 100}).status_code
    assert 422 == buyer.ask("cart/lines", {"sku": "x"}).status_code


def test_long_carts(buyer: Buyer, shelf: Shelf, desk: Desk) -> None:
    """The position after the last one is refused; more of what is there is not."""
    buyer.add()
    for number in range(MOST_LINES - 1):
        desk.carts.add(buyer.visitor, mug(1, sku=f"SKU-{number}"))

    told = buyer.ask("cart/lines", {"sku": "BOOK"})
    refused = buyer.add("BOOK")

    assert (422, "too_many_positions", 422) == (told.status_code, told.json["code"], refused.status_code)
    assert f"не больше {MOST_LINES}" in told.json["message"]
    assert 200 == buyer.ask("cart/lines", {"sku": MUG.sku}).status_code
    assert MOST_LINES == len(buyer.cart.lines)


def test_visits_at_once(buyer: Buyer) -> None:
    """One more than 50 and none is taken."""
    told = buyer.client.post("/shop/api/visits", json={"visits": [{"page": "/"}] * 51}, headers=OWN_PAGE)

    assert (422, "too_many_visits") == (told.status_code, told.json["code"])
