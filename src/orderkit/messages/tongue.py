"""One language of messages: its phrases, and amounts and numbers as its people write them."""

from __future__ import annotations

from typing import Final

import attrs
from babel import numbers

from orderkit.contracts.amounts import format_money, place
from orderkit.contracts.wording import in_language
from orderkit.domain.money import Money
from orderkit.messages.phrases import PHRASES

LANGUAGES: Final = ("en", "ru")
"""Those that all phrases are in."""


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
        return numbers.format_decimal(value, locale=place(self.code))

    def money(self, money: Money) -> str:
        """An amount, as everywhere."""
        return format_money(money, self.code)
