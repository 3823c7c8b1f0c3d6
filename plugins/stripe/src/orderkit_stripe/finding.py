"""
A payment or a refund whose answer was never heard, found by the operation that it is of.

Sending it once more under the same key would be answered the same, but only for 24 hours: where the first asking never
arrived it would ask for the money by asking. Stripe's search is minutes behind. So what there is is listed, and nothing
is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from orderkit_stripe.answers import operation_of
from orderkit_stripe.api import Api, Document
from orderkit_stripe.refusals import UnclearError

PAGES = 50
"""Pages of a hundred that are looked through at most, newest first."""
BEFORE = timedelta(hours=2)
"""How far a clock of ours may be ahead of Stripe's."""


def find_session(api: Api, operation_id: UUID) -> Document | None:
    """
    The session of that operation; ``None`` where there is none.

    Raises:
        UnclearError: There are too many to look through.
    """
    query = _since(operation_id) | {"expand": ["data.payment_intent"]}
    return _found(_listed(api, lambda it: it.v1.checkout.sessions, query), operation_id)


def session_of(api: Api, intent: str) -> Document | None:
    """The session that a payment intent was made by; ``None`` where it was made by none."""
    query = {"payment_intent": intent, "expand": ["data.payment_intent"]}
    return next(_listed(api, lambda it: it.v1.checkout.sessions, query), None)


def find_refund(api: Api, operation_id: UUID, intent: str) -> Document | None:
    """The refund of that operation, among those of its payment intent; raises likewise."""
    return _found(_listed(api, lambda it: it.v1.refunds, {"payment_intent": intent}), operation_id)


def _found(listed: Iterator[Document], operation_id: UUID) -> Document | None:
    return next((one for one in listed if operation_of(one) == str(operation_id)), None)


def _listed(api: Api, kind: Callable[[Any], Any], query: Document) -> Iterator[Document]:
    """All there are, newest first."""
    asked = query | {"limit": 100}
    for _ in range(PAGES):
        page = _page(api, kind, asked)
        items = page.get("data")
        if not isinstance(items, list) or not all(isinstance(one, dict) and one.get("id") for one in items):
            raise UnclearError("Stripe did not list what it was asked for")
        yield from items
        if not page.get("has_more") or not items:
            return
        asked = asked | {"starting_after": str(items[-1]["id"])}
    raise UnclearError("Stripe has more than is looked through")


def _page(api: Api, kind: Callable[[Any], Any], query: Document) -> Document:
    return api.ask(lambda it: kind(it).list(query))


def _since(operation_id: UUID) -> Document:
    """
    Since when it may have been asked for: our identities of version 7 tell it, any other leaves it open.

    Until when is left open, too: a payment may have waited for days in our books before it was asked for.
    """
    if operation_id.version != 7:
        return {}
    at = datetime.fromtimestamp((operation_id.int >> 80) / 1000, UTC) - BEFORE
    return {"created": {"gte": int(at.timestamp())}}
