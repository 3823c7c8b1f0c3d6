"""
YooKassa: the buyer pays at its page, by card, SBP or whatever the shop has there, and is sent back.

Read `provider` first, then `refusals` and `answers` for what its answers mean, and `looking` for what becomes of an
answer that was never heard.
"""

from __future__ import annotations

import orderkit.plugin as ok
from orderkit_yookassa.provider import YooKassa
from orderkit_yookassa.settings import YooKassaSettings

orderkit_api = ">=1.0,<2"


@ok.hookimpl
def orderkit_payment_providers() -> list[ok.PaymentProviderType]:
    """One provider."""
    return [
        ok.PaymentProviderType(
            code="yookassa",
            label={"en": "YooKassa", "ru": "ЮKassa"},
            description={
                "en": "Cards, SBP and other ways to pay, at YooKassa's page.",
                "ru": "Карты, СБП и другие способы оплаты — на странице ЮKassa.",
            },
            settings=YooKassaSettings,
            factory=YooKassa,
            capabilities=frozenset(
                {
                    ok.Capability.CAPTURE,
                    ok.Capability.LOOKUP,
                    ok.Capability.REFUND,
                    ok.Capability.TRACE,
                    ok.Capability.VOID,
                    ok.Capability.WEBHOOKS,
                }
            ),
        )
    ]
