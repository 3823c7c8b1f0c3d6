"""The checkout: one page for who buys, how it is delivered, and what it comes to."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit import Delivery, Order
from orderkit_flask.attempting import Refused
from orderkit_flask.forms import Form
from orderkit_flask.shop import reaching
from orderkit_flask.shop.buying import Buying
from orderkit_flask.shop.cart import CODE, Cart
from orderkit_flask.shop.checkout import Checkout, fill, shown_costs
from orderkit_flask.shop.principals import whose
from orderkit_flask.shop.storefront import BUYER, Storefront
from orderkit_flask.shop.submitting import Submission
from orderkit_flask.shop.troubles import Trouble


@attrs.frozen
class CheckoutViews:
    """The page of the checkout."""

    front: Storefront

    @whose("visitor", "quotes")
    def form(self) -> Response:
        """The form; an empty cart shows itself instead."""
        cart = Buying(self.front).cart()
        if cart.order is None or not cart.lines:
            return self.front.go("cart")
        return self._show(cart, self._filled(cart.order))

    @whose("visitor", "checkout")
    def save(self) -> Response:
        """Take the details and go on: to the payment, or to the order where nothing is to pay."""
        form = Form.read(request.form)
        cart = Buying(self.front).cart()
        submission = Submission(self.front, form)
        if cart.order is None or str(cart.order.id) != form.one("order"):
            return self._go_on(submission.again())
        if request.form.get("do") == "count":
            return self._show(cart, form)
        if request.form.get("do", "").startswith(("code", "uncode:")):
            return self._with_codes(form)
        if met := submission.overtaken(cart.order, self._filled(cart.order)):
            return self._show(cart, met, 409)
        done = submission.of(cart, cart.order)
        if isinstance(done, Refused):
            return self._ask_again(cart.order, done)
        return self._go_on(done)

    def _with_codes(self, form: Form) -> Response:
        """The form as it was typed, with a promo code more or less."""
        buying, do = Buying(self.front), request.form.get("do", "")
        if do == "code":
            form = buying.enter_code(form)
        else:
            buying.remove_code(do.removeprefix("uncode:"))
        return self._show(buying.cart(), form, 422 if CODE in form.problems else 200)

    def _filled(self, order: Order) -> Form:
        """The form as it is shown first; a customer who logged in is not shown whom somebody else told this cart."""
        customer, delivery = self.front.browser().customer(), order.delivery
        if reaching.is_anothers(self.front, order):
            order = attrs.evolve(order, delivery=Delivery(delivery.cost, delivery.method_id))
        return fill(order, customer, self.front.desk())

    def _ask_again(self, order: Order, refused: Refused) -> Response:
        """The form once more, with the cart as it is by now; unless another window was faster."""
        cart = Buying(self.front).cart()
        if cart.order is None or cart.order.id != order.id:
            raise Trouble("cart_moved_on", 409)
        return self._show(cart, refused.form, refused.status)

    def _show(self, cart: Cart, form: Form, status: int = 200) -> Response:
        say = self.front.speech()
        if cart.current is None or not cart.lines:  # it was emptied meanwhile
            return self.front.go("cart")
        checkout = Checkout.of(cart, cart.current, self.front.desk(), form)
        return self.front.page(
            "checkout.html",
            say,
            title=say.text("Checkout"),
            status=status,
            checkout=checkout,
            form=form,
            takes_codes=bool(cart.codes) or self.front.desk().carts.takes_codes(),
            seen=shown_costs(checkout),
        )

    def _go_on(self, order: Order) -> Response:
        token = self.front.desk().orders.issue_link(order.id, actor=BUYER)
        return self.front.go("payment" if order.is_cart else "order", token=token)
