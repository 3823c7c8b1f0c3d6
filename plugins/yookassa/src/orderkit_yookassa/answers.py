"""What YooKassa says of a payment or a refund, in the words that the desk books."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orderkit.plugin as ok
from orderkit_yookassa.api import Document
from orderkit_yookassa.refusals import RefusedError, UnclearError

Reason = ok.DeclineReason
REASONS: Mapping[str, ok.DeclineReason] = {
    "3d_secure_failed": Reason.NOT_AUTHENTICATED,
    "call_issuer": Reason.DECLINED,
    "canceled_by_merchant": Reason.CANCELLED,
    "card_expired": Reason.EXPIRED_CARD,
    "country_forbidden": Reason.DECLINED,
    "deal_expired": Reason.EXPIRED,
    "expired_on_capture": Reason.EXPIRED,
    "expired_on_confirmation": Reason.EXPIRED,
    "fraud_suspected": Reason.SUSPECTED_FRAUD,
    "general_decline": Reason.DECLINED,
    "identification_required": Reason.LIMIT_EXCEEDED,  # of a purse whose owner is not known by name
    "insufficient_funds": Reason.INSUFFICIENT_FUNDS,
    "internal_timeout": Reason.UNAVAILABLE,
    "invalid_card_number": Reason.INVALID_DETAILS,
    "invalid_csc": Reason.INVALID_DETAILS,
    "issuer_unavailable": Reason.UNAVAILABLE,
    "payment_method_limit_exceeded": Reason.LIMIT_EXCEEDED,
    "payment_method_restricted": Reason.DECLINED,
    "permission_revoked": Reason.CANCELLED,
    "unsupported_mobile_operator": Reason.DECLINED,
    # of refunds
    "rejected_by_payee": Reason.DECLINED,
    "rejected_by_timeout": Reason.EXPIRED,
    "yoo_money_account_closed": Reason.INVALID_DETAILS,
}
"""``cancellation_details.reason`` → why; there will be more, and one that is not here is told as declined."""
OPERATION = "operation_id"
"""Under which name our identity is kept in ``metadata``."""


def payment_outcome(payment: Document, operation_id: UUID) -> ok.Outcome:
    """
    What came of a payment.

    Raises:
        UnclearError: It is of another operation than that, or says nothing that we know.
    """
    reference = _reference(payment, operation_id)
    match payment.get("status"):
        case "succeeded":
            return ok.Succeeded(money_of(payment), reference)
        case "canceled":
            return ok.Declined(_reason(payment), reference)
        case "pending":
            url = _part(payment, "confirmation").get("confirmation_url")
            return ok.Redirect(url, reference) if url else ok.Pending(reference)
    raise UnclearError("YooKassa gave a payment a status that is not known")


def refund_outcome(refund: Document, operation_id: UUID, payment: str) -> ok.Outcome:
    """
    What came of a refund of that payment.

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
            return ok.Declined(_reason(refund), reference)
        case "pending":
            return ok.Pending(reference)
    raise UnclearError("YooKassa gave a refund a status that is not known")


def declined(error: RefusedError) -> ok.Declined:
    """
    Why nothing was done where YooKassa refused the request itself.

    A refund that it cannot make, such as of more than is left, is refused by a 400 that names no part of the account.
    """
    if error.status == 429:
        return ok.Declined(Reason.UNAVAILABLE)
    is_about_payment = error.status == 400 and error.parameter in ("", "amount", "payment_id")
    return ok.Declined(Reason.DECLINED if is_about_payment else Reason.MISCONFIGURED)


def operation_of(document: Document) -> str:
    """Which operation of ours a payment or a refund is of; empty where it is not told."""
    return str(_part(document, "metadata").get(OPERATION) or "")


def money_of(document: Document) -> ok.Money:
    """The amount of a payment or a refund."""
    amount = _part(document, "amount")
    return ok.Money.of(str(amount.get("value")), str(amount.get("currency")))


def _reference(document: Document, operation_id: UUID) -> str:
    if operation_of(document) not in ("", str(operation_id)) or not document.get("id"):
        raise UnclearError("YooKassa answered with something that is not of this operation")
    return str(document["id"])


def _reason(document: Document) -> ok.DeclineReason:
    told = _part(document, "cancellation_details").get("reason")
    return REASONS.get(str(told), Reason.DECLINED)


def _part(document: Document, name: str) -> Document:
    part: Any = document.get(name)
    return part if isinstance(part, dict) else {}
