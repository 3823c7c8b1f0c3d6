"""Why a payment or a refund was not made, in the words that every provider's own are put into."""

from __future__ import annotations

from collections.abc import Mapping

import orderkit.plugin as ok
from orderkit_yookassa.api import Document
from orderkit_yookassa.positions import ReceiptError
from orderkit_yookassa.refusals import RefusedError

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


def reason_of(details: Document) -> ok.DeclineReason:
    """Why YooKassa cancelled something, by its ``cancellation_details``."""
    return REASONS.get(str(details.get("reason")), Reason.DECLINED)


def declined(error: RefusedError | ReceiptError) -> ok.Declined:
    """
    Why nothing was done: YooKassa refused the request itself, or it needed a receipt that could not be made.

    A refund that it cannot make, such as of more than is left, is refused by a 400 that names no part of the account.
    """
    if isinstance(error, ReceiptError):
        return ok.Declined(error.reason)
    if error.status == 429:
        return ok.Declined(Reason.UNAVAILABLE)
    if error.status == 400 and error.parameter.startswith("receipt.customer"):
        return ok.Declined(Reason.INVALID_DETAILS)
    is_about_payment = error.status == 400 and error.parameter in ("", "amount", "payment_id")
    return ok.Declined(Reason.DECLINED if is_about_payment else Reason.MISCONFIGURED)
