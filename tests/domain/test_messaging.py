"""Messages: which event asks for which, when they are true, and what the journal tells of them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import attrs
import pytest

from orderkit.domain import messaging
from orderkit.domain.actor import ActorKind
from orderkit.domain.change import Change
from orderkit.domain.delivery import Delivery, Recipient
from orderkit.domain.events import (
    MessageRequested,
    OrderEdited,
    OrderRef,
    OrderStatusChanged,
    OrderSubmitted,
    PaymentReceived,
    events_of,
    restore,
)
from orderkit.domain.journal import Difference, JournalEntry
from orderkit.domain.lifecycle import Status
from orderkit.domain.messaging import Failure, MessageStatus
from orderkit.domain.order import Order
from orderkit.domain.permits import DESK
from orderkit.errors import TransitionRefusedError
from tests.domain.making import LATER, NOW, act, order, paid, rub

RULE = UUID(int=7)
REFERENCE = OrderRef("coffee", UUID(int=9), "1001", 3)
ANNA = Recipient(name="Анна", email="anna@example.com")


def event(of: type, **fields: Any) -> Any:
    return of(id=UUID(int=1), at=NOW, order=REFERENCE, **fields)


def told_of(*changes: Change[Order]) -> tuple[messaging.OrderMessage, ...]:
    return messaging.read([change.entry for change in changes])


@pytest.mark.parametrize(
    ("happened", "kind"),
    [
        (event(OrderSubmitted, total=rub("1")), "placed"),
        (event(PaymentReceived, amount=rub("1")), "paid"),
        (event(OrderStatusChanged, before="preparing", after="shipped"), "shipped"),
        (event(OrderStatusChanged, before="shipped", after="delivered"), ""),
        (event(OrderStatusChanged, before="pending", after="cancelled"), "cancelled"),
        (event(OrderStatusChanged, before="payment", after="pending"), ""),
        (event(OrderEdited, total=rub("1")), ""),
    ],
)
def test_what_is_told(happened: Any, kind: str) -> None:
    """Placing, paying, sending and cancelling are told, and nothing else."""
    assert kind == messaging.kind_of(happened)


@pytest.mark.parametrize(
    ("status", "true"),
    [
        (Status.CREATED, []),
        (Status.PAYMENT, []),
        (Status.PENDING, ["placed"]),
        (Status.PREPARING, ["placed"]),
        (Status.SHIPPED, ["placed", "shipped"]),
        (Status.DELIVERED, ["placed", "shipped"]),
        (Status.CANCELLED, ["cancelled"]),
    ],
)
def test_what_is_true(status: Status, true: list[str]) -> None:
    """Nobody is told what is not so any more; what was passed by meanwhile was so, and is told."""
    kinds = ["placed", "paid", "shipped", "cancelled"]

    assert true == [kind for kind in kinds if messaging.is_true(kind, order(status=status))]


@pytest.mark.parametrize(("kept", "true"), [("1000.00", True), ("1200.00", True), ("999.99", False)])
def test_paid_is_paid_in_full(kept: str, true: bool) -> None:
    """A part of the money is no reason to write."""
    assert true == messaging.is_true("paid", order(payments=(paid(kept),)))


def entry(at: datetime, **differences: Any) -> JournalEntry:
    fields = tuple(Difference(field, before, after) for field, (before, after) in differences.items())
    return attrs.evolve(messaging.ask("placed", RULE, order(), act(at=at)).entry, differences=fields)


@pytest.mark.parametrize(
    ("entries", "since"),
    [
        ([], None),
        ([entry(NOW, active=(None, True), messages=(None, ["paid"]))], NOW),
        ([entry(NOW, active=(None, True)), entry(LATER, title=("a", "b"))], NOW),
        ([entry(NOW, active=(None, False)), entry(LATER, active=(False, True))], LATER),
        ([entry(NOW, active=(None, True)), entry(LATER, messages=(["placed"], ["placed", "paid"]))], LATER),
        ([entry(NOW, active=(None, True)), entry(LATER, messages=(["paid", "placed"], ["paid"]))], NOW),
    ],
)
def test_since_when_a_rule_is_in_force(entries: list[JournalEntry], since: datetime | None) -> None:
    """From when it was switched on, or began to send that kind: what was before is old news."""
    assert since == messaging.in_force_since("paid", entries)


def test_a_message_from_beginning_to_end() -> None:
    """It is asked for, deferred and sent; the order and its version stay, and no address is told."""
    delivery = Delivery(rub("0"), recipient=ANNA, recipient_id=UUID(int=5))
    before = order(version=7, delivery=delivery)
    asked = messaging.ask("placed", RULE, before, act(ActorKind.HOST))
    [waiting] = told_of(asked)
    late = messaging.deferred(waiting, "SMTP 450", before, act(at=LATER))
    sent = messaging.sent(waiting, "<1@coffee.example>", before, act(at=LATER + timedelta(seconds=1)))
    [deferred], [done] = told_of(asked, late), told_of(asked, late, sent)

    assert all(change.changes_nothing and change.after is before for change in (asked, late, sent))
    assert (MessageStatus.WAITING, NOW, "placed", RULE) == (
        waiting.status,
        waiting.at,
        waiting.kind,
        waiting.rule_id,
    )
    assert (MessageStatus.DEFERRED, "SMTP 450", LATER) == (deferred.status, deferred.reason, deferred.at)
    assert (MessageStatus.SENT, "<1@coffee.example>", UUID(int=5)) == (
        done.status,
        done.reference,
        done.recipient_id,
    )
    assert (NOW, ActorKind.HOST) == (done.asked_at, done.asked_by.kind)
    assert "anna" not in repr((asked.entry, late.entry, sent.entry))
    assert late.entry.key != sent.entry.key
    assert messaging.failed(waiting, "x", before, act()).entry.key == sent.entry.key


def test_what_came_of_it_stays() -> None:
    """Two workers tried one message: that one did so in vain, and told it later, does not make it wait again."""
    asked = messaging.ask("placed", RULE, order(), act(ActorKind.HOST))
    [waiting] = told_of(asked)
    sent = messaging.sent(waiting, "1", order(), act(at=LATER))
    late = messaging.deferred(waiting, "SMTP 450", order(), act(at=LATER + timedelta(seconds=1)))

    [message] = told_of(asked, sent, late)

    assert (MessageStatus.SENT, LATER) == (message.status, message.at)


def test_what_needs_somebody() -> None:
    """A message that failed does; one that was not true any more, or not wanted, does not."""
    asked = messaging.ask("placed", RULE, order(), act())
    [waiting] = told_of(asked)
    reasons = ("SMTP 550", Failure.GIVEN_UP, Failure.OUTDATED, Failure.SWITCHED_OFF)
    ends = [told_of(asked, messaging.failed(waiting, why, order(), act(at=LATER)))[0] for why in reasons]

    assert [True, True, False, False] == [one.needs_attention for one in ends]
    assert not waiting.needs_attention


def test_asking_causes_the_event() -> None:
    """The outbox is told which message to send; what came of it causes nothing."""
    asked = messaging.ask("shipped", RULE, order(), act())
    [waiting] = told_of(asked)
    events = events_of(asked.entry, 100_000, "RUB")
    fields = {"message": "shipped", "message_id": str(asked.entry.id), "rule_id": str(RULE)}

    assert {"MessageRequested": fields} == events
    assert event(MessageRequested, **fields) == restore(
        "MessageRequested", fields, id=UUID(int=1), at=NOW, order=REFERENCE
    )
    assert {} == events_of(messaging.sent(waiting, "", order(), act()).entry, 100_000, "RUB")


@pytest.mark.parametrize("kind", ActorKind)
def test_who_sends_again(kind: ActorKind) -> None:
    """The desk does; a buyer or a provider does not."""
    [message] = told_of(messaging.ask("paid", RULE, order(), act()))
    if kind in DESK:
        again = messaging.ask_again(message, order(), act(kind))
        assert ("paid", str(message.id)) == (again.entry.data["message"], again.entry.data["again"])
        return
    with pytest.raises(TransitionRefusedError) as refused:
        messaging.ask_again(message, order(), act(kind))

    assert "not_by_this_actor" == refused.value.code
