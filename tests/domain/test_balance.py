"""The money of one order against formulas written out a second time."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderkit.domain.balance import Balance, PaymentStatus
from tests.domain.making import rub

SUMS = st.integers(0, 300)


def balance(**sums: Any) -> Balance:
    nothing = dict.fromkeys(("captured", "refunded", "disputed", "authorised", "retained"), 0)
    known = {"currency": "RUB", "total": 100, "is_cancelled": False, "is_placed": True}
    return Balance(**{**known, **nothing, **sums})


def oracle(book: dict[str, Any]) -> dict[str, Any]:
    """The formulas of docs/reference/money.md on a plain dict, spelled out."""
    paid = book["captured"] - book["refunded"] - book["disputed"]
    due = book["total"]
    if book["is_cancelled"]:
        due = min(book["retained"], max(paid, 0))
    to_pay = 0
    if not book["is_cancelled"] and due - paid - book["authorised"] > 0:
        to_pay = due - paid - book["authorised"]
    if paid > due:
        status = "overpaid"
    elif book["captured"] > 0 and paid <= 0:
        status = "refunded"
    elif paid == due and due > 0:
        status = "paid"
    elif paid > 0 and book["refunded"] + book["disputed"] > 0:
        status = "partially_refunded"
    elif paid > 0:
        status = "partially_paid"
    elif book["authorised"] > 0:
        status = "authorised"
    elif due == 0:
        status = "not_required"
    else:
        status = "unpaid"
    return {
        "paid": paid,
        "due": due,
        "balance": due - paid,
        "overpaid": paid - due if paid > due else 0,
        "to_pay": to_pay,
        "fully_paid": book["is_placed"] and paid >= book["total"],
        "payment_status": status,
    }


@given(
    st.fixed_dictionaries(
        {
            **dict.fromkeys(("total", "captured", "refunded", "disputed", "retained"), SUMS),
            "authorised": st.integers(-50, 300),
            "is_cancelled": st.booleans(),
            "is_placed": st.booleans(),
        }
    )
)
def test_follows_the_formulas(book: dict[str, Any]) -> None:
    """Paid, due, balance, what to pay, fully paid and the word for it follow from the sums alone."""
    found = Balance(currency="RUB", **book)

    assert oracle(book) == {name: getattr(found, name) for name in oracle(book)}


@pytest.mark.parametrize(
    ("sums", "status"),
    [
        ({}, "unpaid"),
        ({"total": 0}, "not_required"),
        ({"is_cancelled": True}, "not_required"),
        ({"authorised": 100}, "authorised"),
        ({"total": 0, "authorised": 5}, "authorised"),
        ({"captured": 40}, "partially_paid"),
        ({"captured": 40, "authorised": 60}, "partially_paid"),
        ({"captured": 100, "refunded": 10}, "partially_refunded"),
        ({"captured": 100, "disputed": 10}, "partially_refunded"),
        ({"captured": 100}, "paid"),
        ({"captured": 150, "refunded": 50}, "paid"),
        ({"captured": 100, "refunded": 100}, "refunded"),
        ({"captured": 100, "refunded": 100, "authorised": 50}, "refunded"),
        ({"captured": 100, "disputed": 100}, "refunded"),
        ({"captured": 100, "refunded": 50, "disputed": 100}, "refunded"),
        ({"captured": 101}, "overpaid"),
        ({"captured": 150, "refunded": 10}, "overpaid"),
        ({"total": 0, "captured": 1}, "overpaid"),
        ({"captured": 100, "is_cancelled": True}, "overpaid"),
        ({"captured": 100, "retained": 100, "is_cancelled": True}, "paid"),
        ({"captured": 100, "refunded": 70, "retained": 30, "is_cancelled": True}, "paid"),
        ({"captured": 100, "refunded": 100, "is_cancelled": True}, "refunded"),
    ],
)
def test_payment_status(sums: dict[str, Any], status: str) -> None:
    """The first word that fits, from overpaid to unpaid."""
    assert PaymentStatus(status) is balance(**sums).payment_status


@pytest.mark.parametrize(
    ("sums", "due", "to_pay"),
    [
        ({}, 100, 100),
        ({"captured": 40}, 100, 60),
        ({"captured": 40, "authorised": 60}, 100, 0),
        ({"captured": 140}, 100, 0),
        ({"captured": 50, "disputed": 70}, 100, 120),
        ({"is_cancelled": True}, 0, 0),
        ({"is_cancelled": True, "captured": 40, "retained": 40}, 40, 0),
        ({"is_cancelled": True, "captured": 40, "refunded": 20, "retained": 40}, 20, 0),
        ({"is_cancelled": True, "captured": 40, "disputed": 60, "retained": 40}, 0, 0),
    ],
)
def test_a_cancelled_order_owes_nothing(sums: dict[str, Any], due: int, to_pay: int) -> None:
    """What is due is the total; once cancelled, what is retained as far as it is there."""
    assert (due, to_pay) == (balance(**sums).due, balance(**sums).to_pay)


@pytest.mark.parametrize(
    ("sums", "fully_paid"),
    [
        ({"captured": 99}, False),
        ({"captured": 100}, True),
        ({"captured": 101}, True),
        ({"captured": 100, "refunded": 1}, False),
        ({"total": 0}, True),
        ({"captured": 100, "is_placed": False}, False),
        ({"total": 0, "is_placed": False}, False),
    ],
)
def test_fully_paid(sums: dict[str, Any], fully_paid: bool) -> None:
    """Placed, and at least the total is kept."""
    assert fully_paid is balance(**sums).fully_paid


def test_money() -> None:
    """Its numbers become money of the order's currency."""
    assert rub("1.00") == balance().money(100)
