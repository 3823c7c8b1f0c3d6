"""
`orderkit verify`: the promises that can be checked on stored rows, checked.

Each check is a function from one stored order to sentences about what is wrong; no sentence, no finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import attrs

from orderkit.domain.events import events_of
from orderkit.domain.journal import Json
from orderkit.domain.lifecycle import Lifecycle, Status
from orderkit.storage.auditing import Audit, StoredOrder


@attrs.frozen(slots=True)
class Finding:
    """
    One broken promise.

    Attributes:
        check: Which promise: ``money``, ``journal``, ``status``, ``outbox`` or ``numbers``.
        row: Which row: table and id, with the order's number where there is one.
    """

    site: str
    check: str
    row: str
    problem: str

    def __str__(self) -> str:
        return f"{self.site}: {self.check}: {self.row}: {self.problem}"


@attrs.frozen
class Verify:
    """Checks one site; reads only."""

    audit: Audit
    lifecycle: Lifecycle

    def run(self, progress: Callable[[], object] = lambda: None) -> Iterator[Finding]:
        """
        Check every order, then every journal, then the number counter.

        Args:
            progress: Called once per order.
        """
        site = self.audit.site.code
        for stored in self.audit.orders():
            row = f"orderkit_orders {stored.order.id} (number {stored.order.number})"
            for check, problems in self._problems(stored):
                yield from (Finding(site, check, row, problem) for problem in problems)
            progress()
        for table, id, version, entries, highest in self.audit.subjects():
            problem = f"version is {version}, its journal has {entries} changes up to version {highest}"
            yield Finding(site, "journal", f"{table} {id}", problem)
        last, highest = self.audit.counter()
        if highest > last:
            yield Finding(
                site, "numbers", "orderkit_counters", f"stands at {last}, number {highest} is in use"
            )

    def _problems(self, stored: StoredOrder) -> Iterator[tuple[str, Iterator[str]]]:
        yield "money", _money(stored)
        yield "journal", _chain(stored)
        yield "status", self._steps(stored)
        yield "outbox", _events(stored)

    def _steps(self, stored: StoredOrder) -> Iterator[str]:
        """Every step of the recorded life is one of the table."""
        for entry in stored.entries:
            step = entry.difference("status")
            if step is None or entry.version == 1:
                continue
            before, after = Status(str(step.before)), Status(str(step.after))
            if not self.lifecycle.allows(before, after):
                yield f"went from {before.value!r} to {after.value!r} (journal {entry.id}), no step of the table"


def _money(stored: StoredOrder) -> Iterator[str]:
    """What stands in the columns is what lines and ledger add up to, and no payment gave back more than it took."""
    yield from _differing(stored.stored, stored.computed)
    for row, computed in stored.payments:
        yield from (f"payment {row['id']}: {problem}" for problem in _differing(row, computed))
    for payment in stored.order.payments:
        sums = payment.sums
        if (
            sums.refunded + sums.reserved > sums.captured
            or min(sums.captured, sums.authorised, sums.refunded) < 0
        ):
            yield f"payment {payment.id}: its ledger gives back or captures more than it may ({sums})"


def _differing(stored: Mapping[str, object], computed: Mapping[str, object]) -> Iterator[str]:
    for column, value in computed.items():
        if stored[column] != value:
            yield f"{column} is {stored[column]}, lines and ledger give {value}"


_TOLD = {"status": "status", "total": "total_minor", "paid": "paid_minor", "payment_status": "payment_status"}
"""Journalled field → column: the last thing the journal says must be what is stored."""


def _chain(stored: StoredOrder) -> Iterator[str]:
    """Versions without a gap; each change begins where the one before ended; the last one is what is stored."""
    versions = [entry.version for entry in stored.entries]
    if versions != list(range(1, stored.order.version + 1)):
        yield f"version is {stored.order.version}, its journal tells of versions {_short(versions)}"
    told: dict[str, Json] = {}
    for entry in stored.entries:
        for field in _TOLD:
            step = entry.difference(field)
            if step is not None and step.before != told.get(field):
                yield f"{field}: journal {entry.id} begins at {step.before!r}, the last ended at {told.get(field)!r}"
            if step is not None:
                told[field] = step.after
    for field, column in _TOLD.items():
        if stored.entries and told.get(field) != stored.stored[column]:
            yield f"{field} is {stored.stored[column]!r}, the journal ends at {told.get(field)!r}"


def _events(stored: StoredOrder) -> Iterator[str]:
    """The outbox holds exactly the events that the journal causes."""
    total = 0
    for entry in stored.entries:
        step = entry.difference("total")
        total = int(str(step.after or 0)) if step else total
        expected = {
            name: dict(fields) for name, fields in events_of(entry, total, stored.order.currency).items()
        }
        found = stored.events.get(entry.id, {})
        if expected != found:
            yield f"journal {entry.id} ({entry.kind}) causes {_names(expected)}, the outbox has {_names(found)}"
    known = {entry.id for entry in stored.entries}
    for journal_id in stored.events.keys() - known:
        yield f"the outbox has events of journal {journal_id}, which changed nothing here"


def _names(events: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {fields}" for name, fields in sorted(events.items())) or "nothing"


def _short(versions: list[int | None]) -> str:
    return ", ".join(str(version) for version in versions[:10]) + (" …" if len(versions) > 10 else "")
