"""The cart: what is in it, what is put into it, and the other one of a customer who has two."""

from __future__ import annotations

import attrs
from flask import Response, request

from orderkit.errors import ConflictError, InvalidInputError
from orderkit_flask.forms import Form
from orderkit_flask.host import Product
from orderkit_flask.identifiers import parse_id
from orderkit_flask.shop import reaching
from orderkit_flask.shop.buying import Buying
from orderkit_flask.shop.cart import CODE
from orderkit_flask.shop.principals import whose
from orderkit_flask.shop.storefront import Storefront
from orderkit_flask.shop.troubles import Trouble, tell
from orderkit_flask.typed import Reading

OPTION = "options."
"""Before the name of an option: the field of its choice."""


@attrs.frozen
class CartViews:
    """The pages of the cart."""

    front: Storefront

    @whose("visitor", "look")
    def show(self) -> Response:
        """What is in it."""
        return self._show()

    @whose("visitor", "cart")
    def change(self) -> Response:
        """Have other quantities, take something out, enter a promo code, or go on to the checkout with all that."""
        buying, do = Buying(self.front), request.form.get("do", "save")
        form = buying.take_quantities(Form.read(request.form))
        if do.startswith("remove:") and do[7:].isascii() and do[7:].isdigit():
            buying.remove_if_there(int(do[7:16]))
        if do.startswith("uncode:"):
            buying.remove_code(do[7:])
        if do == "code" or form.one(CODE):
            form = buying.enter_code(form)
        if form.problems:
            return self._show(form, 422)
        return self.front.go("checkout" if do == "checkout" else "cart")

    @whose("anybody", "look")
    def add_form(self) -> Response:
        """A product, with its options and how many: what a link ``data-ok-add`` leads to without a script."""
        product = Buying(self.front).goods.product(request.args.get("sku", ""))
        return self._ask(product, Form.of({"quantity": "1", **request.args.to_dict()}))

    @whose("visitor", "cart")
    def add(self) -> Response:
        """Put it into the cart."""
        form, buying, say = Form.read(request.form), Buying(self.front), self.front.speech()
        reading = Reading(form, say)
        options = {
            name.removeprefix(OPTION): form.one(name) for name in form.values if name.startswith(OPTION)
        }
        quantity = reading.whole("quantity")
        form, status = form.with_problems(reading.problems), 422
        try:
            if not form.problems:
                buying.add(form.one("sku"), quantity, options, form.one("page"), form.key)
                return self.front.go("cart")
        except (InvalidInputError, ConflictError, Trouble) as error:
            told = tell(error, say)
            field = told.field if told.field in form.values or told.field.startswith(OPTION) else ""
            form, status = form.renewed().with_problems({field: told.message}), told.status
        return self._ask(buying.goods.product(form.one("sku")), form, status)

    @whose("visitor", "cart")
    def take(self) -> Response:
        """Go on with the other cart, which may be the first thing that a customer does in this browser."""
        browser, id = self.front.browser(), parse_id(request.form.get("order", ""), "order")
        visitor = browser.meet() if browser.customer() else browser.known()
        self.front.desk().carts.take(visitor, id)
        return self.front.go("cart")

    def _ask(self, product: Product, form: Form, status: int = 200) -> Response:
        say = self.front.speech()
        options = {name: {choice: choice for choice in choices} for name, choices in product.options.items()}
        return self.front.page(
            "add.html", say, title=product.title, status=status, product=product, options=options, form=form
        )

    def _show(self, form: Form | None = None, status: int = 200) -> Response:
        buying, say = Buying(self.front), self.front.speech()
        cart = buying.cart()
        return self.front.page(
            "cart.html",
            say,
            title=say.text("Cart"),
            status=status,
            cart=cart,
            form=form or cart.form(),
            takes_codes=bool(cart.codes) or self.front.desk().carts.takes_codes(),
            others=buying.others(),
            is_customer=self.front.browser().customer() is not None,
            last=reaching.last_placed(self.front) if not cart.positions else None,
        )
