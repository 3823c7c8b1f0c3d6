"""Visitors, the carts in their slots, and the pages they looked at: read for the services."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.carting import Slot
from orderkit.domain.order import Order
from orderkit.domain.site import Site
from orderkit.domain.visitor import Visitor
from orderkit.errors import NotFoundError
from orderkit.storage import restoring, tables
from orderkit.storage.database import Database
from orderkit.storage.loading import load_orders
from orderkit.storage.rows import PageVisits
from orderkit.storage.searching import within_days

MOST_PAGES = 500
"""So many pages are counted out, the most visited first."""

_v, _o, _j = tables.visitors.c, tables.orders.c, tables.journal.c


@attrs.frozen
class VisitorReader:
    """Reads the visitors of one site."""

    database: Database
    site: Site

    def visitor(self, visitor_id: UUID) -> Visitor:
        """
        One visitor as it is by now.

        Raises:
            NotFoundError: This site has no such visitor.
        """
        found = self._visitor(_v.id == visitor_id)
        if found is None:
            raise NotFoundError(
                f"site {self.site.code!r} has no visitor {visitor_id}", code="visitor_not_found"
            )
        return found

    def by_token(self, token_hash: str) -> Visitor | None:
        """The visitor of a token; ``None`` if there is none, or no longer."""
        return self._visitor(_v.token_hash == token_hash)

    def slot(self, visitor_id: UUID) -> Slot | None:
        """The cart in a visitor's slot, in at most six statements; ``None`` if there is none."""
        with self.database.reading() as connection:
            order = next(load_orders(connection, self.site.id, _o.cart_visitor == visitor_id), None)
            if order is None:
                return None
            changes = sa.select(_j.at).where(_j.site_id == self.site.id, _j.subject_id == order.id)
            last = changes.order_by(_j.version.desc()).limit(1)
            return Slot(order, connection.execute(last).scalar_one())

    def carts_of_customer(self, visitor: Visitor) -> tuple[Order, ...]:
        """The carts of the customer who is signed in at *visitor*, but for the one in its own slot; newest first."""
        same = sa.select(_v.id).where(_v.site_id == self.site.id, _v.customer == visitor.customer)
        condition = sa.and_(
            _o.placed_at.is_(None),
            _o.status.in_(["created", "payment"]),
            sa.or_(_o.contact_id == visitor.contact_id, _o.cart_visitor.in_(same)),
            sa.or_(_o.cart_visitor.is_(None), _o.cart_visitor != visitor.id),
        )
        with self.database.reading() as connection:
            found = load_orders(connection, self.site.id, condition)
            return tuple(sorted(found, key=lambda order: order.created_at, reverse=True))

    def pages(self, first: date | None, last: date | None) -> tuple[PageVisits, ...]:
        """How often each page was looked at on these days, most often first."""
        page = _j.data["page"].as_string()
        query = (
            sa.select(page.label("page"), sa.func.count().label("visits"))
            .where(_j.site_id == self.site.id, _j.kind == sa.literal("visit", literal_execute=True))
            .where(*within_days(self.site, _j.at, first, last))
            .group_by(page)
            .order_by(sa.desc("visits"), "page")
            .limit(MOST_PAGES)
        )
        with self.database.reading() as connection:
            return tuple(PageVisits(**row) for row in connection.execute(query).mappings())

    def _visitor(self, condition: sa.ColumnElement[bool]) -> Visitor | None:
        query = sa.select(tables.visitors).where(_v.site_id == self.site.id, condition)
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return restoring.visitor(row) if row else None
