"""
`orderkit verify`: the promises that can be checked on stored rows, checked.

Each check is a function from what is stored to sentences about what is wrong; no sentence, no finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import attrs

from orderkit.domain.events import events_of
from orderkit.domain.journal import Difference, JournalEntry, Json, Snapshot
from orderkit.domain.lifecycle import Lifecycle, Status
from orderkit.domain.operation import OperationKind, OperationStatus
from orderkit.domain.payment import FactKind, Payment, RefundStatus
from orderkit.storage.auditing import Audit, StoredOrder, StoredSubject, Unreadable


@attrs.frozen(slots=True)
class Finding:
    """
    One broken promise.

    Attributes:
        check: Which promise: ``money``, ``journal``, ``status``, ``outbox``, ``links``, ``numbers`` or
            ``rows``.
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
        Check every order, then every contact, link, visitor and method, then references, keys and the number counter.

        Args:
            progress: Called once per order.
        """
        for check, row, problem in self._all(progress):
            yield Finding(self.audit.site.code, check, row, problem)

    def _all(self, progress: Callable[[], object]) -> Iterator[tuple[str, str, str]]:
        for stored in self.audit.orders():
            yield from self._order(stored)
            progress()
        for subject in self.audit.subjects():
            yield from self._subject(subject)
        for table, id, column, missing in self.audit.dangling():
            yield "rows", f"{table} {id}", f"{column} names {missing}, which is not there"
        for visitor, carts in self.audit.crowded_slots():
            yield "rows", f"orderkit_visitors {visitor}", f"has {carts} carts in its slot, one may be there"
        if unsearched := self.audit.unsearched():
            yield (
                "rows",
                "orderkit_details_search",
                f"lacks {unsearched} of the details, so a search misses them",
            )
        for details_id in self.audit.unrecognised():
            yield (
                "rows",
                f"orderkit_details {details_id}",
                "has other keys than its e-mail, phone and name make",
            )
        last, highest = self.audit.counter()
        if highest > last:
            yield "numbers", "orderkit_counters", f"stands at {last}, number {highest} is in use"

    def _order(self, stored: StoredOrder | Unreadable) -> Iterator[tuple[str, str, str]]:
        if isinstance(stored, Unreadable):
            yield _unreadable(stored)
            return
        row = f"orderkit_orders {stored.order.id} (number {stored.order.number})"
        checks = {
            "money": _money(stored),
            "journal": _journal(stored),
            "status": self._steps(stored.entries),
            "outbox": _events(stored),
            "links": _links(stored),
            "rows": _kept(stored),
        }
        for check, problems in checks.items():
            yield from ((check, row, problem) for problem in _readable(problems))

    def _subject(self, stored: StoredSubject | Unreadable) -> Iterator[tuple[str, str, str]]:
        if isinstance(stored, Unreadable):
            yield _unreadable(stored)
            return
        subject = stored.subject
        for problem in _chain(subject.snapshot(), subject.version, stored.entries):
            yield "journal", f"{stored.table} {subject.id}", problem

    def _steps(self, entries: Sequence[JournalEntry]) -> Iterator[str]:
        """Every step of the recorded life is one of the table."""
        for entry in entries:
            step = entry.difference("status")
            if step is not None and entry.version != 1 and not self._is_step(step):
                yield f"went from {step.before!r} to {step.after!r} (journal {entry.id}), no step of the table"

    def _is_step(self, step: Difference) -> bool:
        try:
            return self.lifecycle.allows(Status(str(step.before)), Status(str(step.after)))
        except ValueError:
            return False


def _readable(problems: Iterator[str]) -> Iterator[str]:
    """A journal that was tampered with may hold what no check can count with: that is a problem, not an end."""
    try:
        yield from problems
    except (KeyError, TypeError, ValueError) as error:
        yield f"its journal holds what no journal may hold ({type(error).__name__})"


def _unreadable(stored: Unreadable) -> tuple[str, str, str]:
    problem = f"holds what no {stored.table.removeprefix('orderkit_').removesuffix('s')} may hold"
    return "rows", f"{stored.table} {stored.id}", f"{problem} ({stored.problem})"


def _money(stored: StoredOrder) -> Iterator[str]:
    """What stands in the columns is what lines and ledger add up to, and no payment gave back more than it took."""
    yield from _differing(stored.stored, stored.computed)
    for row, computed in stored.payments:
        yield from (f"payment {row['id']}: {problem}" for problem in _differing(row, computed))
    for payment in stored.order.payments:
        yield from (f"payment {payment.id}: {problem}" for problem in _ledger(payment))
    if (attempts := sum(payment.is_attempt for payment in stored.order.payments)) > 1:
        yield f"{attempts} attempts to pay it are open, and at most one may be"


def _kept(stored: StoredOrder) -> Iterator[str]:
    """Line ids are never given twice, times fit the status, and every change is found from the order and its client."""
    order = stored.order
    highest = max((line.id for line in order.lines), default=0)
    if order.last_line_id < highest:
        yield f"last_line_id is {order.last_line_id}, line {highest} is there"
    sent = order.status in (Status.SHIPPED, Status.DELIVERED, Status.CANCELLED)
    if (order.shipped_at or order.delivered_at) and not sent:
        yield f"is {order.status.value!r} and has times of shipping"
    if order.cart_visitor and not order.is_cart:
        yield f"is {order.status.value!r} and still in the slot of visitor {order.cart_visitor}"
    if (order.cancelled_at is not None) != (order.status is Status.CANCELLED):
        yield f"is {order.status.value!r}, cancelled_at is {order.cancelled_at}"
    for entry in stored.entries:
        if entry.order_id != order.id or entry.contact_id is None:
            yield f"journal {entry.id} is not found from its order and contact"


def _differing(stored: Mapping[str, object], computed: Mapping[str, object]) -> Iterator[str]:
    for column, value in computed.items():
        if stored[column] != value:
            yield f"{column} is {stored[column]}, lines and ledger give {value}"


def _ledger(payment: Payment) -> Iterator[str]:
    sums = payment.sums
    if (
        sums.refunded + sums.reserved > sums.captured
        or min(sums.captured, sums.authorised, sums.refunded, sums.capturable) < 0
    ):
        yield f"its ledger gives back or captures more than it may ({sums})"
    settled = dict.fromkeys(OperationKind, 0)
    for operation in payment.operations:
        if operation.status is OperationStatus.SETTLED:
            settled[operation.kind] += operation.amount.minor
    voided = sum(fact.amount.minor for fact in payment.facts if fact.kind is FactKind.VOID)
    if settled[OperationKind.CAPTURE] > sums.captured or settled[OperationKind.VOID] > voided:
        yield f"operations on its hold are settled that its ledger does not tell of ({sums})"
    for refund in payment.refunds:
        facts = dict.fromkeys(FactKind, 0)
        for fact in payment.facts:
            if fact.refund_id == refund.id:
                facts[fact.kind] += fact.amount.minor
        given = facts[FactKind.REFUND] - facts[FactKind.REFUND_REVERSED]
        expected = refund.amount.minor if refund.status is RefundStatus.SETTLED else 0
        if given != expected:
            yield f"refund {refund.id} is {refund.status.value}, its ledger gives back {given}, not {expected}"


def _journal(stored: StoredOrder) -> Iterator[str]:
    """Its changes lead from nothing to what is stored, and the last of them was made when the order says."""
    order = stored.order
    yield from _chain(order.snapshot(), order.version, stored.entries)
    if order.submitted_at and order.submitted_at not in {entry.at for entry in stored.entries}:
        yield f"submitted_at is {order.submitted_at}, and nothing was done then"
    if stored.entries and stored.entries[-1].at != order.changed_at:
        yield f"changed_at is {order.changed_at}, its last change was made at {stored.entries[-1].at}"


_UNTOLD = ("lines.", "payments.", "submitted_at")
"""
What the creation of an order does not tell one by one, and what older versions did not tell at all; the journal tells
it from its first change on.
"""


def _chain(now: Snapshot, version: int, entries: Sequence[JournalEntry]) -> Iterator[str]:
    """Versions without a gap; each change begins where the one before ended; the last one is what is stored."""
    versions = [entry.version for entry in entries]
    if versions != list(range(1, version + 1)):
        yield f"version is {version}, its journal tells of versions {_short(versions)}"
    told: dict[str, Json] = {}
    for entry in entries:
        for step in entry.differences:
            first_told = step.field not in told and step.field.startswith(_UNTOLD)
            if not first_told and step.before != told.get(step.field):
                yield (
                    f"{step.field}: journal {entry.id} begins at {step.before!r}, "
                    f"the last ended at {told.get(step.field)!r}"
                )
            told[step.field] = step.after
    told.pop("lines", None)  # how many an order began with
    for field in dict.fromkeys([*now, *told]):
        is_untold = field not in told and field.startswith(_UNTOLD)
        if not is_untold and told.get(field) != now.get(field):
            yield f"{field} is {now.get(field)!r}, the journal ends at {told.get(field)!r}"


def _events(stored: StoredOrder) -> Iterator[str]:
    """The outbox holds exactly the events that the journal causes, and none was given up."""
    order, total = stored.order, 0
    for entry in (*stored.entries, *stored.asked):
        step = entry.difference("total")
        total = int(str(step.after or 0)) if step else total
        head = {"number": order.number, "version": entry.version}  # where nothing is changed, it says nothing
        expected = {
            name: {**head, **fields} for name, fields in events_of(entry, total, order.currency).items()
        }
        found = stored.events.get(entry.id, {})
        if entry.version is None:
            found = {name: {**fields, "version": None} for name, fields in found.items()}
        if expected != found:
            yield f"journal {entry.id} ({entry.kind}) causes {_names(expected)}, the outbox has {_names(found)}"
    known = {entry.id for entry in (*stored.entries, *stored.asked)}
    for journal_id in stored.events.keys() - known:
        yield f"the outbox has events of journal {journal_id}, which changed nothing here"
    for id, event, error in stored.given_up:
        yield f"{event} {id} was given up ({error}); cure the subscriber, then run: orderkit work --retry-given-up"


def _links(stored: StoredOrder) -> Iterator[str]:
    """The links that open an order are those that its journal tells of, from the same moments on."""
    for hash in stored.told_links.keys() | stored.links.keys():
        told, found = stored.told_links.get(hash), stored.links.get(hash)
        if told != found:
            yield f"the journal tells of link {hash[:8]}… from {told}, orderkit_order_links from {found}"


def _names(events: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {fields}" for name, fields in sorted(events.items())) or "nothing"


def _short(versions: list[int | None]) -> str:
    told = ", ".join(str(version) for version in versions[:10]) or "none"
    return told + (" …" if len(versions) > 10 else "")
