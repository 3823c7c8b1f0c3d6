"""What follows from an order: its total, its money, what the journal is told."""

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderkit.domain.delivery import Recipient
from orderkit.domain.lifecycle import Status
from orderkit.domain.line import MAX_CODES, MAX_LINES, Adjustment
from orderkit.domain.money import LIMIT, Money
from orderkit.domain.order import Order, check_contents, number_lines
from orderkit.domain.payment import Attempt, FactKind
from orderkit.errors import InvalidInputError, NotFoundError
from tests.domain.making import (
    CASH,
    LATER,
    NOW,
    TRANSFER,
    asked,
    delivery,
    fact,
    held,
    line,
    order,
    paid,
    payment,
    rub,
)


def adjustment(amount: str, **fields: object) -> Adjustment:
    return Adjustment(**{"kind": "discount", "amount": rub(amount), **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "total"),
    [
        ({}, "999.50"),
        ({"delivery": delivery("300.00")}, "1299.50"),
        ({"adjustments": (adjustment("-99.50"),)}, "900.00"),
        ({"adjustments": (adjustment("-99.50"), adjustment("100.00", kind="fee"))}, "1000.00"),
        ({"adjustments": (adjustment("166.58", kind="tax", included=True),)}, "999.50"),
        ({"adjustments": (adjustment("-999.50"),)}, "0.00"),
        ({"lines": ()}, "0.00"),
    ],
)
def test_total(fields: dict[str, object], total: str) -> None:
    """Lines, delivery and adjustments; what is included in the prices is not added again."""
    assert rub(total) == order(line(price="450.00", quantity=2), line("TEA", "99.50"), **fields).total


@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 100)), max_size=6),
    st.integers(0, 10**5),
    st.lists(st.tuples(st.integers(-(10**5), 10**5), st.booleans()), max_size=4),
)
def test_total_is_the_sum(
    lines: list[tuple[int, int]], cost: int, adjustments: list[tuple[int, bool]]
) -> None:
    """The total is the plain sum of its parts, whatever they are."""
    made = order(
        lines=tuple(
            line(price=f"{price // 100}.{price % 100:02}", quantity=quantity)
            for price, quantity in lines
        ),
        delivery=attrs.evolve(delivery(), cost=Money(cost, "RUB")),
        adjustments=tuple(
            attrs.evolve(adjustment("1"), amount=Money(minor, "RUB"), included=included)
            for minor, included in adjustments
        ),
    )  # fmt: skip
    added = sum(minor for minor, included in adjustments if not included)

    assert sum(price * quantity for price, quantity in lines) + cost + added == made.total.minor


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"delivery": attrs.evolve(delivery(), cost=Money.of("1", "EUR"))}, "other_currency", "delivery.cost"),
        ({"lines": (line(), attrs.evolve(line(), unit_price=Money.of("1", "EUR"), amount=Money.of("1", "EUR")))},
         "other_currency", "lines.2.unit_price"),
        ({"adjustments": (attrs.evolve(adjustment("1"), amount=Money.of("1", "EUR")),)},
         "other_currency", "adjustment.amount"),
        ({"adjustments": (adjustment("-1000.01"),)}, "negative_total", "total"),
        ({"lines": (line(),) * (MAX_LINES + 1)}, "too_many_lines", "lines"),
        ({"codes": ("КОФЕ10",) * (MAX_CODES + 1)}, "too_many_codes", "codes"),
        ({"delivery": attrs.evolve(delivery(), cost=Money(LIMIT - 1, "RUB"))}, "too_large", ""),
    ],
)  # fmt: skip
def test_refuses_contents_no_order_may_have(fields: dict[str, object], code: str, field: str) -> None:
    """One currency, at most 5,000 lines, 0 ≤ total < 2⁵³."""
    with pytest.raises(InvalidInputError) as refused:
        check_contents(order(**fields))

    assert (code, field) == (refused.value.code, refused.value.field)


