"""Contacts: guests and leads, which of them are one person, and the profile that shows one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias
from uuid import UUID

import attrs

from orderkit.domain import contact as contacts
from orderkit.domain import people
from orderkit.domain.actor import Act, Actor
from orderkit.domain.change import Change
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.keys import Request
from orderkit.domain.people import ContactLink, Evidence
from orderkit.domain.text import clean
from orderkit.errors import ConflictError
from orderkit.storage.insisting import insist
from orderkit.storage.paging import Paging
from orderkit.storage.reading import Reader
from orderkit.storage.rows import ContactView, Person
from orderkit.storage.steps import Steps
from orderkit.storage.writing import Store

Decision: TypeAlias = "Callable[[ContactLink, Act], Change[ContactLink] | None]"


@attrs.frozen
class Contacts:
    """The contacts of one site."""

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]

    def create(self, details: ContactDetails, *, actor: Actor) -> Contact:
        """Meet somebody new; without details, a guest."""
        return self.store.save(contacts.create(details, self.acting(actor)))

    def ensure(
        self, source: str, external_ref: str, *, actor: Actor, details: ContactDetails | None = None
    ) -> Contact:
        """
        The contact known in *source* as *external_ref*, made with *details* if there is none yet.

        Raises:
            InvalidInputError: Source or reference is empty or unusable.
        """
        source = clean(source, "source", required=True)
        external_ref = clean(external_ref, "external_ref", required=True)
        found = self.reader.contact_by_ref(source, external_ref)
        if found:
            return found
        change = contacts.create(
            details or ContactDetails(), self.acting(actor), source=source, external_ref=external_ref
        )
        try:
            return self.store.save(change)
        except ConflictError:
            made_meanwhile = self.reader.contact_by_ref(source, external_ref)
            if made_meanwhile is None:
                raise
            return made_meanwhile

    def edit(
        self, contact_id: UUID, details: ContactDetails, *, actor: Actor, expected_version: int, key: str = ""
    ) -> Contact:
        """
        Follow the details by a new version; the old one is kept.

        Args:
            key: Chosen by the caller; the same request with it is answered with the contact as it stands.

        Raises:
            ConflictError: ``stale_version``, or ``key_reused``.
            NotFoundError: This site has no such contact.
        """
        return Steps(self.store, self.reader).contact(
            contact_id,
            expected_version,
            lambda contact: contacts.edit(contact, details, self.acting(actor)),
            Request.of(key, "contacts.edit", contact_id, details, expected_version),
        )

    def get(self, contact_id: UUID) -> Contact:
        """
        One contact with the newest details.

        Raises:
            NotFoundError: This site has no such contact.
        """
        return self.reader.contact(contact_id)

    def by_ref(self, source: str, external_ref: str) -> Contact | None:
        """The contact imported from *source* under *external_ref*; ``None`` if there is none."""
        return self.reader.contact_by_ref(clean(source, "source"), clean(external_ref, "external_ref"))

    def find(self, text: str, *, limit: int = 20) -> tuple[Contact, ...]:
        """
        Contacts by at least three characters of a name, e-mail or phone, or by the number of an order; newest first.

        Args:
            limit: 1 to 200.

        Raises:
            InvalidInputError: Unusable text, or a limit out of bounds.
        """
        wanted = Paging(after=None, before=None, limit=limit)
        return self.reader.find_contacts(clean(text, "text"), wanted.limit)

    def link(self, contact_id: UUID, other_id: UUID, *, actor: Actor, key: str = "") -> ContactLink:
        """
        Say that two contacts are one person; a claim or a suggestion between them is confirmed by it.

        Orders and journals stay with their contacts, and are shown together. Where the two are linked so already,
        nothing is changed.

        Args:
            key: Chosen by the caller; the same request with it is answered with the link as it stands.

        Raises:
            InvalidInputError: Both are one contact (``same_contact``).
            TransitionRefusedError: Linking is not for *actor* (``not_by_this_actor``).
            NotFoundError: This site has no such contact.
            ConflictError: ``key_reused``.
        """
        request = Request.of(key, "contacts.link", contact_id, other_id)

        def step() -> ContactLink:
            if request and (entry := self.reader.replayed(request.key, request.fingerprint)):
                assert entry.subject_id is not None  # a link is what was changed
                return self.reader.contact_link(entry.subject_id)
            history = self.reader.contact_links(contact_id, other_id)
            change = people.link(contact_id, other_id, Evidence.STAFF, history, self.acting(actor))
            if change is None:
                return next(link for link in history if link.is_live)
            return self.store.save(change.with_key(request.key, request.fingerprint) if request else change)

        return insist(step)

    def confirm(self, link_id: UUID, *, actor: Actor, expected_version: int, key: str = "") -> ContactLink:
        """
        Say of a claim or a suggestion that the two contacts are one person indeed.

        Args:
            key: Chosen by the caller; the same request with it is answered with the link as it stands.

        Raises:
            TransitionRefusedError: It ended (``link_ended``), or this is not for *actor* (``not_by_this_actor``).
            NotFoundError: This site has no such link.
            ConflictError: ``stale_version``, or ``key_reused``.
        """
        return self._decide("contacts.confirm", people.confirm, link_id, actor, expected_version, key)

    def unlink(self, link_id: UUID, *, actor: Actor, expected_version: int, key: str = "") -> ContactLink:
        """
        Say of two linked contacts that they are not one person; each has then what it had before.

        The same evidence only suggests them from now on, until staff link them again.

        Args:
            key: Chosen by the caller; the same request with it is answered with the link as it stands.

        Raises:
            TransitionRefusedError: It is a suggestion (``not_linked``), or this is not for *actor*
                (``not_by_this_actor``).
            NotFoundError: This site has no such link.
            ConflictError: ``stale_version``, or ``key_reused``.
        """
        return self._decide("contacts.unlink", people.unlink, link_id, actor, expected_version, key)

    def dismiss(self, link_id: UUID, *, actor: Actor, expected_version: int, key: str = "") -> ContactLink:
        """
        Turn a suggestion down: they are two people. The same evidence suggests them no more.

        Args:
            key: Chosen by the caller; the same request with it is answered with the link as it stands.

        Raises:
            TransitionRefusedError: It joins the two by now (``not_suggested``), or this is not for *actor*
                (``not_by_this_actor``).
            NotFoundError: This site has no such link.
            ConflictError: ``stale_version``, or ``key_reused``.
        """
        return self._decide("contacts.dismiss", people.dismiss, link_id, actor, expected_version, key)

    def person(self, contact_id: UUID) -> Person:
        """
        Who a contact is, as the desk sees it: the contacts that are one person with it, and those that may be.

        For staff alone: what somebody typed is among the evidence.

        Raises:
            NotFoundError: This site has no such contact.
        """
        return self.reader.person(contact_id)

    def view(self, contact_id: UUID) -> ContactView:
        """
        The profile: details, and the journal and orders of the whole person.

        Raises:
            NotFoundError: This site has no such contact.
        """
        return self.reader.contact_view(contact_id)

    def _decide(
        self, verb: str, decision: Decision, link_id: UUID, actor: Actor, expected_version: int, key: str
    ) -> ContactLink:
        return Steps(self.store, self.reader).take(
            lambda: self.reader.contact_link_at(link_id, expected_version),
            lambda link: decision(link, self.acting(actor)),
            Request.of(key, verb, link_id, expected_version),
            lambda: self.reader.contact_link(link_id),
        )
