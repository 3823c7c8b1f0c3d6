"""Moving an order: by people over every cell of the table, by money, and what entering a status does."""

from contextlib import nullcontext
from itertools import product
from typing import Any

import attrs
import pytest

from orderkit.domain.actor import ActorKind
from orderkit.domain.lifecycle import CARTS, PENDING_TWINS, Lifecycle, Status
from orderkit.domain.moving import cancel, choices, follow_money, give_back, pending_twin, set_status, stamp
from orderkit.domain.order import Order
from orderkit.domain.payment import Attempt, FactKind, Payment, RefundStatus
from orderkit.errors import InvalidInputError, TransitionRefusedError
from tests.domain.making import (
    LATER,
    NOW,
    act,
    asked,
    fact,
    held,
    order,
    paid,
    payment,
    refund_under_way,
    rub,
)
from tests.domain.test_lifecycle import expected

SHIPPED_AT = LATER.replace(hour=10)
DELIVERED_AT = LATER.replace(hour=18)


def standing(status: Status, *payments: Payment) -> Order:
    """An order that came to *status* the long way, with all the times of its life."""
    times = {"placed_at": NOW, "shipped_at": SHIPPED_AT, "delivered_at": DELIVERED_AT}
    passed = {Status.SHIPPED: ("placed_at", "shipped_at"), Status.DELIVERED: tuple(times)}
    known = {name: times[name] for name in passed.get(status, ())}
    return order(status=status, payments=payments, **known)


def refusal(code: str) -> Any:
    """Expect a refusal with that code."""
    return pytest.raises(TransitionRefusedError, check=lambda error: error.code == code)


PLAYS = {"nothing": (), "paid": (paid(),), "held": (held(),), "answered": (asked(),)}


@pytest.mark.parametrize("play", PLAYS)
@pytest.mark.parametrize("kind", ActorKind)
@pytest.mark.parametrize("source", Status)
def test_every_step(source: Status, kind: ActorKind, play: str) -> None:
    """Over every cell, actor and sort of money in play an order moves exactly where the table lets it."""
    before = order(status=source, payments=PLAYS[play])
    for target in Status:
        landing = pending_twin(before) if target in PENDING_TWINS else target
        code, needs_reason = expected(before.status, landing, kind, before.is_in_play)
        if landing is Status.CANCELLED and not code and play != "nothing":
            code = {"paid": "money_decision_required", "held": "hold_open", "answered": "answer_awaited"}[
                play
            ]
        if landing is before.status:
            assert set_status(before, target, act(kind), reason="так надо") is None
        elif code:
            with refusal(code):
                set_status(before, target, act(kind), reason="так надо")
        else:
            change = set_status(before, target, act(kind), reason="так надо")
            assert change is not None
            assert (landing, before.version + 1) == (change.after.status, change.after.version)
            if needs_reason:
                with refusal("reason_required"):
                    set_status(before, target, act(kind), reason="  ")


@pytest.mark.parametrize("source", Status)
@pytest.mark.parametrize(
    "contents", [{}, {"lines": ()}, {"payments": (held(),)}, {"payments": (asked(Attempt.UNKNOWN),)}]
)
def test_choices_are_what_happens(source: Status, contents: dict[str, Any]) -> None:
    """Whatever an order is offered can be done, and what is refused is refused so; the twins are one."""
    here = attrs.evolve(standing(source), **contents)
    for choice in choices(here, ActorKind.STAFF):
        told = "" if choice.refusal == "follows_money" else choice.refusal
        if choice.status is Status.CANCELLED is not here.status and here.balance.authorised:
            told = told or "hold_open"  # it is offered, and done by way of the provider
        with refusal(told) if told else nullcontext():
            set_status(here, choice.status, act(), reason="да")


def test_one_of_the_twins_is_offered() -> None:
    """The one that fits the money; the other says so."""
    preparing = standing(Status.PREPARING)
    found = {choice.status: choice.refusal for choice in choices(preparing, ActorKind.STAFF)}
    with_money = attrs.evolve(preparing, payments=(paid(),))
    paid_for = {choice.status: choice.refusal for choice in choices(with_money, ActorKind.STAFF)}

    assert ("", "follows_money") == (found[Status.PENDING], found[Status.PENDING_PAID])
    assert ("follows_money", "") == (paid_for[Status.PENDING], paid_for[Status.PENDING_PAID])


