"""
Stripe: the buyer pays at its page, Checkout, by card or whatever the shop has there, and is sent back.

Read `provider` first, then `refusals` and `answers` for what its answers mean, and `finding` for what becomes of an
answer that was never heard; `signatures` and `events` for what Stripe tells by itself. Stripe's own library is asked
for nothing before a payment is: see `client`.
"""

from __future__ import annotations

import orderkit.plugin as ok
from orderkit_stripe.abilities import CAPABILITIES
from orderkit_stripe.provider import Stripe
from orderkit_stripe.settings import StripeSettings

orderkit_api = ">=1.0,<2"


@ok.hookimpl
def orderkit_payment_providers() -> list[ok.PaymentProviderType]:
    """One provider."""
    return [
        ok.PaymentProviderType(
            code="stripe",
            label={"en": "Stripe", "ru": "Stripe"},
            description={
                "en": "Cards, wallets and other ways to pay, at Stripe's page.",
                "ru": "Карты, кошельки и другие способы оплаты — на странице Stripe.",
            },
            settings=StripeSettings,
            factory=Stripe,
            capabilities=CAPABILITIES,
        )
    ]
