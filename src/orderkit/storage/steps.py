"""
One step of what is stored: new, decided at the version seen, or decided on whatever is stored by now.

The same request again is answered, not done.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

import attrs

from orderkit.domain.change import Aggregate, Change
from orderkit.domain.contact import Contact
from orderkit.domain.journal import JournalEntry
from orderkit.domain.keys import Request
from orderkit.domain.order import Order
from orderkit.errors import OrderKitError
from orderkit.storage.insisting import insist, is_overtaken
from orderkit.storage.reading import Reader
from orderkit.storage.writing import KeyTakenError, Store

A = TypeVar("A", bound=Aggregate)

SHORTEST_LOOK, LONGEST_LOOK = 0.02, 0.5
"""Seconds between two looks at what somebody else is about to store."""


@attrs.frozen
class Insisted:
    """
    What came of a step that was taken on whatever was stored.

    Attributes:
        order: As it is stored now.
        entry: Of this step, or of the same request before it; ``None`` where nothing was to be changed.
        is_repeated: Whether the same request was there before.
    """

    order: Order
    entry: JournalEntry | None = None
    is_repeated: bool = False


@attrs.frozen
class Steps:
    """
    The steps of one site's orders, contacts and methods.

    A step that changes nothing stores nothing, its key included. Without a request, whoever comes twice comes late.
    """

    store: Store
    reader: Reader

    def order(
        self,
        order_id: UUID,
        expected_version: int,
        decide: Callable[[Order], Change[Order] | None],
        request: Request | None,
    ) -> Order:
        """
        Take the step that *decide* answers, on an order that still is at the version seen.

        Raises:
            ConflictError: ``stale_version``, naming what was changed since and by whom; ``key_reused``.
            NotFoundError: This site has no such order.
        """
        return self.take(
            lambda: self.reader.order_at(order_id, expected_version),
            decide,
            request,
            lambda: self.reader.order(order_id),
        )

    def contact(
        self,
        contact_id: UUID,
        expected_version: int,
        decide: Callable[[Contact], Change[Contact] | None],
        request: Request | None,
    ) -> Contact:
        """
        Take the step that *decide* answers, of a contact that still is at the version seen.

        Raises:
            ConflictError: ``stale_version``, naming what was changed since and by whom; ``key_reused``.
            NotFoundError: This site has no such contact.
        """
        return self.take(
            lambda: self.reader.contact_at(contact_id, expected_version),
            decide,
            request,
            lambda: self.reader.contact(contact_id),
        )

    def insist(
        self, decide: Callable[[], Change[Order] | Sequence[Change[Any]] | Order], request: Request | None
    ) -> Insisted:
        """
        Take the step that *decide* answers of the order as it stands; again while others are faster, as money must.

        Args:
            decide: Reads the order anew each time; answers the order's change, first of those that belong to it, or the
                order itself where nothing is to be changed.

        Raises:
            ConflictError: ``stale_version`` after many tries; ``key_reused``.
        """

        def step() -> Insisted:
            if request and (known := self._known(request)):
                return known
            try:
                return self._insisted(decide(), request)
            except OrderKitError as error:
                if is_overtaken(error) or not (request and (known := self._known(request))):
                    raise
                return known  # the same request was faster, and what it did is why this one is refused

        return insist(step)

    def wait(self, order: Order, is_answered: Callable[[Order], bool], seconds: float) -> Order:
        """The order once it is answered, as somebody else stores it, or as it is after so many seconds."""
        deadline, pause = time.monotonic() + seconds, SHORTEST_LOOK
        while not is_answered(order) and time.monotonic() < deadline:
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_LOOK)
            order = self.reader.order(order.id)
        return order

    def _insisted(
        self, decided: Change[Order] | Sequence[Change[Any]] | Order, request: Request | None
    ) -> Insisted:
        if isinstance(decided, Order):
            return Insisted(decided)
        change, *others = [decided] if isinstance(decided, Change) else decided
        change = change.with_key(request.key, request.fingerprint) if request else change
        return Insisted(self.store.save(change, *others), change.entry)

    def _known(self, request: Request) -> Insisted | None:
        entry = self.reader.replayed(request.key, request.fingerprint)
        if entry is None:
            return None
        assert entry.order_id is not None  # another verb's key has another fingerprint
        return Insisted(self.reader.order(entry.order_id), entry, is_repeated=True)

    def make(
        self,
        begin: Callable[[], Change[A]],
        *others: Change[Any],
        request: Request,
        made: Callable[[UUID], A],
    ) -> A:
        """
        Store something new; the same request again is answered with what it made, which *made* reads by its id.

        Args:
            begin: Refuses what is not to be made now; what was made already was allowed then.

        Raises:
            OrderKitError: As *begin*.
            ConflictError: ``key_reused``.
        """
        try:
            change = begin()
        except OrderKitError:
            if known := self.made_before(request, made):
                return known
            raise
        try:
            return self.store.save(change.with_key(request.key, request.fingerprint), *others)
        except KeyTakenError:
            known = self.made_before(request, made)
            assert known is not None  # keys stand in the journal for good
            return known

    def made_before(self, request: Request, made: Callable[[UUID], A]) -> A | None:
        """
        What the same request made before, which *made* reads by its id; ``None`` if there was none.

        Raises:
            ConflictError: ``key_reused``.
        """
        entry = self.reader.replayed(request.key, request.fingerprint)
        if entry is None:
            return None
        assert entry.subject_id is not None  # another verb's key has another fingerprint
        return made(entry.subject_id)

    def take(
        self,
        seen: Callable[[], A],
        decide: Callable[[A], Change[A] | None],
        request: Request | None,
        now: Callable[[], A],
    ) -> A:
        """
        Take the step that *decide* answers; *seen* reads at the version seen, *now* whatever is stored by now.

        Raises:
            ConflictError: ``stale_version``, as *seen* explains it; ``key_reused``.
        """
        try:
            before = seen()
            change = decide(before)
            if change is None:
                return before
            return self.store.save(change.with_key(request.key, request.fingerprint) if request else change)
        except (OrderKitError, KeyTakenError) as error:
            if request and self.reader.replayed(request.key, request.fingerprint):
                return now()  # the same request was faster, which may be why this one is refused
            if isinstance(error, KeyTakenError) or error.code == "stale_version":
                seen()  # says what was changed, and by whom
            raise
