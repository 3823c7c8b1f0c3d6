"""
What Stripe says where it does not do what it was asked.

Its own words decide how an answer is read: a 4xx with its error document did nothing, and of everything else (a 5xx,
silence, a broken connection, a page of something in between, a key that is still at work) nobody knows what was done.
"""

from __future__ import annotations

import re
from typing import Any

CERTAIN = {
    400: ("invalid_request_error",),
    401: ("invalid_request_error", "authentication_error"),
    402: ("card_error", "invalid_request_error"),
    403: ("invalid_request_error",),
    404: ("invalid_request_error",),
    429: ("invalid_request_error", "rate_limit_error"),
}
"""
The answers by which Stripe says that it did nothing, with the types of error that may stand in each.

Not among them are ``idempotency_error`` and a 409: the key was used for something else, or is at work this moment.
"""
_CODE = re.compile(r"[\w.\[\]-]{1,80}", re.ASCII)


class RefusedError(Exception):
    """
    Stripe says that it did not do it; told by codes alone, since its words may repeat what it was sent.

    Attributes:
        status: One of `CERTAIN`.
        code: Why, such as ``amount_too_small``; may be empty.
        parameter: Which part of the request is wrong, such as ``customer_email``; may be empty.
    """

    def __init__(self, status: int, code: str = "", parameter: str = "") -> None:
        super().__init__(" ".join(filter(None, (str(status), code, parameter))))
        self.status = status
        self.code = code
        self.parameter = parameter


class UnclearError(Exception):
    """Stripe answered something of which nobody knows what it means for what was asked, or nothing."""


def refusal(status: Any, document: Any) -> RefusedError | UnclearError:
    """What an answer of that status means, of which that document was read."""
    told = document.get("error") if isinstance(document, dict) else None
    if not isinstance(told, dict) or told.get("type") not in CERTAIN.get(status, ()):
        return UnclearError(f"Stripe answered {status or 'nothing'}")
    return RefusedError(
        status, _plain(told.get("decline_code") or told.get("code")), _plain(told.get("param"))
    )


def _plain(told: Any) -> str:
    return told if isinstance(told, str) and _CODE.fullmatch(told) else ""
