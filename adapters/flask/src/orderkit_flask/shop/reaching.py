"""How a request reaches one order: by its secret link, or as the customer whose it is; never by the number."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import attrs

from orderkit import Order, OrderFilter
from orderkit.errors import NotFoundError
from orderkit_flask.identifiers import parse_id
from orderkit_flask.shop.storefront import Storefront

RECENT = timedelta(days=1)
"""For so long a browser is led to the order it placed; whoever sits there later is somebody else."""


@attrs.frozen
class Reached:
    """
    One order, and the addresses under which whoever reached it finds it.

    Attributes:
        arguments: Of those addresses: the token of the link, or the id.
    """

    front: Storefront
    order: Order
    arguments: Mapping[str, str]

    def address(self, view: str, *, external: bool = False) -> str:
        """The address of ``order``, ``payment``, ``pay`` or ``cancel`` for this order."""
        name = view if "token" in self.arguments else f"own_{view}"
        return self.front.link(name, _external=external, **self.arguments)


def by_link(front: Storefront, token: str) -> Reached:
    """
    The order behind a link.

    Raises:
        NotFoundError: ``order_not_found``, alike for whatever is no token of this site.
    """
    return Reached(front, front.desk().orders.by_link(token), {"token": token})


def own(front: Storefront, order_id: str) -> Reached:
    """
    An order of the customer who is logged in at the host.

    Raises:
        NotFoundError: ``order_not_found``, alike for what is unknown and for somebody else's.
    """
    order = front.desk().orders.get(parse_id(order_id, "order"))
    if not is_own(front, order):
        raise NotFoundError(f"order {order.id} is not this customer's", code="order_not_found")
    return Reached(front, order, {"order_id": order_id})


def is_own(front: Storefront, order: Order) -> bool:
    """Whether an order or a cart is that of the customer who is logged in, or of who is proven to be the same."""
    customer = front.browser().customer()
    return customer is not None and front.desk().visitors.owns(customer, order)


def is_anothers(front: Storefront, order: Order) -> bool:
    """Whether a customer is logged in who is not proven to be whom an order or a cart of this browser is of."""
    return front.browser().customer() is not None and not is_own(front, order)


def last_placed(front: Storefront) -> Order | None:
    """The order that was placed last by whom this browser stands for, for a day: its link may not have been kept."""
    visitor = front.browser().visitor()
    since = front.tab.kit.clock() - RECENT
    order = front.desk().carts.last_placed(visitor, since=since) if visitor else None
    return order if order and not is_anothers(front, order) else None


def own_orders(front: Storefront) -> OrderFilter | None:
    """
    The orders of the customer who is logged in; ``None`` where the desk does not know that customer yet.

    And of who is proven to be the same person. What somebody merely typed proves nothing, nor does what staff think.
    """
    customer = front.browser().customer()
    contact = front.desk().visitors.contact(customer) if customer else None
    return OrderFilter(person_id=contact.id, verified_only=True) if contact else None
