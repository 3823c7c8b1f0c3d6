"""Buyers in tests: what a shop sells them, and their browsers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import attrs
from flask import Flask
from flask.testing import FlaskClient
from orderkit_flask import Product
from werkzeug.test import TestResponse

from adapters.flask.tests.pages import Parsed, Typed, submit
from orderkit import Desk, Order, Visitor
from tests.making import rub

COOKIE = "orderkit_visitor_1"
OWN_PAGE = {"Origin": "http://localhost"}
"""What a browser says of a request from a page of the shop."""
NOBODY = "00000000-0000-7000-8000-000000000000"
DETAILS = {
    "contact.name": "Анна Ким",
    "contact.phone": "8 (912) 345-67-89",
    "delivery.city": "Пермь",
    "delivery.address": "Ленина, 1",
}
"""What is typed into a checkout that asks for an address."""

MUG = Product(sku="MUG-1", title="Кружка", price=rub("450"))
TEE = Product(sku="TEE", title="Футболка", price=rub("1990.50"), options={"Размер": ("S", "M")})
BOOK = Product(sku="BOOK", title="Книга в файле", price=rub("300"), requires_delivery=False)
GIFT = Product(sku="GIFT", title="Наклейка", price=rub("0"), requires_delivery=False)


@attrs.define
class Shelf:
    """
    The catalogue of a host in a test.

    Attributes:
        is_broken: Whether it fails when it is asked.
    """

    products: dict[str, Product] = attrs.field(factory=dict)
    is_broken: bool = False

    @classmethod
    def of(cls, *products: Product) -> Shelf:
        return cls({product.sku: product for product in products})

    def get(self, sku: str) -> Product | None:
        if self.is_broken:
            raise OSError("the catalogue is out")
        return self.products.get(sku)

    def search(self, text: str, limit: int) -> Sequence[Product]:
        return []

    def reprice(self, sku: str, price: str) -> None:
        """Sell it for something else from now on."""
        self.products[sku] = attrs.evolve(self.products[sku], price=rub(price))


@attrs.define
class Buyer:
    """A person before a browser that runs no script."""

    client: FlaskClient
    desk: Desk

    @classmethod
    def of(cls, app: Flask, desk: Desk) -> Buyer:
        return cls(app.test_client(), desk)

    def look(self, address: str) -> Parsed:
        """A page that is there."""
        answer = self.client.get(address)
        assert 200 == answer.status_code, answer.text
        return Parsed(answer.text)

    def add(self, sku: str = "MUG-1", quantity: str = "1", **options: str) -> TestResponse:
        """Put something into the cart, by the page where a link leads without a script."""
        chosen = {f"options.{name}": choice for name, choice in options.items()}
        return submit(self.client, "/shop/add", chosen, on=f"/shop/add?sku={sku}", quantity=quantity)

    def check_out(self, typed: Mapping[str, Typed] = DETAILS, **more: Typed) -> TestResponse:
        """Fill the checkout in and send it."""
        return submit(self.client, "/shop/checkout", typed, **more)

    def order_by_link(self, *skus: str) -> str:
        """Buy things, and answer where the order's page is."""
        for sku in skus or ("MUG-1",):
            self.add(sku)
        answer = self.check_out()
        assert 303 == answer.status_code, Parsed(answer.text).text
        return urlsplit(answer.headers["Location"]).path.removesuffix("/payment")

    def ask(self, path: str, body: object = None, method: str = "POST", **headers: str) -> TestResponse:
        """Ask as a script on a page of the shop does."""
        more: dict[str, Any] = {} if body is None else {"json": body}
        return self.client.open(f"/shop/api/{path}", method=method, headers=OWN_PAGE | headers, **more)

    @property
    def cookie(self) -> str:
        """Name of the cookie that stands for this browser at this site."""
        return f"orderkit_visitor_{self.desk.site.id}"

    @property
    def token(self) -> str:
        """What the browser's cookie holds; empty for none."""
        cookie = self.client.get_cookie(self.cookie)
        return cookie.value if cookie else ""

    @property
    def visitor(self) -> Visitor | None:
        """Whom the desk takes the browser for."""
        return self.desk.visitors.find(self.token)

    @property
    def cart(self) -> Order | None:
        """What the desk knows to be in the cart."""
        return self.desk.carts.of(self.visitor) if self.visitor else None

    @property
    def bought(self) -> dict[str, int]:
        """Sku → pieces of the cart."""
        return {line.sku: line.quantity for line in self.cart.lines} if self.cart else {}
