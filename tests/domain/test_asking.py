"""A provider is asked for money: what the asking does to an order, and what each answer does."""

from collections.abc import Callable
from itertools import product
from typing import Any
from uuid import UUID, uuid4

import attrs
import pytest

from orderkit.domain import holding
from orderkit.domain.actor import ActorKind
from orderkit.domain.asking import answer, begin, begin_closing, closed, found, require_closed, require_seen
from orderkit.domain.change import Change
from orderkit.domain.events import events_of
from orderkit.domain.lifecycle import CARTS, Status
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import Money
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
from orderkit.domain.payment import CLOSING, Attempt, FactKind, Payment, PaymentResult
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from tests.domain.making import CASH, LATER, act, asked, delivery, held, line, order, paid, payment, rub

CARD = UUID(int=4)
URL = "https://bank.example/pay"
OTHER_AMOUNT = Succeeded(rub("999.99"), "b-1")
OTHER_CURRENCY = Succeeded(Money.of("1000.00", "EUR"), "b-1")
OTHER_HOLD = Authorised(rub("1000.01"), "b-1")


def method(**fields: Any) -> PaymentMethod:
    return PaymentMethod(**{"id": CARD, "provider": "card", "title": "Карта", "offline": False} | fields)


def begun(before: Order, seen: str = "1000.00", kind: ActorKind = ActorKind.BUYER) -> Change[Order]:
    change = begin(before, method(), act(kind, at=LATER), seen=rub(seen))
    assert change is not None
    return change


def answered(outcome: Outcome, before: Order | None = None) -> Change[Order]:
    started = begun(before or order(status=Status.PAYMENT)).after
    change = answer(started, started.payments[-1].id, outcome, act(ActorKind.MONEY, at=LATER))
    assert change is not None
    return change


def test_asking_takes_the_attempt() -> None:
    """What is left to pay is frozen in an attempt of that method that is being asked for, and the journal says so."""
    change = begun(order(payments=(paid("400.00"),)), "600.00")
    [_, attempt] = change.after.payments

    assert (CARD, rub("600.00"), False, Attempt.PROCESSING, LATER) == (
        attempt.method_id, attempt.amount, attempt.offline, attempt.attempt, attempt.opened_at,
    )  # fmt: skip
    assert attempt.is_unanswered
    assert ("payment.started", {"payment_id": str(attempt.id), "amount": 60_000}) == (
        change.entry.kind,
        change.entry.data,
    )


def test_the_row_without_a_method_is_filled() -> None:
    """The first method chosen on the payment page fills the row that waits there."""
    before = order(status=Status.PAYMENT)
    [attempt] = begun(before).after.payments

    assert (before.payments[0].id, before.payments[0].opened_at) == (attempt.id, attempt.opened_at)


@pytest.mark.parametrize(
    "open_one", [payment(), payment(method_id=CARD, offline=False), payment(method_id=CARD, offline=False, url=URL)]
)  # fmt: skip
def test_another_open_attempt_is_superseded(open_one: Payment) -> None:
    """One attempt is open at a time, be it of the same method: who presses again pays there, not here and there."""
    after = begun(order(payments=(open_one,))).after

    assert [Attempt.SUPERSEDED, Attempt.PROCESSING] == [one.attempt for one in after.payments]
    assert after.open_attempt is after.payments[1]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.CANCELLED])
@pytest.mark.parametrize("kind", [ActorKind.BUYER, ActorKind.STAFF])
def test_where_asking_leaves_an_order(status: Status, kind: ActorKind) -> None:
    """A cart is at the payment page from then on; every other order stays where it is."""
    before = order(status=status)
    after = begun(before, kind=kind).after

    assert (Status.PAYMENT if status is Status.CREATED else before.status) is after.status
    assert (before.placed_at, before.is_cart) == (after.placed_at, after.is_cart)


