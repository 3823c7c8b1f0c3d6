"""A plugin as its author types it; checked by mypy, never run."""

from collections.abc import Sequence
from typing import Literal, assert_type

import attrs

import orderkit.plugin as ok


@attrs.frozen
class DroneSettings:
    """Settings of every kind."""

    per_flight: ok.Money = ok.setting(label="Per flight")
    name: str = ok.setting(label="Name", default="")
    most: int = ok.setting(label="Most", default=4, minimum=1)
    at_night: bool = ok.setting(label="At night", default=False)
    free_from: ok.Money | None = ok.setting(label="Free from", default=None)
    model: Literal["small", "large"] = ok.setting(label="Model", default="small")


@attrs.frozen
class Drone:
    """A carrier."""

    settings: DroneSettings
    services: ok.Services

    def quote(self, request: ok.QuoteRequest) -> Sequence[ok.Quote] | ok.Ineligible:
        """One price."""
        assert_type(request.goods, ok.Money)
        return [ok.Quote(self.settings.per_flight)]


@attrs.frozen
class Walker:
    """No carrier: it answers a number."""

    settings: DroneSettings
    services: ok.Services

    def quote(self, request: ok.QuoteRequest) -> int:
        """No quotes."""
        return 5


@ok.hookimpl
def orderkit_carriers() -> list[ok.CarrierType]:
    """A factory of something else than a carrier is noticed."""
    return [
        ok.CarrierType(code="drone", label="Drone", settings=DroneSettings, factory=Drone),
        ok.CarrierType(
            code="walker",
            label="Walker",
            settings=DroneSettings,
            factory=Walker,  # type: ignore[arg-type]  # what the test is about
        ),
    ]


@attrs.frozen
class Settings:
    """Of a bank."""

    account: str = ok.setting(label="Account")


@attrs.frozen
class Bank:
    """A provider that takes money."""

    settings: Settings
    services: ok.Services

    def offer(self, request: ok.OfferRequest) -> ok.Offer | ok.Ineligible:
        """One way to pay."""
        return ok.Offer()

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        """One answer of each kind."""
        assert_type(request.amount, ok.Money)
        answers: list[ok.Outcome] = [
            ok.Succeeded(request.amount, "1"),
            ok.Authorised(request.amount, "1"),
            ok.Redirect("https://bank.example", "1"),
            ok.Pending("1"),
            ok.Declined(ok.DeclineReason.EXPIRED_CARD),
            ok.Unknown(),
        ]
        return answers[0]


starts: type[ok.StartsPayments] = Bank
offers: type[ok.PaymentProvider] = Bank


def take_from_stock(event: ok.OrderSubmitted) -> None:
    """Told of orders that are placed."""
    assert_type(event.total, ok.Money)


def look(event: ok.OrderSubmitted | ok.OrderEdited) -> None:
    """Told of more than it is handed, which is fine."""


@ok.hookimpl
def orderkit_subscriptions() -> list[ok.Subscription]:
    """A handler of another event is noticed."""
    return [
        ok.subscribe(ok.OrderSubmitted, take_from_stock, name="stock"),
        ok.subscribe(ok.OrderEdited, look, name="look"),
        ok.subscribe(ok.PaymentReceived, take_from_stock, name="money"),  # type: ignore[arg-type]  # as is this one
    ]
