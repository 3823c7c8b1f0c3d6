"""Visitors: browsers that are met, known by another token, signed in."""

from uuid import UUID

import pytest

from orderkit.domain.contact import ContactDetails
from orderkit.domain.visitor import CustomerRef, Visitor, meet, move, rotate, sign_in
from orderkit.errors import InvalidInputError
from tests.domain.making import LATER, NOW, PERSON, act

OTHER = UUID(int=8)
VISITOR = Visitor(UUID(int=7), "a" * 64, PERSON, NOW)


def test_meeting() -> None:
    """A browser that is met stands in the journal of its guest, and the journal tells all of it."""
    change = meet("a" * 64, PERSON, act())

    assert (None, "visitor.met", PERSON, None) == (
        change.before,
        change.entry.kind,
        change.entry.contact_id,
        change.entry.order_id,
    )
    assert {"token": "a" * 64, "contact": str(PERSON)} == {d.field: d.after for d in change.entry.differences}
    assert (NOW, "", 1) == (change.after.created_at, change.after.customer, change.after.version)


def test_another_token() -> None:
    """Only the token is another one."""
    change = rotate(VISITOR, "b" * 64, act())

    assert Visitor(VISITOR.id, "b" * 64, PERSON, NOW, version=2) == change.after
    assert "visitor.token_rotated" == change.entry.kind


def test_moving() -> None:
    """From then on its acts are another contact's; whose they are already, nothing is changed."""
    change = move(VISITOR, OTHER, act())

    assert change is not None
    assert (OTHER, OTHER, "visitor.moved") == (
        change.after.contact_id,
        change.entry.contact_id,
        change.entry.kind,
    )
    assert move(VISITOR, PERSON, act()) is None


def test_signing_in() -> None:
    """The browser is the customer's from then on, under another token; so too when it signs in again."""
    customer = CustomerRef("42")
    change = sign_in(VISITOR, customer, OTHER, "b" * 64, act(at=LATER))
    again = sign_in(change.after, customer, OTHER, "c" * 64, act(at=LATER))

    assert Visitor(VISITOR.id, "b" * 64, OTHER, NOW, "42", 2) == change.after
    assert Visitor(VISITOR.id, "c" * 64, OTHER, NOW, "42", 3) == again.after


def test_somebody_else_signs_in() -> None:
    """Another customer at the same browser is a visitor of their own, and the first one's is left as it is."""
    anna = sign_in(VISITOR, CustomerRef("42"), OTHER, "b" * 64, act()).after
    change = sign_in(anna, CustomerRef("43"), PERSON, "c" * 64, act(at=LATER))

    assert change.before is None
    assert anna.id != change.after.id
    assert ("43", PERSON, LATER, 1) == (
        change.after.customer,
        change.after.contact_id,
        change.after.created_at,
        change.after.version,
    )


@pytest.mark.parametrize(
    ("id", "details", "code"),
    [
        ("", ContactDetails(), "empty"),
        (" ", ContactDetails(), "empty"),
        ("x" * 201, ContactDetails(), "too_long"),
        (42, ContactDetails(), "not_text"),
        ("42", {"name": "Анна"}, "wrong_type"),
    ],
)
def test_no_customer(id: object, details: object, code: str) -> None:
    """What names no customer is refused."""
    with pytest.raises(InvalidInputError) as refused:
        CustomerRef(id, details)  # type: ignore[arg-type]

    assert code == refused.value.code
