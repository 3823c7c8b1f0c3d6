"""`Change`: what a verb of the domain answers with, and the only thing the store accepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, Protocol, TypeVar
from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.journal import Difference, JournalEntry, Json, Snapshot, compare


class Aggregate(Protocol):
    """Something with a life of its own: an order, a contact, a method."""

    @property
    def id(self) -> UUID:
        """Opaque; unique in a site."""

    @property
    def version(self) -> int:
        """How many times it was changed, creation included."""

    @property
    def order_id(self) -> UUID | None:
        """The order in whose journal its changes stand."""

    @property
    def contact_id(self) -> UUID | None:
        """The contact in whose journal its changes stand."""

    def snapshot(self) -> Snapshot:
        """What the journal compares: every field whose change is to be told."""


A = TypeVar("A", bound=Aggregate)


@attrs.frozen(slots=True)
class Change(Generic[A]):
    """
    One step in the life of one aggregate, with its one journal entry.

    Attributes:
        before: ``None`` for something new.
        after: Its version is one higher than that of *before*; where nothing is changed, it is *before*.
        entry: Holds the field differences between the two; without a version where nothing is changed.
    """

    before: A | None
    after: A
    entry: JournalEntry

    @property
    def changes_nothing(self) -> bool:
        """Whether there is only something to tell: the journal grows, and what it is about stays as it is."""
        return self.entry.version is None

    def with_key(self, key: str, fingerprint: str) -> Change[A]:
        """The same change, remembered under the caller's idempotency key."""
        return attrs.evolve(self, entry=attrs.evolve(self.entry, key=key, fingerprint=fingerprint))


def changed(before: A, after: A, kind: str, act: Act, *, reason: str = "", **data: Json) -> Change[A] | None:
    """
    Turn two versions of an aggregate into a `Change`.

    Returns:
        ``None`` if nothing that the journal tells differs: then there is nothing to store.
    """
    differences = compare(before.snapshot(), after.snapshot())
    if not differences:
        return None
    moment = {"changed_at": act.at} if hasattr(after, "changed_at") else {}  # only orders remember it
    after = attrs.evolve(after, version=before.version + 1, **moment)  # type: ignore[misc]  # all are attrs classes
    return Change(before, after, _entry(after, kind, act, differences, reason, data))


def created(after: A, kind: str, act: Act, told: Snapshot, **data: Json) -> Change[A]:
    """Turn a new aggregate, version 1, into a `Change` whose entry tells the fields *told*."""
    return Change(None, after, _entry(after, kind, act, compare({}, told), "", data))


def told(about: A, kind: str, act: Act, **data: Json) -> Change[A]:
    """Turn what is only told of an aggregate into a `Change`: its version stays, so nobody's open form is late."""
    entry = _entry(about, kind, act, (), "", data)
    return Change(about, about, attrs.evolve(entry, subject_id=None, version=None))


def _entry(
    after: Aggregate,
    kind: str,
    act: Act,
    differences: tuple[Difference, ...],
    reason: str,
    data: Mapping[str, Json],
) -> JournalEntry:
    return JournalEntry(
        id=act.new_id(),
        at=act.at,
        kind=kind,
        actor=act.actor,
        subject_id=after.id,
        version=after.version,
        order_id=after.order_id,
        contact_id=after.contact_id,
        differences=differences,
        reason=reason,
        data=data,
    )
