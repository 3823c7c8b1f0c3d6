"""What the verbs of carts work with, and how they take a step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import UUID

from orderkit.domain import carting
from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.domain.change import Change
from orderkit.domain.keys import Request
from orderkit.domain.lifecycle import Lifecycle
from orderkit.domain.order import Order
from orderkit.domain.pricing import PriceRules
from orderkit.domain.visitor import Visitor
from orderkit.errors import NotFoundError
from orderkit.registry.ruling import Rules
from orderkit.storage.reading import Reader
from orderkit.storage.steps import Steps
from orderkit.storage.visitors import VisitorReader
from orderkit.storage.writing import Store


class Means(Protocol):
    """What `Carts` holds, so that its verbs can stand in modules of their own, as functions of it."""

    @property
    def store(self) -> Store: ...
    @property
    def reader(self) -> Reader: ...
    @property
    def visitors(self) -> VisitorReader: ...
    @property
    def acting(self) -> Callable[[Actor], Act]: ...
    @property
    def is_offered(self) -> Callable[[Order], bool]: ...
    @property
    def rules(self) -> Rules: ...
    @property
    def lifecycle(self) -> Lifecycle: ...
    @property
    def pricer(self) -> PriceRules: ...


def buyers(self: Means) -> Act:
    """An act of the buyer, who does all that is done to carts."""
    return self.acting(Actor(ActorKind.BUYER))


def step(
    self: Means,
    visitor: Visitor,
    decide: Callable[[Visitor, Order | None, Act], Sequence[Change[Order]]],
    request: Request | None = None,
) -> Order:
    """Take the step that *decide* answers on what is in the slot, again while others are faster."""

    def fresh() -> Sequence[Change[Order]] | Order:
        act, who = buyers(self), self.visitors.fresh(visitor)
        slot = self.visitors.cart(who.id)
        return decide(who, slot, act) or carting.require_open(slot, act.at)

    return Steps(self.store, self.reader).insist(fresh, request).order


def unknown(self: Means, order_id: UUID) -> NotFoundError:
    """The same answer for an order that is not there and for one that is not this visitor's."""
    return NotFoundError(
        f"site {self.reader.site.code!r} has no order {order_id}", code="order_not_found", order=order_id
    )
