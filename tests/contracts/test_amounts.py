"""Tests of orderkit.contracts.amounts."""

import pytest

from orderkit.contracts.amounts import format_money
from orderkit.domain.money import Money


@pytest.mark.parametrize(
    ("money", "language", "written"),
    [
        (Money(123_456_700, "RUB"), "ru", "1\xa0234\xa0567,00\xa0₽"),
        (Money(-8_900, "RUB"), "ru", "−89,00\xa0₽"),
        (Money(1_200, "JPY"), "ru-KZ", "1\xa0200\xa0¥"),
        (Money(1_500, "KWD"), "en", "KWD1.500"),
        (Money(1_500, "EUR"), "de", "€15.00"),
    ],
)
def test_format_money(money: Money, language: str, written: str) -> None:
    """All decimals of its currency are told, as the language writes them; one that is not known is as English."""
    assert written == format_money(money, language)
