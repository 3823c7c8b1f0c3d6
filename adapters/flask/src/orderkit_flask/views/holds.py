"""Held money: taken, all of it or a part, or released, through the provider that holds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

import attrs
from flask import Response, request

from orderkit import Order
from orderkit_flask import money_forms
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage


@attrs.frozen
class HoldViews:
    """What staff do with money that is held."""

    tab: Tab

    @needs("money.record")
    def capture_form(self, order_id: str, payment_id: str) -> Response:
        """How much of it is taken; all that is owed is proposed."""
        id = self._order(order_id).payment(parse_id(payment_id, "payment")).id
        return WindowPage(self.tab).show(
            order_id,
            editing="capture",
            fill=lambda order, say: money_forms.fill_capture(order, id, say),
            values={"held": id},
        )

    @needs("money.record")
    def capture(self, order_id: str, payment_id: str) -> Response:
        """Have the provider take so much."""
        desk, order = self.tab.desk(), self._order(order_id)
        id = order.payment(parse_id(payment_id, "payment")).id
        say = self.tab.speech(desk.site.timezone)
        form, amount = money_forms.read_amount(Form.read(request.form), order.currency, say)
        return self._save(order, "capture", form, partial(desk.operations.capture, id, amount), {"held": id})

    @needs("money.refund")
    def void_form(self, order_id: str, payment_id: str) -> Response:
        """Why it is released."""
        id = self._order(order_id).payment(parse_id(payment_id, "payment")).id
        return WindowPage(self.tab).show(
            order_id,
            editing="void",
            fill=lambda order, _say: Form.of({"reason": ""}, order.version),
            values={"held": id},
        )

    @needs("money.refund")
    def void(self, order_id: str, payment_id: str) -> Response:
        """Have the provider release all of it."""
        order = self._order(order_id)
        id = order.payment(parse_id(payment_id, "payment")).id
        verb = partial(self.tab.desk().operations.void, id)
        return self._save(order, "void", Form.read(request.form), verb, {"held": id})

    def _order(self, order_id: str) -> Order:
        return self.tab.desk().orders.get(parse_id(order_id, "order"))

    def _save(
        self,
        order: Order,
        editing: str,
        form: Form,
        verb: Callable[..., object],
        values: Mapping[str, UUID],
    ) -> Response:
        """Ask the provider once for this form; of what is typed nothing is stored that another could have changed."""
        return WindowPage(self.tab).save(
            str(order.id),
            editing,
            form,
            lambda order, _say: attrs.evolve(form, version=order.version),
            lambda _id: verb(
                actor=self.tab.actor(), key=form.key, reason=form.one("reason"), seen_version=form.version
            ),
            values=values,
        )
