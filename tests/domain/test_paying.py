"""Money that staff handle: a way to pay chosen, money recorded and given back by hand."""

from typing import Any

import attrs
import pytest

from orderkit.domain.actor import ActorKind
from orderkit.domain.lifecycle import Status
from orderkit.domain.line import AdjustmentKind
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import LIMIT, Money
from orderkit.domain.order import Order
from orderkit.domain.paying import choose, record, refund
from orderkit.domain.payment import Attempt, FactKind, Payment, RefundLine, RefundStatus
from orderkit.errors import InvalidInputError, NotFoundError, TransitionRefusedError
from tests.domain.making import (
    CASH,
    LATER,
    TRANSFER,
    act,
    asked,
    delivery,
    fact,
    line,
    order,
    paid,
    payment,
    refund_under_way,
    rub,
)


def book(before: Order, amount: str = "1000.00", **fields: Any) -> Order:
    return record(before, rub(amount), act(at=LATER), **{"method_id": CASH, **fields}).after


def method(offline: bool = True) -> PaymentMethod:
    return PaymentMethod(id=TRANSFER, provider="bank-transfer", title="Перевод", offline=offline)


def test_choosing_opens_an_attempt() -> None:
    """A placed order gets an attempt for what is left, by that method, and stays where it is."""
    change = choose(order(payments=(paid("400.00"),)), method(), act(at=LATER))
    assert change is not None
    attempt = change.after.open_attempt

    assert attempt is not None
    assert (TRANSFER, rub("600.00"), LATER) == (attempt.method_id, attempt.amount, attempt.opened_at)
    assert ("payment.chosen", {"payment_id": str(attempt.id)}) == (change.entry.kind, change.entry.data)
    assert change.before is not None
    assert change.before.status is change.after.status


def test_choosing_fills_the_row_without_a_method() -> None:
    """On the payment page the first method chosen fills the "not finished" row, and the cart is placed."""
    before = order(status=Status.PAYMENT)
    change = choose(before, method(), act(ActorKind.BUYER, at=LATER))
    assert change is not None
    [attempt] = change.after.payments

    assert (before.payments[0].id, TRANSFER) == (attempt.id, attempt.method_id)
    assert (Status.PENDING, LATER) == (change.after.status, change.after.placed_at)


def test_choosing_needs_the_details_of_a_cart() -> None:
    """A buyer first says who receives it and how; staff choose whenever they like, and what is placed is as it is."""
    before = attrs.evolve(order(status=Status.PAYMENT), submitted_at=None)
    with pytest.raises(TransitionRefusedError) as refused:
        choose(before, method(), act(ActorKind.BUYER))

    assert ("details_missing", ("carts.submit",)) == (refused.value.code, refused.value.possible)
    assert choose(before, method(), act()) is not None
    placed = attrs.evolve(before, placed_at=LATER)
    assert choose(placed, method(), act(ActorKind.BUYER)) is not None


def test_choosing_another_way() -> None:
    """One attempt is open at a time: another method supersedes it; the same one changes nothing."""
    before = order(payments=(payment(),))
    change = choose(before, method(), act())
    assert change is not None
    again = choose(change.after, method(), act())

    assert [Attempt.SUPERSEDED, Attempt.OPEN] == [one.attempt for one in change.after.payments]
    assert again is None


@pytest.mark.parametrize(
    ("before", "offline", "code"),
    [
        (order(), False, "not_offline"),
        (order(payments=(paid(),)), True, "nothing_to_pay"),
        (order(status=Status.CANCELLED), True, "nothing_to_pay"),
        (order(payments=(asked(),)), True, "answer_awaited"),
    ],
)
def test_choosing_refused(before: Order, offline: bool, code: str) -> None:
    """A provider's method, nothing to pay, or an attempt that is being answered for."""
    with pytest.raises((InvalidInputError, TransitionRefusedError)) as refused:
        choose(before, method(offline), act())

    assert code == refused.value.code


