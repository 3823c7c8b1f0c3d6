"""The table of currencies."""

import re

import pytest

from orderkit.domain.currencies import EXPONENTS


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("RUB", 2), ("EUR", 2), ("GBP", 2), ("JPY", 0), ("KRW", 0), ("ISK", 0), ("KWD", 3), ("TND", 3)],
)
def test_decimals(currency: str, decimals: int) -> None:
    """A currency has the decimals ISO 4217 gives it."""
    assert decimals == EXPONENTS[currency]


def test_codes() -> None:
    """Every code is three capitals; none stands in two of the lists; test codes and metals are left out."""
    assert [] == [code for code in EXPONENTS if not re.fullmatch("[A-Z]{3}", code)]
    assert set() == {"XXX", "XTS", "XAU", "RUR"} & set(EXPONENTS)
    assert {0: 16, 2: len(EXPONENTS) - 23, 3: 7} == {
        decimals: list(EXPONENTS.values()).count(decimals) for decimals in (0, 2, 3)
    }


def test_is_read_only() -> None:
    """Nobody changes the table while the program runs."""
    with pytest.raises(TypeError):
        EXPONENTS["RUB"] = 0  # type: ignore[index]
