"""Handing committed events to those who subscribed to them, at least once each."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import attrs

from orderkit.contracts.subscriptions import Subscription, TryAgainError
from orderkit.domain.events import Event
from orderkit.storage.outboxing import Claimed, OutboxQueue
from orderkit.storage.subscribers import SubscriberList

log = logging.getLogger("orderkit.outbox")

LEASE = timedelta(minutes=5)
"""How long a subscriber may take before another worker tries the event too."""
BATCH = 50
MAX_ATTEMPTS = 32
"""Tries of about a day."""
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(hours=1)
LONGEST_WISH = timedelta(days=1)
"""However long a subscriber asks to wait."""


@attrs.frozen(slots=True)
class WorkReport:
    """
    What a spell of work came to.

    Attributes:
        handed: Calls of subscribers that went well.
        failed: Calls that raised and are tried again later.
        given_up: Events of which no further try is made.
        more: Whether the time was up before nothing was due any more.
        lacking: Subscribers known to the database and not to this process, which for their sake took nothing.
    """

    handed: int = 0
    failed: int = 0
    given_up: int = 0
    more: bool = False
    lacking: tuple[str, ...] = ()

    def __add__(self, other: WorkReport) -> WorkReport:
        return WorkReport(
            self.handed + other.handed,
            self.failed + other.failed,
            self.given_up + other.given_up,
            self.more or other.more,
            tuple(sorted({*self.lacking, *other.lacking})),
        )


@attrs.frozen
class Outbox:
    """
    Works the outbox of one site.

    Without any subscription nothing is taken: an event that nobody here wants is not thrown away. Nor is anything
    taken by a process that lacks a subscriber which has worked this database: it would take it away from that one.

    Attributes:
        give_up: Told of an event of which no further try is made, by the name of the subscriber; the event counts as
            handled by who writes that down itself.
    """

    queue: OutboxQueue
    known: SubscriberList
    subscriptions: Sequence[Subscription]
    clock: Callable[[], datetime]
    new_id: Callable[[], UUID]
    give_up: Mapping[str, Callable[[Any], object]] = attrs.field(factory=dict)

    def work(self, budget: timedelta) -> WorkReport:
        """Hand out what is due until nothing is, or *budget* is used up; a call that has begun is not cut short."""
        report = WorkReport()
        if not self.subscriptions:
            return report
        if lacking := self.known.lacking([subscription.name for subscription in self.subscriptions]):
            log.warning("nothing is handed out: this process lacks the subscribers %s", ", ".join(lacking))
            return WorkReport(lacking=lacking)
        deadline = time.monotonic() + budget.total_seconds()
        while time.monotonic() < deadline:
            now, lease = self.clock(), self.new_id()
            leased_until = time.monotonic() + LEASE.total_seconds()
            claimed = self.queue.claim(lease, now=now, until=now + LEASE, limit=BATCH)
            if not claimed:
                return report
            for one in claimed:
                if time.monotonic() >= min(deadline, leased_until):
                    self.queue.release(lease, now=now)
                    break
                report += self._hand_out(one)
        return attrs.evolve(report, more=True)

    def _hand_out(self, claimed: Claimed) -> WorkReport:
        waiting = [
            subscription
            for subscription in self.subscriptions
            if isinstance(claimed.event, subscription.event) and subscription.name not in claimed.handled
        ]
        is_last = claimed.attempts + 1 >= MAX_ATTEMPTS
        errors = {subscription.name: _call(subscription, claimed.event) for subscription in waiting}
        failed = {name: error for name, error in errors.items() if error}
        settled = {name for name in failed if is_last and self._is_settled(name, claimed.event)}
        waited_for = {name: error for name, error in failed.items() if name not in settled}
        self.queue.finish(
            claimed,
            handled=(*claimed.handled, *(name for name in errors if name not in waited_for)),
            retry_at=self._later(claimed.attempts, waited_for.values())
            if waited_for and not is_last
            else None,
            error="; ".join(f"{name}: {error.reason}" for name, error in waited_for.items()) or None,
        )
        return WorkReport(len(errors) - len(failed), len(failed), int(bool(failed) and is_last))

    def _is_settled(self, name: str, event: Event) -> bool:
        """Whether a subscriber has written down itself that no further try is made."""
        if name not in self.give_up:
            return False
        try:
            self.give_up[name](event)
        except Exception as error:
            log.warning("subscriber %r cannot give up: %s", name, type(error).__name__)
            return False
        return True

    def _later(self, attempts: int, errors: Iterable[TryAgainError]) -> datetime:
        return self.clock() + _delay(attempts, errors)


def _call(subscription: Subscription, event: Event) -> TryAgainError | None:
    """Call one subscriber; answer why it is to be called again, ``None`` if all went well."""
    try:
        subscription.handler(event)
    except Exception as error:
        # A subscriber is foreign code: whatever it raises concerns this call alone. Its message may hold
        # personal data, so only its class is kept.
        again = error if isinstance(error, TryAgainError) else TryAgainError(type(error).__name__)
        log.warning(
            "subscriber %r failed on %s of order %s: %s",
            subscription.name,
            type(event).__name__,
            event.order.number,
            again.reason,
        )
        return again
    return None


def _delay(attempts: int, errors: Iterable[TryAgainError] = ()) -> timedelta:
    """The usual delay, or longer where somebody asks for it; no longer than a day."""
    usual: timedelta = min(FIRST_DELAY * 2**attempts, LONGEST_DELAY)
    return min(max([usual, *(error.after for error in errors)]), LONGEST_WISH)
