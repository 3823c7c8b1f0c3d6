"""What a buyer does with the cart, whether by a form or by a program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property

import attrs

from orderkit import Order
from orderkit.errors import InvalidInputError, NotFoundError, TransitionRefusedError
from orderkit_flask.forms import Form
from orderkit_flask.shop.cart import CODE, QUANTITY, Cart, changed_quantities, require_room
from orderkit_flask.shop.goods import Goods
from orderkit_flask.shop.keys import own_key
from orderkit_flask.shop.storefront import Storefront
from orderkit_flask.shop.troubles import words_for
from orderkit_flask.typed import Reading


@attrs.frozen(slots=False)
class Buying:
    """The cart of the browser of this request."""

    front: Storefront

    @cached_property
    def goods(self) -> Goods:
        """The host's catalogue, asked once for each product, however many carts hold it."""
        return Goods(self.front.shelf(), self.front.tab.host.pages)

    @cached_property
    def pricing(self) -> Callable[[Order], Order]:
        """The price rules of now, read once for all carts."""
        return self.front.desk().carts.pricing()

    def order(self) -> Order | None:
        """The open cart; ``None`` if there is none. Reads only."""
        visitor = self.front.browser().visitor()
        return self.front.desk().carts.of(visitor) if visitor else None

    def cart(self) -> Cart:
        """The cart at the prices of now. Reads only."""
        return self.cart_with(self.order())

    def cart_with(self, order: Order | None) -> Cart:
        """A cart that was read before, at the prices of now."""
        return Cart.of(order, self.goods, self.pricing)

    def enter_code(self, form: Form) -> Form:
        """Enter the promo code that stands in a form; the form then has none, or says what is wrong with it."""
        try:
            self.front.desk().carts.enter_code(self.front.browser().known(), form.one(CODE))
        except (InvalidInputError, NotFoundError, TransitionRefusedError) as error:
            return form.with_problems({**form.problems, CODE: words_for(error, self.front.speech())})
        return attrs.evolve(form, values={**form.values, CODE: ("",)})

    def remove_code(self, code: str) -> None:
        """Take a promo code away; one that no cart has, or no code can be, is gone already."""
        with suppress(InvalidInputError, NotFoundError):
            self.front.desk().carts.remove_code(self.front.browser().known(), code)

    def add(self, sku: str, quantity: int, options: Mapping[str, str], page: str, key: str) -> Order:
        """
        Put goods into the cart; once for each *key*, unless it is empty.

        The other positions keep their prices until the checkout: that they cost something else by now is shown on the
        page of the cart, and would never be told if it were stored with what is put in.

        Raises:
            Trouble: What is wrong with the goods, or with the cart that should hold them.
            InvalidInputError: A quantity no line may have.
            ConflictError: ``key_reused``.
        """
        line = self.goods.line(sku, quantity, options, page)
        require_room(self.order(), line)
        visitor = self.front.browser().meet()
        return self.front.desk().carts.add(visitor, line, key=own_key(key, "add", visitor.id))

    def change(self, line_id: int, quantity: int) -> Order:
        """Have as many of a position; nothing of it where *quantity* is 0."""
        carts, visitor = self.front.desk().carts, self.front.browser().known()
        return carts.change_quantity(visitor, line_id, quantity) if quantity else self.remove(line_id)

    def remove(self, line_id: int) -> Order:
        """Take a position out."""
        return self.front.desk().carts.remove(self.front.browser().known(), line_id)

    def open_payment(self) -> Order:
        """Reach the payment page with the cart as it costs now; without one, an order is born there."""
        carts, visitor = self.front.desk().carts, self.front.browser().meet()
        return carts.open_payment(visitor, prices=self.goods.now)

    def holds(self, order: Order) -> bool:
        """Whether an order is the cart of this browser; whoever has its link may hold another."""
        visitor = self.front.browser().visitor()
        return visitor is not None and self.front.desk().carts.holds(visitor, order)

    def cart_of(self, order: Order) -> Cart | None:
        """An order as it costs now, while it is the cart of this browser."""
        return self.cart_with(order) if self.holds(order) else None

    def follow_prices(self) -> None:
        """Let the cart cost what it costs now; what was placed meanwhile costs what it did."""
        with suppress(NotFoundError):
            self.front.desk().carts.refresh(self.front.browser().known(), prices=self.goods.now)

    def remove_if_there(self, line_id: int) -> None:
        """Take a position out that another window of the same browser may have taken out before."""
        with suppress(NotFoundError):
            self.remove(line_id)

    def others(self) -> tuple[Cart, ...]:
        """The other carts of the customer who is logged in, with what they come to now."""
        browser, carts = self.front.browser(), self.front.desk().carts
        visitor, customer = browser.visitor(), browser.customer()
        if visitor and visitor.customer:
            orders = carts.others(visitor)
        else:  # nothing was done here yet since the login, and to look signs nobody in
            orders = carts.of_customer(customer) if customer else ()
        return tuple(map(self.cart_with, orders))

    def take_quantities(self, form: Form) -> Form:
        """Have the quantities that were typed; what cannot be is said beside its field. What is gone stays gone."""
        say = self.front.speech()
        reading = Reading(form, say)
        read = {
            f"{QUANTITY}{id}": (id, reading.whole(f"{QUANTITY}{id}")) for id, _ in changed_quantities(form)
        }
        wanted = {name: one for name, one in read.items() if name not in reading.problems}
        for _ in range(2):
            try:
                if wanted:
                    self._change_all(dict(wanted.values()))
                break
            except InvalidInputError as error:  # nothing is changed: once more, without what cannot be
                named = {field.replace("quantities.", QUANTITY) for field, _ in error.problems} or set(wanted)
                reading.problems |= dict.fromkeys(named, words_for(error, say))
                wanted = {name: one for name, one in wanted.items() if name not in named}
        return form.with_problems(reading.problems)

    def _change_all(self, quantities: Mapping[int, int]) -> None:
        with suppress(NotFoundError):  # the cart was placed, or taken out, in another window
            self.front.desk().carts.change_quantities(self.front.browser().known(), quantities)
