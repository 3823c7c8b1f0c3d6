"""The page of the limits says what the storefront and the desk really take."""

from orderkit_flask.shop.limits import LARGEST_BODY, MOST_LINES, RATES

from orderkit import MOST_VISITS
from orderkit.domain.line import MAX_LINES, MAX_QUANTITY
from orderkit.domain.text import LONG, SHORT
from tests.house.tables import DOCS, code, table

PAGE = "reference/limits.md"


def number(cell: str) -> int | None:
    """A number as the page writes it; none for a dash."""
    return None if cell == "–" else int(cell.replace(",", ""))


def test_how_much() -> None:
    """Each bound of the code, once."""
    told = {row["what"]: number(row["at most"]) for row in table(PAGE, "How much")}

    assert {
        "bytes of a request": LARGEST_BODY,
        "positions in a cart": MOST_LINES,
        "pieces of one position": MAX_QUANTITY,
        "visits told at once": MOST_VISITS,
        "characters of a name, an e-mail, a phone, a title, a key": SHORT,
        "characters of an address or a comment": LONG,
    } == told
    assert f"orders of {MAX_LINES:,} positions" in (DOCS / PAGE).read_text(encoding="utf-8")


def test_how_often() -> None:
    """Each act of the code with both its rates; that of a new visitor counts by address alone."""
    told = {
        code(row["act"]): (number(row["visitor"]), number(row["address"])) for row in table(PAGE, "How often")
    }

    assert told == {
        act: (None if act == "meet" else rate.visitor, rate.address) for act, rate in RATES.items()
    }
