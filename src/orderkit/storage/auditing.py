"""Reading everything, in batches, for `orderkit verify`: a named system scope that only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import Any, TypeAlias
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.configuring import Configured
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.events import MESSAGE_REQUESTED
from orderkit.domain.inbox import InboxEvent
from orderkit.domain.journal import JournalEntry
from orderkit.domain.links import ISSUED
from orderkit.domain.order import Order
from orderkit.domain.people import ContactLink
from orderkit.domain.site import Site
from orderkit.domain.visitor import Visitor
from orderkit.storage import configuring, inboxing, records, restoring, tables
from orderkit.storage.database import Database
from orderkit.storage.loading import OrderRows, order_rows

BATCH = 500

Plain: TypeAlias = Contact | ContactLink | Visitor | InboxEvent | Configured


@attrs.frozen(slots=True)
class Unreadable:
    """A row of which nothing can be made; *problem* is the class of what it raised."""

    table: str
    id: UUID
    problem: str


@attrs.frozen(slots=True)
class StoredOrder:
    """
    One order as the tables have it, beside what the domain computes from it.

    Attributes:
        stored: Columns of the order's row.
        computed: The same columns as a save would write them.
        payments: Likewise for each payment: stored and computed columns.
        entries: Its journal entries that changed it, oldest first.
        events: Per journal entry the names of the events in the outbox, each with number, version and payload.
        asked: Entries that ask for messages, which change nothing and cause events.
        given_up: Events that no subscriber is tried with any more: id, name and what was raised last.
        told_links: Links that its journal tells of: the hash of each, and when it was issued.
        links: Links that open it, likewise.
    """

    order: Order
    stored: records.Row
    computed: records.Row
    payments: tuple[tuple[records.Row, records.Row], ...]
    entries: tuple[JournalEntry, ...]
    events: Mapping[UUID, Mapping[str, Any]]
    asked: tuple[JournalEntry, ...]
    given_up: tuple[tuple[UUID, str, str], ...]
    told_links: Mapping[str, object]
    links: Mapping[str, object]


@attrs.frozen(slots=True)
class StoredSubject:
    """What is no order: a contact, a configured row and the like; and the entries that changed it, oldest first."""

    table: str
    subject: Plain
    entries: tuple[JournalEntry, ...]


@attrs.frozen
class Audit:
    """Everything of one site. What belongs together is read as of one moment, so a busy shop is no broken one."""

    database: Database
    site: Site

    def orders(self) -> Iterator[StoredOrder | Unreadable]:
        """Every order of the site, in batches of fixed size."""
        yield from self._in_batches(self._orders)

    def subjects(self) -> Iterator[StoredSubject | Unreadable]:
        """All that is no order: contacts, links, visitors, events of providers, configured rows; batch by batch."""
        plain: dict[sa.Table, Callable[[sa.RowMapping], Plain]] = {
            tables.contacts: restoring.contact,
            tables.visitors: restoring.visitor,
            tables.contact_links: restoring.contact_link,
            tables.inbox: inboxing.restored,
            **{table: partial(configuring.restored, of) for of, table in configuring.TABLES.items()},
        }
        for table, build in plain.items():
            yield from self._in_batches(_Plain(self.site.id, table, build).batch)

    def dangling(self) -> Iterator[tuple[str, str, str, UUID]]:
        """Table, row, column and id where a row names another that is not there."""
        for table, column, query in _dangling():
            with self.database.reading() as connection:
                rows = connection.execute(query, {"site": self.site.id}).mappings().all()
            for row in rows:
                key = [str(row[part.name]) for part in table.primary_key if part.name != "site_id"]
                yield table.name, " ".join(key), column, row[column]

    def crowded_slots(self) -> list[tuple[UUID, int]]:
        """Visitors with more than one cart in their slot, and how many."""
        order = tables.orders.c
        several = (
            sa.select(order.cart_visitor, sa.func.count())
            .where(order.site_id == self.site.id, order.cart_visitor.is_not(None))
            .group_by(order.cart_visitor)
            .having(sa.func.count() > 1)
        )
        with self.database.reading() as connection:
            return [(visitor, carts) for visitor, carts in connection.execute(several)]

    def unsearched(self) -> int:
        """How many details the text search of SQLite does not know; PostgreSQL searches the details themselves."""
        if self.database.dialect != "sqlite":
            return 0
        known = sa.table(tables.PREFIX + "details_search", sa.column("site_id"))
        with self.database.snapshot() as connection:
            stored, found = (
                connection.execute(
                    sa.select(sa.func.count()).select_from(table).where(table.c.site_id == self.site.id)
                ).scalar_one()
                for table in (tables.details, known)
            )
        return abs(int(stored) - int(found))

    def unrecognised(self) -> Iterator[UUID]:
        """Details of contacts whose keys are not those of what stands in them."""
        for row in self._in_batches(self._details):
            details = ContactDetails(row["name"], row["email"], row["phone"])
            if any(row[key] != value for key, value in records.keys_of(details).items()):
                yield row["id"]

    def counter(self) -> tuple[int, int]:
        """The number counter, and the highest plain number in use."""
        numbers, counter = tables.orders.c, tables.counters.c
        is_plain = sa.and_(
            sa.func.lower(numbers.number) == sa.func.upper(numbers.number), numbers.number.not_like("%-%")
        )  # those of plugins have a letter or a hyphen
        longest = sa.select(numbers.number).where(numbers.site_id == self.site.id, is_plain)
        longest = longest.order_by(sa.func.length(numbers.number).desc(), numbers.number.desc()).limit(1)
        stands = sa.select(counter.last).where(counter.site_id == self.site.id, counter.series == "order")
        with self.database.snapshot() as connection:
            last = connection.execute(stands).scalar() or 0
            highest = connection.execute(longest).scalar() or "0"
        return last, int(highest) if highest.isdecimal() else 0

    def _in_batches(self, batch: Callable[[sa.Connection, UUID | None], Sequence[Any]]) -> Iterator[Any]:
        last: UUID | None = None
        while True:
            with self.database.snapshot() as connection:
                found = batch(connection, last)
            yield from (one for _, one in found)
            if len(found) < BATCH:
                return
            last = found[-1][0]

    def _details(self, connection: sa.Connection, last: UUID | None) -> list[tuple[UUID, sa.RowMapping]]:
        details, contact = tables.details.c, tables.contacts.c
        owner = sa.and_(contact.site_id == details.site_id, contact.id == details.owner_id)
        query = sa.select(tables.details).join(tables.contacts, owner).where(details.site_id == self.site.id)
        query = query if last is None else query.where(details.id > last)
        rows = connection.execute(query.order_by(details.id).limit(BATCH)).mappings()
        return [(row["id"], row) for row in rows]

    def _orders(
        self, connection: sa.Connection, last: UUID | None
    ) -> list[tuple[UUID, StoredOrder | Unreadable]]:
        order = tables.orders.c
        condition: sa.ColumnElement[bool] = sa.true() if last is None else order.id > last
        found = list(order_rows(connection, self.site.id, condition, limit=BATCH))
        ids = [rows[0]["id"] for rows in found]
        entries = _by(connection, tables.journal, self.site.id, "subject_id", ids)
        outbox = _by(connection, tables.outbox, self.site.id, "order_id", ids)
        issued, asked = (
            _by(connection, tables.journal, self.site.id, "order_id", ids, tables.journal.c.kind == kind)
            for kind in (ISSUED, MESSAGE_REQUESTED)
        )
        links = _by(connection, tables.order_links, self.site.id, "order_id", ids)
        return [
            (id, self._order(rows, *(found.get(id, []) for found in (entries, outbox, asked, issued, links))))
            for id, rows in zip(ids, found, strict=True)
        ]

    def _order(
        self,
        rows: OrderRows,
        entries: list[sa.RowMapping],
        outbox: list[sa.RowMapping],
        asked: list[sa.RowMapping],
        issued: list[sa.RowMapping],
        links: list[sa.RowMapping],
    ) -> StoredOrder | Unreadable:
        try:
            order, told = restoring.order(*rows), _entries(entries)
        except (KeyError, TypeError, ValueError) as error:
            return Unreadable(tables.orders.name, rows[0]["id"], type(error).__name__)
        by_id = {payment["id"]: dict(payment) for payment in rows[2]}
        payments = [
            (by_id[payment.id], records.payment_row(self.site.id, order, position, payment))
            for position, payment in enumerate(order.payments, 1)
        ]
        return StoredOrder(
            order=order,
            stored=dict(rows[0]),
            computed=records.order_row(self.site.id, order),
            payments=tuple(payments),
            entries=told,
            events=_events(outbox),
            asked=_entries(asked),
            given_up=tuple(
                (event["id"], event["event"], event["error"])
                for event in outbox
                if event["due_at"] is None and event["error"]
            ),
            told_links={str(entry["data"].get("token_hash")): entry["at"] for entry in issued},
            links={link["token_hash"]: link["at"] for link in links},
        )


@attrs.frozen
class _Plain:
    """How a batch of one plain table is read."""

    site_id: int
    table: sa.Table
    build: Callable[[sa.RowMapping], Plain]

    def batch(
        self, connection: sa.Connection, last: UUID | None
    ) -> list[tuple[UUID, StoredSubject | Unreadable]]:
        table, details = self.table, tables.details.c
        query = sa.select(table)
        if table is tables.contacts:
            joined = sa.and_(details.site_id == table.c.site_id, details.id == table.c.details_id)
            query = sa.select(table, details.name, details.email, details.phone).select_from(
                sa.outerjoin(table, tables.details, joined)
            )
        query = query.where(table.c.site_id == self.site_id).order_by(table.c.id).limit(BATCH)
        rows = connection.execute(query if last is None else query.where(table.c.id > last)).mappings().all()
        ids = [row["id"] for row in rows]
        entries = _by(connection, tables.journal, self.site_id, "subject_id", ids)
        return [(row["id"], self._subject(row, entries.get(row["id"], []))) for row in rows]

    def _subject(self, row: sa.RowMapping, entries: list[sa.RowMapping]) -> StoredSubject | Unreadable:
        try:
            return StoredSubject(self.table.name, self.build(row), _entries(entries))
        except (KeyError, TypeError, ValueError) as error:
            return Unreadable(self.table.name, row["id"], type(error).__name__)


def _entries(rows: list[sa.RowMapping]) -> tuple[JournalEntry, ...]:
    return tuple(sorted((restoring.entry(row) for row in rows), key=lambda entry: entry.version or 0))


def _events(rows: list[sa.RowMapping]) -> dict[UUID, dict[str, Any]]:
    events: dict[UUID, dict[str, Any]] = {}
    for row in rows:
        told = {"number": row["number"], "version": row["version"], **row["payload"]}
        events.setdefault(row["journal_id"], {})[row["event"]] = told
    return events


def _by(
    connection: sa.Connection,
    table: sa.Table,
    site_id: int,
    key: str,
    ids: list[UUID],
    *conditions: sa.ColumnElement[bool],
) -> dict[UUID, list[sa.RowMapping]]:
    found: dict[UUID, list[sa.RowMapping]] = {}
    if not ids:
        return found
    query = sa.select(table).where(table.c.site_id == site_id, table.c[key].in_(ids), *conditions)
    for row in connection.execute(query).mappings():
        found.setdefault(row[key], []).append(row)
    return found


def _references() -> Iterator[tuple[sa.Table, str, tuple[sa.Table, ...]]]:
    """Every column that names a row of another table, and the tables that row may stand in."""
    for table in tables.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            if constraint.referred_table is not tables.sites:
                yield table, constraint.column_keys[-1], (constraint.referred_table,)
    subjects = (
        tables.orders,
        tables.contacts,
        tables.visitors,
        tables.contact_links,
        tables.inbox,
        *configuring.TABLES.values(),
    )
    yield tables.journal, "subject_id", subjects
    yield tables.outbox, "order_id", (tables.orders,)


@cache
def _dangling() -> tuple[tuple[sa.Table, str, sa.Select[Any]], ...]:
    """Each reference, and the query for rows of a site whose one is lost: alike for all sites, and dear to build."""
    found = []
    for table, column, targets in _references():
        name = table.c[column]
        lost = [
            ~sa.exists().where(target.c.site_id == table.c.site_id, target.c.id == name) for target in targets
        ]
        query = sa.select(table).where(table.c.site_id == sa.bindparam("site"), name.is_not(None), *lost)
        found.append((table, column, query.limit(BATCH)))
    return tuple(found)
