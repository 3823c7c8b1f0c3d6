"""Who somebody is: what typed details and a login say of a visitor, and what follows from that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import attrs

from orderkit.domain import contact as contacts
from orderkit.domain import people
from orderkit.domain import visitor as visitors
from orderkit.domain.actor import Act
from orderkit.domain.change import Change
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.likeness import email_key, phone_key
from orderkit.domain.people import Alike, ContactLink, Evidence
from orderkit.domain.visitor import CUSTOMERS, CustomerRef, Visitor

NOBODY = Alike()


@attrs.frozen(slots=True)
class Identified:
    """
    Whom something belongs to.

    Attributes:
        contact_id: The contact.
        changes: What is to be stored in the same commit: contacts met, edited or linked, the visitor moved.
    """

    contact_id: UUID
    changes: tuple[Change[Any], ...] = ()


def identify(
    visitor: Visitor, contact: Contact, details: ContactDetails, act: Act, *, alike: Alike = NOBODY
) -> Identified:
    """
    Decide whom an order belongs to whose buyer typed these details.

    A guest becomes a lead. A lead who typed something new gets a new version of its details; what is left empty
    stays. Another e-mail, or neither e-mail nor phone the same, is somebody else at the same browser, whom the
    visitor's acts belong to from then on: a later login must not prove more than it can. Not so where a customer is
    signed in: a login says more than what is typed, and that only fills what is empty, see `believed`. Those whom the
    details resemble are linked or suggested, for the desk alone, and nothing of theirs is changed.

    Args:
        contact: The visitor's own.
        alike: Whom the `believed` details resemble.
    """
    typed = followed(contact.details, believed(visitor, contact, details))
    if not visitor.customer and _is_another(contact.details, details):
        newcomer = contacts.create(details, act)
        moved = visitors.move(visitor, newcomer.after.id, act)
        assert moved is not None  # nobody has met the newcomer before
        linked = people.recognise(newcomer.after.id, alike, act, beside=contact.id)
        return Identified(newcomer.after.id, (newcomer, moved, *linked))
    edited = contacts.edit(contact, typed, act)
    linked = people.recognise(contact.id, alike, act)
    return Identified(contact.id, (*([edited] if edited else []), *linked))


def followed(before: ContactDetails, news: ContactDetails) -> ContactDetails:
    """The news, and what was known before where there are none."""
    return ContactDetails(
        name=news.name or before.name, email=news.email or before.email, phone=news.phone or before.phone
    )


def believed(visitor: Visitor, contact: Contact, typed: ContactDetails) -> ContactDetails:
    """
    What of typed details is said of the visitor's own contact: all, of a guest.

    Of a customer who is signed in the host has told already, and whoever buys for somebody else types theirs.
    """
    return followed(typed, contact.details) if visitor.customer else typed


def follow(
    known: Contact, customer: CustomerRef, act: Act, *, alike: Alike = NOBODY
) -> tuple[Change[Any], ...]:
    """
    Let the contact of the host's customer follow what the host says by now; nothing where that is known.

    Args:
        alike: Whom the details of the customer resemble.
    """
    change = contacts.edit(known, followed(known.details, customer.details), act)
    return (change, *people.recognise(known.id, alike, act)) if change else ()


def sign_in(
    visitor: Visitor,
    before: Contact,
    known: Contact | None,
    customer: CustomerRef,
    token_hash: str,
    act: Act,
    *,
    alike: Alike = NOBODY,
) -> Identified:
    """
    Decide whose acts are those of a visitor who signed in at the host: the host's customer's.

    What the host says of its customer follows the details known so far; what it leaves empty stays. The contact that
    the visitor was before is that customer, proven by the login, where nothing was typed for it, or what the host says
    too; else only perhaps: somebody else may have sat there.

    Args:
        before: The visitor's own contact until now.
        known: The contact of that customer, if there is one.
        alike: Whom the details of the customer resemble, and the links of both contacts.
    """
    if known is None:
        change: Change[Contact] | None = contacts.create(
            customer.details, act, source=CUSTOMERS, external_ref=customer.id
        )
        assert change is not None  # somebody new
        known = change.after
    else:
        change = contacts.edit(known, followed(known.details, customer.details), act)
    signed_in = visitors.sign_in(visitor, customer, known.id, token_hash, act)
    linked = _by_login(visitor, before, known, customer.details, alike, act)
    if change:
        links = (*alike.links, *(one.after for one in linked))
        linked += people.recognise(known.id, attrs.evolve(alike, links=links), act)
    return Identified(known.id, (signed_in, *([change] if change else []), *linked))


def _by_login(
    visitor: Visitor, before: Contact, customer: Contact, host_says: ContactDetails, alike: Alike, act: Act
) -> tuple[Change[ContactLink], ...]:
    """What a login proves of the contact that a visitor was before; of another customer's it proves nothing."""
    if visitor.customer or before.source == CUSTOMERS or before.id == customer.id:
        return ()
    evidence = Evidence.LOGIN if _is_said_of(before.details, host_says) else Evidence.COOKIE
    history = [one for one in alike.links if one.pair == {before.id, customer.id}]
    change = people.link(before.id, customer.id, evidence, history, act)
    return (change,) if change else ()


def _is_said_of(typed: ContactDetails, known: ContactDetails) -> bool:
    """Whether what was typed is of whom is known: nothing at all, or the same e-mail or phone and no other e-mail."""
    if _contradicts(known, typed):
        return False
    return not typed or _is_same(_email(typed), _email(known)) or _is_same(_phone(typed), _phone(known))


def _is_another(known: ContactDetails, typed: ContactDetails) -> bool:
    """Whether somebody else may have typed it than whom is known; a name alone tells nobody from anybody."""
    return bool(typed.email or typed.phone) and not _is_said_of(known, typed)


def _contradicts(known: ContactDetails, typed: ContactDetails) -> bool:
    one, other = _email(known), _email(typed)
    return bool(one and other) and one != other


def _is_same(one: str, other: str) -> bool:
    return bool(one) and one == other


def _email(details: ContactDetails) -> str:
    return email_key(details.email) or details.email.casefold()


def _phone(details: ContactDetails) -> str:
    return phone_key(details.phone) or details.phone.casefold()