def test_keeps_contents_an_order_may_have() -> None:
    """A total of zero, 5,000 lines and included adjustments of any size are allowed."""
    for fields in (
        {"adjustments": (adjustment("-1000.00"),)},
        {"lines": (line(price="0"),) * MAX_LINES},
        {"adjustments": (adjustment("-5000.00", included=True),)},
    ):
        made = order(**fields)

        assert made is check_contents(made)


def test_number_lines() -> None:
    """Lines without an id get the next ones; the others keep theirs; no id is given twice."""
    lines = (line(), attrs.evolve(line(), id=2), line())
    numbered, last = number_lines(lines, 7)

    assert ([8, 2, 9], 9) == ([one.id for one in numbered], last)


@pytest.mark.parametrize(
    ("needs", "expected"), [((True,), True), ((False,), False), ((False, True), True), ((), False)]
)
def test_requires_delivery(needs: tuple[bool, ...], expected: bool) -> None:
    """An order is delivered if any of its lines is."""
    lines = tuple(line(requires_delivery=need) for need in needs)

    assert expected is order(lines=lines).requires_delivery


@pytest.mark.parametrize(
    ("payments", "in_play"),
    [
        ((), False),
        ((payment(),), False),
        ((payment(attempt="declined"), payment(attempt="superseded")), False),
        ((asked(Attempt.PROCESSING),), True),
        ((payment(), asked(Attempt.UNKNOWN)), True),
        ((held(),), True),
        ((payment(fact(FactKind.AUTHORISE, "5"), fact(FactKind.VOID, "5")),), False),
        ((paid("0.01"),), True),
        ((payment(*paid("5").facts, fact(FactKind.REFUND, "5")),), False),
        ((payment(*paid("5").facts, fact(FactKind.REFUND, "5"), fact(FactKind.CHARGEBACK, "5")),), True),
    ],
)
def test_in_play(payments: tuple[object, ...], in_play: bool) -> None:
    """Money kept, held or owed after a chargeback, or a provider about to answer."""
    assert in_play is order(payments=payments).is_in_play  # type: ignore[arg-type]


def test_refundable() -> None:
    """Each payment gives back what is left of it; what a bank disputes of one is not taken from another."""
    disputed = payment(*paid("5").facts, fact(FactKind.REFUND, "5"), fact(FactKind.CHARGEBACK, "5"))

    assert rub("0.00") == order().refundable
    assert rub("7.00") == order(payments=(paid("4"), disputed, paid("3"))).refundable


@pytest.mark.parametrize(
    ("status", "placed_at", "is_cart"),
    [
        (Status.CREATED, None, True),
        (Status.PAYMENT, None, True),
        (Status.CREATED, NOW, False),
        (Status.PAYMENT, NOW, False),
        (Status.PENDING, NOW, False),
        (Status.CANCELLED, None, False),
    ],
)
def test_never_a_cart_again(status: Status, placed_at: object, is_cart: bool) -> None:
    """Only what was never placed is a cart."""
    assert is_cart is order(status=status, placed_at=placed_at).is_cart


def test_balance_knows_whether_it_is_cancelled_and_placed() -> None:
    """What is retained counts only once cancelled; fully paid only once placed."""
    kept = order(status=Status.CANCELLED, payments=(paid(),), retained=rub("400.00")).balance

    assert (40_000, 100_000, 40_000, True) == (kept.due, kept.paid, kept.retained, kept.is_cancelled)
    assert not order(status=Status.CREATED, payments=(paid(),)).balance.fully_paid


