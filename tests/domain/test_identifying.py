"""Who somebody is, after what they typed and where they logged in."""

from uuid import UUID

import attrs
import pytest

from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.identifying import identify, sign_in
from orderkit.domain.visitor import CUSTOMERS, CustomerRef, Visitor
from tests.domain.making import NOW, PERSON, act

ANNA = ContactDetails("Анна Ким", "anna@example.com", "8 912 345-67-89")
GUEST = Contact(PERSON, NOW)
LEAD = Contact(PERSON, NOW, 2, ANNA, UUID(int=9))
VISITOR = Visitor(UUID(int=7), "a" * 64, PERSON, NOW)
SIGNED_IN = attrs.evolve(VISITOR, customer="42")


@pytest.mark.parametrize("visitor", [VISITOR, SIGNED_IN])
def test_a_guest_becomes_a_lead(visitor: Visitor) -> None:
    """The first details are those of the visitor's own contact."""
    who = identify(visitor, GUEST, ANNA, act())
    [change] = who.changes

    assert (PERSON, ANNA, "contact.edited") == (who.contact_id, change.after.details, change.entry.kind)


@pytest.mark.parametrize("contact", [GUEST, LEAD])
def test_nothing_typed(contact: Contact) -> None:
    """Empty details take nothing away and change nobody."""
    who = identify(VISITOR, contact, ContactDetails(), act())

    assert (PERSON, ()) == (who.contact_id, who.changes)


@pytest.mark.parametrize(
    ("typed", "details"),
    [
        (ANNA, None),
        (ContactDetails("Анна Ким"), None),
        (ContactDetails("", "anna@example.com"), None),
        (ContactDetails("Анна Пак", "Anna@Example.com"), ContactDetails("Анна Пак", "Anna@Example.com", ANNA.phone)),
        (ContactDetails(phone="+7 900 000-00-00"), attrs.evolve(ANNA, phone="+7 900 000-00-00")),
    ],
)  # fmt: skip
def test_something_new(typed: ContactDetails, details: ContactDetails | None) -> None:
    """A lead is followed by what is new; what was left empty stays, and what was known is no news."""
    who = identify(VISITOR, LEAD, typed, act())

    assert PERSON == who.contact_id
    assert [details] * (details is not None) == [change.after.details for change in who.changes]


def test_the_first_email() -> None:
    """A lead without an e-mail gets one: nothing contradicts it."""
    by_phone = attrs.evolve(LEAD, details=ContactDetails(phone=ANNA.phone))
    who = identify(VISITOR, by_phone, ANNA, act())

    assert (PERSON, [ANNA]) == (who.contact_id, [change.after.details for change in who.changes])


def test_another_email() -> None:
    """Somebody else at the same browser is a new contact, and the visitor is theirs; the first is left alone."""
    boris = ContactDetails("Борис", "boris@example.com")
    who = identify(VISITOR, LEAD, boris, act())
    met, moved = who.changes

    assert who.contact_id not in (PERSON, None)
    assert (boris, who.contact_id) == (met.after.details, met.after.id)
    assert attrs.evolve(VISITOR, contact_id=who.contact_id, version=2) == moved.after


def test_another_email_of_a_customer() -> None:
    """A login says more than an e-mail: it is a new one of the same person."""
    typed = ContactDetails(email="office@example.com")
    who = identify(SIGNED_IN, LEAD, typed, act())

    assert PERSON == who.contact_id
    assert [attrs.evolve(ANNA, email="office@example.com")] == [
        change.after.details for change in who.changes
    ]


def test_a_new_customer() -> None:
    """The host's customer is a contact of its own, found again by the host's id."""
    who = sign_in(VISITOR, None, CustomerRef("42", ANNA), "b" * 64, act())
    visitor, met = who.changes

    assert (CUSTOMERS, "42", ANNA) == (met.after.source, met.after.external_ref, met.after.details)
    assert (who.contact_id, "42") == (visitor.after.contact_id, visitor.after.customer)
    assert who.contact_id == met.after.id != PERSON


def test_a_known_customer() -> None:
    """What the host says of its customer follows what was known; what it does not say stays."""
    known = attrs.evolve(LEAD, id=UUID(int=11))
    told = CustomerRef("42", ContactDetails("Анна Пак"))
    visitor, edited = sign_in(VISITOR, known, told, "b" * 64, act()).changes
    [alone] = sign_in(VISITOR, known, CustomerRef("42", ANNA), "b" * 64, act()).changes

    assert attrs.evolve(ANNA, name="Анна Пак") == edited.after.details
    assert [known.id] * 2 == [visitor.after.contact_id, alone.after.contact_id]
