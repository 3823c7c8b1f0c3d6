"""What Stripe tells by itself, in the words that the desk books. It is signed, so that it is believed as it stands."""

from __future__ import annotations

import json
from typing import Any

import orderkit.plugin as ok
from orderkit_stripe.api import Document
from orderkit_stripe.kinds import (
    DISPUTES,
    INTENTS,
    REFUNDS,
    SESSIONS,
    dispute_told,
    identity_of,
    intent_told,
    refund_told,
    session_told,
)
from orderkit_stripe.refusals import UnclearError


def events_of(body: bytes) -> list[ok.ProviderEvent]:
    """
    What an event tells; nothing where it is of a kind that is of no matter, or of a payment that is not ours.

    A refund that was made in the dashboard has no operation of ours, and no less was given back by it.

    Raises:
        UnclearError: Stripe does not send such a thing.
    """
    event = _event(body)
    id, kind, about = event["id"], event["type"], event["data"]["object"]
    if kind in DISPUTES:
        return [dispute_told(id, kind, about)]
    if kind in REFUNDS:
        return [refund_told(id, about)]
    if kind not in (*SESSIONS, *INTENTS) or identity_of(about) is None:
        return []
    return [session_told(id, about) if kind in SESSIONS else intent_told(id, about)]


def _event(body: bytes) -> Document:
    """The event, with all that is read of it."""
    try:
        found: Any = json.loads(body)
        is_whole = (
            found["object"] == "event"
            and all(isinstance(found[name], str) for name in ("id", "type"))
            and isinstance(found["data"]["object"]["id"], str)
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        is_whole = False
    if not is_whole:
        raise UnclearError("Stripe told something that is no event")
    event: Document = found
    return event
