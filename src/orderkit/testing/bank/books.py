"""The books of the bank: a SQLite file of its own, in which one key is one payment or one refund."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import attrs

_TABLES = """
CREATE TABLE IF NOT EXISTS payments (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, operation TEXT NOT NULL UNIQUE, number TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount > 0), currency TEXT NOT NULL, return_url TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('waiting', 'paid', 'declined')), reason TEXT NOT NULL DEFAULT ''
);
CREATE TABLE IF NOT EXISTS refunds (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, operation TEXT NOT NULL UNIQUE,
    payment_id INTEGER NOT NULL REFERENCES payments (id), amount INTEGER NOT NULL CHECK (amount > 0)
);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, operation TEXT NOT NULL, reference TEXT NOT NULL,
    payment TEXT NOT NULL, amount INTEGER NOT NULL, currency TEXT NOT NULL
);
"""


class RefusedError(Exception):
    """The bank does not do what it is asked to; its text is a code."""


@attrs.frozen
class BookedPayment:
    """
    A payment as the bank knows it.

    Attributes:
        operation: The shop's identifier of it.
        amount: Minor units.
        status: ``waiting`` for the buyer, ``paid`` or ``declined``.
        reason: Why it was declined, as a code of `DeclineReason`; empty otherwise.
    """

    id: int
    operation: str
    number: str
    amount: int
    currency: str
    return_url: str
    status: str
    reason: str


@attrs.frozen
class BookedRefund:
    """A refund that was made; *amount* in minor units of its payment's currency."""

    id: int
    operation: str
    payment_id: int
    amount: int


@attrs.frozen
class BookedEvent:
    """
    Something that the bank tells of by itself.

    Attributes:
        kind: ``payment.paid``, ``payment.declined``, ``refund.made``, ``dispute.opened`` or ``dispute.won``.
        operation: The shop's identifier of the payment or refund.
        reference: The bank's identifier of it.
        payment: The bank's identifier of the payment.
        amount: Minor units.
    """

    id: int
    kind: str
    operation: str
    reference: str
    payment: str
    amount: int
    currency: str


@attrs.frozen
class Books:
    """The books in one file; every method is one transaction, and two processes may keep them."""

    path: Path

    def __attrs_post_init__(self) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(_TABLES)

    def ask(
        self, key: str, *, operation: str, number: str, amount: int, currency: str, return_url: str
    ) -> BookedPayment:
        """Begin a payment that waits for its buyer; the one that this key began, if there is one."""
        fields = (key, operation, number, amount, currency, return_url)
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO payments (key, operation, number, amount, currency, return_url, status) "
                "VALUES (?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT (key) DO NOTHING",
                fields,
            )
            payment = _payment(connection, "key", key)
        assert payment is not None  # it was there or is by now
        return payment

    def decide(self, payment_id: int, *, pays: bool, reason: str = "cancelled") -> BookedPayment:
        """
        Have the buyer pay, or decline to; whoever did so before has decided.

        Args:
            reason: Why it is not paid, as a code of `DeclineReason`.
        """
        with self._writing() as connection:
            decided = connection.execute(
                "UPDATE payments SET status = ?, reason = ? WHERE id = ? AND status = 'waiting'",
                ("paid", "", payment_id) if pays else ("declined", reason, payment_id),
            )
            payment = _payment(connection, "id", payment_id)
            if payment is not None and decided.rowcount:
                _tell(connection, f"payment.{payment.status}", payment)
        if payment is None:
            raise RefusedError("no_payment")
        return payment

    def give_back(self, key: str, *, operation: str, payment_id: int, amount: int) -> BookedRefund:
        """
        Give back a part of what was paid; what this key gave back, if it did.

        Raises:
            RefusedError: ``not_paid``, or ``too_much``: no more is given back than was paid.
        """
        with self._writing() as connection:
            known = _refund(connection, "key", key)
            if known is not None:
                return known
            payment = _payment(connection, "id", payment_id)
            if payment is None or payment.status != "paid":
                raise RefusedError("not_paid")
            [given] = connection.execute(
                "SELECT coalesce(sum(amount), 0) FROM refunds WHERE payment_id = ?", (payment_id,)
            ).fetchone()
            if given + amount > payment.amount:
                raise RefusedError("too_much")
            connection.execute(
                "INSERT INTO refunds (key, operation, payment_id, amount) VALUES (?, ?, ?, ?)",
                (key, operation, payment_id, amount),
            )
            made = _refund(connection, "key", key)
            assert made is not None  # it has just been made
            _tell(connection, "refund.made", payment, made)
        return made

    def dispute(self, payment_id: int, *, is_won: bool = False) -> None:
        """
        Have the buyer's bank take back all of a payment, or, *is_won*, give it back; the bank keeps no sum of that.

        Raises:
            RefusedError: ``not_paid``.
        """
        with self._writing() as connection:
            payment = _payment(connection, "id", payment_id)
            if payment is None or payment.status != "paid":
                raise RefusedError("not_paid")
            _tell(connection, "dispute.won" if is_won else "dispute.opened", payment)

    def events(self) -> list[BookedEvent]:
        """All that the bank tells of, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {_EVENT} FROM events ORDER BY id").fetchall()
        return [BookedEvent(*row) for row in rows]

    def payment(self, operation: str) -> BookedPayment | None:
        """The payment of that operation of the shop."""
        with self._reading() as connection:
            return _payment(connection, "operation", operation)

    def refund(self, operation: str) -> BookedRefund | None:
        """The refund of that operation of the shop."""
        with self._reading() as connection:
            return _refund(connection, "operation", operation)

    def payments(self) -> list[BookedPayment]:
        """All payments, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {_PAYMENT} FROM payments ORDER BY id").fetchall()
        return [BookedPayment(*row) for row in rows]

    def refunds(self) -> list[BookedRefund]:
        """All refunds, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {_REFUND} FROM refunds ORDER BY id").fetchall()
        return [BookedRefund(*row) for row in rows]

    def kept(self, operation: str) -> int:
        """What of that payment is paid and was not given back, in minor units."""
        payment = self.payment(operation)
        if payment is None or payment.status != "paid":
            return 0
        return payment.amount - sum(one.amount for one in self.refunds() if one.payment_id == payment.id)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=30)) as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


_PAYMENT = ", ".join(attribute.name for attribute in attrs.fields(BookedPayment))
_REFUND = ", ".join(attribute.name for attribute in attrs.fields(BookedRefund))

_EVENT = ", ".join(attribute.name for attribute in attrs.fields(BookedEvent))


def _tell(
    connection: sqlite3.Connection, kind: str, payment: BookedPayment, refund: BookedRefund | None = None
) -> None:
    about = refund or payment
    connection.execute(
        "INSERT INTO events (kind, operation, reference, payment, amount, currency) VALUES (?, ?, ?, ?, ?, ?)",
        (kind, about.operation, str(about.id), str(payment.id), about.amount, payment.currency),
    )


def _payment(connection: sqlite3.Connection, column: str, value: Any) -> BookedPayment | None:
    row = connection.execute(f"SELECT {_PAYMENT} FROM payments WHERE {column} = ?", (value,)).fetchone()
    return BookedPayment(*row) if row else None


def _refund(connection: sqlite3.Connection, column: str, value: Any) -> BookedRefund | None:
    row = connection.execute(f"SELECT {_REFUND} FROM refunds WHERE {column} = ?", (value,)).fetchone()
    return BookedRefund(*row) if row else None
