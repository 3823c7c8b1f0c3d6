"""Submitting the checkout, once: the same form again leads to the order that it made."""

from __future__ import annotations

from functools import partial

import attrs

from orderkit import Money, Order
from orderkit.errors import NotFoundError
from orderkit_flask.attempting import Refused, attempt
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.shop.buying import Buying
from orderkit_flask.shop.cart import Cart
from orderkit_flask.shop.checkout import TOLD, Checkout
from orderkit_flask.shop.keys import own_key
from orderkit_flask.shop.storefront import Storefront
from orderkit_flask.shop.troubles import Trouble, words_for


@attrs.frozen
class Submission:
    """
    A checkout that came back.

    Attributes:
        form: Its fields, among them the ``order`` it was filled in for.
        seen: The total its writer saw; without one, the sums that the form says it showed.
    """

    front: Storefront
    form: Form
    seen: Money | None = None

    def of(self, cart: Cart, order: Order) -> Order | Refused:
        """Submit the cart in hand; refused, the form says why."""
        checkout = Checkout.of(cart, cart.current or order, self.front.desk(), self.form)
        done = self._submit(checkout)
        if (
            isinstance(done, Refused) and done.code == "key_reused"
        ):  # whoever sends it again knows what it replaces
            told = {TOLD: (str(order.delivery.recipient_id or ""),)}
            return attrs.evolve(done, form=attrs.evolve(done.form, values={**done.form.values, **told}))
        return done

    def overtaken(self, order: Order, stored: Form) -> Form | None:
        """
        The form beside what another window told this cart meanwhile; ``None`` where this one may go on.

        Args:
            stored: The form as it would be shown now.
        """
        form = self.form
        if TOLD not in form.values or form.one(TOLD) == stored.one(TOLD) or self._was_taken(order):
            return None
        met = form.meet(stored, self.front.speech().text("another window"))
        differs = any(met.several(name) != form.several(name) for name in stored.values if name != TOLD)
        return met if met.stored or differs else None

    def _was_taken(self, order: Order) -> bool:
        """Whether the cart took this very form before: a second press, or the same page after going back."""
        try:
            self.front.desk().carts.submitted(order.id, key=own_key(self.form.key, "submit", order.id))
        except NotFoundError:
            return False
        return True

    def again(self) -> Order:
        """
        What the same form made before, sent by a second press, from another window, or after going back.

        Nothing of the order is shown: that it is this browser's is found out by the desk.

        Raises:
            Trouble: ``cart_moved_on``: it made nothing; the cart has moved on without it.
        """
        try:
            id, desk = parse_id(self.form.one("order"), "order"), self.front.desk()
            if self.front.browser().visitor() is None:
                return desk.carts.submitted(id, key=own_key(self.form.key, "submit", id))
            order = desk.orders.get(id)
            cart = Cart(order, (), order.currency, self.front.speech())
            done = self._submit(Checkout.of(cart, order, desk, self.form))
        except NotFoundError:
            raise Trouble("cart_moved_on", 409) from None
        if isinstance(done, Refused):
            raise Trouble("cart_moved_on", 409)
        return done

    def _submit(self, checkout: Checkout) -> Order | Refused:
        browser, buying = self.front.browser(), Buying(self.front)
        form, contact, delivery = checkout.read()
        if form.problems:
            return Refused(form, 422)
        visitor = browser.known()
        verb = partial(
            self.front.desk().carts.submit,
            checkout.order.id,
            visitor=visitor,
            contact=contact,
            delivery=delivery,
            key=own_key(form.key, "submit", checkout.order.id),
            seen=checkout.seen if self.seen is None else self.seen,
            prices=buying.goods.now,
        )
        done = attempt(form, verb, self.front.speech(), stored=None, explain=words_for)
        if isinstance(done, Order) and done.contact_id != visitor.contact_id:
            browser.renew(visitor)
        return done
