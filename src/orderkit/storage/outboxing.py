"""
The outbox as a queue: rows are claimed by status under a lease, never by a high-water mark.

A row that commits late is therefore never skipped, and a worker that stalls cannot finish what another took over.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.events import EVENT_TYPES, Event, OrderRef, restore
from orderkit.domain.site import Site
from orderkit.storage import tables
from orderkit.storage.database import Database


@attrs.frozen(slots=True)
class Claimed:
    """
    One event to hand out.

    Attributes:
        attempts: How often it was tried before.
        handled: Names of subscribers who have it already.
        lease: Whose turn it is; needed to finish.
    """

    site_id: int
    event: Event
    attempts: int
    handled: tuple[str, ...]
    lease: UUID


@attrs.frozen
class OutboxQueue:
    """The outbox of one site."""

    database: Database
    site: Site

    def claim(self, lease: UUID, *, now: datetime, until: datetime, limit: int) -> list[Claimed]:
        """
        Take up to *limit* due rows until *until*; what is not finished by then is anybody's again.

        Events that this version does not know, written by a newer one, are left to it; so are those it cannot
        read, which hold up no others.
        """
        outbox = tables.outbox
        # A common table expression, since a subquery that locks may be run more than once.
        due = (
            sa.select(outbox.c.id)
            .where(
                outbox.c.site_id == self.site.id,
                outbox.c.due_at <= now,
                outbox.c.event.in_(sorted(EVENT_TYPES)),
            )
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        taken = (
            sa.update(outbox)
            .where(outbox.c.site_id == self.site.id, outbox.c.id.in_(sa.select(due.c.id)))
            .values(lease=lease, due_at=until)
            .returning(outbox)
        )
        rows = self.database.write(lambda connection: connection.execute(taken).mappings().all())
        claimed = (self._claimed(row) for row in sorted(rows, key=lambda row: row["id"]))
        return [one for one in claimed if one is not None]

    def finish(
        self, claimed: Claimed, *, handled: tuple[str, ...], retry_at: datetime | None, error: str | None
    ) -> bool:
        """
        Write down who has the event now; ``False`` if the lease was lost meanwhile.

        Args:
            retry_at: When to try the rest; ``None`` if it is done, or given up with *error*.
        """
        outbox = tables.outbox
        update = (
            sa.update(outbox)
            .where(
                outbox.c.site_id == self.site.id,
                outbox.c.id == claimed.event.id,
                outbox.c.lease == claimed.lease,
            )
            .values(
                handled=list(handled), due_at=retry_at, error=error, attempts=claimed.attempts + 1, lease=None
            )
        )
        finished: bool = self.database.write(lambda connection: connection.execute(update).rowcount == 1)
        return finished

    def release(self, lease: UUID, *, now: datetime) -> None:
        """Give back what was claimed under *lease* and not finished: it is due again at once."""
        outbox = tables.outbox
        update = (
            sa.update(outbox)
            .where(outbox.c.site_id == self.site.id, outbox.c.lease == lease)
            .values(due_at=now, lease=None)
        )
        self.database.write(lambda connection: connection.execute(update))

    def revive(self, *, now: datetime) -> int:
        """Make due again, from the first try on, what was given up; answers how many events that are."""
        outbox = tables.outbox
        update = (
            sa.update(outbox)
            .where(outbox.c.site_id == self.site.id, outbox.c.due_at.is_(None), outbox.c.error.is_not(None))
            .values(due_at=now, attempts=0, error=None)
        )
        revived: int = self.database.write(lambda connection: connection.execute(update).rowcount)
        return revived

    def waiting(self) -> int:
        """How many events are not handed out yet."""
        outbox = tables.outbox.c
        query = sa.select(sa.func.count()).where(outbox.site_id == self.site.id, outbox.due_at.is_not(None))
        with self.database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def _claimed(self, row: sa.RowMapping) -> Claimed | None:
        reference = OrderRef(self.site.code, row["order_id"], row["number"], row["version"])
        try:
            event: Any = restore(row["event"], row["payload"], id=row["id"], at=row["at"], order=reference)
        except (KeyError, TypeError, ValueError):
            return None
        return Claimed(row["site_id"], event, row["attempts"], tuple(row["handled"]), row["lease"])
