"""Stripe's API, asked one thing at a time: with a time limit, and never twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import attrs

import orderkit.plugin as ok
from orderkit_stripe.refusals import UnclearError, refusal

Document: TypeAlias = dict[str, Any]
TIMEOUT = 20.0
"""Seconds that Stripe may be silent; below the 30 that the desk waits for all of it."""


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
        import stripe  # large: not before it is needed

        from orderkit_stripe.client import asking

        try:
            with asking(self.base_url, self.key.reveal(), self.timeout) as client:
                answer = question(client)
        except stripe.StripeError as error:
            raise refusal(error.http_status, error.json_body) from None  # its words may repeat what was sent
        except Exception as error:  # a connection that broke, or what the library stumbles over
            raise UnclearError(f"Stripe was not heard: {type(error).__name__}") from None
        if not isinstance(answer, stripe.StripeObject):
            raise UnclearError("Stripe answered with no document")
        found: Document = answer.to_dict()
        return found
