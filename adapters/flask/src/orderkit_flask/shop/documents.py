"""What programs are told, as plain JSON: amounts in whole minor units and in words, carts, positions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderkit import Money
from orderkit_flask.shop.cart import Cart, Position
from orderkit_flask.speech import Speech

Document = Mapping[str, Any]


def money(amount: Money, say: Speech) -> Document:
    """An amount: whole minor units, currency, and as people read it."""
    return {"minor": amount.minor, "currency": amount.currency, "text": say.money(amount)}


def cart_document(cart: Cart, say: Speech) -> Document:
    """A cart: its order, its positions at the prices of now, and what they come to; delivery apart."""
    return {
        "order": str(cart.order.id) if cart.order else None,
        "lines": [_line(position, say) for position in cart.positions],
        "pieces": cart.pieces,
        "goods": money(cart.goods, say),
        "requires_delivery": any(line.requires_delivery for line in cart.lines),
        "is_priced": cart.is_priced,
    }


def _line(position: Position, say: Speech) -> Document:
    line = position.shown
    return {
        "id": position.line.id,
        "sku": line.sku,
        "title": line.title,
        "options": dict(line.options),
        "quantity": line.quantity,
        "price": money(line.unit_price, say),
        "amount": money(line.amount, say),
        "price_before": money(position.line.unit_price, say) if position.is_repriced else None,
        "is_sold": position.now is not None,
        "requires_delivery": line.requires_delivery,
        "image": line.image,
    }
