"""What programs are told, as plain JSON: amounts in whole minor units and in words, carts, positions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderkit import Line, Money, OfferedMethod
from orderkit_flask.shop.cart import Cart, Position
from orderkit_flask.shop.order_page import OrderPage
from orderkit_flask.shop.paying import PaymentPage
from orderkit_flask.speech import Speech
from orderkit_flask.window import Sum, adjustments_of

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
        "adjustments": [_sum(sum, say) for sum in cart.sums],
        "codes": [{"code": code.text, "is_given": code.is_given} for code in cart.codes],
        "total": money(cart.total, say),
        "requires_delivery": any(line.requires_delivery for line in cart.lines),
        "is_priced": cart.is_priced,
    }


def order_document(page: OrderPage, payment: PaymentPage) -> Document:
    """An order as its own page and its payment page tell of it, with the ways in which it may be paid now."""
    order, say = page.order, page.say
    return {
        "number": order.number,
        "status": order.status.value,
        "status_text": page.status,
        "lines": [_bought(line, say) for line in order.lines],
        "delivery": money(order.delivery.cost, say),
        "adjustments": [_sum(sum, say) for sum in adjustments_of(order, say, lambda _: True)],
        "total": money(order.total, say),
        "paid": money(page.money(order.balance.paid), say),
        "to_pay": money(payment.to_pay, say),
        "lacks_details": order.lacks_details,
        "is_awaited": page.is_awaited,
        "declined": payment.declined,
        "redirect": payment.going_on or None,
        "methods": [_way(method, payment) for method in payment.methods],
        "tracking": {"code": order.delivery.tracking_code, "address": page.tracking_link or None},
        "may_cancel": page.may_cancel,
        "may_ask_to_cancel": page.may_ask_to_cancel and not page.is_asked_to_cancel,
        "cancel_declined": page.declined.reason if page.declined else "",
    }


def _sum(sum: Sum, say: Speech) -> Document:
    return {"reason": sum.label, "amount": money(sum.amount, say), "is_included": sum.is_included}


def _way(method: OfferedMethod, payment: PaymentPage) -> Document:
    return {
        "id": str(method.id),
        "description": method.description,
        "button": payment.button(method),
        "instructions": payment.instructions[str(method.id)],
        "is_primary": method.is_primary,
        "is_offline": method.offline,
    }


def _bought(line: Line, say: Speech) -> Document:
    """What is alike in the positions of carts and of orders."""
    return {
        "id": line.id,
        "sku": line.sku,
        "title": line.title,
        "options": dict(line.options),
        "quantity": line.quantity,
        "price": money(line.unit_price, say),
        "amount": money(line.amount, say),
        "requires_delivery": line.requires_delivery,
        "image": line.image,
    }


def _line(position: Position, say: Speech) -> Document:
    return {
        **_bought(position.shown, say),
        "id": position.line.id,
        "price_before": money(position.line.unit_price, say) if position.is_repriced else None,
        "is_sold": position.now is not None,
    }
