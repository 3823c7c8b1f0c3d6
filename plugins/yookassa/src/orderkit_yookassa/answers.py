"""What YooKassa says of a payment or a refund, in the words that the desk books."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orderkit.plugin as ok
from orderkit_yookassa.api import Document
from orderkit_yookassa.reasons import reason_of
from orderkit_yookassa.refusals import UnclearError

OPERATION = "operation_id"
"""Under which name our identity is kept in ``metadata``."""


def payment_outcome(payment: Document, operation_id: UUID | None) -> ok.Outcome:
    """
    What came of a payment; *operation_id* is ``None`` where only its reference is known.

    Raises:
        UnclearError: It is of another operation than that, or says nothing that we know.
    """
    reference = _reference(payment, operation_id)
    match payment.get("status"):
        case "succeeded":
            return ok.Succeeded(money_of(payment), reference)
        case "waiting_for_capture":
            return ok.Authorised(money_of(payment), reference)
        case "canceled":
            return ok.Declined(reason_of(_part(payment, "cancellation_details")), reference)
        case "pending":
            url = _part(payment, "confirmation").get("confirmation_url")
            return ok.Redirect(url, reference) if url else ok.Pending(reference)
    raise UnclearError("YooKassa gave a payment a status that is not known")


def capture_outcome(payment: Document, payment_id: UUID | None) -> ok.Outcome:
    """
    What came of taking what is held of that payment.

    Args:
        payment_id: The operation that the payment was asked for with; ``None`` where only its reference is known.

    Raises:
        UnclearError: As of `payment_outcome`.
    """
    outcome = payment_outcome(payment, payment_id)
    return ok.Pending(outcome.reference) if isinstance(outcome, ok.Authorised) else outcome


def void_outcome(payment: Document, payment_id: UUID | None, held: ok.Money) -> ok.Outcome:
    """What came of releasing what is held of that payment, all of *held*; else as `capture_outcome`."""
    match payment_outcome(payment, payment_id):
        case ok.Declined(reference=reference):
            return ok.Succeeded(held, reference)
        case ok.Authorised(reference=reference):
            return ok.Pending(reference)
        case ok.Succeeded(reference=reference):
            return ok.Declined(ok.DeclineReason.DECLINED, reference)  # it was taken meanwhile
    raise UnclearError("YooKassa was asked to release a payment that was never made")


def refund_outcome(refund: Document, operation_id: UUID | None, payment: str) -> ok.Outcome:
    """
    What came of a refund of that payment; *operation_id* is ``None`` where it need not be one of ours.

    Raises:
        UnclearError: It is of another payment or operation than that, or says nothing that we know.
    """
    reference = _reference(refund, operation_id)
    if refund.get("payment_id") != payment:
        raise UnclearError("YooKassa answered with a refund of another payment")
    match refund.get("status"):
        case "succeeded":
            return ok.Succeeded(money_of(refund), reference)
        case "canceled":
            return ok.Declined(reason_of(_part(refund, "cancellation_details")), reference)
        case "pending":
            return ok.Pending(reference)
    raise UnclearError("YooKassa gave a refund a status that is not known")


def operation_of(document: Document) -> str:
    """Which operation of ours a payment or a refund is of; empty where it is not told."""
    return str(_part(document, "metadata").get(OPERATION) or "")


def identity_of(document: Document) -> UUID | None:
    """As `operation_of`, as an identity."""
    try:
        return UUID(operation_of(document))
    except ValueError:
        return None


def money_of(document: Document) -> ok.Money:
    """The amount of a payment or a refund."""
    amount = _part(document, "amount")
    return ok.Money.of(str(amount.get("value")), str(amount.get("currency")))


def _reference(document: Document, operation_id: UUID | None) -> str:
    is_other = operation_id and operation_of(document) not in ("", str(operation_id))
    if is_other or not document.get("id"):
        raise UnclearError("YooKassa answered with something that is not of this operation")
    return str(document["id"])


def _part(document: Document, name: str) -> Document:
    part: Any = document.get(name)
    return part if isinstance(part, dict) else {}
