"""Webhooks: who has sent them, what is read of them, and what is none."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import stripe
from orderkit_stripe.events import events_of
from orderkit_stripe.refusals import UnclearError
from orderkit_stripe.signatures import TOLERANCE, require_signed

import orderkit.plugin as ok

SECRET = ok.Secret("whsec_9mX2kVbT7qLw")
OLD = ok.Secret("whsec_3nR8pYcD1sFh")
AT = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
BODY = '{"id": "evt_1", "note": "№ 1001"}'
OPERATION = UUID("046bb6df-7bf2-436a-a875-328e71ee73c6")
EUR = {"amount": 2500, "currency": "eur"}
OURS = {"metadata": {"operation_id": str(OPERATION)}}
SESSION = OURS | {"id": "cs_1", "amount_total": 9000, "currency": "eur", "payment_intent": "pi_1"}
REFUND = OURS | EUR | {"id": "re_1", "payment_intent": "pi_1"}
DISPUTE = EUR | {"id": "dp_1", "payment_intent": "pi_1", "metadata": {}}


def signed(body: str = BODY, secret: ok.Secret = SECRET, at: datetime = AT) -> str:
    """As Stripe's own library signs."""
    header: str = stripe.WebhookSignature.generate_signature_header(
        body, secret.reveal(), int(at.timestamp())
    )
    return header


def rejected(header: str | None, body: str = BODY, secret: ok.Secret | None = SECRET) -> ok.Rejection | None:
    headers = {} if header is None else {"stripe-signature": header}
    request = ok.WebhookRequest(method="POST", url="/", headers=headers, body=body.encode(), received_at=AT)
    try:
        require_signed(request, secret)
    except ok.WebhookRejectedError as error:
        return error.reason
    return None


def event(kind: str, about: Any, **fields: Any) -> bytes:
    return json.dumps(
        {"id": "evt_1", "object": "event", "type": kind, "data": {"object": about}} | fields
    ).encode()


def test_signed() -> None:
    """What Stripe's library signs is believed, also while a secret is rolled and two have signed."""
    both = f"{signed(secret=OLD)},v1={signed().partition('v1=')[2]},v0=6ffbb59b"

    assert [None, None, None] == [rejected(signed()), rejected(both), rejected(both, secret=OLD)]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (None, "unsigned"),
        ("", "unsigned"),
        ("t=,v1=", "unsigned"),
        ("t=now,v1=aa", "unsigned"),
        (f"t={'9' * 4000},v1=aa", "unsigned"),
        ("t=1764417600", "unsigned"),
        (signed().replace("v1=", "v0="), "unsigned"),
        (signed().partition(",")[2], "unsigned"),
        (signed(secret=OLD), "bad_signature"),
        (signed(BODY + " "), "bad_signature"),
        (signed(BODY[:-1]), "bad_signature"),
        (signed(BODY.replace(" ", "")), "bad_signature"),
        (signed().replace("t=1", "t=2"), "bad_signature"),
        ("t=1764417600,v1=подпись", "bad_signature"),
        (signed(at=AT - timedelta(seconds=TOLERANCE)), None),
        (signed(at=AT - timedelta(seconds=TOLERANCE + 1)), "stale"),
        (signed(at=AT + timedelta(seconds=TOLERANCE)), None),
        (signed(at=AT + timedelta(seconds=TOLERANCE + 1)), "stale"),
    ],
)
def test_what_stripe_has_not_sent(header: str | None, reason: str | None) -> None:
    """Unsigned, signed by somebody else or over something else, or seen before and sent again."""
    assert reason == rejected(header)


def test_without_a_secret() -> None:
    """Nothing can be proven then."""
    assert ok.Rejection.UNSIGNED is rejected(signed(), secret=None)


@pytest.mark.parametrize(
    ("kind", "paid", "told"),
    [
        ("completed", "paid", ok.Succeeded(ok.Money.of("90", "EUR"), "cs_1")),
        ("async_payment_succeeded", "paid", ok.Succeeded(ok.Money.of("90", "EUR"), "cs_1")),
        ("completed", "unpaid", None),
        ("async_payment_failed", "unpaid", None),
        ("expired", "unpaid", None),
    ],
)
def test_told_of_a_payment(kind: str, paid: str, told: ok.Outcome | None) -> None:
    """That it is paid is told; of all else Stripe is to be asked."""
    body = event(f"checkout.session.{kind}", SESSION | {"payment_status": paid})
    expected = ok.ProviderEvent(
        event_id="evt_1", asked=ok.Asked.PAYMENT, reference="cs_1", operation_id=OPERATION, told=told
    )

    assert [expected] == events_of(body) == events_of(body)


