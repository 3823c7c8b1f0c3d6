"""Somebody has seen what the bank of a buyer took back."""

import pytest

from orderkit.domain.actor import ActorKind
from orderkit.domain.disputing import charge_back, see, win
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from tests.domain.making import LATER, act, order, paid, rub

MONEY = act(ActorKind.MONEY, at=LATER)


def disputed() -> Order:
    before = order(payments=(paid(),))
    return charge_back(before, before.payments[-1].id, rub("300.00"), "d-1", MONEY).after


def test_seen() -> None:
    """It is told, with what is disputed by then; the order and its version stay."""
    before = disputed()
    change = see(before, rub("300.00"), act(at=LATER))

    assert (before, "payment.dispute_seen", None) == (change.after, change.entry.kind, change.entry.version)
    assert {"amount": 30_000} == change.entry.data


def test_more_than_was_seen() -> None:
    """What was taken back since is not seen with it, and the refusal says how much that is."""
    before = disputed()
    more = charge_back(before, before.payments[-1].id, rub("50.00"), "d-2", MONEY).after
    with pytest.raises(ConflictError) as refused:
        see(more, rub("300.00"), act(at=LATER))

    assert ("money_moved", rub("50.00")) == (refused.value.code, refused.value.context["amount"])
    assert {"amount": 35_000} == see(more, rub("350.00"), act(at=LATER)).entry.data


def test_less_than_was_seen() -> None:
    """What has come in again since is no matter: all that is disputed by now was seen, and no more stands there."""
    before = disputed()
    less = win(before, before.payments[-1].id, rub("200.00"), "d-1", MONEY).after

    assert {"amount": 10_000} == see(less, rub("300.00"), act(at=LATER)).entry.data


def test_other_money_is_not_seen() -> None:
    """Amounts of two currencies are not compared."""
    with pytest.raises(InvalidInputError) as refused:
        see(disputed(), Money(30_000, "USD"), act(at=LATER))
    assert ("other_currency", "seen") == (refused.value.code, refused.value.field)


def test_nothing_to_see() -> None:
    """What has come in again needs nobody."""
    before = disputed()
    won = win(before, before.payments[-1].id, rub("300.00"), "d-1", MONEY).after
    for one in (won, order()):
        with pytest.raises(TransitionRefusedError) as refused:
            see(one, rub("300.00"), act())
        assert "nothing_disputed" == refused.value.code


@pytest.mark.parametrize("kind", [ActorKind.BUYER, ActorKind.MONEY, ActorKind.TRACKING, ActorKind.SCHEDULE])
def test_not_by_others(kind: ActorKind) -> None:
    """It is for the desk."""
    with pytest.raises(TransitionRefusedError) as refused:
        see(disputed(), rub("300.00"), act(kind))
    assert "not_by_this_actor" == refused.value.code
