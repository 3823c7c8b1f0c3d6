"""Discounts and fees of an order: what they come to is told first; only saving stores."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit import Desk, Order
from orderkit_flask.adjusting import Adjustments, fill, refill
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage
from orderkit_flask.words import CONTENTS_OPEN

EDITING = "adjustments"


@attrs.frozen
class AdjustmentViews:
    """Changing discounts and fees."""

    tab: Tab

    @needs("orders.contents")
    def form(self, order_id: str) -> Response:
        """Those there are, and one to be added; in a status where they are closed, the window that says so."""
        desk = self.tab.desk()
        if desk.orders.get(parse_id(order_id, "order")).status not in CONTENTS_OPEN:
            return WindowPage(self.tab).show(order_id, status=409)
        values = {"draw": self._adjustments(desk).draw}
        return WindowPage(self.tab).show(order_id, editing=EDITING, fill=fill, values=values)

    @needs("orders.contents")
    def save(self, order_id: str) -> Response:
        """Store them; or count, or show the form once more with what it comes to."""
        desk, form, button = self.tab.desk(), Form.read(request.form), request.form.get("do")
        order, adjustments = desk.orders.get(parse_id(order_id, "order")), self._adjustments(desk)
        if button == "save":
            return self._store(desk, order, form, adjustments)
        if button == "count":
            counted = adjustments.count(form, order)
            return self.tab.page("counted_sums.html", adjustments.say, title="", editor=counted)
        form, *_ = adjustments.check(form, order)
        return WindowPage(self.tab).show(
            order_id, editing=EDITING, form=form, values={"draw": adjustments.draw}
        )

    def _store(self, desk: Desk, order: Order, form: Form, adjustments: Adjustments) -> Response:
        checked, wanted, codes = adjustments.check(form, order)
        return WindowPage(self.tab).save(
            str(order.id),
            EDITING,
            checked,
            lambda order, say: refill(order, say, form),
            lambda id: desk.orders.edit_adjustments(
                id,
                wanted,
                actor=self.tab.actor(),
                expected_version=form.version,
                codes=codes,
                key=form.key,
            ),
            values={"draw": adjustments.draw},
        )

    def _adjustments(self, desk: Desk) -> Adjustments:
        return Adjustments(desk=desk, actor=self.tab.actor(), say=self.tab.speech(desk.site.timezone))
