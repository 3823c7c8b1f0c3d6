"""The tables of docs/reference/money.md say what the code does."""

from itertools import product

from orderkit.domain.balance import PaymentStatus
from orderkit.domain.lifecycle import Status
from orderkit.domain.line import MAX_LINES, MAX_OPTIONS, MAX_QUANTITY
from orderkit.domain.money import LIMIT
from orderkit.domain.moving import cancel, set_status
from orderkit.domain.order import Order
from orderkit.domain.paying import record, refund
from tests.domain.making import CASH, act, delivery, line, order, rub
from tests.domain.test_balance import balance
from tests.house.tables import code, table

PAGE = "reference/money.md"


def test_payment_statuses() -> None:
    """The page names every payment status in the order in which the code looks for the first that fits."""
    rows = table(PAGE, "Payment status")

    assert list(PaymentStatus) == [code(row["payment_status"]) for row in rows]


def test_conditions_of_payment_statuses() -> None:
    """The conditions on the page, read as Python and taken in their order, give the status the code gives."""
    rows = table(PAGE, "Payment status")
    conditions = [
        (row["when"].replace("≤", "<=").replace(" = ", " == ").replace("else", "True"), code(row["payment_status"]))
        for row in rows
    ]  # fmt: skip
    sums = ("total", "captured", "refunded", "disputed", "authorised")
    for values in product((0, 100), (0, 40, 100, 140), (0, 40, 100), (0, 60), (0, 10)):
        one = balance(**dict(zip(sums, values, strict=True)))
        known = {name: getattr(one, name) for name in (*sums, "paid", "due")}
        said = next(status for when, status in conditions if eval(when, {}, known))

        assert said == one.payment_status


def test_bounds() -> None:
    """The bounds on the page are those of the code."""
    told = {row["what"]: row["bounds"] for row in table(PAGE, "Formulas")}

    assert f"1 to {MAX_QUANTITY:,}" == told["quantity"]
    assert f"at most {MAX_LINES:,}" == told["lines of one order"]
    assert f"at most {MAX_OPTIONS}" == told["options of one line"]
    assert 2**53 == LIMIT
    assert "0 ≤ total < 2⁵³ minor units" == told["total"]


def test_worked_order() -> None:
    """The worked order on the page goes exactly as the page says."""
    placed = order(line(price="450.00", quantity=2), delivery=delivery("300.00"))
    over = record(placed, rub("1300.00"), act(), method_id=CASH).after
    part = refund(over, over.payments[0].id, rub("250.00"), act()).after
    ended = cancel(part, act(), reason="передумал", refund=rub("1000.00")).after
    reopened = set_status(ended, Status.PENDING, act(), reason="передумал обратно")
    assert reopened is not None
    told = [list(row.values())[1:] for row in table(PAGE, "A worked order")]

    assert told == [shown(each) for each in (placed, over, part, ended, reopened.after)]


def shown(made: Order) -> list[str]:
    """A row of the page from an order."""
    sums = made.balance
    amounts = (sums.total, sums.paid, sums.due, sums.balance)
    return [*(str(sums.money(each).decimal) for each in amounts), f"`{sums.payment_status.value}`"]
