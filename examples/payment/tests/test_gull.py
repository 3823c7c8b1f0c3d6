"""Gull Pay keeps to the contract, against a server that the test plays; and a buyer pays by it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.fernet import Fernet

import orderkit.plugin as ok
from examples.payment import gull
from orderkit import Actor, ActorKind, Line, Money, OrderKit
from orderkit.testing import PaymentProviderContract
from orderkit.testing.webhooks import UNHEARD_OF

SECRET = "wh-8Zq"
SETTINGS = gull.GullSettings(token=ok.Secret("sk-live-8Zq"), webhook_secret=ok.Secret(SECRET))


class Server:
    """The server of Gull Pay, played: its books, by idempotency key."""

    def __init__(self) -> None:
        self.books: dict[str, dict[str, Any]] = {}
        self.is_broken = False

    def call(self, _settings: gull.GullSettings, path: str, asked: dict[str, Any], key: str = "") -> Any:
        """In the place of `gull.call`."""
        if path == "/found":
            answer = next((one for one in self.books.values() if one["operation"] == asked["operation"]), {})
        else:
            kind, status = {"/payments": ("payment", "open"), "/refunds": ("refund", "done")}[path]
            made = {**asked, "kind": kind, "status": status, "id": f"{kind}-{len(self.books)}"}
            answer = self.books.setdefault(key, made)
        if self.is_broken:
            raise TimeoutError("no answer")
        return answer

    def sums(self, kind: str) -> list[ok.Money]:
        """What was asked for, of payments or of refunds."""
        return [
            ok.Money(one["amount"], one["currency"]) for one in self.books.values() if one["kind"] == kind
        ]

    @property
    def payments(self) -> list[ok.Money]:
        return self.sums("payment")

    @property
    def refunds(self) -> list[ok.Money]:
        return self.sums("refund")

    def settle(self, reference: str) -> None:
        """The buyer pays."""
        for one in self.books.values():
            if one["id"] == reference:
                one["status"] = "done"

    def fail(self) -> None:
        self.is_broken = True

    def webhook(self, asked: ok.Asked, reference: str) -> ok.WebhookRequest | None:
        """What it sends of a payment or a refund as it stands."""
        found = next((one for one in self.books.values() if one["id"] == reference), None)
        return sent({**found, "event": f"{reference}-{found['status']}"}) if found else None


def sent(event: dict[str, Any]) -> ok.WebhookRequest:
    """A webhook, signed for this moment."""
    now, body = datetime.now(UTC), json.dumps(event).encode()
    stamp = str(int(now.timestamp()))
    headers = {"Gull-Signature": f"{stamp}.{gull.sign(SECRET, stamp, body)}"}
    return ok.WebhookRequest(method="POST", url="/hooks", headers=headers, body=body, received_at=now)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Server:
    server = Server()
    monkeypatch.setattr(gull, "call", server.call)
    return server


class TestGull(PaymentProviderContract):
    plugin = gull
    settings = SETTINGS

    @pytest.fixture
    def fake(self, fake: Server) -> Server:
        return fake

    @pytest.fixture
    def unknown(self) -> ok.WebhookRequest:
        return sent({"kind": UNHEARD_OF, "event": "e-1", "id": "1", "status": "done"})


@pytest.fixture
def kit() -> OrderKit:
    """Of a host that passes the plugin."""
    kit = OrderKit("sqlite://", plugins=[gull], strict=True, secret_key=Fernet.generate_key().decode())
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    return kit


@pytest.mark.parametrize("learn", ["told", "asked"])
def test_a_buyer_pays(kit: OrderKit, fake: Server, learn: str) -> None:
    """Sent there, the buyer pays; the desk is told of it or asks, and the money is booked once."""
    desk, olga = kit.site("coffee"), Actor.staff("7", "Ольга")
    values = {"token": SETTINGS.token, "webhook_secret": SETTINGS.webhook_secret}
    method = desk.settings.add_payment_method("gull", "Чайка", settings=values, actor=olga, key="gull")
    mugs = Line(sku="MUG-1", title="Кружка", unit_price=Money.of("450.00", "RUB"), quantity=2)
    order = desk.orders.create([mugs], actor=olga, key="order")
    started = desk.payments.start(
        order.id,
        method.id,
        seen=order.total,
        actor=Actor(ActorKind.BUYER),
        key="pay",
        return_url="https://shop.example/thanks",
    )
    assert isinstance(started.outcome, ok.Redirect)
    fake.settle(started.outcome.reference)
    webhook = fake.webhook(ok.Asked.PAYMENT, started.outcome.reference)
    assert webhook
    ways: dict[str, Callable[[], object]] = {
        "told": lambda: desk.webhooks.receive(method.id, webhook),
        "asked": kit.reconcile,
    }
    ways[learn]()
    ways["told"]()  # as often as it likes

    assert 90_000 == desk.orders.get(order.id).balance.paid
    assert [] == list(kit.verify())