@pytest.mark.parametrize(
    ("before", "seen", "code"),
    [
        (order(payments=(asked(Attempt.UNKNOWN),)), "1000.00", "answer_awaited"),
        (order(payments=(asked(Attempt.PROCESSING),)), "1000.00", "answer_awaited"),
        (order(payments=(paid(),)), "1000.00", "nothing_to_pay"),
        (order(payments=(held(),)), "1000.00", "nothing_to_pay"),
        (order(status=Status.CANCELLED), "1000.00", "nothing_to_pay"),
        (order(line(price="0")), "0", "nothing_to_pay"),
        (order(), "999.99", "total_changed"),
        (order(payments=(paid("400.00"),)), "1000.00", "total_changed"),
        (attrs.evolve(order(status=Status.CREATED, delivery=delivery()), lines=()), "300.00", "no_lines"),
        (attrs.evolve(order(status=Status.PAYMENT, delivery=delivery()), lines=()), "300.00", "no_lines"),
    ],
)
def test_asking_refused(before: Order, seen: str, code: str) -> None:
    """While an answer is awaited, where nothing is to pay, for another sum than was seen, for an empty cart."""
    for offline in (False, True):
        with pytest.raises((TransitionRefusedError, ConflictError)) as refused:
            begin(before, method(offline=offline), act(ActorKind.BUYER), seen=rub(seen))

        assert code == refused.value.code


@pytest.mark.parametrize("status", sorted(CARTS))
def test_a_buyer_without_details(status: Status) -> None:
    """He is asked for them first, whatever he says is to pay; staff are not concerned, nor is what is placed."""
    before = attrs.evolve(order(status=status), submitted_at=None)
    for way, seen in product((method(), method(offline=True)), ("1000.00", "1.00")):
        with pytest.raises(TransitionRefusedError) as refused:
            begin(before, way, act(ActorKind.BUYER), seen=rub(seen))
        assert "details_missing" == refused.value.code

    assert begun(before, kind=ActorKind.STAFF)
    assert begun(attrs.evolve(before, placed_at=LATER))


def test_what_was_seen_and_what_is() -> None:
    """Who saw another sum is told both; another currency, or no money at all, is no sum."""
    with pytest.raises(ConflictError, match=r"1000\.00 RUB are to pay by now, not 900\.00") as changed:
        require_seen(order(), rub("900.00"))
    codes = []
    for seen in (Money.of("1000", "EUR"), 1000):
        with pytest.raises(InvalidInputError) as refused:
            require_seen(order(), seen)
        codes.append(refused.value.code)

    assert {"old": rub("900.00"), "new": rub("1000.00"), "order": "1001"} == changed.value.context
    assert ["other_currency", "not_money"] == codes
    assert rub("1000.00") == require_seen(order(), rub("1000.00"))


def test_an_offline_way_is_chosen() -> None:
    """Nobody is asked: the order is placed and its attempt waits for staff; what is chosen already stays."""
    cash = method(id=CASH, offline=True)
    change = begin(order(status=Status.PAYMENT), cash, act(ActorKind.BUYER), seen=rub("1000.00"))
    assert change is not None
    again = begin(change.after, cash, act(ActorKind.BUYER), seen=rub("1000.00"))

    assert ("payment.chosen", Status.PENDING) == (change.entry.kind, change.after.status)
    assert again is None


@pytest.mark.parametrize("kind", ActorKind)
def test_who_starts_a_payment(kind: ActorKind) -> None:
    """The buyer and the desk; money, tracking and the clock start none."""
    try:
        begun(order(), kind=kind)
        code = ""
    except TransitionRefusedError as refused:
        code = refused.code

    assert (kind.value in "buyer staff host import") is (code == "")
    assert code in ("", "not_by_this_actor")


