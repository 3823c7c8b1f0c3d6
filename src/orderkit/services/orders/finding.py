"""How orders are found and read."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from orderkit.domain.order import Order
from orderkit.domain.text import clean
from orderkit.domain.tokens import token_hash
from orderkit.services.orders.means import Means
from orderkit.storage.paging import MAX_PAGE
from orderkit.storage.rows import OrderFilter, OrderRow, OrderView, Page


def get(self: Means, order_id: UUID) -> Order:
    """
    One order with lines, delivery and payments.

    Raises:
        NotFoundError: This site has no such order.
    """
    return self.reader.order(order_id)


def by_number(self: Means, number: str) -> Order | None:
    """The order with that number; ``None`` if there is none."""
    return self.reader.order_by(number=clean(number, "number"))


def by_ref(self: Means, source: str, external_ref: str) -> Order | None:
    """The order imported from *source* under *external_ref*; ``None`` if there is none."""
    return self.reader.order_by(
        source=clean(source, "source"), external_ref=clean(external_ref, "external_ref")
    )


def by_link(self: Means, token: str) -> Order:
    """
    The order whose link was issued with that token.

    Raises:
        NotFoundError: ``order_not_found``, alike for what is unknown, of another site, or no token at all.
    """
    return self.reader.order_of_link(token_hash(token))


def find(
    self: Means,
    wanted: OrderFilter | None = None,
    *,
    after: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> Page[OrderRow]:
    """
    A page of orders, newest first.

    Args:
        after: ``next`` of the page before; *before*: ``previous`` of the page after.
        limit: Rows on a page, 1 to 200.

    Raises:
        InvalidInputError: An unknown status, unusable text, or a damaged cursor.
    """
    return self.reader.find(wanted or OrderFilter(), after=after, before=before, limit=limit)


def every(self: Means, wanted: OrderFilter | None = None) -> Iterator[OrderRow]:
    """
    All orders of a filter, newest first, read page by page as they are taken; for exports.

    No connection is held between pages. Each order that is there throughout is met once; one that comes in
    meanwhile is not.

    Raises:
        InvalidInputError: An unknown status or unusable text; at once, before the first row is taken.
    """
    return _following(self, wanted, find(self, wanted, limit=MAX_PAGE))


def of_person(
    self: Means, contact_id: UUID, *, after: str | None = None, before: str | None = None, limit: int = 50
) -> Page[OrderRow]:
    """
    The orders that may be shown to a person, newest first: those of a contact and of what is proven to be the same.

    What somebody merely typed proves nothing, and staff's word is for the desk: see `OrderFilter.person_id`.

    Args:
        after: ``next`` of the page before; *before*: ``previous`` of the page after.
        limit: Rows on a page, 1 to 200.

    Raises:
        InvalidInputError: A damaged cursor.
    """
    wanted = OrderFilter(person_id=contact_id, verified_only=True)
    return find(self, wanted, after=after, before=before, limit=limit)


def view(self: Means, order_id: UUID) -> OrderView:
    """
    Everything the order window shows.

    Raises:
        NotFoundError: This site has no such order.
    """
    return self.reader.view(order_id)


def _following(self: Means, wanted: OrderFilter | None, page: Page[OrderRow]) -> Iterator[OrderRow]:
    yield from page.rows
    while page.next:
        page = find(self, wanted, after=page.next, limit=MAX_PAGE)
        yield from page.rows
