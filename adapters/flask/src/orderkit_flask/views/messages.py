"""Messages to the client about an order."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit import Order
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage


def fill(_order: Order, _say: Speech) -> Form:
    """A button alone."""
    return Form.of({})


@attrs.frozen
class MessageViews:
    """Sending messages once more."""

    tab: Tab

    @needs("orders.message")
    def send_again(self, order_id: str, message_id: str) -> Response:
        """Ask for it; the outbox sends it."""
        form, id = Form.read(request.form), parse_id(message_id, "message")
        send = self.tab.desk().messages.send_again
        return WindowPage(self.tab).save(
            order_id,
            "message",
            form,
            fill,
            lambda order_id: send(order_id, id, actor=self.tab.actor(), key=form.key),
        )
