"""Cancelling through providers: a course is begun and told, its steps are its own, and others are locked out."""

from typing import Any
from uuid import UUID, uuid4

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderkit.domain import asking, cancelling, holding, notes, refunding
from orderkit.domain.actor import Actor, ActorKind
from orderkit.domain.cancelling import Course
from orderkit.domain.change import Change
from orderkit.domain.journal import JournalEntry
from orderkit.domain.lifecycle import Status
from orderkit.domain.money import Money
from orderkit.domain.moving import cancel, set_status
from orderkit.domain.operation import OperationStatus
from orderkit.domain.order import Order
from orderkit.domain.outcome import Declined, Outcome, Pending, Succeeded, Unknown
from orderkit.domain.payment import Payment, Refund
from orderkit.errors import InvalidInputError, TransitionRefusedError
from tests.domain.making import LATER, NOW, act, held, order, paid, rub

OLGA = Actor(ActorKind.STAFF, "1", "Ольга")


def by_card(amount: str = "1000.00", **fields: Any) -> Payment:
    return paid(amount, offline=False, reference="b-1", **fields)


def course_of(made: Order, *, by_hand: str = "0", **fields: Any) -> Course:
    """Everything that is held released, 300 given back by the last payment that brought something."""
    releases = tuple(one.id for one in made.payments if one.is_held)
    refunds = tuple((one.id, rub("300")) for one in made.payments[-1:] if one.sums.refundable)
    given_ = {"id": uuid4(), "actor": OLGA, "reason": "передумал", "releases": releases, "refunds": refunds}
    return Course(by_hand=rub(by_hand), **given_ | fields)


def begun(made: Order, **fields: Any) -> tuple[Order, Course]:
    """An order that is being cancelled, with the course as whoever goes on reads it."""
    change = cancelling.begin(made, course_of(made, **fields), act())
    return change.after, cancelling.read(change.entry, "RUB")


def refunding_step(made: Order, course: Course) -> Change[Order]:
    """The refund of the course, asked for."""
    [(payment_id, amount)] = course.refunds
    step = refunding.begin(made, payment_id, amount, act(), reason=course.reason, lower_total=False)
    return cancelling.own(step, course.id)


def answered(made: Order, outcome: Outcome) -> Change[Order]:
    """What the provider says to the refund, or to the release, of the last payment."""
    [record] = made.payments[-1].asked_for
    answer = refunding.answer if isinstance(record, Refund) else holding.answer
    change = answer(made, record.id, outcome, act(ActorKind.MONEY))
    assert change is not None
    return change


def record_of(change: Change[Order]) -> Any:
    [record] = change.after.payments[-1].asked_for
    return record


# Beginning, and reading what was begun.


@given(
    st.lists(st.uuids(), max_size=3).map(tuple),
    st.lists(
        st.tuples(st.uuids(), st.integers(1, 2**53 - 1).map(lambda minor: Money(minor, "RUB"))), max_size=3
    ).map(tuple),
    st.integers(0, 2**53 - 1),
    st.booleans(),
    st.sampled_from(ActorKind),
)
def test_it_is_read_as_it_was_begun(
    releases: tuple[UUID, ...],
    refunds: tuple[tuple[UUID, Money], ...],
    by_hand: int,
    tells: bool,
    kind: ActorKind,
) -> None:
    """The journal entry holds all of it, so that whoever goes on does the same."""
    course = Course(
        id=uuid4(), actor=Actor(kind, "1", "Ольга"), reason="передумал",
        releases=releases, refunds=refunds, by_hand=Money(by_hand, "RUB"), tells=tells,
    )  # fmt: skip
    made = order()
    change = cancelling.begin(made, course, act(kind))

    assert attrs.evolve(course, version=made.version + 1) == cancelling.read(change.entry, "RUB")
    assert (course.id, made.status) == (change.after.cancelling, change.after.status)
    assert bool(releases or refunds) is course.asks_providers


@pytest.mark.parametrize(("reason", "code"), [(" ", "empty"), ("x" * 10_001, "too_long")])
def test_it_says_why(reason: str, code: str) -> None:
    """A reason is needed, of a length that is read."""
    made = order(payments=(by_card(),))
    with pytest.raises(InvalidInputError) as refused:
        cancelling.begin(made, course_of(made, reason=reason), act())

    assert (code, "reason") == (refused.value.code, refused.value.field)


