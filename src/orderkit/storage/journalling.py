"""The journal of one site: what was done, and under which key."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.change import Aggregate
from orderkit.domain.journal import JournalEntry
from orderkit.domain.site import Site
from orderkit.errors import ConflictError, InvalidInputError
from orderkit.storage import restoring, tables
from orderkit.storage.database import Database

_j = tables.journal.c


@attrs.frozen
class Journal:
    """Reads what was done on one site."""

    database: Database
    site: Site

    def replayed(self, key: str, fingerprint: str) -> JournalEntry | None:
        """
        The journal entry an earlier call with the same key left; ``None`` if the key is free.

        Raises:
            ConflictError: ``key_reused``: the key belongs to another request.
        """
        row = self._row(_j.key == key)
        if row is None:
            return None
        if row["fingerprint"] != fingerprint:
            raise ConflictError(
                f"the key was used for another request ({row['kind']}); take a new key for a new request",
                code="key_reused",
            )
        return restoring.entry(row)

    def done_under(self, key: str) -> JournalEntry | None:
        """The entry that a call with *key* left, whatever was asked for; ``None`` if the key is free."""
        row = self._row(_j.key == key)
        return restoring.entry(row) if row is not None else None

    def require_version(self, name: str, aggregate: Aggregate, expected: int) -> None:
        """
        Refuse an *aggregate* at another version than the caller has seen; *name* is how the error calls it.

        Raises:
            ConflictError: ``stale_version``, naming what was changed since and by whom.
        """
        _require_whole(expected, "expected_version")
        if aggregate.version == expected:
            return
        seen = max(expected, 0)
        entries = self.changes_since(aggregate.id, seen) if seen < aggregate.version else []
        changed = list(dict.fromkeys(d.field for entry in entries for d in entry.differences))
        by = entries[-1].actor.name or entries[-1].actor.kind.value if entries else ""
        raise ConflictError(
            f"{name} is at version {aggregate.version}, you have seen {expected}; "
            f"{by or 'nobody'} changed: {', '.join(changed) or 'nothing'}. Read it again and decide anew",
            code="stale_version",
            changed=changed,
            changed_by=by,
            changed_at=entries[-1].at if entries else None,
        )

    def changes_since(self, subject_id: UUID, seen_version: int) -> list[JournalEntry]:
        """
        What was done to an aggregate after the version the caller has seen, oldest first.

        Raises:
            InvalidInputError: The version is no whole number (``not_whole``).
        """
        _require_whole(seen_version, "seen_version")
        since = _j.version > max(seen_version, 0)
        return self._entries(_j.subject_id == subject_id, since, by=[_j.version])

    def last_of(self, order_id: UUID, kinds: Collection[str]) -> JournalEntry | None:
        """The newest entry of these *kinds* in the journal of an order; ``None`` if there is none."""
        newest = self._entries(
            _j.order_id == order_id, _j.kind.in_(kinds), by=[_j.at.desc(), _j.id.desc()], limit=1
        )
        return newest[0] if newest else None

    def told_of(self, order_id: UUID, kinds: Collection[str]) -> list[JournalEntry]:
        """All entries of these *kinds* in the journal of an order, oldest first."""
        return self._entries(_j.order_id == order_id, _j.kind.in_(kinds), by=[_j.at, _j.id])

    def _row(self, condition: sa.ColumnElement[bool]) -> sa.RowMapping | None:
        query = sa.select(tables.journal).where(_j.site_id == self.site.id, condition)
        with self.database.reading() as connection:
            return connection.execute(query).mappings().first()

    def _entries(
        self,
        *conditions: sa.ColumnElement[bool],
        by: Sequence[sa.ColumnElement[Any]],
        limit: int | None = None,
    ) -> list[JournalEntry]:
        query = sa.select(tables.journal).where(_j.site_id == self.site.id, *conditions).order_by(*by)
        query = query if limit is None else query.limit(limit)
        with self.database.reading() as connection:
            return [restoring.entry(row) for row in connection.execute(query).mappings()]


def _require_whole(version: object, field: str) -> None:
    if type(version) is not int:
        raise InvalidInputError(
            f"{field} is a whole number, the version you have seen, not {type(version).__name__}",
            code="not_whole",
            field=field,
        )
