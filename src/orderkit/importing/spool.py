"""
The file's rows in a temporary SQLite database, so that memory does not grow with the file.

Rows go in as they stand in the file and come out as orders, oldest first; what became of each order is kept beside.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import attrs

from orderkit.domain.line import MAX_LINES
from orderkit.importing.layout import Layout
from orderkit.importing.outcome import Kind, Outcome
from orderkit.importing.rows import Row

_FIELDS = [field.name for field in attrs.fields(Row)]
"""As the columns of ``rows`` stand."""
_SCHEMA = """
CREATE TABLE rows(
    line INTEGER PRIMARY KEY, reference TEXT, month TEXT, at TEXT, contact TEXT, sku TEXT, title TEXT,
    quantity INTEGER, price INTEGER, amount TEXT, details TEXT, code TEXT, problem TEXT
);
CREATE TABLE outcomes(reference TEXT PRIMARY KEY, kind TEXT, is_new INTEGER, code TEXT, problem TEXT) WITHOUT ROWID;
"""
_GROUP = """
CREATE INDEX rows_reference ON rows(reference);
CREATE TABLE orders AS
    SELECT reference, min(at) AS at, min(line) AS line, is_refund(reference) AS is_refund, max(contact) AS contact,
        count(*) AS lines, count(DISTINCT nullif(contact, '')) AS contacts, min(iif(code <> '', line, NULL)) AS refused
    FROM rows GROUP BY reference;
"""
_REFUSE = """
INSERT INTO outcomes
    SELECT reference, 'reported', 0,
        CASE WHEN refused THEN 'order_refused' WHEN contacts > 1 THEN 'two_contacts' ELSE 'too_many_lines' END,
        CASE
            WHEN refused THEN 'line ' || refused || ' of the same order is refused'
            WHEN contacts > 1 THEN 'the rows of the order name ' || contacts || ' contacts; an order has one'
            ELSE 'the order has ' || lines || ' lines; at most ' || :most || ' are allowed'
        END
    FROM orders WHERE refused OR contacts > 1 OR lines > :most
"""


@attrs.frozen(slots=True)
class FileOrder:
    """
    One order of the file, or one refund.

    Attributes:
        at: The earliest moment of its rows.
        contact: The contact's reference; empty for a guest.
        rows: In the order of the file, wherever they stood in it.
    """

    reference: str
    at: datetime
    contact: str
    rows: tuple[Row, ...]

    @property
    def details(self) -> Mapping[str, str]:
        """Contact and address columns; of each the first value there is."""
        found: dict[str, str] = {}
        for row in reversed(self.rows):
            found |= json.loads(row.details) if row.details != "{}" else {}
        return found


@attrs.frozen(slots=True)
class Settled:
    """A row of the file, and what became of it; why, where it is reported."""

    line: int
    order: str
    month: str
    amount: Decimal | None
    kind: Kind
    code: str
    problem: str


class Spool:
    """The rows of one file; a context, at whose end nothing of it is left."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="orderkit-import-")
        self.database = sqlite3.connect(Path(self._folder.name) / "rows.db", isolation_level=None)
        # Nobody ever reads it again after a crash, so it needs no journal.
        self.database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;" + _SCHEMA)

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()
        self._folder.cleanup()

    def fill(self, rows: Iterable[Row], layout: Layout) -> None:
        """Take in all rows, join them to orders, and refuse orders of which a row cannot be read."""
        places = ", ".join("?" * len(_FIELDS))
        self.database.executemany(f"INSERT INTO rows VALUES ({places})", map(_record, rows))
        self.database.create_function("is_refund", 1, layout.is_refund, deterministic=True)
        self.database.executescript(_GROUP + "BEGIN;")
        self.database.execute(_REFUSE, {"most": MAX_LINES})

    def count(self) -> int:
        """How many orders are not settled yet."""
        [[number]] = self.database.execute(
            "SELECT count(*) FROM orders WHERE reference NOT IN (SELECT reference FROM outcomes)"
        )
        return int(number)

    def begins_at(self) -> datetime:
        """The earliest moment in the file; the present where it has none."""
        [[at]] = self.database.execute("SELECT min(at) FROM rows")
        return datetime.fromisoformat(at) if at else datetime.now(UTC)

    def purchases(self) -> Iterator[FileOrder]:
        """The orders that are not settled yet and no refunds, oldest first."""
        return self._orders("NOT is_refund")

    def refunds(self) -> Iterator[FileOrder]:
        """The refunds that are not settled yet, those of one contact together, oldest first."""
        return self._orders("is_refund", "contact, ")

    def settle(self, reference: str, outcome: Outcome) -> None:
        """Note what became of an order; once."""
        told = (reference, outcome.kind.value, outcome.is_new, outcome.code, outcome.problem)
        self.database.execute("INSERT INTO outcomes VALUES (?, ?, ?, ?, ?)", told)
        self.database.executemany("UPDATE rows SET code = ?2, problem = ?3 WHERE line = ?1", outcome.rows)

    def orders(self, kind: Kind, *, is_new: bool) -> int:
        """How many orders were settled so."""
        query = "SELECT count(*) FROM outcomes WHERE kind = ? AND is_new = ?"
        return int(self.database.execute(query, (kind.value, is_new)).fetchone()[0])

    def settled(self) -> Iterator[Settled]:
        """Every row in the order of the file, with what became of it."""
        query = """
            SELECT line, reference, month, amount, kind,
                coalesce(nullif(rows.code, ''), outcomes.code), coalesce(nullif(rows.problem, ''), outcomes.problem)
            FROM rows JOIN outcomes USING (reference) ORDER BY line
        """
        for line, order, month, amount, kind, code, problem in self.database.execute(query):
            exact = None if amount is None else Decimal(amount)
            yield Settled(line, order, month, exact, Kind(kind), code, problem)

    def _orders(self, condition: str, order_by: str = "") -> Iterator[FileOrder]:
        found = self.database.execute(
            f"SELECT reference, at, contact FROM orders WHERE {condition} "
            f"AND reference NOT IN (SELECT reference FROM outcomes) ORDER BY {order_by} at, line"
        )
        for reference, at, contact in found:
            yield FileOrder(reference, datetime.fromisoformat(at), contact, self._rows(reference))

    def _rows(self, reference: str) -> tuple[Row, ...]:
        found = self.database.execute("SELECT * FROM rows WHERE reference = ? ORDER BY line", (reference,))
        return tuple(_row(record) for record in found)


def sortable(moment: datetime) -> str:
    """A moment as text that sorts by time; moments of a file are in UTC."""
    return moment.isoformat(timespec="microseconds")


def _record(row: Row) -> tuple[object, ...]:
    told = attrs.asdict(row, recurse=False)
    told["at"] = sortable(row.at) if row.at else None
    told["amount"] = None if row.amount is None else str(row.amount)
    return tuple(told.values())


def _row(record: tuple[Any, ...]) -> Row:
    told = dict(zip(_FIELDS, record, strict=True))
    told["at"] = datetime.fromisoformat(told["at"]) if told["at"] else None
    told["amount"] = None if told["amount"] is None else Decimal(told["amount"])
    return Row(**told)
