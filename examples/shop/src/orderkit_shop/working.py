"""Works beside the shop's pages, in the one process of a demo: sends what is to be sent, asks what came of payments."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from orderkit import OrderKit
from orderkit.errors import OrderKitError

PAUSE = 2.0
"""Seconds between two looks."""

log = logging.getLogger(__name__)


@contextmanager
def working(kit: OrderKit) -> Iterator[None]:
    """Work meanwhile; what is in hand at the end is finished first."""
    is_over = Event()
    worker = Thread(target=_work, args=(kit, is_over), name="worker", daemon=True)
    worker.start()
    try:
        yield
    finally:
        is_over.set()
        worker.join()


def _work(kit: OrderKit, is_over: Event) -> None:
    while not is_over.wait(PAUSE):
        try:
            kit.work(budget=PAUSE)
        except OrderKitError as error:
            log.warning("what is done beside the pages waits: %s", error)