def test_without_holds() -> None:
    """What providers hold is tried as released, whatever is paid; what people hold stays."""
    made = order(payments=(by_card("400"), held("500"), held("5", method_id=None)))
    tried = cancelling.without_holds(made, act())

    assert (50_500, 500) == (made.balance.authorised, tried.balance.authorised)
    assert made.balance.paid == tried.balance.paid == 40_000


# Ending it.


def test_stopped() -> None:
    """The order is as before, and its journal says why; another course, or none, is left alone."""
    made, course = begun(order(payments=(by_card(),)))
    change = cancelling.stop(made, course.id, act(at=LATER), why="provider_refused")
    assert isinstance(change, Change)

    assert (None, made.status) == (change.after.cancelling, change.after.status)
    assert (cancelling.STOPPED, "provider_refused", str(course.id)) == (
        change.entry.kind, change.entry.data["why"], change.entry.data[cancelling.OWN],
    )  # fmt: skip
    assert made is cancelling.stop(made, uuid4(), act(), why="stopped")
    assert change.after is cancelling.stop(change.after, course.id, act(), why="stopped")


def test_the_last_step_ends_it() -> None:
    """A cancelled order is not being cancelled."""
    made, course = begun(order(payments=(by_card(),)), refunds=())
    last = cancel(made, act(), reason="x", refund=rub("0"))

    assert (Status.CANCELLED, None) == (last.after.status, last.after.cancelling)
    assert not cancelling.is_locked_out(cancelling.own(last, course.id))


# Who is locked out.


@pytest.mark.parametrize("kind", ActorKind)
def test_people_are_locked_out(kind: ActorKind) -> None:
    """And the program; what providers tell is booked whenever they do, what is only told changes nothing."""
    free = order(payments=(by_card(),))
    made, course = begun(free)
    step = refunding_step(made, course)
    other = cancelling.own(step, attrs.evolve(course, id=uuid4()))

    def by(change: Change[Order]) -> Change[Order]:
        return attrs.evolve(change, entry=attrs.evolve(change.entry, actor=Actor(kind)))

    is_shut = kind is not ActorKind.MONEY
    assert is_shut is cancelling.is_locked_out(by(other))
    assert not cancelling.is_locked_out(by(step))
    assert not cancelling.is_locked_out(by(notes.add_note(made, "звонил", act())))
    moved = set_status(free, Status.PREPARING, act())
    assert moved is not None
    assert not cancelling.is_locked_out(by(moved))


@pytest.mark.parametrize(("actor", "told"), [(OLGA, "Ольга"), (Actor(ActorKind.SCHEDULE), "schedule")])
def test_what_they_are_told(actor: Actor, told: str) -> None:
    """Who is cancelling the order, since when, and what can be done about it."""
    made = order(payments=(by_card(),))
    begin = cancelling.begin(made, course_of(made), attrs.evolve(act(), actor=actor))
    refusal = cancelling.being_cancelled(made.name, made.number, begin.entry)

    assert "being_cancelled" == refusal.code
    assert (told, NOW, "1001") == tuple(refusal.context[name] for name in ("by", "since", "order"))
    assert ("operations.stop_cancelling",) == tuple(refusal.possible)
    assert told in str(refusal)


# What was done since.


def test_its_own_steps_change_nothing_that_was_seen() -> None:
    """What it asked for, and what was answered to that; of others only what moves no money."""
    made, course = begun(order(payments=(by_card(),)))
    step = refunding_step(made, course)
    answer = answered(step.after, Succeeded(rub("300"), "r-1"))
    since = [step.entry, answer.entry]
    [record] = step.after.payments[-1].refunds

    assert frozenset({record.id}) == cancelling.begun(since, course.id)
    assert frozenset() == cancelling.begun(since, uuid4())
    assert cancelling.is_as_seen(since, course.id)
    assert not cancelling.is_as_seen(since, uuid4())
    assert not cancelling.is_as_seen(since)
    assert cancelling.is_as_seen([])


