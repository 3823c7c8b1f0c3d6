"""Who is one person with whom, and whom typed details resemble: the links of contacts, read however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.actor import Actor
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.people import CROWD, JOINING, Alike, ContactLink, Evidence, Strength
from orderkit.domain.site import Site
from orderkit.errors import NotFoundError
from orderkit.storage import records, restoring, tables
from orderkit.storage.database import Database
from orderkit.storage.loading import contacts_where, load_contacts
from orderkit.storage.rows import Person
from orderkit.storage.searching import Search, beside_the_index

MOST_LINKS = 1000
"""So many links are read at once; a person whom more of them join is not shown whole, and joined by no claim."""

_c, _d, _l = tables.contacts.c, tables.details.c, tables.contact_links.c


@attrs.frozen
class Persons:
    """The people of one site."""

    database: Database
    site: Site

    def link(self, link_id: UUID) -> ContactLink:
        """
        One link, live or ended.

        Raises:
            NotFoundError: This site has no such link.
        """
        found = self._find(_l.id == link_id)
        if not found:
            raise NotFoundError(f"site {self.site.code!r} has no link {link_id}", code="link_not_found")
        return found[0]

    def between(self, contact_id: UUID, other_id: UUID) -> tuple[ContactLink, ...]:
        """The links that two contacts have and had, oldest first."""
        first, second = sorted((contact_id, other_id))
        return self._find(_l.contact_id == first, _l.other_id == second)

    def alike(self, details: ContactDetails, *contact_ids: UUID) -> Alike:
        """
        Whom details resemble that were typed, in two statements, whether there is anybody or not.

        Args:
            contact_ids: Whose links are read besides: who typed, and whoever that may become.
        """
        hits: dict[str, list[UUID]] = {evidence: [] for evidence in _KEYS}
        with self.database.reading() as connection:
            asked = {"site": self.site.id, **records.keys_of(details)}
            for row in connection.execute(_RESEMBLING, asked):
                hits[row.evidence].append(row.owner_id)
            links = self._links(connection, {*contact_ids, *(id for ids in hits.values() for id in ids)})
        email, phone, name = (tuple(hits[evidence]) for evidence in _KEYS)
        return Alike(email, phone, name, links)

    def person(self, contact_id: UUID) -> Person:
        """
        Who a contact is, in at most three statements.

        Raises:
            NotFoundError: This site has no such contact.
        """
        with self.database.reading() as connection:
            found = self._links(connection, [contact_id])
            live = [link for link in found if link.is_live]
            members = _reached(contact_id, [link for link in live if link.joins])
            suggestions = [link for link in live if not link.joins and not link.pair <= members]
            shown = [link for link in live if link.joins] + suggestions[::-1]
            history = [link for link in found if link.pair & members]
            named = members.union(*(link.pair for link in history))
            contacts = {
                contact.id: contact
                for contact in load_contacts(connection, self.site.id, _c.id.in_(list(named)))
            }
            told = self._told(connection, shown) if shown else {}
        if contact_id not in contacts:
            raise NotFoundError(
                f"site {self.site.code!r} has no contact {contact_id}", code="contact_not_found"
            )
        met = sorted(members & contacts.keys(), key=lambda id: (contacts[id].created_at, id))
        return Person(
            contact_id=contact_id,
            members=(contact_id, *(id for id in met if id != contact_id)),
            links=tuple(link for link in shown if link.joins),
            suggestions=tuple(link for link in shown if not link.joins),
            contacts=contacts,
            told=told,
            history=tuple(history),
            is_whole=len(found) < MOST_LINKS,
        )

    def find(self, text: str, limit: int) -> tuple[Contact, ...]:
        """Contacts by what is known of them, or by the number of an order; the newest first, in one statement."""
        hits = Search(self.database, self.site).contacts(text).subquery()
        newest = (beside_the_index(self.database, _c.created_at).desc(), _c.id.desc())
        query = contacts_where(self.site.id, _c.id.in_(sa.select(hits.c[0])))
        with self.database.reading() as connection:
            rows = connection.execute(query.order_by(*newest).limit(limit)).mappings()
            return tuple(restoring.contact(row) for row in rows)

    def _find(self, *conditions: sa.ColumnElement[bool]) -> tuple[ContactLink, ...]:
        query = sa.select(tables.contact_links).where(_l.site_id == self.site.id, *conditions)
        with self.database.reading() as connection:
            rows = connection.execute(query.order_by(_l.created_at, _l.id)).mappings()
            return tuple(restoring.contact_link(row) for row in rows)

    def _links(self, connection: sa.Connection, contact_ids: Iterable[UUID]) -> tuple[ContactLink, ...]:
        """Every link, ended ones too, of contacts and of all who are one person with them, oldest first."""
        person = joined_with(self.database, self.site, list(contact_ids), JOINING)
        ends = [
            sa.select(tables.contact_links).where(_l.site_id == self.site.id, end.in_(sa.select(person.c.id)))
            for end in (_l.contact_id, _l.other_id)
        ]
        rows = connection.execute(sa.union(*ends).limit(MOST_LINKS)).mappings()
        links = [restoring.contact_link(row) for row in rows]
        return tuple(sorted(links, key=lambda link: (link.created_at, link.id)))

    def _told(self, connection: sa.Connection, links: Sequence[ContactLink]) -> dict[UUID, Actor]:
        journal = tables.journal.c
        query = (
            sa.select(tables.journal)
            .where(journal.site_id == self.site.id, journal.subject_id.in_([link.id for link in links]))
            .order_by(journal.version)
        )
        entries = [restoring.entry(row) for row in connection.execute(query).mappings()]
        return {entry.subject_id: entry.actor for entry in entries if entry.subject_id}


def joined_with(
    database: Database, site: Site, contact_ids: Sequence[UUID], strengths: Sequence[Strength]
) -> sa.CTE:
    """
    The ids of contacts and of all that live links of such strength join with them; the contacts themselves too.

    Either end of a link is found by its own index: PostgreSQL does that for one step with an OR, and knows no second
    step; SQLite would walk all links for it, and does two.
    """
    person = (
        sa.select(_c.id.label("id"))
        .where(_c.site_id == site.id, _c.id.in_(contact_ids))
        .cte("person", recursive=True)
    )
    live = (
        _l.site_id == site.id,
        _l.ended_at.is_(None),
        _l.strength.in_([sa.literal(strength.value, literal_execute=True) for strength in strengths]),
    )
    to_other, to_first = _l.contact_id == person.c.id, _l.other_id == person.c.id
    if database.dialect == "sqlite":
        return person.union(
            sa.select(_l.other_id).where(*live, to_other), sa.select(_l.contact_id).where(*live, to_first)
        )
    other = sa.case((to_other, _l.other_id), else_=_l.contact_id)
    return person.union(sa.select(other).where(*live, sa.or_(to_other, to_first)))


def _reached(start: UUID, links: Sequence[ContactLink]) -> frozenset[UUID]:
    """The contacts that *links* join with one."""
    reached, found = frozenset((start,)), frozenset[UUID]()
    while reached != found:
        found = reached
        reached = reached.union(*(link.pair for link in links if link.pair & found))
    return reached


_KEYS = {Evidence.EMAIL: _d.email_key, Evidence.PHONE: _d.phone_key, Evidence.NAME: _d.name_key}
"""Evidence → the column that is compared."""


def _resembling() -> sa.CompoundSelect[Any]:
    """The first leads whose newest details have each key; a key that is none has nobody."""
    newest = sa.and_(_c.site_id == _d.site_id, _c.id == _d.owner_id, _c.details_id == _d.id)
    found = [
        sa.select(sa.literal(evidence.value, literal_execute=True).label("evidence"), _d.owner_id)
        .join(tables.contacts, newest)
        .where(
            _d.site_id == sa.bindparam("site"),
            key == sa.bindparam(key.name, type_=key.type),
        )
        .order_by(_d.owner_id)
        .limit(sa.literal(CROWD + 1, literal_execute=True))
        .subquery()
        for evidence, key in _KEYS.items()
    ]
    return sa.union_all(*(sa.select(one) for one in found))


_RESEMBLING = _resembling()
"""Made once: to put a statement together costs as much as to run it."""
