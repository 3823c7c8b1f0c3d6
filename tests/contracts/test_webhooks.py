"""What a provider is given to check and to read, and what it may make of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import pytest

import orderkit.plugin as ok
from orderkit.errors import InvalidInputError
from tests.domain.making import rub

NOW = datetime(2026, 11, 29, tzinfo=UTC)
SECRET = "whsec_9f8e7d"


def a_request(**given: object) -> ok.WebhookRequest:
    request = {
        "method": "POST",
        "url": f"https://shop.example/hooks?t={SECRET}",
        "headers": {},
        "body": b"{}",
    }
    return ok.WebhookRequest(**{**request, "received_at": NOW, **given})  # type: ignore[arg-type]


def test_headers_have_no_case() -> None:
    """They are found however they are written, and one that came twice is no other than both."""
    request = a_request(headers=[("X-Signature", "a"), ("x-signature", "b"), ("Via", "1.1 proxy")])

    assert ("a, b", "1.1 proxy") == (request.headers["X-SIGNATURE"], request.headers["via"])
    assert None is request.headers.get("Date")
    assert ["x-signature", "via"] == list(request.headers)


def test_nothing_of_it_is_shown() -> None:
    """Neither the body nor a signature nor an address with a token in it gets into a log by way of repr."""
    request = a_request(headers={"Stripe-Signature": SECRET}, body=SECRET.encode())

    assert SECRET not in repr(request)
    assert SECRET not in repr(request.headers)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: a_request(body="{}"), "wrong_type"),
        (lambda: a_request(received_at=datetime(2026, 11, 29)), "naive_datetime"),
        (lambda: ok.ProviderEvent(event_id="", asked=ok.Asked.PAYMENT, reference="b-1"), "empty"),
        (lambda: ok.ProviderEvent(event_id="e-1", asked=ok.Asked.PAYMENT, reference=" "), "empty"),
        (lambda: ok.ProviderEvent(event_id="e" * 201, asked=ok.Asked.PAYMENT, reference="b"), "too_long"),
        (lambda: an_event(operation_id="7"), "wrong_type"),
        (lambda: an_event(told="succeeded"), "wrong_type"),
        (lambda: ok.ChargedBack(rub("1"), ""), "empty"),
        (lambda: ok.ChargebackWon(100, "d-1"), "not_money"),  # type: ignore[arg-type]
    ],
)
def test_what_is_none(make: Callable[[], object], code: str) -> None:
    """It is refused where it is made, in the plugin's own line."""
    with pytest.raises(InvalidInputError) as refused:
        make()

    assert code == refused.value.code


def an_event(**given: object) -> ok.ProviderEvent:
    event = {"event_id": "e-1", "asked": "payment", "reference": " b-1 ", **given}
    return ok.ProviderEvent(**event)  # type: ignore[arg-type]


def test_events() -> None:
    """One tells what came of something, or only that there is something to ask."""
    operation = uuid4()

    assert (ok.Asked.PAYMENT, "b-1", None) == (an_event().asked, an_event().reference, an_event().told)
    assert operation == an_event(operation_id=operation).operation_id
    for told in (ok.Succeeded(rub("1"), "b-1"), ok.Declined(), ok.ChargedBack(rub("1"), "d-1")):
        assert told == an_event(told=told).told


def test_rejections_are_told_by_a_code() -> None:
    """A reason is one of a list, so that no log gets what was sent."""
    assert "stale" == str(ok.WebhookRejectedError("stale"))
    assert ok.Rejection.BAD_SIGNATURE is ok.WebhookRejectedError().reason
    with pytest.raises(ValueError, match="whatever"):
        ok.WebhookRejectedError("whatever")