def test_its_entry() -> None:
    """A move is told as one entry: from, to, by whom, when and why."""
    doing = act(at=LATER)
    change = set_status(order(), Status.PREPARING, doing, reason=" срочно ")
    assert change is not None
    step = change.entry.difference("status")

    assert step is not None
    assert ("pending", "preparing") == (step.before, step.after)
    assert ("order.status_changed", "срочно", LATER, doing.actor) == (
        change.entry.kind,
        change.entry.reason,
        change.entry.at,
        change.entry.actor,
    )
    assert ["status"] == [difference.field for difference in change.entry.differences]


@pytest.mark.parametrize(
    ("status", "payments", "asked_for", "lands"),
    [
        ("preparing", (), "pending_paid", "pending"),
        ("preparing", (paid("0.01"),), "pending", "pending_paid"),
        ("created", (), "pending_paid", "pending"),
        ("cancelled", (paid(),), "pending", "pending_paid"),
        ("shipped", (paid(),), "pending_paid", "pending_paid"),
    ],
)
def test_the_wrong_twin_lands_on_the_right_one(
    status: str, payments: tuple[Payment, ...], asked_for: str, lands: str
) -> None:
    """Which of the pending twins it is follows from what is paid, not from what was asked."""
    change = set_status(
        order(status=Status(status), payments=payments), Status(asked_for), act(), reason="так надо"
    )
    assert change is not None

    assert lands == change.after.status


@pytest.mark.parametrize("status", Status)
def test_same_status_is_no_change(status: Status) -> None:
    """The status it has already: nothing happens, nothing is told, nobody is asked for rights or a reason."""
    for kind in ActorKind:
        assert set_status(order(status=status), status, act(kind)) is None


def test_a_twin_for_the_other_is_no_change() -> None:
    """The other twin is the status it has."""
    assert set_status(order(), Status.PENDING_PAID, act()) is None
    assert set_status(order(payments=(paid(),)), Status.PENDING, act()) is None


def test_people_move_no_empty_order() -> None:
    """Without a line an order can only be cancelled."""
    empty = order(status=Status.PAYMENT, lines=())

    for target, kind in [(Status.PENDING, ActorKind.BUYER), (Status.PREPARING, ActorKind.STAFF)]:
        with refusal("no_lines") as refused:
            set_status(empty, target, act(kind))

        assert ("cancelled",) == refused.value.possible
    change = set_status(empty, Status.CANCELLED, act(ActorKind.BUYER))
    assert change is not None
    assert Status.CANCELLED is change.after.status


def test_a_long_reason_is_refused() -> None:
    """A reason is text of at most 2,000 characters."""
    with pytest.raises(InvalidInputError, match="reason has 100000 characters"):
        set_status(order(), Status.SHIPPED, act(), reason="x" * 100_000)


def test_another_table() -> None:
    """A host's own table decides where it is given."""
    strict = Lifecycle.parse("created: payment=S P=S preparing=S shipped=S delivered=S cancelled=S")

    with refusal("no_such_step"):
        set_status(order(), Status.PREPARING, act(), lifecycle=strict)
    with refusal("no_such_step"):
        cancel(order(), act(), reason="x", refund=rub("0"), lifecycle=strict)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.CANCELLED])
def test_placed_once(status: Status) -> None:
    """Pending or later stamps the placing the first time, and never again; carts and cancelling do not."""
    cart = order(status=Status.CREATED)
    first = stamp(cart, status, NOW)
    again = stamp(stamp(first, Status.CREATED, LATER), status, LATER)

    assert (None if status in CARTS else NOW) == first.placed_at == again.placed_at
    assert stamp(cart, Status.CANCELLED, NOW).placed_at is None
    assert first.placed_at == stamp(first, Status.CANCELLED, LATER).placed_at


def test_never_a_cart_again() -> None:
    """Put back among the carts, an order stays placed: the buyer's cart is another one."""
    change = set_status(order(), Status.CREATED, act(at=LATER), reason="ошибка")
    assert change is not None

    assert (Status.CREATED, NOW, False) == (change.after.status, change.after.placed_at, change.after.is_cart)


