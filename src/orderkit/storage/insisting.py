"""Again on the fresh rows, while others are faster: for what is no person's edit, such as money and carts."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from orderkit.errors import ConflictError, OrderKitError
from orderkit.storage.writing import KeyTakenError

T = TypeVar("T")

TRIES = 50
"""How often something is decided anew. One of those who meet always is first."""
LONGEST_PAUSE = 0.05
"""Seconds, at most, between two tries; by chance, so that those who wait do not meet again."""
_OVERTAKEN = frozenset({"stale_version", "slot_taken", "external_ref_taken", "linked_already"})


def insist(step: Callable[[], T]) -> T:
    """
    Take a step that reads, decides and saves; again from the start while somebody else is faster.

    A key that was taken meanwhile is looked up by the next try.

    Raises:
        ConflictError: Another one, or ``stale_version`` where it is overtaken again and again; nothing is stored then.
    """
    for _ in range(TRIES):
        try:
            return step()
        except KeyTakenError:
            continue
        except ConflictError as conflict:
            if not is_overtaken(conflict):
                raise
        time.sleep(random.uniform(0, LONGEST_PAUSE))  # jitter, no secret
    raise ConflictError(
        "it is being changed again and again by others; nothing was stored, try again with the same key",
        code="stale_version",
    )


def is_overtaken(error: OrderKitError) -> bool:
    """Whether an error says no more than that somebody was faster."""
    return isinstance(error, ConflictError) and error.code in _OVERTAKEN
