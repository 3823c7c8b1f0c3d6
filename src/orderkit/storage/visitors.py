"""Visitors, the carts in their slots, and the pages they looked at: read for the services."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.lifecycle import CARTS
from orderkit.domain.line import tuple_of
from orderkit.domain.order import Order
from orderkit.domain.people import Strength
from orderkit.domain.site import Site
from orderkit.domain.visitor import Visitor
from orderkit.errors import NotFoundError
from orderkit.storage import restoring, tables
from orderkit.storage.database import Database
from orderkit.storage.loading import load_orders
from orderkit.storage.persons import joined_with
from orderkit.storage.rows import PageVisits
from orderkit.storage.searching import within_days

MOST_CARTS = 20
"""So many carts are offered to a customer, the newest ones."""
MOST_PAGES = 500
"""So many pages are counted out, the most visited first."""

_v, _o, _l, _j = tables.visitors.c, tables.orders.c, tables.order_lines.c, tables.journal.c


@attrs.frozen
class VisitorReader:
    """Reads the visitors of one site."""

    database: Database
    site: Site

    def fresh(self, visitor: Visitor) -> Visitor:
        """
        A visitor as it is by now, whatever a caller has known of it.

        Raises:
            InvalidInputError: That is no `Visitor`.
            NotFoundError: This site has no such visitor.
        """
        [visitor] = tuple_of((visitor,), "visitor", Visitor)
        return self.visitor(visitor.id)

    def visitor(self, visitor_id: UUID) -> Visitor:
        """
        One visitor.

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

    def cart(self, visitor_id: UUID) -> Order | None:
        """The cart in a visitor's slot, in at most five statements; ``None`` if there is none."""
        with self.database.reading() as connection:
            return next(load_orders(connection, self.site.id, _o.cart_visitor == visitor_id), None)

    def last_placed(self, contact_id: UUID, since: datetime) -> Order | None:
        """The order of a contact that was placed last, if not before *since*."""
        own = _o.site_id == self.site.id, _o.contact_id == contact_id, _o.placed_at >= since
        newest = sa.select(_o.id).where(*own).order_by(_o.placed_at.desc(), _o.id.desc()).limit(1)
        with self.database.reading() as connection:
            return next(load_orders(connection, self.site.id, _o.id == newest.scalar_subquery()), None)

    def carts_of_customer(
        self, customer: str, contact_id: UUID, *, but_of: UUID | None = None
    ) -> tuple[Order, ...]:
        """
        The carts with lines of a customer, the newest first.

        Args:
            contact_id: A contact that is proven to be the customer.
            but_of: The visitor in whose slot is the one that is left out.
        """
        browsers = sa.select(_v.id).where(_v.site_id == self.site.id, _v.customer == customer)
        own = sa.select(self._own_contacts(contact_id).c.id)
        elsewhere = sa.true() if but_of is None else _o.cart_visitor != but_of
        lines = sa.exists().where(_l.site_id == _o.site_id, _l.order_id == _o.id)
        # Two ways to find them, each with an index of its own: an OR of both would walk all carts of the site.
        theirs = [
            sa.select(_o.id, _o.created_at)
            .where(_o.site_id == self.site.id, _o.placed_at.is_(None), _o.status.in_(CARTS), lines, way)
            .where(sa.or_(_o.cart_visitor.is_(None), elsewhere))
            for way in (_o.contact_id.in_(own), _o.cart_visitor.in_(browsers))
        ]
        either = sa.union(*theirs).subquery()
        newest = sa.select(either.c.id).order_by(either.c.created_at.desc(), either.c.id.desc())
        with self.database.reading() as connection:
            found = load_orders(connection, self.site.id, _o.id.in_(newest.limit(MOST_CARTS)))
            return tuple(sorted(found, key=lambda order: (order.created_at, order.id), reverse=True))

    def own_contacts(self, contact_id: UUID) -> frozenset[UUID]:
        """The contacts that are proven to be the same person as this one, which is among them."""
        with self.database.reading() as connection:
            return frozenset(connection.execute(sa.select(self._own_contacts(contact_id).c.id)).scalars())

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

    def _own_contacts(self, contact_id: UUID) -> sa.CTE:
        return joined_with(self.database, self.site, [contact_id], [Strength.VERIFIED])

    def _visitor(self, condition: sa.ColumnElement[bool]) -> Visitor | None:
        query = sa.select(tables.visitors).where(_v.site_id == self.site.id, condition)
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return restoring.visitor(row) if row else None
