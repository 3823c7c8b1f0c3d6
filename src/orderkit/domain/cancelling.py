"""
Cancelling an order whose money is with providers: what each is asked for, and what may happen while they are.

The last step of it, once they have answered, is `moving.cancel`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.holding import released
from orderkit.domain.journal import JournalEntry
from orderkit.domain.money import Money
from orderkit.domain.operation import Operation, OperationStatus
from orderkit.domain.order import Order
from orderkit.domain.payment import Payment, Refund
from orderkit.errors import TransitionRefusedError

_MOVES_NOTHING = frozenset({"declined", "pending", "unknown", "redirect"})
"""Answers about a payment after which no more is paid or held than before."""


def without_holds(order: Order, act: Act) -> Order:
    """An order as it would be once providers released what they hold: cancelling is tried on that before they do."""
    payments = (released(one, act) if one.is_with_provider else one for one in order.payments)
    return attrs.evolve(order, payments=tuple(payments))


def begun(since: Sequence[JournalEntry], keys: Set[str]) -> frozenset[UUID]:
    """The ids of what was asked for under one of these *keys*."""
    told = [entry.data for entry in since if entry.key in keys]
    return frozenset(
        UUID(str(data[name])) for data in told for name in ("refund_id", "operation_id") if name in data
    )


def is_its_own(since: Sequence[JournalEntry], keys: Set[str]) -> bool:
    """
    Whether nothing else was done to an order than what cancelling it does: asking under these *keys*, and the answers.

    That a payment was declined or still is nowhere is its own, too: no more is paid or held by it than was seen.
    """
    ids = {str(id) for id in begun(since, keys)}

    def belongs(entry: JournalEntry) -> bool:
        told = {entry.data.get("refund_id"), entry.data.get("operation_id")}
        is_news = entry.kind == "payment.answered" and entry.data.get("outcome") in _MOVES_NOTHING
        return entry.key in keys or is_news or not ids.isdisjoint(told)

    return all(map(belongs, since))


def shares(order: Order, minor: int, given: Mapping[UUID, int]) -> Iterator[tuple[Payment, Money]]:
    """
    How much of *minor* units each payment gives back: the latest first, each as much as it can.

    Args:
        given: What payments were asked to give back of it already; they are asked for the same again, under their key.
    """
    for payment in reversed(order.payments):
        part = min(minor, max(payment.sums.refundable, 0) + given.get(payment.id, 0))
        if part:
            yield payment, order.balance.money(part)
            minor -= part


def require_done(order: Order, record: Operation | Refund) -> None:
    """
    Refuse to cancel an order after its provider has not done what it was asked for.

    That a provider is still giving money back is enough: that money is kept by nobody.

    Raises:
        TransitionRefusedError: ``provider_refused``: it was not done; ``answer_awaited``: nobody knows yet.
    """
    is_refund = isinstance(record, Refund)
    what = f"to {'give back' if is_refund else 'release'} {record.amount}"
    if record.status is OperationStatus.FAILED:
        raise TransitionRefusedError(
            f"{order.name} is not cancelled: its provider was asked {what} and refused ({record.failure}); look there, "
            "then cancel it anew. What was given back until then stays so",
            code="provider_refused",
            order=order.number,
        )
    is_done = record.status is OperationStatus.SETTLED
    if not is_done and not (is_refund and record.status is OperationStatus.PENDING):
        raise TransitionRefusedError(
            f"{order.name} is not cancelled: its provider was asked {what}, and it is not known what came of it; "
            "ask the provider, or wait for its answer, then cancel it",
            code="answer_awaited",
            order=order.number,
        )
