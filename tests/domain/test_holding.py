"""Money that is held: what of it may be taken or released, and what each answer does."""

from typing import Any
from uuid import UUID

import attrs
import pytest

from orderkit.domain.actor import ActorKind
from orderkit.domain.asking import found
from orderkit.domain.change import Change
from orderkit.domain.events import events_of
from orderkit.domain.holding import answer, begin_capture, begin_void
from orderkit.domain.inbox import Subject, apply
from orderkit.domain.lifecycle import Status
from orderkit.domain.money import Money
from orderkit.domain.operation import Operation, OperationKind, OperationStatus
from orderkit.domain.order import Order
from orderkit.domain.outcome import (
    Asked,
    Authorised,
    Declined,
    DeclineReason,
    Outcome,
    Pending,
    Redirect,
    Succeeded,
    Unknown,
    UnknownReason,
)
from orderkit.domain.payment import Attempt, FactKind, PaymentResult
from orderkit.domain.provider_event import ProviderEvent
from orderkit.errors import InvalidInputError, NotFoundError, TransitionRefusedError
from tests.domain.making import LATER, act, asked, fact, held, order, paid, payment, rub

MONEY = act(ActorKind.MONEY, at=LATER)


def holding(**fields: Any) -> Order:
    """An order of 1000.00 that is held, all of it."""
    return order(payments=(held(reference="b-1"),), **fields)


def captured(amount: str = "1000.00", before: Order | None = None, **fields: Any) -> Change[Order]:
    """Held money is to be taken."""
    before = before or holding()
    return begin_capture(before, before.payments[-1].id, rub(amount), act(at=LATER), **fields)


def voided(before: Order | None = None) -> Change[Order]:
    """Held money is to be released."""
    before = before or holding()
    return begin_void(before, before.payments[-1].id, act(at=LATER), reason="нет на складе")


def operation_of(made: Order) -> Operation:
    [operation] = made.payments[-1].operations
    return operation


def answered(begun: Change[Order], outcome: Outcome) -> Change[Order]:
    change = answer(begun.after, operation_of(begun.after).id, outcome, MONEY)
    assert change is not None
    return change


def ledger(made: Order) -> list[tuple[FactKind, int]]:
    """What the payment's ledger got beside the hold."""
    return [(one.kind, one.amount.minor) for one in made.payments[-1].facts[1:]]


def test_a_capture_is_a_record_that_holds_its_amount() -> None:
    """Nothing of the money moves before it is answered; so much less can be taken meanwhile."""
    change = captured("600.00", reason="отправляем")
    operation = operation_of(change.after)

    assert (OperationKind.CAPTURE, rub("600.00"), OperationStatus.REQUESTED, LATER, "отправляем") == (
        operation.kind, operation.amount, operation.status, operation.created_at, operation.reason,
    )  # fmt: skip
    assert (100_000, 40_000, 0) == (
        change.after.balance.authorised,
        change.after.payments[-1].sums.capturable,
        change.after.balance.paid,
    )
    assert ("payment.capture_requested", "отправляем") == (change.entry.kind, change.entry.reason)
    assert {} == events_of(change.entry, 100_000, "RUB")


def test_taken() -> None:
    """All of a hold is paid then, and the order turns to its twin in the entry of the money."""
    change = answered(captured(), Succeeded(rub("1000.00"), "c-1"))
    one = change.after.payments[-1]

    assert [(FactKind.CAPTURE, 100_000)] == ledger(change.after)
    assert (Status.PENDING_PAID, PaymentResult.SUCCEEDED, False) == (
        change.after.status, one.result, one.is_held,
    )  # fmt: skip
    assert (OperationStatus.SETTLED, "c-1") == (
        operation_of(change.after).status,
        operation_of(change.after).reference,
    )
    assert {"OrderStatusChanged", "PaymentReceived"} == set(events_of(change.entry, 100_000, "RUB"))


def test_a_part_is_taken_and_the_rest_released() -> None:
    """One hold is taken once: what is left of it is held no longer, and is to be paid by another payment."""
    after = answered(captured("600.00"), Succeeded(rub("600.00"), "c-1")).after

    assert [(FactKind.CAPTURE, 60_000), (FactKind.VOID, 40_000)] == ledger(after)
    assert (60_000, 0, 40_000) == (after.balance.paid, after.balance.authorised, after.balance.to_pay)
    with pytest.raises(TransitionRefusedError) as refused:
        captured("1.00", after)
    assert "nothing_held" == refused.value.code


