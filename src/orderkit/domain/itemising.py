"""What money is paid for or given back for, item by item: what a receipt of it names."""

from __future__ import annotations

from collections import Counter

import attrs

from orderkit.domain.line import AdjustmentKind, Line
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.payment import Refund
from orderkit.domain.pricing import Calculation, Part


def parts_of(order: Order) -> tuple[Part, ...]:
    """
    Every line, the delivery and the fees, with what discounts have left of each.

    What was taken off the total for money that was given back is no discount: it was paid for. A tax that comes on top
    is in none of them.
    """
    counted = tuple(one for one in order.adjustments if one.kind is not AdjustmentKind.REFUND)
    calculation = Calculation(
        currency=order.currency,
        lines=order.lines,
        delivery=order.delivery.cost,
        at=order.created_at,
        adjustments=counted,
    )
    return calculation.parts


def parts_given_back(order: Order, refund: Refund) -> tuple[Part, ...]:
    """
    What a refund is for: the goods that came back, as many pieces as did, where that was told; else all of the order.

    Where more is given back than these pieces cost, the delivery and the fees are among it, then the other goods.
    """
    parts = parts_of(order)
    came_back: Counter[int] = Counter()
    for line in refund.lines:
        came_back[line.line_id] += line.quantity
    told = [
        _pieces(part, part.line, came_back[part.line.id])
        for part in parts
        if part.line and came_back[part.line.id]
    ]
    others = [part for part in parts if part.line is None]
    for chosen in (told, [*told, *others]):
        if told and refund.amount <= Money.total((part.amount for part in chosen), order.currency):
            return tuple(chosen)
    return parts


def pieces_of(line: Line, quantity: int) -> Line:
    """So many pieces of a line, for their share of its amount."""
    return attrs.evolve(line, quantity=quantity, amount=line.amount.share(quantity, line.quantity))


def _pieces(part: Part, line: Line, quantity: int) -> Part:
    amount = part.amount.share(quantity, line.quantity)
    return attrs.evolve(part, amount=amount, line=pieces_of(line, quantity))
