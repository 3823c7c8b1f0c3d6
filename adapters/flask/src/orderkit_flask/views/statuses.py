"""The status of an order: the eight stages to choose from, and the step itself."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit import Order, Status
from orderkit_flask.forms import Form
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
        """The eight stages; ``to`` names one that needs a reason first."""
        wanted = request.args.get("to", "")
        return WindowPage(self.tab).show(
            order_id, editing="status", fill=fill, needs={"wanted": wanted if wanted in set(Status) else ""}
        )

    @needs("orders.status")
    def save(self, order_id: str) -> Response:
        """Move the order."""
        form = Form.read(request.form)
        status, reason = form.one("status"), form.one("reason")
        if reason:  # only steps that take an order back ask for one
            self.tab.require("orders.reopen")
        if status == Status.CANCELLED:
            self.tab.require("orders.cancel")
        orders = self.tab.desk().orders
        return WindowPage(self.tab).save(
            order_id,
            "status",
            form,
            fill,
            lambda id: orders.set_status(
                id,
                status,
                actor=self.tab.actor(),
                expected_version=form.version,
                reason=reason,
                key=form.key,
            ),
            needs={"wanted": status if status in set(Status) and status != Status.CANCELLED else ""},
        )