@pytest.mark.parametrize(
    ("outcome", "is_as_seen"),
    [("declined", True), ("pending", True), ("unknown", True), ("redirect", True),
     ("succeeded", False), ("authorised", False), (None, False)],
)  # fmt: skip
def test_what_is_told_of_a_payment(outcome: str | None, is_as_seen: bool) -> None:
    """That nothing came in is no news; that something did is, and what nobody knows the meaning of."""
    entry = JournalEntry(uuid4(), NOW, "payment.answered", OLGA, data={"outcome": outcome})

    assert is_as_seen is cancelling.is_as_seen([entry])
    assert is_as_seen is cancelling.is_as_seen([entry], uuid4())
    for kind in ("payment.refund_answered", "payment.capture_answered", "payment.void_answered"):
        other = attrs.evolve(entry, kind=kind)
        assert (outcome in ("pending", "unknown")) is cancelling.is_as_seen([other], uuid4())


# What is left, and whether a step is done.

ANSWERS: dict[str, tuple[Outcome | None, bool, bool, str]] = {
    "nothing": (None, False, False, "answer_awaited"),
    "unknown": (Unknown(), False, False, "answer_awaited"),
    "declined": (Declined(), False, False, "provider_refused"),
    "at work": (Pending("r-1"), True, False, "answer_awaited"),
    "done": (Succeeded(rub("300"), "r-1"), True, True, ""),
}
"""What is answered; whether a refund is done by it, and a release; the refusal where it is not."""


@pytest.mark.parametrize("name", ANSWERS)
def test_whether_a_refund_is_done(name: str) -> None:
    """Given back or on its way is enough; until then it is left to do, and the order is not cancelled."""
    outcome, is_done, _, code = ANSWERS[name]
    made, course = begun(order(payments=(by_card(),)))
    [untouched] = cancelling.left(made, course, [])
    step = refunding_step(made, course)
    last = answered(step.after, outcome) if outcome else step
    since = [step.entry, last.entry]

    assert (None, rub("300"), True) == (untouched.record, untouched.amount, untouched.is_refund)
    _expect(last, course, since, is_done=is_done, code=code)


@pytest.mark.parametrize("name", ANSWERS)
def test_whether_a_release_is_done(name: str) -> None:
    """Only once the provider has released it: until then the money is the client's to miss."""
    outcome, _, is_done, code = ANSWERS[name]
    made, course = begun(order(payments=(held("300.00", reference="b-1"),)))
    [untouched] = cancelling.left(made, course, [])
    [payment_id] = course.releases
    step = cancelling.own(holding.begin_void(made, payment_id, act()), course.id)
    last = answered(step.after, outcome) if outcome else step
    since = [step.entry, last.entry]

    assert (None, rub("300"), False) == (untouched.record, untouched.amount, untouched.is_refund)
    _expect(last, course, since, is_done=is_done, code=code)


def test_a_hold_that_has_run_out_is_not_left() -> None:
    """Nothing is to be released any more, whatever ended it."""
    made, course = begun(order(payments=(held("300.00", reference="b-1"),)))
    [payment_id] = course.releases
    after = asking.found(made, payment_id, Declined(), act())
    assert after is not None

    assert () == cancelling.left(after.after, course, [after.entry])


def _expect(
    last: Change[Order], course: Course, since: list[JournalEntry], *, is_done: bool, code: str
) -> None:
    record = record_of(last)
    left = cancelling.left(last.after, course, since)
    assert ([] if is_done else [record]) == [one.record for one in left]
    assert all(one.amount == rub("300") for one in left)
    if is_done:
        cancelling.require_done(last.after, record)
        return
    with pytest.raises(TransitionRefusedError) as refused:
        cancelling.require_done(last.after, record)
    assert (code, "1001") == (refused.value.code, refused.value.context["order"])


def test_what_is_left_stands_as_it_is_asked_for() -> None:
    """First what is held, then what is given back; what the order was asked for before belongs to another course."""
    before = order(payments=(held("200.00", reference="b-2"), by_card("800.00")))
    earlier = refunding.begin(before, before.payments[-1].id, rub("50"), act()).after
    made, course = begun(earlier)
    parts = cancelling.left(made, course, [])

    assert [(False, rub("200")), (True, rub("300"))] == [(one.is_refund, one.amount) for one in parts]
    assert [None, None] == [one.record for one in parts]
    assert OperationStatus.REQUESTED is made.payments[-1].refunds[0].status
