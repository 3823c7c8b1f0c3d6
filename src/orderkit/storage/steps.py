"""One step of what is stored, new or decided at the version seen; the same request again is answered, not done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

import attrs

from orderkit.domain.change import Aggregate, Change
from orderkit.domain.contact import Contact
from orderkit.domain.keys import Request
from orderkit.domain.order import Order
from orderkit.errors import ConflictError
from orderkit.storage.reading import Reader
from orderkit.storage.writing import KeyTakenError, Store

A = TypeVar("A", bound=Aggregate)


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

    def make(self, change: Change[A], *others: Change[Any], request: Request, made: Callable[[UUID], A]) -> A:
        """
        Store something new; the same request again is answered with what it made, which *made* reads by its id.

        Raises:
            ConflictError: ``key_reused``.
        """
        try:
            return self.store.save(change.with_key(request.key, request.fingerprint), *others)
        except KeyTakenError:
            entry = self.reader.replayed(request.key, request.fingerprint)
            assert entry is not None  # keys stand in the journal for good
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
        except (ConflictError, KeyTakenError) as conflict:
            if isinstance(conflict, ConflictError) and conflict.code != "stale_version":
                raise
            if request and self.reader.replayed(request.key, request.fingerprint):
                return now()
            seen()  # says what was changed, and by whom
            raise
