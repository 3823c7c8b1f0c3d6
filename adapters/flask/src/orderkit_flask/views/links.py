"""The link under which a client sees his order."""

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
