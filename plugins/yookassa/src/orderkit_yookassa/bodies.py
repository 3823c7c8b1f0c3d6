"""What YooKassa is sent."""

from __future__ import annotations

import orderkit.plugin as ok
from orderkit_yookassa.answers import OPERATION
from orderkit_yookassa.api import Document

_LONGEST = 128
"""Characters of a description."""


def payment_body(request: ok.StartRequest) -> Document:
    """A payment that is taken as soon as the buyer pays; its number is for people, its operation for programs."""
    return {
        "amount": amount_of(request.amount),
        "capture": True,
        "confirmation": {"type": "redirect", "return_url": request.return_url},
        "description": f"Заказ № {request.number}"[:_LONGEST],
        "metadata": {OPERATION: str(request.operation_id), "order": request.number},
    }


def refund_body(request: ok.OperationRequest) -> Document:
    """A refund of all of a payment or of a part of it."""
    return {
        "payment_id": request.reference,
        "amount": amount_of(request.amount),
        "metadata": {OPERATION: str(request.operation_id), "order": request.number},
    }


def amount_of(amount: ok.Money) -> Document:
    """Money as YooKassa writes it."""
    return {"value": str(amount.decimal), "currency": amount.currency}