def test_choosing_for_an_empty_cart() -> None:
    """A cart whose delivery costs something, but without a line, is not placed by choosing a way to pay."""
    empty = attrs.evolve(order(status=Status.CREATED, delivery=delivery()), lines=())

    with pytest.raises(TransitionRefusedError) as refused:
        choose(empty, method(), act(ActorKind.BUYER))

    assert "no_lines" == refused.value.code


def test_record_makes_a_payment() -> None:
    """Without an attempt of that method it makes one that is settled, and writes both lines of a direct sale."""
    before = order()
    change = record(before, rub("1000.00"), act(at=LATER), method_id=CASH, reference=" ПП-17 ")
    [one] = change.after.payments

    assert (CASH, True, Attempt.SETTLED, rub("1000.00"), "ПП-17", LATER) == (
        one.method_id,
        one.offline,
        one.attempt,
        one.amount,
        one.reference,
        one.opened_at,
    )
    assert [(FactKind.AUTHORISE, 100_000, LATER), (FactKind.CAPTURE, 100_000, LATER)] == [
        (each.kind, each.amount.minor, each.at) for each in one.facts
    ]
    assert ("payment.recorded", {"payment_id": str(one.id), "amount": 100_000}) == (
        change.entry.kind,
        change.entry.data,
    )


def test_record_tells_the_move_in_the_same_entry() -> None:
    """A move by money shares the money's entry."""
    change = record(order(), rub("1000.00"), act(), method_id=CASH)
    told = {one.field: (one.before, one.after) for one in change.entry.differences}

    assert ("pending", "pending_paid") == told["status"]
    assert (0, 100_000) == told["paid"]
    assert ("unpaid", "paid") == told["payment_status"]
    assert 4 == len(told)


@pytest.mark.parametrize(
    ("amount", "status"),
    [("0.01", "partially_paid"), ("999.99", "partially_paid"), ("1000.00", "paid"), ("1000.01", "overpaid")],
)
def test_part_and_over(amount: str, status: str) -> None:
    """Staff may record a part or too much."""
    after = book(order(), amount)

    assert (status, Status.PENDING_PAID) == (after.balance.payment_status, after.status)


@pytest.mark.parametrize(
    ("known", "settles"),
    [
        (payment(method_id=CASH, amount="700.00"), True),
        (payment(method_id=None), True),
        (payment(method_id=TRANSFER), False),
        (payment(method_id=CASH, offline=False), False),
        (asked(), False),
        (payment(method_id=CASH, attempt=Attempt.DECLINED), False),
        (payment(method_id=CASH, attempt=Attempt.SUPERSEDED), False),
        (paid("1.00"), False),
    ],
)
def test_settles_the_open_attempt_of_that_method(known: Payment, settles: bool) -> None:
    """The open attempt of that method, or the one without a method, is settled at the amount recorded."""
    after = book(order(payments=(known,)), "900.00")
    booked = after.payments[-1]

    assert settles is (booked.id == known.id)
    assert (1 if settles else 2) == len(after.payments)
    assert (Attempt.SETTLED, CASH, rub("900.00")) == (booked.attempt, booked.method_id, booked.amount)
    assert settles is (booked.opened_at == known.opened_at)
    if not settles:
        assert (known.attempt, known.facts) == (after.payments[0].attempt, after.payments[0].facts)


@pytest.mark.parametrize(
    ("amount", "attempt", "asks"),
    [
        ("400.00", "open", "600.00"),
        ("1000.00", "superseded", "1000.00"),
        ("1200.00", "superseded", "1000.00"),
    ],
)
def test_money_by_another_method_reaches_the_open_attempt(amount: str, attempt: str, asks: str) -> None:
    """What came in is not asked for again: the first attempt asks for what is left, or for nothing any more."""
    after = book(order(payments=(payment(method_id=TRANSFER),)), amount)
    first = after.payments[0]

    assert (attempt, rub(asks)) == (first.attempt, first.amount)
    assert (attempt == "open") is (after.open_attempt is not None)


