"""The delivery of an order: how, for how much, to whom, where, and how to follow it."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit_flask.delivering import Offer, fill
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage


@attrs.frozen
class DeliveryViews:
    """Changing the delivery."""

    tab: Tab

    @needs("orders.delivery")
    def form(self, order_id: str) -> Response:
        """Methods, cost, tracking code, recipient and address."""
        return WindowPage(self.tab).show(
            order_id, editing="delivery", fill=fill, values={"offer": self._offer(order_id)}
        )

    @needs("orders.delivery")
    def save(self, order_id: str) -> Response:
        """Store it; or show the form once more, with the cost and the fields of the method that was chosen."""
        form = Form.read(request.form)
        offer = self._offer(order_id, form)
        if request.form.get("do") == "method":
            form = offer.follow_method(form, anew=True)
            return WindowPage(self.tab).show(order_id, editing="delivery", form=form, values={"offer": offer})
        return self._store(order_id, offer.follow_method(form, anew=False), offer)

    def _store(self, order_id: str, form: Form, offer: Offer) -> Response:
        reason = form.one("reason")
        if reason:  # only a method or a cost that is closed asks for one
            self.tab.require("orders.reopen")
        form, delivery = offer.read(form)
        orders = self.tab.desk().orders
        return WindowPage(self.tab).save(
            order_id,
            "delivery",
            form,
            fill,
            lambda id: orders.edit_delivery(
                id,
                delivery,
                actor=self.tab.actor(),
                expected_version=form.version,
                reason=reason,
                key=form.key,
            ),
            values={"offer": offer},
        )

    def _offer(self, order_id: str, form: Form | None = None) -> Offer:
        desk = self.tab.desk()
        order = desk.orders.get(parse_id(order_id, "order"))
        return Offer.of(desk, order, self.tab.speech(desk.site.timezone), form)
