"""Gull Pay: the buyer pays on its page; it gives money back, can be asked, and tells by itself what came of it."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from urllib.request import Request, urlopen

import attrs

import orderkit.plugin as ok

orderkit_api = ">=1.0,<2"

SERVER = "https://gull.example"
TIMEOUT = 8
"""Seconds; less than the `time_limit` of the type, after which nobody hears the answer any more."""
STALE = 300
"""Seconds after which a webhook is not believed: somebody may send again what they have seen."""


@attrs.frozen
class GullSettings:
    """What an admin sets on a payment method."""

    token: ok.Secret = ok.setting(label={"en": "Token", "ru": "Ключ"})
    webhook_secret: ok.Secret = ok.setting(label={"en": "Secret of webhooks", "ru": "Секрет подписи событий"})


def call(settings: GullSettings, path: str, asked: dict[str, Any], key: str = "") -> dict[str, Any]:
    """Ask the server. Tests put a server of their own in the place of this."""
    headers = {"Authorization": f"Bearer {settings.token.reveal()}", "Idempotency-Key": key}
    with urlopen(Request(SERVER + path, json.dumps(asked).encode(), headers), timeout=TIMEOUT) as answer:
        document: dict[str, Any] = json.load(answer)
        return document


@attrs.frozen
class Gull:
    """Works with the settings of one method; made for one call, it keeps nothing."""

    settings: GullSettings
    services: ok.Services
    trust = ok.Trust.SIGNED

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        """It takes every order."""
        return ok.Offer({"en": "Paid on the page of Gull Pay", "ru": "Оплата на странице «Чайки»"})

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        """Ask for the money: the buyer is to go on there."""
        asked = {
            "operation": str(request.operation_id),
            "return_url": request.return_url,
            **_sum(request.amount),
        }
        return _outcome(call(self.settings, "/payments", asked, request.key))

    def refund(self, request: ok.OperationRequest) -> ok.Outcome:
        """Ask to give money back."""
        asked = {"operation": str(request.operation_id), "payment": request.reference, **_sum(request.amount)}
        return _outcome(call(self.settings, "/refunds", asked, request.key))

    def look_up(self, request: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        """Ask what came of a payment or a refund, found by what we called it: its answer may never have come."""
        found = call(self.settings, "/found", {"kind": request.asked, "operation": str(request.operation_id)})
        return _outcome(found) if found else ok.NotFound()

    def verify(self, request: ok.WebhookRequest) -> None:
        """Believe what is signed with the secret, over the moment and the bytes as they came, and not long ago."""
        stamp, _, signature = request.headers.get("Gull-Signature", "").partition(".")
        if not stamp.isdecimal():
            raise ok.WebhookRejectedError(ok.Rejection.UNSIGNED)
        expected = sign(self.settings.webhook_secret.reveal(), stamp, request.body)
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            raise ok.WebhookRejectedError(ok.Rejection.BAD_SIGNATURE)
        if abs(request.received_at.timestamp() - int(stamp)) > STALE:
            raise ok.WebhookRejectedError(ok.Rejection.STALE)

    def parse(self, request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
        """What came of a payment or a refund; what is still open, and other kinds, tell nothing."""
        event = json.loads(request.body)
        if event["kind"] not in ("payment", "refund") or event["status"] == "open":
            return []
        return [
            ok.ProviderEvent(
                event_id=event["event"],
                asked=ok.Asked(event["kind"]),
                reference=event["id"],
                payment_reference=event.get("payment", ""),
                told=_outcome(event),
            )
        ]


def sign(secret: str, stamp: str, body: bytes) -> str:
    """The signature of a body that was sent at that moment, in seconds since 1970."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _sum(amount: ok.Money) -> dict[str, Any]:
    return {"amount": amount.minor, "currency": amount.currency}


def _outcome(found: dict[str, Any]) -> ok.Outcome:
    """What a document of the server says. A status that is new to us is no answer: the kit takes it for unknown."""
    answers: dict[str, ok.Outcome] = {
        "open": ok.Redirect(f"{SERVER}/pay/{found['id']}", found["id"]),
        "done": ok.Succeeded(ok.Money(found["amount"], found["currency"]), found["id"]),
        "failed": ok.Declined(reference=found["id"]),
    }
    return answers[found["status"]]


@ok.hookimpl
def orderkit_payment_providers() -> list[ok.PaymentProviderType]:
    """One provider."""
    return [
        ok.PaymentProviderType(
            code="gull",
            label={"en": "Gull Pay", "ru": "Чайка"},
            settings=GullSettings,
            factory=Gull,
            capabilities=frozenset({ok.Capability.REFUND, ok.Capability.LOOKUP, ok.Capability.WEBHOOKS}),
            time_limit=10,
        )
    ]
