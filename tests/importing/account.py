"""
The account of an import, made anew: the file by csv and Decimal, the report as it was written, the orders by the desk.

Nothing of `orderkit.importing` is used, so that it cannot agree with itself alone.
"""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from pathlib import Path

from orderkit import Desk, Order, OrderFilter, Refund

Months = dict[str, Decimal]
SOURCE = "online-retail"


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a file of the map examples/online-retail/map.toml."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def amount_of(row: dict[str, str]) -> Decimal:
    """Quantity × price; nothing where they are no numbers."""
    try:
        amount = Decimal(row["Quantity"]) * Decimal(row["UnitPrice"])
    except (InvalidOperation, TypeError):
        return Decimal(0)
    return amount if amount.is_finite() else Decimal(0)


def all_orders(desk: Desk) -> list[Order]:
    """Every order of the site, oldest first."""
    ids, after = [], None
    while True:
        page = desk.orders.find(OrderFilter(), after=after, limit=200)
        ids += [row.id for row in page.rows]
        after = page.next
        if after is None:
            return [desk.orders.get(id) for id in reversed(ids)]


def in_short(refund: Refund) -> str:
    """A refund as ``C5: 1×5``: its reference, then line × pieces."""
    return f"{refund.reference}: " + ", ".join(f"{line.line_id}×{line.quantity}" for line in refund.lines)


def reported(report: Path) -> list[dict[str, str]]:
    """The rows of a report."""
    with report.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def differences(paths: Iterable[Path], reports: Iterable[Path], desk: Desk) -> Months:
    """
    By month: the file's sum, less lines stored, plus refunds stored, less what is reported; zero where it is in order.

    Each row counts in its own month. An order stored has exactly the rows of the file, a refund exactly their sum.
    """
    months: Months = defaultdict(Decimal)
    by_invoice: dict[str, list[dict[str, str]]] = defaultdict(list)
    for path in paths:
        for row in rows_of(path):
            by_invoice[row["InvoiceNo"]].append(row)
            months[row["InvoiceDate"][:7] if is_day(row["InvoiceDate"]) else ""] += amount_of(row)
    for report in reports:
        for row in reported(report):
            months[row["month"]] -= Decimal(row["amount"] or 0)
    for order in all_orders(desk):
        rows = by_invoice[order.external_ref]
        assert Counter(_line(row) for row in rows) == Counter(
            (line.sku, line.quantity, line.unit_price.decimal) for line in order.lines
        )
        _count(months, rows)
        for refund in (refund for payment in order.payments for refund in payment.refunds):
            rows = by_invoice[refund.reference]
            assert -sum(map(amount_of, rows)) == refund.amount.decimal
            _count(months, rows)
    return months


def is_day(text: str | None) -> bool:
    """Whether the date can be read; the dirty file has one that looks like a date and is none."""
    return bool(text) and not str(text).startswith("2010-02-30")


def _line(row: dict[str, str]) -> tuple[str, int, Decimal]:
    return row["StockCode"].strip(), int(row["Quantity"]), Decimal(row["UnitPrice"])


def _count(months: Months, rows: Iterable[dict[str, str]]) -> None:
    for row in rows:
        months[row["InvoiceDate"][:7]] -= amount_of(row)
