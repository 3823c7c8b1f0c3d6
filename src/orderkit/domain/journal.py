"""The journal: one append-only list of what happened, behaviour, orders, money and messages alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import attrs

from orderkit.domain.actor import Actor

Json: TypeAlias = "str | int | bool | list[Json] | Mapping[str, Json] | None"
Snapshot: TypeAlias = Mapping[str, Json]


@attrs.frozen(slots=True)
class Difference:
    """
    One field of one change.

    Attributes:
        field: Dotted name, such as ``status``, ``delivery.cost`` or ``lines.3``.
        before: ``None`` where the field was not there. Amounts are minor units; personal data is the id of a
            version of details, never the text.
        after: ``None`` where the field is no longer there.
    """

    field: str
    before: Json
    after: Json


@attrs.frozen(slots=True)
class JournalEntry:
    """
    One thing that happened.

    Attributes:
        subject_id: The order, contact or method that was changed; ``None`` for what changed nothing (a note).
        version: The subject's version after the change; ``None`` where nothing was changed.
        kind: What happened, such as ``order.status_changed``.
        differences: Field by field; empty for what changed nothing.
        reason: What staff gave as the reason, or the buyer who cancels or asks for it.
        data: What belongs to it: identities such as ``payment_id``, the text of a note.
        key: The caller's idempotency key; unique in a site.
        fingerprint: Digest of the request that came with *key*; another request with the same key is refused.
    """

    id: UUID
    at: datetime
    kind: str
    actor: Actor
    subject_id: UUID | None = None
    version: int | None = None
    order_id: UUID | None = None
    contact_id: UUID | None = None
    differences: tuple[Difference, ...] = ()
    reason: str = ""
    data: Mapping[str, Json] = attrs.field(factory=dict)
    key: str | None = None
    fingerprint: str | None = None

    def difference(self, field: str) -> Difference | None:
        """The difference of *field*, or ``None`` if it did not change."""
        return next((difference for difference in self.differences if difference.field == field), None)


def compare(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """List the fields in which two snapshots differ, in the order of *after*, then what is gone."""
    changed = [
        Difference(field, before.get(field), value)
        for field, value in after.items()
        if field not in before or before[field] != value
    ]
    gone = [Difference(field, value, None) for field, value in before.items() if field not in after]
    return tuple(changed + gone)
