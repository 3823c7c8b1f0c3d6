"""Contacts: guests and leads, and the profile that shows one."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import attrs

from orderkit.domain import contact as contacts
from orderkit.domain.actor import Act, Actor
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.keys import Request
from orderkit.domain.text import clean
from orderkit.errors import ConflictError
from orderkit.storage.reading import Reader
from orderkit.storage.rows import ContactView
from orderkit.storage.steps import Steps
from orderkit.storage.writing import Store


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

    def view(self, contact_id: UUID) -> ContactView:
        """
        The profile: details, journal, orders.

        Raises:
            NotFoundError: This site has no such contact.
        """
        return self.reader.contact_view(contact_id)
