"""A bank transfer: the buyer gets the account and what to write as the purpose; staff mark the money when it came."""

from __future__ import annotations

import attrs

import orderkit.plugin as ok

orderkit_api = ">=1.0,<2"


@attrs.frozen
class BankTransferSettings:
    """Where the money goes."""

    details: str = ok.setting(
        label={"en": "Bank details", "ru": "Реквизиты"},
        help={
            "en": "Recipient, account, bank. The buyer sees them as they are written here.",
            "ru": "Получатель, счёт, банк. Покупатель увидит их так, как они записаны здесь.",
        },
        default="",
        long=True,
    )


_PURPOSE = {"en": "Purpose of payment: order {number}", "ru": "Назначение платежа: заказ {number}"}


@attrs.frozen
class BankTransfer:
    """Paid from the buyer's bank."""

    settings: BankTransferSettings
    services: ok.Services

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        """The bank details, and the order's number by which the money is told apart."""
        return ok.Offer(
            {
                language: f"{self.settings.details}\n{purpose.format(number=request.number)}".strip()
                for language, purpose in _PURPOSE.items()
            }
        )


@ok.hookimpl
def orderkit_payment_providers() -> list[ok.PaymentProviderType]:
    """One provider."""
    return [
        ok.PaymentProviderType(
            code="bank-transfer",
            label={"en": "Bank transfer", "ru": "Банковский перевод"},
            description={
                "en": "The buyer pays to your account. You mark the payment by hand.",
                "ru": "Покупатель платит на ваш счёт. Оплату вы отмечаете вручную.",
            },
            settings=BankTransferSettings,
            factory=BankTransfer,
            offline=True,
        )
    ]
