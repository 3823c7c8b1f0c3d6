"""Cancelling an order: why, and what becomes of its money, in one act."""

from __future__ import annotations

from typing import Literal

import attrs
from flask import Response, request

from orderkit import Money, Order
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.typed import Reading
from orderkit_flask.views.window import WindowPage

Given = Money | Literal["all", "none"]


def fill(order: Order, say: Speech) -> Form:
    """No reason yet; an order that keeps money proposes to give all of it back."""
    kept = order.balance.money(max(order.balance.paid, 0))
    return Form.of(
        {"reason": "", "refund": "all" if kept else "none", "amount": say.amount(kept)}, order.version
    )


@attrs.frozen
class CancelViews:
    """Cancelling."""

    tab: Tab

    @needs("orders.cancel")
    def form(self, order_id: str) -> Response:
        """Reason and money."""
        return WindowPage(self.tab).show(order_id, editing="cancel", fill=fill)

    @needs("orders.cancel")
    def save(self, order_id: str) -> Response:
        """Cancel it."""
        desk = self.tab.desk()
        currency = desk.orders.get(parse_id(order_id, "order")).currency
        form, given = read(Form.read(request.form), currency, self.tab.speech(desk.site.timezone))
        if given != "none":
            self.tab.require("money.refund")
        return WindowPage(self.tab).save(
            order_id,
            "cancel",
            form,
            fill,
            lambda id: desk.orders.cancel(
                id,
                reason=form.one("reason"),
                actor=self.tab.actor(),
                expected_version=form.version,
                refund=given,
                key=form.key,
            ),
        )


def read(form: Form, currency: str, say: Speech) -> tuple[Form, Given]:
    """What is given back: all, nothing, or the amount typed."""
    choice = form.one("refund")
    if choice == "part":
        reading = Reading(form, say)
        amount = reading.money("amount", currency)
        return form.with_problems(reading.problems), amount
    return form, "all" if choice == "all" else "none"
