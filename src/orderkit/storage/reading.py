"""
All that is read, as one set of queries: single aggregates for the services, rows for the screens.

Each method runs a fixed number of statements, whatever the number of rows. Pages are found by key, never by offset.
"""

from __future__ import annotations

import base64
import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.change import Aggregate
from orderkit.domain.contact import Contact
from orderkit.domain.delivery import Recipient
from orderkit.domain.journal import JournalEntry
from orderkit.domain.lifecycle import parse_status
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.site import Site
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError
from orderkit.storage import records, tables
from orderkit.storage.database import Database
from orderkit.storage.rows import JOURNAL_LIMIT, ContactView, OrderFilter, OrderRow, OrderView, Page

MAX_PAGE = 200
SHORTEST_TEXT = 3
"""Text search compares groups of three characters; shorter text finds numbers and tracking codes only."""

_o, _c, _d = tables.orders.c, tables.contacts.c, tables.details.c
_last_character = "\U0010ffff"


@attrs.frozen
class Reader:
    """Reads one site."""

    database: Database
    site: Site

    # One aggregate, for the services.

    def order(self, order_id: UUID) -> Order:
        """
        One order with all that belongs to it, in four statements.

        Raises:
            NotFoundError: This site has no such order.
        """
        with self.database.reading() as connection:
            found = list(load_orders(connection, self.site.id, _o.id == order_id))
        if not found:
            raise NotFoundError(
                f"site {self.site.code!r} has no order {order_id}", code="order_not_found", order=order_id
            )
        return found[0]

    def order_at(self, order_id: UUID, expected_version: int) -> Order:
        """
        One order, provided that it still is at the version the caller has seen.

        Raises:
            ConflictError: ``stale_version``, naming what was changed since and by whom.
            NotFoundError: This site has no such order.
        """
        order = self.order(order_id)
        self._require_version(order.name, order, expected_version)
        return order

    def order_of_payment(self, payment_id: UUID) -> Order:
        """
        The order a payment belongs to.

        Raises:
            NotFoundError: This site has no such payment.
        """
        payment = tables.payments.c
        of_payment = sa.select(payment.order_id).where(
            payment.site_id == self.site.id, payment.id == payment_id
        )
        with self.database.reading() as connection:
            found = next(load_orders(connection, self.site.id, _o.id.in_(of_payment)), None)
        if found is None:
            raise NotFoundError(
                f"site {self.site.code!r} has no payment {payment_id}", code="payment_not_found"
            )
        return found

    def order_by(self, *, number: str = "", source: str = "", external_ref: str = "") -> Order | None:
        """The order with that number, or with that reference in that source; ``None`` if there is none."""
        condition = _o.number == number
        if external_ref:
            condition = sa.and_(_o.source == source, _o.external_ref == external_ref)
        with self.database.reading() as connection:
            return next(load_orders(connection, self.site.id, condition), None)

    def contact(self, contact_id: UUID) -> Contact:
        """
        One contact with the newest details.

        Raises:
            NotFoundError: This site has no such contact.
        """
        with self.database.reading() as connection:
            found = self._contacts(connection, _c.id == contact_id)
        if not found:
            raise NotFoundError(
                f"site {self.site.code!r} has no contact {contact_id}", code="contact_not_found"
            )
        return found[0]

    def contact_at(self, contact_id: UUID, expected_version: int) -> Contact:
        """
        One contact, provided that it still is at the version the caller has seen.

        Raises:
            ConflictError: ``stale_version``, naming what was changed since and by whom.
            NotFoundError: This site has no such contact.
        """
        contact = self.contact(contact_id)
        self._require_version(f"contact {contact_id}", contact, expected_version)
        return contact

    def contact_by_ref(self, source: str, external_ref: str) -> Contact | None:
        """The contact with that reference in that source; ``None`` if there is none."""
        with self.database.reading() as connection:
            found = self._contacts(connection, sa.and_(_c.source == source, _c.external_ref == external_ref))
        return found[0] if found else None

    def replayed(self, key: str, fingerprint: str) -> JournalEntry | None:
        """
        The journal entry an earlier call with the same key left; ``None`` if the key is free.

        Raises:
            ConflictError: ``key_reused``: the key belongs to another request.
        """
        journal = tables.journal
        query = sa.select(journal).where(journal.c.site_id == self.site.id, journal.c.key == key)
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        if row["fingerprint"] != fingerprint:
            raise ConflictError(
                f"the key was used for another request ({row['kind']}); take a new key for a new request",
                code="key_reused",
            )
        return records.entry(row)

    def _require_version(self, name: str, aggregate: Aggregate, expected: int) -> None:
        if aggregate.version == expected:
            return
        entries = self._entries_since(aggregate.id, expected)
        changed = list(dict.fromkeys(d.field for entry in entries for d in entry.differences))
        by = entries[-1].actor.name or entries[-1].actor.kind.value if entries else ""
        raise ConflictError(
            f"{name} is at version {aggregate.version}, you have seen {expected}; "
            f"{by or 'nobody'} changed: {', '.join(changed) or 'nothing'}. Read it again and decide anew",
            code="stale_version",
            changed=changed,
            changed_by=by,
        )

    def _entries_since(self, subject_id: UUID, version: int) -> list[JournalEntry]:
        journal = tables.journal.c
        query = (
            sa.select(tables.journal)
            .where(
                journal.site_id == self.site.id, journal.subject_id == subject_id, journal.version > version
            )
            .order_by(journal.version)
        )
        with self.database.reading() as connection:
            return [records.entry(row) for row in connection.execute(query).mappings()]

    def payment_methods(self) -> tuple[PaymentMethod, ...]:
        """All payment methods, switched off ones included, in order of display."""
        with self.database.reading() as connection:
            return tuple(self._payment_methods(connection))

    def shipping_methods(self) -> tuple[ShippingMethod, ...]:
        """All shipping methods, switched off ones included, in order of display."""
        with self.database.reading() as connection:
            return tuple(self._shipping_methods(connection))

    # Screens.

    def find(
        self, wanted: OrderFilter, *, after: str | None = None, before: str | None = None, limit: int = 50
    ) -> Page[OrderRow]:
        """
        A page of the list «Заказы», newest first, in one statement.

        Args:
            after: ``next`` of the page before this one.
            before: ``previous`` of the page after this one.
            limit: Rows on a page, 1 to 200.

        Raises:
            InvalidInputError: An unknown status, a cursor that is none of ours, a limit out of bounds.
        """
        if not 1 <= limit <= MAX_PAGE:
            raise InvalidInputError(
                f"limit is {limit}; it must be from 1 to {MAX_PAGE}", code="out_of_range", field="limit"
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

    def view(self, order_id: UUID) -> OrderView:
        """
        Everything the order window shows, in nine statements.

        Raises:
            NotFoundError: This site has no such order.
        """
        order = self.order(order_id)
        with self.database.reading() as connection:
            shipping = {method.id: method for method in self._shipping_methods(connection)}
            return OrderView(
                order=order,
                contact=self._contacts(connection, _c.id == order.contact_id)[0],
                shipping_method=shipping.get(order.delivery.method_id) if order.delivery.method_id else None,
                shipping_methods=shipping,
                payment_methods={method.id: method for method in self._payment_methods(connection)},
                journal=self._journal(connection, tables.journal.c.order_id == order_id),
                recipients=self._recipients(connection, order_id),
            )

    def contact_view(self, contact_id: UUID) -> ContactView:
        """
        A contact's profile, in four statements.

        Raises:
            NotFoundError: This site has no such contact.
        """
        contact = self.contact(contact_id)
        orders = self.find(OrderFilter(contact_id=contact_id), limit=20).rows
        with self.database.reading() as connection:
            journal = self._journal(connection, tables.journal.c.contact_id == contact_id)
            numbers = connection.execute(
                sa.select(_o.id, _o.number)
                .where(_o.site_id == self.site.id, _o.contact_id == contact_id)
                .order_by(_o.created_at.desc())
                .limit(JOURNAL_LIMIT)
            )
            return ContactView(
                contact=contact,
                journal=journal,
                order_numbers=dict(numbers.tuples().all()),
                orders=orders,
            )

    # Pieces.

    def _contacts(self, connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Contact]:
        joined = sa.outerjoin(
            tables.contacts, tables.details, sa.and_(_d.site_id == _c.site_id, _d.id == _c.details_id)
        )
        query = (
            sa.select(tables.contacts, _d.name, _d.email, _d.phone)
            .select_from(joined)
            .where(_c.site_id == self.site.id, condition)
        )
        return [records.contact(row) for row in connection.execute(query).mappings()]

    def _shipping_methods(self, connection: sa.Connection) -> Iterator[ShippingMethod]:
        method = tables.shipping_methods
        query = (
            sa.select(method)
            .where(method.c.site_id == self.site.id)
            .order_by(method.c.position, method.c.title)
        )
        return (records.shipping_method(row) for row in connection.execute(query).mappings().all())

    def _payment_methods(self, connection: sa.Connection) -> Iterator[PaymentMethod]:
        method = tables.payment_methods
        query = (
            sa.select(method)
            .where(method.c.site_id == self.site.id)
            .order_by(method.c.is_primary.desc(), method.c.position, method.c.title)
        )
        return (records.payment_method(row) for row in connection.execute(query).mappings().all())

    def _journal(
        self, connection: sa.Connection, condition: sa.ColumnElement[bool]
    ) -> tuple[JournalEntry, ...]:
        journal = tables.journal
        query = (
            sa.select(journal)
            .where(journal.c.site_id == self.site.id, condition)
            .order_by(journal.c.at.desc(), journal.c.id.desc())
            .limit(sa.literal(JOURNAL_LIMIT, literal_execute=True))
        )
        return tuple(records.entry(row) for row in connection.execute(query).mappings())

    def _recipients(self, connection: sa.Connection, order_id: UUID) -> dict[UUID, Recipient]:
        names = tuple(attribute.name for attribute in attrs.fields(Recipient))
        query = sa.select(_d.id, *(_d[name] for name in names)).where(
            _d.site_id == self.site.id, _d.owner_id == order_id
        )
        rows = connection.execute(query).mappings()
        return {row["id"]: Recipient(**{name: row[name] for name in names}) for row in rows}

    # The list.

    def _list_query(
        self, wanted: OrderFilter, limit: int, *, after: str | None, before: str | None
    ) -> sa.Select[Any]:
        query = _LIST.where(_o.site_id == self.site.id, *self._conditions(wanted))
        key = sa.tuple_(_o.created_at, _o.id)
        if after or before:
            found = sa.tuple_(
                *(
                    sa.bindparam(None, v, type_=c.type)
                    for v, c in zip(_parse(after or before), key, strict=True)
                )
            )
            query = query.where(key > found if before else key < found)
        newest_first = (_o.created_at.desc(), _o.id.desc())
        query = query.order_by(*((_o.created_at, _o.id) if before else newest_first))
        # A bound LIMIT is planned anew at each execution on PostgreSQL.
        return query.limit(sa.literal(limit, literal_execute=True))

    def _conditions(self, wanted: OrderFilter) -> Iterator[sa.ColumnElement[bool]]:
        if wanted.statuses:
            yield _one_of(_o.status, [parse_status(status).value for status in wanted.statuses])
        if wanted.payment_statuses:
            yield _one_of(_o.payment_status, list(wanted.payment_statuses))
        if wanted.payment_method_id:
            yield _o.payment_method_id == wanted.payment_method_id
        if wanted.contact_id:
            yield _o.contact_id == wanted.contact_id
        if wanted.created_from:
            yield _o.created_at >= self._midnight(wanted.created_from)
        if wanted.created_to:
            yield _o.created_at < self._midnight(wanted.created_to + timedelta(days=1))
        if wanted.text.strip():
            yield self._matches(wanted.text.strip())

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), zoneinfo.ZoneInfo(self.site.timezone)).astimezone(UTC)

    def _matches(self, text: str) -> sa.ColumnElement[bool]:
        by_code = [
            sa.select(_o.id).where(
                _o.site_id == self.site.id, column >= code, column < code + _last_character
            )
            for column in (_o.number, _o.tracking_code)
            for code in {text, text.upper()}
        ]
        terms = _terms(text)
        if not terms:
            return _o.id.in_(sa.union(*by_code))
        owners = self._owners(terms)
        by_person = sa.select(_o.id).where(_o.site_id == self.site.id, _o.contact_id.in_(owners))
        return _o.id.in_(sa.union(*by_code, by_person, owners))

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


