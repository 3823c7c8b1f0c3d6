"""Carts: what visitors fill and submit. The buyer is the actor of all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import attrs

from orderkit.domain import carting, identifying
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.carting import Prices
from orderkit.domain.change import Change
from orderkit.domain.contact import ContactDetails
from orderkit.domain.delivery import Delivery
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.lifecycle import Lifecycle
from orderkit.domain.line import Line, clean_code, tuple_of
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.pricing import PriceRules, Pricing
from orderkit.domain.visitor import CUSTOMERS, CustomerRef, Visitor
from orderkit.errors import NotFoundError
from orderkit.registry.ruling import Rules
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps
from orderkit.storage.visitors import VisitorReader
from orderkit.storage.writing import Store


@attrs.frozen
class Carts:
    """
    The carts of one site: one open cart for each visitor, in the visitor's slot.

    What several do at once to one cart is done one after another, each on what the others left.
    """

    store: Store
    reader: Reader
    visitors: VisitorReader
    acting: Callable[[Actor], Act]
    is_offered: Callable[[Order], bool]
    rules: Rules
    lifecycle: Lifecycle
    pricer: PriceRules

    def of(self, visitor: Visitor) -> Order | None:
        """The open cart of a visitor; ``None`` without one, or if nobody changed it for 30 days. Reads only."""
        [visitor] = tuple_of((visitor,), "visitor", Visitor)
        cart = self.visitors.cart(visitor.id)
        return None if cart is None or carting.is_idle(cart, self._act().at) else cart

    def others(self, visitor: Visitor) -> tuple[Order, ...]:
        """
        The carts that the customer who is signed in could `take`: begun elsewhere, or left; the 20 newest.

        Raises:
            NotFoundError: This site has no such visitor.
        """
        who = self.visitors.fresh(visitor)
        if not who.customer:
            return ()
        return self.visitors.carts_of_customer(who.customer, who.contact_id, but_of=who.id)

    def of_customer(self, customer: CustomerRef) -> tuple[Order, ...]:
        """
        The carts that a customer will find by `others` once signed in at another browser; the 20 newest. Reads only.

        Signing in is a write, and comes with the first thing that is done there: until then this tells what waits.
        """
        [customer] = tuple_of((customer,), "customer", CustomerRef)
        contact = self.reader.contact_by_ref(CUSTOMERS, customer.id)
        return self.visitors.carts_of_customer(customer.id, contact.id) if contact else ()

    def add(
        self, visitor: Visitor, line: Line, *, page: str = "", prices: Prices | None = None, key: str = ""
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
        asked = (
            line.sku or line.title,
            line.options,
            line.quantity,
        )  # what they cost is the host's word, not asked
        request = Request.of(key, "carts.add", visitor.id, asked)

        def decide(who: Visitor, slot: Order | None, act: Act) -> tuple[Change[Order], ...]:
            return carting.add(slot, who, line, act, prices=prices, pricing=self.pricer.lenient(act))

        return self._step(visitor, decide, request)

    def change_quantity(self, visitor: Visitor, line_id: int, quantity: int) -> Order:
        """
        Have as many of a line as that.

        Raises:
            InvalidInputError: Less than one, or too many.
            NotFoundError: The visitor has no open cart (``cart_not_found``), or the cart no such line.
            TransitionRefusedError: A provider is being asked for its money (``answer_awaited``).
        """

        def decide(who: Visitor, slot: Order | None, act: Act) -> tuple[Change[Order], ...]:
            change = carting.change_quantity(
                _cart(slot, act), line_id, quantity, act, pricing=self.pricer.lenient(act)
            )
            return (change,) if change else ()

        return self._step(visitor, decide)

    def change_quantities(self, visitor: Visitor, quantities: Mapping[int, int]) -> Order:
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

        def decide(who: Visitor, slot: Order | None, act: Act) -> tuple[Change[Order], ...]:
            change = carting.change_quantities(
                _cart(slot, act), quantities, act, pricing=self.pricer.lenient(act)
            )
            return (change,) if change else ()

        return self._step(visitor, decide)

    def remove(self, visitor: Visitor, line_id: int) -> Order:
        """
        Take a line out of the cart; without the last one it stays, empty.

        Raises:
            NotFoundError: The visitor has no open cart (``cart_not_found``), or the cart no such line.
            TransitionRefusedError: A provider is being asked for its money (``answer_awaited``).
        """

        def decide(who: Visitor, slot: Order | None, act: Act) -> tuple[Change[Order], ...]:
            return (carting.remove(_cart(slot, act), line_id, act, pricing=self.pricer.lenient(act)),)

        return self._step(visitor, decide)

    def enter_code(self, visitor: Visitor, code: str) -> Order:
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

        def decide(who: Visitor, slot: Order | None, act: Act) -> tuple[Change[Order], ...]:
            change = carting.enter_code(_cart(slot, act), code, act, pricing=self.pricer.lenient(act))
            self.pricer.require_taken(change)
            return (change,) if change else ()

        return self._step(visitor, decide)

    def remove_code(self, visitor: Visitor, code: str) -> Order:
        """
        Take a promo code away; one that is not entered changes nothing.

        Raises:
            NotFoundError: The visitor has no open cart (``cart_not_found``).
            TransitionRefusedError: A provider is being asked for its money (``answer_awaited``).
        """
        code = clean_code(code)

        def decide(who: Visitor, slot: Order | None, act: Act) -> tuple[Change[Order], ...]:
            change = carting.remove_code(_cart(slot, act), code, act, pricing=self.pricer.lenient(act))
            return (change,) if change else ()

        return self._step(visitor, decide)

    def takes_codes(self) -> bool:
        """Whether any price rule knows promo codes, so that there is a place to enter one. Reads only."""
        return self.pricer.takes_codes()

    def pricing(self) -> Pricing:
        """
        The price rules of now: answers a cart as it would be, such as with a delivery that is being chosen.

        A rule that fails makes nothing; the checkout then waits for it. Reads only, and once for all that it is asked.
        """
        return self.pricer.lenient(self._act())

    def refresh(self, visitor: Visitor, *, prices: Prices) -> Order:
        """
        Let the cart follow the prices of now, and leave it at the step where it stands; nothing is begun by it.

        Args:
            prices: What each line would be now; see `Prices`.

        Returns:
            The cart as stored; while a provider is being asked for its money, as it is.

        Raises:
            NotFoundError: The visitor has no open cart (``cart_not_found``).
        """

        def decide(who: Visitor, slot: Order | None, act: Act) -> tuple[Change[Order], ...]:
            change = carting.refresh(_cart(slot, act), act, prices, pricing=self.pricer.lenient(act))
            return (change,) if change else ()

        return self._step(visitor, decide)

    def open_payment(self, visitor: Visitor, *, prices: Prices | None = None) -> Order:
        """
        Reach the payment page with the cart, at the prices of now; without a cart, an order is born there.

        Looking at the page again changes nothing but prices that are others by now. Where nothing of the cart is sold
        any more, it stays a cart, empty.

        Args:
            prices: What each line would be now; see `Prices`.

        Raises:
            TransitionRefusedError: The cart is empty (``no_lines``), a price rule fails (``rule_failed``), or a plugin
                does not allow it (``vetoed``).
            NotFoundError: This site has no such visitor.
        """

        def decide(who: Visitor, slot: Order | None, act: Act) -> tuple[Change[Order], ...]:
            currency = self.reader.site.currency
            changes = carting.open_payment(
                slot,
                who,
                act,
                currency=currency,
                prices=prices,
                pricing=self.pricer.strict(act),
                lifecycle=self.lifecycle,
            )
            return tuple(map(self.rules.allow, changes))

        return self._step(visitor, decide)

    def submit(
        self,
        order_id: UUID,
        *,
        visitor: Visitor,
        contact: ContactDetails,
        delivery: Delivery,
        key: str,
        seen: Money | None,
        prices: Prices | None = None,
    ) -> Order:
        """
        Take the details of the form: who orders, and how and where it is delivered.

        The order is placed at once where nothing is to be paid or no way to pay is offered; else it reaches the payment
        page. Who ordered follows from the details: see docs/explanation/people.md.

        Args:
            contact: As typed.
            delivery: As typed, with the cost that the host's server worked out.
            key: Chosen by the caller, 1 to 200 characters; the same request with it is answered with the order as it
                stands.
            seen: The total the buyer saw, delivery included; ``None`` where no sum was shown.
            prices: What each line would be now; see `Prices`. The cart follows them even where the total then is
                another than the buyer saw.

        Raises:
            ConflictError: The buyer saw another total (``total_changed``; the context holds ``old`` and ``new``), or
                the key was used for another request (``key_reused``).
            TransitionRefusedError: No line (``no_lines``), ``already_placed``, ``answer_awaited``, or a tracking code
                (``delivery_closed``); a price rule fails, so that the price is not known (``rule_failed``); or a plugin
                does not allow the step (``vetoed``).
            InvalidInputError: A value no order may have, or a plugin refuses the order (``order_refused``):
                ``problems`` holds its words.
            NotFoundError: It is no order of this visitor, or the shipping method is not of this site.
        """
        wanted = (("visitor", visitor, Visitor), ("contact", contact, ContactDetails))
        for field, value, kind in (*wanted, ("delivery", delivery, Delivery)):
            tuple_of((value,), field, kind)
        asked = delivery.method_id, delivery.recipient  # what that costs is worked out, not asked
        request = Request(
            clean_key(key), fingerprint("carts.submit", order_id, visitor.id, contact, asked, seen)
        )

        def decide() -> tuple[Change[Any], ...]:
            act, who = self._act(), self.visitors.fresh(visitor)
            buyer = self.reader.contact(who.contact_id)
            change, *others = carting.submit(
                self._refreshed(self._own(order_id, who), act, prices),
                who,
                buyer,
                act,
                details=contact,
                delivery=delivery,
                seen=seen,
                is_offered=self.is_offered,
                pricing=self.pricer.strict(act),
                lifecycle=self.lifecycle,
                alike=self.reader.alike(identifying.believed(who, buyer, contact), who.contact_id),
            )
            return self.rules.allow(change, is_placing=True), *others

        return self._steps.insist(decide, request).order

    def submitted(self, order_id: UUID, *, key: str) -> Order:
        """
        What a form made, for whoever sends it once more from a browser that is no visitor any more.

        Typing somebody else's e-mail changes the cookie: where that answer is lost, the form's key is left.

        Args:
            key: As it was given to `submit`; whoever knows it has sent that form.

        Raises:
            NotFoundError: No form with that key made this order (``order_not_found``).
        """
        entry = self.reader.done_under(clean_key(key))
        if entry is None or entry.kind != carting.SUBMITTED or entry.order_id != order_id:
            raise self._unknown(order_id)
        return self.reader.order(order_id)

    def last_placed(self, visitor: Visitor, *, since: datetime) -> Order | None:
        """The order that a visitor's contact placed last, if that was not before *since*. Reads only."""
        return self.visitors.last_placed(self.visitors.fresh(visitor).contact_id, since)

    def take(self, visitor: Visitor, order_id: UUID) -> Order:
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
            if not carting.is_theirs(other, who, holder, self.visitors.own_contacts(who)):
                raise self._unknown(order_id)
            return carting.take(slot, who, other, act)

        return self._step(visitor, decide)

    def _step(
        self,
        visitor: Visitor,
        decide: Callable[[Visitor, Order | None, Act], tuple[Change[Order], ...]],
        request: Request | None = None,
    ) -> Order:
        """Take the step that *decide* answers on the cart in the slot, again while others are faster."""

        def fresh() -> tuple[Change[Order], ...] | Order:
            act, who = self._act(), self.visitors.fresh(visitor)
            slot = self.visitors.cart(who.id)
            return decide(who, slot, act) or _cart(slot, act)

        return self._steps.insist(fresh, request).order

    def _own(self, order_id: UUID, visitor: Visitor) -> Order:
        """An order of this visitor: the one in its slot, or one that it placed."""
        order = self.reader.order(order_id)
        is_own = order.cart_visitor == visitor.id or (
            not order.is_cart and order.contact_id == visitor.contact_id
        )
        if not is_own:
            raise self._unknown(order_id)
        return order

    def _refreshed(self, order: Order, act: Act, prices: Prices | None) -> Order:
        """The order as it followed the host's prices; stored by itself, so that the buyer is shown it in any case."""
        pricing = self.pricer.strict(act)
        change = carting.refresh(order, act, prices, pricing=pricing) if order.is_cart and prices else None
        return self.store.save(change) if change else order

    def _unknown(self, order_id: UUID) -> NotFoundError:
        return NotFoundError(
            f"site {self.reader.site.code!r} has no order {order_id}", code="order_not_found", order=order_id
        )

    @property
    def _steps(self) -> Steps:
        return Steps(self.store, self.reader)

    def _act(self) -> Act:
        return self.acting(Actor(ActorKind.BUYER))


def _cart(slot: Order | None, act: Act) -> Order:
    if slot is None or carting.is_idle(slot, act.at):
        raise NotFoundError("this visitor has no open cart", code="cart_not_found")
    return slot
