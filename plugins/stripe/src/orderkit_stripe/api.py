"""Stripe's own library, asked one thing at a time: with a time limit, never twice, and told nothing of the host."""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Callable
from typing import Any, TypeAlias

import attrs

import orderkit.plugin as ok
from orderkit_stripe.refusals import UnclearError, refusal

Document: TypeAlias = dict[str, Any]
TIMEOUT = 20.0
"""Seconds that Stripe may be silent; below the 30 that the desk waits for all of it."""
_ours = threading.local()
"""Whether this thread asks for us now."""


@attrs.frozen
class Api:
    """The access to one account; *key* stays out of whatever is raised."""

    base_url: str
    key: ok.Secret
    timeout: float = TIMEOUT

    def ask(self, question: Callable[[Any], Any]) -> Document:
        """
        What Stripe answers to a question that is put to its client, such as ``lambda it: it.v1.balance.retrieve()``.

        Raises:
            RefusedError: Stripe says that it did not do it.
            UnclearError: Whatever else came of it.
        """
        import requests

        stripe = _library()
        _ours.asks = True
        try:
            with requests.Session() as session:
                session.max_redirects = 0  # following one would hand the request to somebody else
                answer = question(self._client(stripe, session))
        except stripe.StripeError as error:
            raise refusal(error.http_status, error.json_body) from None  # its words may repeat what was sent
        except Exception as error:  # what the library stumbles over: nobody knows what Stripe did
            raise UnclearError(f"Stripe answered nonsense: {type(error).__name__}") from None
        finally:
            _ours.asks = False
        if not isinstance(answer, stripe.StripeObject):
            raise UnclearError("Stripe answered with no document")
        found: Document = answer.to_dict()
        return found

    def _client(self, stripe: Any, session: Any) -> Any:
        return stripe.StripeClient(
            self.key.reveal(),
            base_addresses={"api": self.base_url.rstrip("/")},
            http_client=stripe.RequestsClient(timeout=self.timeout, session=session),
            max_network_retries=0,
        )


@functools.cache
def _library() -> Any:
    """
    The library, imported when it is first needed.

    Two things about it can be set for the whole process alone. It would write an identity of this computer into the
    home folder and send it along; and at the level DEBUG it logs whatever is sent and answered, the e-mail of the buyer
    too. The one is switched off; of the other only what it says while it asks for us is left out.
    """
    import stripe

    stripe.enable_telemetry = False
    logging.getLogger("stripe").addFilter(lambda _record: not getattr(_ours, "asks", False))
    return stripe
