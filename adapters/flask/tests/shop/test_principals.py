"""Whose each address is: closed unless it says so, and nobody reaches what is another's."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from orderkit_flask import Host, OrderKitFlask
from orderkit_flask.shop.principals import OPEN, Whose, declared, require_declared, whose
from orderkit_flask.shop.views.cart import CartViews
from werkzeug.routing import Rule

from adapters.flask.tests.pages import Parsed
from adapters.flask.tests.shop.buyers import NOBODY, OWN_PAGE, Buyer, Shelf
from orderkit import CustomerRef, Desk, Order, OrderKit, PaymentMethod, ShippingMethod
from orderkit.errors import SettingsError
from tests.making import STAFF, Maker, contents

GUEST, ANNA, BORIS = None, CustomerRef("7"), CustomerRef("8")


def rules_of(app: Flask) -> Iterator[Rule]:
    """The addresses of the storefront."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("orderkit_shop.") and rule.endpoint.partition(".")[2] not in OPEN:
            yield rule


def test_every_route_says_whose_it_is(app: Flask) -> None:
    """And what the address holds fits: a token where it is a link's, an order's id where it is a customer's."""
    for rule in rules_of(app):
        view = declared(app.view_functions[rule.endpoint])

        assert view is not None, rule
        assert ("token" in rule.arguments) is (view.whose is Whose.LINK), rule
        assert ("/my" in rule.rule) is (view.whose is Whose.CUSTOMER), rule


def test_a_route_that_does_not_say_stops_the_app(kit: OrderKit, monkeypatch: pytest.MonkeyPatch) -> None:
    """`init_app` itself looks at every route; the message names it."""
    monkeypatch.setattr(CartViews, "show", lambda _views: "in")
    app = Flask(__name__)
    app.secret_key = "for tests"

    with pytest.raises(SettingsError, match=r"/shop/ \(orderkit_shop.cart\)") as refused:
        OrderKitFlask(app, kit, host=Host(may=lambda _p: True))
    assert "principal_missing" == refused.value.code


def test_a_view_that_lost_its_word_is_closed(app: Flask, buyer: Buyer) -> None:
    """A host that wraps a view and loses what it declares shows nothing to anybody."""
    views = app.view_functions
    view = views["orderkit_shop.cart"]
    views["orderkit_shop.cart"] = lambda: view()

    assert 500 == buyer.client.get("/shop/").status_code


@pytest.mark.parametrize(("principal", "act"), [("owner", "look"), ("visitor", "steal")])
def test_unknown_words_are_refused(principal: str, act: str) -> None:
    """A misspelt one is found when the module is imported."""
    with pytest.raises(SettingsError) as refused:
        whose(principal, act)
    assert "unknown_principal" == refused.value.code


def test_other_blueprints_are_not_looked_at(app: Flask) -> None:
    """What the host's own routes say is the host's matter."""
    app.add_url_rule("/own", "own", lambda: "in")
    require_declared(app, "orderkit_shop")


@pytest.fixture
def foreign(
    buyer_of: Callable[..., Buyer], courier: ShippingMethod, cash: PaymentMethod, make: Maker, desk: Desk
) -> tuple[Order, str]:
    """An order of somebody else, and the token of its link."""
    owner = buyer_of(customer=lambda: ANNA)
    address = owner.order_by_link("MUG-1")
    [row] = desk.orders.find().rows
    return desk.orders.get(row.id), address.rpartition("/")[2]


def other_sites_token(kit: OrderKit, make: Maker) -> str:
    """The token of an order that another site has."""
    kit.sites.ensure("tea", currency="RUB")
    tea = Maker(kit.site("tea"))
    return tea.desk.orders.issue_link(tea.order().id, actor=STAFF)


