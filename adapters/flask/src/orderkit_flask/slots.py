"""
The rows of a form: fields that belong together are called ``line.7.quantity``, ``line.7.unit_price``.

What stands between the dots is the slot of the row: a number for one that is stored, ``n1``, ``n2`` for those added.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import ClassVar

import attrs

_FIELD = re.compile(r"([a-z]+)\.(n?[0-9]{1,9})\.([a-z_]+)")


@attrs.frozen
class Slots:
    """The rows of one kind."""

    kind: str

    def field(self, slot: str, name: str) -> str:
        """How a field of a row is called in the form."""
        return f"{self.kind}.{slot}.{name}"

    def split(self, field: str) -> tuple[str, str]:
        """The slot and the name of a field; empty for one of another kind."""
        match = _FIELD.fullmatch(field)
        return (match[2], match[3]) if match and match[1] == self.kind else ("", "")

    def of(self, fields: Iterable[str]) -> list[str]:
        """The rows a form has, those of the order first."""
        found = {slot for slot, _ in map(self.split, fields) if slot}
        return sorted(found, key=lambda slot: (slot.startswith("n"), int(slot.removeprefix("n"))))


@attrs.frozen
class SlotRow:
    """One row of a form."""

    slots: ClassVar[Slots]

    slot: str

    def field(self, name: str) -> str:
        """How a field of this row is called in the form."""
        return self.slots.field(self.slot, name)

    @property
    def is_added(self) -> bool:
        """Whether the order does not have it yet."""
        return self.slot.startswith("n")


def next_added(slots: Iterable[str]) -> int:
    """The number of the next row that is added."""
    return max((int(slot[1:]) for slot in slots if slot.startswith("n")), default=0) + 1
