"""Paying an order: the ways that are offered, and the trying, as often as it takes."""

from __future__ import annotations

from functools import partial

import attrs
from flask import Response, jsonify, request

from orderkit import Money, OfferedMethod, Order, Started
from orderkit.plugin import Declined, Redirect
from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.forms import KEY, Form
from orderkit_flask.shop import paying, reaching
from orderkit_flask.shop.bodies import read_object
from orderkit_flask.shop.buying import Buying
from orderkit_flask.shop.cart import Cart
from orderkit_flask.shop.documents import money, order_document
from orderkit_flask.shop.keys import own_key
from orderkit_flask.shop.order_page import OrderPage
from orderkit_flask.shop.paying import SEEN, PaymentPage, is_payable
from orderkit_flask.shop.principals import whose
from orderkit_flask.shop.reaching import Reached
from orderkit_flask.shop.storefront import BUYER, Storefront, redirect_to
from orderkit_flask.shop.troubles import Told, Trouble, words_for
from orderkit_flask.typed import Reading

METHOD = "method"


@attrs.frozen
class PaymentViews:
    """Paying."""

    front: Storefront

    @whose("link", "order")
    def by_link(self, token: str) -> Response:
        """How it can be paid."""
        return self._page(reaching.by_link(self.front, token))

    @whose("customer", "order")
    def own(self, order_id: str) -> Response:
        """As `by_link`."""
        return self._page(reaching.own(self.front, order_id))

    @whose("link", "payment")
    def pay_by_link(self, token: str) -> Response:
        """Pay it by the way whose button was pressed."""
        return self._pay(reaching.by_link(self.front, token))

    @whose("customer", "payment")
    def pay_own(self, order_id: str) -> Response:
        """As `pay_by_link`."""
        return self._pay(reaching.own(self.front, order_id))

    @whose("link", "order")
    def order_api(self, token: str) -> Response:
        """How far an order is, and how it may be paid, at the prices of now."""
        reached, desk, say = reaching.by_link(self.front, token), self.front.desk(), self.front.speech()
        reached = attrs.evolve(reached, order=self._as_it_costs_now(reached))
        order = reached.order
        page = PaymentPage(reached, order, self._offered(order), paying.blank(order), say)
        return jsonify(order_document(OrderPage.of(reached, desk, say), page))

    @whose("link", "payment")
    def pay_api(self, token: str) -> Response:
        """Pay by ``method``; ``seen`` is what its payer was told is to pay, and ``key`` names the request."""
        reached, body = reaching.by_link(self.front, token), read_object()
        key, seen, method = (body.get(name) for name in ("key", SEEN, METHOD))
        if not isinstance(key, str) or not KEY.fullmatch(key):
            raise Trouble("key_missing", 422, field="key")
        if type(seen) is not int or seen < 0:
            raise Trouble("seen_missing", 422, field=SEEN)
        if self._is_gone(reached):
            raise Trouble("cart_empty", 409)
        done = self._start(reached, attrs.evolve(Form.of({SEEN: str(seen), METHOD: str(method)}), key=key))
        if isinstance(done, Refused):
            return self.front.show(Told.of(done), self.front.speech())
        return jsonify(self._document(reached, done))

    def _pay(self, reached: Reached) -> Response:
        form = Form.read(request.form)
        if self._is_gone(reached):
            return self.front.go("cart")
        done = self._start(reached, form)
        if isinstance(done, Refused):
            told = done.form.with_problems({"": Told.of(done).message})
            now = attrs.evolve(reached, order=self.front.desk().orders.get(reached.order.id))
            return self._page(now, told, done.status)
        if isinstance(done.outcome, Redirect):
            return redirect_to(reached.address("payment") + "?go=1")
        return redirect_to(reached.address("payment" if isinstance(done.outcome, Declined) else "order"))

    def _start(self, reached: Reached, form: Form) -> Started | Refused:
        """Ask for the money, of the order as it costs now."""
        say, desk = self.front.speech(), self.front.desk()
        reading = Reading(form, say)
        method_id, seen = reading.id(METHOD), reading.whole(SEEN)
        if method_id is None or reading.problems:
            raise Trouble("not_payable", 409)
        order = Buying(self.front).follow_prices(reached.order)
        verb = partial(
            desk.payments.start,
            order.id,
            method_id,
            actor=BUYER,
            seen=Money(seen, order.currency),
            key=own_key(form.key, "pay", order.id),
            return_url=reached.address("order", external=True),
        )
        return attempt(form, verb, say, stored=None, explain=words_for)

    def _page(self, reached: Reached, form: Form | None = None, status: int = 200) -> Response:
        say, cart = self.front.speech(), self._cart(reached)
        order = (cart and cart.current) or reached.order
        if cart is not None and not cart.lines:
            return self.front.go("cart")
        if not is_payable(order) and (form is None or not order.lacks_details):
            return redirect_to(reached.address("order"))
        checkout = self.front.link("checkout") if cart else ""
        page = PaymentPage(reached, order, self._offered(order), form or paying.blank(order), say, checkout)
        return self.front.page(
            "payment.html",
            say,
            title=say.text("Payment of order %(number)s", number=order.number),
            status=status,
            refresh=page.going_on if "go" in request.args else "",
            page=page,
            form=attrs.evolve(page.form, values=paying.blank(order).values),
        )

    def _offered(self, order: Order) -> tuple[OfferedMethod, ...]:
        """The ways to pay it now; none while a provider is asked for its money, or its details are missing."""
        is_open = is_payable(order) and not order.awaits_answer and not order.lacks_details
        return self.front.desk().payments.offered(order) if is_open else ()

    def _as_it_costs_now(self, reached: Reached) -> Order:
        cart = self._cart(reached)
        return (cart and cart.current) or reached.order

    def _is_gone(self, reached: Reached) -> bool:
        """Whether nothing of the cart is sold any more: it stays as it is, and its page tells what is gone."""
        cart = self._cart(reached)
        return cart is not None and not cart.lines

    def _cart(self, reached: Reached) -> Cart | None:
        """The order as it costs now, while it is the cart of this browser."""
        return Buying(self.front).cart_of(reached.order)

    def _document(self, reached: Reached, started: Started) -> dict[str, object]:
        say, outcome = self.front.speech(), started.outcome
        order = started.order
        page = PaymentPage(reached, order, (), paying.blank(order), say)
        return {
            "outcome": type(outcome).__name__.lower() if outcome else "offline",
            "message": page.declined if isinstance(outcome, Declined) else "",
            "redirect": outcome.url if isinstance(outcome, Redirect) else None,
            "to_pay": money(page.to_pay, say),
            "order": reached.address("order", external=True),
        }