@pytest.mark.parametrize(
    ("outcome", "attempt", "result", "told"),
    [
        (Succeeded(rub("1000.00"), "b-1"), Attempt.SETTLED, PaymentResult.SUCCEEDED, ("b-1", "", "")),
        (Authorised(rub("1000.00"), "b-1"), Attempt.SETTLED, PaymentResult.NOT_FINISHED, ("b-1", "", "")),
        (Redirect(URL, "b-1"), Attempt.OPEN, PaymentResult.NOT_FINISHED, ("b-1", URL, "")),
        (Pending("b-1"), Attempt.PROCESSING, PaymentResult.NOT_FINISHED, ("b-1", "", "")),
        (Declined(), Attempt.DECLINED, PaymentResult.DECLINED, ("", "", "declined")),
        (
            Declined(DeclineReason.EXPIRED_CARD, "b-1"),
            Attempt.DECLINED,
            PaymentResult.DECLINED,
            ("b-1", "", "expired_card"),
        ),
        (Unknown(), Attempt.UNKNOWN, PaymentResult.NOT_FINISHED, ("", "", "not_said")),
        (
            Unknown(UnknownReason.LATE, "b-1"),
            Attempt.UNKNOWN,
            PaymentResult.NOT_FINISHED,
            ("b-1", "", "late"),
        ),
    ],
    ids=repr,
)
def test_what_an_answer_does_to_the_attempt(
    outcome: Outcome, attempt: Attempt, result: PaymentResult, told: tuple[str, str, str]
) -> None:
    """The attempts of the rules: what it is from then on, and what is kept of the answer; it answers the same again."""
    change = answered(outcome)
    [one] = change.after.payments

    assert (attempt, result, told) == (one.attempt, one.result, (one.reference, one.url, one.reason))
    assert outcome == one.outcome
    assert ("payment.answered", type(outcome).__name__.lower()) == (
        change.entry.kind,
        change.entry.data["outcome"],
    )


def test_money_that_came() -> None:
    """Both lines of a direct sale are written at the amount asked, and the order moves in the entry of the money."""
    change = answered(Succeeded(rub("1000.00"), "b-1"))
    [one] = change.after.payments
    told = {each.field: (each.before, each.after) for each in change.entry.differences}

    assert [(FactKind.AUTHORISE, 100_000, LATER), (FactKind.CAPTURE, 100_000, LATER)] == [
        (fact.kind, fact.amount.minor, fact.at) for fact in one.facts
    ]
    assert ("payment", "pending_paid") == told["status"]
    assert (0, 100_000) == told["paid"]
    assert {"payment_id": str(one.id), "outcome": "succeeded", "amount": 100_000, "currency": "RUB"} == dict(
        change.entry.data
    )
    assert {"OrderSubmitted", "OrderStatusChanged", "PaymentReceived"} == set(
        events_of(change.entry, 100_000, "RUB")
    )


def test_money_that_is_held() -> None:
    """A hold is one line of the ledger: nothing is paid, nothing is left to pay, and a cart is placed in its entry."""
    change = answered(Authorised(rub("1000.00"), "b-1"))
    [one] = change.after.payments
    balance = change.after.balance

    assert [(FactKind.AUTHORISE, 100_000, LATER)] == [
        (fact.kind, fact.amount.minor, fact.at) for fact in one.facts
    ]
    assert (0, 100_000, 0, "authorised") == (
        balance.paid, balance.authorised, balance.to_pay, balance.payment_status,
    )  # fmt: skip
    assert {"payment_id": str(one.id), "outcome": "authorised", "amount": 100_000, "currency": "RUB"} == dict(
        change.entry.data
    )
    assert {"OrderSubmitted", "OrderStatusChanged"} == set(events_of(change.entry, 100_000, "RUB"))


@pytest.mark.parametrize("status", Status)
def test_where_a_hold_leaves_an_order(status: Status) -> None:
    """It places a cart, which waits for the seller then; elsewhere, and on a cancelled order, the status stays."""
    stood = begun(order(status=Status.PENDING if status is Status.CANCELLED else status)).after
    if status is Status.CANCELLED:  # as nobody can while an answer is awaited
        stood = attrs.evolve(stood, status=status)
    change = answer(
        stood, stood.payments[-1].id, Authorised(rub("1000.00"), "b"), act(ActorKind.MONEY, at=LATER)
    )
    assert change is not None

    assert (Status.PENDING if stood.status in CARTS else stood.status) is change.after.status
    assert 100_000 == change.after.balance.authorised


