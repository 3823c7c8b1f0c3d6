"""What others send in a provider's name, and what a provider sends to another shop."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import attrs

from orderkit.contracts.settings import fields_of
from orderkit.contracts.webhooks import WebhookRequest
from orderkit.domain.secret import Secret

LATE = timedelta(days=1)
"""After so long a signed webhook is sent again by somebody who has seen it."""
AGAIN = "sent again a day later"
"""What is wrong with that one; it is signed as it should be."""
_PLACES = 16
"""Bytes of a body that are changed, one at a time."""


def forged(request: WebhookRequest) -> list[tuple[str, WebhookRequest]]:
    """What others would make of a webhook that they have seen, each with what is wrong with it."""
    body = request.body
    found = [
        ("unsigned", attrs.evolve(request, headers={})),
        *(("another byte", attrs.evolve(request, body=changed)) for changed in _changed(body)),
        ("a byte more", attrs.evolve(request, body=body + b" ")),
        ("a byte less", attrs.evolve(request, body=body[:-1])),
        ("nothing at all", attrs.evolve(request, body=b"")),
        (AGAIN, attrs.evolve(request, received_at=request.received_at + LATE)),
    ]
    anew = _written_anew(body)
    if anew != body:
        found.append(("its JSON is written anew", attrs.evolve(request, body=anew)))
    return found


def _changed(body: bytes) -> Iterator[bytes]:
    for place in range(0, len(body), max(1, len(body) // _PLACES)):
        yield body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


def signed_for_another(
    request: WebhookRequest, webhooks: Sequence[WebhookRequest]
) -> Iterator[tuple[str, WebhookRequest]]:
    """It with the signature of each of the others."""
    for other in webhooks:
        if other.body != request.body:
            yield "signed for another body", attrs.evolve(request, headers=other.headers)


def with_other_secrets(settings: Any) -> Any:
    """As another shop has them: each secret ends otherwise."""
    given = {one.name: getattr(settings, one.name) for one in fields_of(type(settings))}
    return attrs.evolve(
        settings, **{name: _other(one) for name, one in given.items() if isinstance(one, Secret)}
    )


def _other(secret: Secret) -> Secret:
    text = secret.reveal()
    return Secret(text[:-1] + ("b" if text.endswith("a") else "a"))


def _written_anew(body: bytes) -> bytes:
    try:
        return json.dumps(json.loads(body), indent=3, sort_keys=True).encode()
    except ValueError:
        return body
