"""The cart as a buyer sees it: each position at the price of now, and what has changed since it was put there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

import attrs

from orderkit import Adjustment, Line, Money, Order
from orderkit_flask.forms import Form
from orderkit_flask.shop.goods import Goods
from orderkit_flask.shop.limits import MOST_LINES
from orderkit_flask.shop.troubles import Trouble
from orderkit_flask.speech import Speech
from orderkit_flask.window import Sum, adjustments_of

QUANTITY = "quantity."
"""Before the id of a position: the field of its quantity."""
CODE = "code"
"""The field of a promo code."""


@attrs.frozen
class Position:
    """
    One position.

    Attributes:
        line: As the cart holds it.
        now: As it is sold at this moment; ``None`` if it is not any more.
    """

    line: Line
    now: Line | None

    @property
    def shown(self) -> Line:
        """What is shown of it: as it is sold now, else as it was."""
        return self.now or self.line

    @property
    def is_repriced(self) -> bool:
        """Whether it costs something else by now."""
        return self.now is not None and self.now.unit_price != self.line.unit_price

    @property
    def field(self) -> str:
        """Name of the field of its quantity."""
        return f"{QUANTITY}{self.line.id}"


@attrs.frozen
class Code:
    """A promo code that was entered, and whether anything is given for it now."""

    text: str
    is_given: bool


@attrs.frozen(slots=False)
class Cart:
    """
    The cart of a visitor.

    Attributes:
        order: ``None`` where there is none yet.
        is_priced: ``False`` where the catalogue does not answer, and the prices are those of before.
        pricing: What the price rules make of an order.
    """

    order: Order | None
    positions: tuple[Position, ...]
    currency: str
    say: Speech
    is_priced: bool = True
    pricing: Callable[[Order], Order] = lambda order: order

    @classmethod
    def of(cls, order: Order | None, goods: Goods, pricing: Callable[[Order], Order]) -> Cart:
        """The cart at the prices of now."""
        lines, say, currency = order.lines if order else (), goods.shelf.say, goods.shelf.currency
        try:
            positions = tuple(Position(line, goods.now(line)) for line in lines)
        except Trouble:
            return cls(order, tuple(Position(line, line) for line in lines), currency, say, is_priced=False)
        return cls(order, positions, order.currency if order else currency, say, pricing=pricing)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """What is sold of it, at the prices of now."""
        return tuple(position.now for position in self.positions if position.now)

    @property
    def gone(self) -> tuple[Line, ...]:
        """What is not sold any more."""
        return tuple(position.line for position in self.positions if position.now is None)

    @property
    def is_awaited(self) -> bool:
        """Whether a provider was asked for its money and has not said yet what came of it: nothing is changed now."""
        return self.order is not None and self.order.awaits_answer

    @property
    def pieces(self) -> int:
        """How many pieces are in it."""
        return sum(line.quantity for line in self.lines)

    @cached_property
    def goods(self) -> Money:
        """What they cost together, delivery apart."""
        return Money.total((line.amount for line in self.lines), self.currency)

    @cached_property
    def current(self) -> Order | None:
        """The order as it would be now; the price rules are asked only where it would be another."""
        if self.order is None or self.lines == self.order.lines:
            return self.order
        return self.pricing(self.order.with_lines(self.lines))

    @cached_property
    def sums(self) -> tuple[Sum, ...]:
        """What comes off the goods or on top of them, each with its reason; what is about delivery is said later."""
        current = self.current
        return tuple(adjustments_of(current, self.say, _is_of_goods)) if current else ()

    @property
    def total(self) -> Money:
        """What it comes to, delivery apart."""
        return Money.total((self.goods, *(one.amount for one in self.sums)), self.currency)

    @property
    def codes(self) -> tuple[Code, ...]:
        """The promo codes that were entered."""
        if self.current is None:
            return ()
        given = {one.code for one in self.current.adjustments}
        return tuple(Code(code, code in given) for code in self.current.codes)

    def form(self) -> Form:
        """Its quantities, to be changed."""
        return Form.of({one.field: str(one.line.quantity) for one in self.positions} | {CODE: ""})


def _is_of_goods(adjustment: Adjustment) -> bool:
    return not adjustment.included and adjustment.target != "delivery"


def require_room(order: Order | None, line: Line) -> None:
    """
    Refuse what would make a cart too long.

    Raises:
        Trouble: ``too_many_positions``.
    """
    held = order.lines if order else ()
    is_there = any((one.sku, one.options) == (line.sku, line.options) for one in held)
    if len(held) >= MOST_LINES and not is_there:
        raise Trouble("too_many_positions", 422)


def changed_quantities(form: Form) -> Iterator[tuple[int, str]]:
    """Id and text of each quantity that differs from what the form was shown with."""
    for name, values in form.values.items():
        id = name.removeprefix(QUANTITY)
        if name.startswith(QUANTITY) and id.isascii() and id.isdigit() and values != form.was.get(name):
            yield int(id[:9]), form.one(name)