@pytest.mark.parametrize("kind", ActorKind)
def test_who_handles_money(kind: ActorKind) -> None:
    """The desk's sides and money itself book it, a buyer and the desk choose how to pay; others do neither."""
    kept = paid("400.00")
    before = order(payments=(kept,))
    verbs = {
        "choose": (lambda: choose(before, method(), act(kind)), "buyer staff host import"),
        "record": (lambda: record(before, rub("1"), act(kind), method_id=CASH), "staff money host import"),
        "refund": (lambda: refund(before, kept.id, rub("1"), act(kind)), "staff money host import"),
    }

    for verb, (do, who) in verbs.items():
        if kind in who.split():
            assert do() is not None
        else:
            with pytest.raises(TransitionRefusedError) as refused:
                do()
            assert "not_by_this_actor" == refused.value.code
            assert f"payments.{verb} is not for the actor '{kind}' on order 1001" in str(refused.value)
            assert str(refused.value).endswith(f"it is for {', '.join(who.split())}")


@pytest.mark.parametrize("status", Status)
def test_money_is_booked_in_every_status(status: Status) -> None:
    """Money that came in is booked wherever the order stands; a cart is placed, a cancelled order stays so."""
    before = order(status=status)
    after = book(before)
    moves = status in ("created", "payment", "pending", "pending_paid")

    assert (Status.PENDING_PAID if moves else status) == after.status
    assert 100_000 == after.balance.paid
    assert (LATER if status in ("created", "payment") else before.placed_at) == after.placed_at


def test_money_on_a_cancelled_order_is_owed_back() -> None:
    """It does not become retained by itself: staff refund it or reopen."""
    balance = book(order(status=Status.CANCELLED)).balance

    assert ("overpaid", -100_000) == (balance.payment_status, balance.balance)


def test_money_places_an_empty_order() -> None:
    """Money on an order without a line places it."""
    after = book(order(status=Status.PAYMENT, lines=()))

    assert (Status.PENDING_PAID, LATER, "overpaid") == (
        after.status,
        after.placed_at,
        after.balance.payment_status,
    )


@pytest.mark.parametrize(
    ("amount", "fields", "code"),
    [
        (rub("0"), {}, "not_positive"),
        (rub("-1"), {}, "not_positive"),
        (Money.of("1", "EUR"), {}, "other_currency"),
        (rub("1"), {"reference": "x" * 201}, "too_long"),
        (rub("1"), {"reference": "\x00"}, "control_characters"),
    ],
)
def test_record_refuses(amount: Money, fields: dict[str, Any], code: str) -> None:
    """An amount above zero in the order's currency, and a usable reference."""
    with pytest.raises(InvalidInputError) as refused:
        record(order(), amount, act(), **{"method_id": CASH, **fields})

    assert code == refused.value.code


def test_all_money_together_stays_an_amount() -> None:
    """What came in may not grow beyond what an amount can be, or the order could never be settled."""
    largest = Money(LIMIT - 1, "RUB")
    before = record(order(), largest, act(), method_id=CASH).after

    with pytest.raises(InvalidInputError) as refused:
        record(before, rub("0.01"), act(), method_id=CASH)
    assert "too_large" == refused.value.code


def test_refund() -> None:
    """Money given back is a settled refund of that payment, and one entry that names both."""
    kept = paid()
    change = refund(order(payments=(kept,)), kept.id, rub("100.00"), act(at=LATER), reason=" скол ")
    [one] = change.after.payments
    [given] = one.refunds

    assert (RefundStatus.SETTLED, rub("100.00"), LATER, "скол") == (
        given.status,
        given.amount,
        given.created_at,
        given.reason,
    )
    assert (FactKind.REFUND, given.id) == (one.facts[-1].kind, one.facts[-1].refund_id)
    assert ("payment.refunded", "скол") == (change.entry.kind, change.entry.reason)
    assert {"payment_id": str(kept.id), "refund_id": str(given.id), "amount": 10_000} == change.entry.data


def test_refund_of_goods() -> None:
    """What came back and the number in the books stand in the refund; a line may be told in parts."""
    kept, back = paid(), (RefundLine(1, 2), RefundLine(1, 1))
    before = order(line(price="250.00", quantity=3), payments=(kept,))
    after = refund(before, kept.id, rub("1"), act(), reference=" К-12 ", lines=back).after
    [given] = after.payments[0].refunds

    assert ("К-12", back) == (given.reference, given.lines)


