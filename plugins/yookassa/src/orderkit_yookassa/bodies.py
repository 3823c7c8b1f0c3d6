"""What YooKassa is sent."""

from __future__ import annotations

import orderkit.plugin as ok
from orderkit_yookassa.answers import OPERATION
from orderkit_yookassa.api import Document
from orderkit_yookassa.receipts import receipt_of
from orderkit_yookassa.settings import YooKassaSettings

_LONGEST = 128
"""Characters of a description."""


def payment_body(request: ok.StartRequest, settings: YooKassaSettings) -> Document:
    """
    A payment, taken or held as soon as the buyer pays; its number is for people, its operation for programs.

    Raises:
        ReceiptError: It needs a receipt, and none can be made.
    """
    return {
        "amount": amount_of(request.amount),
        "capture": not settings.two_stages,
        "confirmation": {"type": "redirect", "return_url": request.return_url},
        "description": f"Заказ № {request.number}"[:_LONGEST],
        "metadata": {OPERATION: str(request.operation_id), "order": request.number},
        **_receipt(request, settings),
    }


def capture_body(request: ok.OperationRequest, settings: YooKassaSettings) -> Document:
    """Taking of what is held, or of a part of it; raises likewise."""
    return {"amount": amount_of(request.amount), **_receipt(request, settings)}


def refund_body(request: ok.OperationRequest, settings: YooKassaSettings) -> Document:
    """A refund of all of a payment or of a part of it; raises likewise."""
    return {
        "payment_id": request.reference,
        "amount": amount_of(request.amount),
        "metadata": {OPERATION: str(request.operation_id), "order": request.number},
        **_receipt(request, settings),
    }


def _receipt(request: ok.StartRequest | ok.OperationRequest, settings: YooKassaSettings) -> Document:
    return {"receipt": receipt_of(request, settings)} if settings.receipts else {}


def amount_of(amount: ok.Money) -> Document:
    """Money as YooKassa writes it."""
    return {"value": str(amount.decimal), "currency": amount.currency}
