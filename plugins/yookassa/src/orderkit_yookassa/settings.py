"""The account at YooKassa, as an admin sets it."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator

import attrs

import orderkit.plugin as ok

PUBLIC_API = "https://api.yookassa.ru/v3"
_LOCAL = ("localhost", "127.0.0.1", "::1")


@attrs.frozen
class YooKassaSettings:
    """The shop that takes the money, and how to reach it."""

    shop_id: str = ok.setting(
        label={"en": "shopId", "ru": "shopId"},
        help={
            "en": "Digits. In YooKassa's merchant profile they stand beside the name of your shop.",
            "ru": "Цифры. В личном кабинете ЮKassa они стоят рядом с названием магазина.",
        },
        max_length=20,
    )
    secret_key: ok.Secret = ok.setting(
        label={"en": "Secret key", "ru": "Секретный ключ"},
        help={
            "en": "Merchant profile → Integration → API keys → Issue key. That of a test shop begins with test_.",
            "ru": "Личный кабинет → Интеграция → Ключи API → Выпустить ключ. У тестового магазина он начинается "
            "с test_.",
        },
        max_length=200,
    )
    base_url: str = ok.setting(
        label={"en": "Address of the API", "ru": "Адрес API"},
        help={
            "en": "Another one than YooKassa's own is for tests alone.",
            "ru": "Другой, чем у самой ЮKassa, нужен только для проверок.",
        },
        default=PUBLIC_API,
    )

    def problems(self) -> Iterator[ok.Problem]:
        """What cannot work."""
        if not (self.shop_id.isascii() and self.shop_id.isdigit()):
            words = {"en": "A shopId is digits alone.", "ru": "shopId состоит только из цифр."}
            yield ok.Problem(words, "shop_id")
        if not _is_safe(self.base_url):
            words = {
                "en": "The address begins with https://, since the key is sent there.",
                "ru": "Адрес начинается с https://: туда передаётся ключ.",
            }
            yield ok.Problem(words, "base_url")


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
