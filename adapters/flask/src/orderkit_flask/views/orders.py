"""«Заказы»: the list and the order window."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit_flask.listing import ListQuery
from orderkit_flask.order_listing import find
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.views.window import WindowPage


@attrs.frozen
class OrderViews:
    """The screens of orders."""

    tab: Tab

    @needs("orders.view")
    def list(self) -> Response:
        """The list with its filters; what is wrong with them stands beside them."""
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        listing = find(desk, ListQuery.read(request.args, "orders"), say)
        status = 422 if listing.problems else 200
        return self.tab.page("orders.html", say, title=say.text("Orders"), status=status, listing=listing)

    @needs("orders.view")
    def window(self, order_id: str) -> Response:
        """Everything about one order."""
        return WindowPage(self.tab).show(order_id)
