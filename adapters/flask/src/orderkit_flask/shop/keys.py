"""The keys that browsers choose, apart from each other: what one sends says nothing of what another did."""

from __future__ import annotations

import hashlib
from uuid import UUID


def own_key(key: str, verb: str, whose: UUID) -> str:
    """
    The key of one request for the desk, whose keys are those of a whole site; none stays none.

    Args:
        key: As the browser chose it; another browser may choose the same one, and one may send it for two things.
        verb: What is asked for.
        whose: The visitor, or the order that it is asked of.
    """
    return (
        hashlib.blake2b(f"{verb} {whose} {key}".encode(errors="backslashreplace"), digest_size=16).hexdigest()
        if key
        else ""
    )
