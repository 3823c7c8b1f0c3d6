"""How carts reach the payment page and are submitted."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from orderkit.domain import carting, identifying, submitting
from orderkit.domain.actor import Act
from orderkit.domain.carting import Prices
from orderkit.domain.change import Change
from orderkit.domain.contact import ContactDetails
from orderkit.domain.delivery import Delivery
from orderkit.domain.keys import Request, clean_key, fingerprint
from orderkit.domain.line import tuple_of
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.visitor import Visitor
from orderkit.services.carts.means import Means, buyers, step, unknown
from orderkit.storage.steps import Steps


def open_payment(self: Means, visitor: Visitor, *, prices: Prices | None = None) -> Order:
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
        changes = submitting.open_payment(
            slot,
            who,
            act,
            currency=self.reader.site.currency,
            prices=prices,
            pricing=self.pricer.strict(act),
            lifecycle=self.lifecycle,
        )
        return tuple(map(self.rules.allow, changes))

    return step(self, visitor, decide)


def submit(
    self: Means,
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
    _require_form(visitor, contact, delivery)
    asked = delivery.method_id, delivery.recipient  # what that costs is worked out, not asked
    told = fingerprint("carts.submit", order_id, visitor.id, contact, asked, seen)

    def decide() -> tuple[Change[Any], ...]:
        act, who = buyers(self), self.visitors.fresh(visitor)
        buyer = self.reader.contact(who.contact_id)
        change, *others = submitting.submit(
            _refreshed(self, _own(self, order_id, who), act, prices),
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

    return Steps(self.store, self.reader).insist(decide, Request(clean_key(key), told)).order


def submitted(self: Means, order_id: UUID, *, key: str) -> Order:
    """
    What a form made, for whoever sends it once more from a browser that is no visitor any more.

    Typing somebody else's e-mail changes the cookie: where that answer is lost, the form's key is left.

    Args:
        key: As it was given to `submit`; whoever knows it has sent that form.

    Raises:
        NotFoundError: No form with that key made this order (``order_not_found``).
    """
    entry = self.reader.done_under(clean_key(key))
    if entry is None or entry.kind != submitting.SUBMITTED or entry.order_id != order_id:
        raise unknown(self, order_id)
    return self.reader.order(order_id)


def last_placed(self: Means, visitor: Visitor, *, since: datetime) -> Order | None:
    """The order that a visitor's contact placed last, if that was not before *since*. Reads only."""
    return self.visitors.last_placed(self.visitors.fresh(visitor).contact_id, since)


def _require_form(visitor: object, contact: object, delivery: object) -> None:
    """Refuse what is no form of a checkout, before anything of it is read."""
    tuple_of((visitor,), "visitor", Visitor)
    tuple_of((contact,), "contact", ContactDetails)
    tuple_of((delivery,), "delivery", Delivery)


def _own(self: Means, order_id: UUID, visitor: Visitor) -> Order:
    """An order of this visitor: the one in its slot, or one that it placed."""
    order = self.reader.order(order_id)
    is_own = order.cart_visitor == visitor.id or (
        not order.is_cart and order.contact_id == visitor.contact_id
    )
    if not is_own:
        raise unknown(self, order_id)
    return order


def _refreshed(self: Means, order: Order, act: Act, prices: Prices | None) -> Order:
    """The order as it followed the host's prices; stored by itself, so that the buyer is shown it in any case."""
    pricing = self.pricer.strict(act)
    change = carting.refresh(order, act, prices, pricing=pricing) if order.is_cart and prices else None
    return self.store.save(change) if change else order
