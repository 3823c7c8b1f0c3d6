"""Visitors: browsers that are known by a random cookie, and whom their acts belong to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.change import Change, changed, created
from orderkit.domain.contact import ContactDetails
from orderkit.domain.journal import Snapshot
from orderkit.domain.text import clean
from orderkit.errors import InvalidInputError

CUSTOMERS = "customer"
"""The source of contacts that are the host's customers; their reference is the host's id of the customer."""


@attrs.frozen(slots=True)
class CustomerRef:
    """
    A customer who is logged in at the host, as the host's server knows them.

    Attributes:
        id: The host's identifier.
        details: What the host knows of them; may be empty.

    Raises:
        InvalidInputError: No identifier, or one that is no usable text; or details that are none.
    """

    id: str
    details: ContactDetails = ContactDetails()

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "id", clean(self.id, "customer.id", required=True))
        if not isinstance(self.details, ContactDetails):
            raise InvalidInputError(
                f"customer.details must be ContactDetails, not {type(self.details).__name__}",
                code="wrong_type",
                field="customer.details",
            )


@attrs.frozen(slots=True)
class Visitor:
    """
    A browser, known by the token in its cookie.

    Attributes:
        token_hash: The digest of that token; the token itself is nowhere but in the cookie.
        contact_id: Whom its acts belong to now.
        customer: The host's id of the customer who signed in there; empty for none.
        version: How many times it was changed, the first meeting included.
    """

    id: UUID
    token_hash: str
    contact_id: UUID
    created_at: datetime
    customer: str = ""
    version: int = 1

    @property
    def order_id(self) -> None:
        """A visitor is no part of an order."""
        return

    def snapshot(self) -> Snapshot:
        """The journalled fields."""
        fields = {"token": self.token_hash, "contact": str(self.contact_id), "customer": self.customer}
        return {field: value for field, value in fields.items() if value}


def meet(token_hash: str, contact_id: UUID, act: Act) -> Change[Visitor]:
    """Meet a browser for the first time."""
    visitor = Visitor(act.new_id(), token_hash, contact_id, act.at)
    return created(visitor, "visitor.met", act, visitor.snapshot())


def rotate(visitor: Visitor, token_hash: str, act: Act) -> Change[Visitor]:
    """Know a browser by another token from now on; the old one is worth nothing any more."""
    change = changed(visitor, attrs.evolve(visitor, token_hash=token_hash), "visitor.token_rotated", act)
    assert change is not None  # two tokens are never alike
    return change


def move(visitor: Visitor, contact_id: UUID, act: Act) -> Change[Visitor] | None:
    """Let its acts belong to another contact from now on; ``None`` if they do already."""
    return changed(visitor, attrs.evolve(visitor, contact_id=contact_id), "visitor.moved", act)


def sign_in(
    visitor: Visitor, customer: CustomerRef, contact_id: UUID, token_hash: str, act: Act
) -> Change[Visitor]:
    """
    Know a browser as that of a customer of the host, by another token.

    Where another customer was signed in, somebody else sits before it: then it is a visitor of its own, and nothing
    of the other's is handed over.
    """
    known = {"customer": customer.id, "contact_id": contact_id, "token_hash": token_hash}
    if visitor.customer not in ("", customer.id):
        stranger = Visitor(id=act.new_id(), created_at=act.at, **known)  # type: ignore[arg-type]
        return created(stranger, "visitor.signed_in", act, stranger.snapshot())
    change = changed(visitor, attrs.evolve(visitor, **known), "visitor.signed_in", act)  # type: ignore[arg-type]
    assert change is not None  # the token differs
    return change
