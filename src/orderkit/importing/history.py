"""What one contact bought and has not returned, line by line, in the temporary database of the file."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import attrs

from orderkit.domain.order import Order
from orderkit.domain.payment import RefundLine, RefundStatus
from orderkit.importing.spool import sortable

Goods: TypeAlias = tuple[str, int]
"""Sku and price of one piece in minor units: what a refund names."""

_SCHEMA = """
CREATE TEMP TABLE bought(
    sku TEXT, price INTEGER, order_id TEXT, line_id INTEGER, at TEXT, payment_id TEXT, refundable INTEGER,
    kept INTEGER, PRIMARY KEY (sku, price, order_id, line_id)
) WITHOUT ROWID;
CREATE TEMP TABLE returned(reference TEXT PRIMARY KEY, amount INTEGER) WITHOUT ROWID;
CREATE TEMP TABLE wanted(sku TEXT, price INTEGER, quantity INTEGER, PRIMARY KEY (sku, price)) WITHOUT ROWID;
"""
_MATCH = """
SELECT order_id, payment_id FROM (
    SELECT order_id, payment_id, at
    FROM wanted JOIN bought USING (sku, price)
    WHERE at <= :at AND refundable >= :amount
    GROUP BY order_id, sku, price HAVING sum(kept) >= quantity
)
GROUP BY order_id HAVING count(*) = (SELECT count(*) FROM wanted)
ORDER BY at DESC, order_id DESC LIMIT 1
"""
_NEVER_BOUGHT = """
SELECT sku, price FROM wanted
WHERE NOT EXISTS (
    SELECT 1 FROM bought WHERE bought.sku = wanted.sku AND bought.price = wanted.price AND at <= :at
)
LIMIT 1
"""


@attrs.frozen(slots=True)
class Match:
    """The purchase a refund belongs to, and the lines given back."""

    order_id: UUID
    payment_id: UUID
    lines: tuple[RefundLine, ...]


class History:
    """What one contact bought; another one's is forgotten by `forget`."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        for statement in filter(str.strip, _SCHEMA.split(";")):
            database.execute(statement)

    def forget(self) -> None:
        """Begin with another contact."""
        for table in ("bought", "returned"):
            self._database.execute(f"DELETE FROM {table}")

    def add(self, order: Order) -> None:
        """Take in an order as it stands: its lines, less what refunds have returned of them."""
        returned: Counter[int] = Counter()
        for refund in (refund for payment in order.payments for refund in payment.refunds):
            if refund.status is RefundStatus.FAILED:
                continue
            for line in refund.lines:
                returned[line.line_id] += line.quantity
            self._database.execute(
                "INSERT OR REPLACE INTO returned VALUES (?, ?)", (refund.reference, refund.amount.minor)
            )
        paid = max(order.payments, key=lambda payment: payment.sums.refundable, default=None)
        if paid is None:
            return
        self._database.executemany(
            "INSERT INTO bought VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    line.sku,
                    line.unit_price.minor,
                    order.id.hex,
                    line.id,
                    sortable(order.created_at),
                    paid.id.hex,
                    paid.sums.refundable,
                    line.quantity - returned[line.id],
                )
                for line in order.lines
            ],
        )

    def returned(self, reference: str) -> int | None:
        """What the refund with this reference gave back, in minor units; ``None`` if there is none yet."""
        found = self._database.execute(
            "SELECT amount FROM returned WHERE reference = ?", (reference,)
        ).fetchone()
        return None if found is None else int(found[0])

    def match(self, wanted: Mapping[Goods, int], at: datetime, amount: int) -> Match | None:
        """The newest order up to *at* that has all of *wanted* left, and *amount* to give back."""
        self._want(wanted)
        found = self._database.execute(_MATCH, {"at": sortable(at), "amount": amount}).fetchone()
        if found is None:
            return None
        order_id, payment_id = found
        lines = [line for goods, pieces in wanted.items() for line in self._lines(order_id, goods, pieces)]
        return Match(UUID(order_id), UUID(payment_id), tuple(sorted(lines, key=lambda line: line.line_id)))

    def has_any(self, at: datetime) -> bool:
        """Whether there is any order up to *at*."""
        query = "SELECT EXISTS (SELECT 1 FROM bought WHERE at <= ?)"
        return bool(self._database.execute(query, (sortable(at),)).fetchone()[0])

    def never_bought(self, wanted: Mapping[Goods, int], at: datetime) -> Goods | None:
        """Something of *wanted* that no order up to *at* has at this price; ``None`` if all was bought."""
        self._want(wanted)
        found: Goods | None = self._database.execute(_NEVER_BOUGHT, {"at": sortable(at)}).fetchone()
        return found

    def give_back(self, match: Match, reference: str, amount: int) -> None:
        """Note that a refund was booked."""
        order_id = match.order_id.hex
        self._database.execute("INSERT INTO returned VALUES (?, ?)", (reference, amount))
        self._database.execute(
            "UPDATE bought SET refundable = refundable - ? WHERE order_id = ?", (amount, order_id)
        )
        self._database.executemany(
            "UPDATE bought SET kept = kept - ? WHERE order_id = ? AND line_id = ?",
            [(line.quantity, order_id, line.line_id) for line in match.lines],
        )

    def _want(self, wanted: Mapping[Goods, int]) -> None:
        self._database.execute("DELETE FROM wanted")
        self._database.executemany(
            "INSERT INTO wanted VALUES (?, ?, ?)", [(*goods, pieces) for goods, pieces in wanted.items()]
        )

    def _lines(self, order_id: str, goods: Goods, pieces: int) -> list[RefundLine]:
        """Take *pieces* from the lines with these goods, the first line first."""
        kept = self._database.execute(
            "SELECT line_id, kept FROM bought WHERE sku = ? AND price = ? AND order_id = ? AND kept > 0 "
            "ORDER BY line_id",
            (*goods, order_id),
        ).fetchall()
        lines = []
        for line_id, left in kept:
            if taken := min(left, pieces):
                lines.append(RefundLine(line_id, taken))
                pieces -= taken
        return lines