@pytest.mark.parametrize("status", Status)
def test_where_an_answer_leaves_an_order(status: Status) -> None:
    """Money places a cart and turns the twin; no other answer moves an order, and none opens a cancelled one."""
    stood = order(status=Status.PENDING if status is Status.CANCELLED else status)
    started = begun(stood).after
    if status is Status.CANCELLED:  # as nobody can while an answer is awaited
        started = attrs.evolve(started, status=status)
    answers = (Redirect(URL, "b"), Pending("b"), Declined(), Unknown(), OTHER_AMOUNT, OTHER_CURRENCY)
    for outcome in answers:
        left = answer(started, started.payments[-1].id, outcome, act(ActorKind.MONEY))
        assert left is not None
        assert (started.status, started.placed_at) == (left.after.status, left.after.placed_at)
    with_money = answer(
        started, started.payments[-1].id, Succeeded(rub("1000.00"), "b"), act(ActorKind.MONEY)
    )
    assert with_money is not None
    rises = started.status in {*CARTS, Status.PENDING}

    assert (Status.PENDING_PAID if rises else started.status) is with_money.after.status


@pytest.mark.parametrize(
    "outcome", [OTHER_AMOUNT, OTHER_CURRENCY, OTHER_HOLD], ids=["amount", "currency", "hold"]
)
def test_money_that_was_not_asked_for(outcome: Succeeded | Authorised) -> None:
    """It is taken down nowhere but in the journal: the attempt is unknown, and people look into it."""
    change = answered(outcome)
    [one] = change.after.payments

    assert (Attempt.UNKNOWN, "amount_differs", "b-1", ()) == (
        one.attempt, one.reason, one.reference, one.facts,
    )  # fmt: skip
    assert 0 == change.after.balance.paid
    assert (outcome.amount.minor, outcome.amount.currency, "unknown") == (
        change.entry.data["amount"],
        change.entry.data["currency"],
        change.entry.data["outcome"],
    )


def test_after_a_decline_another_try() -> None:
    """What was declined stays as it was, and the next try is an attempt of its own."""
    declined = answered(Declined(reference="b-1")).after
    second = begun(declined).after
    change = answer(second, second.payments[1].id, Succeeded(rub("1000.00"), "b-2"), act(ActorKind.MONEY))
    assert change is not None

    assert Status.PAYMENT is declined.status
    assert [Attempt.DECLINED, Attempt.SETTLED] == [one.attempt for one in change.after.payments]
    assert declined.payments[0] == change.after.payments[0]


def test_an_offline_attempt_follows_the_money() -> None:
    """What is left after the answer is what another attempt would ask for: nothing is paid twice."""
    started = begun(order()).after
    both = attrs.evolve(started, payments=(payment(), *started.payments))
    change = answer(both, started.payments[0].id, Succeeded(rub("1000.00"), "b"), act(ActorKind.MONEY))
    assert change is not None

    assert [Attempt.SUPERSEDED, Attempt.SETTLED] == [one.attempt for one in change.after.payments]


def test_an_answer_is_heard_once() -> None:
    """Where nobody waits for one any more it changes nothing, and neither does the same again."""
    money = act(ActorKind.MONEY)
    whole = rub("1000.00")
    answers = (Succeeded(whole, "b"), Authorised(whole, "b"), Redirect(URL, "b"), Declined("cancelled"))
    for first, second in product(answers, answers):
        after = answered(first).after
        assert answer(after, after.payments[0].id, second, money) is None
    pending = answered(Pending("b")).after

    assert answer(pending, pending.payments[0].id, Pending("b"), money) is None
    with pytest.raises(NotFoundError):
        answer(pending, uuid4(), Declined(), money)


def test_what_is_unknown_may_come_to_be_known() -> None:
    """A later word of the provider settles it; what it said before of the payment is kept."""
    unknown = answered(Unknown(reference="b-7")).after
    change = answer(unknown, unknown.payments[0].id, Declined("expired"), act(ActorKind.MONEY))
    assert change is not None

    assert (Attempt.DECLINED, "b-7", "expired") == (
        change.after.payments[0].attempt,
        change.after.payments[0].reference,
        change.after.payments[0].reason,
    )


def at_the_bank(attempt: Attempt, reference: str = "b-1") -> Order:
    """An order with an attempt that is known at the provider."""
    return order(payments=(payment(attempt=attempt, offline=False, reference=reference, method_id=CARD),))


UNSETTLED = {
    (Attempt.OPEN, "b-1"), (Attempt.SUPERSEDED, "b-1"), (Attempt.PROCESSING, "b-1"), (Attempt.UNKNOWN, "b-1"),
    (Attempt.PROCESSING, ""), (Attempt.UNKNOWN, ""),
}  # fmt: skip


