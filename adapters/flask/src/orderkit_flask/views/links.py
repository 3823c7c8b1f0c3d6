"""The links under which a client sees his order, and pays it."""

from __future__ import annotations

import attrs
from flask import Response

from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage


@attrs.frozen
class LinkViews:
    """Making links."""

    tab: Tab

    @needs("orders.link")
    def make(self, order_id: str) -> Response:
        """Make one and show it this once, ready to be copied; in an address of ours it would be left behind."""
        id = parse_id(order_id, "order")
        if not self.tab.order_page:
            return WindowPage(self.tab).back(order_id)
        token = self.tab.desk().orders.issue_link(id, actor=self.tab.actor())
        form = Form.of({"link": self.tab.order_address(token)})
        return WindowPage(self.tab).show(order_id, editing="link", form=form)

    @needs("orders.link")
    def make_for_paying(self, order_id: str) -> Response:
        """As `make`, of the page where what is left is paid, whoever placed the order; with the words to send it in."""
        id, desk = parse_id(order_id, "order"), self.tab.desk()
        if not self.tab.order_page:
            return WindowPage(self.tab).back(order_id)
        token = desk.orders.issue_link(id, actor=self.tab.actor())
        form = Form.of({"link": self.tab.payment_address(token)})
        return WindowPage(self.tab).show(order_id, editing="payment_link", form=form)
