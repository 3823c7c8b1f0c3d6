"""What Stripe tells by itself, in the words that the desk books. It is signed, so that it is believed as it stands."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import orderkit.plugin as ok
from orderkit_stripe.amounts import money_of
from orderkit_stripe.answers import operation_of, refund_outcome
from orderkit_stripe.api import Document
from orderkit_stripe.refusals import UnclearError

SESSIONS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
REFUNDS = ("refund.created", "refund.updated", "refund.failed")
DISPUTES: dict[str, type[ok.ChargedBack] | type[ok.ChargebackWon]] = {
    "charge.dispute.funds_withdrawn": ok.ChargedBack,
    "charge.dispute.funds_reinstated": ok.ChargebackWon,
}


def events_of(body: bytes) -> list[ok.ProviderEvent]:
    """
    What an event tells; nothing where it is of a kind that is of no matter, or of a payment that is not ours.

    Raises:
        UnclearError: Stripe does not send such a thing.
    """
    event = _event(body)
    id, kind, about = event["id"], event["type"], event["data"]["object"]
    if kind in DISPUTES:
        return [_dispute(id, kind, about)]
    operation = _identity(operation_of(about))
    if operation is None:
        return []
    if kind in SESSIONS:
        told = _told(kind, about)
        return [_of(ok.Asked.PAYMENT, id, about, operation, told)]
    if kind in REFUNDS:
        return [_of(ok.Asked.REFUND, id, about, operation, refund_outcome(about, operation))]
    return []


def _told(kind: str, session: Document) -> ok.Outcome | None:
    """
    What came of a payment; ``None`` where Stripe is to be asked.

    Of one that is complete and unpaid the session does not say whether money is held, under way or to be paid at a
    counter; and why the last try failed stands at the payment intent.
    """
    if session.get("payment_status") == "paid":
        return ok.Succeeded(money_of(session.get("amount_total"), session.get("currency")), session["id"])
    return None


def _dispute(id: str, kind: str, dispute: Document) -> ok.ProviderEvent:
    """
    Money that the bank of the buyer took back, or that came in again.

    Stripe names the payment intent and not the session: the desk keeps the event and has people look into it.
    """
    told = DISPUTES[kind](money_of(dispute.get("amount"), dispute.get("currency")), dispute["id"])
    named = str(dispute.get("payment_intent") or dispute.get("charge") or dispute["id"])
    return ok.ProviderEvent(event_id=id, asked=ok.Asked.PAYMENT, reference=named, told=told)


def _of(
    asked: ok.Asked, id: str, about: Document, operation: UUID, told: ok.Outcome | None
) -> ok.ProviderEvent:
    return ok.ProviderEvent(
        event_id=id, asked=asked, reference=about["id"], operation_id=operation, told=told
    )


def _event(body: bytes) -> Document:
    """The event, with all that is read of it."""
    try:
        found: Any = json.loads(body)
        is_whole = (
            found["object"] == "event"
            and all(isinstance(found[name], str) for name in ("id", "type"))
            and isinstance(found["data"]["object"]["id"], str)
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        is_whole = False
    if not is_whole:
        raise UnclearError("Stripe told something that is no event")
    event: Document = found
    return event


def _identity(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
