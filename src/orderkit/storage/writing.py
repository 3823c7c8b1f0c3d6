"""
The one way rows are written: `Store.save` takes changes and nothing else.

Row, journal, outbox and links of a change are one commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy import exc

from orderkit.domain.actor import ActorKind
from orderkit.domain.cancelling import BEGUN, being_cancelled, is_locked_out
from orderkit.domain.change import Aggregate, Change
from orderkit.domain.configuring import Configured
from orderkit.domain.contact import Contact
from orderkit.domain.inbox import InboxEvent
from orderkit.domain.order import Order
from orderkit.domain.payment import Payment
from orderkit.domain.people import ContactLink
from orderkit.domain.visiting import Looked
from orderkit.domain.visitor import Visitor
from orderkit.errors import ConflictError, NotFoundError
from orderkit.storage import configuring, inboxing, records, restoring, tables
from orderkit.storage.database import Database

A = TypeVar("A", bound=Aggregate)

ORDER_NUMBERS = "order"
FIRST_NUMBER = 1001


_NEXT_NUMBER = (
    sa.update(tables.counters)
    .where(tables.counters.c.site_id == sa.bindparam("site"), tables.counters.c.series == ORDER_NUMBERS)
    .values(last=tables.counters.c.last + 1)
    .returning(tables.counters.c.last)
)


def _replace(table: sa.Table) -> sa.Update:
    """Replace the one row with that id; which columns, the parameters say."""
    return sa.update(table).where(table.c.site_id == sa.bindparam("_site"), table.c.id == sa.bindparam("_id"))


# Made once, as the inserts are: to put a statement together costs as much as to run it.
_REPLACE = {
    table.name: _replace(table).where(table.c.version == sa.bindparam("_version"))
    for table in (
        tables.orders,
        tables.contacts,
        tables.visitors,
        tables.contact_links,
        tables.inbox,
        *configuring.TABLES.values(),
    )
}
_REPLACE_PAYMENT = _replace(tables.payments)
_REPLACE_REFUND = _replace(tables.refunds)


class KeyTakenError(Exception):
    """The idempotency key of a change stands in the journal already; whose it is, the caller looks up."""


@attrs.frozen
class Store:
    """
    Writes the changes of one site.

    Args:
        new_id: Gives ids to outbox rows.
        now: The moment of the commit, from which on events are due, whatever moment a change tells of.
        number: Makes the number of a new order of what the counter gave, and of who makes it; it may ask whether one is
            taken. It is called while others wait.
    """

    database: Database
    site_id: int
    new_id: Callable[[], UUID]
    now: Callable[[], datetime]
    number: Callable[[int, Order, ActorKind, Callable[[str], bool]], str]

    def save(self, change: Change[A], *others: Change[Any]) -> A:
        """
        Store changes in one commit and answer the first one's aggregate as stored.

        A new order gets its number here, after everything else is checked and nothing is waited for any more.

        Raises:
            ConflictError: ``stale_version``: another version is stored; ``linked_already``: two contacts got a link
                meanwhile.
            NotFoundError: A contact or method it names is not of this site.
            TransitionRefusedError: ``being_cancelled``: a person changes an order that is being cancelled.
            KeyTakenError: See there.
            StorageError: The database refuses; nothing was written.
        """
        changes = (change, *others)
        for one in changes:
            if isinstance(one.after, Order) and is_locked_out(one):
                raise self._being_cancelled(one.after)
        try:
            saved: A = self.database.write(lambda connection: self._write(connection, changes))
        except exc.IntegrityError as error:
            raise self._explained(error, changes) from error
        return saved

    def _being_cancelled(self, order: Order) -> Exception:
        row = tables.journal
        begun = sa.select(row).where(
            row.c.site_id == self.site_id, row.c.order_id == order.id, row.c.kind == BEGUN
        )
        newest = begun.order_by(row.c.version.desc()).limit(1)
        with self.database.reading() as connection:
            return being_cancelled(
                order.name, order.number, restoring.entry(connection.execute(newest).mappings().one())
            )

    def _write(self, connection: sa.Connection, changes: Sequence[Change[Any]]) -> Any:
        self.database.inserter.insert(connection, tables.details, self._details(changes))
        stored = [self._write_aggregate(connection, change) for change in _in_order(changes)]
        entries = [change.entry for change in changes]
        rows = [records.entry_row(self.site_id, entry) for entry in entries]
        self.database.inserter.insert(connection, tables.journal, rows)
        self.database.inserter.insert(
            connection, tables.order_links, records.link_rows(self.site_id, entries)
        )
        self.database.inserter.insert(connection, tables.outbox, list(self._outbox(changes, stored)))
        return next(aggregate for aggregate in stored if aggregate.id == changes[0].after.id)

    def _details(self, changes: Iterable[Change[Any]]) -> list[records.Row]:
        rows = []
        for change in changes:
            after, before, at = change.after, change.before, change.entry.at
            if (
                isinstance(after, Contact)
                and after.details_id
                and after.details_id != (before and before.details_id)
            ):
                rows.append(records.contact_details_row(self.site_id, after, at))
            if isinstance(after, Order) and _has_new_recipient(before, after):
                rows.append(records.recipient_row(self.site_id, after, at))
        return rows

    def _write_aggregate(self, connection: sa.Connection, change: Change[Any]) -> Aggregate:
        after: Aggregate = change.after
        if change.changes_nothing:
            return after  # there is only an entry to write
        if isinstance(after, Order):
            return self._write_order(connection, change)
        table, row = self._plain_row(change.after)
        self._put(connection, table, row, change)
        return after

    def _plain_row(
        self, after: Contact | ContactLink | Visitor | InboxEvent | Configured
    ) -> tuple[sa.Table, records.Row]:
        if isinstance(after, Contact):
            return tables.contacts, records.contact_row(self.site_id, after)
        if isinstance(after, Visitor):
            return tables.visitors, records.visitor_row(self.site_id, after)
        if isinstance(after, ContactLink):
            return tables.contact_links, records.contact_link_row(self.site_id, after)
        if isinstance(after, InboxEvent):
            return tables.inbox, inboxing.row_of(self.site_id, after)
        return configuring.TABLES[type(after)], configuring.row_of(self.site_id, after)

    def _put(self, connection: sa.Connection, table: sa.Table, row: records.Row, change: Change[Any]) -> None:
        """Insert a new row, or replace exactly the version the change started from."""
        if change.before is None:
            self.database.inserter.insert(connection, table, [row])
            return
        at = {"_site": self.site_id, "_id": change.after.id, "_version": change.before.version}
        replaced = connection.execute(_REPLACE[table.name], {**_without_key(row), **at})
        if replaced.rowcount != 1:
            raise ConflictError(
                f"{change.entry.kind}: somebody else changed it first; read it again and decide anew",
                code="stale_version",
                version=change.before.version,
            )

    def _write_order(self, connection: sa.Connection, change: Change[Order]) -> Order:
        after, before = change.after, change.before
        if before is None and not after.number:
            after = attrs.evolve(after, number=self._next_number(connection, change))
        self._put(connection, tables.orders, records.order_row(self.site_id, after), change)
        if before is None or before.lines != after.lines:
            self._write_lines(connection, after, is_new=before is None)
        if after.payments:
            self._write_payments(connection, after, before.payments if before else ())
        return after

    def _next_number(self, connection: sa.Connection, change: Change[Order]) -> str:
        """One number, for which nobody else can ask before this order is stored or given up."""
        bumped = connection.execute(_NEXT_NUMBER, {"site": self.site_id}).scalar_one()

        def is_taken(number: str) -> bool:
            return self._exists(connection, tables.orders, tables.orders.c.number == number)

        return self.number(bumped, change.after, change.entry.actor.kind, is_taken)

    def _write_lines(self, connection: sa.Connection, order: Order, *, is_new: bool) -> None:
        line = tables.order_lines
        if not is_new:
            connection.execute(
                sa.delete(line).where(line.c.site_id == self.site_id, line.c.order_id == order.id)
            )
        self.database.inserter.insert(connection, line, records.line_rows(self.site_id, order))

    def _write_payments(self, connection: sa.Connection, order: Order, before: Sequence[Payment]) -> None:
        known = {payment.id: payment for payment in before}
        new_rows, facts, refunds = [], [], []
        for position, payment in enumerate(order.payments, 1):
            old = known.get(payment.id)
            row = records.payment_row(self.site_id, order, position, payment)
            if old is None:
                new_rows.append(row)
            elif old != payment:
                self._replace_part(connection, _REPLACE_PAYMENT, row)
            facts += [
                records.fact_row(self.site_id, order, payment, fact)
                for fact in payment.facts[len(old.facts) if old else 0 :]
            ]
            before_and_after = (self._asked(order, old) if old else [], self._asked(order, payment))
            refunds += self._write_asked(connection, *before_and_after)
        self.database.inserter.insert(connection, tables.payments, new_rows)
        self.database.inserter.insert(connection, tables.refunds, refunds)
        self.database.inserter.insert(connection, tables.money_facts, facts)

    def _asked(self, order: Order, payment: Payment) -> list[records.Row]:
        """What its provider was asked to do with a payment, and what was given back by hand."""
        return [
            *(records.refund_row(self.site_id, order, payment, one) for one in payment.refunds),
            *(records.operation_row(self.site_id, order, payment, one) for one in payment.operations),
        ]

    def _write_asked(
        self, connection: sa.Connection, before: Sequence[records.Row], after: Sequence[records.Row]
    ) -> list[records.Row]:
        """Replace the rows of what was answered since, and answer those of what is new."""
        known = {row["id"]: row for row in before}
        for row in after:
            if known.get(row["id"], row) != row:
                self._replace_part(connection, _REPLACE_REFUND, row)
        return [row for row in after if row["id"] not in known]

    def _replace_part(self, connection: sa.Connection, replace: sa.Update, row: records.Row) -> None:
        at = {"_site": self.site_id, "_id": row["id"]}
        connection.execute(replace, {**_without_key(row), **at})

    def _outbox(self, changes: Sequence[Change[Any]], stored: Sequence[Aggregate]) -> Iterator[records.Row]:
        orders = {aggregate.id: aggregate for aggregate in stored if isinstance(aggregate, Order)}
        for change in changes:
            if change.after.id in orders:
                yield from records.outbox_rows(
                    self.site_id, change.entry, orders[change.after.id], iter(self.new_id, None), self.now()
                )

    def _explained(self, error: exc.IntegrityError, changes: Sequence[Change[Any]]) -> Exception:
        """Say which of our own rules a broken key stands for."""
        with self.database.reading() as connection:
            keys = [change.entry.key for change in changes if change.entry.key]
            if keys and self._exists(connection, tables.journal, tables.journal.c.key.in_(keys)):
                return KeyTakenError(*keys)
            for table, id, noun in _references(changes):
                if not self._exists(connection, table, table.c.id == id):
                    return NotFoundError(
                        f"this site has no {noun} {id}; take one of its own",
                        code=f"{noun.replace(' ', '_')}_not_found",
                        id=str(id),
                    )
            for change in changes:
                if taken := self._taken(connection, change.after):
                    return taken
        return ConflictError(
            "the database refused the change as contradicting what is stored; read again and decide anew",
            code="constraint",
        )

    def _exists(self, connection: sa.Connection, table: sa.Table, condition: sa.ColumnElement[bool]) -> bool:
        found = connection.execute(
            sa.select(sa.literal(1)).where(table.c.site_id == self.site_id, condition).limit(1)
        )
        return found.first() is not None

    def _taken(self, connection: sa.Connection, after: Aggregate) -> ConflictError | None:
        if isinstance(after, Order) and after.cart_visitor:
            same = sa.and_(tables.orders.c.cart_visitor == after.cart_visitor, tables.orders.c.id != after.id)
            if self._exists(connection, tables.orders, same):
                return ConflictError("the visitor has another open cart by now", code="slot_taken")
        if isinstance(after, ContactLink) and self._exists(connection, tables.contact_links, _rival(after)):
            return ConflictError(
                f"contacts {after.contact_id} and {after.other_id} have a link already; read it and decide anew",
                code="linked_already",
            )
        if isinstance(after, InboxEvent) and self._exists(connection, tables.inbox, _twin(after)):
            return ConflictError(
                f"event {after.event.event_id!r} is in the inbox already; read it", code="event_known"
            )
        for kind, table in ((Order, tables.orders), (Contact, tables.contacts)):
            if isinstance(after, kind) and after.external_ref:
                same = sa.and_(
                    table.c.source == after.source,
                    table.c.external_ref == after.external_ref,
                    table.c.id != after.id,
                )
                if self._exists(connection, table, same):
                    return ConflictError(
                        f"{after.external_ref!r} of {after.source!r} is stored already",
                        code="external_ref_taken",
                    )
        return None


def _in_order(changes: Sequence[Change[Any]]) -> list[Change[Any]]:
    """What is referred to before what refers to it, and a cart that leaves a slot before the one that takes it."""
    return sorted(changes, key=lambda change: _rank(change.after))


def _rank(after: Aggregate) -> int:
    if isinstance(after, Order):
        return 3 if after.cart_visitor else 2
    return 1 if isinstance(after, Visitor | ContactLink) else 0


def _rival(link: ContactLink) -> sa.ColumnElement[bool]:
    """Another live link of the same two contacts."""
    row = tables.contact_links.c
    return sa.and_(
        row.contact_id == link.contact_id,
        row.other_id == link.other_id,
        row.ended_at.is_(None),
        row.id != link.id,
    )


def _twin(held: InboxEvent) -> sa.ColumnElement[bool]:
    """The same event, kept by somebody who was faster."""
    row = tables.inbox.c
    return sa.and_(
        row.method_id == held.method_id,
        row.event_id == held.event.event_id,
        row.copy == held.copy,
        row.id != held.id,
    )


def _has_new_recipient(before: Order | None, after: Order) -> bool:
    known = before.delivery.recipient_id if before else None
    return after.delivery.recipient_id not in (None, known)


def _references(changes: Sequence[Change[Any]]) -> Iterator[tuple[sa.Table, UUID, str]]:
    met = {change.after.id for change in changes if change.before is None}
    for change in changes:
        order = change.after
        if isinstance(order, Looked) and order.contact_id:
            yield tables.contacts, order.contact_id, "contact"
        if isinstance(order, ContactLink):
            yield from ((tables.contacts, id, "contact") for id in order.pair if id not in met)
        if not isinstance(order, Order):
            continue
        named = [(tables.contacts, order.contact_id, "contact")]
        named += (
            [(tables.shipping_methods, order.delivery.method_id, "shipping method")]
            if order.delivery.method_id
            else []
        )
        named += [
            (tables.payment_methods, p.method_id, "payment method") for p in order.payments if p.method_id
        ]
        yield from ((table, id, noun) for table, id, noun in named if id not in met)


def _without_key(row: records.Row) -> records.Row:
    return {name: value for name, value in row.items() if name not in ("site_id", "id")}