@pytest.mark.parametrize(
    ("payments", "method"),
    [
        ((), (None, False)),
        ((payment(method_id=None),), (None, False)),
        ((payment(method_id=TRANSFER),), (TRANSFER, False)),
        ((paid(method_id=CASH), payment(method_id=TRANSFER)), (CASH, True)),
        ((paid(method_id=CASH), paid(method_id=TRANSFER)), (TRANSFER, True)),
        ((payment(fact(FactKind.CAPTURE, "1", LATER), method_id=CASH), paid(method_id=TRANSFER)), (CASH, True)),
        ((payment(attempt="declined", method_id=TRANSFER),), (None, False)),
        ((held(method_id=TRANSFER),), (TRANSFER, False)),
        ((held(method_id=TRANSFER), payment(method_id=CASH)), (CASH, False)),
        ((held(method_id=TRANSFER), paid(method_id=CASH)), (CASH, True)),
    ],
)  # fmt: skip
def test_paying_method(payments: tuple[object, ...], method: tuple[object, bool]) -> None:
    """The method of the last capture, else of the open attempt or of a hold."""
    assert method == order(payments=payments).paying_method  # type: ignore[arg-type]


def test_finds_lines_and_payments() -> None:
    """A line and a payment are found by id; a wrong one is named with what there is."""
    kept = paid()
    made = order(line(), line("TEA"), payments=(kept,))

    assert ("TEA", kept) == (made.line(2).sku, made.payment(kept.id))
    with pytest.raises(NotFoundError, match="order 1001 has no line 3; its lines: 1, 2") as lost:
        made.line(3)
    assert "line_not_found" == lost.value.code
    with pytest.raises(NotFoundError, match="order 1001 has no payment") as lost:
        made.payment(CASH)
    assert "payment_not_found" == lost.value.code


def test_name() -> None:
    """Errors call an order by its number, and by its id before it has one."""
    assert "order 1001" == order().name
    assert f"order {(made := order(number='')).id}" == made.name


def test_summary() -> None:
    """What a new order tells: its status, money, links; nothing that is not there, and no personal data."""
    made = order(
        delivery=delivery(method_id=CASH, tracking_code="RA1", recipient=Recipient("Анна"), recipient_id=TRANSFER),
        adjustments=(adjustment("-50.00", title="Промокод"),),
        retained=rub("1.00"),
        payments=(held("5.00"),),
    )  # fmt: skip

    assert {
        "status": "pending",
        "total": 125_000,
        "paid": 0,
        "payment_status": "authorised",
        "authorised": 500,
        "retained": 100,
        "placed_at": "2024-03-01T12:00:00+00:00",
        "contact": str(made.contact_id),
        "delivery.method": str(CASH),
        "delivery.cost": 30_000,
        "delivery.tracking_code": "RA1",
        "delivery.recipient": str(TRANSFER),
        "adjustments.1": {"kind": "discount", "title": "Промокод", "amount": -5_000, "included": False},
    } == made.summary()
    assert {"status", "total", "paid", "payment_status", "contact", "submitted_at"} == set(
        order(status=Status.CREATED).summary()
    )


def test_snapshot_adds_lines_and_payments() -> None:
    """Every field of a line that may change is told, by the line's id; payments by theirs."""
    plain = line(quantity=2)
    rare = line("PDF", requires_delivery=False, image="/p.png", page="/pdf", options={"language": "ru"})
    cash = payment()
    snapshot = order(plain, rare, payments=(cash,)).snapshot()

    assert {"sku": "MUG", "title": "Mug", "quantity": 2, "unit_price": 45_000, "amount": 90_000} == snapshot[
        "lines.1"
    ]
    assert {
        "sku": "PDF",
        "title": "Pdf",
        "quantity": 1,
        "unit_price": 45_000,
        "amount": 45_000,
        "options": {"language": "ru"},
        "not_delivered": True,
        "image": "/p.png",
        "page": "/pdf",
    } == snapshot["lines.2"]
    assert {
        "method": str(CASH),
        "amount": 100_000,
        "attempt": "open",
        "result": "not_finished",
    } == snapshot[f"payments.{cash.id}"]


def test_belongs_to_itself() -> None:
    """An order's changes stand in its own journal."""
    made: Order = order()

    assert made.id == made.order_id
