"""
What subscribers are told after a commit. Which events a change causes follows from its journal entry alone.

`events_of` is the one place that decides it: the store writes what it answers into the outbox, and `verify` compares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import attrs

from orderkit.domain.actor import ActorKind
from orderkit.domain.cancel_requests import REQUESTED
from orderkit.domain.journal import JournalEntry, Json
from orderkit.domain.money import Money


@attrs.frozen(slots=True)
class OrderRef:
    """
    Which order an event is about.

    Attributes:
        site: The site's code.
        version: The order's version after the change.
    """

    site: str
    id: UUID
    number: str
    version: int


@attrs.frozen(slots=True)
class OrderSubmitted:
    """An order was placed: by the buyer, by staff or by the host."""

    id: UUID
    at: datetime
    order: OrderRef
    total: Money


@attrs.frozen(slots=True)
class OrderImported:
    """An order came in from a file. Its later import steps cause no events, so that nobody is told old news."""

    id: UUID
    at: datetime
    order: OrderRef
    total: Money


@attrs.frozen(slots=True)
class OrderStatusChanged:
    """An order moved from one status to another."""

    id: UUID
    at: datetime
    order: OrderRef
    before: str
    after: str


@attrs.frozen(slots=True)
class OrderEdited:
    """Contents, discounts, fees or delivery of an order changed; *total* is the new one."""

    id: UUID
    at: datetime
    order: OrderRef
    total: Money


@attrs.frozen(slots=True)
class PaymentReceived:
    """More is kept for an order than before, by *amount*."""

    id: UUID
    at: datetime
    order: OrderRef
    amount: Money


@attrs.frozen(slots=True)
class PaymentReturned:
    """Less is kept for an order than before, by *amount*: a refund or a chargeback."""

    id: UUID
    at: datetime
    order: OrderRef
    amount: Money


@attrs.frozen(slots=True)
class CancelRequested:
    """A buyer asked for an order to be cancelled that only staff can cancel; somebody has to answer."""

    id: UUID
    at: datetime
    order: OrderRef


@attrs.frozen(slots=True)
class MessageRequested:
    """A message to the client is to be sent: *message* is its kind, *message_id* what it is known by over all tries."""

    id: UUID
    at: datetime
    order: OrderRef
    message: str
    message_id: str
    rule_id: str


Event: TypeAlias = (
    OrderSubmitted
    | OrderImported
    | OrderStatusChanged
    | OrderEdited
    | PaymentReceived
    | PaymentReturned
    | CancelRequested
    | MessageRequested
)
Payload: TypeAlias = Mapping[str, Json]

EVENT_TYPES: Mapping[str, type[Event]] = {
    kind.__name__: kind
    for kind in (
        OrderSubmitted,
        OrderImported,
        OrderStatusChanged,
        OrderEdited,
        PaymentReceived,
        PaymentReturned,
        CancelRequested,
        MessageRequested,
    )
}
"""Name → class; the name is what the outbox stores."""


def events_of(entry: JournalEntry, total: int, currency: str) -> dict[str, Payload]:
    """
    Name the events that one journal entry of an order causes, each with its own fields.

    Args:
        total: The order's total after the change, in minor units.
    """
    if entry.order_id is None:
        return {}
    if entry.actor.kind is ActorKind.IMPORT:
        return {"OrderImported": _money(total, currency)} if entry.version == 1 else {}
    if entry.version is None:
        return {"MessageRequested": _message(entry)} if entry.kind == MESSAGE_REQUESTED else {}
    return {
        name: payload
        for name, rule in _RULES.items()
        if (payload := rule(entry, total, currency)) is not None
    }


def restore(name: str, payload: Payload, *, id: UUID, at: datetime, order: OrderRef) -> Event:
    """Build the event that the outbox stored under *name* with *payload*."""
    fields = dict(payload)
    for field in ("total", "amount"):
        if field in fields:
            fields[field] = Money(int(str(fields.pop(field))), str(fields.pop("currency")))  # type: ignore[assignment]
    return EVENT_TYPES[name](id=id, at=at, order=order, **fields)  # type: ignore[arg-type]


MESSAGE_REQUESTED = "message.requested"
"""The one kind of entry that changes nothing and causes an event."""
_EDITS = frozenset({"order.lines_edited", "order.adjustments_edited", "order.delivery_edited"})


def _money(minor: int, currency: str, field: str = "total") -> Payload:
    return {field: minor, "currency": currency}


def _submitted(entry: JournalEntry, total: int, currency: str) -> Payload | None:
    placed = entry.difference("placed_at")
    return _money(total, currency) if placed and placed.before is None else None


def _status_changed(entry: JournalEntry, total: int, currency: str) -> Payload | None:
    status = entry.difference("status")
    return {"before": status.before, "after": status.after} if status and status.before else None


def _edited(entry: JournalEntry, total: int, currency: str) -> Payload | None:
    return _money(total, currency) if entry.kind in _EDITS else None


def _paid_by(entry: JournalEntry) -> int:
    paid = entry.difference("paid")
    return int(str(paid.after or 0)) - int(str(paid.before or 0)) if paid else 0


def _received(entry: JournalEntry, total: int, currency: str) -> Payload | None:
    return _money(_paid_by(entry), currency, "amount") if _paid_by(entry) > 0 else None


def _returned(entry: JournalEntry, total: int, currency: str) -> Payload | None:
    return _money(-_paid_by(entry), currency, "amount") if _paid_by(entry) < 0 else None


def _message(entry: JournalEntry) -> Payload:
    return {
        "message": entry.data["message"],
        "message_id": str(entry.id),
        "rule_id": entry.data["rule_id"],
    }


def _cancel_requested(entry: JournalEntry, total: int, currency: str) -> Payload | None:
    return {} if entry.kind == REQUESTED else None


_RULES: Mapping[str, Callable[[JournalEntry, int, str], Payload | None]] = {
    "OrderSubmitted": _submitted,
    "OrderStatusChanged": _status_changed,
    "OrderEdited": _edited,
    "PaymentReceived": _received,
    "PaymentReturned": _returned,
    "CancelRequested": _cancel_requested,
}
