"""Carts and their visitor, for the tests of the domain: plain functions with defaults."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import attrs

from orderkit.domain import carting, submitting
from orderkit.domain.actor import ActorKind
from orderkit.domain.change import Change
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.lifecycle import Status
from orderkit.domain.line import Line
from orderkit.domain.order import Order
from orderkit.domain.visitor import Visitor
from tests.domain.making import LATER, NOW, PERSON, act, delivery, line, order

VISITOR = Visitor(UUID(int=7), "a" * 64, PERSON, NOW)
GUEST = Contact(PERSON, NOW)
BUYER = act(ActorKind.BUYER, LATER)
SOON = act(ActorKind.BUYER, NOW + timedelta(minutes=5))
ANNA = ContactDetails("Анна", "anna@example.com")


def cart(*lines: Line, status: Status = Status.CREATED, **fields: object) -> Order:
    """A cart in the visitor's slot, of two mugs unless other lines are given."""
    made = order(*(lines or (line(quantity=2),)), status=status)
    return attrs.evolve(made, **{"cart_visitor": VISITOR.id, "submitted_at": None} | fields)


def half(known: Line) -> Line | None:
    """A catalogue in which all but tea, which is sold out, costs half."""
    if known.sku == "TEA":
        return None
    price = known.unit_price.share(1, 2)
    return attrs.evolve(known, id=0, unit_price=price, amount=price.times(known.quantity))


def bookish(known: Line) -> Line:
    return attrs.evolve(known, requires_delivery=False)


def submit(made: Order, **given: object) -> tuple[Change[Order], ...]:
    known = {"details": ANNA, "delivery": delivery("0"), "seen": None, "is_offered": lambda _: True}
    return submitting.submit(made, VISITOR, GUEST, BUYER, **known | given)  # type: ignore[arg-type]


def add(there: Order | None, new: Line, prices: Callable[[Line], Line | None] | None = None) -> Order:
    """The cart after *new* was put into what is *there*, which stays where it is."""
    [change] = carting.add(there, VISITOR, new, SOON, prices=prices)
    return change.after
