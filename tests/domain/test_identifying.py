"""Who somebody is, after what they typed and where they logged in."""

from uuid import UUID

import attrs
import pytest

from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.identifying import believed, follow, identify, sign_in
from orderkit.domain.people import Alike, ContactLink, Evidence, Strength
from orderkit.domain.visitor import CUSTOMERS, CustomerRef, Visitor
from tests.domain.making import NOW, PERSON, act

ANNA = ContactDetails("Анна Ким", "anna@example.com", "8 912 345-67-89")
OTHER = UUID(int=77)
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
        (ContactDetails("", ANNA.email, "+7 900 000-00-00"), attrs.evolve(ANNA, phone="+7 900 000-00-00")),
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
    """Somebody else at the same browser is a new contact, and the visitor is theirs; the first may be the same."""
    boris = ContactDetails("Борис", "boris@example.com")
    who = identify(VISITOR, LEAD, boris, act())
    met, moved, linked = who.changes

    assert who.contact_id not in (PERSON, None)
    assert (boris, who.contact_id) == (met.after.details, met.after.id)
    assert attrs.evolve(VISITOR, contact_id=who.contact_id, version=2) == moved.after
    assert (Strength.SUGGESTED, Evidence.COOKIE, {PERSON, who.contact_id}) == (
        linked.after.strength,
        linked.after.evidence,
        linked.after.pair,
    )


@pytest.mark.parametrize(
    ("known", "typed"),
    [
        (ContactDetails("Анна Ким", phone=ANNA.phone), ContactDetails("Борис", phone="+7 900 000-00-00")),
        (ContactDetails("Анна Ким", phone=ANNA.phone), ContactDetails("Борис", "boris@example.com")),
        (ANNA, ContactDetails("Борис", phone="+7 900 000-00-00")),
        (ContactDetails("Анна Ким"), ContactDetails("Борис", "boris@example.com")),
    ],
)
def test_nothing_in_common(known: ContactDetails, typed: ContactDetails) -> None:
    """Who has neither the e-mail nor the phone may be somebody else: their login must not show what was before."""
    who = identify(VISITOR, attrs.evolve(LEAD, details=known), typed, act())
    met, _, linked = who.changes

    assert (typed, who.contact_id) == (met.after.details, met.after.id)
    assert (PERHAPS, {PERSON, who.contact_id}) == (
        (linked.after.strength, linked.after.evidence),
        linked.after.pair,
    )


def test_a_customer_who_buys_for_somebody_else() -> None:
    """Who is signed in stays who they are, whatever they type: the host has told. What is empty is filled."""
    told = attrs.evolve(LEAD, details=ContactDetails("Анна Ким", "anna@example.com"))
    granny = ContactDetails("Бабушка", "gran@example.com", "8 900 000-00-00")
    who = identify(SIGNED_IN, told, granny, act())
    known = identify(SIGNED_IN, LEAD, granny, act())

    assert PERSON == who.contact_id == known.contact_id
    assert [attrs.evolve(told.details, phone=granny.phone)] == [one.after.details for one in who.changes]
    assert () == known.changes
    assert (granny, ANNA) == (believed(VISITOR, LEAD, granny), believed(SIGNED_IN, LEAD, granny))


def test_a_new_customer() -> None:
    """The host's customer is a contact of its own, found again by the host's id."""
    who = sign_in(VISITOR, GUEST, None, CustomerRef("42", ANNA), "b" * 64, act())
    visitor, met, linked = who.changes

    assert {PERSON, met.after.id} == linked.after.pair
    assert (CUSTOMERS, "42", ANNA) == (met.after.source, met.after.external_ref, met.after.details)
    assert (who.contact_id, "42") == (visitor.after.contact_id, visitor.after.customer)
    assert who.contact_id == met.after.id != PERSON


def test_a_known_customer() -> None:
    """What the host says of its customer follows what was known; what it does not say stays."""
    known = attrs.evolve(LEAD, id=UUID(int=11))
    told = CustomerRef("42", ContactDetails("Анна Пак"))
    visitor, edited, _ = sign_in(VISITOR, GUEST, known, told, "b" * 64, act()).changes
    alone, _ = sign_in(VISITOR, GUEST, known, CustomerRef("42", ANNA), "b" * 64, act()).changes

    assert attrs.evolve(ANNA, name="Анна Пак") == edited.after.details
    assert [known.id] * 2 == [visitor.after.contact_id, alone.after.contact_id]


def test_news_of_a_customer() -> None:
    """The contact follows what the host says by now, and whom that resembles is claimed; no news change nothing."""
    told = CustomerRef("42", ContactDetails("Анна Пак"))
    edited, linked = follow(LEAD, told, act(), alike=Alike(email=(OTHER,)))

    assert attrs.evolve(ANNA, name="Анна Пак") == edited.after.details
    assert (Strength.CLAIMED, {PERSON, OTHER}) == (linked.after.strength, linked.after.pair)
    for nothing in (CustomerRef("42"), CustomerRef("42", ANNA)):
        assert () == follow(LEAD, nothing, act(), alike=Alike(email=(OTHER,)))


def test_the_email_of_a_lead() -> None:
    """Whoever typed it is linked with that lead as a claim, which no other row is changed by."""
    edited, linked = identify(VISITOR, GUEST, ANNA, act(), alike=Alike(email=(OTHER,))).changes

    assert (PERSON, Strength.CLAIMED, {PERSON, OTHER}) == (
        edited.after.id,
        linked.after.strength,
        linked.after.pair,
    )


