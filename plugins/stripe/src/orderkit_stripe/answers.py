"""What Stripe says of a payment or a refund, in the words that the desk books."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orderkit.plugin as ok
from orderkit_stripe.amounts import money_of
from orderkit_stripe.api import Document
from orderkit_stripe.reasons import REASONS, reason_of
from orderkit_stripe.refusals import UnclearError

OPERATION = "operation_id"
"""Under which name our identity is kept in ``metadata``."""


def payment_outcome(session: Document, operation_id: UUID | None) -> ok.Outcome:
    """
    What came of a payment: of a session of Checkout, and of its payment intent, which is there once the buyer pays.

    A try that failed is no end: the buyer may try again until the session expires.

    Args:
        operation_id: That it was asked for with; ``None`` where only its reference is known.

    Raises:
        UnclearError: It is of another operation than that, or says nothing that we know.
    """
    reference = reference_of(session, operation_id)
    intent = intent_of(session)
    match intent.get("status"), session.get("status"):
        case "succeeded", _:
            return ok.Succeeded(money_of(intent.get("amount_received"), intent.get("currency")), reference)
        case "requires_capture", _:
            return ok.Authorised(money_of(intent.get("amount_capturable"), intent.get("currency")), reference)
        case "processing", _:
            return ok.Pending(reference)
        case _, "open" if session.get("url"):
            return ok.Redirect(session["url"], reference)
        case _, "expired":
            return ok.Declined(_why(intent) or ok.DeclineReason.EXPIRED, reference)
        case (
            "requires_action" | "requires_confirmation",
            "complete",
        ):  # such as a slip to be paid at a counter
            return ok.Pending(reference)
        case "canceled", "complete":
            ran_out = intent.get("cancellation_reason") == "automatic"
            return ok.Declined("expired" if ran_out else "declined", reference)
        case "requires_payment_method", "complete":
            return ok.Declined(_why(intent) or ok.DeclineReason.DECLINED, reference)
    raise UnclearError("Stripe gave a payment a status that is not known")


def refund_outcome(refund: Document, operation_id: UUID | None) -> ok.Outcome:
    """
    What came of a refund; *operation_id* is ``None`` where it need not be one of ours.

    Raises:
        UnclearError: It is of another operation than that, or says nothing that we know.
    """
    reference = reference_of(refund, operation_id)
    match refund.get("status"):
        case "succeeded":
            return ok.Succeeded(money_of(refund.get("amount"), refund.get("currency")), reference)
        case "pending" | "requires_action":
            return ok.Pending(reference)
        case "failed" | "canceled":
            told = str(refund.get("failure_reason"))
            return ok.Declined(REASONS.get(told, ok.DeclineReason.DECLINED), reference)
    raise UnclearError("Stripe gave a refund a status that is not known")


def intent_of(session: Document) -> Document:
    """The payment intent of a session that was asked for with it; empty where the buyer has not tried to pay."""
    return _part(session, "payment_intent")


def operation_of(document: Document) -> str:
    """Which operation of ours a session or a refund is of; empty where it is not told."""
    return str(_part(document, "metadata").get(OPERATION) or "")


def reference_of(document: Document, operation_id: UUID | None) -> str:
    """
    Stripe's identifier of a session or a refund.

    Raises:
        UnclearError: It is of another operation than that.
    """
    is_other = operation_id is not None and operation_of(document) != str(operation_id)
    if is_other or not document.get("id"):
        raise UnclearError("Stripe answered with something that is not of this operation")
    return str(document["id"])


def _why(intent: Document) -> ok.DeclineReason | None:
    return reason_of(intent.get("last_payment_error"))


def _part(document: Document, name: str) -> Document:
    part: Any = document.get(name)
    return part if isinstance(part, dict) else {}
