"""
What YooKassa says where it does not do what it was asked.

Its own words decide how an answer is read: a 4xx with its error document did nothing, and of everything else (a 5xx,
silence, a broken connection, a page of something in between) nobody knows what was done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

REFUSALS = {
    400: "invalid_request",
    401: "invalid_credentials",
    403: "forbidden",
    404: "not_found",
    429: "too_many_requests",
}
"""The answers by which YooKassa says that it did nothing: the code that stands in the document of each."""
_PARAMETER = re.compile(r"[\w.\[\]-]{1,80}", re.ASCII)


class RefusedError(Exception):
    """
    YooKassa says that it did not do it; told by codes alone, since its words may repeat what it was sent.

    Attributes:
        status: One of `REFUSALS`.
        parameter: Which part of the request is wrong, such as ``receipt.items``; may be empty.
    """

    def __init__(self, status: int, parameter: str = "") -> None:
        super().__init__(" ".join(filter(None, (str(status), REFUSALS[status], parameter))))
        self.status = status
        self.parameter = parameter


class UnclearError(Exception):
    """YooKassa answered something of which nobody knows what it means for what was asked."""


def refusal(status: int, found: Mapping[str, Any]) -> RefusedError | UnclearError:
    """
    What an answer of that status means, of which that document was read.

    Nothing was done where YooKassa says so itself, and not that the key was used for something else before.
    """
    parameter = str(found.get("parameter") or "")
    is_its_own = found.get("type") == "error" and found.get("code") == REFUSALS.get(status, "")
    is_about_key = parameter == "Idempotence-Key" or "dempotence" in str(found.get("description"))
    if not is_its_own or is_about_key:
        return UnclearError(f"YooKassa answered {status}")
    return RefusedError(status, parameter if _PARAMETER.fullmatch(parameter) else "")
