"""
A payment or a refund whose answer was never heard, found by the operation that it is of.

Sending it once more under the same key would be answered the same, but only for 24 hours, and only word for word: where
the first asking never arrived it would ask for the money by asking. So what there is is listed, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

from orderkit_yookassa.answers import operation_of
from orderkit_yookassa.api import Api, Document
from orderkit_yookassa.refusals import UnclearError

PAGES = 50
"""Pages of a hundred that are looked through at most, newest first."""
BEFORE = timedelta(hours=2)
"""How far a clock of ours may be ahead of YooKassa's."""


def find_payment(api: Api, operation_id: UUID) -> Document | None:
    """
    The payment of that operation; ``None`` where there is none.

    Raises:
        UnclearError: There are too many to look through.
    """
    return _found(_listed(api, "payments", _since(operation_id)), operation_id)


def find_refund(api: Api, operation_id: UUID, payment: str) -> Document | None:
    """The refund of that operation, among those of its payment; raises likewise."""
    return _found(_listed(api, "refunds", {"payment_id": payment}), operation_id)


def _found(listed: Iterator[Document], operation_id: UUID) -> Document | None:
    return next((one for one in listed if operation_of(one) == str(operation_id)), None)


def _listed(api: Api, kind: str, query: dict[str, str]) -> Iterator[Document]:
    """All there are, newest first."""
    asked = query | {"limit": "100"}
    for _ in range(PAGES):
        page = api.get(kind, **asked)
        items = page.get("items")
        if not isinstance(items, list):
            raise UnclearError(f"YooKassa did not list its {kind}")
        yield from (item for item in items if isinstance(item, dict))
        if not page.get("next_cursor"):
            return
        asked["cursor"] = str(page["next_cursor"])
    raise UnclearError(f"YooKassa has more {kind} than are looked through")


def _since(operation_id: UUID) -> dict[str, str]:
    """
    Since when it may have been asked for: our identities of version 7 tell it, any other leaves it open.

    Until when is left open, too: a payment may have waited for days in our books before it was asked for.
    """
    if operation_id.version != 7:
        return {}
    at = datetime.fromtimestamp((operation_id.int >> 80) / 1000, UTC) - BEFORE
    return {"created_at.gte": at.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
