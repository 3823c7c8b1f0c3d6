"""A payment provider with which everything can be done, and its bank, which tells by itself what came of it."""

import json
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import attrs

import orderkit.plugin as ok
from tests.hooked import event_of, require_events, require_signed, webhook
from tests.testing import sound
from tests.testing.sound import SECRET

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
CAN = sound.REFUNDS | sound.HOLDS | sound.LOOKS_UP | {ok.Capability.WEBHOOKS, ok.Capability.TRACE}


class Bell(sound.Vault):
    """A bank that rings, and whose staff give money back by themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[str, str] = {}
        self.over: set[str] = set()

    def give_up(self, reference: str) -> None:
        self.over.add(reference)

    def end(self, done: dict[str, ok.Money], key: str, reference: str, amount: ok.Money) -> str:
        if done is self.released:
            self.over.add(reference)
        return super().end(done, key, reference, amount)

    def charge_back(self, reference: str, *, is_won: bool = False) -> ok.WebhookRequest:
        amount = self.books[reference.partition("-")[2]]
        told = {
            "told": "won" if is_won else "charged_back",
            "amount": amount.minor,
            "currency": amount.currency,
        }
        return webhook({"id": f"d-{is_won}", "reference": reference, **told}, at=NOW, secret=SECRET)

    def give_back(self, key: str, reference: str, amount: ok.Money) -> str:
        self.of[key] = reference
        return super().give_back(key, reference, amount)

    def give_back_there(self, reference: str, amount: ok.Money) -> str:
        return self.give_back(f"there{len(self.of)}", reference, amount)

    def webhook(self, asked: ok.Asked, reference: str) -> ok.WebhookRequest:
        """What it sends, signed with the secret of these tests."""
        done = self.books if asked is ok.Asked.PAYMENT else self.given
        amount = done[reference.partition("-")[2]]
        event = {
            "id": f"e-{reference}",
            "asked": asked.value,
            "reference": reference,
            "payment": "" if asked is ok.Asked.PAYMENT else self.of[reference.partition("-")[2]],
            "told": "declined" if reference in self.over else "succeeded",
            "amount": amount.minor,
            "currency": amount.currency,
        }
        return webhook(event, at=NOW, secret=SECRET)


@attrs.frozen
class StagesSettings:
    token: ok.Secret = ok.setting(label={"en": "Token", "ru": "Токен"})
    two_stages: bool = ok.setting(label={"en": "Two stages", "ru": "Списывать позже"}, default=False)


@attrs.frozen
class Full(sound.Holder):
    """A card with which everything can be done."""

    trust = ok.Trust.SIGNED

    def start(self, request: ok.StartRequest) -> Any:
        reference = self.line.pay(request.key, request.amount)
        if not self.settings.two_stages:
            return ok.Succeeded(request.amount, reference)
        self.line.holds.add(request.key)
        return ok.Authorised(request.amount, reference)

    def refund(self, request: ok.OperationRequest) -> Any:
        return ok.Succeeded(
            request.amount, self.line.give_back(request.key, request.reference, request.amount)
        )

    def look_up(self, request: ok.LookupRequest) -> Any:
        self.line.ping()
        line = self.line
        prefix, done = {
            ok.Asked.PAYMENT: ("bank", line.books),
            ok.Asked.REFUND: ("back", line.given),
            ok.Asked.CAPTURE: ("hold", line.taken),
            ok.Asked.VOID: ("hold", line.released),
        }[request.asked]
        if request.key not in done:
            return ok.NotFound()
        outcome = ok.Authorised if request.key in line.holds else ok.Succeeded
        return outcome(done[request.key], f"{prefix}-{request.key}")

    def trace(self, request: ok.TraceRequest) -> Any:
        self.line.ping()
        is_refund = request.asked is ok.Asked.REFUND
        amount = (self.line.given if is_refund else self.line.books).get(request.reference.partition("-")[2])
        if amount is None:
            return ok.NotOurs()
        key = request.reference.partition("-")[2]
        payment = self.line.of[key] if is_refund else request.reference
        return ok.Traced(reference=payment, told=ok.Succeeded(amount, request.reference))

    def verify(self, request: ok.WebhookRequest) -> None:
        require_signed(request, self.settings.token.reveal())
        require_events(request.body)

    def parse(self, request: ok.WebhookRequest) -> Any:
        return [event_of(one) for one in json.loads(request.body)["events"]]


def full(line: Bell, **members: Any) -> ModuleType:
    """A plugin whose provider can do everything, on that line; *members* take the place of its methods."""
    made = type("Made", (Full,), members)
    return sound.provider(line, made, settings=StagesSettings, capabilities=CAN)
