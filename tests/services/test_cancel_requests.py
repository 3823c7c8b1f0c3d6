"""Asking to cancel: put on the order as it stands, done once, answered once."""

import pytest

from orderkit import Desk, Order, OrderFilter, OrderKit
from orderkit.errors import ConflictError, TransitionRefusedError
from tests.making import BUYER, OTHER_STAFF, STAFF, Clock, Maker, contents, rub
from tests.services.meanwhile import meanwhile


@pytest.fixture
def paid(any_desk: Desk, any_make: Maker) -> Order:
    """An order with money in it, so that its buyer must ask."""
    order = any_make.order()
    any_desk.payments.record(order.id, rub("900"), method_id=any_make.cash().id, actor=STAFF, key="p")
    return any_desk.orders.get(order.id)


def waiting(desk: Desk) -> list[str]:
    """Numbers of the orders whose buyers wait for an answer."""
    return [row.number for row in desk.orders.find(OrderFilter(cancel_requested=True)).rows]


def test_asked_and_declined(
    any_kit: OrderKit, any_desk: Desk, any_make: Maker, paid: Order, clock: Clock
) -> None:
    """The list finds the request until it is answered; the journal tells both with their reasons."""
    any_make.order()
    clock.move(minutes=5)
    asked = any_desk.orders.request_cancel(paid.id, reason="передумала")
    found = any_desk.orders.find(OrderFilter(cancel_requested=True)).rows
    clock.move(minutes=5)
    declined = any_desk.orders.decline_cancel(
        paid.id, reason="уже упаковано", actor=OTHER_STAFF, expected_version=asked.version
    )
    told = any_desk.orders.view(paid.id).journal[:2]

    assert [(paid.number, asked.cancel_requested_at)] == [
        (row.number, row.cancel_requested_at) for row in found
    ]
    assert [] == waiting(any_desk)
    assert (None, "pending_paid") == (declined.cancel_requested_at, declined.status)
    assert [
        ("order.cancel_declined", "уже упаковано", OTHER_STAFF),
        ("order.cancel_requested", "передумала", BUYER),
    ] == [(entry.kind, entry.reason, entry.actor) for entry in told]
    assert [] == list(any_kit.verify())


def test_the_last_word(any_desk: Desk, any_make: Maker, paid: Order, clock: Clock) -> None:
    """The answer is found until the buyer asks again; nobody's, and another order's, is none."""
    other = any_make.order()
    answers = [any_desk.orders.declined_cancel(paid.id)]
    for reason in ("уже упаковано", "уже в пути"):
        asked = any_desk.orders.request_cancel(paid.id, reason="передумала")
        answers.append(any_desk.orders.declined_cancel(paid.id))
        any_desk.orders.decline_cancel(paid.id, reason=reason, actor=STAFF, expected_version=asked.version)
        any_desk.orders.add_note(paid.id, "звонил", actor=STAFF, key=reason)
        answers.append(any_desk.orders.declined_cancel(paid.id))

    assert [None, None, "уже упаковано", None, "уже в пути"] == [one and one.reason for one in answers]
    assert any_desk.orders.declined_cancel(other.id) is None


def test_asked_and_cancelled(any_kit: OrderKit, any_desk: Desk, paid: Order) -> None:
    """Whoever cancels the order has answered."""
    asked = any_desk.orders.request_cancel(paid.id)
    cancelled = any_desk.orders.cancel(
        paid.id, reason="просит клиент", refund="all", actor=STAFF, expected_version=asked.version
    )

    assert (None, "cancelled") == (cancelled.cancel_requested_at, cancelled.status)
    assert [] == waiting(any_desk)
    assert [] == list(any_kit.verify())


def test_the_buyer_cancels_where_he_may(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """Where nobody has to be asked, asking is refused and cancelling is not."""
    order = any_make.order()
    with pytest.raises(TransitionRefusedError) as refused:
        any_desk.orders.request_cancel(order.id)
    move = any_desk.orders.set_status
    cancelled = move(order.id, "cancelled", actor=BUYER, expected_version=1, reason="передумала")

    assert "cancel_open" == refused.value.code
    assert "cancelled" == cancelled.status
    assert "передумала" == any_desk.orders.view(order.id).journal[0].reason
    assert [] == list(any_kit.verify())


def test_asking_twice(any_kit: OrderKit, any_desk: Desk, paid: Order) -> None:
    """A double click and a second tab are one request; one that comes late, with its key, is no new one."""
    asked = any_desk.orders.request_cancel(paid.id, reason="передумала", key="k")
    before = contents(any_kit)
    again = [any_desk.orders.request_cancel(paid.id, reason=reason) for reason in ("передумала", "другое")]
    assert ([asked, asked], before) == (again, contents(any_kit))
    declined = any_desk.orders.decline_cancel(paid.id, reason="нет", actor=STAFF, expected_version=3)
    late = any_desk.orders.request_cancel(paid.id, reason="передумала", key="k")

    assert declined == late
    with pytest.raises(ConflictError) as refused:
        any_desk.orders.request_cancel(paid.id, reason="другое", key="k")
    assert "key_reused" == refused.value.code


def test_staff_at_work_do_not_stop_a_request(
    desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks while staff change the order is not told to try again; what they did stays."""
    order = make.order()
    prepared = desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1)
    record = desk.payments.record
    cash = make.cash().id
    meanwhile(monkeypatch, lambda: record(order.id, rub("1"), method_id=cash, actor=STAFF, key="meanwhile"))
    asked = desk.orders.request_cancel(order.id)

    assert prepared.version + 2 == asked.version
    assert rub("1").minor == asked.balance.paid
    assert asked.cancel_requested_at is not None


def test_what_became_of_the_order_meanwhile_counts(
    desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An order that is sent while its buyer asks is too late to be cancelled."""
    order = make.order()
    desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1)
    meanwhile(
        monkeypatch,
        lambda: desk.orders.set_status(order.id, "shipped", actor=STAFF, expected_version=2),
    )
    with pytest.raises(TransitionRefusedError) as refused:
        desk.orders.request_cancel(order.id)

    assert "cancel_closed" == refused.value.code
    assert None is desk.orders.get(order.id).cancel_requested_at


def test_others_again_and_again(desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is an end to trying, and it is told as what it is."""
    monkeypatch.setattr("orderkit.storage.insisting.TRIES", 3)
    order = make.order()
    desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=1)
    tries = []

    def overtaken(*_: object) -> None:
        tries.append(None)
        raise ConflictError("planted", code="stale_version")

    monkeypatch.setattr("orderkit.storage.writing.Store.save", overtaken)
    with pytest.raises(ConflictError, match="again and again"):
        desk.orders.request_cancel(order.id)

    assert 3 == len(tries)


def test_declining_twice(any_desk: Desk, paid: Order) -> None:
    """The same form sent twice is one answer; another person's comes late and is told so."""
    asked = any_desk.orders.request_cancel(paid.id)
    decline = any_desk.orders.decline_cancel
    at = {"expected_version": asked.version, "reason": "нет"}
    first = decline(paid.id, actor=STAFF, key="d", **at)

    assert first == decline(paid.id, actor=STAFF, key="d", **at)
    with pytest.raises(ConflictError) as refused:
        decline(paid.id, actor=OTHER_STAFF, **at)
    assert ("stale_version", "Ольга") == (refused.value.code, refused.value.changed_by)
