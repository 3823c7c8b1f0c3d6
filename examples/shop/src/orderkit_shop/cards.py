"""«Тестовая карта»: a provider that shows how paying online goes, a refusal first; no money moves anywhere."""

from __future__ import annotations

import threading

import attrs

import orderkit.plugin as ok

CODE = "demo-card"


@attrs.frozen
class DemoCardSettings:
    """How the invented bank behaves."""

    declines: int = ok.setting(
        label={"en": "Attempts declined first", "ru": "Сколько попыток сначала отклонить"},
        help={
            "en": "At each order. The next attempt succeeds.",
            "ru": "У каждого заказа. Следующая попытка удаётся.",
        },
        default=1,
        minimum=0,
    )


@attrs.define(eq=False)
class DemoBank:
    """
    The bank behind the cards. It remembers what it was asked for as long as the shop runs, as a real one does for good.

    Attributes:
        answers: What it answered, by idempotency key: the same asking gets the same answer.
        tries: How often it was asked for an order, by its number.
    """

    answers: dict[str, ok.Outcome] = attrs.field(factory=dict)
    tries: dict[str, int] = attrs.field(factory=dict)
    _lock: threading.Lock = attrs.field(factory=threading.Lock, repr=False)

    def ask(self, request: ok.StartRequest, declines: int) -> ok.Outcome:
        """Take the money, or decline as often as it should before."""
        with self._lock:
            if request.key not in self.answers:
                self.tries[request.number] = self.tries.get(request.number, 0) + 1
                is_declined = self.tries[request.number] <= declines
                self.answers[request.key] = _declined(request) if is_declined else _taken(request)
            return self.answers[request.key]


def _declined(request: ok.StartRequest) -> ok.Outcome:
    return ok.Declined(ok.DeclineReason.INSUFFICIENT_FUNDS, _reference(request))


def _taken(request: ok.StartRequest) -> ok.Outcome:
    return ok.Succeeded(request.amount, _reference(request))


def _reference(request: ok.StartRequest) -> str:
    return f"demo-{request.operation_id.hex[-8:]}"


@attrs.frozen
class DemoCard:
    """One way to pay by it."""

    settings: DemoCardSettings
    services: ok.Services
    bank: DemoBank

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        """It takes every order."""
        return ok.Offer()

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        """Ask the bank."""
        return self.bank.ask(request, self.settings.declines)


@attrs.frozen
class DemoCards:
    """The plugin, with a bank of its own."""

    bank: DemoBank = attrs.field(factory=DemoBank)

    @ok.hookimpl
    def orderkit_payment_providers(self) -> list[ok.PaymentProviderType]:
        """One provider."""
        return [
            ok.PaymentProviderType(
                code=CODE,
                label={"en": "Test card", "ru": "Тестовая карта"},
                description={
                    "en": "A demonstration: declines first, then succeeds. No money moves.",
                    "ru": "Для показа: сначала отклоняет, потом проводит. Деньги не списываются.",
                },
                settings=DemoCardSettings,
                factory=lambda settings, services: DemoCard(settings, services, self.bank),
            )
        ]
