"""The host's own pages: around ours, and in their place."""

import re
from pathlib import Path

import orderkit_flask
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import DictLoader, StrictUndefined
from orderkit_flask import Host, OrderKitFlask

from adapters.flask.tests.pages import Parsed
from adapters.flask.tests.shop.buyers import Buyer, Shelf
from orderkit import Desk, OrderKit
from tests.making import STAFF

STAFF_PAGE = """<title>{{ orderkit_title }}</title>
{% block orderkit_head %}{% endblock %}{% block orderkit_content %}{% endblock %}"""
SHOP_PAGE = f"<nav>Каталог</nav>{STAFF_PAGE}"
OWN_CART = """{% extends "shop.html" %}{% block orderkit_content %}<h2>{{ orderkit.cart.goods | whispered }}</h2>
{{ orderkit_screen }}{% endblock %}"""
OWN_MESSAGE = "Свои слова: {{ orderkit.message }} {{ orderkit.say.language.code }}"


@pytest.fixture
def app(kit: OrderKit, shelf: Shelf) -> Flask:
    """A host with one page for staff and another for visitors, and templates of its own."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    app.jinja_env.filters["whispered"] = lambda amount: f"тихо {amount}"
    app.jinja_env.undefined = StrictUndefined
    pages = {"staff.html": STAFF_PAGE, "shop.html": SHOP_PAGE}
    app.jinja_loader = DictLoader(pages)
    host = Host(may=lambda _p: True, site=lambda: "coffee", actor=lambda: STAFF, catalogue=shelf)
    OrderKitFlask(app, kit, host=host, base_template="staff.html", shop_template="shop.html")
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_another_page_than_that_of_staff(client: FlaskClient) -> None:
    """Visitors see the storefront in the site's own layout, staff see the tab in theirs."""
    assert "<nav>Каталог</nav>" in client.get("/shop/").text
    assert "<nav>Каталог</nav>" not in client.get("/orders/").text
    assert "<title>Корзина</title>" in client.get("/shop/").text


def test_a_template_of_the_host_around_ours(app: Flask, desk: Desk) -> None:
    """It has the host's filters and our values, and puts our screen where it likes."""
    app.jinja_loader.mapping["orderkit/shop/cart.html"] = OWN_CART
    buyer = Buyer.of(app, desk)
    buyer.add()
    page = buyer.look("/shop/")

    assert "тихо 450.00 RUB" in page.text
    assert page.form("/shop/").fields["quantity.1"] == ["1"]


def test_a_template_of_the_host_in_the_place_of_ours(app: Flask, client: FlaskClient) -> None:
    """Then nothing of ours is drawn at all; refusals can be told in the host's words, too."""
    app.jinja_loader.mapping["orderkit/shop/message.html"] = OWN_MESSAGE
    answer = client.get("/shop/o/x")

    assert 404 == answer.status_code
    assert answer.text.startswith("Свои слова: Такого заказа нет.")
    assert answer.text.endswith(" ru")


def test_every_screen_is_listed() -> None:
    """The screens that a host can replace are those of the how-to page, each with its values."""
    [folder] = orderkit_flask.__path__
    screens = {path.name for path in (Path(folder) / "screens" / "shop").glob("*.html")} - {
        "frame.html",
        "parts.html",
    }
    page = (Path(__file__).parents[4] / "docs" / "how-to" / "sell.md").read_text(encoding="utf-8")

    assert screens == set(re.findall(r"^\| `(\w+\.html)` \|", page, re.MULTILINE))


def test_english(kit: OrderKit, shelf: Shelf) -> None:
    """No Russian is left where the host speaks English."""
    app = Flask(__name__)
    app.secret_key = "for tests"
    host = Host(may=lambda _p: True, site=lambda: "coffee", locale=lambda: "en")
    OrderKitFlask(app, kit, host=host)
    text = Parsed(app.test_client().get("/shop/").text).text

    assert "The cart is empty." in text
    assert not re.search("[а-я]", text)
