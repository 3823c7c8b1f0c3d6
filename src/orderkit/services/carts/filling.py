"""How carts are filled, and which carts a visitor has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

import attrs

from orderkit.domain import carting
from orderkit.domain.actor import Act
from orderkit.domain.carting import Prices
from orderkit.domain.change import Change
from orderkit.domain.keys import Request
from orderkit.domain.line import Line, clean_code, tuple_of
from orderkit.domain.order import Order
from orderkit.domain.pricing import Pricing
from orderkit.domain.visitor import CUSTOMERS, CustomerRef, Visitor
from orderkit.services.carts.means import Means, buyers, step, unknown


def of(self: Means, visitor: Visitor) -> Order | None:
    """The open cart of a visitor; ``None`` without one, or if nobody changed it for 30 days. Reads only."""
    [visitor] = tuple_of((visitor,), "visitor", Visitor)
    cart = self.visitors.cart(visitor.id)
    return None if cart is None or carting.is_idle(cart, buyers(self).at) else cart


def holds(self: Means, visitor: Visitor, order: Order) -> bool:
    """Whether an order is the open cart of a visitor, as `of` would answer it; asks no database."""
    [visitor] = tuple_of((visitor,), "visitor", Visitor)
    return order.cart_visitor == visitor.id and not carting.is_idle(order, buyers(self).at)


def others(self: Means, visitor: Visitor) -> tuple[Order, ...]:
    """
    The carts that the customer who is signed in could `take`: begun elsewhere, or left; the 20 newest.

    Raises:
        NotFoundError: This site has no such visitor.
    """
    who = self.visitors.fresh(visitor)
    if not who.customer:
        return ()
    return self.visitors.carts_of_customer(who.customer, who.contact_id, but_of=who.id)


def of_customer(self: Means, customer: CustomerRef) -> tuple[Order, ...]:
    """
    The carts that a customer will find by `others` once signed in at another browser; the 20 newest. Reads only.

    Signing in is a write, and comes with the first thing that is done there: until then this tells what waits.
    """
    [customer] = tuple_of((customer,), "customer", CustomerRef)
    contact = self.reader.contact_by_ref(CUSTOMERS, customer.id)
    return self.visitors.carts_of_customer(customer.id, contact.id) if contact else ()


def add(
    self: Means, visitor: Visitor, line: Line, *, page: str = "", prices: Prices | None = None, key: str = ""
) -> Order:
    """
    Put goods into the cart; the first of them make it, and with it the order in the list of the desk.

    The same goods with the same options become one line, at the price they have now. Where the cart cannot take
    them, because it is in another currency, a provider is being asked for its money, or nobody changed it for 30
    days, they begin a new one.

    Args:
        line: What the host's server sells; nothing of it may come from a browser but sku, options and quantity.
        page: The host's page it comes from, where the line does not say so.
        prices: What each line would be now, for the other lines; see `Prices`.
        key: Chosen by the caller, at most 200 characters; the same goods with it again are put in once, though they
            cost something else by then.

    Returns:
        The cart as stored.

    Raises:
        InvalidInputError: Contents no order may have; nothing is stored.
        NotFoundError: This site has no such visitor.
        ConflictError: The key was used for another request (``key_reused``).
    """
    [visitor] = tuple_of((visitor,), "visitor", Visitor)
    [line] = tuple_of((line,), "line", Line)
    line = attrs.evolve(line, page=line.page or page)
    # What they cost is the host's word, and not what is asked for.
    asked = line.sku or line.title, line.options, line.quantity
    request = Request.of(key, "carts.add", visitor.id, asked)

    def decide(who: Visitor, slot: Order | None, act: Act) -> tuple[Change[Order], ...]:
        return carting.add(slot, who, line, act, prices=prices, pricing=self.pricer.lenient(act))

    return step(self, visitor, decide, request)


def change_quantity(self: Means, visitor: Visitor, line_id: int, quantity: int) -> Order:
    """
    Have as many of a line as that.

    Raises:
        InvalidInputError: Less than one, or too many.
        NotFoundError: The visitor has no open cart (``cart_not_found``), or the cart no such line.
        TransitionRefusedError: A provider is being asked for its money (``answer_awaited``).
    """
    return _change(
        self,
        visitor,
        lambda cart, act, pricing: carting.change_quantity(cart, line_id, quantity, act, pricing=pricing),
    )


def change_quantities(self: Means, visitor: Visitor, quantities: Mapping[int, int]) -> Order:
    """
    Have as many of each line as that, all at once; 0 takes a line out. One that is gone by now stays gone.

    Args:
        quantities: By the id of the line; lines that are not named stay as they are.

    Raises:
        InvalidInputError: Less than none, or too many; ``problems`` names each such line, as ``quantities.`` and
            its id. Nothing is changed then.
        NotFoundError: The visitor has no open cart (``cart_not_found``).
        TransitionRefusedError: A provider is being asked for its money (``answer_awaited``).
    """
    return _change(
        self,
        visitor,
        lambda cart, act, pricing: carting.change_quantities(cart, quantities, act, pricing=pricing),
    )


def remove(self: Means, visitor: Visitor, line_id: int) -> Order:
    """
    Take a line out of the cart; without the last one it stays, empty.

    Raises:
        NotFoundError: The visitor has no open cart (``cart_not_found``), or the cart no such line.
        TransitionRefusedError: A provider is being asked for its money (``answer_awaited``).
    """
    return _change(
        self, visitor, lambda cart, act, pricing: carting.remove(cart, line_id, act, pricing=pricing)
    )


def enter_code(self: Means, visitor: Visitor, code: str) -> Order:
    """
    Enter a promo code; the same one again changes nothing.

    Args:
        code: As typed; capitals and white space make no difference.

    Raises:
        InvalidInputError: No rule knows it (``code_unknown``), or the one that does says why it does nothing for
            this cart (``code_refused``, with the reason in ``problems``); ``too_many_codes``.
        NotFoundError: The visitor has no open cart (``cart_not_found``).
        TransitionRefusedError: A provider is being asked for its money (``answer_awaited``), or a rule that might
            know it fails (``rule_failed``).
    """
    code = clean_code(code)

    def enter(cart: Order, act: Act, pricing: Pricing) -> Change[Order] | None:
        change = carting.enter_code(cart, code, act, pricing=pricing)
        self.pricer.require_taken(change)
        return change

    return _change(self, visitor, enter)


def remove_code(self: Means, visitor: Visitor, code: str) -> Order:
    """
    Take a promo code away; one that is not entered changes nothing.

    Raises:
        NotFoundError: The visitor has no open cart (``cart_not_found``).
        TransitionRefusedError: A provider is being asked for its money (``answer_awaited``).
    """
    code = clean_code(code)
    return _change(
        self, visitor, lambda cart, act, pricing: carting.remove_code(cart, code, act, pricing=pricing)
    )


def takes_codes(self: Means) -> bool:
    """Whether any price rule knows promo codes, so that there is a place to enter one. Reads only."""
    return self.pricer.takes_codes()


def pricing(self: Means) -> Pricing:
    """
    The price rules of now: answers a cart as it would be, such as with a delivery that is being chosen.

    A rule that fails makes nothing; the checkout then waits for it. Reads only, and once for all that it is asked.
    """
    return self.pricer.lenient(buyers(self))


def refresh(self: Means, visitor: Visitor, *, prices: Prices) -> Order:
    """
    Let the cart follow the prices of now, and leave it at the step where it stands; nothing is begun by it.

    Args:
        prices: What each line would be now; see `Prices`.

    Returns:
        The cart as stored; while a provider is being asked for its money, as it is.

    Raises:
        NotFoundError: The visitor has no open cart (``cart_not_found``).
    """
    return _change(
        self, visitor, lambda cart, act, pricing: carting.refresh(cart, act, prices, pricing=pricing)
    )


def take(self: Means, visitor: Visitor, order_id: UUID) -> Order:
    """
    Go on with another cart of the customer who is signed in; the one in hand leaves the slot, and both are kept.

    Args:
        order_id: One of `others`.

    Raises:
        NotFoundError: No such cart of this customer.
        TransitionRefusedError: It is placed already (``already_placed``).
    """

    def decide(who: Visitor, slot: Order | None, act: Act) -> tuple[Change[Order], ...]:
        other = self.reader.order(order_id)
        holder = self.visitors.visitor(other.cart_visitor) if other.cart_visitor else None
        if not carting.is_theirs(other, who, holder, self.visitors.own_contacts(who.contact_id)):
            raise unknown(self, order_id)
        return carting.take(slot, who, other, act)

    return step(self, visitor, decide)


def _change(
    self: Means, visitor: Visitor, decide: Callable[[Order, Act, Pricing], Change[Order] | None]
) -> Order:
    """Take the step that *decide* answers on the open cart, by the price rules of now; ``None`` leaves it."""

    def decided(who: Visitor, slot: Order | None, act: Act) -> tuple[Change[Order], ...]:
        change = decide(carting.require_open(slot, act.at), act, self.pricer.lenient(act))
        return (change,) if change else ()

    return step(self, visitor, decided)
