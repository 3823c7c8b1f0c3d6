"""
All that is read, as one set of queries: single aggregates for the services, rows for the screens.

Each method runs a fixed number of statements, whatever the number of rows. Pages are found by key, never by offset.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain import messaging
from orderkit.domain.abandoning import is_left
from orderkit.domain.change import Aggregate
from orderkit.domain.configuring import C
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.delivery import Recipient
from orderkit.domain.journal import JournalEntry
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.order import Order
from orderkit.domain.people import Alike, ContactLink
from orderkit.domain.site import Site
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError
from orderkit.storage import configuring, restoring, tables
from orderkit.storage.database import Database
from orderkit.storage.listing import OrderList
from orderkit.storage.loading import load_orders
from orderkit.storage.payment_listing import PaymentList, unsettled
from orderkit.storage.persons import Persons
from orderkit.storage.rows import (
    JOURNAL_LIMIT,
    ContactView,
    OrderFilter,
    OrderRow,
    OrderView,
    Page,
    PaymentFilter,
    PaymentRow,
    Person,
)
from orderkit.storage.searching import beside_the_index

_o, _c, _d = tables.orders.c, tables.contacts.c, tables.details.c


@attrs.frozen
class Reader:
    """
    Reads one site.

    Args:
        now: The present moment, at which a cart is abandoned or not yet.
    """

    database: Database
    site: Site
    now: Callable[[], datetime]

    # One aggregate, for the services.

    def order(self, order_id: UUID) -> Order:
        """
        One order with all that belongs to it, in at most five statements.

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
        self.require_version(order.name, order, expected_version)
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

    def order_of_link(self, token_hash: str) -> Order:
        """
        The order that a link opens.

        Raises:
            NotFoundError: This site has no such link; nothing tells it from one of another site, or from none at all.
        """
        link = tables.order_links.c
        of_link = sa.select(link.order_id).where(link.site_id == self.site.id, link.token_hash == token_hash)
        with self.database.reading() as connection:
            found = next(load_orders(connection, self.site.id, _o.id.in_(of_link)), None)
        if found is None:
            raise NotFoundError(f"site {self.site.code!r} has no order of that link", code="order_not_found")
        return found

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
        self.require_version(f"contact {contact_id}", contact, expected_version)
        return contact

    def contact_by_ref(self, source: str, external_ref: str) -> Contact | None:
        """The contact with that reference in that source; ``None`` if there is none."""
        with self.database.reading() as connection:
            found = self._contacts(connection, sa.and_(_c.source == source, _c.external_ref == external_ref))
        return found[0] if found else None

    def contact_link(self, link_id: UUID) -> ContactLink:
        """One link of two contacts, live or ended; see `Persons.link`."""
        return Persons(self.database, self.site).link(link_id)

    def contact_link_at(self, link_id: UUID, expected_version: int) -> ContactLink:
        """
        One link of two contacts, provided that it still is at the version the caller has seen.

        Raises:
            ConflictError: ``stale_version``, naming what was changed since and by whom.
            NotFoundError: This site has no such link.
        """
        link = self.contact_link(link_id)
        self.require_version(f"link {link_id}", link, expected_version)
        return link

    def contact_links(self, contact_id: UUID, other_id: UUID) -> tuple[ContactLink, ...]:
        """The links that two contacts have and had; see `Persons.between`."""
        return Persons(self.database, self.site).between(contact_id, other_id)

    def alike(self, details: ContactDetails, *contact_ids: UUID) -> Alike:
        """Whom details resemble that were typed; see `Persons.alike`."""
        return Persons(self.database, self.site).alike(details, *contact_ids)

    def find_contacts(self, text: str, limit: int) -> tuple[Contact, ...]:
        """Contacts by what is known of them; see `Persons.find`."""
        return Persons(self.database, self.site).find(text, limit)

    def person(self, contact_id: UUID) -> Person:
        """Who a contact is; see `Persons.person`."""
        return Persons(self.database, self.site).person(contact_id)

    def replayed(self, key: str, fingerprint: str) -> JournalEntry | None:
        """
        The journal entry an earlier call with the same key left; ``None`` if the key is free.

        Raises:
            ConflictError: ``key_reused``: the key belongs to another request.
        """
        row = self._under_key(key)
        if row is None:
            return None
        if row["fingerprint"] != fingerprint:
            raise ConflictError(
                f"the key was used for another request ({row['kind']}); take a new key for a new request",
                code="key_reused",
            )
        return restoring.entry(row)

    def done_under(self, key: str) -> JournalEntry | None:
        """The journal entry that a call with *key* left, whatever was asked for; ``None`` if the key is free."""
        row = self._under_key(key)
        return restoring.entry(row) if row is not None else None

    def _under_key(self, key: str) -> sa.RowMapping | None:
        journal = tables.journal
        query = sa.select(journal).where(journal.c.site_id == self.site.id, journal.c.key == key)
        with self.database.reading() as connection:
            return connection.execute(query).mappings().first()

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
        journal = tables.journal.c
        query = (
            sa.select(tables.journal)
            .where(
                journal.site_id == self.site.id,
                journal.subject_id == subject_id,
                journal.version > max(seen_version, 0),
            )
            .order_by(journal.version)
        )
        with self.database.reading() as connection:
            return [restoring.entry(row) for row in connection.execute(query).mappings()]

    def last_of(self, order_id: UUID, kinds: Collection[str]) -> JournalEntry | None:
        """The newest entry of these *kinds* in the journal of an order; ``None`` if there is none."""
        journal = tables.journal
        query = (
            sa.select(journal)
            .where(
                journal.c.site_id == self.site.id, journal.c.order_id == order_id, journal.c.kind.in_(kinds)
            )
            .order_by(journal.c.at.desc(), journal.c.id.desc())
            .limit(1)
        )
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return restoring.entry(row) if row else None

    def configured(self, of: type[C]) -> tuple[C, ...]:
        """All rows of one class that the admin configured, switched off ones included, in order of display."""
        with self.database.reading() as connection:
            return tuple(configuring.load(connection, self.site.id, of))

    def told_of(self, order_id: UUID, kinds: Collection[str]) -> list[JournalEntry]:
        """All entries of these *kinds* in the journal of an order, oldest first."""
        journal = tables.journal
        query = (
            sa.select(journal)
            .where(
                journal.c.site_id == self.site.id, journal.c.order_id == order_id, journal.c.kind.in_(kinds)
            )
            .order_by(journal.c.at, journal.c.id)
        )
        with self.database.reading() as connection:
            return [restoring.entry(row) for row in connection.execute(query).mappings()]

    def payment_methods(self) -> tuple[PaymentMethod, ...]:
        """All payment methods, switched off ones included, in order of display."""
        return self.configured(PaymentMethod)

    def payment_method(self, method_id: UUID) -> PaymentMethod:
        """
        One payment method.

        Raises:
            NotFoundError: This site has no such payment method.
        """
        for method in self.payment_methods():
            if method.id == method_id:
                return method
        raise NotFoundError(
            f"site {self.site.code!r} has no payment method {method_id}", code="payment_method_not_found"
        )

    def shipping_methods(self) -> tuple[ShippingMethod, ...]:
        """All shipping methods, switched off ones included, in order of display."""
        return self.configured(ShippingMethod)

    def shipping_method(self, method_id: UUID) -> ShippingMethod:
        """
        One shipping method.

        Raises:
            NotFoundError: This site has no such shipping method.
        """
        for method in self.shipping_methods():
            if method.id == method_id:
                return method
        raise NotFoundError(
            f"site {self.site.code!r} has no shipping method {method_id}", code="shipping_method_not_found"
        )

    # Screens.

    def find(
        self, wanted: OrderFilter, *, after: str | None = None, before: str | None = None, limit: int = 50
    ) -> Page[OrderRow]:
        """A page of the list «Заказы», newest first, in one statement; see `OrderList.page`."""
        return OrderList(self.database, self.site, self.now).page(
            wanted, after=after, before=before, limit=limit
        )

    def find_payments(
        self, wanted: PaymentFilter, *, after: str | None = None, before: str | None = None, limit: int = 50
    ) -> Page[PaymentRow]:
        """A page of the list «Платежи», newest first, in one statement; see `PaymentList.page`."""
        return PaymentList(self.database, self.site).page(wanted, after=after, before=before, limit=limit)

    def unsettled_payments(self) -> list[UUID]:
        """The payments of which a provider may still say something new, or of a refund of them; oldest first."""
        with self.database.reading() as connection:
            return unsettled(connection, self.site.id)

    def view(self, order_id: UUID) -> OrderView:
        """
        Everything the order window shows, in at most ten statements, of a cart that was left in one more.

        Raises:
            NotFoundError: This site has no such order.
        """
        order = self.order(order_id)
        with self.database.reading() as connection:
            shipping = self._by_id(connection, ShippingMethod)
            journal = self._journal(connection, tables.journal.c.order_id == order_id)
            return OrderView(
                order=order,
                is_abandoned=is_left(order, self.now()) and not self._placed_since(connection, order),
                contact=self._contacts(connection, _c.id == order.contact_id)[0],
                shipping_method=shipping.get(order.delivery.method_id) if order.delivery.method_id else None,
                shipping_methods=shipping,
                payment_methods=self._by_id(connection, PaymentMethod),
                journal=journal,
                recipients=self._recipients(connection, order_id),
                messages=messaging.read(journal),
            )

    def contact_view(self, contact_id: UUID) -> ContactView:
        """
        A contact's profile, with all that belongs to the same person, in at most nine statements.

        Raises:
            NotFoundError: This site has no such contact.
        """
        person = self.person(contact_id)
        orders = self.find(OrderFilter(person_id=contact_id), limit=20).rows
        with self.database.reading() as connection:
            journal = self._journal(connection, _told_of(self.site, person))
            query = (
                sa.select(_o.id, _o.number, _o.currency)
                .where(_o.site_id == self.site.id, _o.contact_id.in_(person.members))
                .order_by(beside_the_index(self.database, _o.created_at).desc())
                .limit(JOURNAL_LIMIT)
            )
            named = connection.execute(query).all()
            return ContactView(
                contact=person.contacts[contact_id],
                person=person,
                journal=journal,
                order_numbers={row.id: row.number for row in named},
                order_currencies={row.id: row.currency for row in named},
                payment_methods=self._by_id(connection, PaymentMethod),
                shipping_methods=self._by_id(connection, ShippingMethod),
                orders=orders,
                details=self._details(connection, person.members),
            )

    # Pieces.

    def _placed_since(self, connection: sa.Connection, order: Order) -> bool:
        """Whether the client placed an order after the last change of this one."""
        query = sa.select(_o.id).where(
            _o.site_id == self.site.id, _o.contact_id == order.contact_id, _o.placed_at > order.changed_at
        )
        return connection.execute(query.limit(1)).first() is not None

    def _contacts(self, connection: sa.Connection, condition: sa.ColumnElement[bool]) -> list[Contact]:
        joined = sa.outerjoin(
            tables.contacts, tables.details, sa.and_(_d.site_id == _c.site_id, _d.id == _c.details_id)
        )
        query = (
            sa.select(tables.contacts, _d.name, _d.email, _d.phone)
            .select_from(joined)
            .where(_c.site_id == self.site.id, condition)
        )
        return [restoring.contact(row) for row in connection.execute(query).mappings()]

    def _by_id(self, connection: sa.Connection, of: type[C]) -> dict[UUID, C]:
        return {row.id: row for row in configuring.load(connection, self.site.id, of)}

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
        return tuple(restoring.entry(row) for row in connection.execute(query).mappings())

    def _recipients(self, connection: sa.Connection, order_id: UUID) -> dict[UUID, Recipient]:
        return {id: Recipient(**texts) for id, texts in self._versions(connection, [order_id], Recipient)}

    def _details(self, connection: sa.Connection, contact_ids: Sequence[UUID]) -> dict[UUID, ContactDetails]:
        versions = self._versions(connection, contact_ids, ContactDetails)
        return {id: ContactDetails(**texts) for id, texts in versions}

    def _versions(
        self, connection: sa.Connection, owner_ids: Sequence[UUID], kind: type[Recipient | ContactDetails]
    ) -> Iterator[tuple[UUID, dict[str, str]]]:
        """Every version of what somebody told, with the fields that *kind* has."""
        names = tuple(attribute.name for attribute in attrs.fields(kind))
        query = sa.select(_d.id, *(_d[name] for name in names)).where(
            _d.site_id == self.site.id, _d.owner_id.in_(owner_ids)
        )
        rows = connection.execute(query).mappings().all()
        return ((row["id"], {name: row[name] for name in names}) for row in rows)


def _require_whole(version: object, field: str) -> None:
    if type(version) is not int:
        raise InvalidInputError(
            f"{field} is a whole number, the version you have seen, not {type(version).__name__}",
            code="not_whole",
            field=field,
        )


def _told_of(site: Site, person: Person) -> sa.ColumnElement[bool]:
    """What the journal tells of a person, and of what links its contacts."""
    journal = tables.journal.c
    if len(person.members) == 1 and not person.history:
        return journal.contact_id == person.contact_id  # read in the order of the index, newest first
    of_site = sa.select(journal.id).where(journal.site_id == site.id)
    linked = [link.id for link in person.history]
    ways = (journal.contact_id.in_(person.members), journal.subject_id.in_(linked))
    return journal.id.in_(sa.union(*(of_site.where(way) for way in ways)))  # each by its own index