@pytest.mark.parametrize(
    ("source", "target", "times"),
    [
        ("preparing", "shipped", (NOW, "at", None, None)),
        ("preparing", "delivered", (NOW, None, "at", None)),
        ("shipped", "delivered", (NOW, SHIPPED_AT, "at", None)),
        ("delivered", "shipped", (NOW, "at", None, None)),
        ("delivered", "preparing", (NOW, None, None, None)),
        ("delivered", "pending", (NOW, None, None, None)),
        ("shipped", "preparing", (NOW, None, None, None)),
        ("shipped", "cancelled", (NOW, SHIPPED_AT, None, "at")),
        ("preparing", "created", (NOW, None, None, None)),
        ("cancelled", "pending", (NOW, None, None, None)),
    ],
)
def test_stamps(source: str, target: str, times: tuple[Any, ...]) -> None:
    """Entering shipped, delivered and cancelled stamps them; going back clears what is later."""
    at = LATER.replace(hour=23)
    change = set_status(standing(Status(source)), Status(target), act(at=at), reason="так надо")
    assert change is not None
    after = change.after

    assert tuple(at if time == "at" else time for time in times) == (
        after.placed_at,
        after.shipped_at,
        after.delivered_at,
        after.cancelled_at,
    )


def test_cancelling_keeps_the_times_and_reopening_clears_them() -> None:
    """A cancelled order says when it was shipped and delivered; reopened it has to be shipped again."""
    cancelled = stamp(standing(Status.DELIVERED), Status.CANCELLED, LATER)
    reopened = stamp(cancelled, Status.PENDING, LATER)

    assert (SHIPPED_AT, DELIVERED_AT, LATER) == (
        cancelled.shipped_at,
        cancelled.delivered_at,
        cancelled.cancelled_at,
    )
    assert (None, None, None, NOW) == (
        reopened.shipped_at,
        reopened.delivered_at,
        reopened.cancelled_at,
        reopened.placed_at,
    )


def test_entering_payment_opens_a_payment_without_a_method() -> None:
    """The step to payment makes the "not finished" row, asking for what is to pay."""
    change = set_status(order(status=Status.CREATED), Status.PAYMENT, act(ActorKind.BUYER, LATER))
    assert change is not None
    [attempt] = change.after.payments

    assert (None, Attempt.OPEN, rub("1000.00"), LATER) == (
        attempt.method_id,
        attempt.attempt,
        attempt.amount,
        attempt.opened_at,
    )
    assert change.entry.difference(f"payments.{attempt.id}") is not None


def test_entering_payment_again_keeps_the_open_payment() -> None:
    """An attempt that is still open is not doubled; a superseded one is followed by a new one."""
    waiting, closed = payment(method_id=None), payment(attempt=Attempt.SUPERSEDED)

    for known, count in ((waiting, 1), (closed, 2)):
        change = set_status(
            order(status=Status.CREATED, payments=(known,)), Status.PAYMENT, act(ActorKind.BUYER)
        )
        assert change is not None
        assert count == len(change.after.payments)


def test_entering_cancelled_closes_open_attempts() -> None:
    """Nobody pays for a cancelled order: what is still open is superseded, what is decided stays."""
    declined = payment(attempt=Attempt.DECLINED)
    change = set_status(order(payments=(declined, payment())), Status.CANCELLED, act())
    assert change is not None

    assert [Attempt.DECLINED, Attempt.SUPERSEDED] == [one.attempt for one in change.after.payments]
    assert change.after.open_attempt is None


def test_going_back_to_the_cart_closes_open_attempts() -> None:
    """Back at the cart nothing is asked for any more, unless a provider is answering: what comes of that is booked."""
    for one, attempt in (
        (payment(method_id=None), Attempt.SUPERSEDED),
        (payment(offline=False), Attempt.SUPERSEDED),
        (payment(attempt=Attempt.DECLINED), Attempt.DECLINED),
        (asked(), Attempt.UNKNOWN),
    ):
        before = attrs.evolve(order(status=Status.PAYMENT), payments=(one,))
        change = set_status(before, Status.CREATED, act(ActorKind.BUYER))
        assert change is not None
        assert [(attempt, one.amount)] == [(each.attempt, each.amount) for each in change.after.payments]


# What money does: authorised / paid rises / a refund leaving something / a refund leaving nothing.
MONEY = {
    "created": ("pending", "pending_paid", "pending_paid", "created"),
    "payment": ("pending", "pending_paid", "pending_paid", "payment"),
    "pending": ("pending", "pending_paid", "pending_paid", "pending"),
    "pending_paid": ("pending", "pending_paid", "pending_paid", "pending"),
    "preparing": ("preparing",) * 4,
    "shipped": ("shipped",) * 4,
    "delivered": ("delivered",) * 4,
    "cancelled": ("cancelled",) * 4,
}
LEDGERS = {
    "authorised": held(),
    "paid": paid("0.01"),
    "something left": payment(*paid().facts, fact(FactKind.REFUND, "999.99")),
    "nothing left": payment(*paid().facts, fact(FactKind.REFUND, "1000.00")),
    "less than nothing": payment(*paid().facts, fact(FactKind.CHARGEBACK, "1500.00")),
}


