"""Visits: which pages of the host were looked at, as the script tells, within what the host lets be known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from flask import Response, make_response

from orderkit import MOST_VISITS, Visit
from orderkit_flask.shop import reaching
from orderkit_flask.shop.bodies import read_object
from orderkit_flask.shop.principals import whose
from orderkit_flask.shop.storefront import Storefront
from orderkit_flask.shop.troubles import Trouble


@attrs.frozen
class VisitApi:
    """What the script reports."""

    front: Storefront

    @whose("anybody", "visits")
    def record(self) -> Response:
        """Write the visits down: as this browser's, as nobody's, or not at all, as the host says."""
        visits = read_object().get("visits")
        if not isinstance(visits, list):
            raise Trouble("not_json", 422, field="visits")
        if len(visits) > MOST_VISITS:
            raise Trouble("too_many_visits", 422, field="visits")
        told = [_visit(one, self.front.secret) for one in visits]
        tracking = self.front.tracking()
        if told and tracking != "off":
            visitor = self.front.browser().look() if tracking == "linked" else None
            self.front.desk().visitors.record(told, visitor=visitor)
        if tracking != "linked":
            self._forget()
        return make_response("", 204)

    def _forget(self) -> None:
        """Take the cookie back from a browser that has nothing but what may be known of it no more."""
        browser = self.front.browser()
        visitor = browser.visitor()
        if visitor and not (self.front.desk().carts.of(visitor) or reaching.last_placed(self.front)):
            browser.forget()


def _visit(one: object, secret: str) -> Visit:
    """A visit as it is told; of an order's page behind its link only that it was one."""
    if not isinstance(one, Mapping):
        raise Trouble("not_json", 422, field="visits")
    fields: dict[str, Any] = {name: one[name] for name in ("page", "title", "seconds_ago") if name in one}
    page = fields.get("page", "")
    is_secret = isinstance(page, str) and secret in page
    return Visit(**fields | {"page": secret if is_secret else page})
