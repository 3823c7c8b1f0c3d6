"""The status of an order: the eight stages to choose from, and the step itself."""

from __future__ import annotations

from uuid import UUID

import attrs
from flask import Response, request

from orderkit import Order, Status
from orderkit.errors import ConflictError
from orderkit_flask.forms import Form
from orderkit_flask.listing import ListQuery
from orderkit_flask.permissions import needs
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage


def fill(order: Order, _say: Speech) -> Form:
    """Where the order stands."""
    return Form.of({"status": order.status.value, "reason": ""}, order.version)


@attrs.frozen
class StatusViews:
    """Changing the status."""

    tab: Tab

    @needs("orders.status")
    def form(self, order_id: str) -> Response:
        """The eight stages; ``step`` names one that is asked about first (``to`` is a day of the list)."""
        wanted = request.args.get("step", "")
        return WindowPage(self.tab).show(order_id, editing="status", fill=fill, values={"wanted": wanted})

    @needs("orders.status")
    def save(self, order_id: str) -> Response:
        """Move the order; cancelling is asked about first, with its reason and its money."""
        form = Form.read(request.form)
        status, reason = form.one("status"), form.one("reason")
        if status == Status.CANCELLED:
            return self.tab.go("cancel", order_id=order_id, **ListQuery.read(request.args).arguments())
        if reason:  # only steps that take an order back ask for one
            self.tab.require("orders.reopen")
        return WindowPage(self.tab).save(
            order_id, "status", form, fill, lambda id: self._move(id, form), values={"wanted": status}
        )

    def _move(self, id: UUID, form: Form) -> Order:
        orders = self.tab.desk().orders
        try:
            return orders.set_status(
                id,
                form.one("status"),
                actor=self.tab.actor(),
                expected_version=form.version,
                reason=form.one("reason"),
                key=form.key,
            )
        except ConflictError as conflict:
            order = orders.get(id)
            is_lost = conflict.code != "stale_version" or bool(form.one("reason"))
            if is_lost or order.status != form.one("status"):
                raise
            return order  # somebody else has just done the same: it stands where it shall
