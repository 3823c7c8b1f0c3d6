"""Whom the outbox hands events to, as the database knows it: one process cannot know what another one subscribes."""

from __future__ import annotations

from collections.abc import Collection

import attrs
import sqlalchemy as sa
from sqlalchemy import exc

from orderkit.domain.site import Site
from orderkit.storage import tables
from orderkit.storage.database import Database


def known_anywhere(database: Database) -> frozenset[str]:
    """Those that have worked any site: of the whole database, since a new site has their events from its first day."""
    query = sa.select(tables.subscribers.c.name).distinct()
    with database.reading() as connection:
        return frozenset(connection.execute(query).scalars())


@attrs.frozen
class SubscriberList:
    """
    The subscribers of one site that have worked its outbox.

    Attributes:
        elsewhere: Those of other sites, who want the events of this one, too.
    """

    database: Database
    site: Site
    elsewhere: frozenset[str] = frozenset()

    def lacking(self, present: Collection[str]) -> tuple[str, ...]:
        """
        Those known who are not among *present*; where nobody lacks, all of *present* are known from now on.

        Whoever is new is written down by a process that has all others only: else two of them would wait for
        one another.
        """
        known = self._known()
        if lacking := (known | self.elsewhere) - set(present):
            return tuple(sorted(lacking))
        for name in sorted(set(present) - known):
            self._add(name)
        return ()

    def forget(self, name: str) -> bool:
        """Wait for a subscriber no more; whether it was known."""
        row = tables.subscribers.c
        query = sa.delete(tables.subscribers).where(row.site_id == self.site.id, row.name == name)
        forgotten: bool = self.database.write(lambda connection: connection.execute(query).rowcount == 1)
        return forgotten

    def _known(self) -> set[str]:
        row = tables.subscribers.c
        query = sa.select(row.name).where(row.site_id == self.site.id)
        with self.database.reading() as connection:
            return set(connection.execute(query).scalars())

    def _add(self, name: str) -> None:
        row = {"site_id": self.site.id, "name": name}
        try:
            self.database.write(lambda connection: connection.execute(sa.insert(tables.subscribers), row))
        except exc.IntegrityError:
            return  # another process was faster
