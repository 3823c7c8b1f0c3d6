"""One language of messages: its phrases, and amounts and numbers as its people write them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import attrs
from babel import Locale, numbers

from orderkit.contracts.wording import in_language
from orderkit.domain.money import Money
from orderkit.messages.phrases import PHRASES

LANGUAGES: Mapping[str, str] = {"en": "en_GB", "ru": "ru_RU"}
"""Those that all phrases are in, with the place by whose habits amounts are written."""


@attrs.frozen
class Tongue:
    """
    How messages of one language are written.

    Attributes:
        code: One of `LANGUAGES`.
    """

    code: str

    @classmethod
    def of(cls, language: str) -> Tongue:
        """That of a code such as ``ru`` or ``ru-KZ``; English where there are no phrases in it."""
        spoken = language.replace("_", "-").partition("-")[0].lower()
        return cls(spoken if spoken in LANGUAGES else "en")

    def phrase(self, name: str, /, **values: str) -> str:
        """A phrase with its values filled in; what stands in a value is text and nothing more."""
        return in_language(PHRASES[name], self.code).format(**values)

    def number(self, value: int) -> str:
        """A whole number in groups of three."""
        return numbers.format_decimal(value, locale=self._locale)

    def money(self, money: Money) -> str:
        """An amount with all decimals of its currency and the currency's sign."""
        decimals = -int(money.decimal.as_tuple().exponent)
        pattern = str(self._locale.currency_formats["standard"].pattern)
        written = numbers.format_currency(
            money.decimal,
            money.currency,
            format=pattern.replace("0.00", "0." + "0" * decimals if decimals else "0"),
            locale=self._locale,
            currency_digits=False,
        )
        return written.replace("-", "−")

    @property
    def _locale(self) -> Locale:
        return _parsed(LANGUAGES[self.code])


@cache
def _parsed(place: str) -> Locale:
    return Locale.parse(place)
