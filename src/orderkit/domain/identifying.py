"""Who somebody is: what typed details and a login say of a visitor, and what follows from that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs

from orderkit.domain import contact as contacts
from orderkit.domain import visitor as visitors
from orderkit.domain.actor import Act
from orderkit.domain.change import Change
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.visitor import CUSTOMERS, CustomerRef, Visitor


@attrs.frozen(slots=True)
class Identified:
    """
    Whom something belongs to.

    Attributes:
        contact_id: The contact.
        changes: What is to be stored in the same commit: contacts met or edited, the visitor moved.
    """

    contact_id: UUID
    changes: tuple[Change[Any], ...] = ()


def identify(visitor: Visitor, contact: Contact, details: ContactDetails, act: Act) -> Identified:
    """
    Decide whom an order belongs to whose buyer typed these details.

    A guest becomes a lead. A lead who typed something new gets a new version of its details; what is left empty
    stays. Another e-mail is somebody else at the same browser, whom the visitor's acts belong to from then on; but
    not where a customer is signed in: a login says more than an e-mail.

    Args:
        contact: The visitor's own.
    """
    typed = _followed(contact.details, details)
    if contact.is_lead and not visitor.customer and _contradicts(contact.details, details):
        newcomer = contacts.create(details, act)
        moved = visitors.move(visitor, newcomer.after.id, act)
        assert moved is not None  # nobody has met the newcomer before
        return Identified(newcomer.after.id, (newcomer, moved))
    edited = contacts.edit(contact, typed, act)
    return Identified(contact.id, (edited,) if edited else ())


def sign_in(
    visitor: Visitor, known: Contact | None, customer: CustomerRef, token_hash: str, act: Act
) -> Identified:
    """
    Decide whose acts are those of a visitor who signed in at the host: the host's customer's.

    What the host says of its customer follows the details known so far; what it leaves empty stays.

    Args:
        known: The contact of that customer, if there is one.
    """
    if known is None:
        change: Change[Contact] | None = contacts.create(
            customer.details, act, source=CUSTOMERS, external_ref=customer.id
        )
        assert change is not None  # somebody new
        known = change.after
    else:
        change = contacts.edit(known, _followed(known.details, customer.details), act)
    signed_in = visitors.sign_in(visitor, customer, known.id, token_hash, act)
    return Identified(known.id, (signed_in, *([change] if change else [])))


def _followed(before: ContactDetails, typed: ContactDetails) -> ContactDetails:
    """What was typed, and what was known where nothing was."""
    return ContactDetails(
        name=typed.name or before.name, email=typed.email or before.email, phone=typed.phone or before.phone
    )


def _contradicts(known: ContactDetails, typed: ContactDetails) -> bool:
    return bool(known.email and typed.email) and known.email.casefold() != typed.email.casefold()
