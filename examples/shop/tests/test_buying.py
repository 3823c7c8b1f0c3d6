"""Buying in the shop: what its pages lead to, and its two invented customers."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from orderkit_shop.app import create_app
from orderkit_shop.goods import GOODS
from werkzeug.test import TestResponse

from orderkit import Actor, ActorKind, OrderKit
from tests.backends import Backends


@pytest.fixture
def kit(backends: Backends) -> Iterator[OrderKit]:
    kit = OrderKit("sqlite://")
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("default", currency="RUB", timezone="Europe/Moscow")
    yield kit
    kit.close()


@pytest.fixture
def visitor(kit: OrderKit) -> FlaskClient:
    return create_app(kit).test_client()


def send(client: FlaskClient, address: str, page: str = "/account", **fields: str) -> TestResponse:
    """Send one of the shop's forms as a browser does: with the token of the page it stands on."""
    [token] = set(re.findall(r'name="token" value="([^"]+)"', client.get(page).text))
    return client.post(address, data={"token": token, **fields})


def add(client: FlaskClient, sku: str, **options: str) -> TestResponse:
    """Put something into the cart as the script of a page does."""
    return client.post(
        "/shop/api/cart/lines", json={"sku": sku, "options": options}, headers={"Origin": "http://localhost"}
    )


def test_everything_can_be_bought(visitor: FlaskClient) -> None:
    """Each product leads to the cart, at its own price and with its picture; coffee by way of a grind."""
    page, link = visitor.get("/").text, r'href="/shop/add\?sku=([^&"]+)&amp;page=catalogue" data-ok-add'
    ground = {good.sku for good in GOODS.values() if good.choices}
    added = {sku: add(visitor, sku, Помол="под турку") for sku in GOODS}

    assert set(GOODS) - ground == set(re.findall(link, page))
    assert {200} == {answer.status_code for answer in added.values()}
    lines = added["COURSE-FILTER"].get_json()["lines"]
    assert {sku: good.price.minor for sku, good in GOODS.items()} == {
        one["sku"]: one["price"]["minor"] for one in lines
    }
    assert {good: f"/static/goods/{good}.svg" for good in GOODS} == {
        one["sku"]: one["image"] for one in lines
    }
    assert ground == {one["sku"] for one in lines if one["options"]}


@pytest.mark.parametrize("grind", [{}, {"Помол": "в пыль"}])
def test_a_grind_is_chosen(visitor: FlaskClient, grind: dict[str, str]) -> None:
    """Coffee that nobody said how to grind, or as nobody grinds it, does not get into a cart."""
    assert 422 == add(visitor, "COF-ETH-250", **grind).status_code


def test_product_page_without_a_script(visitor: FlaskClient) -> None:
    """The form of a product's page leads to the cart by itself, with what was chosen."""
    page = visitor.get("/goods/COF-KEN-250").text
    asked = visitor.get("/shop/add?sku=COF-KEN-250&page=catalogue&options.Помол=под+турку&quantity=2").text

    assert '<form class="host-buy" action="/shop/add" data-ok-add>' in page
    assert 4 == page.count('name="options.Помол"')
    assert re.search(r'<option value="под турку" selected', asked)
    assert 'value="2"' in asked


def test_what_a_page_tells_other_sites(kit: OrderKit, visitor: FlaskClient) -> None:
    """The shop's own pages their site, the page of an order nothing: its address is its key."""
    add(visitor, "MUG-350")
    desk = kit.site("default")
    token = desk.orders.issue_link(desk.orders.find().rows[0].id, actor=Actor(ActorKind.BUYER))

    assert "same-origin" == visitor.get("/").headers["Referrer-Policy"]
    assert "no-referrer" == visitor.get(f"/shop/o/{token}").headers["Referrer-Policy"]


def test_customers(visitor: FlaskClient) -> None:
    """Whoever comes in as one of the two is greeted by name, has «Мои заказы», and is gone after going out."""
    before = visitor.get("/shop/my").status_code
    come_in = send(visitor, "/account/in", buyer="vera")
    page, own = visitor.get("/").text, visitor.get("/shop/my")
    send(visitor, "/account/out")

    assert (403, 303, 200) == (before, come_in.status_code, own.status_code)
    assert '<a href="/shop/my">Мои заказы</a>' in page
    assert '<a href="/account">Вера</a>' in page
    assert 403 == visitor.get("/shop/my").status_code
    assert "Войти" in visitor.get("/").text


def test_nobody_else_comes_in(visitor: FlaskClient) -> None:
    """There are two customers and no third one, and no form from elsewhere lets anybody in."""
    assert 404 == send(visitor, "/account/in", buyer="olga").status_code
    assert 400 == visitor.post("/account/in", data={"buyer": "vera"}).status_code
    assert 302 == visitor.get("/orders/").status_code


def test_staff_and_customer_in_one_browser(visitor: FlaskClient) -> None:
    """Whoever tries both sides in one browser stays the customer when staff come and go, and no customer is staff."""
    send(visitor, "/account/in", buyer="gleb")
    assert 302 == visitor.get("/orders/").status_code
    send(visitor, "/login", page="/login", name="demo", password="demo")
    inside = visitor.get("/orders/").status_code
    send(visitor, "/logout", page="/overview")

    assert 200 == inside
    assert 302 == visitor.get("/orders/").status_code
    assert ">Глеб</a>" in visitor.get("/").text


def test_cart_is_known_again(kit: OrderKit, visitor: FlaskClient) -> None:
    """What a customer put into the cart on one device is offered on the other."""
    send(visitor, "/account/in", buyer="vera")
    add(visitor, "MUG-350")
    other = create_app(kit).test_client()
    send(other, "/account/in", buyer="vera")
    add(other, "V60-02")

    assert "Кружка «Туман»" in other.get("/shop/").text
