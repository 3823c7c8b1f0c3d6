"""The link for the client: made by a button, shown once, and worth something only where a storefront answers it."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from orderkit_flask import Host, OrderKitFlask
from werkzeug.test import TestResponse

from adapters.flask.tests.pages import Parsed, submit
from orderkit import Desk, Order, OrderKit
from tests.making import ANNA, OTHER_STAFF, Maker, contents

ClientOf = Callable[..., FlaskClient]


def make_link(client: FlaskClient, order: Order) -> TestResponse:
    """Press the button in the window."""
    return submit(client, f"/orders/{order.id}/link", on=f"/orders/{order.id}")


def link_on(answer: TestResponse) -> str:
    """The address that stands there to be copied."""
    field = answer.text.partition('id="ok-f-link"')[2].partition(">")[0]
    return field.partition('value="')[2].partition('"')[0]


def test_a_link_is_made_and_shown(client_of: ClientOf, make: Maker, desk: Desk) -> None:
    """The answer holds a whole address in a field that cannot be changed; it opens this order in the storefront."""
    order, other = make.order(contact=ANNA), make.order()
    answer = make_link(client_of(actor=lambda: OTHER_STAFF), order)
    link = urlsplit(link_on(answer))
    opened = client_of().get(link.path)

    assert (200, "no-store") == (answer.status_code, answer.headers["Cache-Control"])
    assert ("http", "localhost") == (link.scheme, link.netloc)
    assert order.id == desk.orders.by_link(link.path.rpartition("/")[2]).id
    assert "readonly" in answer.text.partition('id="ok-f-link"')[2].partition(">")[0]
    assert (200, True, False) == (
        opened.status_code,
        order.number in opened.text,
        other.number in opened.text,
    )
    assert ("order.link_issued", OTHER_STAFF) == (
        desk.orders.view(order.id).journal[0].kind,
        desk.orders.view(order.id).journal[0].actor,
    )


def test_a_link_is_shown_once(client: FlaskClient, make: Maker) -> None:
    """The window shows it no more, and says in the journal that there is one."""
    order = make.order()
    link = link_on(make_link(client, order))
    page = client.get(f"/orders/{order.id}").text

    assert link
    assert link.rpartition("/")[2] not in page
    assert "Сделана ссылка для клиента" in Parsed(page).text


def test_a_double_press(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """Whichever of two answers is seen, what it shows opens the order; nothing else has changed."""
    order = make.order()
    form = Parsed(client.get(f"/orders/{order.id}").text).form(f"/orders/{order.id}/link")
    links = [link_on(client.post(form.action, data=form.fields)) for _ in range(2)]

    assert [order, order] == [desk.orders.by_link(link.rpartition("/")[2]) for link in links]


def test_a_link_does_not_hurry_anybody(client: FlaskClient, make: Maker, desk: Desk) -> None:
    """It is made whatever has happened to the order meanwhile, and makes nobody's open form late."""
    order = make.order()
    form = Parsed(client.get(f"/orders/{order.id}").text).form(f"/orders/{order.id}/link")
    moved = desk.orders.set_status(order.id, "preparing", actor=OTHER_STAFF, expected_version=1)

    assert 200 == client.post(form.action, data=form.fields).status_code
    assert moved == desk.orders.get(order.id)


def test_a_link_needs_its_permission(
    client_of: ClientOf, client: FlaskClient, kit: OrderKit, make: Maker
) -> None:
    """Seeing orders is not enough: neither button nor address."""
    order = make.order()
    form = Parsed(client.get(f"/orders/{order.id}").text).form(f"/orders/{order.id}/link")
    before = contents(kit)
    viewer = client_of(may=lambda permission: permission == "orders.view")
    page = Parsed(viewer.get(f"/orders/{order.id}").text)

    assert "Ссылка для клиента" not in page.text
    assert 403 == viewer.post(form.action, data=form.fields).status_code
    assert before == contents(kit)


def test_a_link_needs_a_form_of_ours(client: FlaskClient, kit: OrderKit, make: Maker) -> None:
    """Another site's page cannot make one."""
    order = make.order()
    before = contents(kit)

    assert 400 == client.post(f"/orders/{order.id}/link").status_code
    assert before == contents(kit)


def test_no_storefront_no_link(kit: OrderKit, make: Maker) -> None:
    """Where nothing would open it, none is offered; a form made by hand makes none."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    host = Host(may=lambda _permission: True, site=lambda: "coffee")
    OrderKitFlask(app, kit, host=host, shop_prefix=None)
    client, order = app.test_client(), make.order()
    page = Parsed(client.get(f"/orders/{order.id}").text)
    assert "Ссылка для клиента" not in page.text
    fields = page.form(f"/orders/{order.id}/notes").fields
    before = contents(kit)
    answer = client.post(f"/orders/{order.id}/link", data=fields)

    assert (303, f"/orders/{order.id}") == (answer.status_code, answer.location)
    assert before == contents(kit)


def test_each_tab_has_its_own_storefront(kit: OrderKit, make: Maker) -> None:
    """Of two tabs in one app each leads to the pages beside it."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    host = Host(may=lambda _permission: True, site=lambda: "coffee")
    OrderKitFlask(app, kit, host=host)
    OrderKitFlask(app, kit, host=host, name="other", url_prefix="/other", shop_prefix="/market")
    client, order = app.test_client(), make.order()
    link = link_on(submit(client, f"/other/{order.id}/link", on=f"/other/{order.id}"))

    assert link.startswith("http://localhost/market/")


@pytest.mark.parametrize("id", ["00000000-0000-7000-8000-000000000000", "x"])
def test_no_such_order(client: FlaskClient, make: Maker, id: str) -> None:
    """It is said as everywhere."""
    order = make.order()
    form = Parsed(client.get(f"/orders/{order.id}").text).form(f"/orders/{order.id}/link")

    assert 404 == client.post(f"/orders/{id}/link", data=form.fields).status_code
