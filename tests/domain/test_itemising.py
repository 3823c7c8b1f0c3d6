"""What is paid for and given back for, item by item."""

import attrs
import pytest

from orderkit.domain.delivery import Delivery
from orderkit.domain.itemising import parts_given_back, parts_of
from orderkit.domain.line import Adjustment, AdjustmentKind
from orderkit.domain.order import Order
from orderkit.domain.payment import Refund, RefundLine, RefundStatus
from tests.domain.making import NOW, PERSON, line, order, rub


def adjustment(kind: AdjustmentKind, amount: str, **fields: object) -> Adjustment:
    return Adjustment(kind=kind, amount=rub(amount), **fields)


@pytest.fixture
def sold() -> Order:
    """Two mugs and a pot, less 10 %, brought for 300 and packed for 50; the tax in it is no part of its own."""
    return order(
        line(price="450.00", quantity=2),
        line("POT", price="1100.00"),
        delivery=Delivery(rub("300")),
        adjustments=(
            adjustment(AdjustmentKind.DISCOUNT, "-200.00"),
            adjustment(AdjustmentKind.FEE, "50.00"),
            adjustment(AdjustmentKind.TAX, "387.87", included=True, rate=2200),
        ),
    )


def given_back(order: Order, amount: str, *lines: RefundLine) -> list[tuple[str, str]]:
    refund = Refund(PERSON, rub(amount), RefundStatus.REQUESTED, NOW, lines=lines)
    return [(part.target, str(part.amount.decimal)) for part in parts_given_back(order, refund)]


def test_parts(sold: Order) -> None:
    """Goods, delivery and fees after discounts add up to the total."""
    told = [(part.target, str(part.amount.decimal)) for part in parts_of(sold)]

    assert [("lines.1", "810.00"), ("lines.2", "990.00"), ("delivery", "300.00"), ("fees", "50.00")] == told
    assert rub("2150") == sold.total


def test_money_given_back_is_no_discount(sold: Order) -> None:
    """What lowered the total when money came back was paid for all the same."""
    lowered = attrs.evolve(
        sold, adjustments=(*sold.adjustments, adjustment(AdjustmentKind.REFUND, "-810.00"))
    )

    assert parts_of(sold) == parts_of(lowered)


@pytest.mark.parametrize(
    ("amount", "lines", "expected"),
    [
        ("405", [RefundLine(1, 1)], [("lines.1", "405.00")]),
        ("100", [RefundLine(1, 1)], [("lines.1", "405.00")]),
        ("810", [RefundLine(1, 1), RefundLine(1, 1)], [("lines.1", "810.00")]),
        ("705", [RefundLine(1, 1)], [("lines.1", "405.00"), ("delivery", "300.00"), ("fees", "50.00")]),
        (
            "2000",
            [RefundLine(2, 1)],
            [("lines.1", "810.00"), ("lines.2", "990.00"), ("delivery", "300.00"), ("fees", "50.00")],
        ),
        (
            "1",
            [],
            [("lines.1", "810.00"), ("lines.2", "990.00"), ("delivery", "300.00"), ("fees", "50.00")],
        ),
    ],
)
def test_parts_given_back(
    sold: Order, amount: str, lines: list[RefundLine], expected: list[tuple[str, str]]
) -> None:
    """The pieces that came back; more money than they cost is the delivery's, and then of all of the order."""
    assert expected == given_back(sold, amount, *lines)


def test_pieces_that_came_back(sold: Order) -> None:
    """The line says how many they are."""
    refund = Refund(PERSON, rub("405"), RefundStatus.REQUESTED, NOW, lines=(RefundLine(1, 1),))
    [part] = parts_given_back(sold, refund)

    assert part.line == attrs.evolve(sold.lines[0], quantity=1, amount=rub("450"))
