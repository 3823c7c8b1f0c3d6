"""Each kind of event of Stripe's that is of matter here: what it is about, and what came of that."""

from __future__ import annotations

from uuid import UUID

import orderkit.plugin as ok
from orderkit_stripe.amounts import money_of
from orderkit_stripe.answers import operation_of, refund_outcome
from orderkit_stripe.api import Document

SESSIONS = (
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
)
INTENTS = ("payment_intent.succeeded", "payment_intent.canceled")
"""Such as when staff take or release in the dashboard what is held: the session tells nothing of that."""
REFUNDS = ("refund.created", "refund.updated", "refund.failed")
DISPUTES: dict[str, type[ok.ChargedBack] | type[ok.ChargebackWon]] = {
    "charge.dispute.funds_withdrawn": ok.ChargedBack,
    "charge.dispute.funds_reinstated": ok.ChargebackWon,
}


def session_told(id: str, session: Document) -> ok.ProviderEvent:
    """A payment, as it is known here."""
    return ok.ProviderEvent(
        event_id=id,
        asked=ok.Asked.PAYMENT,
        reference=session["id"],
        operation_id=identity_of(session),
        told=_paid(session),
    )


def intent_told(id: str, intent: Document) -> ok.ProviderEvent:
    """A payment, by another name than it is known by here: what came of it is to be asked."""
    return ok.ProviderEvent(
        event_id=id, asked=ok.Asked.PAYMENT, reference=intent["id"], operation_id=identity_of(intent)
    )


def refund_told(id: str, refund: Document) -> ok.ProviderEvent:
    """A refund: one of ours is known by its operation, one of the dashboard only by the payment that it is of."""
    operation = identity_of(refund)
    return ok.ProviderEvent(
        event_id=id,
        asked=ok.Asked.REFUND,
        reference=refund["id"],
        payment_reference="" if operation else _named(refund),
        operation_id=operation,
        told=refund_outcome(refund, operation),
    )


def dispute_told(id: str, kind: str, dispute: Document) -> ok.ProviderEvent:
    """Money that the bank of the buyer took back, or that came in again."""
    told = DISPUTES[kind](money_of(dispute.get("amount"), dispute.get("currency")), dispute["id"])
    return ok.ProviderEvent(
        event_id=id, asked=ok.Asked.PAYMENT, reference=_named(dispute) or dispute["id"], told=told
    )


def identity_of(about: Document) -> UUID | None:
    """Our operation, where it is of one."""
    try:
        return UUID(operation_of(about))
    except ValueError:
        return None


def _paid(session: Document) -> ok.Outcome | None:
    """
    What came of a payment; ``None`` where Stripe is to be asked.

    Of one that is complete and unpaid the session does not say whether money is held, under way or to be paid at a
    counter; and why the last try failed stands at the payment intent.
    """
    if session.get("payment_status") == "paid":
        return ok.Succeeded(money_of(session.get("amount_total"), session.get("currency")), session["id"])
    return None


def _named(about: Document) -> str:
    """What Stripe calls the payment of a refund or a dispute, which is not what it calls its session."""
    return str(about.get("payment_intent") or about.get("charge") or "")
