"""Tells the log which plugin a start waits for, long before it is given up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

PATIENCE = 5.0
"""Seconds after which it is told, and told again."""

_log = logging.getLogger(__name__)


@contextmanager
def watched() -> Iterator[Callable[[str], None]]:
    """Call what is given with the name of each plugin when its turn comes; whichever takes long is told meanwhile."""
    turns = [("", monotonic())]
    is_over = Event()
    Thread(target=_watch, args=(turns, is_over), name="orderkit-plugins", daemon=True).start()
    try:
        yield lambda name: turns.append((name, monotonic()))
    finally:
        is_over.set()


def _watch(turns: list[tuple[str, float]], is_over: Event) -> None:
    told_at = 0.0
    while not is_over.wait(PATIENCE / 10):
        name, begun = turns[-1]
        now = monotonic()
        if now - max(begun, told_at) < PATIENCE:
            continue
        told_at = now
        _log.warning(
            "plugin %s is being loaded for %.1f seconds, and the start waits for it; block it if it never ends",
            name,
            now - begun,
        )
