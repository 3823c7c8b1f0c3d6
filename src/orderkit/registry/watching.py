"""Tells the log which plugin a start waits for: Python cannot interrupt an import."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

PATIENCE = 5.0
"""Seconds after which it is told, and told again."""

_log = logging.getLogger(__name__)


@contextmanager
def watched() -> Iterator[Callable[[str], None]]:
    """Call what is given with the name of each plugin when its turn comes; whichever takes long is told meanwhile."""
    turns: list[str] = []
    is_over = Event()
    Thread(target=_watch, args=(turns, is_over), name="orderkit-plugins", daemon=True).start()
    try:
        yield turns.append
    finally:
        is_over.set()


def _watch(turns: list[str], is_over: Event) -> None:
    seen = 0
    while not is_over.wait(PATIENCE):
        if turns and seen == len(turns):
            _log.warning(
                "plugin %s takes more than %g seconds to be loaded, and the start waits for it; block it if it never "
                "ends",
                turns[-1],
                PATIENCE,
            )
        seen = len(turns)
