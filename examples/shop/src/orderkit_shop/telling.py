"""Tells the shop what has happened at the test bank, as banks do: by webhooks, and again where it did not answer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Thread

import attrs

from orderkit.testing.bank import Bank, Notices

PAUSE = 0.5
"""Seconds between two looks into the books."""

log = logging.getLogger(__name__)


@contextmanager
def telling(bank: Bank, address: str, clock: Callable[[], datetime]) -> Iterator[None]:
    """
    Tell meanwhile of all that happens from now on; of what was before, the shop can ask.

    Args:
        address: Where the shop hears it.
        clock: The shop's, by which it judges whether a webhook is too old.
    """
    messenger = Messenger(bank, address, Notices(bank.books, bank.token, lambda: clock().timestamp()))
    messenger.told = max((event.id for event in bank.books.events()), default=0)
    is_over = Event()
    thread = Thread(target=messenger.work, args=(is_over,), name="bank", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@attrs.define
class Messenger:
    """
    Brings one event after another.

    Attributes:
        told: Up to which event the shop has heard all.
    """

    bank: Bank
    address: str
    notices: Notices
    told: int = 0

    def work(self, is_over: Event) -> None:
        """Until it is over, go each time as far as the shop listens."""
        while not is_over.wait(PAUSE):
            self.tell()

    def tell(self) -> None:
        """Tell of what is new, unless the bank says nothing to anybody; what is not taken is told again later."""
        for event in self.bank.books.events():
            if event.id <= self.told:
                continue
            if self.bank.is_cut_off or not self._is_taken(self.notices.of(event).send):
                return
            self.told = event.id

    def _is_taken(self, send: Callable[[str], int]) -> bool:
        try:
            return send(self.address) < 500
        except OSError as error:
            log.warning("the shop does not hear the bank: %s", type(error).__name__)
            return False
