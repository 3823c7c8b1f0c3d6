"""Notices: what is read of them, and what is none."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from orderkit_yookassa.notices import events_of, require_notice

import orderkit.plugin as ok

PAYMENT = {"id": "2f1", "status": "succeeded", "amount": {"value": "900.00", "currency": "RUB"}}


def notice(event: Any = "payment.succeeded", about: Any = PAYMENT, **fields: Any) -> bytes:
    return json.dumps({"type": "notification", "event": event, "object": about} | fields).encode()


def refused(body: bytes, method: str = "POST") -> bool:
    at = datetime.now(UTC)
    try:
        require_notice(ok.WebhookRequest(method=method, url="/", headers={}, body=body, received_at=at))
    except ok.WebhookRejectedError as error:
        return error.reason is ok.Rejection.MALFORMED
    return False


@pytest.mark.parametrize(
    ("event", "about", "asked", "payment"),
    [
        ("payment.succeeded", PAYMENT, ok.Asked.PAYMENT, ""),
        ("payment.canceled", PAYMENT, ok.Asked.PAYMENT, ""),
        ("payment.waiting_for_capture", PAYMENT, ok.Asked.PAYMENT, ""),
        ("refund.succeeded", PAYMENT | {"payment_id": "2f0"}, ok.Asked.REFUND, "2f0"),
    ],
)
def test_what_is_told(event: str, about: dict[str, Any], asked: ok.Asked, payment: str) -> None:
    """What to ask about; nothing of what came of it."""
    operation = uuid4()
    body = notice(event, about | {"metadata": {"operation_id": str(operation)}})
    [told] = events_of(body)

    assert not refused(body)
    assert (asked, "2f1", payment, operation, None) == (
        told.asked, told.reference, told.payment_reference, told.operation_id, told.told,
    )  # fmt: skip
    assert [told] == events_of(body)


@pytest.mark.parametrize("metadata", [None, [], {}, {"operation_id": "1001"}, {"operation_id": 7}])
def test_operation_that_is_none(metadata: object) -> None:
    """Then it is found by its reference."""
    [told] = events_of(notice(about=PAYMENT | {"metadata": metadata}))

    assert None is told.operation_id


def test_other_words_are_another_event() -> None:
    """So that what somebody made up takes nothing away from the true one."""
    [one], [other] = events_of(notice()), events_of(notice(about=PAYMENT | {"paid": True}))

    assert one.event_id != other.event_id


@pytest.mark.parametrize("event", ["payout.succeeded", "payment_method.active", "deal.closed"])
def test_what_is_of_no_matter(event: str) -> None:
    """It is heard, and nothing is done."""
    assert not refused(notice(event))
    assert [] == events_of(notice(event))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        notice(type="event"),
        notice(event=7),
        notice(event=""),
        notice(event="e" * 65),
        notice(about=[]),
        notice(about={"id": 7}),
        notice(about={"id": "7" * 65}),
    ],
)
def test_what_yookassa_never_sends(body: bytes) -> None:
    """It is refused before anybody is asked."""
    assert refused(body)


def test_other_methods() -> None:
    """A notice is posted."""
    assert refused(notice(), "GET")
