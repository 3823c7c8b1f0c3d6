"""
People: which contacts are one person, by what evidence, and what follows from what somebody typed.

A person is the contacts that live links join. Contacts, orders and journals stay where they are, so that un-linking
leaves each as it was. Source of the rules: the table under "What follows from what" in docs/explanation/people.md.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

import attrs

from orderkit.domain.actor import Act, ActorKind
from orderkit.domain.change import Change, changed, created
from orderkit.domain.journal import Snapshot
from orderkit.domain.permits import DESK
from orderkit.errors import InvalidInputError, TransitionRefusedError


class Strength(enum.StrEnum):
    """How sure it is that two contacts are one person; the surest first."""

    VERIFIED = "verified"
    """Proven by the person: a login, a link out of the mailbox. The only one that the storefront goes by."""
    LINKED = "linked"
    """Said by staff."""
    CLAIMED = "claimed"
    """Somebody typed the same e-mail or phone; for the desk, and marked as not confirmed."""
    SUGGESTED = "suggested"
    """Perhaps; joins nothing until staff decide."""


class Evidence(enum.StrEnum):
    """What a link rests on."""

    COOKIE = "cookie"
    LOGIN = "login"
    MAILBOX = "mailbox"
    STAFF = "staff"
    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"


STRENGTHS: Mapping[Evidence, Strength] = MappingProxyType(
    {
        Evidence.LOGIN: Strength.VERIFIED,
        Evidence.MAILBOX: Strength.VERIFIED,
        Evidence.STAFF: Strength.LINKED,
        Evidence.EMAIL: Strength.CLAIMED,
        Evidence.PHONE: Strength.CLAIMED,
        Evidence.COOKIE: Strength.SUGGESTED,
        Evidence.NAME: Strength.SUGGESTED,
    }
)
"""How sure each evidence makes it, where nothing speaks against it."""

JOINING = (Strength.VERIFIED, Strength.LINKED, Strength.CLAIMED)
"""The strengths that make one person of two contacts, as the desk sees it."""

CROWD = 20
"""An e-mail, a phone or a name that so many other contacts have says no more who somebody is."""
LARGEST = 100
"""A person of so many contacts is joined by nothing that is merely typed, nor do two become a larger one by it."""
MOST_SUGGESTED = 5
"""So many suggestions follow at most from what somebody typed at once."""

_SURENESS = {strength: place for place, strength in enumerate(Strength)}
_WEAK = frozenset({Evidence.NAME, Evidence.COOKIE})


@attrs.frozen(slots=True)
class ContactLink:
    """
    That two contacts are one person, or may be; which of the two comes first says nothing.

    Attributes:
        contact_id: The one with the smaller id.
        ended_at: When it was un-linked or turned down; a link that ended does not live again, a new one may.

    Raises:
        InvalidInputError: Both are one contact (``same_contact``).
    """

    id: UUID
    contact_id: UUID
    other_id: UUID
    strength: Strength = attrs.field(converter=Strength)
    evidence: Evidence = attrs.field(converter=Evidence)
    created_at: datetime
    ended_at: datetime | None = None
    version: int = 1

    def __attrs_post_init__(self) -> None:
        if self.contact_id == self.other_id:
            raise InvalidInputError(
                f"contact {self.contact_id} cannot be linked with itself; name two contacts",
                code="same_contact",
                field="other_id",
            )
        first, second = sorted((self.contact_id, self.other_id))
        object.__setattr__(self, "contact_id", first)
        object.__setattr__(self, "other_id", second)

    @property
    def order_id(self) -> None:
        """A link is no part of an order."""
        return

    @property
    def is_live(self) -> bool:
        """Whether it was neither un-linked nor turned down."""
        return self.ended_at is None

    @property
    def joins(self) -> bool:
        """Whether it makes one person of the two, as the desk sees it."""
        return self.is_live and self.strength in JOINING

    @property
    def pair(self) -> frozenset[UUID]:
        """The two contacts."""
        return frozenset((self.contact_id, self.other_id))

    def snapshot(self) -> Snapshot:
        """The journalled fields."""
        return {
            "contact": str(self.contact_id),
            "other": str(self.other_id),
            "strength": self.strength.value,
            "evidence": self.evidence.value,
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
        }


def link(
    contact_id: UUID, other_id: UUID, evidence: Evidence, history: Iterable[ContactLink], act: Act
) -> Change[ContactLink] | None:
    """
    Link two contacts; ``None`` where they are linked as surely already.

    Args:
        evidence: What speaks for it. What was un-linked or turned down is suggested at most, until staff link it.
        history: The links that these two have and had.

    Raises:
        InvalidInputError: Both are one contact (``same_contact``).
        TransitionRefusedError: Staff's word from somebody who is not of the desk (``not_by_this_actor``).
    """
    known = tuple(history)
    if evidence is not Evidence.STAFF:
        return _put(contact_id, other_id, STRENGTHS[evidence], evidence, known, act)
    _require_desk("contacts.link", act)
    live = next((one for one in known if one.is_live), None)
    return confirm(live, act) if live else _make(contact_id, other_id, Strength.LINKED, evidence, act)


def confirm(link: ContactLink, act: Act) -> Change[ContactLink] | None:
    """
    Say that the two are one person indeed; ``None`` where that is known.

    Raises:
        TransitionRefusedError: It ended (``link_ended``), or *act* is not the desk's (``not_by_this_actor``).
    """
    _require_desk("contacts.confirm", act)
    if not link.is_live:
        raise TransitionRefusedError(
            f"link {link.id} was ended on {link.ended_at}; link the two contacts anew",
            code="link_ended",
            possible=["contacts.link"],
        )
    if link.strength in (Strength.VERIFIED, Strength.LINKED):
        return None
    return changed(link, attrs.evolve(link, strength=Strength.LINKED), "contact.link_confirmed", act)


def unlink(link: ContactLink, act: Act) -> Change[ContactLink] | None:
    """
    Say that the two are not one person; ``None`` where the link ended already. Each has then what it had before.

    Raises:
        TransitionRefusedError: It is a suggestion, which is turned down instead (``not_linked``), or *act* is not the
            desk's (``not_by_this_actor``).
    """
    _require_desk("contacts.unlink", act)
    if link.is_live and not link.joins:
        raise TransitionRefusedError(
            f"link {link.id} is a suggestion and joins nothing; turn it down",
            code="not_linked",
            possible=["contacts.dismiss"],
        )
    return _end(link, "contact.unlinked", act)


def dismiss(link: ContactLink, act: Act) -> Change[ContactLink] | None:
    """
    Turn a suggestion down; ``None`` where that was done. The same evidence suggests it no more.

    Raises:
        TransitionRefusedError: It is no suggestion any more (``not_suggested``), or *act* is not the desk's
            (``not_by_this_actor``).
    """
    _require_desk("contacts.dismiss", act)
    if link.joins:
        raise TransitionRefusedError(
            f"link {link.id} joins the two contacts; un-link them",
            code="not_suggested",
            possible=["contacts.unlink"],
        )
    return _end(link, "contact.link_dismissed", act)


@attrs.frozen(slots=True)
class Alike:
    """
    Those whom what somebody typed resembles: leads with the same e-mail, phone or name, who typed among them.

    Attributes:
        email: Contacts whose e-mail is the same, oldest first; of very many no more than a crowd and one.
        links: Every link, ended ones too, of these and of who typed, and of all who are one person with them.
    """

    email: tuple[UUID, ...] = ()
    phone: tuple[UUID, ...] = ()
    name: tuple[UUID, ...] = ()
    links: tuple[ContactLink, ...] = ()

    def others(self, contact_id: UUID) -> Alike:
        """The same without one, who is like himself."""
        return attrs.evolve(
            self,
            email=tuple(id for id in self.email if id != contact_id),
            phone=tuple(id for id in self.phone if id != contact_id),
            name=tuple(id for id in self.name if id != contact_id),
        )


def recognise(
    contact_id: UUID, alike: Alike, act: Act, *, beside: UUID | None = None
) -> tuple[Change[ContactLink], ...]:
    """
    Decide what follows for a contact from the details that somebody typed for it.

    Evidence that points to one person links with it, as a claim. Evidence that disagrees, that many have, or that
    staff decided against before, suggests; so does a name, where neither e-mail nor phone says more.

    Args:
        beside: The contact that the same cookie was known by until now, where another e-mail was typed.
    """
    alike, persons = alike.others(contact_id), _persons(alike.links)

    def whole(id: UUID) -> frozenset[UUID]:
        return persons.get(id, frozenset((id,)))

    own = whole(contact_id)
    said = [{whole(id) for id in ids} for ids in _exact(alike).values()]
    pointed = set().union(*said) - {own}
    told = {own}
    made: list[Change[ContactLink]] = []
    for evidence, other_id in _resembling(alike, beside):
        other = whole(other_id)
        if other in told or len(made) == MOST_SUGGESTED:
            continue
        told.add(other)
        is_claim = pointed == {other} and all(other in one for one in said) and len(own | other) <= LARGEST
        strength = STRENGTHS[evidence] if is_claim else Strength.SUGGESTED
        history = [one for one in alike.links if one.pair & own and one.pair & other]
        change = _put(contact_id, other_id, strength, evidence, history, act)
        made += [change] if change else []
    return tuple(made)


def _persons(links: Iterable[ContactLink]) -> dict[UUID, frozenset[UUID]]:
    """Contact → all contacts of its person; one that nothing joins is not among them."""
    persons: dict[UUID, frozenset[UUID]] = {}
    for one in links:
        if one.joins:
            ends = (persons.get(id, frozenset((id,))) for id in one.pair)
            whole = frozenset().union(*ends)
            persons.update(dict.fromkeys(whole, whole))
    return persons


def _exact(alike: Alike) -> dict[Evidence, tuple[UUID, ...]]:
    """Those with the same e-mail, then with the same phone; what nobody has says nothing, nor what many have."""
    found = {Evidence.EMAIL: alike.email, Evidence.PHONE: alike.phone}
    return {evidence: ids for evidence, ids in found.items() if 0 < len(ids) < CROWD}


def _resembling(alike: Alike, beside: UUID | None) -> Iterator[tuple[Evidence, UUID]]:
    """Whoever somebody may be, by the best evidence first; what many share counts where nothing says more."""
    exact = _exact(alike)
    yield from ((evidence, id) for evidence, ids in exact.items() for id in ids)
    if beside is not None:
        yield Evidence.COOKIE, beside
    if exact:
        return
    for evidence, ids in ((Evidence.EMAIL, alike.email), (Evidence.PHONE, alike.phone)):
        if len(ids) >= CROWD:  # of many the namesakes come first
            yield from ((evidence, id) for id in sorted(ids, key=lambda id: id not in alike.name))
    if len(alike.name) < CROWD:
        yield from ((Evidence.NAME, id) for id in alike.name)


def _put(
    contact_id: UUID,
    other_id: UUID,
    strength: Strength,
    evidence: Evidence,
    history: Sequence[ContactLink],
    act: Act,
) -> Change[ContactLink] | None:
    """Make the link, or make the one that is there as sure; as little as *history* leaves of it."""
    ended = [one for one in history if not one.is_live]
    if ended and not any(one.joins for one in history):
        strength = Strength.SUGGESTED
    live = next((one for one in history if one.is_live), None)
    if live:
        if _SURENESS[live.strength] <= _SURENESS[strength]:
            return None
        return changed(live, attrs.evolve(live, strength=strength, evidence=evidence), "contact.linked", act)
    if strength is Strength.SUGGESTED and any(_was_turned_down(one, evidence) for one in ended):
        return None
    return _make(contact_id, other_id, strength, evidence, act)


def _was_turned_down(link: ContactLink, evidence: Evidence) -> bool:
    """Whether staff decided on this evidence, or on better, that it says nothing."""
    return link.strength is Strength.SUGGESTED and (evidence is link.evidence or evidence in _WEAK)


def _make(
    contact_id: UUID, other_id: UUID, strength: Strength, evidence: Evidence, act: Act
) -> Change[ContactLink]:
    made = ContactLink(
        id=act.new_id(),
        contact_id=contact_id,
        other_id=other_id,
        strength=strength,
        evidence=evidence,
        created_at=act.at,
    )
    kind = "contact.linked" if made.joins else "contact.link_suggested"
    return created(made, kind, act, made.snapshot())


def _end(link: ContactLink, kind: str, act: Act) -> Change[ContactLink] | None:
    return changed(link, attrs.evolve(link, ended_at=act.at), kind, act) if link.is_live else None


def _require_desk(verb: str, act: Act) -> None:
    if act.actor.kind not in DESK:
        raise TransitionRefusedError(
            f"{verb} is not for the actor {act.actor.kind.value!r}: it is for "
            + ", ".join(kind.value for kind in ActorKind if kind in DESK),
            code="not_by_this_actor",
        )