def test_released() -> None:
    """Nothing is held, all is to be paid again, and the payment is one that was closed without money."""
    change = answered(voided(), Succeeded(rub("1000.00"), "v-1"))
    after = change.after

    assert [(FactKind.VOID, 100_000)] == ledger(after)
    assert (0, 0, 100_000, Status.PENDING) == (
        after.balance.paid, after.balance.authorised, after.balance.to_pay, after.status,
    )  # fmt: skip
    assert (Attempt.SUPERSEDED, PaymentResult.NOT_FINISHED, False) == (
        after.payments[-1].attempt,
        after.payments[-1].result,
        after.payments[-1].is_unsettled,
    )
    assert "payment.void_answered" == change.entry.kind


ANSWERS: list[tuple[Outcome, OperationStatus, str, str]] = [
    (Pending("c-1"), OperationStatus.PENDING, "c-1", ""),
    (Declined(reference="c-1"), OperationStatus.FAILED, "c-1", DeclineReason.DECLINED),
    (Unknown(UnknownReason.LATE), OperationStatus.UNKNOWN, "", UnknownReason.LATE),
    (Succeeded(rub("999.99"), "c-1"), OperationStatus.UNKNOWN, "c-1", UnknownReason.AMOUNT_DIFFERS),
    (
        Succeeded(Money.of("1000.00", "EUR"), "c-1"),
        OperationStatus.UNKNOWN,
        "c-1",
        UnknownReason.AMOUNT_DIFFERS,
    ),
    (Redirect("https://bank.example", "c-1"), OperationStatus.UNKNOWN, "c-1", UnknownReason.NONSENSE),
    (Authorised(rub("1000.00"), "c-1"), OperationStatus.UNKNOWN, "c-1", UnknownReason.NONSENSE),
]


@pytest.mark.parametrize(("outcome", "status", "reference", "failure"), ANSWERS)
@pytest.mark.parametrize("begun", [captured, voided])
def test_every_other_answer(
    begun: Any, outcome: Outcome, status: OperationStatus, reference: str, failure: str
) -> None:
    """No money moves; what failed leaves the hold as it was, and what is not known keeps it."""
    change = answered(begun(), outcome)
    operation = operation_of(change.after)

    assert (status, reference, failure) == (operation.status, operation.reference, operation.failure)
    assert ([], 100_000) == (ledger(change.after), change.after.balance.authorised)
    assert (100_000 if status is OperationStatus.FAILED else 0) == change.after.payments[-1].sums.capturable
    assert operation.is_under_way is (status is not OperationStatus.FAILED)


def test_one_thing_at_a_time() -> None:
    """What is being taken or released is neither taken nor released by anything else; what failed is, again."""
    for begun in (captured("1.00"), voided()):
        for again in (lambda before: captured("1.00", before), voided):
            with pytest.raises(TransitionRefusedError) as refused:
                again(begun.after)
            assert "answer_awaited" == refused.value.code
        failed = answered(begun, Declined()).after
        assert [OperationStatus.FAILED, OperationStatus.REQUESTED] == [
            one.status for one in voided(failed).after.payments[-1].operations
        ]


@pytest.mark.parametrize(
    ("before", "amount"),
    [
        (holding(), "0"),
        (holding(), "-1"),
        (holding(), "1000.01"),
        (order(payments=(held("600.00"),)), "600.01"),
        (order(payments=(paid("700.00"), held("600.00"))), "300.01"),
        (order(payments=(paid("1000.00"), held("600.00"))), "0.01"),
        (holding(status=Status.CANCELLED), "0.01"),
    ],
)
def test_no_more_than_is_held_and_no_more_than_is_owed(before: Order, amount: str) -> None:
    """The bounds are named; of an order that owes nothing, nothing is taken."""
    with pytest.raises(InvalidInputError) as refused:
        captured(amount, before)

    assert "capture_out_of_range" == refused.value.code
    assert rub(amount).minor not in range(1, refused.value.context["high"].minor + 1)


@pytest.mark.parametrize("before", [order(payments=(paid(),)), order(payments=(asked(),))])
def test_nothing_is_held(before: Order) -> None:
    """Of a payment that took the money at once, or of which nobody knows yet."""
    for begin in (lambda: captured("1.00", before), lambda: voided(before)):
        with pytest.raises(TransitionRefusedError) as refused:
            begin()
        assert "nothing_held" == refused.value.code


