"""
All that is read, as one set of queries: single aggregates for the services, rows for the screens.

Each method runs a fixed number of statements, whatever the number of rows. Pages are found by key, never by offset.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.change import Aggregate
from orderkit.domain.configuring import C
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.journal import JournalEntry
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.order import Order
from orderkit.domain.people import Alike, ContactLink
from orderkit.domain.site import Site
from orderkit.errors import NotFoundError
from orderkit.storage import configuring, tables
from orderkit.storage.database import Database
from orderkit.storage.journalling import Journal
from orderkit.storage.listing import OrderList
from orderkit.storage.loading import load_contacts, load_orders
from orderkit.storage.payment_listing import PaymentList, unsettled
from orderkit.storage.persons import Persons
from orderkit.storage.rows import (
    ContactView,
    OrderFilter,
    OrderRow,
    OrderView,
    Page,
    PaymentFilter,
    PaymentRow,
    Person,
)
from orderkit.storage.windows import Windows

_o, _c = tables.orders.c, tables.contacts.c


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
            found = load_contacts(connection, self.site.id, _c.id == contact_id)
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
            found = load_contacts(
                connection, self.site.id, _c.source == source, _c.external_ref == external_ref
            )
        return found[0] if found else None

    def contact_link(self, link_id: UUID) -> ContactLink:
        """One link of two contacts, live or ended; see `Persons.link`."""
        return self._people.link(link_id)

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
        return self._people.between(contact_id, other_id)

    def alike(self, details: ContactDetails, *contact_ids: UUID) -> Alike:
        """Whom details resemble that were typed; see `Persons.alike`."""
        return self._people.alike(details, *contact_ids)

    def find_contacts(self, text: str, limit: int) -> tuple[Contact, ...]:
        """Contacts by what is known of them; see `Persons.find`."""
        return self._people.find(text, limit)

    def person(self, contact_id: UUID) -> Person:
        """Who a contact is; see `Persons.person`."""
        return self._people.person(contact_id)

    # What was done, and under which key; see `Journal`.

    def replayed(self, key: str, fingerprint: str) -> JournalEntry | None:
        """What an earlier call with the same key left; see `Journal.replayed`."""
        return self._log.replayed(key, fingerprint)

    def done_under(self, key: str) -> JournalEntry | None:
        """What a call with that key left; see `Journal.done_under`."""
        return self._log.done_under(key)

    def require_version(self, name: str, aggregate: Aggregate, expected: int) -> None:
        """Refuse another version than the caller has seen; see `Journal.require_version`."""
        self._log.require_version(name, aggregate, expected)

    def changes_since(self, subject_id: UUID, seen_version: int) -> list[JournalEntry]:
        """What was done after the version the caller has seen; see `Journal.changes_since`."""
        return self._log.changes_since(subject_id, seen_version)

    def last_of(self, order_id: UUID, kinds: Collection[str]) -> JournalEntry | None:
        """The newest entry of these kinds; see `Journal.last_of`."""
        return self._log.last_of(order_id, kinds)

    def told_of(self, order_id: UUID, kinds: Collection[str]) -> list[JournalEntry]:
        """All entries of these kinds; see `Journal.told_of`."""
        return self._log.told_of(order_id, kinds)

    # What the admin configured.

    def configured(self, of: type[C]) -> tuple[C, ...]:
        """All rows of one class that the admin configured, switched off ones included, in order of display."""
        with self.database.reading() as connection:
            return tuple(configuring.load(connection, self.site.id, of))

    def payment_methods(self) -> tuple[PaymentMethod, ...]:
        """All payment methods, switched off ones included, in order of display."""
        return self.configured(PaymentMethod)

    def payment_method(self, method_id: UUID) -> PaymentMethod:
        """
        One payment method.

        Raises:
            NotFoundError: This site has no such payment method.
        """
        return self._one(PaymentMethod, method_id)

    def shipping_methods(self) -> tuple[ShippingMethod, ...]:
        """All shipping methods, switched off ones included, in order of display."""
        return self.configured(ShippingMethod)

    def shipping_method(self, method_id: UUID) -> ShippingMethod:
        """
        One shipping method.

        Raises:
            NotFoundError: This site has no such shipping method.
        """
        return self._one(ShippingMethod, method_id)

    def _one(self, of: type[C], row_id: UUID) -> C:
        for row in self.configured(of):
            if row.id == row_id:
                return row
        noun = of.noun.replace("_", " ")
        raise NotFoundError(f"site {self.site.code!r} has no {noun} {row_id}", code=f"{of.noun}_not_found")

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

    def cancelling(self) -> list[UUID]:
        """The orders that are being cancelled."""
        query = sa.select(_o.id).where(_o.site_id == self.site.id, _o.cancelling_id.is_not(None))
        with self.database.reading() as connection:
            return sorted(connection.execute(query).scalars())

    def view(self, order_id: UUID) -> OrderView:
        """
        Everything the order window shows, in at most ten statements, of a cart that was left in one more.

        Raises:
            NotFoundError: This site has no such order.
        """
        return Windows(self.database, self.site).order(self.order(order_id), self.now())

    def contact_view(self, contact_id: UUID) -> ContactView:
        """
        A contact's profile, with all that belongs to the same person, in at most nine statements.

        Raises:
            NotFoundError: This site has no such contact.
        """
        person = self.person(contact_id)
        orders = self.find(OrderFilter(person_id=contact_id), limit=20).rows
        return Windows(self.database, self.site).contact(person, orders)

    @property
    def _log(self) -> Journal:
        return Journal(self.database, self.site)

    @property
    def _people(self) -> Persons:
        return Persons(self.database, self.site)
