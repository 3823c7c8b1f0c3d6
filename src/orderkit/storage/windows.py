"""What the order window and a contact's profile show, read at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain import messaging
from orderkit.domain.abandoning import is_left
from orderkit.domain.configuring import C
from orderkit.domain.contact import ContactDetails
from orderkit.domain.delivery import Recipient
from orderkit.domain.journal import JournalEntry
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.order import Order
from orderkit.domain.site import Site
from orderkit.storage import configuring, restoring, tables
from orderkit.storage.database import Database
from orderkit.storage.loading import load_contacts
from orderkit.storage.rows import JOURNAL_LIMIT, ContactView, OrderRow, OrderView, Person
from orderkit.storage.searching import beside_the_index

_o, _c, _d = tables.orders.c, tables.contacts.c, tables.details.c


@attrs.frozen
class Windows:
    """Reads one order, or one person, with all that is shown beside them."""

    database: Database
    site: Site

    def order(self, order: Order, now: datetime) -> OrderView:
        """Everything the order window shows, in five statements, of a cart that was left in one more."""
        with self.database.reading() as connection:
            shipping = self._by_id(connection, ShippingMethod)
            journal = self._journal(connection, tables.journal.c.order_id == order.id)
            [contact] = load_contacts(connection, self.site.id, _c.id == order.contact_id)
            return OrderView(
                order=order,
                is_abandoned=is_left(order, now) and not self._placed_since(connection, order),
                contact=contact,
                shipping_method=shipping.get(order.delivery.method_id) if order.delivery.method_id else None,
                shipping_methods=shipping,
                payment_methods=self._by_id(connection, PaymentMethod),
                journal=journal,
                recipients=self._recipients(connection, order.id),
                messages=messaging.read(journal),
            )

    def contact(self, person: Person, orders: tuple[OrderRow, ...]) -> ContactView:
        """A contact's profile: the journal and the details of the whole person beside these *orders*."""
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
                contact=person.contacts[person.contact_id],
                person=person,
                journal=journal,
                order_numbers={row.id: row.number for row in named},
                order_currencies={row.id: row.currency for row in named},
                payment_methods=self._by_id(connection, PaymentMethod),
                shipping_methods=self._by_id(connection, ShippingMethod),
                orders=orders,
                details=self._details(connection, person.members),
            )

    def _placed_since(self, connection: sa.Connection, order: Order) -> bool:
        """Whether the client placed an order after the last change of this one."""
        query = sa.select(_o.id).where(
            _o.site_id == self.site.id, _o.contact_id == order.contact_id, _o.placed_at > order.changed_at
        )
        return connection.execute(query.limit(1)).first() is not None

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


def _told_of(site: Site, person: Person) -> sa.ColumnElement[bool]:
    """What the journal tells of a person, and of what links its contacts."""
    journal = tables.journal.c
    if len(person.members) == 1 and not person.history:
        return journal.contact_id == person.contact_id  # read in the order of the index, newest first
    of_site = sa.select(journal.id).where(journal.site_id == site.id)
    linked = [link.id for link in person.history]
    ways = (journal.contact_id.in_(person.members), journal.subject_id.in_(linked))
    return journal.id.in_(sa.union(*(of_site.where(way) for way in ways)))  # each by its own index
