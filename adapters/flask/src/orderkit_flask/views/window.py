"""The order window: shown as it is, or with one of its sections open as a form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

import attrs
from flask import Response, request

from orderkit import Order
from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.delivering import told_of
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.listing import ListQuery
from orderkit_flask.notices import notices_of
from orderkit_flask.open_payments import askable, workable_holds
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.window import OrderWindow

Fill = Callable[[Order, Speech], Form]
"""Makes the form of a section, with what stands in the order now."""

_CHANGED = frozenset({"money_moved", "stale_version"})
"""Refusals of a press because of what was done meanwhile; the window shows it."""


@attrs.frozen
class WindowPage:
    """One order's window, as every view that changes an order shows it."""

    tab: Tab

    def show(
        self,
        order_id: str,
        *,
        editing: str = "",
        form: Form | None = None,
        fill: Fill | None = None,
        status: int = 200,
        values: Mapping[str, object] = MappingProxyType({}),
    ) -> Response:
        """
        The window.

        Args:
            editing: The section that is open as a form; empty for none.
            form: That form as it came back; without one, *fill* makes it. Where none is open, that of a button.
            values: What the section's form needs besides.
        """
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        view = desk.orders.view(parse_id(order_id, "order"))
        choices = desk.orders.choices(view.order, self.tab.actor())
        window = OrderWindow(
            view,
            say,
            choices,
            self.tab.allows,
            askable(view.order, desk),
            workable_holds(view.order, desk),
            notices_of(view.order, desk),
            bool(self.tab.order_page),
        )
        return self.tab.page(
            "order.html",
            say,
            title=say.text("Order %(number)s", number=view.order.number),
            status=status,
            window=window,
            instructions=say.label(desk.payments.instructions(view.order)),
            told=told_of(view.shipping_method, view.order, desk, say),
            editing=editing,
            form=form or (fill(view.order, say) if fill else Form.of({})),
            **{"asked": None, **values},
        )

    def save(
        self,
        order_id: str,
        editing: str,
        form: Form,
        fill: Fill,
        verb: Callable[[UUID], object],
        values: Mapping[str, object] = MappingProxyType({}),
    ) -> Response:
        """
        Do what the form asks for and show the order; where it cannot be done, show the form again, saying why.

        Args:
            fill: Makes the form with what is stored now, if somebody else was faster.
            verb: One call of a service; receives the id of the order.
        """
        id = parse_id(order_id, "order")
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        done = attempt(form, lambda: verb(id), say, stored=lambda: fill(desk.orders.get(id), say))
        if isinstance(done, Refused):
            return self.show(order_id, editing=editing, form=done.form, status=done.status, values=values)
        return self.back(order_id)

    def press(self, order_id: str, form: Form, verb: Callable[[], object]) -> Response:
        """Do what a button asks for, and show the order; where it is refused, as it stands by now, saying why."""
        say = self.tab.speech(self.tab.desk().site.timezone)
        done = attempt(form, verb, say, stored=None)
        if isinstance(done, Refused):
            problems = done.form.problems  # a button has no field that they could stand at
            told = problems.get("") or next(iter(problems.values()), "")
            if done.code in _CHANGED:
                told = say.text("Meanwhile the order has changed. Look at it, and press again.")
            return self.show(order_id, form=attrs.evolve(done.form, problems={"": told}), status=done.status)
        return self.back(order_id)

    def back(self, order_id: str) -> Response:
        """To the order, after its change was stored; to the list, where the change was made in a row."""
        arguments = ListQuery.read(request.args).arguments()
        if request.form.get("back") == "list":
            return self.tab.go("orders", **arguments)
        return self.tab.go("order", order_id=order_id, **arguments)
