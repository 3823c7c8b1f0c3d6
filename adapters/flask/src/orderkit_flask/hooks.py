"""The address at which providers tell by themselves: no page, no cookie and no form, so none of our tokens either."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import attrs
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from orderkit import OrderKit
from orderkit.errors import InvalidInputError, NotFoundError, OrderKitError, StorageError
from orderkit.plugin import WebhookRequest
from orderkit_flask.identifiers import parse_id

logger = logging.getLogger("orderkit_flask")

LARGEST_WEBHOOK = 262_144
"""Bytes of a webhook."""
_STATUSES: Mapping[str, int] = {
    "webhook_rejected": 400,
    "provider_cannot": 404,
    "body_too_large": 413,
    "too_many_webhooks": 429,
    "method_unusable": 503,
}
"""What a provider is answered; after 429, 503 and 500 it sends the same again later."""


@attrs.frozen
class Hooks:
    """
    The address of the webhooks of one kit.

    Attributes:
        name: Of the blueprint.
    """

    kit: OrderKit
    name: str
    prefix: str

    def blueprint(self) -> Blueprint:
        """One address for each payment method of each site."""
        blueprint = Blueprint(self.name, "orderkit_flask", url_prefix=self.prefix)
        blueprint.add_url_rule("/<site>/<method_id>", "receive", self.receive, methods=["POST"])
        blueprint.register_error_handler(OrderKitError, refuse)
        blueprint.register_error_handler(RequestEntityTooLarge, refuse_large)
        return blueprint

    def receive(self, site: str, method_id: str) -> Response:
        """Take what a provider tells; it is answered well once all of it is stored."""
        request.max_content_length = LARGEST_WEBHOOK
        desk = self.kit.site(site)
        told = WebhookRequest(
            method=request.method,
            url=request.url,
            headers=list(request.headers.items()),
            body=request.get_data(cache=False),
            received_at=self.kit.clock(),
        )
        desk.webhooks.receive(parse_id(method_id, "method"), told)
        return _plain("", 200)


def refuse(error: OrderKitError) -> Response:
    """Say by its code why nothing was stored: whoever sent it may be anybody."""
    status = 500
    if isinstance(error, NotFoundError):
        status = 404
    elif isinstance(error, InvalidInputError):
        status = _STATUSES.get(error.code, 400)
    elif isinstance(error, StorageError):
        status = 503
    if status >= 500:
        logger.error("a webhook is answered %s: %s", status, error.code)
    answer = _plain(f"{error.code}\n", status)
    if status == 429:
        answer.headers["Retry-After"] = str(error.context["retry_after"])
    return answer


def refuse_large(_error: RequestEntityTooLarge) -> Response:
    """As `refuse`, of what is not even read."""
    logger.warning("a webhook of more than %s bytes is not read", LARGEST_WEBHOOK)
    return _plain("body_too_large\n", 413)


def _plain(text: str, status: int) -> Response:
    return Response(text, status, mimetype="text/plain", headers={"Cache-Control": "no-store"})
