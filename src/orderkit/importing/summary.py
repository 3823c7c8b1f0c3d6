"""The account of an import: what became of every row, month by month, and the report of those that are not stored."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import IO

import attrs

from orderkit.importing.outcome import Kind
from orderkit.importing.rows import EXACT
from orderkit.importing.spool import Settled, Spool

REPORT_COLUMNS = ("line", "order", "month", "amount", "reason", "explanation")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Beginnings that make a spreadsheet run a cell."""


@attrs.frozen(slots=True)
class MonthSums:
    """
    The amounts of one month of the file, each row counted in its own month.

    ``in_file == lines - refunds + reported``; *lines* less *refunds* is what the database holds.
    """

    in_file: Decimal = Decimal(0)
    lines: Decimal = Decimal(0)
    refunds: Decimal = Decimal(0)
    reported: Decimal = Decimal(0)

    def plus(self, row: Settled) -> MonthSums:
        """These sums and one row more; a row without a readable amount adds nothing."""
        amount = row.amount or Decimal(0)
        return MonthSums(
            EXACT.add(self.in_file, amount),
            EXACT.add(self.lines, amount) if row.kind is Kind.STORED else self.lines,
            EXACT.subtract(self.refunds, amount) if row.kind is Kind.REFUNDED else self.refunds,
            EXACT.add(self.reported, amount) if row.kind is Kind.REPORTED else self.reported,
        )


@attrs.frozen(slots=True)
class Reason:
    """
    Rows that are reported for one reason.

    Attributes:
        example: The explanation of the first of them.
    """

    rows: int
    amount: Decimal
    example: str


@attrs.frozen
class Summary:
    """
    What an import came to.

    Attributes:
        months: By month, ``2010-12``; under an empty one, rows whose date cannot be read.
        reasons: By reason, most rows first.
        orders: Kind → number made by this run, and number made by earlier ones.
    """

    rows: int
    months: Mapping[str, MonthSums]
    reasons: Mapping[str, Reason]
    orders: Mapping[Kind, tuple[int, int]]

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        stored, refunded, reported = (self.orders[kind] for kind in Kind)
        yield f"{self.rows} rows"
        yield f"orders stored: {stored[0]} new, {stored[1]} from earlier runs"
        yield f"refunds stored: {refunded[0]} new, {refunded[1]} from earlier runs"
        yield f"orders and refunds reported: {sum(reported)}"
        yield ""
        yield f"{'month':8}{'file':>16} = {'lines':>16} - {'refunds':>16} + {'reported':>16}"
        for month, sums in sorted(self.months.items()):
            parts = [f"{amount:16f}" for amount in (sums.in_file, sums.lines, sums.refunds, sums.reported)]
            yield f"{month or '?':8}{parts[0]} = {parts[1]} - {parts[2]} + {parts[3]}"
        if self.reasons:
            yield ""
            yield f"{'rows reported':>13} {'amount':>16}  reason"
        for code, reason in self.reasons.items():
            yield f"{reason.rows:13} {reason.amount:16f}  {code}, such as: {reason.example}"


def settle(spool: Spool, report: IO[str] | None) -> Summary:
    """Go through all rows, write those that are reported into *report*, and add up."""
    months: dict[str, MonthSums] = {}
    reasons: dict[str, Reason] = {}
    rows = 0
    for row in _told(spool.settled(), report):
        rows += 1
        months[row.month] = months.get(row.month, MonthSums()).plus(row)
        if row.kind is Kind.REPORTED:
            known = reasons.get(row.code, Reason(0, Decimal(0), row.problem))
            amount = EXACT.add(known.amount, row.amount or Decimal(0))
            reasons[row.code] = Reason(known.rows + 1, amount, known.example)
    by_rows = sorted(reasons.items(), key=lambda reason: -reason[1].rows)
    orders = {kind: (spool.orders(kind, is_new=True), spool.orders(kind, is_new=False)) for kind in Kind}
    return Summary(rows, months, dict(by_rows), orders)


def _told(rows: Iterable[Settled], report: IO[str] | None) -> Iterator[Settled]:
    """Pass rows on, writing into the report those that belong there."""
    writer = csv.writer(report) if report else None
    if writer:
        writer.writerow(REPORT_COLUMNS)
    for row in rows:
        if writer and row.kind is Kind.REPORTED:
            amount = "" if row.amount is None else f"{row.amount:f}"
            texts = (harmless(text) for text in (row.order, row.month))
            writer.writerow((row.line, *texts, amount, row.code, harmless(row.problem)))
        yield row


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