@pytest.mark.parametrize(("status", "event"), list(product(Status, LEDGERS)))
def test_what_money_does(status: Status, event: str) -> None:
    """A cart with money is placed, the twins follow what is paid, every later status stays."""
    before = attrs.evolve(order(status=status), status=status, payments=(LEDGERS[event],))
    column = min(list(LEDGERS).index(event), 3)

    assert MONEY[status.value][column] == follow_money(before, LATER).status


def test_money_places_a_cart() -> None:
    """A cart that money places is stamped as placed, even without a line."""
    after = follow_money(order(status=Status.PAYMENT, lines=(), payments=(paid(),)), LATER)

    assert (Status.PENDING_PAID, LATER) == (after.status, after.placed_at)


def test_money_stamps_nothing_twice() -> None:
    """The twins change places without a new time of placing."""
    after = follow_money(attrs.evolve(order(), payments=(paid(),)), LATER)

    assert (Status.PENDING_PAID, NOW) == (after.status, after.placed_at)


@pytest.mark.parametrize(
    ("refund", "retained", "status"),
    [("1000.00", "0.00", "refunded"), ("0.00", "1000.00", "paid"), ("600.00", "400.00", "paid")],
)
def test_cancel_decides_on_the_money(refund: str, retained: str, status: str) -> None:
    """All, none or part is given back; what is kept is retained, and nothing is owed either way."""
    before = order(payments=(paid(),))
    change = cancel(before, act(at=LATER), reason=" передумал ", refund=rub(refund))
    after = change.after

    assert (Status.CANCELLED, rub(retained), LATER) == (after.status, after.retained, after.cancelled_at)
    assert (status, 0) == (after.balance.payment_status, after.balance.balance)
    assert rub("1000.00") == after.total
    assert ("order.cancelled", "передумал", {"refunded": rub(refund).minor}) == (
        change.entry.kind,
        change.entry.reason,
        change.entry.data,
    )


def test_cancel_books_refunds_by_hand() -> None:
    """What is given back is a settled refund with its line in the ledger, both of the same amount and moment."""
    after = cancel(order(payments=(paid(),)), act(at=LATER), reason="передумал", refund=rub("600.00")).after
    [one] = after.payments
    [refund], last = one.refunds, one.facts[-1]

    assert (RefundStatus.SETTLED, rub("600.00"), LATER, "передумал") == (
        refund.status,
        refund.amount,
        refund.created_at,
        refund.reason,
    )
    assert (FactKind.REFUND, rub("600.00"), LATER, refund.id) == (
        last.kind,
        last.amount,
        last.at,
        last.refund_id,
    )


@pytest.mark.parametrize(
    ("refund", "given"),
    [
        ("0.00", ["0.00", "0.00", "0.00"]),
        ("150.00", ["0.00", "0.00", "150.00"]),
        ("250.00", ["0.00", "50.00", "200.00"]),
        ("350.00", ["50.00", "100.00", "200.00"]),
        ("600.00", ["300.00", "100.00", "200.00"]),
    ],
)
def test_cancel_gives_back_the_latest_first(refund: str, given: list[str]) -> None:
    """A refund is taken from the latest payment, then from the one before, never above what each has left."""
    half_back = payment(*paid("200.00").facts, fact(FactKind.REFUND, "100.00"))
    before = order(payments=(paid("300.00"), half_back, paid("200.00"), payment()))
    after = cancel(before, act(), reason="передумал", refund=rub(refund)).after

    assert [rub(amount) for amount in given] == [
        rub("0") + sum((one.amount for one in each.refunds), start=rub("0")) for each in after.payments[:3]
    ]
    assert () == after.payments[3].refunds


def test_cancel_leaves_what_is_on_its_way_back() -> None:
    """A refund under way can not be given back a second time."""
    before = order(payments=(paid(refunds=(refund_under_way("400.00"),)),))

    with pytest.raises(InvalidInputError, match=r"between 0 and 600\.00 RUB can be given back"):
        cancel(before, act(), reason="передумал", refund=rub("600.01"))


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"reason": ""}, "empty", "reason"),
        ({"reason": "  "}, "empty", "reason"),
        ({"reason": "x" * 2_001}, "too_long", "reason"),
        ({"refund": rub("-0.01")}, "refund_out_of_range", "refund"),
        ({"refund": rub("1000.01")}, "refund_out_of_range", "refund"),
        ({"refund": attrs.evolve(rub("1"), currency="EUR")}, "other_currency", "refund"),
    ],
)
def test_cancel_needs_a_reason_and_a_possible_refund(fields: dict[str, Any], code: str, field: str) -> None:
    """No reason, a negative refund, more than there is or another currency: nothing is cancelled."""
    with pytest.raises(InvalidInputError) as refused:
        cancel(order(payments=(paid(),)), act(), **{"reason": "передумал", "refund": rub("0"), **fields})

    assert (code, field) == (refused.value.code, refused.value.field)


