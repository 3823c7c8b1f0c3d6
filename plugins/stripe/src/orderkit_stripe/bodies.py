"""What Stripe is sent."""

from __future__ import annotations

from uuid import UUID

import orderkit.plugin as ok
from orderkit_stripe.answers import OPERATION
from orderkit_stripe.api import Document

EXPANDED = ["payment_intent"]
"""Of a session: what became of the money."""


def session_body(request: ok.StartRequest, units: int, *, holds: bool) -> Document:
    """
    A session of Checkout that takes, or holds, exactly that amount, in exactly that currency.

    Its one line is the order: Stripe adds up nothing that could come out differently.
    """
    kept = _metadata(request.operation_id, request.number)
    method = "manual" if holds else "automatic"
    name = f"№ {request.number}"
    price = {
        "currency": request.amount.currency.lower(),
        "unit_amount": units,
        "product_data": {"name": name},
    }
    body: Document = {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "adaptive_pricing": {"enabled": False},
        "metadata": kept,
        "payment_intent_data": {"metadata": kept, "description": name, "capture_method": method},
        "success_url": request.return_url,
        "cancel_url": request.return_url,
        "expand": EXPANDED,
    }
    return body | ({"customer_email": request.email} if request.email else {})


def refund_body(request: ok.OperationRequest, intent: str, units: int) -> Document:
    """A refund of all of a payment or of a part of it."""
    kept = _metadata(request.operation_id, request.number)
    return {"payment_intent": intent, "amount": units, "metadata": kept}


def _metadata(operation_id: UUID, number: str) -> dict[str, str]:
    """The number is for people, the operation for programs."""
    return {OPERATION: str(operation_id), "order": number}
