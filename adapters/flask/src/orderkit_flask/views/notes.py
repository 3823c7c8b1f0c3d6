"""Notes that staff leave in an order's journal."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit import Order
from orderkit_flask.forms import Form
from orderkit_flask.permissions import needs
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage


def fill(_order: Order, _say: Speech) -> Form:
    """An empty note."""
    return Form.of({"text": ""})


@attrs.frozen
class NoteViews:
    """Writing notes."""

    tab: Tab

    @needs("orders.note")
    def save(self, order_id: str) -> Response:
        """Put a note into the journal."""
        form = Form.read(request.form)
        orders = self.tab.desk().orders
        return WindowPage(self.tab).save(
            order_id,
            "note",
            form,
            fill,
            lambda id: orders.add_note(id, form.one("text"), actor=self.tab.actor(), key=form.key),
        )