@pytest.mark.parametrize(("attempt", "reference"), list(product(Attempt, ("", "b-1"))))
def test_what_is_looked_up(attempt: Attempt, reference: str) -> None:
    """What was paid at the provider is booked as long as that can be news: be it open, superseded or declined."""
    before = at_the_bank(attempt, reference)
    [asked_for] = before.payments
    change = found(before, asked_for.id, Succeeded(rub("1000.00"), "b-1"), act(ActorKind.MONEY))

    assert ((attempt, reference) in UNSETTLED) is asked_for.is_unsettled
    assert (asked_for.is_unsettled or attempt is Attempt.DECLINED) is (change is not None)
    if change:
        assert (Attempt.SETTLED, 100_000) == (change.after.payments[0].attempt, change.after.balance.paid)
        assert "payment.answered" == change.entry.kind


@pytest.mark.parametrize("settled", [paid(), paid(offline=False, reference="b"), payment()])
def test_what_is_not_looked_up(settled: Payment) -> None:
    """What staff record, and what is paid."""
    assert not settled.is_unsettled


@pytest.mark.parametrize(
    ("attempt", "outcome", "after"),
    [
        (Attempt.OPEN, Pending("b-1"), Attempt.PROCESSING),
        (Attempt.OPEN, Declined(), Attempt.DECLINED),
        (Attempt.OPEN, OTHER_AMOUNT, Attempt.UNKNOWN),
        (Attempt.UNKNOWN, Redirect(URL, "b-1"), Attempt.OPEN),
        (Attempt.SUPERSEDED, Declined(), Attempt.DECLINED),
        (Attempt.SUPERSEDED, Authorised(rub("1000.00"), "b-1"), Attempt.SETTLED),
        (Attempt.UNKNOWN, Authorised(rub("1000.00"), "b-1"), Attempt.SETTLED),
        (Attempt.SUPERSEDED, Pending("b-1"), None),
        (Attempt.SUPERSEDED, Redirect(URL, "b-1"), None),
        (Attempt.SUPERSEDED, OTHER_AMOUNT, Attempt.SUPERSEDED),
        (Attempt.DECLINED, OTHER_AMOUNT, Attempt.SUPERSEDED),
        *((attempt, Unknown(), None) for attempt in Attempt),
    ],
)
def test_what_a_look_up_does(attempt: Attempt, outcome: Outcome, after: Attempt | None) -> None:
    """Not knowing changes nothing; what was superseded stays so until it is final."""
    before = at_the_bank(attempt)
    change = found(before, before.payments[0].id, outcome, act(ActorKind.MONEY))

    assert after == (change.after.payments[0].attempt if change else None)


OUTCOMES: list[Outcome] = [
    Succeeded(rub("1000.00"), "b-1"),
    Authorised(rub("1000.00"), "b-1"),
    OTHER_AMOUNT,
    OTHER_HOLD,
    Redirect(URL, "b-1"),
    Pending("b-1"),
    Declined(),
    Unknown(),
]


@pytest.mark.parametrize("by", [answer, found, closed])
@pytest.mark.parametrize("outcome", OUTCOMES, ids=lambda outcome: type(outcome).__name__)
@pytest.mark.parametrize("given_up", [Attempt.SUPERSEDED, Attempt.DECLINED])
@pytest.mark.parametrize("own", [Attempt.OPEN, Attempt.PROCESSING, Attempt.UNKNOWN])
def test_an_order_has_one_attempt(
    by: Callable[..., Change[Order] | None], outcome: Outcome, given_up: Attempt, own: Attempt
) -> None:
    """Whatever is told of one that was given up: it never comes back beside the one that was begun since."""
    first = payment(attempt=given_up, offline=False, reference="b-1", method_id=CARD)
    released = attrs.evolve(holding.released(held(), act()), attempt=given_up, offline=False, reference="b-1")
    second = payment(attempt=own, offline=False, reference="b-2", method_id=CARD)
    for one in (first, released):
        before = order(payments=(one, second))
        change = by(before, one.id, outcome, act(ActorKind.MONEY))
        after = (change.after if change else before).payment(one.id)

        assert after.attempt not in (Attempt.OPEN, Attempt.PROCESSING, Attempt.UNKNOWN)