@pytest.mark.parametrize("kind", ActorKind)
@pytest.mark.parametrize("source", Status)
def test_cancel_follows_the_table(source: Status, kind: ActorKind) -> None:
    """Cancelling with a decision is the same step of the table, and a second cancelling is none."""
    before = order(status=source)
    code, _ = expected(before.status, Status.CANCELLED, kind, in_play=False)
    if code:
        with refusal(code):
            cancel(before, act(kind), reason="передумал", refund=rub("0"))
    else:
        assert Status.CANCELLED is cancel(before, act(kind), reason="передумал", refund=rub("0")).after.status


@pytest.mark.parametrize(
    ("kind", "one", "code"),
    [
        (ActorKind.STAFF, held(), "hold_open"),
        (ActorKind.STAFF, asked(), "answer_awaited"),
        (ActorKind.STAFF, asked(Attempt.PROCESSING), "answer_awaited"),
        (ActorKind.BUYER, held(), "money_in_play"),
        (ActorKind.BUYER, paid(), "money_in_play"),
        (ActorKind.SCHEDULE, asked(), "money_in_play"),
    ],
)
def test_cancel_waits_for_money_on_its_way(kind: ActorKind, one: Payment, code: str) -> None:
    """A hold is released and an answer awaited before anybody cancels; the buyer asks where money is in play."""
    with refusal(code):
        cancel(order(payments=(one,)), act(kind), reason="передумал", refund=rub("0"))


@pytest.mark.parametrize("kind", [ActorKind.BUYER, ActorKind.SCHEDULE])
def test_who_may_not_refund_cancels_without(kind: ActorKind) -> None:
    """Where payments even out, one of them could still be given back: that is not for a buyer or the clock."""
    overdrawn = payment(*paid().facts, fact(FactKind.CHARGEBACK, "2000.00"))
    before = order(payments=(paid(), overdrawn))

    with refusal("not_by_this_actor"):
        cancel(before, act(kind), reason="передумал", refund=rub("1000.00"))
    assert 0 == cancel(before, act(kind), reason="передумал", refund=rub("0")).after.balance.paid
    assert cancel(before, act(), reason="передумал", refund=rub("1000.00")).after.balance.paid == -100_000


def test_cancel_of_an_overdrawn_order() -> None:
    """After a chargeback larger than what is kept nothing can be given back and nothing is retained."""
    overdrawn = payment(*paid().facts, fact(FactKind.CHARGEBACK, "1500.00"))
    after = cancel(order(payments=(overdrawn,)), act(), reason="спор", refund=rub("0")).after

    assert (rub("0"), 0) == (after.retained, after.balance.due)
    with pytest.raises(InvalidInputError, match=r"between 0 and 0\.00"):
        cancel(order(payments=(overdrawn,)), act(), reason="спор", refund=rub("0.01"))


def test_reopening_forgets_what_was_retained() -> None:
    """Reopened, an order owes its total again; refunds stand; money alone never reopens it."""
    cancelled = cancel(order(payments=(paid(),)), act(), reason="передумал", refund=rub("600.00")).after
    change = set_status(cancelled, Status.PENDING, act(), reason="передумал обратно")
    assert change is not None
    after = change.after

    assert (Status.PENDING_PAID, rub("0"), 60_000) == (after.status, after.retained, after.balance.balance)
    assert 1 == len(after.payments[0].refunds)
    assert cancelled is follow_money(cancelled, LATER)


def test_a_cancelled_cart_is_reopened_as_an_order() -> None:
    """What never was placed is placed by reopening it."""
    cancelled = stamp(order(status=Status.CREATED), Status.CANCELLED, NOW)
    change = set_status(cancelled, Status.PENDING, act(at=LATER), reason="ошибка")
    assert change is not None

    assert (Status.PENDING, LATER) == (change.after.status, change.after.placed_at)


def test_give_back_keeps_what_was_there() -> None:
    """A refund is added to the ledger; nothing in it is changed."""
    before = paid()
    after = give_back(before, rub("1.00"), "", act())

    assert before.facts == after.facts[:-1]
    assert before.sums.paid - 100 == after.sums.paid
