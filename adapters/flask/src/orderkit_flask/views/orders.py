"""«Заказы»: the list and the order window."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit_flask.identifiers import parse_id
from orderkit_flask.listing import ListQuery, find
from orderkit_flask.permissions import needs
from orderkit_flask.tab import Tab
from orderkit_flask.window import OrderWindow


@attrs.frozen
class OrderViews:
    """The screens of orders."""

    tab: Tab

    @needs("orders.view")
    def list(self) -> Response:
        """The list with its filters; what is wrong with them stands beside them."""
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        listing = find(desk, ListQuery.read(request.args), say)
        status = 422 if listing.problems else 200
        return self.tab.page("orders.html", say, title=say.text("Orders"), status=status, listing=listing)

    @needs("orders.view")
    def window(self, order_id: str) -> Response:
        """Everything about one order."""
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        view = desk.orders.view(parse_id(order_id, "order"))
        title = say.text("Order %(number)s", number=view.order.number)
        return self.tab.page("order.html", say, title=title, window=OrderWindow(view, say))
