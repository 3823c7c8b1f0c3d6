"""The list of sites: the one thing written without a journal, since it is what journals belong to."""

from __future__ import annotations

import attrs
import sqlalchemy as sa
from sqlalchemy import exc

from orderkit.domain.site import Site
from orderkit.storage import tables
from orderkit.storage.database import Database
from orderkit.storage.writing import FIRST_NUMBER, ORDER_NUMBERS


@attrs.frozen
class SiteList:
    """All sites of one database."""

    database: Database

    def find(self, code: str) -> Site | None:
        """The site called *code*; ``None`` if there is none."""
        return next((site for site in self.all() if site.code == code), None)

    def all(self) -> list[Site]:
        """Every site, oldest first."""
        query = sa.select(tables.sites).order_by(tables.sites.c.site_id)
        with self.database.reading() as connection:
            return [
                Site(id=row.site_id, code=row.code, currency=row.currency, timezone=row.timezone)
                for row in connection.execute(query)
            ]

    def lost(self) -> list[int]:
        """Ids of sites that are not in the list though orders belong to them."""
        order, site = tables.orders.c.site_id, tables.sites.c.site_id
        query = sa.select(order).where(order.not_in(sa.select(site))).distinct().order_by(order)
        with self.database.reading() as connection:
            return list(connection.execute(query).scalars())

    def add(self, site: Site) -> Site | None:
        """Store a new site with its number counter; ``None`` if the code was taken meanwhile."""
        try:
            return self.database.write(lambda connection: _insert(connection, site))
        except exc.IntegrityError:
            return None


def _insert(connection: sa.Connection, site: Site) -> Site:
    fields = {"code": site.code, "currency": site.currency, "timezone": site.timezone}
    inserted = connection.execute(sa.insert(tables.sites), fields).inserted_primary_key
    site = attrs.evolve(site, id=inserted[0])  # type: ignore[index]  # there is one key
    counter = {"site_id": site.id, "series": ORDER_NUMBERS, "last": FIRST_NUMBER - 1}
    connection.execute(sa.insert(tables.counters), counter)
    return site
