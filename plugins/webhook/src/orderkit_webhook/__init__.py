"""What happens to orders, posted to an address as JSON and signed as Standard Webhooks has it."""

import base64
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import attrs
from standardwebhooks.webhooks import Webhook as Signer

import orderkit.plugin as ok

TYPES: Mapping[type[ok.Event], str] = {
    ok.OrderSubmitted: "order.submitted",
    ok.OrderImported: "order.imported",
    ok.OrderStatusChanged: "order.status_changed",
    ok.OrderEdited: "order.edited",
    ok.CancelRequested: "order.cancel_requested",
    ok.PaymentReceived: "payment.received",
    ok.PaymentReturned: "payment.returned",
}
"""Event → what it is called over there; a name that is there never changes."""


@attrs.frozen(eq=False)
class Webhook:
    """
    Posts each event to *url*. Whatever is not answered by a 2xx in time is posted again later, under the same id.

    Attributes:
        url: Begins with ``https://``, or ``http://`` in a network of your own.
        secret: ``whsec_`` and the base64 of 24 to 64 random bytes; the receiver verifies with it.
        name: Stable; the outbox knows by it what was posted. Two that one kit has need two.
        events: Which of `TYPES` are posted.
        timeout: Seconds that the other side may be silent.

    Raises:
        ValueError: Another url, or a secret that is none.
    """

    url: str
    secret: ok.Secret
    name: str = "post"
    events: tuple[type[ok.Event], ...] = tuple(TYPES)
    timeout: float = 10.0
    orderkit_api = ">=1.0,<2"

    def __attrs_post_init__(self) -> None:
        if not self.url.startswith(("https://", "http://")):
            raise ValueError("url must begin with https:// or http://")
        kind, _, rest = self.secret.reveal().partition("_")
        if kind != "whsec" or not 24 <= len(base64.b64decode(rest, validate=True)) <= 64:
            raise ValueError("secret must be 'whsec_' and the base64 of 24 to 64 random bytes")

    @ok.hookimpl
    def orderkit_subscriptions(self) -> list[ok.Subscription]:
        """One for each kind of event."""
        return [ok.subscribe(event, self.post, name=f"{self.name}.{TYPES[event]}") for event in self.events]

    def post(self, event: ok.Event) -> None:
        """
        Post one event.

        Raises:
            OSError: It is not known to have arrived; `urllib.error.HTTPError` says what was answered.
        """
        body, now = json.dumps(document(event), ensure_ascii=False), datetime.now(UTC)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "orderkit-webhook",
            "Webhook-Id": str(event.id),
            "Webhook-Timestamp": str(int(now.timestamp())),
            "Webhook-Signature": Signer(self.secret.reveal()).sign(str(event.id), now, body),
        }
        request = urllib.request.Request(self.url, body.encode(), headers, method="POST")
        try:
            with _OPENER.open(request, timeout=self.timeout):
                pass
        except urllib.error.HTTPError as error:
            error.close()
            raise


def document(event: ok.Event) -> dict[str, Any]:
    """An event as JSON: its type, its moment, and the order it is about; who the client is, it does not tell."""
    order, others = event.order, ("id", "at", "order")
    own = {field.name: _plain(getattr(event, field.name)) for field in attrs.fields(type(event))}
    told = {"site": order.site, "order_id": str(order.id), "number": order.number, "version": order.version}
    data = told | {name: value for name, value in own.items() if name not in others}
    return {"type": TYPES[type(event)], "timestamp": event.at.isoformat(), "data": data}


def _plain(value: object) -> object:
    return {"minor": value.minor, "currency": value.currency} if isinstance(value, ok.Money) else value


class _Stays(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it would be followed by a GET, and count as posted."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stays)
