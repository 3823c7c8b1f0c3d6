"""The order's own page behind its link, the same for the host's customer, and the list of the customer's orders."""

from __future__ import annotations

from functools import partial

import attrs
from flask import Response, request

from orderkit import Order, Page, Status
from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.forms import Form
from orderkit_flask.shop import reaching
from orderkit_flask.shop.buying import Buying
from orderkit_flask.shop.keys import own_key
from orderkit_flask.shop.order_page import OrderPage
from orderkit_flask.shop.principals import whose
from orderkit_flask.shop.reaching import Reached
from orderkit_flask.shop.storefront import BUYER, Storefront, redirect_to
from orderkit_flask.shop.troubles import CANCELLING, words_for
from orderkit_flask.shop.words import STATUSES

SUBMITTED = ("pending", "pending_paid", "preparing", "shipped", "delivered", "cancelled", "payment")
"""What stands in the list of a customer's orders: all but carts."""
SHOWN = 20
"""Orders on a page of it."""


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

    @whose("visitor", "order")
    def last(self) -> Response:
        """The order that this browser placed last: to its page, behind a link of its own."""
        order = reaching.last_placed(self.front)
        if order is None:
            return self.front.go("cart")
        return self.front.go("order", token=self.front.desk().orders.issue_link(order.id, actor=BUYER))

    @whose("link", "cancel")
    def cancel_by_link(self, token: str) -> Response:
        """Cancel it, or ask for that."""
        return self._cancel(reaching.by_link(self.front, token))

    @whose("customer", "cancel")
    def cancel_own(self, order_id: str) -> Response:
        """As `cancel_by_link`."""
        return self._cancel(reaching.own(self.front, order_id))

    @whose("customer", "look")
    def list(self) -> Response:
        """«Мои заказы»."""
        say = self.front.speech()
        wanted, orders = reaching.own_orders(self.front), self.front.desk().orders
        cursors = {name: request.args.get(name) for name in ("after", "before")}
        found = wanted and orders.find(attrs.evolve(wanted, status=SUBMITTED), limit=SHOWN, **cursors)
        return self.front.page(
            "orders.html", say, title=say.text("My orders"), page=found or Page(()), statuses=STATUSES
        )

    def _cancel(self, reached: Reached) -> Response:
        form, say, desk = Form.read(request.form), self.front.speech(), self.front.desk()
        orders, operations = desk.orders, desk.operations
        page, reason, id = OrderPage.of(reached, desk, say), form.one("reason"), reached.order.id
        if reached.order.status is Status.CANCELLED:  # by the press before, or by the shop meanwhile
            return redirect_to(reached.address("order"))

        def now() -> Form:
            return Form.of({}, orders.get(id).version)

        if page.is_answered_since(form):
            return self._show(reached, form.meet(now(), say.text("the shop")), 409)

        def cancel() -> Order:
            if not page.may_cancel:
                return orders.request_cancel(id, reason=reason, key=own_key(form.key, "ask to cancel", id))
            return operations.cancel(  # which closes what could be paid still
                id,
                reason=reason or say.text("The buyer cancelled it"),
                actor=BUYER,
                expected_version=form.version,
                key=own_key(form.key, "cancel", id),
            )

        done = attempt(form, cancel, say, stored=now, explain=partial(words_for, own=CANCELLING))
        if isinstance(done, Refused):
            return self._show(reached, done.form, done.status)
        return redirect_to(reached.address("order"))

    def _show(self, reached: Reached, form: Form | None = None, status: int = 200) -> Response:
        say = self.front.speech()
        page = OrderPage.of(reached, self.front.desk(), say)
        title = say.text("Order %(number)s", number=reached.order.number)
        return self.front.page(
            "order.html",
            say,
            title=title,
            status=status,
            page=page,
            form=form or page.form,
            is_in_hand=page.is_unfinished and Buying(self.front).holds(reached.order),
        )
