"""Asking a buyer for the money of an order: what it costs now, how it can be paid, and the trying."""

from __future__ import annotations

from functools import cached_property, partial

import attrs

from orderkit import Money, OfferedMethod, Order, Started
from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.forms import Form
from orderkit_flask.shop.buying import Buying
from orderkit_flask.shop.cart import Cart
from orderkit_flask.shop.keys import own_key
from orderkit_flask.shop.paying import SEEN, PaymentPage, blank, is_payable
from orderkit_flask.shop.reaching import Reached
from orderkit_flask.shop.storefront import BUYER, Storefront
from orderkit_flask.shop.troubles import Trouble, words_for
from orderkit_flask.typed import Reading

METHOD = "method"
"""The field of the way to pay."""


@attrs.frozen(slots=False)
class Asking:
    """One order that was reached to be paid; whether it is the cart of this browser is found out once."""

    front: Storefront
    reached: Reached

    @cached_property
    def cart(self) -> Cart | None:
        """The order as the cart it is, at the prices of now; ``None`` where it is no cart, or another browser's."""
        return self._buying.cart_of(self.reached.order)

    @property
    def is_gone(self) -> bool:
        """Whether nothing of the cart is sold any more: it stays as it is, and its page tells what is gone."""
        return self.cart is not None and not self.cart.lines

    @property
    def order(self) -> Order:
        """As it costs now, while it is the cart of this browser."""
        return (self.cart and self.cart.current) or self.reached.order

    def page(self, form: Form | None = None) -> PaymentPage:
        """Its payment page, with the form that came back, if one did."""
        order, say = self.order, self.front.speech()
        checkout = self.front.link("checkout") if self.cart else ""
        return PaymentPage(self.reached, order, self._offered(order), form or blank(order), say, checkout)

    def start(self, form: Form) -> Started | Refused:
        """
        Ask for the money, of the order as it costs now.

        Raises:
            Trouble: ``not_payable``: the form names no way to pay, or no sum.
        """
        say, order, desk = self.front.speech(), self.reached.order, self.front.desk()
        reading = Reading(form, say)
        method_id, seen = reading.id(METHOD), reading.whole(SEEN)
        if method_id is None or reading.problems:
            raise Trouble("not_payable", 409)
        if self.cart is not None:
            self._buying.follow_prices()
        verb = partial(
            desk.payments.start,
            order.id,
            method_id,
            actor=BUYER,
            seen=Money(seen, order.currency),
            key=own_key(form.key, "pay", order.id),
            return_url=self.reached.address("order", external=True),
        )
        return attempt(form, verb, say, stored=None, explain=words_for)

    def again(self) -> Asking:
        """The same, as it stands by now."""
        order = self.front.desk().orders.get(self.reached.order.id)
        return Asking(self.front, attrs.evolve(self.reached, order=order))

    @cached_property
    def _buying(self) -> Buying:
        return Buying(self.front)

    def _offered(self, order: Order) -> tuple[OfferedMethod, ...]:
        """The ways to pay it now; none while a provider is asked for its money, or its details are missing."""
        is_open = is_payable(order) and not order.awaits_answer and not order.lacks_details
        return self.front.desk().payments.offered(order) if is_open else ()
