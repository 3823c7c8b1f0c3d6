"""Who may see what: closed unless the host opens it."""

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import attrs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from orderkit_flask import Host, OrderKitFlask
from orderkit_flask.permissions import OPEN, PERMISSIONS, permission_of, sight
from werkzeug.test import TestResponse

from adapters.flask.tests.pages import Parsed, parsed, walk
from orderkit import Desk, Order, OrderKit
from tests.backends import Backends
from tests.making import ANNA, STAFF, Clock, Maker, mug

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


def addresses(client: FlaskClient, order: Order, method_id: object) -> dict[tuple[str, str], str]:
    """Every address of the tab that asks for a permission, with how it is asked: the permission."""
    views, found = client.application.view_functions, {}
    ids = {"order_id": order.id, "contact_id": order.contact_id, "method_id": method_id, "code": "cash"}
    ids |= {"payment_id": order.payments[0].id, "link_id": order.id, "message_id": order.id}
    ids |= {"event_id": order.id}
    for rule in client.application.url_map.iter_rules():
        permission = permission_of(views[rule.endpoint])
        if permission is None:
            continue
        path = re.sub(r"<(\w+)>", lambda name: str(ids[name[1]]), rule.rule)
        found |= {(method, path): permission for method in rule.methods & {"GET", "POST"}}
    return found


def test_every_address_asks_for_its_permission(client_of: ClientOf, make: Maker) -> None:
    """Whoever has all permissions but the one an address declares is refused there, and nothing is changed."""
    order, allowed = make.full_order(), set(PERMISSIONS)
    client = client_of(may=lambda permission: permission in allowed)
    wanted = addresses(client, order, make.desk.settings.shipping_methods()[0].id)
    assert len(wanted) > 40

    for (method, path), permission in wanted.items():
        allowed.discard(permission)
        answer = client.open(path, method=method)
        allowed.add(permission)

        assert (403, path) == (answer.status_code, path)
        assert f"({permission})" in Parsed(answer.text).text
    assert order.version == make.desk.orders.get(order.id).version


VIEWS = frozenset(permission for permission in PERMISSIONS if permission.endswith(".view"))
SETS = (
    {"only looking": VIEWS}
    | {f"all but {one}": frozenset(PERMISSIONS) - {one} for one in PERMISSIONS}
    | {f"looking and {one}": VIEWS | {one} for one in set(PERMISSIONS) - VIEWS}
)


@attrs.define
class Remembering:
    """
    A client that asks for a page again only where somebody would be answered otherwise.

    Whom the host gives the same answers to all that a request asks it, is answered the same.

    Attributes:
        allowed: What the person of the next requests may do.
    """

    client: FlaskClient | None = None
    allowed: frozenset[str] = frozenset()
    asked: dict[str, bool] = attrs.field(factory=dict)
    kept: dict[tuple[str, str], list[tuple[dict[str, bool], TestResponse]]] = attrs.field(
        factory=lambda: defaultdict(list)
    )

    def may(self, permission: str) -> bool:
        """The host's answer."""
        return self.asked.setdefault(permission, permission in self.allowed)

    def get(self, address: str) -> TestResponse:
        return self.open("GET", address)

    def open(self, method: str, address: str) -> TestResponse:
        """The answer to a request without data."""
        for asked, answer in self.kept[method, address]:
            if all(said is (permission in self.allowed) for permission, said in asked.items()):
                return answer
        assert self.client is not None  # set once the app is made, which needs `may`
        self.asked = {}
        answer = self.client.open(address, method=method)
        self.kept[method, address].append((self.asked, answer))
        return answer


@pytest.fixture(scope="module")
def remembering(backends: Backends) -> Iterator[Remembering]:
    """A tab over orders of many kinds, for all who look at it."""
    kit = OrderKit("sqlite://", clock=Clock())
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    fill(kit.site("coffee"))
    app = Flask(__name__)
    app.testing, app.secret_key = True, "for tests"
    made = Remembering()
    OrderKitFlask(app, kit, host=Host(may=made.may, site=lambda: "coffee"))
    made.client = app.test_client()
    yield made
    kit.close()


def fill(desk: Desk) -> None:
    """A full order of linked people, and one at each end of a life."""
    make = Maker(desk)
    full = make.full_order()
    person = make.order([mug(requires_delivery=False)]).contact_id
    desk.contacts.link(full.contact_id, person, actor=STAFF)
    for status in ("shipped", "delivered"):
        moved = make.order(contact=ANNA)
        desk.orders.set_status(moved.id, status, actor=STAFF, expected_version=1)
    gone = make.order()
    desk.orders.cancel(gone.id, reason="x", actor=STAFF, expected_version=1)


@pytest.mark.parametrize("name", sorted(SETS))
def test_no_dead_buttons(remembering: Remembering, name: str) -> None:
    """Whatever somebody may do: no link or form that is shown leads to a refusal."""
    remembering.allowed = SETS[name]
    for address, answer in walk(remembering):
        is_closed = address == "/orders/" and "orders.view" not in SETS[name]
        assert (403 if is_closed else 200, address) == (answer.status_code, address)
        if answer.mimetype != "text/html" or is_closed:
            continue
        page = parsed(answer.text)
        assert is_usable(address, page), address
        for form in page.forms:
            if form.method == "post":
                assert 403 != remembering.open("POST", form.action).status_code, form.action


def is_usable(address: str, page: Parsed) -> bool:
    """Whether an address that ends with a verb shows a form of it: else the way there was a dead one."""
    place = address.partition("?")[0]
    verb = place.rpartition("/")[2]
    if verb not in ("status", "cancel", "delivery", "contents", "adjustments", "details", "refund", "method"):
        return True
    if verb == "refund":  # the form of one payment is sent to where that of the order is
        place = f"{place.partition('/payments/')[0].removesuffix('/refund')}/refund"
    return any(urlsplit(form.action).path == place for form in page.forms)


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
    """What is only shown takes no form: the list, the window and the profile answer GET and HEAD."""
    order = make.order(contact=ANNA)
    for address in ("/orders/", f"/orders/{order.id}", f"/orders/contacts/{order.contact_id}"):
        assert 405 == getattr(client, method)(address).status_code
