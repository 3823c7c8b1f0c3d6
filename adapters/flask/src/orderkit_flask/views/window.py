"""The order window: shown as it is, or with one of its sections open as a form."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from types import MappingProxyType
from uuid import UUID

import attrs
from flask import Response, request

from orderkit import Order
from orderkit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from orderkit_flask.errors import explain, status_of
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.listing import ListQuery
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.window import OrderWindow

logger = logging.getLogger("orderkit_flask")

Fill = Callable[[Order, Speech], Form]
"""Makes the form of a section, with what stands in the order now."""


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
        needs: Mapping[str, object] = MappingProxyType({}),
    ) -> Response:
        """
        The window.

        Args:
            editing: The section that is open as a form; empty for none.
            form: That form as it came back; without one, *fill* makes it.
            needs: What the section's form needs besides.
        """
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        view = desk.orders.view(parse_id(order_id, "order"))
        window = OrderWindow(view, say, desk.orders.choices(view.order, self.tab.actor()))
        return self.tab.page(
            "order.html",
            say,
            title=say.text("Order %(number)s", number=view.order.number),
            status=status,
            window=window,
            editing=editing,
            form=form or (fill(view.order, say) if fill else Form.of({})),
            **needs,
        )

    def save(
        self,
        order_id: str,
        editing: str,
        form: Form,
        fill: Fill,
        verb: Callable[[UUID], object],
        needs: Mapping[str, object] = MappingProxyType({}),
    ) -> Response:
        """
        Do what the form asks for and show the order; where it cannot be done, show the form again, saying why.

        Args:
            fill: Makes the form with what is stored now, if somebody else was faster.
            verb: One call of a service; receives the id of the order.
        """
        id = parse_id(order_id, "order")
        try:
            if not form.problems:
                verb(id)
                return self.back(order_id)
            status = 422
        except (InvalidInputError, TransitionRefusedError, ConflictError) as error:
            logger.info("%s: %s", error.code, error)
            status = status_of(error)
            form = self._answered(form, error, id, fill)
        return self.show(order_id, editing=editing, form=form, status=status, needs=needs)

    def back(self, order_id: str) -> Response:
        """To the order, after its change was stored; to the list, where the change was made in a row."""
        arguments = ListQuery.read(request.args).arguments()
        if request.form.get("back") == "list":
            return self.tab.go("orders", **arguments)
        return self.tab.go("order", order_id=order_id, **arguments)

    def _answered(self, form: Form, error: Exception, id: UUID, fill: Fill) -> Form:
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        if isinstance(error, ConflictError):
            stored = fill(desk.orders.get(id), say)
            return form.meet(stored, error.changed_by or say.text("somebody else"))
        assert isinstance(error, InvalidInputError | TransitionRefusedError)
        field = error.field if isinstance(error, InvalidInputError) else ""
        return form.with_problems({field if field in form.values else "": explain(error, say)})
