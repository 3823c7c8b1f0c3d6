"""A buyer's wish to cancel becomes a request where the lifecycle does not grant it; staff cancel or decline."""

import attrs
import pytest

from orderkit.domain.actor import ActorKind
from orderkit.domain.cancel_requests import decline_cancel, request_cancel
from orderkit.domain.journal import Difference
from orderkit.domain.lifecycle import Status
from orderkit.domain.moving import cancel, set_status
from orderkit.domain.order import Order
from orderkit.errors import InvalidInputError, TransitionRefusedError
from tests.domain.making import LATER, act, asked, held, order, paid, rub

BUYER = ActorKind.BUYER


def requested(made: Order) -> Order:
    """The order with a request that nobody has answered."""
    change = request_cancel(made, act(BUYER), reason="передумала")
    assert change is not None
    return change.after


def test_a_request() -> None:
    """It is one change, told with the buyer's reason; the order stays where it stands."""
    made = order(payments=(paid(),))
    change = request_cancel(made, act(BUYER, LATER), reason=" передумала ")
    assert change is not None

    assert ("order.cancel_requested", "передумала", LATER) == (
        change.entry.kind,
        change.entry.reason,
        change.after.cancel_requested_at,
    )
    assert (Difference("cancel_requested_at", None, LATER.isoformat()),) == change.entry.differences
    assert made == attrs.evolve(
        change.after, cancel_requested_at=None, changed_at=made.changed_at, version=made.version
    )


def test_a_reason_is_the_buyers_own_affair() -> None:
    """Nobody has to say why."""
    change = request_cancel(order(status=Status.PREPARING), act(BUYER))

    assert change is not None
    assert "" == change.entry.reason


def test_asking_again_changes_nothing() -> None:
    """Until staff have answered there is one request, whatever reason comes later; then there may be another."""
    made = requested(order(payments=(paid(),)))
    declined = decline_cancel(made, act(), reason="уже упаковано").after

    assert None is request_cancel(made, act(BUYER, LATER), reason="и ещё вот почему")
    assert not made.takes_cancel_request
    assert requested(declined).cancel_requested_at is not None


@pytest.mark.parametrize(
    ("made", "code", "possible"),
    [
        (order(), "cancel_open", ("cancelled",)),
        (order(status=Status.CREATED), "cancel_open", ("cancelled",)),
        (order(status=Status.SHIPPED), "cancel_closed", ()),
        (order(status=Status.DELIVERED, payments=(paid(),)), "cancel_closed", ()),
        (order(status=Status.CANCELLED), "cancel_closed", ()),
    ],
)
def test_what_is_refused(made: Order, code: str, possible: tuple[str, ...]) -> None:
    """Where the buyer needs nobody, and where it is too late."""
    with pytest.raises(TransitionRefusedError) as refused:
        request_cancel(made, act(BUYER))

    assert (code, possible, "1001") == (
        refused.value.code,
        refused.value.possible,
        refused.value.context["order"],
    )


@pytest.mark.parametrize("payment", [paid(), held(), asked()])
def test_money_in_play_is_asked_about(payment: object) -> None:
    """Paid, held or awaited: staff decide, not the buyer."""
    made = order(payments=(payment,))  # type: ignore[arg-type]  # each is a payment
    assert made.takes_cancel_request

    assert requested(made).cancel_requested_at is not None


@pytest.mark.parametrize("kind", [kind for kind in ActorKind if kind is not BUYER])
def test_only_buyers_ask(kind: ActorKind) -> None:
    """Staff cancel; nobody else wishes anything."""
    with pytest.raises(TransitionRefusedError) as refused:
        request_cancel(order(status=Status.PREPARING), act(kind))

    assert "not_by_this_actor" == refused.value.code


def test_declining() -> None:
    """The request is gone, the reason is told, and all else is as it was."""
    made = requested(order(payments=(paid(),)))
    change = decline_cancel(made, act(at=LATER), reason="уже упаковано")

    assert ("order.cancel_declined", "уже упаковано") == (change.entry.kind, change.entry.reason)
    assert (None, made.status, made.payments) == (
        change.after.cancel_requested_at,
        change.after.status,
        change.after.payments,
    )


def test_declining_needs_a_reason_and_a_request() -> None:
    """Who asked is owed a why; where nobody asks there is nothing to answer; a buyer does not answer himself."""
    made = requested(order(payments=(paid(),)))
    codes = []
    for one, kind, reason in (
        (made, ActorKind.STAFF, " "),
        (order(), ActorKind.STAFF, "нет"),
        (made, BUYER, "нет"),
    ):
        with pytest.raises((InvalidInputError, TransitionRefusedError)) as refused:
            decline_cancel(one, act(kind), reason=reason)
        codes.append(refused.value.code)

    assert ["empty", "no_cancel_request", "not_by_this_actor"] == codes


def test_cancelling_meets_the_request() -> None:
    """With its money or without: who asked has the answer, and reopening asks nothing anew."""
    kept = requested(order(payments=(paid(),)))
    cancelled = cancel(kept, act(), reason="просит клиент", refund=rub("1000")).after
    preparing = requested(order(status=Status.PREPARING))
    moved = set_status(preparing, Status.CANCELLED, act())
    assert moved is not None
    reopened = set_status(cancelled, Status.PENDING, act(), reason="передумала обратно")
    assert reopened is not None

    assert [None] * 3 == [one.cancel_requested_at for one in (cancelled, moved.after, reopened.after)]


def test_other_steps_leave_the_request() -> None:
    """Who asked still waits for an answer when the order is sent all the same; it can be declined then."""
    made = requested(order(status=Status.PREPARING))
    sent = set_status(made, Status.SHIPPED, act())
    assert sent is not None

    assert made.cancel_requested_at == sent.after.cancel_requested_at
    assert None is decline_cancel(sent.after, act(), reason="уже в пути").after.cancel_requested_at