@pytest.mark.parametrize("attempt", [Attempt.OPEN, Attempt.SUPERSEDED])
def test_closing_is_begun_once(attempt: Attempt) -> None:
    """That we have it ended is told once; it stays what it was, and may be paid until the provider has ended it."""
    before = at_the_bank(attempt)
    change = begin_closing(before, before.payments[0].id, act())
    assert change is not None
    [closing] = change.after.payments

    assert (attempt, CLOSING, True) == (closing.attempt, closing.reason, closing.is_payable_there)
    assert ("payment.close_requested", str(closing.id)) == (
        change.entry.kind,
        change.entry.data["payment_id"],
    )
    assert begin_closing(change.after, closing.id, act()) is None


def test_closing_hides_no_other_amount() -> None:
    """What people have to look at stays so where the provider does not say whether it is closed."""
    doubted = payment(
        attempt=Attempt.SUPERSEDED, offline=False, reference="b-1", method_id=CARD, reason="amount_differs"
    )
    begun = begin_closing(order(payments=(doubted,)), doubted.id, act())
    assert begun is not None

    assert ("payment.close_requested", (doubted,)) == (begun.entry.kind, begun.after.payments)
    assert closed(begun.after, doubted.id, Unknown(), act(ActorKind.MONEY)) is None


@pytest.mark.parametrize(
    "one",
    [
        payment(),
        payment(method_id=CARD),
        paid(offline=False, reference="b"),
        held(),
        asked(Attempt.PROCESSING),
    ],
)
def test_what_cannot_be_closed(one: Payment) -> None:
    """What nobody can pay at a provider: an offline one, one that is paid or held, one that is being answered."""
    assert begin_closing(order(payments=(one,)), one.id, act()) is None
    assert not one.is_payable_there


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (DeclineReason.EXPIRED, "closed"),
        (DeclineReason.DECLINED, "closed"),
        (DeclineReason.CLOSED, "closed"),
        (DeclineReason.CANCELLED, "cancelled"),
        (DeclineReason.INSUFFICIENT_FUNDS, "insufficient_funds"),
    ],
)
def test_in_whose_words_it_ended(told: DeclineReason, reason: str) -> None:
    """Told later or by itself that it ended, it was us who had it ended; asked to close it, the provider knows why."""
    before = at_the_bank(Attempt.OPEN)
    id = before.payments[0].id
    begun = begin_closing(before, id, act())
    assert begun is not None
    changes = [by(begun.after, id, Declined(told), act(ActorKind.MONEY)) for by in (found, closed)]
    plain = found(before, id, Declined(told), act(ActorKind.MONEY))

    assert [reason, told] == [change.after.payments[0].reason for change in changes if change]
    assert plain is not None
    assert told == plain.after.payments[0].reason


def test_closing_that_came_to_nothing() -> None:
    """That the buyer can pay it still is known from then on; not knowing leaves it as it was."""
    before = at_the_bank(Attempt.OPEN)
    id = before.payments[0].id
    begun = begin_closing(before, id, act())
    assert begun is not None
    still = closed(begun.after, id, Redirect(URL, "b-1"), act(ActorKind.MONEY))

    assert still is not None
    assert (Attempt.OPEN, "") == (still.after.payments[0].attempt, still.after.payments[0].reason)
    assert closed(begun.after, id, Unknown(), act(ActorKind.MONEY)) is None


@pytest.mark.parametrize(
    ("attempt", "code"),
    [
        (Attempt.OPEN, "not_closed"),
        (Attempt.SUPERSEDED, "not_closed"),
        (Attempt.PROCESSING, "answer_awaited"),
        (Attempt.UNKNOWN, "answer_awaited"),
        (Attempt.DECLINED, None),
    ],
)
def test_what_stands_in_the_way(attempt: Attempt, code: str | None) -> None:
    """An attempt that may be paid still, and one that is being paid."""
    given = at_the_bank(attempt)
    if code is None:
        require_closed(given, given.payments[0].id)
        return
    with pytest.raises(TransitionRefusedError) as refused:
        require_closed(given, given.payments[0].id)
    assert code == refused.value.code