@pytest.mark.parametrize("lines", [[(1, 4)], [(1, 2), (1, 2)], [(2, 1)], [(0, 1)]])
def test_refund_of_goods_that_were_not_bought(lines: list[tuple[int, int]]) -> None:
    """No more pieces come back than a line has, and none of a line that the order has not."""
    kept = paid()
    before = order(line(price="250.00", quantity=3), payments=(kept,))
    with pytest.raises(InvalidInputError) as refused:
        refund(before, kept.id, rub("1"), act(), lines=tuple(RefundLine(*one) for one in lines))

    assert ("out_of_range", "lines") == (refused.value.code, refused.value.field)


@pytest.mark.parametrize("named", [(1, 0), (1, -1), (1, True), (1, 1.0), ("1", 1)])
def test_refund_line_refuses(named: tuple[Any, Any]) -> None:
    """A line is named by its id, and one piece at least came back."""
    with pytest.raises(InvalidInputError) as refused:
        RefundLine(*named)

    assert "out_of_range" == refused.value.code


@pytest.mark.parametrize("reference", ["x" * 201, "a\nb"])
def test_refund_reference_is_clean(reference: str) -> None:
    """A refund's reference is a short text, as a payment's is."""
    kept = paid()
    with pytest.raises(InvalidInputError, match="reference"):
        refund(order(payments=(kept,)), kept.id, rub("1"), act(), reference=reference)


@pytest.mark.parametrize(
    ("paid_before", "amount", "total", "status"),
    [
        ("1000.00", "100.00", "900.00", "paid"),
        ("1200.00", "100.00", "1000.00", "overpaid"),
        ("1200.00", "200.00", "1000.00", "paid"),
        ("1200.00", "300.00", "900.00", "paid"),
        ("1200.00", "1199.99", "0.01", "paid"),
        ("400.00", "100.00", "900.00", "partially_refunded"),
        ("1000.00", "1000.00", "1000.00", "refunded"),
        ("1200.00", "1200.00", "1000.00", "refunded"),
    ],
)
def test_what_is_given_back_is_not_owed_again(paid_before: str, amount: str, total: str, status: str) -> None:
    """A part refund eats the overpayment, the rest lowers the total; one that leaves nothing lowers nothing."""
    kept = paid(paid_before)
    after = refund(order(payments=(kept,)), kept.id, rub(amount), act(), reason="скол").after

    assert (rub(total), status) == (after.total, after.balance.payment_status)
    if rub(total) < rub("1000.00"):
        [adjustment] = after.adjustments
        assert (AdjustmentKind.REFUND, rub(total) - rub("1000.00"), "скол") == (
            adjustment.kind,
            adjustment.amount,
            adjustment.title,
        )
    else:
        assert () == after.adjustments


def test_refund_may_leave_the_total() -> None:
    """Unticked, what was given back is owed again."""
    kept = paid()
    after = refund(order(payments=(kept,)), kept.id, rub("100.00"), act(), lower_total=False).after

    assert (rub("1000.00"), 10_000, ()) == (after.total, after.balance.balance, after.adjustments)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.CANCELLED])
def test_refund_lowers_the_total_in_any_status(status: Status) -> None:
    """In any status but cancelled."""
    kept = paid()
    after = refund(order(status=status, payments=(kept,)), kept.id, rub("100.00"), act()).after

    assert rub("900.00") == after.total


def test_refund_of_a_cancelled_order_lowers_nothing() -> None:
    """The total of a cancelled order stays; what is retained shrinks with what is there."""
    kept = paid()
    before = order(status=Status.CANCELLED, payments=(kept,), retained=rub("1000.00"))
    after = refund(before, kept.id, rub("100.00"), act()).after

    assert (rub("1000.00"), Status.CANCELLED) == (after.total, after.status)
    assert (90_000, "paid") == (after.balance.due, after.balance.payment_status)