def test_another_email_that_is_known() -> None:
    """The newcomer is claimed to be that lead, and may be whom the cookie was known by."""
    boris = ContactDetails("Борис", "boris@example.com")
    who = identify(VISITOR, LEAD, boris, act(), alike=Alike(email=(OTHER,)))
    pairs = {change.after.pair: change.after.strength for change in who.changes[2:]}

    assert {
        frozenset((who.contact_id, OTHER)): Strength.CLAIMED,
        frozenset((who.contact_id, PERSON)): Strength.SUGGESTED,
    } == pairs


def test_an_email_spelled_otherwise() -> None:
    """The same e-mail in other letters is no other one."""
    typed = attrs.evolve(ANNA, email="ANNA@EXAMPLE.com.")

    assert PERSON == identify(VISITOR, LEAD, typed, act()).contact_id


BORIS = ContactDetails("Борис Ли", "boris@example.com", "+7 900 000-00-00")
CLAIM = (Strength.CLAIMED, Evidence.EMAIL)
VERIFIED, PERHAPS = (Strength.VERIFIED, Evidence.LOGIN), (Strength.SUGGESTED, Evidence.COOKIE)
OTHERS = attrs.evolve(LEAD, source=CUSTOMERS, external_ref="7")


def lead(name: str = "", email: str = "", phone: str = "") -> Contact:
    """A visitor who typed that."""
    return attrs.evolve(LEAD, details=ContactDetails(name, email, phone))


# The contact until now, what the host says of the customer, their links so far → strength and evidence; None: no link.
LOGINS: dict[
    str, tuple[Contact, ContactDetails, tuple[ContactLink, ...], tuple[Strength, Evidence] | None]
] = {
    "nothing typed": (GUEST, ANNA, (), VERIFIED),
    "nothing typed, and a host that tells nothing": (GUEST, ContactDetails(), (), VERIFIED),
    "all of it": (LEAD, ANNA, (), VERIFIED),
    "the e-mail": (lead("Я", "ANNA@example.com"), ANNA, (), VERIFIED),
    "the e-mail, another phone": (lead("Я", ANNA.email, BORIS.phone), ANNA, (), VERIFIED),
    "the phone": (lead("Я", phone="+7 912 345 67 89"), ANNA, (), VERIFIED),
    "the phone, another e-mail": (lead("Я", BORIS.email, ANNA.phone), ANNA, (), PERHAPS),
    "the same that is no phone": (lead(phone="Доб. 5"), ContactDetails(phone="доб. 5"), (), VERIFIED),
    "another e-mail": (lead(email=ANNA.email), BORIS, (), PERHAPS),
    "another phone": (lead(phone=ANNA.phone), BORIS, (), PERHAPS),
    "a phone, and a customer of no known phone": (
        lead("Анна Ким", phone=ANNA.phone),
        ContactDetails("Анна Ким", ANNA.email),
        (),
        PERHAPS,
    ),
    "a name alone": (lead("Анна Ким"), ANNA, (), PERHAPS),
    "a host that tells nothing": (LEAD, ContactDetails(), (), PERHAPS),
    "another customer's contact": (OTHERS, ANNA, (), None),
    "the customer's own": (attrs.evolve(LEAD, id=OTHER), ANNA, (), None),
    "staff un-linked them": (
        GUEST,
        ANNA,
        (ContactLink(UUID(int=5), PERSON, OTHER, *VERIFIED, NOW, NOW),),
        (Strength.SUGGESTED, Evidence.LOGIN),
    ),
    "a claim": (LEAD, ANNA, (ContactLink(UUID(int=5), PERSON, OTHER, *CLAIM, NOW),), VERIFIED),
    "a claim that the login does not prove": (
        LEAD,
        BORIS,
        (ContactLink(UUID(int=5), PERSON, OTHER, *CLAIM, NOW),),
        None,
    ),
}


@pytest.mark.parametrize("case", LOGINS)
def test_what_a_login_proves(case: str) -> None:
    """Whom the visitor was is the customer, where nothing was typed or what the host says too; else only perhaps."""
    before, details, links, expected = LOGINS[case]
    known = Contact(OTHER, NOW, 2, details, UUID(int=9), CUSTOMERS, "42")
    who = sign_in(
        VISITOR, before, known, CustomerRef("42", details), "b" * 64, act(), alike=Alike(links=links)
    )
    linked = [change.after for change in who.changes if isinstance(change.after, ContactLink)]

    assert [expected] * (expected is not None) == [(one.strength, one.evidence) for one in linked]


def test_what_a_customer_typed_proves_nothing() -> None:
    """A phone that the customer's contact has from a form, and not from the host, is anybody's."""
    known = Contact(OTHER, NOW, 2, ANNA, UUID(int=9), CUSTOMERS, "42")
    who = sign_in(VISITOR, lead(phone=ANNA.phone), known, CustomerRef("42"), "b" * 64, act())
    [link] = [change.after for change in who.changes if isinstance(change.after, ContactLink)]

    assert PERHAPS == (link.strength, link.evidence)


def test_another_customer_at_the_same_browser() -> None:
    """Whoever logs in where somebody else was logged in is linked with nothing of theirs."""
    who = sign_in(SIGNED_IN, LEAD, None, CustomerRef("43", ANNA), "b" * 64, act())

    assert [] == [change for change in who.changes if isinstance(change.after, ContactLink)]


def test_leads_with_the_customers_email() -> None:
    """What guests typed before is claimed to be the customer's; whom the login proves is not claimed besides."""
    alike = Alike(email=(OTHER, PERSON))
    who = sign_in(VISITOR, LEAD, None, CustomerRef("42", ANNA), "b" * 64, act(), alike=alike)
    linked = {
        change.after.pair - {who.contact_id}: change.after.strength
        for change in who.changes
        if isinstance(change.after, ContactLink)
    }

    assert {frozenset({PERSON}): Strength.VERIFIED, frozenset({OTHER}): Strength.CLAIMED} == linked
