"""Orders as plugins are told of them: what is bought and what was paid, and of people only where it is to go."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs

from orderkit.domain.actor import ActorKind
from orderkit.domain.line import Adjustment, Line
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.site import Site


@attrs.frozen(kw_only=True)
class OrderFacts:
    """
    An order as a plugin is told of it. Who the client is, it is not told.

    Attributes:
        site: The site's code.
        by: Which side places or moves it: ``buyer``, ``staff``, ``host``, ``schedule`` or ``tracking``.
        number: Empty where the order has none yet.
        status: One of the eight, such as ``pending``.
        created_at: Aware, in the site's time zone.
        placed_at: Likewise; ``None`` of a cart.
        lines: The goods.
        goods: What the lines cost together.
        adjustments: Discounts, fees and taxes.
        delivery_method: The id of the shipping method; ``None`` where none is chosen.
        delivery_cost: What delivery costs.
        country: Where it goes: ISO 3166 code of two letters, or as typed; empty if not known.
        postal_code: As typed.
        city: As typed.
        total: What the client must pay.
        paid: What is kept of it.
        to_pay: What is left to pay.
        payment_status: Such as ``unpaid`` or ``partially_paid``.
    """

    site: str
    by: str
    number: str
    status: str
    created_at: datetime
    placed_at: datetime | None
    lines: tuple[Line, ...]
    goods: Money
    adjustments: tuple[Adjustment, ...]
    delivery_method: UUID | None
    delivery_cost: Money
    country: str
    postal_code: str
    city: str
    total: Money
    paid: Money
    to_pay: Money
    payment_status: str


@attrs.frozen(kw_only=True)
class NumberDraft:
    """
    What a number can be made of.

    Attributes:
        site: The site's code.
        value: The counter's: a whole number, higher than that of each order before it in the site.
        at: When the order begins: aware, in the site's time zone.
        made_by: Which side makes it: ``buyer``, ``staff``, ``host`` or ``import``.
    """

    site: str
    value: int
    at: datetime
    made_by: str


def facts_of(order: Order, site: Site, by: ActorKind) -> OrderFacts:
    """An order of *site* as plugins are told of it, of whom *by* places or moves it."""
    zone, recipient, balance = ZoneInfo(site.timezone), order.delivery.recipient, order.balance
    return OrderFacts(
        site=site.code,
        by=by.value,
        number=order.number,
        status=order.status.value,
        created_at=order.created_at.astimezone(zone),
        placed_at=order.placed_at and order.placed_at.astimezone(zone),
        lines=order.lines,
        goods=Money.total((line.amount for line in order.lines), order.currency),
        adjustments=order.adjustments,
        delivery_method=order.delivery.method_id,
        delivery_cost=order.delivery.cost,
        country=recipient.country,
        postal_code=recipient.postal_code,
        city=recipient.city,
        total=order.total,
        paid=balance.money(balance.paid),
        to_pay=balance.money(balance.to_pay),
        payment_status=balance.payment_status.value,
    )
