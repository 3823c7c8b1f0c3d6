"""Why a payment or a refund did not go through: Stripe's codes in the words of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orderkit.plugin as ok
from orderkit_stripe.refusals import RefusedError

Reason = ok.DeclineReason
REASONS: Mapping[str, ok.DeclineReason] = {
    "amount_too_large": Reason.LIMIT_EXCEEDED,
    "amount_too_small": Reason.LIMIT_EXCEEDED,
    "authentication_required": Reason.NOT_AUTHENTICATED,
    "card_velocity_exceeded": Reason.LIMIT_EXCEEDED,
    "expired_card": Reason.EXPIRED_CARD,
    "fraudulent": Reason.SUSPECTED_FRAUD,
    "incorrect_address": Reason.INVALID_DETAILS,
    "incorrect_cvc": Reason.INVALID_DETAILS,
    "incorrect_number": Reason.INVALID_DETAILS,
    "incorrect_pin": Reason.INVALID_DETAILS,
    "incorrect_zip": Reason.INVALID_DETAILS,
    "insufficient_funds": Reason.INSUFFICIENT_FUNDS,
    "invalid_account": Reason.INVALID_DETAILS,
    "invalid_cvc": Reason.INVALID_DETAILS,
    "invalid_expiry_month": Reason.INVALID_DETAILS,
    "invalid_expiry_year": Reason.INVALID_DETAILS,
    "invalid_number": Reason.INVALID_DETAILS,
    "invalid_pin": Reason.INVALID_DETAILS,
    "issuer_not_available": Reason.UNAVAILABLE,
    "merchant_blacklist": Reason.SUSPECTED_FRAUD,
    "payment_intent_authentication_failure": Reason.NOT_AUTHENTICATED,
    "payment_intent_payment_attempt_expired": Reason.EXPIRED,
    "payment_method_customer_decline": Reason.CANCELLED,
    "payment_method_not_available": Reason.UNAVAILABLE,
    "payment_method_provider_timeout": Reason.UNAVAILABLE,
    "pin_try_exceeded": Reason.LIMIT_EXCEEDED,
    "processing_error": Reason.UNAVAILABLE,
    "reenter_transaction": Reason.UNAVAILABLE,
    "try_again_later": Reason.UNAVAILABLE,
    "withdrawal_count_limit_exceeded": Reason.LIMIT_EXCEEDED,
    # of refunds
    "balance_insufficient": Reason.INSUFFICIENT_FUNDS,
    "expired_or_canceled_card": Reason.EXPIRED_CARD,
    "merchant_request": Reason.CANCELLED,
}
"""
``decline_code``, ``code`` or ``failure_reason`` → why; one that is not here is told as declined.

So are the codes of a lost or stolen card: Stripe asks to tell them to nobody.
"""
_OF_THE_PAYMENT = ("charge", "payment_intent", "amount", "refund", "balance")
"""How a code begins that is about this one payment, and not about how the shop is set up."""


def reason_of(error: Any) -> ok.DeclineReason | None:
    """Why the last try to pay failed, as Stripe has it at a payment; ``None`` where there was none."""
    if not isinstance(error, dict):
        return None
    told = (str(error.get("decline_code")), str(error.get("code")))
    return next((REASONS[code] for code in told if code in REASONS), Reason.DECLINED)


def declined(error: RefusedError) -> ok.Declined:
    """Why nothing was done where Stripe refused the request itself."""
    if error.status == 429:
        return ok.Declined(Reason.UNAVAILABLE)
    if error.parameter == "customer_email":
        return ok.Declined(Reason.INVALID_DETAILS)
    if error.code in REASONS:
        return ok.Declined(REASONS[error.code])
    is_about_payment = (
        error.status == 402 or error.parameter == "amount" or error.code.startswith(_OF_THE_PAYMENT)
    )
    return ok.Declined(Reason.DECLINED if is_about_payment else Reason.MISCONFIGURED)
