"""Amounts as people write them."""

from __future__ import annotations

from functools import cache

from babel import Locale, numbers

from orderkit.domain.money import Money

_PLACES = {"en": "en_GB", "ru": "ru_RU"}
"""By whose habits amounts are written in a language."""


def format_money(money: Money, language: str) -> str:
    """
    An amount with all decimals of its currency and the currency's sign, such as ``1 151,00 ₽``.

    Args:
        language: A code such as ``ru`` or ``ru-KZ``; one that is not known is written as in English.
    """
    decimals = -int(money.decimal.as_tuple().exponent)
    locale = place(language)
    pattern = str(locale.currency_formats["standard"].pattern)
    written = numbers.format_currency(
        money.decimal,
        money.currency,
        format=pattern.replace("0.00", "0." + "0" * decimals if decimals else "0"),
        locale=locale,
        currency_digits=False,
    )
    return written.replace("-", "−")


def place(language: str) -> Locale:
    """By whose habits a language is written."""
    return _parsed(_PLACES.get(language.replace("_", "-").partition("-")[0].lower(), _PLACES["en"]))


@cache
def _parsed(name: str) -> Locale:
    return Locale.parse(name)
