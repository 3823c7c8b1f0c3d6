"""The checkout for programs, in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
from flask import Response, jsonify

from orderkit import MethodQuote, Money, Order
from orderkit.errors import TransitionRefusedError
from orderkit_flask.attempting import Refused
from orderkit_flask.forms import Form
from orderkit_flask.shop import reaching
from orderkit_flask.shop.bodies import flatten, key_of, read_object, seen_of
from orderkit_flask.shop.buying import Buying
from orderkit_flask.shop.checkout import Checkout
from orderkit_flask.shop.documents import money
from orderkit_flask.shop.principals import whose
from orderkit_flask.shop.storefront import BUYER, Storefront
from orderkit_flask.shop.submitting import Submission
from orderkit_flask.shop.troubles import Told, Trouble


@attrs.frozen
class CheckoutApi:
    """Quotes, and the submitting of the cart."""

    front: Storefront

    @whose("visitor", "quotes")
    def quotes(self) -> Response:
        """What delivering the cart would cost by each method, to the place in ``delivery``."""
        form = Form.of(flatten(read_object()))
        cart = Buying(self.front).cart()
        if cart.current is None:
            raise Trouble("cart_empty", 409)
        checkout = Checkout.of(cart, cart.current, self.front.desk(), form)
        return jsonify({"methods": [self._quoted(checkout, one) for one in checkout.choices]})

    @whose("visitor", "checkout")
    def submit(self) -> Response:
        """Take ``contact`` and ``delivery``; ``key`` names the request and ``seen`` the total shown, in minor units."""
        body = read_object()
        key, seen = key_of(body), seen_of(body)
        typed = {name: body[name] for name in body if name not in ("key", "seen", "order")}
        form = Form.of({**flatten(typed), "order": str(body.get("order", ""))})
        return self._answer(attrs.evolve(form, key=key), seen)

    @whose("visitor", "payment")
    def open_payment(self) -> Response:
        """Reach the payment page, for a host that has one of its own; without a cart, an order is born there.

        Raises:
            TransitionRefusedError: ``details_missing``: it has those of whoever was here before the customer logged in.
        """
        read_object()
        buying = Buying(self.front)
        cart = buying.order()
        if cart and cart.delivery.recipient and reaching.is_anothers(self.front, cart):
            raise TransitionRefusedError(
                f"{cart.name} has the details of somebody else; submit the checkout", code="details_missing"
            )
        return self._submitted(buying.open_payment())

    def _answer(self, form: Form, seen: int) -> Response:
        cart = Buying(self.front).cart()
        submission = Submission(self.front, form, Money(seen, self.front.desk().site.currency))
        if cart.order is None or str(cart.order.id) != form.one("order"):
            return self._submitted(submission.again())
        done = submission.of(cart, cart.order)
        if isinstance(done, Refused):
            return self.front.show(Told.of(done), self.front.speech())
        return self._submitted(done)

    def _submitted(self, order: Order) -> Response:
        token = self.front.desk().orders.issue_link(order.id, actor=BUYER)
        return jsonify(
            {
                "number": order.number,
                "total": money(order.total, self.front.speech()),
                "token": token,
                "order": self.front.link("order", token=token, _external=True),
                "payment": self.front.link("payment", token=token, _external=True) if order.is_cart else None,
            }
        )

    def _quoted(self, checkout: Checkout, quote: MethodQuote) -> Mapping[str, Any]:
        say = checkout.say
        return {
            "id": str(quote.method.id),
            "title": quote.method.title,
            "description": quote.method.description,
            "needs_address": quote.method.needs_address,
            "details": checkout.offer.details(quote),
            "cost": money(checkout.cost(quote), say),
            "total": money(checkout.total(quote), say),
        }
