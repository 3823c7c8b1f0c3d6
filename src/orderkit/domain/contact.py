"""Contacts: people as the desk knows them. A guest has no details; details make a lead."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.change import Change, changed, created
from orderkit.domain.journal import Snapshot
from orderkit.domain.text import clean, clean_words
from orderkit.errors import InvalidInputError


@attrs.frozen(slots=True)
class ContactDetails:
    """
    What a person told of themselves; kept as typed, but for numbers of cards.

    One version of it is never changed, only followed by another.
    """

    name: str = ""
    email: str = ""
    phone: str = ""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "name", clean_words(self.name, "contact.name"))
        for field in ("email", "phone"):
            object.__setattr__(self, field, clean(getattr(self, field), f"contact.{field}"))

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone)


@attrs.frozen(slots=True)
class Contact:
    """
    A person, or a visitor of whom only actions are known.

    Attributes:
        details: The newest version; empty for a guest.
        details_id: The id of that version; ``None`` for a guest.
        source: Where an imported contact came from, with *external_ref* its identifier there.
    """

    id: UUID
    created_at: datetime
    version: int = 1
    details: ContactDetails = ContactDetails()
    details_id: UUID | None = None
    source: str = ""
    external_ref: str = ""

    @property
    def is_lead(self) -> bool:
        """Whether a name, an e-mail or a phone is known."""
        return bool(self.details)

    @property
    def order_id(self) -> None:
        """A contact is no part of an order."""
        return

    @property
    def contact_id(self) -> UUID:
        """Itself: its changes stand in its journal."""
        return self.id

    def snapshot(self) -> Snapshot:
        """The journalled fields; details by the id of their version."""
        fields = {
            "details": self.details_id and str(self.details_id),
            "source": self.source,
            "external_ref": self.external_ref,
        }
        return {field: value for field, value in fields.items() if value}


def create(details: ContactDetails, act: Act, *, source: str = "", external_ref: str = "") -> Change[Contact]:
    """Meet somebody new; without details, a guest."""
    contact = Contact(
        id=act.new_id(),
        created_at=act.at,
        details=details,
        details_id=act.new_id() if details else None,
        source=clean(source, "source"),
        external_ref=clean(external_ref, "external_ref"),
    )
    return created(contact, "contact.created", act, contact.snapshot())


def edit(contact: Contact, details: ContactDetails, act: Act) -> Change[Contact] | None:
    """Follow the details by a new version; ``None`` if they are the same."""
    if details == contact.details:
        return None
    after = attrs.evolve(contact, details=details, details_id=act.new_id() if details else None)
    return changed(contact, after, "contact.edited", act)


def or_nobody(contact: ContactDetails | None) -> ContactDetails:
    """
    The details of somebody new, none for a guest.

    Raises:
        InvalidInputError: ``wrong_type``: neither of them, nor the id of a contact.
    """
    if contact is not None and not isinstance(contact, ContactDetails):
        raise InvalidInputError(
            f"contact must be ContactDetails, the id of a contact or None, not {type(contact).__name__}",
            code="wrong_type",
            field="contact",
        )
    return contact or ContactDetails()
