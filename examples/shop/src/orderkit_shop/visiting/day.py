"""The day itself: all visitors come, each at its time, several at once, and then it is over."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

import attrs

from orderkit_shop.visiting.browser import Browser
from orderkit_shop.visiting.clients import Client
from orderkit_shop.visiting.plans import Step, plan

AT_ONCE = 8
"""How many visitors do something at the same time."""


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)


@attrs.define
class DayClock:
    """The clock of a shop whose day passes as fast as its visitors act; before and after, that of the world."""

    _at: datetime | None = None
    _lock: threading.Lock = attrs.field(factory=threading.Lock, repr=False)

    def __call__(self) -> datetime:
        """What it shows."""
        return self._at or utc_now()

    def advance(self, moment: datetime) -> None:
        """Show at least *moment*; it never goes back."""
        with self._lock:
            self._at = max(self._at or moment, moment)

    def be_real(self) -> None:
        """Show the world's time again."""
        with self._lock:
            self._at = None


@attrs.frozen
class Day:
    """
    A day of so many visitors.

    Attributes:
        clock: The shop's.
    """

    clients: Sequence[Client]
    clock: DayClock

    @classmethod
    def of(cls, visitors: int, port: int, clock: DayClock, until: datetime) -> Day:
        """
        Plan a day of 24 hours in the shop that answers at *port* of this computer.

        Args:
            until: When it is over, in the time zone of the shop.
        """
        return cls([Client(plan(index, until), Browser(port)) for index in range(1, visitors + 1)], clock)

    @property
    def steps(self) -> int:
        """How much will be done in it."""
        return sum(len(client.plan.steps) for client in self.clients)

    def pass_by(self, tell: Callable[[int], object] = lambda steps: None) -> None:
        """
        Let everything happen.

        Args:
            tell: Called after each step, with 1.

        Raises:
            SurprisedError: A visitor found the shop otherwise than it should be; the others finish what they are at.
        """
        hours = _Hours(self.clock, tell)
        crowds = [self.clients[number::AT_ONCE] for number in range(AT_ONCE)]
        threads = [
            threading.Thread(target=hours.play, args=(crowd,), name="visitor", daemon=True)
            for crowd in crowds
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if hours.errors:
            raise hours.errors[0]


@attrs.frozen
class _Hours:
    """
    What the crowds of one day share. They are daemons: nobody waits for them whose shop was closed.

    Attributes:
        errors: What ended the day before its time.
    """

    clock: DayClock
    tell: Callable[[int], object]
    errors: list[Exception] = attrs.field(factory=list)

    def play(self, crowd: Sequence[Client]) -> None:
        """Let some of the visitors do what they are up to, in the order of time, until one is surprised."""
        try:
            for client, step in _in_time(crowd):
                if self.errors:
                    return
                self._do(client, step)
        except Exception as error:  # a thread has no caller to raise to
            self.errors.append(error)

    def _do(self, client: Client, step: Step) -> None:
        self.clock.advance(step.at)
        try:
            client.do(step.deed)
        finally:
            client.browser.close()
        self.tell(1)


def _in_time(crowd: Sequence[Client]) -> Iterator[tuple[Client, Step]]:
    steps = [(client, step) for client in crowd for step in client.plan.steps]
    return iter(sorted(steps, key=lambda one: one[1].at))