def test_nobody_reaches_what_is_another_s(
    buyer_of: Callable[..., Buyer], foreign: tuple[Order, str], kit: OrderKit, make: Maker
) -> None:
    """
    What is foreign, unknown, of another site or nonsense is answered alike, in status, length and headers.

    Route by route, as a guest, a guest with a cart, and another customer; nothing is changed or told of it.
    """
    order, token = foreign
    ids = {
        "order_id": [str(order.id), order.number, NOBODY, "nonsense"],
        "token": [
            order.number, str(order.id), token[:-1], f"{token}x", token.swapcase(), other_sites_token(kit, make), "x",
        ],
        "line_id": ["1", "999999"],
        "code": ["КОФЕ10", "x"],
    }  # fmt: skip
    before, seen = contents(kit), 0
    for customer, has_cart in ((GUEST, False), (GUEST, True), (BORIS, False)):
        stranger = buyer_of(customer=lambda customer=customer: customer, allow=lambda _act, _keys: True)
        if has_cart:
            stranger.add("BOOK")
            before = contents(kit)
        for rule in rules_of(stranger.client.application):
            for name in rule.arguments:
                for method in rule.methods & {"GET", "POST", "PATCH", "DELETE"}:
                    if has_cart and name in ("line_id", "code"):
                        continue  # its own
                    answers = {_told(stranger, rule, name, id, method) for id in ids[name]}
                    seen += 1

                    assert 1 == len(answers), (rule, method, answers)
                    [(status, _, _, text)] = answers
                    assert status in (400, 403, 404), rule
                    assert "Анна" not in text
                    assert order.number not in text
                    assert contents(kit) == before
    assert seen >= 25


def _told(stranger: Buyer, rule: Rule, name: str, id: str, method: str) -> tuple[int, str, str, str]:
    """What can be told of an answer from outside."""
    path = re.sub(rf"<(\w+:)?{name}>", id, rule.rule)
    is_api = "/api/" in path
    form = {} if is_api else {"data": {"csrf": _token_of(stranger)}}
    body = {"json": {"quantity": 1, "key": "k", "seen": 1, "method": NOBODY}} if is_api else form
    answer = stranger.client.open(path, method=method, headers=OWN_PAGE, **({} if method == "GET" else body))
    headers = {key: value for key, value in answer.headers.items() if key not in ("Date",)}
    return answer.status_code, str(len(answer.data)), repr(sorted(headers.items())), answer.text


def _token_of(stranger: Buyer) -> str:
    """What the pages of this browser carry, so that its forms get past the door."""
    return Parsed(stranger.client.get("/shop/add?sku=MUG-1").text).form("/shop/add").fields["csrf"][0]


def test_the_link_itself_opens(buyer: Buyer, foreign: tuple[Order, str]) -> None:
    """The control: with the token, without any cookie."""
    order, token = foreign
    page = buyer.look(f"/shop/o/{token}")

    assert f"Заказ {order.number}" in page.text
    assert "Кружка" in page.text


def test_the_owner_reaches_it(buyer_of: Callable[..., Buyer], foreign: tuple[Order, str]) -> None:
    """The control: the customer whose it is, from any browser."""
    order, _ = foreign
    owner = buyer_of(customer=lambda: ANNA)

    assert f"Заказ {order.number}" in owner.look(f"/shop/my/{order.id}").text
    assert [f"/shop/my/{order.id}"] == [
        link for link in owner.look("/shop/my").values("href", "a") if link.startswith("/shop/my/")
    ]


def test_customers_pages_ask_to_sign_in(buyer: Buyer, foreign: tuple[Order, str]) -> None:
    """A guest reads what to do, for an order that is there and for one that is not alike."""
    order, _ = foreign
    answers = [buyer.client.get(f"/shop/my{rest}") for rest in ("", f"/{order.id}", f"/{NOBODY}")]

    assert [403] * 3 == [one.status_code for one in answers]
    assert 1 == len({one.text for one in answers})
    assert "Войдите" in Parsed(answers[0].text).text


def test_secret_pages_stay_secret(buyer: Buyer, foreign: tuple[Order, str], shelf: Shelf) -> None:
    """Out of caches and search machines, and their address goes nowhere: by header, and by the page itself."""
    _, token = foreign
    answer = buyer.client.get(f"/shop/o/{token}")
    page = Parsed(answer.text)

    assert ["no-store", "no-referrer", "noindex"] == [
        answer.headers[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")
    ]
    assert "Cookie" in answer.headers["Vary"]
    assert {"no-referrer", "noindex"} <= set(page.values("content", "meta"))
    assert "no-referrer" not in Parsed(buyer.client.get("/shop/").text).values("content", "meta")


def test_pages_of_somebody_stay_out_of_caches(app: Flask, buyer: Buyer) -> None:
    """All but scripts and styles, refusals included; what is of a cookie says so."""
    buyer.add()
    for path in (
        "/shop/",
        "/shop/add?sku=MUG-1",
        "/shop/checkout",
        "/shop/my",
        "/shop/o/x",
        "/shop/api/cart",
    ):
        answer = buyer.client.get(path)

        assert "no-store" == answer.headers["Cache-Control"]
        assert "Cookie" in answer.headers["Vary"]
    with buyer.client.get("/shop/static/visits.js") as script:
        assert "no-store" != script.headers["Cache-Control"]
