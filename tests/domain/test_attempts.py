"""Attempts to pay: opened, closed, following a new total and what was paid."""

from datetime import timedelta

import attrs
import pytest

from orderkit.domain.attempts import (
    close_attempts,
    follow_paid,
    follow_total,
    reach_payment_page,
    require_answered,
)
from orderkit.domain.payment import Attempt, Payment
from orderkit.errors import TransitionRefusedError
from tests.domain.making import NOW, act, asked, delivery, held, order, paid, payment, rub


def test_reach_payment_page() -> None:
    """An open payment without a method for what is left to pay."""
    later = NOW + timedelta(minutes=1)
    after = reach_payment_page(order(payments=(paid("400.00"),)), act(at=later))
    attempt = after.payments[-1]

    assert (None, Attempt.OPEN, True, rub("600.00"), later) == (
        attempt.method_id,
        attempt.attempt,
        attempt.offline,
        attempt.amount,
        attempt.opened_at,
    )
    assert after is reach_payment_page(after, act())


def test_close_attempts() -> None:
    """What still waits is superseded; what has a result, money or a provider's answer coming stays as it is."""
    decided = (paid(), held(), asked())
    after = close_attempts(order(payments=(*decided, payment(), payment(offline=False))))

    assert decided == after.payments[:3]
    assert [Attempt.SUPERSEDED] * 2 == [one.attempt for one in after.payments[3:]]


@pytest.mark.parametrize(
    ("one", "attempt", "amount"),
    [
        (payment(), Attempt.OPEN, "1300.00"),
        (payment(method_id=None), Attempt.OPEN, "1300.00"),
        (payment(offline=False), Attempt.SUPERSEDED, "1000.00"),
        (payment(offline=False, amount="1300.00"), Attempt.OPEN, "1300.00"),
        (asked(Attempt.PROCESSING), Attempt.PROCESSING, "1000.00"),
        (asked(Attempt.UNKNOWN), Attempt.UNKNOWN, "1000.00"),
        (payment(attempt=Attempt.DECLINED), Attempt.DECLINED, "1000.00"),
        (payment(attempt=Attempt.SUPERSEDED), Attempt.SUPERSEDED, "1000.00"),
    ],
)
def test_follow_total(one: Payment, attempt: Attempt, amount: str) -> None:
    """Offline attempts ask for the new sum, other open ones are superseded, one being answered stays as asked."""
    before = order(payments=(one,))
    [after] = follow_total(before, attrs.evolve(before, delivery=delivery("300.00"))).payments

    assert (attempt, rub(amount)) == (after.attempt, after.amount)


def test_follow_total_asks_for_what_is_left() -> None:
    """What is paid or held already is not asked for again."""
    before = order(payments=(paid("400.00"), held("100.00"), payment()))
    after = follow_total(before, attrs.evolve(before, delivery=delivery("300.00")))

    assert rub("800.00") == after.payments[2].amount


@pytest.mark.parametrize(
    "one", [payment(), payment(method_id=None), payment(amount="0"), payment(offline=False)]
)
def test_nothing_is_asked_for_where_nothing_is_left(one: Payment) -> None:
    """A total that is paid already supersedes every open attempt; one being answered stays as asked."""
    before = order(payments=(paid("1300.00"), one, asked()))
    [_, after, answered] = follow_total(before, attrs.evolve(before, delivery=delivery("300.00"))).payments

    assert attrs.evolve(one, attempt=Attempt.SUPERSEDED) == after
    assert before.payments[2] == answered


@pytest.mark.parametrize(
    ("one", "left", "attempt", "amount"),
    [
        (payment(), "600.00", Attempt.OPEN, "600.00"),
        (payment(method_id=None), "600.00", Attempt.OPEN, "600.00"),
        (payment(), "0", Attempt.SUPERSEDED, "1000.00"),
        (payment(method_id=None), "0", Attempt.SUPERSEDED, "1000.00"),
        (payment(offline=False), "600.00", Attempt.OPEN, "1000.00"),
        (payment(offline=False), "0", Attempt.OPEN, "1000.00"),
        (asked(), "0", Attempt.UNKNOWN, "1000.00"),
        (payment(attempt=Attempt.DECLINED), "600.00", Attempt.DECLINED, "1000.00"),
    ],
)
def test_follow_paid(one: Payment, left: str, attempt: Attempt, amount: str) -> None:
    """Offline attempts ask for what is left or are superseded; what was asked of a provider stays as asked."""
    before = order(payments=(paid(str((rub("1000.00") - rub(left)).decimal)), one))
    after = follow_paid(before).payments[1]

    assert (attempt, rub(amount)) == (after.attempt, after.amount)


def test_same_total_changes_no_attempt() -> None:
    """Attempts follow the total and nothing else."""
    before = order(payments=(payment(amount="1.00"),))

    assert before is follow_total(before, before)


def test_require_answered() -> None:
    """While a provider is answering people wait; an open or decided attempt is no reason to."""
    require_answered(order(payments=(paid(), held(), payment(), payment(attempt="declined"))))

    with pytest.raises(TransitionRefusedError, match="order 1001") as refused:
        require_answered(order(payments=(payment(), asked())))
    assert "answer_awaited" == refused.value.code
