"""Cash, or a card at the courier's terminal: staff mark the money when they have it."""

from __future__ import annotations

import attrs

import orderkit.plugin as ok

orderkit_api = ">=1.0,<2"


@attrs.frozen
class CashSettings:
    """There is nothing to set."""


@attrs.frozen
class Cash:
    """Paid when the goods are handed over."""

    settings: CashSettings
    services: ok.Services

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        """Nothing is to be done before the goods arrive."""
        return ok.Offer()


@ok.hookimpl
def orderkit_payment_providers() -> list[ok.PaymentProviderType]:
    """One provider."""
    return [
        ok.PaymentProviderType(
            code="cash",
            label={"en": "On receipt", "ru": "При получении"},
            description={
                "en": "Cash, or a card at your own terminal. You mark the payment by hand.",
                "ru": "Наличными или картой через ваш терминал. Оплату вы отмечаете вручную.",
            },
            settings=CashSettings,
            factory=Cash,
            offline=True,
        )
    ]
