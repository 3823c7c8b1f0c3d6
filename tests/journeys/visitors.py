"""A host that sells: its own pages with buttons, the storefront in its layout, and the desk behind it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import attrs
from flask import Flask, Response, render_template, request, session
from jinja2 import DictLoader
from orderkit_flask import Host, OrderKitFlask, Product

from orderkit import ContactDetails, CustomerRef, Desk, Order, OrderKit
from tests.journeys.serving import serving
from tests.making import STAFF, rub
from tests.plugins import Bank, plugin

POLICY = "default-src 'self'; form-action 'self'"
PRODUCTS = (
    Product(sku="MUG-1", title="Кружка", price=rub("450"), image="/picture.svg"),
    Product(sku="TEE", title="Футболка", price=rub("1990.50"), options={"Размер": ("S", "M")}),
    Product(sku="BOOK", title="Книга в файле", price=rub("300"), requires_delivery=False),
)
LAYOUT = """<!doctype html><html lang="ru"{{ theme }}><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/host.css">
<title>{{ orderkit_title or "Лавка" }}</title>{% block orderkit_head %}{% endblock %}{{ orderkit_shop_script() }}</head>
<body><nav aria-label="Сайт"><a href="/">Лавка</a> <a href="/shop/">Корзина <span data-ok-pieces></span></a></nav>
<main>{% block orderkit_content %}{% endblock %}</main></body></html>"""
FRONT = """{% extends "site.html" %}{% block orderkit_content %}<h1>Лавка</h1>
{% for one in products %}<section aria-label="{{ one.title }}"><h2>{{ one.title }}</h2>
<p><a href="/shop/add?sku={{ one.sku }}&amp;page=catalogue" data-ok-add>Положить: {{ one.title }}</a></p></section>
{% endfor %}{% endblock %}"""
STAFF_PAGE = """<!doctype html>
<html lang="ru"><head><title>{{ orderkit_title }}</title>{% block orderkit_head %}{% endblock %}</head>
<body><main>{% block orderkit_content %}{% endblock %}</main></body></html>"""
STYLE = """:root { color-scheme: light dark; }
body { margin: 0; padding: 12px 16px; font: 16px system-ui, sans-serif; background: light-dark(#fff, #16181d); }
nav { padding-bottom: 16px; } nav a { color: light-dark(#00c, #9cbcff); } main { max-width: 1080px; margin: auto; }"""
PICTURE = (
    """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#8ab" d="M0 0h8v8H0z"/></svg>"""
)


@attrs.define
class Selling:
    """The catalogue, which a test may change meanwhile."""

    products: dict[str, Product] = attrs.field(factory=lambda: {one.sku: one for one in PRODUCTS})

    def get(self, sku: str) -> Product | None:
        return self.products.get(sku)

    def search(self, text: str, limit: int) -> Sequence[Product]:
        return [one for one in self.products.values() if text.lower() in one.title.lower()][:limit]

    def reprice(self, sku: str, price: str) -> None:
        self.products[sku] = attrs.evolve(self.products[sku], price=rub(price))


@attrs.frozen
class Shop:
    """What a journey walks through."""

    app: Flask
    address: str
    kit: OrderKit
    selling: Selling
    bank: Bank

    @property
    def desk(self) -> Desk:
        return self.kit.site("coffee")

    @property
    def order(self) -> Order:
        """The newest order."""
        return self.desk.orders.get(self.desk.orders.find().rows[0].id)


@contextmanager
def serve(url: str) -> Iterator[Shop]:
    """A shop with a courier, pickup, cash and a bank that declines once, in the database at *url*."""
    bank, selling = Bank(), Selling()
    kit = OrderKit(url, plugins=[plugin(bank.provider_type())])
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    _fill(kit.site("coffee"))
    app = _app(kit, selling)
    with serving(app) as address:
        yield Shop(app, address, kit, selling, bank)
    kit.close()


def _fill(desk: Desk) -> None:
    ship, pay = desk.settings.add_shipping_method, desk.settings.add_payment_method
    ship(
        "flat-rate", "Курьер", description="Завтра, с 10 до 20", settings={"cost": rub("300")},
        tracking_url="https://carrier.example/{code}", actor=STAFF, key="courier",
    )  # fmt: skip
    ship(
        "pickup", "Самовывоз", settings={"address": "Мира, 5"}, needs_address=False, actor=STAFF, key="pickup"
    )
    pay(
        "cash", "Наличные", description="Наличными при получении", button="Заказать, заплатить при получении",
        is_primary=True, actor=STAFF, key="cash",
    )  # fmt: skip
    pay(
        "test-bank", "Банк", description="Картой на сайте", button="Заплатить картой", actor=STAFF, key="bank"
    )


def _app(kit: OrderKit, selling: Selling) -> Flask:
    app = Flask("host")
    app.secret_key = "for tests"
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 3600  # what does not change is asked for once
    app.jinja_loader = DictLoader({"site.html": LAYOUT, "front.html": FRONT, "staff.html": STAFF_PAGE})
    app.add_url_rule("/host.css", "style", lambda: Response(STYLE, mimetype="text/css"))
    app.add_url_rule("/picture.svg", "picture", lambda: Response(PICTURE, mimetype="image/svg+xml"))
    app.add_url_rule("/favicon.ico", "icon", lambda: Response(status=204))
    app.add_url_rule(
        "/", "front", lambda: render_template("front.html", products=list(selling.products.values()))
    )
    app.add_url_rule("/login", "login", _login, methods=["POST"])
    host = Host(
        may=lambda _permission: True,
        site=lambda: "coffee",
        actor=lambda: STAFF,
        catalogue=selling,
        pages={"catalogue": "Каталог"},
        customer=_customer,
        tracking=lambda: "linked",
    )
    OrderKitFlask(app, kit, host=host, base_template="staff.html", shop_template="site.html")

    @app.after_request
    def restrict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app


def _login() -> str:
    """Become a customer of the host, or nobody."""
    session["customer"] = request.form.get("customer", "")
    return "ok"


def _customer() -> CustomerRef | None:
    id = session.get("customer")
    return CustomerRef(id, ContactDetails("Анна Ким", "anna@example.com")) if id else None
