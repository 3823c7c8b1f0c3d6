"""
Cancelling an order whose money is with providers: what each is asked for, and what may happen while they are.

It is begun in a commit of its own, by which people are locked out. The last step, once all have answered, is
`moving.cancel`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from uuid import UUID

import attrs

from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.asking import CLOSE_REQUESTED
from orderkit.domain.change import Change, changed
from orderkit.domain.holding import released
from orderkit.domain.journal import JournalEntry, Json
from orderkit.domain.money import Money
from orderkit.domain.operation import Operation, OperationKind, OperationStatus
from orderkit.domain.order import Order
from orderkit.domain.payment import Payment, Refund
from orderkit.domain.text import LONG, clean_words
from orderkit.errors import TransitionRefusedError

BEGUN, STOPPED = "order.cancelling", "order.cancelling_stopped"
"""Kinds of the entries between which people are locked out; where the order is cancelled, that ends it, too."""
OWN = "cancelling"
"""Names in the data of an entry the course that it is a step of."""
_OPEN = frozenset({"pending", "unknown"})
_MOVES_NOTHING: Mapping[str, Set[str]] = {
    "payment.answered": _OPEN | {"declined", "redirect"},
    "payment.refund_answered": _OPEN,
    "payment.capture_answered": _OPEN,
    "payment.void_answered": _OPEN,
}
"""Answers after which no more is paid, held or to be given back than before, by the kind of the entry."""


def without_holds(order: Order, act: Act) -> Order:
    """An order as it would be once providers released what they hold: cancelling is tried on that before they do."""
    payments = (released(one, act) if one.is_with_provider else one for one in order.payments)
    return attrs.evolve(order, payments=tuple(payments))


@attrs.frozen(slots=True, kw_only=True)
class Course:
    """
    What cancelling an order asks its providers for, settled before the first of them is asked.

    The journal entry that begins it holds all of this, so that whoever goes on with it does the same.

    Attributes:
        version: Of the order, once it was begun.
        releases: The payments whose hold is released.
        refunds: What each of these payments gives back through its provider.
        by_hand: What is given back by people, as the last step books it.
        tells: Whether the client may be written to that the order is cancelled.
    """

    id: UUID
    actor: Actor
    reason: str
    version: int = 0
    releases: tuple[UUID, ...] = ()
    refunds: tuple[tuple[UUID, Money], ...] = ()
    by_hand: Money
    tells: bool = True

    @property
    def asks_providers(self) -> bool:
        """Whether there is anything to ask for; else the order is cancelled at once."""
        return bool(self.releases or self.refunds)


def begin(order: Order, course: Course, act: Act) -> Change[Order]:
    """
    Begin to cancel an order through providers: from now on people are locked out of it.

    Raises:
        InvalidInputError: No reason, or one that is too long.
    """
    refunds: list[Json] = [{"payment_id": str(id), "amount": amount.minor} for id, amount in course.refunds]
    change = changed(
        order,
        attrs.evolve(order, cancelling=course.id),
        BEGUN,
        act,
        reason=clean_words(course.reason, "reason", limit=LONG, required=True),
        releases=[str(id) for id in course.releases],
        refunds=refunds,
        by_hand=course.by_hand.minor,
        tells=course.tells,
    )
    assert change is not None  # it was not being cancelled by this
    return change


def read(entry: JournalEntry, currency: str) -> Course:
    """The course that an entry of `begin` tells of."""
    data, known = entry.data, entry.difference("cancelling")
    releases, refunds = data["releases"], data["refunds"]
    assert known is not None
    assert entry.version is not None
    assert isinstance(releases, list)  # all as `begin` tells it
    assert isinstance(refunds, list)
    return Course(
        id=UUID(str(known.after)),
        actor=entry.actor,
        reason=entry.reason,
        version=entry.version,
        releases=tuple(UUID(str(id)) for id in releases),
        refunds=tuple(
            (UUID(str(one["payment_id"])), Money(int(str(one["amount"])), currency))
            for one in refunds
            if isinstance(one, Mapping)
        ),
        by_hand=Money(int(str(data["by_hand"])), currency),
        tells=bool(data["tells"]),
    )


def own(change: Change[Order], id: UUID) -> Change[Order]:
    """A change as one step of the course of that id, which is not locked out by it."""
    data = {**change.entry.data, OWN: str(id)}
    return attrs.evolve(change, entry=attrs.evolve(change.entry, data=data))


def stop(order: Order, id: UUID, act: Act, *, why: str) -> Change[Order] | Order:
    """
    End a course without cancelling the order: its status is as before, and what was given back until then stays so.

    Args:
        why: A code of an error.

    Returns:
        The order itself where that course has ended already.
    """
    if order.cancelling != id:
        return order
    change = changed(order, attrs.evolve(order, cancelling=None), STOPPED, act, why=why, **{OWN: str(id)})
    assert change is not None  # it was being cancelled
    return change


def is_locked_out(change: Change[Order]) -> bool:
    """
    Whether a change may not be made because the order is being cancelled.

    Only people are locked out: what providers tell is booked whenever they do. What is only told, such as a note,
    changes nothing.
    """
    if change.before is None or change.before.cancelling is None or change.changes_nothing:
        return False
    is_of_money = change.entry.actor.kind is ActorKind.MONEY
    return not is_of_money and change.entry.data.get(OWN) != str(change.before.cancelling)


def being_cancelled(name: str, number: str, begun: JournalEntry) -> TransitionRefusedError:
    """What whoever is locked out is told: who is cancelling the order, and since when."""
    by = begun.actor.name or begun.actor.kind.value
    return TransitionRefusedError(
        f"{name} is being cancelled by {by} since {begun.at:%Y-%m-%d %H:%M} UTC, and its providers are asked; "
        "wait for the end of it, or stop it (operations.stop_cancelling)",
        code="being_cancelled",
        possible=["operations.stop_cancelling"],
        order=number,
        by=by,
        since=begun.at,
    )


@attrs.frozen(slots=True)
class Part:
    """
    One thing that a course asks a provider for.

    Attributes:
        amount: What is to be given back, or released.
        record: How far it has come; ``None`` where it was not asked for yet.
    """

    payment: Payment
    amount: Money
    is_refund: bool
    record: Operation | Refund | None


def left(order: Order, course: Course, since: Sequence[JournalEntry]) -> tuple[Part, ...]:
    """
    What of a course is not done by now, in the order in which it is asked for.

    Args:
        since: What was done to the order since the course was begun.
    """
    asked = begun(since, course.id)
    payments = {payment.id: payment for payment in order.payments}

    def part(payment_id: UUID, amount: Money | None) -> Part:
        payment = payments[payment_id]
        records = (one for one in payment.asked_for if one.id in asked)
        record = next((one for one in records if isinstance(one, Refund) is (amount is not None)), None)
        held = record.amount if record else order.balance.money(payment.sums.authorised)
        return Part(payment, amount or held, amount is not None, record)

    parts = [part(id, None) for id in course.releases] + [part(*refund) for refund in course.refunds]
    return tuple(one for one in parts if not (_is_done(one.record) if one.record else not one.amount))


def begun(since: Sequence[JournalEntry], id: UUID) -> frozenset[UUID]:
    """The ids of what a course has asked for until now."""
    told = [entry.data for entry in since if entry.data.get(OWN) == str(id)]
    return frozenset(
        UUID(str(data[name])) for data in told for name in ("refund_id", "operation_id") if name in data
    )


def waited_for(order: Order, course: Course, since: Sequence[JournalEntry]) -> frozenset[UUID]:
    """The ids of what a course has asked for, and of what else is under way with the holds that it is to release."""
    released = [
        one for payment in order.payments if payment.id in course.releases for one in payment.operations
    ]
    voids = (one.id for one in released if one.kind is OperationKind.VOID and one.is_under_way)
    return begun(since, course.id) | frozenset(voids)


def is_as_seen(since: Sequence[JournalEntry], id: UUID | None = None) -> bool:
    """
    Whether an order is as whoever cancels it has seen it, but for what the course of that id did and was answered.

    That a payment was declined or still is nowhere changes nothing: no more is paid or held by it than was seen. Nor
    does it that one is being closed, or that nobody knows what came of something else.
    """
    asked = {str(one) for one in begun(since, id)} if id else set()

    def belongs(entry: JournalEntry) -> bool:
        told = {entry.data.get("refund_id"), entry.data.get("operation_id")}
        is_news = entry.kind == CLOSE_REQUESTED or entry.data.get("outcome") in _MOVES_NOTHING.get(
            entry.kind, ()
        )
        is_own = id is not None and entry.data.get(OWN) == str(id)
        return is_own or is_news or not asked.isdisjoint(told)

    return all(map(belongs, since))


def require_done(order: Order, record: Operation | Refund) -> None:
    """
    Refuse to cancel an order after its provider has not done what it was asked for.

    That a provider is still giving money back is enough: that money is kept by nobody.

    Raises:
        TransitionRefusedError: ``provider_refused``: it was not done; ``answer_awaited``: nobody knows yet.
    """
    what = f"to {'give back' if isinstance(record, Refund) else 'release'} {record.amount}"
    if record.status is OperationStatus.FAILED:
        raise TransitionRefusedError(
            f"{order.name} is not cancelled: its provider was asked {what} and refused ({record.failure}); look there, "
            "then cancel it anew. What was given back until then stays so",
            code="provider_refused",
            order=order.number,
        )
    if not _is_done(record):
        raise TransitionRefusedError(
            f"{order.name} is not cancelled: its provider was asked {what}, and it is not known what came of it; "
            "wait for its answer, or look there and write it down (operations.write_down), then cancel it",
            code="answer_awaited",
            possible=["operations.look_up", "operations.write_down"],
            order=order.number,
        )


def _is_done(record: Operation | Refund) -> bool:
    """Whether it keeps no cancelling waiting any more; a refund that is under way at its provider does not."""
    is_going_back = isinstance(record, Refund) and record.status is OperationStatus.PENDING
    return is_going_back or record.status is OperationStatus.SETTLED