@pytest.mark.parametrize(("amount", "status"), [("999.99", "pending_paid"), ("1000.00", "pending")])
def test_twins_follow_a_refund(amount: str, status: str) -> None:
    """Something left stays pending with payments; nothing left is pending, in the same entry."""
    kept = paid()
    change = refund(order(payments=(kept,)), kept.id, rub(amount), act())

    assert status == change.after.status
    assert (status == "pending") is (change.entry.difference("status") is not None)


def test_a_lowered_total_reaches_open_attempts() -> None:
    """An attempt of an old sum asks for what is left after the refund."""
    kept = paid("400.00")
    before = order(payments=(kept, payment(amount="1000.00")))
    after = refund(before, kept.id, rub("100.00"), act()).after

    assert rub("600.00") == after.payments[1].amount


@pytest.mark.parametrize(
    ("amount", "lower_total", "asks"),
    [
        ("100.00", True, "600.00"),
        ("100.00", False, "700.00"),
        ("400.00", True, "1000.00"),
        ("400.00", False, "1000.00"),
    ],
)
def test_open_attempts_follow_every_refund(amount: str, lower_total: bool, asks: str) -> None:
    """Whether the total falls, stays as it was asked to, or stays as nothing is kept: what is left is asked for."""
    kept = paid("400.00")
    before = order(payments=(kept, payment(amount="600.00")))
    after = refund(before, kept.id, rub(amount), act(), lower_total=lower_total).after

    assert rub(asks) == after.payments[1].amount
    assert asks == str(after.balance.money(after.balance.to_pay).decimal)


def test_a_refund_carries_its_bounds() -> None:
    """Who shows the refusal in words of his own finds in it what could be given back."""
    kept = paid("400.00")
    with pytest.raises(InvalidInputError) as refused:
        refund(order(payments=(kept,)), kept.id, rub("400.01"), act())

    assert {"low": rub("0.01"), "high": rub("400.00")} == refused.value.context


@pytest.mark.parametrize(
    ("kept", "amount", "code"),
    [
        (paid(), rub("0"), "refund_out_of_range"),
        (paid(), rub("-1"), "refund_out_of_range"),
        (paid(), rub("1000.01"), "refund_out_of_range"),
        (paid(refunds=(refund_under_way("400.00"),)), rub("600.01"), "refund_out_of_range"),
        (payment(*paid().facts, fact(FactKind.REFUND, "999.99")), rub("0.02"), "refund_out_of_range"),
        (payment(*paid().facts, fact(FactKind.CHARGEBACK, "2000.00")), rub("0.01"), "refund_out_of_range"),
        (payment(), rub("0.01"), "refund_out_of_range"),
        (paid(), Money.of("1", "EUR"), "other_currency"),
    ],
)
def test_refund_refuses(kept: Payment, amount: Money, code: str) -> None:
    """Above zero, and at most what of that payment is captured, not given back, not disputed, not on its way."""
    with pytest.raises(InvalidInputError) as refused:
        refund(order(payments=(kept, paid())), kept.id, amount, act())

    assert code == refused.value.code


def test_refund_of_all_that_is_left() -> None:
    """What a reversed refund brought back can be given back again."""
    kept = payment(*paid().facts, fact(FactKind.REFUND, "1000.00"), fact(FactKind.REFUND_REVERSED, "1000.00"))

    assert 0 == refund(order(payments=(kept,)), kept.id, rub("1000.00"), act()).after.balance.paid


def test_refund_needs_its_payment() -> None:
    """A payment of another order is unknown; a reason is text."""
    kept = paid()

    with pytest.raises(NotFoundError):
        refund(order(), kept.id, rub("1"), act())
    with pytest.raises(InvalidInputError, match="reason has 2001 characters"):
        refund(order(payments=(kept,)), kept.id, rub("1"), act(), reason="x" * 2_001)


def test_delivery_is_part_of_what_is_paid() -> None:
    """The total that a payment is held against has the delivery in it."""
    before = attrs.evolve(order(), delivery=delivery("300.00"))

    assert "partially_paid" == book(before, "1000.00").balance.payment_status
