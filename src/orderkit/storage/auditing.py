"""Reading everything, in batches, for `orderkit verify`: a named system scope that only reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.journal import JournalEntry
from orderkit.domain.order import Order
from orderkit.domain.site import Site
from orderkit.storage import records, tables
from orderkit.storage.database import Database
from orderkit.storage.reading import load_orders

BATCH = 500


@attrs.frozen(slots=True)
class StoredOrder:
    """
    One order as the tables have it, beside what the domain computes from it.

    Attributes:
        stored: Columns of the order's row.
        computed: The same columns as a save would write them.
        payments: Likewise for each payment: stored and computed columns.
        entries: Its journal entries that changed it, oldest first.
        events: Per journal entry the names and payloads that stand in the outbox.
    """

    order: Order
    stored: records.Row
    computed: records.Row
    payments: tuple[tuple[records.Row, records.Row], ...]
    entries: tuple[JournalEntry, ...]
    events: dict[UUID, dict[str, Any]]


@attrs.frozen
class Audit:
    """Everything of one site."""

    database: Database
    site: Site

    def orders(self) -> Iterator[StoredOrder]:
        """Every order of the site, in batches of fixed size."""
        last: UUID | None = None
        while True:
            with self.database.reading() as connection:
                batch = self._batch(connection, last)
            yield from batch
            if len(batch) < BATCH:
                return
            last = batch[-1].order.id

    def subjects(self) -> Iterator[tuple[str, UUID, int, int, int]]:
        """Table, id, version, number of journal entries and highest version in them, where these three differ."""
        for table in (tables.contacts, tables.shipping_methods, tables.payment_methods, tables.orders):
            yield from self._subjects(table)

    def counter(self) -> tuple[int, int]:
        """The number counter, and the highest plain number in use."""
        numbers, counter = tables.orders.c, tables.counters.c
        longest = sa.select(numbers.number).where(numbers.site_id == self.site.id)
        longest = longest.order_by(sa.func.length(numbers.number).desc(), numbers.number.desc()).limit(1)
        with self.database.reading() as connection:
            last = (
                connection.execute(sa.select(counter.last).where(counter.site_id == self.site.id)).scalar()
                or 0
            )
            highest = connection.execute(longest).scalar() or "0"
        return last, int(highest) if highest.isdecimal() else 0

    def _batch(self, connection: sa.Connection, last: UUID | None) -> list[StoredOrder]:
        order, payment = tables.orders.c, tables.payments.c
        condition: sa.ColumnElement[bool] = sa.true() if last is None else order.id > last
        found = list(load_orders(connection, self.site.id, condition, limit=BATCH))
        ids = [one.id for one in found]
        rows = _by(connection, tables.orders, self.site.id, order.id.in_(ids), "id")
        payments = _by(connection, tables.payments, self.site.id, payment.order_id.in_(ids), "order_id")
        entries = _by(
            connection, tables.journal, self.site.id, tables.journal.c.subject_id.in_(ids), "subject_id"
        )
        outbox = _by(connection, tables.outbox, self.site.id, tables.outbox.c.order_id.in_(ids), "order_id")
        return [
            self._stored(
                one,
                rows[one.id][0],
                payments.get(one.id, []),
                entries.get(one.id, []),
                outbox.get(one.id, []),
            )
            for one in found
        ]

    def _stored(
        self,
        order: Order,
        row: sa.RowMapping,
        payments: list[sa.RowMapping],
        entries: list[sa.RowMapping],
        outbox: list[sa.RowMapping],
    ) -> StoredOrder:
        events: dict[UUID, dict[str, Any]] = {}
        for event in outbox:
            events.setdefault(event["journal_id"], {})[event["event"]] = dict(event["payload"])
        by_id = {payment["id"]: dict(payment) for payment in payments}
        return StoredOrder(
            order,
            dict(row),
            records.order_row(self.site.id, order),
            tuple(
                (by_id[payment.id], records.payment_row(self.site.id, order, position, payment))
                for position, payment in enumerate(order.payments, 1)
            ),
            tuple(sorted((records.entry(entry) for entry in entries), key=lambda entry: entry.version or 0)),
            events,
        )

    def _subjects(self, table: sa.Table) -> Iterator[tuple[str, UUID, int, int, int]]:
        journal = tables.journal.c
        joined = table.outerjoin(
            tables.journal, sa.and_(journal.site_id == table.c.site_id, journal.subject_id == table.c.id)
        )
        entries, highest = sa.func.count(journal.version), sa.func.coalesce(sa.func.max(journal.version), 0)
        query = (
            sa.select(table.c.id, table.c.version, entries, highest)
            .select_from(joined)
            .where(table.c.site_id == self.site.id)
            .group_by(table.c.id, table.c.version)
            .having(sa.or_(entries != table.c.version, highest != table.c.version))
        )
        with self.database.reading() as connection:
            for row in connection.execute(query):
                yield (table.name, *row)


def _by(
    connection: sa.Connection, table: sa.Table, site_id: int, condition: sa.ColumnElement[bool], key: str
) -> dict[UUID, list[sa.RowMapping]]:
    found: dict[UUID, list[sa.RowMapping]] = {}
    for row in connection.execute(sa.select(table).where(table.c.site_id == site_id, condition)).mappings():
        found.setdefault(row[key], []).append(row)
    return found
