"""The order's own page behind its link, the same for the host's customer, and the list of the customer's orders."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import attrs
from flask import Response

from orderkit import OrderFilter, OrderRow
from orderkit_flask.shop import reaching
from orderkit_flask.shop.order_page import OrderPage
from orderkit_flask.shop.principals import whose
from orderkit_flask.shop.reaching import Reached
from orderkit_flask.shop.storefront import Storefront
from orderkit_flask.shop.words import STATUSES

PLACED = ("pending", "pending_paid", "preparing", "shipped", "delivered", "cancelled", "payment")
"""What stands in the list of a customer's orders: all but carts."""


@attrs.frozen
class OrderViews:
    """The pages of orders."""

    front: Storefront

    @whose("link", "order")
    def by_link(self, token: str) -> Response:
        """The order behind a link."""
        return self._show(reaching.by_link(self.front, token))

    @whose("customer", "order")
    def own(self, order_id: str) -> Response:
        """An order of the customer who is logged in at the host."""
        return self._show(reaching.own(self.front, order_id))

    @whose("customer", "look")
    def list(self) -> Response:
        """«Мои заказы»."""
        say = self.front.speech()
        found = [row for id in reaching.own_contacts(self.front) for row in self._orders_of(id)]
        rows = sorted(found, key=lambda row: row.created_at, reverse=True)
        return self.front.page("orders.html", say, title=say.text("My orders"), rows=rows, statuses=STATUSES)

    def _show(self, reached: Reached) -> Response:
        say = self.front.speech()
        page = OrderPage.of(reached, self.front.desk(), say)
        title = say.text("Order %(number)s", number=reached.order.number)
        return self.front.page("order.html", say, title=title, page=page)

    def _orders_of(self, contact_id: UUID) -> Iterable[OrderRow]:
        """The newest of a contact's orders."""
        return self.front.desk().orders.find(OrderFilter(contact_id=contact_id, status=PLACED)).rows
