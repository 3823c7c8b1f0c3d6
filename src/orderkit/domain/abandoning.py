"""
Abandoned carts: a mark that is derived, no status.

A cart is abandoned when it `is_left` and its client placed no order since it was last changed. The list computes the
same in SQL; a test compares the two.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from orderkit.domain.order import Order

IDLE = timedelta(hours=1)
"""How long nothing must have been changed."""


def is_left(order: Order, now: datetime) -> bool:
    """Whether an order is a cart with something in it that was not changed for an hour, and no money is in play."""
    return order.is_cart and bool(order.lines) and order.changed_at <= now - IDLE and not order.is_in_play
