"""Events: what follows from each kind of entry, and back from the outbox."""

from typing import Any
from uuid import UUID

import attrs
import pytest

from orderkit.domain import contact
from orderkit.domain.actor import ActorKind
from orderkit.domain.cancel_requests import request_cancel
from orderkit.domain.change import Change
from orderkit.domain.contact import ContactDetails
from orderkit.domain.editing import ChangeQuantity, edit_adjustments, edit_delivery, edit_lines
from orderkit.domain.events import (
    EVENT_TYPES,
    CancelRequested,
    OrderEdited,
    OrderImported,
    OrderRef,
    OrderStatusChanged,
    OrderSubmitted,
    PaymentReceived,
    PaymentReturned,
    events_of,
    restore,
)
from orderkit.domain.lifecycle import Status
from orderkit.domain.line import Adjustment
from orderkit.domain.messaging import ask
from orderkit.domain.moving import cancel, set_status
from orderkit.domain.order import Order
from orderkit.domain.paying import record, refund
from orderkit.domain.placing import Beginning, create
from tests.domain.making import CASH, LATER, NOW, PERSON, act, delivery, line, order, paid, rub

TOTAL = {"total": 100_000, "currency": "RUB"}
KEPT = paid()


def begin(status: Status, kind: ActorKind = ActorKind.STAFF) -> Change[Order]:
    asked = Beginning(lines=(line(price="1000.00"),), currency="RUB", contact_id=PERSON, status=status)
    return create(asked, act(kind))


def moved(before: Status, after: Status) -> dict[str, str]:
    return {"before": before.value, "after": after.value}


def amount(minor: int) -> dict[str, Any]:
    return {"amount": minor, "currency": "RUB"}


CASES: list[tuple[Any, dict[str, Any]]] = [
    (lambda: begin(Status.PENDING), {"OrderSubmitted": TOTAL}),
    (lambda: begin(Status.CREATED, ActorKind.BUYER), {}),
    (lambda: begin(Status.PAYMENT, ActorKind.BUYER), {}),
    (lambda: begin(Status.DELIVERED, ActorKind.IMPORT), {"OrderImported": TOTAL}),
    (lambda: begin(Status.CREATED, ActorKind.IMPORT), {"OrderImported": TOTAL}),
    (
        lambda: set_status(order(), Status.PREPARING, act()),
        {"OrderStatusChanged": moved(Status.PENDING, Status.PREPARING)},
    ),
    (
        lambda: set_status(order(status=Status.CREATED), Status.PENDING, act(ActorKind.BUYER)),
        {"OrderSubmitted": TOTAL, "OrderStatusChanged": moved(Status.CREATED, Status.PENDING)},
    ),
    (
        lambda: set_status(order(status=Status.CANCELLED), Status.PENDING, act(), reason="x"),
        {"OrderStatusChanged": moved(Status.CANCELLED, Status.PENDING)},
    ),
    (
        lambda: edit_lines(order(), [ChangeQuantity(1, 2)], act()),
        {"OrderEdited": {"total": 200_000, "currency": "RUB"}},
    ),
    (
        lambda: edit_lines(order(status=Status.PAYMENT), [ChangeQuantity(1, 2)], act(ActorKind.BUYER)),
        {
            "OrderStatusChanged": moved(Status.PAYMENT, Status.CREATED),
            "OrderEdited": {"total": 200_000, "currency": "RUB"},
        },
    ),
    (
        lambda: edit_adjustments(order(), [Adjustment(kind="fee", amount=rub("1"))], act()),
        {"OrderEdited": {"total": 100_100, "currency": "RUB"}},
    ),
    (
        lambda: edit_delivery(order(), delivery("0", tracking_code="RA1"), act()),
        {"OrderEdited": TOTAL},
    ),
    (
        lambda: record(order(), rub("400.00"), act(), method_id=CASH),
        {
            "OrderStatusChanged": moved(Status.PENDING, Status.PENDING_PAID),
            "PaymentReceived": amount(40_000),
        },
    ),
    (
        lambda: record(order(status=Status.PAYMENT), rub("400.00"), act(), method_id=CASH),
        {
            "OrderSubmitted": TOTAL,
            "OrderStatusChanged": moved(Status.PAYMENT, Status.PENDING_PAID),
            "PaymentReceived": amount(40_000),
        },
    ),
    (
        lambda: record(order(status=Status.SHIPPED, payments=(KEPT,)), rub("1"), act(), method_id=CASH),
        {"PaymentReceived": amount(100)},
    ),
    (
        lambda: refund(order(payments=(KEPT,)), KEPT.id, rub("400.00"), act()),
        {"PaymentReturned": amount(40_000)},
    ),
    (
        lambda: refund(order(payments=(KEPT,)), KEPT.id, rub("1000.00"), act()),
        {
            "OrderStatusChanged": moved(Status.PENDING_PAID, Status.PENDING),
            "PaymentReturned": amount(100_000),
        },
    ),
    (
        lambda: cancel(order(payments=(KEPT,)), act(), reason="x", refund=rub("400.00")),
        {
            "OrderStatusChanged": moved(Status.PENDING_PAID, Status.CANCELLED),
            "PaymentReturned": amount(40_000),
        },
    ),
    (
        lambda: cancel(order(), act(), reason="x", refund=rub("0")),
        {"OrderStatusChanged": moved(Status.PENDING, Status.CANCELLED)},
    ),
    (lambda: request_cancel(order(status=Status.PREPARING), act(ActorKind.BUYER)), {"CancelRequested": {}}),
    (
        lambda: ask("shipped", CASH, order(), attrs.evolve(act(ActorKind.HOST), new_id=lambda: PERSON)),
        {"MessageRequested": {"message": "shipped", "message_id": str(PERSON), "rule_id": str(CASH)}},
    ),
]


