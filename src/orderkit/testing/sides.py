"""The provider's side, as a test of a payment provider plays it: what its client talks to instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from orderkit.contracts.webhooks import WebhookRequest
from orderkit.domain.money import Money
from orderkit.domain.outcome import Asked


@runtime_checkable
class Fake(Protocol):
    """The provider's side, as a test plays it: what the plugin's client talks to instead."""

    @property
    def payments(self) -> Sequence[Money]:
        """What it was asked to take: one amount for each payment; asked again with the same key it is the same one."""

    def settle(self, reference: str) -> None:
        """Have the buyer of the payment of that reference pay, if that is left to do: taken, or held if so asked."""

    def fail(self) -> None:
        """From now on do what is asked, and break the connection before the answer."""


@runtime_checkable
class RefundingFake(Protocol):
    """What a `Fake` has beside its own where the provider gives money back."""

    @property
    def refunds(self) -> Sequence[Money]:
        """What it was asked to give back: one amount for each refund."""


@runtime_checkable
class HoldingFake(Protocol):
    """What a `Fake` has beside its own where the provider takes held money, or releases it."""

    @property
    def captures(self) -> Sequence[Money]:
        """What it was asked to take of what it holds: one amount for each."""

    @property
    def voids(self) -> Sequence[Money]:
        """What it was asked to release: all that was held, one amount for each."""


@runtime_checkable
class ClosingFake(Protocol):
    """What a `Fake` has beside its own where the provider closes payments that nobody has paid."""

    @property
    def closed(self) -> Sequence[str]:
        """The reference of each payment that it ended because it was asked to, so that nobody can pay it any more."""


@runtime_checkable
class FailingFake(Protocol):
    """What a `TellingFake` has beside its own where the provider tells of payments that come to nothing."""

    def give_up(self, reference: str) -> None:
        """Have the buyer of the payment of that reference not pay, for good."""


@runtime_checkable
class DisputingFake(Protocol):
    """What a `TellingFake` has beside its own where the provider tells of chargebacks."""

    def charge_back(self, reference: str, *, is_won: bool = False) -> WebhookRequest:
        """
        Have the bank of the buyer take all of that payment back, or have it come in again; what is sent of that.

        Signed as `TellingFake.webhook` is.
        """


@runtime_checkable
class DashboardFake(Protocol):
    """What a `Fake` has beside its own where the provider says of which payment something is."""

    def give_back_there(self, reference: str, amount: Money) -> str:
        """Have staff give that much of a payment back in the provider's own dashboard; its reference of the refund."""


@runtime_checkable
class TellingFake(Protocol):
    """What a `Fake` has beside its own where the provider tells by itself what came of payments."""

    def webhook(self, asked: Asked, reference: str) -> WebhookRequest | None:
        """
        What it sends of the payment or the refund of that reference as it stands; `None` where it sends nothing of it.

        Signed, where the provider signs, with the secret in `settings` and for the moment ``received_at``.
        """
