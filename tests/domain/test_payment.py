"""Payments: attempts, their results, and what a ledger adds up to."""

from collections.abc import Callable

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderkit.domain.payment import Attempt, FactKind, Payment, PaymentResult, RefundStatus, Sums
from orderkit.errors import InvalidInputError
from tests.domain.making import fact, held, paid, payment, refund_under_way, rub

LEDGERS = st.lists(st.tuples(st.sampled_from(FactKind), st.integers(1, 10**6)), max_size=12)
RESERVED = st.lists(st.tuples(st.sampled_from(RefundStatus), st.integers(1, 10**6)), max_size=4)


@given(st.lists(st.tuples(LEDGERS, RESERVED), max_size=4))
def test_sums(books: list[tuple[list[tuple[FactKind, int]], list[tuple[RefundStatus, int]]]]) -> None:
    """Every sum follows its formula, over any ledgers."""
    payments = [_payment(ledger, reserved) for ledger, reserved in books]
    total = dict.fromkeys((kind.value for kind in FactKind), 0)
    for ledger, _ in books:
        for kind, minor in ledger:
            total[kind.value] += minor
    under_way = sum(
        minor for _, refunds in books for status, minor in refunds if status not in ("settled", "failed")
    )
    sums = Sums.of(payments)

    assert total["capture"] == sums.captured
    assert total["refund"] - total["refund_reversed"] == sums.refunded
    assert total["chargeback"] - total["chargeback_won"] == sums.disputed
    assert total["authorise"] - total["capture"] - total["void"] == sums.authorised
    assert under_way == sums.reserved
    assert sums.captured - sums.refunded - sums.disputed == sums.paid
    assert sums.paid - under_way == sums.refundable


def _payment(ledger: list[tuple[FactKind, int]], refunds: list[tuple[RefundStatus, int]]) -> Payment:
    facts = tuple(fact(kind, f"{minor / 100:.2f}") for kind, minor in ledger)
    records = tuple(
        attrs.evolve(refund_under_way(f"{minor / 100:.2f}"), status=status) for status, minor in refunds
    )
    return payment(*facts, refunds=records)


@pytest.mark.parametrize(
    ("make", "is_attempt", "is_being_answered", "result"),
    [
        (lambda: payment(), True, False, PaymentResult.NOT_FINISHED),
        (lambda: payment(attempt="processing"), True, True, PaymentResult.NOT_FINISHED),
        (lambda: payment(attempt="unknown"), True, True, PaymentResult.NOT_FINISHED),
        (lambda: payment(attempt="declined"), False, False, PaymentResult.DECLINED),
        (lambda: payment(attempt="superseded"), False, False, PaymentResult.NOT_FINISHED),
        (lambda: held(), False, False, PaymentResult.NOT_FINISHED),
        (lambda: held(attempt="processing"), False, False, PaymentResult.NOT_FINISHED),
        (lambda: paid(), False, False, PaymentResult.SUCCEEDED),
        (lambda: paid(attempt="superseded"), False, False, PaymentResult.SUCCEEDED),
        (lambda: paid(attempt="declined"), False, False, PaymentResult.SUCCEEDED),
    ],
)  # fmt: skip
def test_what_became_of_it(
    make: Callable[[], Payment], is_attempt: bool, is_being_answered: bool, result: PaymentResult
) -> None:
    """An attempt has no hold, no capture, is not declined and not superseded; only a capture is a success."""
    one = make()

    assert (is_attempt, is_being_answered) == (one.is_attempt, one.is_being_answered)
    assert result is one.result


@pytest.mark.parametrize("amount", ["0.00", "-0.01"])
def test_facts_are_above_zero(amount: str) -> None:
    """The kind says in which direction money went; its amount is above zero."""
    with pytest.raises(InvalidInputError) as refused:
        fact(FactKind.CAPTURE, amount)

    assert ("not_positive", "amount") == (refused.value.code, refused.value.field)


def test_refund_reason_is_checked() -> None:
    """Why money was given back is text of at most 2,000 characters."""
    with pytest.raises(InvalidInputError, match="reason has 100000 characters"):
        attrs.evolve(refund_under_way("1"), reason="x" * 100_000)


def test_words_become_members() -> None:
    """What the database stores as words comes back as members; unknown words are refused."""
    assert Attempt.SETTLED is payment(attempt="settled").attempt
    with pytest.raises(ValueError, match="lost"):
        payment(attempt="lost")


def test_sums_of_one() -> None:
    """A payment's own sums are those of its ledger."""
    assert Sums(captured=100_000) == paid().sums
    assert Sums(authorised=100_000) == held().sums
    assert rub("1000.00") == paid().amount
