"""The map: what it may say, and how it is told what is wrong with it."""

from pathlib import Path

import pytest

from orderkit.errors import InvalidInputError
from orderkit.importing import read_layout
from tests.importing.conftest import EXAMPLE

GOOD = """
source = "shop"
currency = "GBP"
timezone = "Europe/London"
[columns]
order = "no"
sku = "sku"
quantity = "n"
unit_price = "price"
date = "at"
"""


def test_example() -> None:
    """The map of the example is read."""
    layout = read_layout(EXAMPLE / "map.toml")

    assert ("GBP", "Europe/London", "delivered") == (layout.currency, layout.timezone, layout.status)
    assert layout.is_refund("C536379")
    assert not layout.is_refund("536379")


def test_no_prefix_no_refund(tmp_path: Path) -> None:
    """Without a prefix nothing is a refund."""
    (tmp_path / "map.toml").write_text(GOOD)

    assert not read_layout(tmp_path / "map.toml").is_refund("C1")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('source = "shop"\n', "", "key 'source' is missing; needed: source, currency, timezone, columns"),
        ("[columns]", 'colour = "red"\n[columns]', "unknown key 'colour'; possible: source, currency, timezone"),
        ("sku =", "article =", "unknown column 'article'; possible: order, sku, quantity"),
        ('sku = "sku"\n', "", "column 'sku' is missing; needed: order, sku, quantity, unit_price, date"),
        ('sku = "sku"', "sku = 1", "sku must be text in quotes, not 1"),
        ('sku = "sku"', 'sku = " "', "columns.sku is empty"),
        ('"shop"', "7", "source must be text in quotes, not 7"),
        ('"shop"', '" "', "source is empty"),
        ('"shop"', '"a:b"', "source must be without a colon"),
        ('"shop"', f'"{"x" * 61}"', "at most 60"),
        ('"GBP"', '"gbp"', "currency 'gbp' is not an ISO 4217 code"),
        ('"Europe/London"', '"London"', "time zone 'London' is unknown"),
        ("[columns]", 'encoding = "utf-9"\n[columns]', "encoding 'utf-9' is unknown"),
        ("[columns]", 'encoding = "hex"\n[columns]', "encoding 'hex' is unknown"),
        ("[columns]", 'delimiter = "||"\n[columns]', "delimiter must be one character"),
        ("[columns]", 'decimal_mark = "x"\n[columns]', "decimal_mark is 'x'; possible: '.', ','"),
        ("[columns]", 'status = "paid"\n[columns]', "status is 'paid'; possible: 'pending', 'preparing'"),
        ("[columns]", 'date_format = "%H:%M"\n[columns]', "date_format '%H:%M' does not give a day"),
        ("[columns]", 'date_format = "%"\n[columns]', "date_format '%' does not give a day"),
        ("[columns]", f'payment_method = "{"x" * 201}"\n[columns]', "payment_method has 201 characters"),
        ("[columns]", "[columns", "is no TOML in UTF-8"),
        (GOOD, "columns = 1\nsource = 'a'\ncurrency = 'GBP'\ntimezone = 'UTC'", "columns must be a table"),
    ],
)  # fmt: skip
def test_refused(before: str, after: str, told: str, tmp_path: Path) -> None:
    """A map that is of no use is refused, naming the file, the key and what is possible."""
    path = tmp_path / "map.toml"
    path.write_text(GOOD.replace(before, after), "utf-8")

    with pytest.raises(InvalidInputError) as refused:
        read_layout(path)

    assert str(refused.value).startswith(f"map {path}")
    assert told in str(refused.value)


def test_not_there(tmp_path: Path) -> None:
    """A map that is not there is named."""
    with pytest.raises(InvalidInputError, match=r"map .*none\.toml: No such file"):
        read_layout(tmp_path / "none.toml")
