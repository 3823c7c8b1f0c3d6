"""Shops whose buyers pay online: one for each provider that comes with us, over HTTP on both sides."""

import hmac
import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import attrs
from cryptography.fernet import Fernet
from flask import Flask
from flask.testing import FlaskClient
from orderkit_flask import Host, OrderKitFlask
from orderkit_shop.banking import OnlineBank

import orderkit.plugin as ok
from orderkit import Desk, Order, OrderKit, Payment, PaymentMethod
from orderkit.testing.bank import Bank, Books, serving
from orderkit.testing.bank.notices import HEADER, sign
from plugins.stripe.tests import fake as stripes
from plugins.yookassa.tests import fake as yookassas
from tests.backends import Backends
from tests.making import ANNA, BUYER, STAFF, Maker, mug, rub

SECRETS = {"stripe": "whsec_9mX2kVbT7qLw", "test-bank": "bank-token-3nR8pYc", "yookassa": ""}
"""What each signs with; YooKassa signs nothing."""
OTHERS = "whsec_of_another_shop"
KEYS = (stripes.KEY, yookassas.KEY, *filter(None, SECRETS.values()))
"""What may be found nowhere."""
Headers = Mapping[str, str]


@attrs.frozen
class Online:
    """
    An order of 900 whose buyer has paid at the provider, which nobody has told yet.

    Attributes:
        settings: Of one more method of that provider.
        pay: Has the buyer pay what the provider knows by that reference.
        told: What the provider tells of that payment then.
        alter: Has the provider know what it calls so at another amount of minor units and in another currency.
        key: What seals the secrets of the shop.
    """

    code: str
    kit: OrderKit
    desk: Desk
    app: Flask
    method: PaymentMethod
    order: Order
    payment: Payment
    settings: Mapping[str, Any]
    pay: Callable[[str], object]
    told: Callable[[str], bytes]
    alter: Callable[[str, int, str], object]
    key: str = attrs.field(repr=False)

    @property
    def client(self) -> FlaskClient:
        return self.app.test_client()

    @property
    def is_signed(self) -> bool:
        return bool(SECRETS[self.code])

    @property
    def address(self) -> str:
        return self.address_of(self.method)

    def address_of(self, method: PaymentMethod, site: str = "coffee") -> str:
        return f"/hooks/{site}/{method.id}"

    def true(self) -> bytes:
        return self.told(self.payment.reference)

    def signed(self, body: bytes, secret: str = "", late: float = 0) -> dict[str, str]:
        """The headers with which the provider sends that."""
        secret, at = secret or SECRETS[self.code], int(time.time() - late)
        headers = {"Content-Type": "application/json"}
        if self.code == "stripe":
            signature = hmac.new(secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
            headers["Stripe-Signature"] = f"t={at},v1={signature}"
        elif self.is_signed:
            headers[HEADER] = f"{at}.{sign(secret, str(at), body)}"
        return headers

    def send(
        self, body: bytes, headers: Headers | None = None, to: str = "", **options: Any
    ) -> tuple[int, str]:
        """Answers with which status and which words; signed unless other headers are given."""
        given = self.signed(body) if headers is None else headers
        answer = self.client.post(to or self.address, data=body, headers=dict(given), **options)
        return answer.status_code, answer.get_data(as_text=True).strip()

    def paid(self, order: Order | None = None) -> int:
        return self.desk.orders.get((order or self.order).id).balance.paid

    def statuses(self) -> list[str]:
        """What became of all that came, newest first."""
        return [f"{one.status}: {one.reason or ''}" for one in self.desk.webhooks.find().rows]

    def begin(self, site: str = "coffee", method: PaymentMethod | None = None) -> tuple[Order, Payment]:
        """One more order of 900, at the provider."""
        desk = self.kit.site(site)
        order = Maker(desk).order(
            [mug()], contact=ANNA, status="payment", actor=BUYER, key=f"{site}{time.time_ns()}"
        )
        given = {"actor": BUYER, "seen": rub("900"), "return_url": "https://shop.example/o/1"}
        started = desk.payments.start(order.id, (method or self.method).id, key=f"p{order.id}", **given)
        return started.order, started.payment

    def add_method(self, site: str = "coffee", **settings: Any) -> PaymentMethod:
        add = self.kit.site(site).settings.add_payment_method
        given = {**self.settings, **settings}
        return add(self.code, "Ещё один", settings=given, actor=STAFF, key=f"m{time.time_ns()}")


@contextmanager
def opened(code: str, folder: Path, backends: Backends | None = None) -> Iterator[Online]:
    """A shop in memory whose provider is played on this computer; on a file in that folder without backends."""
    with ExitStack() as stack:
        plugins, settings, pay, told, alter = _PLAYED[code](stack, folder)
        key = Fernet.generate_key().decode()
        url = "sqlite://" if backends else f"sqlite:///{folder}/shop.db"
        kit = OrderKit(url, secret_key=key, plugins=plugins, strict=True)
        stack.callback(kit.close)
        if backends:
            backends.make_tables_in_memory(kit)
        else:
            kit.upgrade()
        for site in ("coffee", "tea"):
            kit.sites.ensure(site, currency="RUB", timezone="Europe/Moscow")
        desk = kit.site("coffee")
        method = desk.settings.add_payment_method(code, "Картой", settings=settings, actor=STAFF, key="way")
        app = Flask(__name__)
        app.testing, app.secret_key = True, "for tests"
        answers: dict[str, Any] = {"may": lambda _: True, "site": lambda: "coffee", "actor": lambda: STAFF}
        OrderKitFlask(app, kit, host=Host(**answers, locale=lambda: "ru"))
        order = Maker(desk).order([mug()], contact=ANNA, status="payment", actor=BUYER)
        given = {"actor": BUYER, "seen": rub("900"), "return_url": "https://shop.example/o/1"}
        started = desk.payments.start(order.id, method.id, key="pay", **given)
        pay(started.payment.reference)
        played = (settings, pay, told, alter)
        yield Online(code, kit, desk, app, method, started.order, started.payment, *played, key)


def _stripe(stack: ExitStack, _folder: Path) -> tuple[Any, ...]:
    fake = stack.enter_context(stripes.serving())
    settings = {
        "secret_key": ok.Secret(stripes.KEY),
        "webhook_secret": ok.Secret(SECRETS["stripe"]),
        "base_url": fake.url,
    }

    @cache
    def told(reference: str) -> bytes:  # with an identity of its own, each time it is made
        return fake.event("checkout.session.completed", fake.sessions[reference])

    def alter(reference: str, minor: int, currency: str) -> None:
        intent = fake.tried(reference, "succeeded")
        intent.update(amount=minor, amount_received=minor, currency=currency.lower())

    return (), settings, fake.settle, told, alter


def _yookassa(stack: ExitStack, _folder: Path) -> tuple[Any, ...]:
    fake = stack.enter_context(yookassas.serving())
    settings = {"shop_id": yookassas.SHOP, "secret_key": ok.Secret(yookassas.KEY), "base_url": fake.url}

    def alter(reference: str, minor: int, currency: str) -> None:
        fake.made["payments"][reference]["amount"] = {"value": f"{minor / 100:.2f}", "currency": currency}

    return (), settings, fake.settle, fake.notice, alter


def _bank(stack: ExitStack, folder: Path) -> tuple[Any, ...]:
    books = Books(folder / "bank.db")
    served = stack.enter_context(serving(Bank(books, SECRETS["test-bank"])))

    def told(reference: str) -> bytes:
        event = next(one for one in books.events() if one.reference == reference)
        return json.dumps(attrs.asdict(event)).encode()

    def alter(reference: str, minor: int, currency: str) -> None:
        statement = "UPDATE payments SET amount = ?, taken = ?, currency = ? WHERE id = ?"
        with closing(sqlite3.connect(folder / "bank.db", isolation_level=None)) as connection:
            connection.execute(statement, (minor, minor, currency, int(reference)))

    return (
        (OnlineBank(served.url, SECRETS["test-bank"]),),
        {},
        lambda reference: books.decide(int(reference), pays=True),
        told,
        alter,
    )


_PLAYED: Mapping[str, Callable[[ExitStack, Path], tuple[Any, ...]]] = {
    "stripe": _stripe,
    "yookassa": _yookassa,
    "test-bank": _bank,
}
