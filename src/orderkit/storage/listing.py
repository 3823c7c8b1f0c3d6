"""The list «Заказы»: filters, text search and pages by key, one statement whatever the number of orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import attrs
import sqlalchemy as sa

from orderkit.domain.abandoning import IDLE
from orderkit.domain.balance import PaymentStatus
from orderkit.domain.lifecycle import parse_status
from orderkit.domain.money import Money
from orderkit.domain.payment import Attempt
from orderkit.domain.people import JOINING, Strength
from orderkit.domain.site import Site
from orderkit.domain.text import clean
from orderkit.errors import InvalidInputError
from orderkit.storage import tables
from orderkit.storage.database import Database
from orderkit.storage.paging import Paging
from orderkit.storage.persons import joined_with
from orderkit.storage.rows import OrderFilter, OrderRow, Page
from orderkit.storage.searching import Search, beside_the_index, within_days
from orderkit.storage.types import Moment

_o, _c, _d = tables.orders.c, tables.contacts.c, tables.details.c


@attrs.frozen
class OrderList:
    """The orders of one site as a list."""

    database: Database
    site: Site
    now: Callable[[], datetime]

    def page(
        self, wanted: OrderFilter, *, after: str | None = None, before: str | None = None, limit: int = 50
    ) -> Page[OrderRow]:
        """
        A page of the list «Заказы», newest first, in one statement.

        Args:
            after: ``next`` of the page before this one.
            before: ``previous`` of the page after this one.
            limit: Rows on a page, 1 to 200.

        Raises:
            InvalidInputError: An unknown status, unusable text, a cursor that is none of ours or two of them, a
                limit out of bounds.
        """
        paging = Paging(after=after, before=before, limit=limit)
        query = self._list_query(wanted, paging)
        with self.database.reading() as connection:
            asked = {"idle_since": self.now() - IDLE}
            rows = [_order_row(row) for row in connection.execute(query, asked).mappings()]
        return paging.page(rows, lambda row: (row.created_at, row.id))

    def _list_query(self, wanted: OrderFilter, paging: Paging) -> sa.Select[Any]:
        conditions = [
            _o.site_id == self.site.id,
            *self._conditions(wanted),
            *paging.beyond(_o.created_at, _o.id),
        ]
        text = clean(wanted.text, "text")
        if not text:
            is_rare = wanted.contact_id or wanted.person_id
            at = beside_the_index(self.database, _o.created_at) if is_rare else _o.created_at
            order_by = paging.order_by(at, _o.id)
            return _LIST.where(*conditions).order_by(*order_by).limit(paging.most)
        # First the page's ids, by way of the hits; then the rows of these few alone.
        order_by = paging.order_by(beside_the_index(self.database, _o.created_at), _o.id)
        hits = Search(self.database, self.site).orders(text, _o.number, _o.tracking_code).subquery()
        found = hits.join(tables.orders, sa.and_(_o.site_id == self.site.id, _o.id == hits.c.id))
        page = sa.select(_o.id).select_from(found).where(*conditions).order_by(*order_by).limit(paging.most)
        few = sa.select(page.subquery().c.id)
        return _LIST.where(_o.site_id == self.site.id, _o.id.in_(few)).order_by(*order_by)

    def _conditions(self, wanted: OrderFilter) -> Iterator[sa.ColumnElement[bool]]:
        if wanted.status:
            yield _one_of(_o.status, [parse_status(status).value for status in wanted.status])
        if wanted.payment_status:
            yield _one_of(_o.payment_status, [_payment_status(one) for one in wanted.payment_status])
        if wanted.payment_method_id:
            yield _o.payment_method_id == wanted.payment_method_id
        if wanted.contact_id:
            yield _o.contact_id == wanted.contact_id
        if wanted.person_id:
            strengths = (Strength.VERIFIED,) if wanted.verified_only else JOINING
            person = joined_with(self.database, self.site, [wanted.person_id], strengths)
            yield _o.contact_id.in_(sa.select(person.c.id))
        if wanted.abandoned:
            yield _ABANDONED
        if wanted.cancel_requested:
            yield _o.cancel_requested_at.is_not(None)
        yield from within_days(self.site, _o.created_at, wanted.created_from, wanted.created_to)


def _payment_status(value: str) -> str:
    try:
        return PaymentStatus(value).value
    except ValueError:
        known = ", ".join(status.value for status in PaymentStatus)
        raise InvalidInputError(
            f"payment status {value[:40]!r} is unknown; known: {known}",
            code="unknown_status",
            field="payment_status",
        ) from None


def _one_of(column: sa.ColumnElement[str], values: list[str]) -> sa.ColumnElement[bool]:
    """Literal in the SQL text: a bound status falls into a plan that walks the whole primary key."""
    literals = [sa.literal(value, literal_execute=True) for value in values]
    return (
        column == literals[0] if len(literals) == 1 else sa.or_(*(column == literal for literal in literals))
    )


def _abandoned() -> sa.ColumnElement[bool]:
    """What `abandoning.is_left` says, and that the client placed no order since; what is rare is asked first."""
    line, payment, later = tables.order_lines.c, tables.payments.c, tables.orders.alias("later")
    answering = [sa.literal(one.value, literal_execute=True) for one in (Attempt.PROCESSING, Attempt.UNKNOWN)]
    return sa.and_(
        sa.text("orderkit_orders.status IN ('created', 'payment')"),  # as the index of carts says it
        _o.placed_at.is_(None),
        _o.changed_at <= sa.bindparam("idle_since", type_=Moment()),
        _o.paid_minor == 0,
        _o.authorised_minor == 0,
        _found(line.site_id == _o.site_id, line.order_id == _o.id).is_not(None),
        _none(payment.site_id == _o.site_id, payment.order_id == _o.id, payment.attempt.in_(answering)),
        _none(
            later.c.site_id == _o.site_id,
            later.c.contact_id == _o.contact_id,
            later.c.placed_at > _o.changed_at,
        ),
    )


def _found(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """As EXISTS, but looked up row by row: for an EXISTS PostgreSQL may read a whole table to show one page."""
    one = sa.literal(1, literal_execute=True)
    return sa.select(one).where(*conditions).limit(one).correlate(tables.orders).scalar_subquery()


def _none(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """As NOT EXISTS; to PostgreSQL an inequality means that most rows pass, so that it walks the index of carts."""
    return sa.func.coalesce(_found(*conditions), sa.literal(0, literal_execute=True)) != sa.literal(
        1, literal_execute=True
    )


_ABANDONED = _abandoned()


def _list_select() -> sa.Select[Any]:
    recipient = tables.details.alias("recipient")
    shipping, paying = tables.shipping_methods, tables.payment_methods
    joined = (
        tables.orders.join(tables.contacts, sa.and_(_c.site_id == _o.site_id, _c.id == _o.contact_id))
        .outerjoin(tables.details, sa.and_(_d.site_id == _c.site_id, _d.id == _c.details_id))
        .outerjoin(recipient, sa.and_(recipient.c.site_id == _o.site_id, recipient.c.id == _o.recipient_id))
        .outerjoin(
            shipping, sa.and_(shipping.c.site_id == _o.site_id, shipping.c.id == _o.shipping_method_id)
        )
        .outerjoin(paying, sa.and_(paying.c.site_id == _o.site_id, paying.c.id == _o.payment_method_id))
    )
    return sa.select(
        _o.id,
        _o.number,
        _o.version,
        _o.created_at,
        _o.changed_at,
        _o.status,
        sa.case((_ABANDONED, sa.true()), else_=sa.false()).label("is_abandoned"),
        _o.cancel_requested_at,
        _o.contact_id,
        _o.currency,
        _o.requires_delivery,
        _o.tracking_code,
        _o.total_minor,
        _o.paid_minor,
        _o.authorised_minor,
        _o.payment_status,
        _o.fully_paid,
        _o.payment_captured,
        _d.name.label("contact_name"),
        _d.email.label("contact_email"),
        _d.phone.label("contact_phone"),
        recipient.c.name.label("recipient_name"),
        recipient.c.email.label("recipient_email"),
        recipient.c.phone.label("recipient_phone"),
        recipient.c.country,
        recipient.c.city,
        recipient.c.postal_code,
        recipient.c.address,
        recipient.c.comment,
        shipping.c.title.label("delivery_method"),
        shipping.c.needs_address,
        paying.c.title.label("payment_method"),
    ).select_from(joined)


_LIST = _list_select()


def _order_row(row: sa.RowMapping) -> OrderRow:
    currency = row["currency"]
    return OrderRow(
        id=row["id"],
        number=row["number"],
        version=row["version"],
        created_at=row["created_at"],
        changed_at=row["changed_at"],
        status=row["status"],
        is_abandoned=row["is_abandoned"],
        cancel_requested_at=row["cancel_requested_at"],
        contact_id=row["contact_id"],
        contact_name=row["contact_name"] or "",
        contact_email=row["contact_email"] or "",
        contact_phone=row["contact_phone"] or "",
        requires_delivery=row["requires_delivery"],
        delivery_method=row["delivery_method"] or "",
        needs_address=row["needs_address"] is not False,
        recipient_name=row["recipient_name"] or "",
        recipient_email=row["recipient_email"] or "",
        recipient_phone=row["recipient_phone"] or "",
        country=row["country"] or "",
        city=row["city"] or "",
        postal_code=row["postal_code"] or "",
        address=row["address"] or "",
        comment=row["comment"] or "",
        tracking_code=row["tracking_code"] or "",
        total=Money(row["total_minor"], currency),
        paid=Money(row["paid_minor"], currency),
        authorised=Money(row["authorised_minor"], currency),
        payment_status=row["payment_status"],
        fully_paid=row["fully_paid"],
        payment_method=row["payment_method"] or "",
        payment_captured=row["payment_captured"],
    )
