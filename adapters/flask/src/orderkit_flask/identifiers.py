"""Identifiers as they stand in addresses."""

from __future__ import annotations

from uuid import UUID

from orderkit.errors import NotFoundError


def parse_id(text: str, kind: str) -> UUID:
    """
    Read an id out of an address.

    Args:
        kind: ``order``, ``contact``, ``link``, ``payment``, ``operation``, ``event``, ``method`` or ``rule``.

    Raises:
        NotFoundError: It is none, so nothing has it.
    """
    found = read_id(text)
    if found is None:
        raise NotFoundError(f"the address names no {kind}", code=f"{kind}_not_found")
    return found


def read_id(text: str) -> UUID | None:
    """Read an id out of a text; ``None`` for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
