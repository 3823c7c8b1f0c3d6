"""Money handled by hand: a way to pay chosen for the client, a payment recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import attrs
from flask import Response, request

from orderkit import Desk, Order, PaymentMethod
from orderkit_flask import money_forms
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage


@attrs.frozen
class MoneyViews:
    """What staff do with money."""

    tab: Tab

    @needs("money.record")
    def record_form(self, order_id: str) -> Response:
        """Method, amount and reference."""
        methods = self.tab.desk().settings.payment_methods()
        return WindowPage(self.tab).show(
            order_id,
            editing="record_payment",
            fill=lambda order, say: money_forms.fill_record(order, methods, say),
            values=_recording(methods),
        )

    @needs("money.record")
    def record(self, order_id: str) -> Response:
        """Book what came in."""
        desk, order, say = self._order(order_id)
        methods = desk.settings.payment_methods()
        form, amount = money_forms.read_amount(Form.read(request.form), order.currency, say)
        form, method_id = money_forms.read_method(form, order, methods, say)
        verb = partial(
            desk.payments.record,
            order.id,
            amount,
            method_id=method_id,
            actor=self.tab.actor(),
            key=form.key,
            reference=form.one("reference"),
            seen_version=form.version,
        )
        return self._book(order, "record_payment", form, verb, _recording(methods))

    @needs("money.record")
    def foretell(self, order_id: str) -> Response:
        """What follows from the ``amount`` that is being typed."""
        _, order, say = self._order(order_id)
        told = money_forms.foretell(order, request.args.get("amount", ""), say)
        return self.tab.page("foretold.html", say, title="", told=told)

    @needs("money.record")
    def choice_form(self, order_id: str) -> Response:
        """The methods that staff mark by hand."""
        methods = self.tab.desk().settings.payment_methods()
        return WindowPage(self.tab).show(
            order_id,
            editing="choose_method",
            fill=lambda order, _say: money_forms.fill_choice(order, methods),
            values=_recording(methods),
        )

    @needs("money.record")
    def choose(self, order_id: str) -> Response:
        """Choose how the client is going to pay."""
        desk, order, say = self._order(order_id)
        methods = desk.settings.payment_methods()
        form, method_id = money_forms.read_method(Form.read(request.form), order, methods, say)
        return WindowPage(self.tab).save(
            order_id,
            "choose_method",
            form,
            lambda order, _say: money_forms.fill_choice(order, methods),
            lambda id: desk.payments.choose(
                id, method_id, actor=self.tab.actor(), expected_version=form.version, key=form.key
            ),
            values=_recording(methods),
        )

    def _order(self, order_id: str) -> tuple[Desk, Order, Speech]:
        desk = self.tab.desk()
        order = desk.orders.get(parse_id(order_id, "order"))
        return desk, order, self.tab.speech(desk.site.timezone)

    def _book(
        self,
        order: Order,
        editing: str,
        form: Form,
        verb: Callable[[], object],
        values: Mapping[str, object],
    ) -> Response:
        """Book money; of what is typed nothing is stored that another could have changed."""
        return WindowPage(self.tab).save(
            str(order.id),
            editing,
            form,
            lambda order, _say: attrs.evolve(form, version=order.version),
            lambda _id: verb(),
            values=values,
        )


def _recording(methods: Sequence[PaymentMethod]) -> Mapping[str, object]:
    return {"offered": partial(money_forms.offered, methods=methods), "foretell": money_forms.foretell}
