"""A cart is left once nothing was changed in it for an hour, with something in it and no money in play."""

from datetime import timedelta

import attrs
import pytest

from orderkit.domain.abandoning import is_left
from orderkit.domain.actor import ActorKind
from orderkit.domain.editing import ChangeQuantity, edit_lines
from orderkit.domain.lifecycle import Status
from orderkit.domain.order import Order
from orderkit.domain.payment import Attempt
from tests.domain.making import LATER, NOW, act, asked, held, line, order, paid, payment

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("passed", "left"),
    [(timedelta(0), False), (HOUR - timedelta(microseconds=1), False), (HOUR, True), (HOUR * 1000, True)],
)
def test_an_hour(passed: timedelta, left: bool) -> None:
    """From the last change on, to the microsecond."""
    assert left is is_left(order(status=Status.CREATED), NOW + passed)


@pytest.mark.parametrize("status", Status)
def test_only_carts_are_left(status: Status) -> None:
    """What is placed waits for the seller, not for the buyer; what was placed never is a cart again."""
    made = order(status=status)

    assert (status in ("created", "payment")) is is_left(made, LATER)
    assert not is_left(attrs.evolve(made, placed_at=NOW), LATER)


@pytest.mark.parametrize(
    ("made", "left"),
    [
        (order(status=Status.CREATED, lines=()), False),
        (order(line(price="0"), status=Status.CREATED), True),
        (order(status=Status.CREATED, payments=(paid("1"),)), False),
        (order(status=Status.PAYMENT, payments=(held(),)), False),
        (order(status=Status.PAYMENT, payments=(asked(),)), False),
        (order(status=Status.PAYMENT, payments=(asked(Attempt.PROCESSING),)), False),
        (order(status=Status.PAYMENT, payments=(payment(attempt=Attempt.DECLINED),)), True),
        (order(status=Status.PAYMENT, payments=(payment(),)), True),
    ],
)
def test_nothing_in_it_and_money_in_play(made: Order, left: bool) -> None:
    """An empty cart is no loss; where money moves or may, somebody is at it; a declined attempt is over."""
    assert left is is_left(made, LATER)


def test_whoever_comes_back_begins_anew() -> None:
    """A change is the moment from which the hour counts."""
    made = order(status=Status.CREATED)
    change = edit_lines(made, [ChangeQuantity(1, 2)], act(ActorKind.BUYER, LATER))
    assert change is not None

    assert (NOW, LATER) == (made.changed_at, change.after.changed_at)
    assert [True, False, True] == [
        is_left(made, LATER),
        is_left(change.after, LATER),
        is_left(change.after, LATER + HOUR),
    ]
