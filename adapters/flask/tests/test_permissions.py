"""Who may see what: closed unless the host opens it."""

import logging
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from orderkit_flask.permissions import OPEN, PERMISSIONS, permission_of, sight

from adapters.flask.tests.pages import Parsed
from tests.making import ANNA, Maker

ClientOf = Callable[..., FlaskClient]


def test_every_view_asks_the_host(client_of: ClientOf, make: Maker) -> None:
    """Each address asks for its own permission; refused, it tells in Russian which one is missing."""
    order = make.order(contact=ANNA)
    wanted = {
        "/orders/": "orders.view",
        f"/orders/{order.id}": "orders.view",
        f"/orders/contacts/{order.contact_id}": "contacts.view",
        "/orders/anything": "orders.view",
    }
    for address, permission in wanted.items():
        allowed = set(PERMISSIONS) - {permission}
        answer = client_of(may=lambda p, allowed=allowed: p in allowed).get(address)

        assert 403 == answer.status_code
        assert f"({permission})" in Parsed(answer.text).text
        assert "Нет доступа" in Parsed(answer.text).text
        assert "Анна" not in answer.text
        assert "no-store" == answer.headers["Cache-Control"]


@pytest.mark.parametrize("hidden", sorted({sight(permission) for permission in PERMISSIONS}))
def test_nobody_changes_what_he_may_not_see(client_of: ClientOf, make: Maker, hidden: str) -> None:
    """An answer to a change shows what was changed, so without the right to see it every such address is closed."""
    order = make.order(contact=ANNA)
    client = client_of(may=lambda permission: permission != hidden)
    views, closed = client.application.view_functions, 0
    for rule in client.application.url_map.iter_rules():
        permission = permission_of(views[rule.endpoint])
        if rule.endpoint.rpartition(".")[2] in OPEN or permission is None or sight(permission) != hidden:
            continue
        path = re.sub(r"<\w+_id>", str(order.id), rule.rule).replace("<code>", "cash")
        for method in rule.methods & {"GET", "POST"}:
            closed += 1
            answer = client.open(path, method=method)

            assert (403, rule.rule) == (answer.status_code, rule.rule)
            assert f"({hidden})" in Parsed(answer.text).text
    assert closed


@pytest.mark.parametrize("answer", [1, "yes", None, object()])
def test_only_true_opens(client_of: ClientOf, answer: object, caplog: pytest.LogCaptureFixture) -> None:
    """A coroutine or any other truthy thing opens nothing, and the log tells the developer why."""
    with caplog.at_level(logging.WARNING):
        status = client_of(may=lambda _permission: answer).get("/orders/").status_code

    assert 403 == status
    assert "denied" in caplog.text


def test_a_view_without_its_permission_is_closed(client_of: ClientOf) -> None:
    """A host that wraps a view and loses what it declares shows nothing to anybody."""
    client = client_of(may=lambda _permission: True)
    views = client.application.view_functions
    view = views["orderkit.orders"]
    views["orderkit.orders"] = lambda: view()

    assert 500 == client.get("/orders/").status_code


def test_style_sheet_is_open(client_of: ClientOf) -> None:
    """It holds no data, and the page that refuses needs it."""
    answer = client_of(may=lambda _permission: False).get("/orders/static/orderkit.css")

    assert 200 == answer.status_code
    assert "no-store" != answer.headers["Cache-Control"]
    answer.close()


def test_no_links_to_closed_pages(client_of: ClientOf, make: Maker) -> None:
    """Without the right to see contacts, names are text: in the list and in the window."""
    order = make.order(contact=ANNA)
    client = client_of(may=lambda permission: permission == "orders.view")
    for address in ("/orders/", f"/orders/{order.id}"):
        page = Parsed(client.get(address).text)

        assert "Анна Ким" in page.text
        assert [] == [link for link in page.values("href", "a") if "/contacts/" in link]


def test_profile_without_the_right_to_orders(client_of: ClientOf, make: Maker) -> None:
    """Who may see contacts only does not see their orders, and is not told that there are none."""
    order = make.order(contact=ANNA)
    client = client_of(may=lambda permission: permission == "contacts.view")
    page = Parsed(client.get(f"/orders/contacts/{order.contact_id}").text)

    assert "Анна Ким" in page.text
    assert [] == [link for link in page.values("href", "a") if str(order.id) in link]
    assert order.number not in page.text
    assert "Заказов пока нет" not in page.text
    assert "/orders/" not in page.values("href", "a")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_but_reading(client: FlaskClient, make: Maker, method: str) -> None:
    """The tab answers GET and HEAD only."""
    order = make.order(contact=ANNA)
    for address in ("/orders/", f"/orders/{order.id}", f"/orders/contacts/{order.contact_id}"):
        assert 405 == getattr(client, method)(address).status_code
