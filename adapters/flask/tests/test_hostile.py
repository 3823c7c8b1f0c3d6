"""Text that people typed stays text on every screen."""

import itertools
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import DictLoader
from orderkit_flask import Host, OrderKitFlask

from adapters.flask.tests.pages import Parsed
from orderkit import (
    Actor,
    ActorKind,
    Adjustment,
    AdjustmentKind,
    ContactDetails,
    Delivery,
    Desk,
    Line,
    Order,
    OrderKit,
    Recipient,
)
from tests.making import STAFF, rub

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "{{7*7}}{% raw %}${7*7}",
    "javascript:alert(1)//@x",
    "</title></textarea><svg/onload=alert(1)>",
    "%(name)s %s %",
    "\u202eтекст наоборот",
]
HOST_PAGE = """<!doctype html><title>{{ orderkit_title }}</title>
{% block orderkit_head %}{% endblock %}{% block orderkit_content %}{% endblock %}"""


def hostile_order(desk: Desk, text: str) -> tuple[Order, list[str]]:
    """An order with *text* in every field a person can fill, and those texts."""
    fields: list[str] = []

    def typed(field: str) -> str:
        fields.append(f"{field} {text}")
        return fields[-1]

    cash = desk.settings.add_payment_method("cash", typed("способ оплаты"), actor=STAFF, key="cash")
    courier = desk.settings.add_shipping_method("pickup", typed("доставка"), actor=STAFF, key="courier")
    names = ("name", "email", "phone")
    order = desk.orders.create(
        [
            Line(
                sku=typed("sku"),
                title=typed("товар"),
                unit_price=rub("100"),
                options={typed("o"): typed("v")},
            )
        ],
        contact=ContactDetails(**{name: typed(name) for name in names}),
        delivery=Delivery(
            rub(0),
            courier.id,
            typed("код"),
            Recipient(
                **{
                    n: typed(f"r-{n}")
                    for n in (*names, "country", "city", "postal_code", "address", "comment")
                }
            ),
        ),
        adjustments=[Adjustment(kind=AdjustmentKind.FEE, title=typed("доплата"), amount=rub(1))],
        actor=Actor(ActorKind.HOST, name=typed("магазин")),
        key="order",
    )
    payment = desk.payments.record(
        order.id, rub("50"), method_id=cash.id, actor=STAFF, key="paid", reference=typed("платёж")
    )
    desk.payments.refund(
        payment.id,
        rub("10"),
        actor=STAFF,
        key="back",
        reason=typed("возврат"),
        reference=typed("чек возврата"),
    )
    cancelled = desk.orders.cancel(order.id, reason=typed("отмена"), actor=STAFF, expected_version=3)
    return cancelled, fields


@pytest.fixture(params=[None, "host.html"])
def any_client(kit: OrderKit, request: pytest.FixtureRequest) -> FlaskClient:
    """A client of an app with a page of ours, and of one with a page of its own."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    if request.param:
        app.jinja_loader = DictLoader({"host.html": HOST_PAGE})
    host = Host(may=lambda _permission: True, site=lambda: "coffee")
    OrderKitFlask(app, kit, host=host, base_template=request.param)
    return app.test_client()


def addresses(order: Order) -> list[str]:
    """The screens that show an order and its client."""
    return ["/orders/", f"/orders/{order.id}", f"/orders/contacts/{order.contact_id}"]


@pytest.mark.parametrize("text", HOSTILE)
def test_stored_text_is_inert(any_client: FlaskClient, desk: Desk, text: str) -> None:
    """Through list, window and profile: each text appears as it was typed, and makes no tag, handler or link."""
    order, fields = hostile_order(desk, text)
    told = set()
    for address in addresses(order):
        answer = any_client.get(address)
        page = Parsed(answer.text)
        told |= {field for field in fields if " ".join(field.split()) in page.text}

        assert 200 == answer.status_code
        assert {"img", "iframe", "object", "style"} & set(page.tags) == set()
        assert ["/orders/static/orderkit.js"] == page.values("src")
        assert [] == [name for _, name, _ in page.attributes if name.startswith("on") or name == "style"]
        for link in page.values("href"):
            assert link.startswith(("/", "mailto:", "tel:"))

    assert set(fields) - told == set()


def test_typed_address_is_inert(any_client: FlaskClient) -> None:
    """What stands in the URL is shown as text as well; signs that cannot be seen are left out."""
    names = ["q", "status", "money", "method", "from", "to", "contact", "after", "unknown"]
    for name, text in itertools.product(names, HOSTILE):
        answer = any_client.get("/orders/", query_string={name: text})
        page = Parsed(answer.text)

        assert answer.status_code in (200, 422)
        assert "img" not in page.tags
        assert ["/orders/static/orderkit.js"] == page.values("src")
        assert [] == [attribute for _, attribute, _ in page.attributes if attribute.startswith("on")]
        assert "49" not in page.text
        if name in ("q", "from", "to"):
            assert text.replace("\u202e", "") in page.values("value", "input")


def test_mail_links_hold_one_address(any_client: FlaskClient, desk: Desk) -> None:
    """A typed e-mail cannot add a subject, a copy or a second recipient to the letter."""
    contact = desk.contacts.create(
        ContactDetails(email="a@example.com?bcc=evil@example.com&body=x,b@example.com"), actor=STAFF
    )
    [link] = [
        link
        for link in Parsed(any_client.get(f"/orders/contacts/{contact.id}").text).values("href", "a")
        if link.startswith("mailto:")
    ]

    assert {"?", "&", ","} & set(link) == set()
    assert "mailto:a@example.com?bcc=evil@example.com&body=x,b@example.com" == unquote(link)
