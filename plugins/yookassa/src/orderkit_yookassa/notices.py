"""
What YooKassa tells by itself. It signs nothing, so that a notice says only that there is something to ask about.

Whoever knows the address may send one: it names a payment, and YooKassa is asked what came of that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import orderkit.plugin as ok
from orderkit_yookassa.answers import identity_of
from orderkit_yookassa.api import Document

KINDS: Mapping[str, ok.Asked] = {
    "payment.waiting_for_capture": ok.Asked.PAYMENT,
    "payment.succeeded": ok.Asked.PAYMENT,
    "payment.canceled": ok.Asked.PAYMENT,
    "refund.succeeded": ok.Asked.REFUND,
}
"""The notices that are of any matter here: what each is about."""


def require_notice(request: ok.WebhookRequest) -> None:
    """
    Refuse what YooKassa never sends.

    Raises:
        WebhookRejectedError: ``malformed``.
    """
    if request.method != "POST" or not _notice(request.body):
        raise ok.WebhookRejectedError(ok.Rejection.MALFORMED)


def events_of(body: bytes) -> list[ok.ProviderEvent]:
    """
    What to ask about.

    YooKassa gives a notice no identity: it is made of what it says. One that somebody made up has another than the true
    one, and takes nothing away from it.
    """
    notice = _notice(body)
    about, kind = notice["object"], KINDS.get(notice["event"])
    if kind is None:
        return []
    return [
        ok.ProviderEvent(
            event_id=f"{notice['event']}:{about['id']}:{hashlib.sha256(body).hexdigest()[:16]}",
            asked=kind,
            reference=about["id"],
            payment_reference=_text(about, "payment_id") if kind is ok.Asked.REFUND else "",
            operation_id=identity_of(about),
        )
    ]


def _notice(body: bytes) -> Document:
    """The notice; empty where it is none."""
    try:
        found: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict) or found.get("type") != "notification":
        return {}
    about = found.get("object")
    is_whole = (
        isinstance(about, dict) and 0 < len(_text(about, "id")) <= 64 and len(_text(found, "event")) <= 64
    )
    return found if is_whole and _text(found, "event") else {}


def _text(document: Document, name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""
