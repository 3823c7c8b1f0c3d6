"""The books of the bank: a SQLite file of its own, in which one key is one payment or one refund."""

from __future__ import annotations

import secrets
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
    status TEXT NOT NULL CHECK (status IN ('waiting', 'held', 'released', 'paid', 'declined')),
    reason TEXT NOT NULL DEFAULT '', holds INTEGER NOT NULL DEFAULT 0, taken INTEGER NOT NULL DEFAULT 0,
    CHECK (taken <= amount)
);
CREATE TABLE IF NOT EXISTS takings (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, operation TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
    payment_id INTEGER NOT NULL UNIQUE REFERENCES payments (id), amount INTEGER NOT NULL CHECK (amount > 0)
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
        status: ``waiting`` for the buyer, ``held``, ``released``, ``paid`` or ``declined``.
        reason: Why it was declined, as a code of `DeclineReason`; empty otherwise.
        holds: Whether the money is held first, once its buyer has paid, and taken later.
        taken: What was taken of it, in minor units.
    """

    id: int
    operation: str
    number: str
    amount: int
    currency: str
    return_url: str
    status: str
    reason: str
    holds: int
    taken: int


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
        kind: ``payment.paid``, ``payment.held``, ``payment.declined``, ``refund.made``, ``capture.made``,
            ``void.made``, ``dispute.opened`` or ``dispute.won``.
        operation: The shop's identifier of the payment or refund; that of no shop for a refund by the bank's staff.
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
class BookedTaking:
    """
    What was done with a hold, once.

    Attributes:
        kind: ``capture`` or ``void``.
        amount: What was taken, or released; minor units.
    """

    id: int
    operation: str
    kind: str
    payment_id: int
    amount: int


@attrs.frozen
class Books:
    """The books in one file; every method is one transaction, and two processes may keep them."""

    path: Path

    def __attrs_post_init__(self) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(_TABLES)

    def ask(
        self,
        key: str,
        *,
        operation: str,
        number: str,
        amount: int,
        currency: str,
        return_url: str,
        holds: bool = False,
    ) -> BookedPayment:
        """
        Begin a payment that waits for its buyer; the one that this key began, if there is one.

        Args:
            holds: Whether the money is held first, and taken by `capture`.
        """
        fields = (key, operation, number, amount, currency, return_url, int(holds))
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO payments (key, operation, number, amount, currency, return_url, holds, status) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT (key) DO NOTHING",
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
                _PAID if pays else _DECLINED,
                (payment_id,) if pays else (reason, payment_id),
            )
            payment = _payment(connection, "id", payment_id)
            if payment is not None and decided.rowcount:
                _tell(connection, f"payment.{payment.status}", payment)
        if payment is None:
            raise RefusedError("no_payment")
        return payment

    def close(self, operation: str) -> BookedPayment:
        """
        End the payment of that operation of the shop, as it asks, so that its buyer cannot pay any more.

        Whoever paid or declined before has decided: what is answered tells.

        Raises:
            RefusedError: ``no_payment``.
        """
        payment = self.payment(operation)
        if payment is None:
            raise RefusedError("no_payment")
        return self.decide(payment.id, pays=False, reason="closed")

    def capture(self, key: str, *, operation: str, payment_id: int, amount: int) -> BookedTaking:
        """
        Take that much of a hold, and release the rest; what this key took, if it did.

        Raises:
            RefusedError: ``not_held``, or ``too_much``.
        """
        return self._take(key, operation, "capture", payment_id, amount)

    def void(self, key: str, *, operation: str, payment_id: int) -> BookedTaking:
        """
        Release a hold; what this key released, if it did.

        Raises:
            RefusedError: ``not_held``.
        """
        return self._take(key, operation, "void", payment_id, None)

    def _take(self, key: str, operation: str, kind: str, payment_id: int, amount: int | None) -> BookedTaking:
        with self._writing() as connection:
            known = _taking(connection, "key", key)
            if known is not None:
                return known
            payment = _payment(connection, "id", payment_id)
            if payment is None or payment.status != "held":
                raise RefusedError("not_held")
            if amount is not None and not 0 < amount <= payment.amount:
                raise RefusedError("too_much")
            connection.execute(
                "INSERT INTO takings (key, operation, kind, payment_id, amount) VALUES (?, ?, ?, ?, ?)",
                (key, operation, kind, payment_id, payment.amount if amount is None else amount),
            )
            connection.execute(
                "UPDATE payments SET status = ?, taken = ? WHERE id = ?",
                ("released" if amount is None else "paid", amount or 0, payment_id),
            )
            made = _taking(connection, "key", key)
            assert made is not None  # it has just been made
            _tell(connection, f"{kind}.made", payment, made)
        return made

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
            if given + amount > payment.taken:
                raise RefusedError("too_much")
            connection.execute(
                "INSERT INTO refunds (key, operation, payment_id, amount) VALUES (?, ?, ?, ?)",
                (key, operation, payment_id, amount),
            )
            made = _refund(connection, "key", key)
            assert made is not None  # it has just been made
            _tell(connection, "refund.made", payment, made)
        return made

    def give_back_there(self, payment_id: int, amount: int) -> BookedRefund:
        """
        Have the bank's own staff give back a part of what was paid: the shop has no operation of that.

        Raises:
            RefusedError: As of `give_back`.
        """
        there = f"there-{secrets.token_hex(8)}"
        return self.give_back(there, operation=there, payment_id=payment_id, amount=amount)

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

    def taking(self, operation: str) -> BookedTaking | None:
        """What was done with a hold by that operation of the shop."""
        with self._reading() as connection:
            return _taking(connection, "operation", operation)

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

    def takings(self) -> list[BookedTaking]:
        """All that was done with holds, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(f"SELECT {_TAKING} FROM takings ORDER BY id").fetchall()
        return [BookedTaking(*row) for row in rows]

    def kept(self, operation: str) -> int:
        """What of that payment is paid and was not given back, in minor units."""
        payment = self.payment(operation)
        if payment is None or payment.status != "paid":
            return 0
        return payment.taken - sum(one.amount for one in self.refunds() if one.payment_id == payment.id)

    def found(self, kind: str, id: int) -> BookedPayment | BookedRefund | None:
        """The payment or the refund of that number: *kind* is ``payments`` or ``refunds``."""
        with self._reading() as connection:
            return _payment(connection, "id", id) if kind == "payments" else _refund(connection, "id", id)

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


_PAID = (
    "UPDATE payments SET status = CASE holds WHEN 1 THEN 'held' ELSE 'paid' END, "
    "taken = CASE holds WHEN 1 THEN 0 ELSE amount END WHERE id = ? AND status = 'waiting'"
)
_DECLINED = "UPDATE payments SET status = 'declined', reason = ? WHERE id = ? AND status = 'waiting'"
_TAKING = ", ".join(attribute.name for attribute in attrs.fields(BookedTaking))
_PAYMENT = ", ".join(attribute.name for attribute in attrs.fields(BookedPayment))
_REFUND = ", ".join(attribute.name for attribute in attrs.fields(BookedRefund))

_EVENT = ", ".join(attribute.name for attribute in attrs.fields(BookedEvent))


def _tell(
    connection: sqlite3.Connection,
    kind: str,
    payment: BookedPayment,
    done: BookedRefund | BookedTaking | None = None,
) -> None:
    about = done or payment
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


def _taking(connection: sqlite3.Connection, column: str, value: Any) -> BookedTaking | None:
    row = connection.execute(f"SELECT {_TAKING} FROM takings WHERE {column} = ?", (value,)).fetchone()
    return BookedTaking(*row) if row else None