@pytest.mark.parametrize(
    ("kind", "status", "told"),
    [
        ("created", "pending", ok.Pending("re_1")),
        ("updated", "succeeded", ok.Succeeded(ok.Money.of("25", "EUR"), "re_1")),
        ("failed", "failed", ok.Declined("declined", "re_1")),
    ],
)
def test_told_of_a_refund(kind: str, status: str, told: ok.Outcome) -> None:
    """By its own identity and our operation; its payment is told by another name than we have for it."""
    expected = ok.ProviderEvent(
        event_id="evt_1", asked=ok.Asked.REFUND, reference="re_1", operation_id=OPERATION, told=told
    )

    assert [expected] == events_of(event(f"refund.{kind}", REFUND | {"status": status}))


@pytest.mark.parametrize("kind", ["succeeded", "canceled"])
def test_told_of_an_intent(kind: str) -> None:
    """What is taken or released in the dashboard is told by the payment intent alone, and Stripe asked about it."""
    expected = ok.ProviderEvent(
        event_id="evt_1", asked=ok.Asked.PAYMENT, reference="pi_1", operation_id=OPERATION
    )

    assert [expected] == events_of(event(f"payment_intent.{kind}", OURS | {"id": "pi_1"}))


@pytest.mark.parametrize("metadata", [{}, None, {"operation_id": "1001"}])
def test_told_of_a_refund_of_the_dashboard(metadata: Any) -> None:
    """Nobody asked for it here, and the money is gone all the same: it is told by the payment that it is of."""
    about = REFUND | {"metadata": metadata, "status": "succeeded"}
    expected = ok.ProviderEvent(
        event_id="evt_1",
        asked=ok.Asked.REFUND,
        reference="re_1",
        payment_reference="pi_1",
        told=ok.Succeeded(ok.Money.of("25", "EUR"), "re_1"),
    )

    assert [expected] == events_of(event("refund.created", about))


@pytest.mark.parametrize(
    ("kind", "told"), [("funds_withdrawn", ok.ChargedBack), ("funds_reinstated", ok.ChargebackWon)]
)
def test_told_of_a_dispute(kind: str, told: Any) -> None:
    """Money that moves at the bank is not overlooked."""
    expected = ok.ProviderEvent(
        event_id="evt_1",
        asked=ok.Asked.PAYMENT,
        reference="pi_1",
        told=told(ok.Money.of("25", "EUR"), "dp_1"),
    )

    assert [expected] == events_of(event(f"charge.dispute.{kind}", DISPUTE))


@pytest.mark.parametrize(
    ("kind", "about"),
    [
        ("checkout.session.completed", SESSION | {"metadata": {}}),
        ("checkout.session.completed", SESSION | {"metadata": None}),
        ("checkout.session.completed", SESSION | {"metadata": {"operation_id": "1001"}}),
        ("payment_intent.succeeded", {"id": "pi_1", "metadata": {}}),
        ("charge.succeeded", OURS | {"id": "ch_1"}),
        ("customer.created", {"id": "cus_1"}),
    ],
)
def test_what_is_of_no_matter(kind: str, about: dict[str, Any]) -> None:
    """What others do with the same account, and what tells nothing that the desk books."""
    assert [] == events_of(event(kind, about))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        event("refund.created", REFUND, object="v2.core.event"),
        event("refund.created", REFUND, id=7),
        event("refund.created", REFUND, type=None),
        event("refund.created", REFUND, data=[]),
        event("refund.created", []),
        event("refund.created", {"id": 7}),
        event("refund.updated", REFUND | {"status": "lost"}),
        event("charge.dispute.funds_withdrawn", DISPUTE | {"amount": "25"}),
    ],
    ids=[
        "nothing",
        "a list",
        "no text",
        "too deep",
        "another object",
        "a number for an id",
        "no type",
        "a list for data",
        "a list for what it is about",
        "a number for its id",
        "a status not known",
        "a text for an amount",
    ],
)
def test_what_stripe_never_sends(body: bytes) -> None:
    """It is not guessed what it means."""
    with pytest.raises(UnclearError):
        events_of(body)