@pytest.mark.parametrize("kind", [ActorKind.BUYER, ActorKind.MONEY, ActorKind.SCHEDULE, ActorKind.TRACKING])
def test_who_may_not(kind: ActorKind) -> None:
    """Holds are the desk's affair."""
    before = holding()
    for begin in (
        lambda: begin_capture(before, before.payments[0].id, rub("1"), act(kind)),
        lambda: begin_void(before, before.payments[0].id, act(kind)),
    ):
        with pytest.raises(TransitionRefusedError) as refused:
            begin()
        assert "not_by_this_actor" == refused.value.code


def test_an_answer_is_heard_once() -> None:
    """Where nobody waits for one any more it changes nothing; what is not of this order is not found."""
    after = answered(captured(), Succeeded(rub("1000.00"), "c-1")).after

    assert answer(after, operation_of(after).id, Declined(), MONEY) is None
    with pytest.raises(NotFoundError) as refused:
        answer(after, UUID(int=7), Declined(), MONEY)
    assert "operation_not_found" == refused.value.code


def told(before: Order, outcome: Outcome) -> Change[Order] | None:
    """What its provider says of the payment itself."""
    return found(before, before.payments[-1].id, outcome, MONEY)


@pytest.mark.parametrize(
    ("outcome", "facts", "attempt", "reason"),
    [
        (Succeeded(rub("1000.00"), "b-1"), [(FactKind.CAPTURE, 100_000)], Attempt.SETTLED, ""),
        (
            Succeeded(rub("300.00"), "b-1"),
            [(FactKind.CAPTURE, 30_000), (FactKind.VOID, 70_000)],
            Attempt.SETTLED,
            "",
        ),
        (Succeeded(rub("1000.01"), "b-1"), [], Attempt.SETTLED, "amount_differs"),
        (Succeeded(Money.of("1000.00", "EUR"), "b-1"), [], Attempt.SETTLED, "amount_differs"),
        (Declined("expired"), [(FactKind.VOID, 100_000)], Attempt.DECLINED, "expired"),
    ],
)
def test_what_was_done_at_the_provider(
    outcome: Outcome, facts: list[tuple[FactKind, int]], attempt: Attempt, reason: str
) -> None:
    """Taken there up to what is held, or a hold that is no more: both are booked; anything else is looked into."""
    change = told(holding(), outcome)
    assert change is not None
    one = change.after.payments[-1]

    assert (facts, attempt, reason) == (ledger(change.after), one.attempt, one.reason)
    assert "payment.answered" == change.entry.kind


@pytest.mark.parametrize(
    "outcome", [Authorised(rub("1000.00"), "b-1"), Pending("b-1"), Unknown(), Redirect("https://b.example", "b")]
)  # fmt: skip
def test_held_as_before(outcome: Outcome) -> None:
    """What is not final changes nothing."""
    assert told(holding(), outcome) is None


def test_what_is_said_of_the_payment_while_it_is_being_taken() -> None:
    """It is the same money: the capture is done by it, once; another amount waits for the answer to the capture."""
    begun = captured("600.00")
    done = told(begun.after, Succeeded(rub("600.00"), "b-1"))
    assert done is not None

    assert ("payment.capture_answered", 60_000) == (done.entry.kind, done.after.balance.paid)
    assert answer(done.after, operation_of(done.after).id, Succeeded(rub("600.00"), "c-1"), MONEY) is None
    assert told(begun.after, Succeeded(rub("1000.00"), "b-1")) is None
    assert told(begun.after, Declined()) is None


def test_what_is_said_of_the_payment_while_it_is_being_released() -> None:
    """That it will not be paid says that it is released; that it was taken waits for the answer."""
    begun = voided()
    done = told(begun.after, Declined("cancelled"))
    assert done is not None

    assert ("payment.void_answered", Attempt.SUPERSEDED) == (done.entry.kind, done.after.payments[-1].attempt)
    assert told(begun.after, Succeeded(rub("1000.00"), "b-1")) is None


def test_what_the_payer_is_answered_again() -> None:
    """Held, also once it is released, so that nobody is sent there to pay; of a part that was taken, that part."""
    before = holding()
    released = answered(voided(before), Succeeded(rub("1000.00"), "v")).after
    taken = answered(captured("600.00", before), Succeeded(rub("600.00"), "c")).after
    whole = Authorised(rub("1000.00"), "b-1")

    assert [whole, whole, Succeeded(rub("600.00"), "b-1")] == [
        one.payments[-1].outcome for one in (before, released, taken)
    ]


def event(outcome: Outcome) -> ProviderEvent:
    """What its provider tells of the payment by itself."""
    return ProviderEvent(event_id="e-1", asked=Asked.PAYMENT, reference="b-1", told=outcome)


