"""Money given back: by an amount or by goods, from one payment or divided over several."""

from __future__ import annotations

from uuid import UUID

import attrs
from flask import Response, request

from orderkit import Order
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.refunding import COUNT, DIVIDE, Refunding, Wanted
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage

EDITING = "refund"


@attrs.frozen
class RefundViews:
    """Giving money back."""

    tab: Tab

    @needs("money.refund")
    def form(self, order_id: str) -> Response:
        """What, how much and why, divided over the payments."""
        return self._form(order_id, None)

    @needs("money.refund")
    def form_of_payment(self, order_id: str, payment_id: str) -> Response:
        """The same form, in which one payment gives it all."""
        return self._form(order_id, parse_id(payment_id, "payment"))

    @needs("money.refund")
    def save(self, order_id: str) -> Response:
        """Have the providers give it back, and book what was given back by hand; or show what it comes to."""
        desk, form, button = self.tab.desk(), Form.read(request.form), request.form.get("do")
        order = desk.orders.get(parse_id(order_id, "order"))
        refunding = Refunding(order, desk, self.tab.speech(desk.site.timezone))
        if button in (COUNT, DIVIDE):
            counted = refunding.counted(form, button)
            status = 422 if counted.problems else 200
            return WindowPage(self.tab).show(
                order_id, editing=EDITING, form=counted, status=status, values=self._values(is_counted=True)
            )
        wanted = refunding.read(form, is_done=self._is_done(order, form))
        return WindowPage(self.tab).save(
            order_id,
            EDITING,
            wanted.form,
            lambda order, _say: attrs.evolve(wanted.form, version=order.version),
            lambda id: self._give_back(id, wanted),
            values=self._values(),
        )

    def _is_done(self, order: Order, form: Form) -> bool:
        """Whether the same form was sent before, and went through."""
        if order.version == form.version:
            return False
        journal = self.tab.desk().orders.view(order.id).journal
        return any(entry.key == form.key for entry in journal)

    def _give_back(self, order_id: UUID, wanted: Wanted) -> object:
        form = wanted.form
        return self.tab.desk().operations.give_back(
            order_id,
            wanted.amount,
            wanted.shares,
            actor=self.tab.actor(),
            key=form.key,
            reason=form.one("reason"),
            lines=wanted.lines,
            lower_total=bool(form.one("lower_total")),
            seen_version=form.version,
        )

    def _form(self, order_id: str, payment_id: UUID | None) -> Response:
        return WindowPage(self.tab).show(
            order_id,
            editing=EDITING,
            fill=lambda order, say: Refunding(order, self.tab.desk(), say).fill(payment_id),
            values=self._values(),
        )

    def _values(self, *, is_counted: bool = False) -> dict[str, object]:
        desk = self.tab.desk()

        def refunding_of(order: Order, say: Speech) -> Refunding:
            return Refunding(order, desk, say)

        return {"refunding_of": refunding_of, "is_counted": is_counted}
