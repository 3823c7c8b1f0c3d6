"""The list «Заказы»: filters, text search and pages by key, one statement whatever the number of orders."""

from __future__ import annotations

import base64
import zoneinfo
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa
from sqlalchemy.sql.expression import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from orderkit.domain.balance import PaymentStatus
from orderkit.domain.lifecycle import parse_status
from orderkit.domain.money import Money
from orderkit.domain.site import Site
from orderkit.domain.text import clean
from orderkit.errors import InvalidInputError
from orderkit.storage import records, tables
from orderkit.storage.database import Database
from orderkit.storage.rows import OrderFilter, OrderRow, Page
from orderkit.storage.types import Id, Moment

MAX_PAGE = 200
SHORTEST_TEXT = 3
"""Text search compares groups of three characters; shorter text finds numbers and tracking codes only."""

_o, _c, _d = tables.orders.c, tables.contacts.c, tables.details.c
_last_character = "\U0010ffff"


@attrs.frozen
class OrderList:
    """The orders of one site as a list."""

    database: Database
    site: Site

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
        if not 1 <= limit <= MAX_PAGE:
            raise InvalidInputError(
                f"limit is {limit}; it must be from 1 to {MAX_PAGE}", code="out_of_range", field="limit"
            )
        if after and before:
            raise InvalidInputError(
                "a page comes after one place or before one; give only one of the two",
                code="two_cursors",
                field="before",
            )
        query = self._list_query(wanted, limit + 1, after=after, before=before)
        with self.database.reading() as connection:
            rows = [_order_row(row) for row in connection.execute(query).mappings()]
        more = len(rows) > limit
        rows = rows[:limit]
        if before:
            rows.reverse()
            return Page(
                tuple(rows), _cursor(rows[-1]) if rows else None, _cursor(rows[0]) if rows and more else None
            )
        return Page(
            tuple(rows), _cursor(rows[-1]) if more else None, _cursor(rows[0]) if rows and after else None
        )

    def _list_query(
        self, wanted: OrderFilter, limit: int, *, after: str | None, before: str | None
    ) -> sa.Select[Any]:
        # A bound LIMIT is planned anew at each execution on PostgreSQL.
        most = sa.literal(limit, literal_execute=True)
        conditions = [_o.site_id == self.site.id, *self._conditions(wanted), *_beyond(after, before)]
        text = clean(wanted.text, "text")
        if not text:
            return _LIST.where(*conditions).order_by(*_order(_o.created_at, before)).limit(most)
        # First the page's ids, by way of the hits; then the rows of these few alone.
        order_by = _order(self._beside_the_index(_o.created_at), before)
        hits = self._hits(text).subquery()
        found = hits.join(tables.orders, sa.and_(_o.site_id == self.site.id, _o.id == hits.c.id))
        page = sa.select(_o.id).select_from(found).where(*conditions).order_by(*order_by).limit(most)
        few = sa.select(page.subquery().c.id)
        return _LIST.where(_o.site_id == self.site.id, _o.id.in_(few)).order_by(*order_by)

    def _beside_the_index(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """
        The column as a key to sort by, not to walk by.

        SQLite knows nothing of how rare a hit is: left alone it walks all orders, newest first, and tests each.
        PostgreSQL decides by its statistics.
        """
        return (
            UnaryExpression(column, operator=custom_op("+")) if self.database.dialect == "sqlite" else column
        )

    def _conditions(self, wanted: OrderFilter) -> Iterator[sa.ColumnElement[bool]]:
        if wanted.status:
            yield _one_of(_o.status, [parse_status(status).value for status in wanted.status])
        if wanted.payment_status:
            yield _one_of(_o.payment_status, [_payment_status(one) for one in wanted.payment_status])
        if wanted.payment_method_id:
            yield _o.payment_method_id == wanted.payment_method_id
        if wanted.contact_id:
            yield _o.contact_id == wanted.contact_id
        if wanted.created_from:
            yield _o.created_at >= self._midnight(wanted.created_from)
        if wanted.created_to and wanted.created_to < date.max:
            yield _o.created_at < self._midnight(wanted.created_to + timedelta(days=1))

    def _midnight(self, day: date) -> datetime:
        try:
            return datetime.combine(day, time(), zoneinfo.ZoneInfo(self.site.timezone)).astimezone(UTC)
        except OverflowError:  # the first or the last day of the calendar, which in UTC is none
            return datetime.combine(day, time(), UTC)

    def _hits(self, text: str) -> sa.CompoundSelect[Any]:
        """Orders by the beginning of number or tracking code, by the client's details, by the recipient's."""
        of_site = sa.select(_o.id).where(_o.site_id == self.site.id)
        ways: list[sa.Select[Any]] = [
            of_site.where(column >= code, column < code + _last_character)
            for column in (_o.number, _o.tracking_code)
            for code in sorted({text, text.upper()})
        ]
        if terms := _terms(text):
            owners = self._owners(terms)
            ways += [of_site.where(_o.contact_id.in_(owners)), owners]
        return sa.union(*ways)

    def _owners(self, terms: Sequence[str]) -> sa.Select[Any]:
        """Contacts and orders one of whose details contain every term."""
        if self.database.dialect == "sqlite":
            quoted = " AND ".join('"' + term.replace('"', '""') + '"' for term in terms)
            search = _SQLITE_SEARCH
            return sa.select(search.c.owner_id).where(
                sa.literal_column("search").op("MATCH")(quoted), search.c.site_id == self.site.id
            )
        likes = [_d.search.contains(term, autoescape=True) for term in terms]
        return sa.select(_d.owner_id).where(_d.site_id == self.site.id, *likes)


_SQLITE_SEARCH = sa.table(
    "orderkit_details_search",
    sa.column("search"),
    sa.column("site_id"),
    sa.column("owner_id", tables.details.c.id.type),
)


def _order(moment: sa.ColumnElement[Any], before: str | None) -> tuple[sa.ColumnElement[Any], ...]:
    return (moment, _o.id) if before else (moment.desc(), _o.id.desc())


def _beyond(after: str | None, before: str | None) -> Iterator[sa.ColumnElement[bool]]:
    """Only what stands beyond the cursor, in the direction of the page."""
    if not (after or before):
        return
    moment, id = _parse(after, "after") if after else _parse(before or "", "before")
    here = sa.tuple_(sa.bindparam(None, moment, type_=Moment()), sa.bindparam(None, id, type_=Id()))
    key = sa.tuple_(_o.created_at, _o.id)
    yield key > here if before else key < here


def _terms(text: str) -> list[str]:
    """Words of at least three characters, and of all that is no word the digits: a phone number, however written."""
    parts = text.split()
    words = [records.folded(part) for part in parts if _is_word(part)]
    phone = _phone("".join(part for part in parts if not _is_word(part)))
    return [term for term in (*words, phone) if len(term) >= SHORTEST_TEXT]


def _phone(typed: str) -> str:
    """
    The digits to look for: without the +7 or 8 that some numbers were stored with and others without.

    A lone 812 is no trunk prefix but the code of a city, so what would leave too little stays.
    """
    found = records.digits(typed)
    is_russian = typed.startswith(("+7", "8")) or (len(found) == 11 and found[0] == "7")
    within = found[1:] if is_russian else found
    return within if len(within) >= SHORTEST_TEXT else found


def _is_word(part: str) -> bool:
    return any(character.isalpha() or character == "@" for character in part)


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
        _o.status,
        _o.contact_id,
        _o.currency,
        _o.requires_delivery,
        _o.tracking_code,
        _o.total_minor,
        _o.paid_minor,
        _o.payment_status,
        _o.fully_paid,
        _o.payment_captured,
        _d.name.label("contact_name"),
        _d.email.label("contact_email"),
        _d.phone.label("contact_phone"),
        recipient.c.city,
        recipient.c.address,
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
        status=row["status"],
        contact_id=row["contact_id"],
        contact_name=row["contact_name"] or "",
        contact_email=row["contact_email"] or "",
        contact_phone=row["contact_phone"] or "",
        requires_delivery=row["requires_delivery"],
        delivery_method=row["delivery_method"] or "",
        needs_address=row["needs_address"] is not False,
        city=row["city"] or "",
        address=row["address"] or "",
        tracking_code=row["tracking_code"] or "",
        total=Money(row["total_minor"], currency),
        paid=Money(row["paid_minor"], currency),
        payment_status=row["payment_status"],
        fully_paid=row["fully_paid"],
        payment_method=row["payment_method"] or "",
        payment_captured=row["payment_captured"],
    )


def _cursor(row: OrderRow) -> str:
    microseconds = (row.created_at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    raw = microseconds.to_bytes(8, "big", signed=True) + row.id.bytes
    return base64.urlsafe_b64encode(raw).decode()


def _parse(cursor: str, field: str) -> tuple[datetime, UUID]:
    try:
        raw = base64.urlsafe_b64decode(cursor.encode())
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
            microseconds=int.from_bytes(raw[:8], "big", signed=True)
        )
        return moment, UUID(bytes=raw[8:])
    except (ValueError, OverflowError):
        raise InvalidInputError(
            "the page's address is damaged; begin again from the first page", code="bad_cursor", field=field
        ) from None