@pytest.mark.parametrize(("make", "events"), CASES)
def test_what_follows(make: Any, events: dict[str, Any]) -> None:
    """Each entry causes exactly these events, and they follow from the entry and the total alone."""
    change = make()

    assert events == events_of(change.entry, change.after.total.minor, "RUB")


@pytest.mark.parametrize(("make", "events"), CASES)
def test_an_import_tells_no_old_news(make: Any, events: dict[str, Any]) -> None:
    """The same entries of an import cause nothing after the first."""
    entry = make().entry
    imported = attrs.evolve(entry, actor=attrs.evolve(entry.actor, kind=ActorKind.IMPORT))

    assert ({"OrderImported": TOTAL} if entry.version == 1 else {}) == events_of(imported, 100_000, "RUB")


def test_what_is_no_order_causes_none() -> None:
    """Contacts, and entries that changed nothing, cause no event of an order."""
    met = contact.create(ContactDetails("Анна"), act()).entry
    visit = attrs.evolve(begin(Status.PENDING).entry, version=None)

    assert {} == events_of(met, 0, "RUB")
    assert {} == events_of(visit, 100_000, "RUB")


REF = OrderRef("coffee", UUID(int=8), "1001", 3)


@pytest.mark.parametrize(
    ("name", "payload", "event"),
    [
        ("OrderSubmitted", TOTAL, OrderSubmitted(CASH, NOW, REF, rub("1000.00"))),
        ("OrderImported", TOTAL, OrderImported(CASH, NOW, REF, rub("1000.00"))),
        ("OrderEdited", TOTAL, OrderEdited(CASH, NOW, REF, rub("1000.00"))),
        ("OrderStatusChanged", moved(Status.PENDING, Status.SHIPPED),
         OrderStatusChanged(CASH, NOW, REF, "pending", "shipped")),
        ("PaymentReceived", amount(5), PaymentReceived(CASH, NOW, REF, rub("0.05"))),
        ("PaymentReturned", amount(5), PaymentReturned(CASH, NOW, REF, rub("0.05"))),
        ("CancelRequested", {}, CancelRequested(CASH, NOW, REF)),
    ],
)  # fmt: skip
def test_back_from_the_outbox(name: str, payload: dict[str, Any], event: object) -> None:
    """What the outbox stored under a name comes back as the event; the stored payload is left alone."""
    stored = dict(payload)

    assert event == restore(name, stored, id=CASH, at=NOW, order=REF)
    assert payload == stored


def test_every_event_comes_back() -> None:
    """Whatever `events_of` names can be built again."""
    told = {name: payload for make, events in CASES for name, payload in events.items()}

    assert set(EVENT_TYPES) == set(told)
    for name, payload in told.items():
        assert EVENT_TYPES[name] is type(restore(name, payload, id=CASH, at=LATER, order=REF))


def test_money_on_a_new_order_is_told() -> None:
    """An order that begins with money tells of both."""
    entry = begin(Status.PENDING).entry
    [told] = [one for one in entry.differences if one.field == "paid"]
    others = tuple(one for one in entry.differences if one is not told)
    with_money = attrs.evolve(entry, differences=(*others, attrs.evolve(told, after=500)))

    assert {"OrderSubmitted": TOTAL, "PaymentReceived": amount(500)} == events_of(with_money, 100_000, "RUB")
