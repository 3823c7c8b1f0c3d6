"""A provider is asked to give money back: what the asking does to an order, and what each answer does."""

from typing import Any
from uuid import uuid4

import attrs
import pytest

from orderkit.domain.actor import ActorKind
from orderkit.domain.change import Change
from orderkit.domain.lifecycle import Status
from orderkit.domain.money import Money
from orderkit.domain.moving import cancel
from orderkit.domain.order import Order
from orderkit.domain.outcome import (
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
from orderkit.domain.paying import refund as by_hand
from orderkit.domain.paying import require_unmoved
from orderkit.domain.payment import FactKind, Payment, Refund, RefundLine, RefundStatus
from orderkit.domain.refunding import answer, begin
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from tests.domain.making import LATER, act, order, paid, rub


def by_card(amount: str = "1000.00") -> Payment:
    """What a provider took."""
    return paid(amount, offline=False, reference="b-1")


def begun(before: Order, amount: str = "100.00", **fields: Any) -> Change[Order]:
    return begin(before, before.payments[0].id, rub(amount), act(at=LATER), **fields)


def asked(after: Order) -> Refund:
    return after.payments[0].refunds[-1]


def answered(outcome: Outcome, amount: str = "100.00", **fields: Any) -> Change[Order]:
    after = begun(order(payments=(by_card(),)), amount, **fields).after
    change = answer(after, asked(after).id, outcome, act(ActorKind.MONEY, at=LATER))
    assert change is not None
    return change


def test_asking_holds_the_amount() -> None:
    """The refund stands there before anybody is asked; what it holds cannot be given back again, and is still paid."""
    change = begun(order(payments=(by_card(),)), reason=" скол ", lines=(RefundLine(1, 1),))
    [one] = change.after.payments
    refund = asked(change.after)

    assert (RefundStatus.REQUESTED, rub("100.00"), LATER, "скол", (RefundLine(1, 1),), True) == (
        refund.status, refund.amount, refund.created_at, refund.reason, refund.lines, refund.by_provider,
    )  # fmt: skip
    assert (10_000, 90_000, 100_000) == (one.sums.reserved, one.sums.refundable, one.sums.paid)
    assert change.before is not None
    assert change.before.balance == change.after.balance
    assert ("payment.refund_requested", "скол") == (change.entry.kind, change.entry.reason)
    assert {"payment_id": str(one.id), "refund_id": str(refund.id), "amount": 10_000} == change.entry.data


@pytest.mark.parametrize(
    ("amount", "fields", "code"),
    [
        (rub("1000.01"), {}, "refund_out_of_range"),
        (rub("0"), {}, "refund_out_of_range"),
        (rub("-1"), {}, "refund_out_of_range"),
        (Money.of("1", "EUR"), {}, "other_currency"),
        (rub("1"), {"reason": "x" * 3000}, "too_long"),
        (rub("1"), {"lines": (RefundLine(1, 9),)}, "out_of_range"),
        (rub("1"), {"lines": (RefundLine(2, 1),)}, "out_of_range"),
    ],
)
def test_asking_refuses(amount: Money, fields: dict[str, Any], code: str) -> None:
    """No more than was taken, in its currency, with a usable reason, of goods that the order has."""
    before = order(payments=(by_card(),))
    with pytest.raises(InvalidInputError) as refused:
        begin(before, before.payments[0].id, amount, act(), **fields)

    assert code == refused.value.code


@pytest.mark.parametrize("status", [RefundStatus.REQUESTED, RefundStatus.PENDING, RefundStatus.UNKNOWN])
def test_what_is_under_way_is_not_given_back_again(status: RefundStatus) -> None:
    """Neither through the provider nor by hand, until it is known what came of it."""
    held = Refund(uuid4(), rub("600.00"), status, LATER, by_provider=True)
    before = order(payments=(attrs.evolve(by_card(), refunds=(held,)),))
    for ask in (begin, by_hand):
        with pytest.raises(InvalidInputError, match=r"up to 400\.00 RUB") as refused:
            ask(before, before.payments[0].id, rub("600.00"), act())

        assert "refund_out_of_range" == refused.value.code


@pytest.mark.parametrize("payment", [paid(), paid(reference="b-1"), paid(offline=False)])
def test_what_no_provider_took(payment: Payment) -> None:
    """Recorded by hand, or without anything the provider knows it by: it is given back by hand."""
    with pytest.raises(TransitionRefusedError, match=r"by hand \(payments\.refund\)") as refused:
        begin(order(payments=(payment,)), payment.id, rub("1"), act())

    assert ("not_by_provider", ("payments.refund",)) == (refused.value.code, refused.value.possible)


@pytest.mark.parametrize("kind", [ActorKind.BUYER, ActorKind.MONEY, ActorKind.TRACKING, ActorKind.SCHEDULE])
def test_on_whose_word(kind: ActorKind) -> None:
    """Nobody but the desk asks for money to be given back."""
    before = order(payments=(by_card(),))
    with pytest.raises(TransitionRefusedError) as refused:
        begin(before, before.payments[0].id, rub("1"), act(kind))

    assert "not_by_this_actor" == refused.value.code


OTHER_AMOUNT, OTHER_CURRENCY = Succeeded(rub("99.99"), "r-1"), Succeeded(Money.of("100.00", "EUR"), "r-1")


@pytest.mark.parametrize(
    ("outcome", "status", "reference", "failure", "told"),
    [
        (Succeeded(rub("100.00"), "r-1"), RefundStatus.SETTLED, "r-1", "", "succeeded"),
        (Pending("r-1"), RefundStatus.PENDING, "r-1", "", "pending"),
        (Declined(), RefundStatus.FAILED, "", DeclineReason.DECLINED, "declined"),
        (Declined("unavailable", "r-1"), RefundStatus.FAILED, "r-1", DeclineReason.UNAVAILABLE, "declined"),
        (Unknown(), RefundStatus.UNKNOWN, "", UnknownReason.NOT_SAID, "unknown"),
        (Unknown(UnknownReason.LATE), RefundStatus.UNKNOWN, "", UnknownReason.LATE, "unknown"),
        (OTHER_AMOUNT, RefundStatus.UNKNOWN, "r-1", UnknownReason.AMOUNT_DIFFERS, "unknown"),
        (OTHER_CURRENCY, RefundStatus.UNKNOWN, "r-1", UnknownReason.AMOUNT_DIFFERS, "unknown"),
        (Redirect("https://bank.example", "r-1"), RefundStatus.UNKNOWN, "r-1", UnknownReason.NONSENSE, "unknown"),
        (Authorised(rub("100.00"), "r-1"), RefundStatus.UNKNOWN, "r-1", UnknownReason.NONSENSE, "unknown"),
    ],
)  # fmt: skip
def test_every_answer(
    outcome: Outcome, status: RefundStatus, reference: str, failure: str, told: str
) -> None:
    """Given back at the amount asked or not at all; what failed frees its amount, what is not known keeps it."""
    change = answered(outcome)
    [one] = change.after.payments
    refund = asked(change.after)
    settled, failed = status is RefundStatus.SETTLED, status is RefundStatus.FAILED

    assert (status, reference, failure) == (refund.status, refund.reference, refund.failure)
    assert [FactKind.REFUND] * settled == [fact.kind for fact in one.facts[2:]]
    assert [refund.id] * settled == [fact.refund_id for fact in one.facts[2:]]
    assert (0 if settled or failed else 10_000) == one.sums.reserved
    assert (100_000 if failed else 90_000) == one.sums.refundable
    assert ("payment.refund_answered", told) == (change.entry.kind, change.entry.data["outcome"])
    assert isinstance(outcome, Succeeded) is ("amount" in change.entry.data)


def test_the_total_follows_once_it_is_given_back() -> None:
    """What was given back is not owed again, from the moment on at which it is: not before, and not if it failed."""
    before = begun(order(status=Status.PENDING_PAID, payments=(by_card(),))).after
    failed = answered(Declined()).after
    settled = answered(Succeeded(rub("100.00"), "r")).after
    kept = answered(Succeeded(rub("100.00"), "r"), lower_total=False).after

    assert [(100_000, 100_000)] * 2 == [(one.total.minor, one.balance.paid) for one in (before, failed)]
    assert (90_000, 90_000, 0) == (settled.total.minor, settled.balance.paid, settled.balance.to_pay)
    assert (100_000, 90_000, 10_000) == (kept.total.minor, kept.balance.paid, kept.balance.to_pay)


def test_all_given_back_moves_the_order() -> None:
    """Where nothing is kept any more, the order waits unpaid again; its total stays."""
    after = begun(order(status=Status.PENDING_PAID, payments=(by_card(),)), "1000.00").after
    change = answer(after, asked(after).id, Succeeded(rub("1000.00"), "r"), act(ActorKind.MONEY, at=LATER))
    assert change is not None

    assert (Status.PENDING, 100_000, 0) == (
        change.after.status,
        change.after.total.minor,
        change.after.balance.paid,
    )


def test_pending_then_settled() -> None:
    """What was under way, or not known, is settled by a later answer; then no answer says anything any more."""
    for first in (Pending("r-1"), Unknown()):
        after = answered(first).after
        change = answer(after, asked(after).id, Succeeded(rub("100.00"), "r-1"), act(ActorKind.MONEY))
        assert change is not None
        settled = change.after

        assert (RefundStatus.SETTLED, "r-1", "") == (
            asked(settled).status,
            asked(settled).reference,
            asked(settled).failure,
        )
        for late in (Declined(), Unknown(), Succeeded(rub("100.00"), "r-2"), Pending("r-1")):
            assert answer(settled, asked(settled).id, late, act(ActorKind.MONEY)) is None


def test_the_same_answer_again() -> None:
    """It says nothing new, and nothing is stored."""
    after = answered(Pending("r-1")).after

    assert answer(after, asked(after).id, Pending("r-1"), act(ActorKind.MONEY)) is None


def test_an_answer_to_no_refund() -> None:
    """Of another order's refund nothing is booked here."""
    with pytest.raises(NotFoundError) as refused:
        answer(order(payments=(by_card(),)), uuid4(), Declined(), act(ActorKind.MONEY))

    assert "refund_not_found" == refused.value.code


def test_cancelling_while_it_is_under_way() -> None:
    """What is being given back already is not kept: until it is settled it is owed, and settled, nothing is."""
    before = begun(order(status=Status.PENDING_PAID, payments=(by_card(),)), "700.00").after
    cancelled = cancel(before, act(at=LATER), reason="нет", refund=rub("100.00")).after
    change = answer(
        cancelled, asked(before).id, Succeeded(rub("700.00"), "r"), act(ActorKind.MONEY, at=LATER)
    )
    assert change is not None

    assert (rub("200.00"), 70_000) == (cancelled.retained, cancelled.balance.overpaid)
    assert (Status.CANCELLED, 0, 100_000) == (
        change.after.status,
        change.after.balance.overpaid,
        change.after.total.minor,
    )


def test_given_back_of_a_cancelled_order() -> None:
    """What a cancelled order came to is not changed by giving back what it kept."""
    before = order(status=Status.PENDING_PAID, payments=(by_card(),))
    cancelled = cancel(before, act(at=LATER), reason="нет", refund=rub("0.00")).after
    asking = begun(cancelled, "500.00").after
    change = answer(asking, asked(asking).id, Succeeded(rub("500.00"), "r"), act(ActorKind.MONEY, at=LATER))
    assert change is not None

    assert (100_000, 50_000) == (change.after.total.minor, change.after.balance.paid)


def test_who_has_not_seen_it() -> None:
    """Who looked at the money before somebody asked for a refund, or before it failed, looks again."""
    requested = begun(order(payments=(by_card(),)))
    for change in (requested, answered(Declined())):
        with pytest.raises(ConflictError) as refused:
            require_unmoved(change.after, [change.entry])

        assert "money_moved" == refused.value.code
