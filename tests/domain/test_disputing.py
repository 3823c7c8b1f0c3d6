"""Somebody has seen what the bank of a buyer took back."""

import pytest

from orderkit.domain.actor import ActorKind
from orderkit.domain.disputing import charge_back, see, win
from orderkit.domain.order import Order
from orderkit.errors import TransitionRefusedError
from tests.domain.making import LATER, act, order, paid, rub

MONEY = act(ActorKind.MONEY, at=LATER)


def disputed() -> Order:
    before = order(payments=(paid(),))
    return charge_back(before, before.payments[-1].id, rub("300.00"), "d-1", MONEY).after


def test_seen() -> None:
    """It is told, with what is disputed by then; the order and its version stay."""
    before = disputed()
    change = see(before, act(at=LATER))

    assert (before, "payment.dispute_seen", None) == (change.after, change.entry.kind, change.entry.version)
    assert {"amount": 30_000} == change.entry.data


def test_nothing_to_see() -> None:
    """What has come in again needs nobody."""
    before = disputed()
    won = win(before, before.payments[-1].id, rub("300.00"), "d-1", MONEY).after
    for one in (won, order()):
        with pytest.raises(TransitionRefusedError) as refused:
            see(one, act())
        assert "nothing_disputed" == refused.value.code


@pytest.mark.parametrize("kind", [ActorKind.BUYER, ActorKind.MONEY, ActorKind.TRACKING, ActorKind.SCHEDULE])
def test_not_by_others(kind: ActorKind) -> None:
    """It is for the desk."""
    with pytest.raises(TransitionRefusedError) as refused:
        see(disputed(), act(kind))
    assert "not_by_this_actor" == refused.value.code
