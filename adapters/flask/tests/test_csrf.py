"""The token of our forms: a form that no page of ours was given changes nothing."""

from collections.abc import Callable

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from orderkit_flask import Host, OrderKitFlask, csrf
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from adapters.flask.tests.pages import FilledForm, Parsed, submit
from orderkit import Desk, OrderKit
from tests.making import OTHER_STAFF, STAFF, Maker, contents

ClientOf = Callable[..., FlaskClient]


def form_of(client: Client, address: str) -> FilledForm:
    """The form for a note in an order's window."""
    return Parsed(client.get(address).text).form(f"{address}/notes")


def test_a_form_of_ours_is_taken(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """The control: with its token, from its own browser, by its own person."""
    order = make.order()

    assert 303 == submit(client, f"/orders/{order.id}/notes", on=f"/orders/{order.id}", text="x").status_code
    assert "order.noted" == desk.orders.view(order.id).journal[0].kind


@pytest.mark.parametrize("damage", ["", "x", "W10.x", "{token}x", "x{token}", "{cut}"])
def test_a_token_that_is_not_the_page_s(client: FlaskClient, make: Maker, kit: OrderKit, damage: str) -> None:
    """Missing, forged, tampered with, cut: the person reads what to do, and nothing is changed."""
    order = make.order()
    form = form_of(client, f"/orders/{order.id}")
    (token,) = form.fields["csrf"]
    form.put({"text": "x", "csrf": damage.format(token=token, cut=token[:-1]) or None})
    before = contents(kit)

    answer = client.post(form.action, data=form.fields)

    assert 400 == answer.status_code
    assert "Скопируйте" in Parsed(answer.text).text
    assert contents(kit) == before


def is_for_programs(rule: str) -> bool:
    """Programs send no form; a provider's word is believed by its signature, or not at all."""
    return "/api/" in rule or rule.startswith("/hooks/")


def test_every_address_that_changes_something_is_guarded(
    client: FlaskClient, make: Maker, kit: OrderKit
) -> None:
    """No address takes a form without a token, whatever its view does."""
    order = make.order()
    before = contents(kit)
    rules = client.application.url_map.iter_rules()
    posts = [rule for rule in rules if "POST" in (rule.methods or ()) and not is_for_programs(rule.rule)]
    assert len(posts) >= 3
    for rule in posts:
        with client.application.test_request_context():
            address = rule.build(dict.fromkeys(rule.arguments, str(order.id)))
        assert address is not None
        assert 400 == client.post(address[1]).status_code, rule.rule
    assert contents(kit) == before


def test_a_token_belongs_to_one_person(client_of: ClientOf, make: Maker) -> None:
    """Who signs in after somebody else in the same browser cannot send that one's forms."""
    order, people = make.order(), [STAFF]
    client = client_of(actor=lambda: people[-1])
    form = form_of(client, f"/orders/{order.id}")
    form.put({"text": "x"})
    people.append(OTHER_STAFF)

    assert 400 == client.post(form.action, data=form.fields).status_code
    people.append(STAFF)
    assert 303 == client.post(form.action, data=form.fields).status_code


def test_a_token_belongs_to_one_browser(client: FlaskClient, make: Maker) -> None:
    """A token that somebody fetched elsewhere is worth nothing here, with another cookie or with none."""
    order = make.order()
    other = client.application.test_client()
    form = form_of(client, f"/orders/{order.id}")

    assert 400 == other.post(form.action, data=form.fields).status_code
    form_of(other, f"/orders/{order.id}")
    assert 400 == other.post(form.action, data=form.fields).status_code


def test_a_token_of_another_app(client_of: ClientOf, make: Maker) -> None:
    """Another secret key signs nothing that this app takes."""
    order, other = make.order(), client_of()
    other.application.secret_key = "another"
    form = form_of(other, f"/orders/{order.id}")
    client = client_of()
    cookie = other.get_cookie(csrf.COOKIE, path="/orders/")
    assert cookie is not None
    client.set_cookie(csrf.COOKIE, cookie.value, path="/orders/")

    assert 400 == client.post(form.action, data=form.fields).status_code


def test_the_host_s_session_is_neither_needed_nor_used(client: FlaskClient, make: Maker) -> None:
    """The tab leaves one cookie of its own: no script reads it, no other site sends it, it stays on our pages."""
    answer = client.get(f"/orders/{make.order().id}")

    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith(f"{csrf.COOKIE}=")
    assert {"HttpOnly", "Path=/orders/", "SameSite=Lax"} == set(cookie.split("; ")[1:])
    assert [] == client.get("/orders/").headers.getlist("Set-Cookie")


def test_the_cookie_is_secure_over_https(client: FlaskClient, make: Maker) -> None:
    """A browser that came encrypted sends it encrypted only."""
    answer = client.get(f"/orders/{make.order().id}", base_url="https://localhost")

    assert "; Secure;" in answer.headers["Set-Cookie"]


def test_a_page_without_a_form_leaves_no_cookie(client_of: ClientOf, make: Maker) -> None:
    """Who only reads needs none."""
    client = client_of(may=lambda permission: permission == "orders.view")

    assert "Set-Cookie" not in client.get(f"/orders/{make.order().id}").headers


def test_two_tabs_in_one_app(kit: OrderKit, make: Maker) -> None:
    """Each lives by itself, side by side and one under the other; a browser works in all of them."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    host = Host(may=lambda _permission: True, site=lambda: "coffee")
    prefixes = ("/orders", "/orders/tea", "/desk")
    for number, prefix in enumerate(prefixes):
        OrderKitFlask(app, kit, host=host, name=f"tab{number}", url_prefix=prefix, shop_prefix=None)
    client, order = app.test_client(), make.order()
    forms = [form_of(client, f"{prefix}/{order.id}") for prefix in (*prefixes, *reversed(prefixes))]

    for form in forms:
        form.put({"text": form.action})
        assert 303 == client.post(form.action, data=form.fields).status_code


def test_an_app_below_a_path(client: FlaskClient, make: Maker) -> None:
    """Where the whole app lives under a path, its forms and their cookie do too."""
    order = make.order()
    mounted = Client(DispatcherMiddleware(Flask("outside"), {"/shop": client.application}))
    form = form_of(mounted, f"/shop/orders/{order.id}")
    form.put({"text": "x"})

    assert 303 == mounted.post(form.action, data=form.fields).status_code


def test_a_tab_at_the_root(kit: OrderKit, make: Maker) -> None:
    """An empty prefix is a place too."""
    app = Flask(__name__, static_folder=None)
    app.secret_key = b"bytes are a key as well"
    OrderKitFlask(app, kit, host=Host(may=lambda _: True, site=lambda: "coffee"), url_prefix="")
    client, order = app.test_client(), make.order()
    form = form_of(client, f"/{order.id}")
    form.put({"text": "x"})

    assert 303 == client.post(form.action, data=form.fields).status_code


def test_refusing_needs_nobody_s_name(client_of: ClientOf, make: Maker) -> None:
    """A host that knows no actor for who is not signed in still shows the page that refuses."""

    def nobody() -> None:
        raise LookupError("nobody is signed in")

    order = make.order()
    client = client_of(may=lambda _permission: False, actor=nobody)

    assert 403 == client.get(f"/orders/{order.id}").status_code
    assert 403 == client.post(f"/orders/{order.id}/notes").status_code


def test_a_page_asks_who_is_there_once(client_of: ClientOf, make: Maker) -> None:
    """However many forms a page has, its token is made once, and the host is asked once for it."""
    order, asked = make.order(), []

    def actor() -> object:
        asked.append(request.path)
        return STAFF

    page = Parsed(client_of(actor=actor).get(f"/orders/{order.id}").text)

    assert len([form for form in page.forms if form.method == "post"]) > 1
    assert len(asked) <= 2  # for the token, and for what this person may do
