"""
Stripe's own library as it is asked. It is large: whoever needs it imports this module then, and not before.

Two things about it can be set for the whole process alone. It would write an identity of this computer into the home
folder and send it along; and at the level DEBUG it logs whatever is sent and answered, the e-mail of the buyer too. The
one is switched off; of the other only what it says while it asks for us is left out.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
import stripe

MOST = 4_000_000
"""Bytes of an answer that are read; a hundred sessions are far below it, and what is cut off is no document."""
_ours = threading.local()
"""Whether this thread asks for us now."""

stripe.enable_telemetry = False
logging.getLogger("stripe").addFilter(lambda _record: not getattr(_ours, "asks", False))


class _Once(stripe.HTTPClient):  # type: ignore[misc]  # its types are not followed
    """Sends a request once, and follows nobody to another address: it would hand the request to somebody else."""

    name = "requests"

    def __init__(self, timeout: float) -> None:
        super().__init__()
        self._timeout = timeout

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """What is answered, as the library wants it."""
        given = {"headers": headers, "data": post_data, "timeout": self._timeout}
        with (
            requests.Session() as session,
            session.request(method, url, stream=True, allow_redirects=False, **given) as answer,
        ):
            return answer.raw.read(MOST, decode_content=True), answer.status_code, answer.headers


@contextmanager
def asking(base_url: str, key: str, timeout: float) -> Iterator[Any]:
    """A client of the library for one question, of which it logs nothing."""
    addresses = {"api": base_url.rstrip("/")}
    _ours.asks = True
    try:
        yield stripe.StripeClient(
            key, base_addresses=addresses, http_client=_Once(timeout), max_network_retries=0
        )
    finally:
        _ours.asks = False
