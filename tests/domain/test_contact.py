"""Contacts: guests and leads, and how they come to be."""

from uuid import uuid4

import pytest

from orderkit.domain.contact import Contact, ContactDetails, create, edit
from orderkit.errors import InvalidInputError
from tests.domain.making import LATER, NOW, act

ANNA = ContactDetails("Анна", "anna@example.com", "+7 912 345-67-89")


@pytest.mark.parametrize(
    ("details", "is_lead"),
    [
        (ContactDetails(), False),
        (ContactDetails(" ", "", "\t"), False),
        (ContactDetails(name="Анна"), True),
        (ContactDetails(email="anna@example.com"), True),
        (ContactDetails(phone="112"), True),
    ],
)
def test_details_make_a_lead(details: ContactDetails, is_lead: bool) -> None:
    """A contact of whom a name, an e-mail or a phone is known is a lead; else a guest."""
    contact = create(details, act()).after

    assert is_lead is contact.is_lead
    assert is_lead is (contact.details_id is not None)


@pytest.mark.parametrize("field", ["name", "email", "phone"])
def test_details_are_checked(field: str) -> None:
    """Each detail is text of at most 200 characters."""
    for value, code in (("x" * 100_000, "too_long"), ("\x00", "control_characters"), (7, "not_text")):
        with pytest.raises(InvalidInputError) as refused:
            ContactDetails(**{field: value})

        assert (code, f"contact.{field}") == (refused.value.code, refused.value.field)


def test_create() -> None:
    """A new contact is version 1; its entry names the version of its details, never the details."""
    change = create(ANNA, act(), source=" shop ", external_ref=" 17 ")
    contact = change.after

    assert (None, 1, NOW, ANNA) == (change.before, contact.version, contact.created_at, contact.details)
    assert ("shop", "17") == (contact.source, contact.external_ref)
    assert ("contact.created", contact.id, contact.id, None, 1) == (
        change.entry.kind,
        change.entry.subject_id,
        change.entry.contact_id,
        change.entry.order_id,
        change.entry.version,
    )
    assert {"details": str(contact.details_id), "source": "shop", "external_ref": "17"} == {
        difference.field: difference.after for difference in change.entry.differences
    }
    assert "anna" not in repr(change.entry).casefold()


def test_create_checks_its_reference() -> None:
    """Where a contact came from is text like any other."""
    for fields in ({"source": "x" * 201}, {"external_ref": "\x00"}):
        with pytest.raises(InvalidInputError):
            create(ANNA, act(), **fields)


def test_edit_follows_by_a_new_version() -> None:
    """Edited details get a new id; the entry tells from which version to which."""
    before = create(ANNA, act()).after
    change = edit(before, ContactDetails("Анна Иванова", "anna@example.com"), act(at=LATER))
    assert change is not None
    step = change.entry.difference("details")

    assert (before, 2, 2) == (change.before, change.after.version, change.entry.version)
    assert ("contact.edited", LATER) == (change.entry.kind, change.entry.at)
    assert step is not None
    assert (str(before.details_id), str(change.after.details_id)) == (step.before, step.after)
    assert before.details_id != change.after.details_id


def test_edit_makes_a_guest_a_lead() -> None:
    """A guest becomes a lead when details arrive, the same contact."""
    guest = create(ContactDetails(), act()).after
    change = edit(guest, ANNA, act())
    assert change is not None

    assert (guest.id, True) == (change.after.id, change.after.is_lead)


def test_edit_can_forget() -> None:
    """Without details a lead is a guest again; the old version keeps its id in the journal."""
    change = edit(create(ANNA, act()).after, ContactDetails(), act())
    assert change is not None

    assert (False, None) == (change.after.is_lead, change.after.details_id)
    assert ["details"] == [difference.field for difference in change.entry.differences]


def test_same_details_are_no_change() -> None:
    """Nothing differs, nothing is stored."""
    assert edit(create(ANNA, act()).after, ContactDetails(" Анна", ANNA.email, ANNA.phone), act()) is None


def test_belongs_to_itself() -> None:
    """A contact's changes stand in its own journal and in no order's."""
    contact = Contact(uuid4(), NOW)

    assert (contact.id, None) == (contact.contact_id, contact.order_id)
