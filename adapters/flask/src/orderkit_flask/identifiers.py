"""Identifiers as they stand in addresses."""

from __future__ import annotations

from uuid import UUID

from orderkit.errors import NotFoundError


def parse_id(text: str, kind: str) -> UUID:
    """
    Read an id out of an address.

    Args:
        kind: ``order``, ``contact``, ``payment`` or ``method``.

    Raises:
        NotFoundError: It is none, so nothing has it.
    """
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError(f"the address names no {kind}", code=f"{kind}_not_found") from None
