"""Read the tables of the documentation, so that tests can hold them against the code."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"

Row = dict[str, str]


def tables(page: str, heading: str) -> list[list[Row]]:
    """
    Find the tables under one heading of a page, each a list of rows by column heading.

    Args:
        page: Path below docs/.
        heading: Its text, without the marks; what stands under the next heading does not count.
    """
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("#")]
    start = next(number for number in starts if lines[number].lstrip("# ") == heading)
    end = next((number for number in starts if number > start), len(lines))
    found: list[list[str]] = [[]]
    for line in lines[start:end]:
        if line.startswith("|"):
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [_rows(block) for block in found if block]


def table(page: str, heading: str) -> list[Row]:
    """The only table under a heading."""
    [only] = tables(page, heading)
    return only


def code(cell: str) -> str:
    """What a cell holds between backticks."""
    return cell.strip("`")


def _rows(block: list[str]) -> list[Row]:
    head, _, *rest = [[cell.strip() for cell in line.strip("|").split("|")] for line in block]
    return [dict(zip(head, cells, strict=True)) for cells in rest]
