"""The account at Stripe, as an admin sets it."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator

import attrs

import orderkit.plugin as ok

PUBLIC_API = "https://api.stripe.com"
_LOCAL = ("localhost", "127.0.0.1", "::1")
_KEYS = ("sk_", "rk_")
"""How a secret key begins, and a restricted one."""


@attrs.frozen
class StripeSettings:
    """The account that takes the money, and how to reach it."""

    secret_key: ok.Secret = ok.setting(
        label={"en": "Secret key", "ru": "Секретный ключ"},
        help={
            "en": "Dashboard → Developers → API keys. It begins with sk_, or with rk_ where it is restricted; in a "
            "sandbox with sk_test_.",
            "ru": "Dashboard → Developers → API keys. Начинается с sk_, у ограниченного — с rk_, в песочнице — "
            "с sk_test_.",
        },
        max_length=300,
    )
    two_stages: bool = ok.setting(
        label={"en": "Hold first, take later", "ru": "Сначала удержать, списать потом"},
        help={
            "en": "The money is held when the buyer pays, and taken in the order's window: by card in about 7 days.",
            "ru": "Деньги удерживаются при оплате, а списываете вы их в окне заказа: у карты на это около 7 дней.",
        },
        default=False,
    )
    webhook_secret: ok.Secret | None = ok.setting(
        label={"en": "Signing secret of webhooks", "ru": "Секрет подписи вебхуков"},
        help={
            "en": "Dashboard → Developers → Webhooks → your destination → Signing secret. It begins with whsec_. "
            "Without it Stripe is asked what came of payments, and not listened to.",
            "ru": "Dashboard → Developers → Webhooks → ваш адрес → Signing secret. Начинается с whsec_. Без него о "
            "платежах спрашивают у Stripe, а его сообщениям не верят.",
        },
        default=None,
        max_length=200,
    )
    base_url: str = ok.setting(
        label={"en": "Address of the API", "ru": "Адрес API"},
        help={
            "en": "Another one than Stripe's own is for tests alone.",
            "ru": "Другой, чем у самого Stripe, нужен только для проверок.",
        },
        default=PUBLIC_API,
    )

    def problems(self) -> Iterator[ok.Problem]:
        """What cannot work."""
        if not _is_secret_key(self.secret_key.reveal()):
            words = {
                "en": "A secret key begins with sk_ or rk_; one that begins with pk_ is for pages.",
                "ru": "Секретный ключ начинается с sk_ или rk_; тот, что начинается с pk_, — для страниц.",
            }
            yield ok.Problem(words, "secret_key")
        if self.webhook_secret is not None and not self.webhook_secret.reveal().startswith("whsec_"):
            words = {
                "en": "A signing secret begins with whsec_.",
                "ru": "Секрет подписи начинается с whsec_.",
            }
            yield ok.Problem(words, "webhook_secret")
        if not _is_safe(self.base_url):
            words = {
                "en": "The address begins with https://, since the key is sent there.",
                "ru": "Адрес начинается с https://: туда передаётся ключ.",
            }
            yield ok.Problem(words, "base_url")


def _is_secret_key(key: str) -> bool:
    return key.startswith(_KEYS) and key.isascii() and key.isprintable() and " " not in key


def _is_safe(address: str) -> bool:
    """Whether the key may be sent there: encrypted, or to this computer."""
    try:
        parts = urllib.parse.urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port  # raises where it is none
    except ValueError:
        return False
    is_plain = (
        not (parts.query or parts.fragment or parts.username) and address.isascii() and " " not in address
    )
    return (
        is_plain and bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL))
    )
