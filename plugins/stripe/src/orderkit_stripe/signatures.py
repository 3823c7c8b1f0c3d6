"""
Whether Stripe itself has sent a webhook: the header ``Stripe-Signature``, after its page on webhooks.

Written out rather than asked of Stripe's library: that measures the age by the clock of whoever reads it, however long
a webhook has waited by then.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

import orderkit.plugin as ok

TOLERANCE = 300
"""Seconds that a signature may be old, as in Stripe's own library; dated further ahead it could be used for longer."""
_HEADER = "Stripe-Signature"


def require_signed(request: ok.WebhookRequest, secret: ok.Secret | None) -> None:
    """
    Refuse what was not signed with that secret a short while ago.

    While a secret is rolled Stripe signs with the old one and the new one: one of several signatures is enough.

    Raises:
        WebhookRejectedError: ``unsigned``, ``bad_signature`` or ``stale``.
    """
    signed_at, signatures = _parts(request.headers.get(_HEADER, ""))
    if secret is None or not signed_at or not signatures:
        raise ok.WebhookRejectedError(ok.Rejection.UNSIGNED)
    expected = hmac.new(secret.reveal().encode(), f"{signed_at}.".encode() + request.body, sha256).hexdigest()
    # every one is compared, so that the time taken tells nothing
    fits = [hmac.compare_digest(expected.encode(), one.encode()) for one in signatures]
    if not any(fits):
        raise ok.WebhookRejectedError(ok.Rejection.BAD_SIGNATURE)
    if abs(request.received_at.timestamp() - int(signed_at)) > TOLERANCE:
        raise ok.WebhookRejectedError(ok.Rejection.STALE)


def _parts(header: str) -> tuple[str, list[str]]:
    """When it was signed, in seconds as they stand there, and the signatures of the scheme that is believed."""
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t" and value.isascii() and value.isdigit()]
    signed_at = times[0] if times and len(times[0]) <= 12 else ""
    return signed_at, [value for name, _, value in pairs if name == "v1"]
