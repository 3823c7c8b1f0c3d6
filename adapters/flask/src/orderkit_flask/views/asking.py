"""Asking a provider what came of a payment, and writing down what it does not say."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit_flask.alerts import IS_DONE, NAME, OF, needed_to_write_down
from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.open_payments import told_of_asking
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage


@attrs.frozen
class AskingViews:
    """Asking providers, and looking there."""

    tab: Tab

    @needs("money.record")
    def ask(self, order_id: str, payment_id: str) -> Response:
        """Ask about one payment and its refunds, and show what has come of it, or why it could not be asked."""
        id, desk = parse_id(payment_id, "payment"), self.tab.desk()
        before = desk.orders.get(parse_id(order_id, "order")).payment(id)
        say = self.tab.speech(desk.site.timezone)
        done = attempt(Form.read(request.form), lambda: desk.operations.look_up(id), say, stored=None)
        said, refusal, status = "", "", 200
        if isinstance(done, Refused):
            refusal, status = done.form.problems.get("", ""), done.status
        else:
            said = told_of_asking(before, done, say)
        values = {"asked": id, "said": said, "not_asked": refusal}
        return WindowPage(self.tab).show(order_id, status=status, values=values)

    @needs("money.record")
    def write_down(self, order_id: str, payment_id: str) -> Response:
        """Book what a person has seen at the provider of a payment; of what gives money back, who may give it back."""
        desk, form = self.tab.desk(), Form.read(request.form)
        payment = desk.orders.get(parse_id(order_id, "order")).payment(parse_id(payment_id, "payment"))
        of = parse_id(form.one(OF), "operation") if form.one(OF) else None
        what = next((one for one in payment.asked_for if one.id == of), None)
        self.tab.require(needed_to_write_down(payment, what))
        return WindowPage(self.tab).press(
            order_id,
            form,
            lambda: desk.operations.write_down(
                payment.id,
                of=of,
                is_done=bool(form.one(IS_DONE)),
                reference=form.one(NAME),
                actor=self.tab.actor(),
                key=form.key,
            ),
        )