def _terms(text: str) -> list[str]:
    """Words of at least three characters; a phone number, however written, is its digits."""
    if not any(character.isalpha() or character == "@" for character in text):
        found = records.digits(text).removeprefix("8")  # a Russian trunk prefix, stored as 7
        return [found] if len(found) >= SHORTEST_TEXT else []
    return [word for word in text.casefold().split() if len(word) >= SHORTEST_TEXT]


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


def _parse(cursor: str | None) -> tuple[datetime, UUID]:
    try:
        raw = base64.urlsafe_b64decode((cursor or "").encode())
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
            microseconds=int.from_bytes(raw[:8], "big", signed=True)
        )
        return moment, UUID(bytes=raw[8:])
    except (ValueError, OverflowError):
        raise InvalidInputError(
            "the page's address is damaged; begin again from the first page", code="bad_cursor", field="after"
        ) from None


def load_orders(
    connection: sa.Connection, site_id: int, condition: sa.ColumnElement[bool], limit: int | None = None
) -> Iterator[Order]:
    """
    Orders with all that belongs to them, by id, in four statements.

    The order's row is read first: should somebody change the order meanwhile, a later save of it is refused as stale.
    """
    recipient = sa.and_(_d.site_id == _o.site_id, _d.id == _o.recipient_id)
    names = [_d[attribute.name] for attribute in attrs.fields(Recipient)]
    query = (
        sa.select(tables.orders, *names)
        .select_from(tables.orders.outerjoin(tables.details, recipient))
        .where(_o.site_id == site_id, condition)
        .order_by(_o.id)
    )
    rows = connection.execute(query.limit(limit) if limit else query).mappings().all()
    if not rows:
        return
    ids = [row["id"] for row in rows]
    lines = _by_order(connection, tables.order_lines, site_id, ids, tables.order_lines.c.position)
    payments = _by_order(connection, tables.payments, site_id, ids, tables.payments.c.position)
    facts = (
        _by_order(connection, tables.money_facts, site_id, ids, tables.money_facts.c.id) if payments else {}
    )
    refunds = _by_order(connection, tables.refunds, site_id, ids, tables.refunds.c.id) if payments else {}
    for row in rows:
        parts = (found.get(row["id"], []) for found in (lines, payments, facts, refunds))
        yield records.order(row, *parts)


def _by_order(
    connection: sa.Connection,
    table: sa.Table,
    site_id: int,
    ids: Iterable[UUID],
    order_by: sa.ColumnElement[Any],
) -> dict[UUID, list[sa.RowMapping]]:
    query = (
        sa.select(table).where(table.c.site_id == site_id, table.c.order_id.in_(list(ids))).order_by(order_by)
    )
    found: dict[UUID, list[sa.RowMapping]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["order_id"], []).append(row)
    return found