@pytest.mark.parametrize(
    ("before", "outcome", "status"),
    [
        (holding(), Authorised(rub("1000.00"), "b-1"), "ignored"),
        (holding(), Succeeded(rub("600.00"), "b-1"), "applied"),
        (holding(), Succeeded(rub("1000.01"), "b-1"), "flagged"),
        (holding(), Succeeded(Money.of("600.00", "EUR"), "b-1"), "flagged"),
        (holding(), Declined("expired"), "applied"),
        (captured("600.00").after, Succeeded(rub("600.00"), "b-1"), "applied"),
        (
            answered(captured("600.00"), Succeeded(rub("600.00"), "c-1")).after,
            Succeeded(rub("600.00"), "b-1"),
            "ignored",
        ),
        (
            answered(captured("600.00"), Succeeded(rub("600.00"), "c-1")).after,
            Authorised(rub("1000.00"), "b-1"),
            "ignored",
        ),
        (
            answered(voided(), Succeeded(rub("1000.00"), "v")).after,
            Authorised(rub("1000.00"), "b-1"),
            "ignored",
        ),
        (answered(voided(), Succeeded(rub("1000.00"), "v")).after, Declined("cancelled"), "ignored"),
        (
            answered(voided(), Succeeded(rub("1000.00"), "v")).after,
            Succeeded(rub("1000.00"), "b-1"),
            "applied",
        ),
    ],
)
def test_what_a_provider_tells_of_a_hold(before: Order, outcome: Outcome, status: str) -> None:
    """Late, doubled and shuffled events of a hold come to the money that is there; too much is for people."""
    subject = Subject(before, before.payments[-1])
    change, decision = apply(subject, outcome, event(outcome), MONEY)

    assert status == decision.status
    assert (status == "applied") is (change is not None)
    if change is not None:
        assert 0 <= change.after.balance.authorised <= 100_000


def test_what_was_taken_after_it_was_released_has_come_in() -> None:
    """The ledger goes on where it was: the hold, its end, and the money."""
    released = answered(voided(), Succeeded(rub("1000.00"), "v")).after
    change = told(released, Succeeded(rub("1000.00"), "b-1"))
    assert change is not None

    assert [(FactKind.VOID, 100_000), (FactKind.AUTHORISE, 100_000), (FactKind.CAPTURE, 100_000)] == ledger(
        change.after
    )
    assert (100_000, 0) == (change.after.balance.paid, change.after.balance.authorised)


def test_a_hold_on_an_order_that_owes_less() -> None:
    """After an edit that made it cheaper, no more is taken than it costs."""
    cheaper = attrs.evolve(holding(), lines=())
    with pytest.raises(InvalidInputError):
        captured("1000.00", cheaper)


def test_recorded_by_hand_is_not_asked_about() -> None:
    """Held by nobody: the ledger of an import that only holds is left alone."""
    offline = payment(fact(FactKind.AUTHORISE, "1000.00"))
    assert told(order(payments=(offline,)), Declined()) is None


@pytest.mark.parametrize("told", [Succeeded(rub("800.00"), "b-1"), Declined(DeclineReason.EXPIRED, "b-1")])
def test_ended_elsewhere_while_it_is_taken(told: Outcome) -> None:
    """What staff did at the provider meanwhile waits for the answer to ours; where that is refused, it is booked."""
    begun = captured("600.00")
    event = ProviderEvent(event_id="e-1", asked=Asked.PAYMENT, reference="b-1", told=told)
    change, decision = apply(Subject(begun.after, begun.after.payments[-1]), told, event, MONEY)
    assert (None, "parked", "not_answered") == (change, decision.status, decision.reason)
    refused = answered(begun, Declined()).after
    change, decision = apply(Subject(refused, refused.payments[-1]), told, event, MONEY)

    assert (change and change.after.balance.authorised, decision.status) == (0, "applied")


@pytest.mark.parametrize("amount", ["1000.01", "5000.00"])
def test_more_is_taken_elsewhere_than_is_held(amount: str) -> None:
    """People look into it, and nothing is booked, whether or not ours is under way."""
    told = Succeeded(rub(amount), "b-1")
    event = ProviderEvent(event_id="e-1", asked=Asked.PAYMENT, reference="b-1", told=told)
    for before in (holding(), captured("600.00").after):
        change, decision = apply(Subject(before, before.payments[-1]), told, event, MONEY)
        assert (None, "flagged", "amount_differs") == (change, decision.status, decision.reason)
