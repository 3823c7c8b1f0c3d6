"""Carts: what a visitor puts together, in the one slot each visitor has, until it is submitted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.attempts import follow_total, require_answered
from orderkit.domain.change import Change, changed, created
from orderkit.domain.editing import back_at_cart, put_lines
from orderkit.domain.lifecycle import Status
from orderkit.domain.line import Line, clean_code
from orderkit.domain.order import Order
from orderkit.domain.placing import Beginning, begin
from orderkit.domain.pricing import Pricing, as_it_is
from orderkit.domain.visitor import Visitor
from orderkit.errors import InvalidInputError, NotFoundError, TransitionRefusedError

Prices: TypeAlias = Callable[[Line], "Line | None"]
"""The host's catalogue: what a line would be now, as many of it; ``None`` for what is not sold any more."""

IDLE = timedelta(days=30)
"""A cart that nobody changed for so long is not waited for any more: the next one takes its slot."""


def is_idle(cart: Order, at: datetime) -> bool:
    """Whether a cart was left alone for so long that it is given up."""
    return at - cart.changed_at >= IDLE


def is_open(cart: Order, at: datetime) -> bool:
    """Whether its visitor may go on filling a cart: it is not idle, and no provider is being asked for its money."""
    return not is_idle(cart, at) and not cart.awaits_answer


def require_open(slot: Order | None, at: datetime) -> Order:
    """
    The cart in a visitor's slot, provided that it is not given up.

    Raises:
        NotFoundError: ``cart_not_found``.
    """
    if slot is None or is_idle(slot, at):
        raise NotFoundError("this visitor has no open cart", code="cart_not_found")
    return slot


def add(
    slot: Order | None,
    visitor: Visitor,
    line: Line,
    act: Act,
    *,
    prices: Prices | None = None,
    pricing: Pricing = as_it_is,
) -> tuple[Change[Order], ...]:
    """
    Put goods into a visitor's cart; where there is none to put them into, they begin one, which takes the slot.

    The same goods with the same options become one line, at the price they have now. The other lines follow the
    host's catalogue.

    Args:
        pricing: The rules of the site, as in all verbs here.

    Returns:
        The change of the order that holds the goods, then of the one that left the slot, if one did.

    Raises:
        InvalidInputError: Contents no order may have.
    """
    line = attrs.evolve(line, id=0)
    if slot is None or not is_open(slot, act.at) or line.unit_price.currency != slot.currency:
        asked = Beginning(
            lines=(line,),
            currency=line.unit_price.currency,
            contact_id=visitor.contact_id,
            status=Status.CREATED,
            cart_visitor=visitor.id,
        )
        order = begin(asked, act, pricing=pricing)
        data = {"line_id": order.lines[0].id, "quantity": line.quantity}
        return created(order, "cart.line_added", act, order.snapshot(), **data), *left(slot, act)
    same = next((one for one in slot.lines if _goods(one) == _goods(line)), None)
    others = {one.id: one for one in refreshed(slot.lines, prices) if same is None or one.id != same.id}
    if same is None:
        after = _with_lines(slot, (*others.values(), line), act, pricing)
    else:
        more = _times(attrs.evolve(line, id=same.id), same.quantity + line.quantity)
        now = {**others, same.id: next(refreshed((more,), prices), more)}
        after = _with_lines(slot, [now[one.id] for one in slot.lines if one.id in now], act, pricing)
    line_id = same.id if same else after.last_line_id
    change = changed(slot, after, "cart.line_added", act, line_id=line_id, quantity=line.quantity)
    return (change,) if change else ()


def change_quantity(
    order: Order, line_id: int, quantity: int, act: Act, *, pricing: Pricing = as_it_is
) -> Change[Order] | None:
    """
    Have as many of a line as that; ``None`` if there are.

    Raises:
        TransitionRefusedError: A provider is being asked for its money (``answer_awaited``).
        InvalidInputError: A quantity no line may have.
        NotFoundError: No such line.
    """
    require_answered(order)
    counted = _times(order.line(line_id), quantity)
    lines = [counted if one.id == line_id else one for one in order.lines]
    after = _with_lines(order, lines, act, pricing)
    return changed(order, after, "cart.quantity_changed", act, line_id=line_id, quantity=quantity)


def change_quantities(
    order: Order, quantities: Mapping[int, int], act: Act, *, pricing: Pricing = as_it_is
) -> Change[Order] | None:
    """
    Have as many of each line as that, and nothing of it where that is 0; ``None`` if there are.

    A line that is gone, taken out in another window, stays gone. One line alone is told as `change_quantity`
    and `remove` tell it.

    Args:
        quantities: By the id of the line.

    Raises:
        TransitionRefusedError: A provider is being asked for its money (``answer_awaited``).
        InvalidInputError: Quantities no line may have, each in ``problems`` as ``quantities.`` and the id of the line;
            or contents no order may have.
    """
    require_answered(order)
    after = _with_lines(order, _counted(order.lines, quantities), act, pricing)
    asked = {
        one.id: quantities[one.id]
        for one in order.lines
        if quantities.get(one.id, one.quantity) != one.quantity
    }
    if len(asked) == 1:
        [(line_id, quantity)] = asked.items()
        if not quantity:
            return remove(order, line_id, act, pricing=pricing)
        return change_quantity(order, line_id, quantity, act, pricing=pricing)
    told = {str(line_id): quantity for line_id, quantity in asked.items()}
    return changed(order, after, "cart.quantities_changed", act, quantities=told)


def remove(order: Order, line_id: int, act: Act, *, pricing: Pricing = as_it_is) -> Change[Order]:
    """
    Take a line out; the last one too: an empty cart stays.

    Raises:
        TransitionRefusedError: A provider is being asked for its money (``answer_awaited``).
        NotFoundError: No such line.
    """
    require_answered(order)
    gone = order.line(line_id)
    after = _with_lines(order, [one for one in order.lines if one is not gone], act, pricing)
    change = changed(order, after, "cart.line_removed", act, line_id=line_id)
    assert change is not None  # there is a line less
    return change


def refresh(
    order: Order, act: Act, prices: Prices | None, *, pricing: Pricing = as_it_is
) -> Change[Order] | None:
    """
    Let a cart follow the host's catalogue: prices and titles as they are now, without what is not sold any more.

    The furthest step stays; the attempt to pay follows the new total. Where goods that are delivered cost something
    else by now, the details are to be submitted anew: their delivery may, too. ``None`` if nothing differs, or if a
    provider is being asked for its money.
    """
    if order.awaits_answer:
        return None
    after = put(order, tuple(refreshed(order.lines, prices)), pricing)
    return changed(order, after, "cart.refreshed", act)


def enter_code(order: Order, code: str, act: Act, *, pricing: Pricing = as_it_is) -> Change[Order] | None:
    """
    Enter a promo code, which some rule takes; ``None`` if it is entered already.

    Raises:
        TransitionRefusedError: A provider is being asked for its money (``answer_awaited``).
        InvalidInputError: More codes than an order may have (``too_many_codes``).
    """
    code = clean_code(code)
    codes = order.codes if code in order.codes else (*order.codes, code)
    return _with_codes(order, codes, "cart.code_entered", code, act, pricing)


def remove_code(order: Order, code: str, act: Act, *, pricing: Pricing = as_it_is) -> Change[Order] | None:
    """
    Take a promo code away; ``None`` if it is not entered.

    Raises:
        TransitionRefusedError: A provider is being asked for its money (``answer_awaited``).
    """
    code = clean_code(code)
    codes = tuple(one for one in order.codes if one != code)
    return _with_codes(order, codes, "cart.code_removed", code, act, pricing)


def _with_codes(
    order: Order, codes: tuple[str, ...], kind: str, code: str, act: Act, pricing: Pricing
) -> Change[Order] | None:
    require_answered(order)
    if codes == order.codes:
        return None
    after = pricing(attrs.evolve(order, codes=codes))
    return changed(order, follow_total(order, after), kind, act, code=code)


def take(slot: Order | None, visitor: Visitor, other: Order, act: Act) -> tuple[Change[Order], ...]:
    """
    Go on with another cart of the same person; the one in hand leaves the slot, and both are kept.

    Raises:
        TransitionRefusedError: It is placed already (``already_placed``).
    """
    require_cart(other)
    change = changed(other, attrs.evolve(other, cart_visitor=visitor.id), "cart.taken", act)
    return (change, *left(slot, act)) if change else ()


def is_theirs(order: Order, visitor: Visitor, holder: Visitor | None, contacts: frozenset[UUID]) -> bool:
    """
    Whether a cart is that of the customer who is signed in at *visitor*.

    Args:
        holder: In whose slot the cart is, if it is in any.
        contacts: Those that are proven to be the customer, the visitor's own among them.
    """
    if not visitor.customer:
        return False
    return order.contact_id in contacts or (holder is not None and holder.customer == visitor.customer)


def require_cart(order: Order) -> None:
    """
    Refuse what is only done to carts.

    Raises:
        TransitionRefusedError: ``already_placed``.
    """
    if not order.is_cart:
        raise TransitionRefusedError(
            f"{order.name} is no cart any more; it is {order.status.value!r}",
            code="already_placed",
            order=order.number,
        )


def left(slot: Order | None, act: Act) -> Iterator[Change[Order]]:
    """The cart in the slot leaves it."""
    if slot is not None:
        change = changed(slot, attrs.evolve(slot, cart_visitor=None), "cart.left", act)
        assert change is not None  # it was there
        yield change


def _goods(line: Line) -> tuple[object, ...]:
    """What makes two lines the same goods; without a sku, their title does."""
    return line.sku or line.title, bool(line.sku), dict(line.options)


def _counted(lines: Iterable[Line], quantities: Mapping[int, int]) -> list[Line]:
    """As many of each line as is asked for, without those of which nothing is."""
    counted: list[Line] = []
    refused: dict[str, InvalidInputError] = {}
    for line in lines:
        quantity = quantities.get(line.id, line.quantity)
        if type(quantity) is int and quantity == 0:
            continue
        try:
            counted.append(_times(line, quantity))
        except InvalidInputError as error:
            refused[f"quantities.{line.id}"] = error
    if refused:
        field, first = next(iter(refused.items()))
        problems = [(one, str(why)) for one, why in refused.items()]
        raise InvalidInputError(
            f"{field}: {first}", code=first.code, field=field, problems=problems, **first.context
        )
    return counted


def _times(line: Line, quantity: int) -> Line:
    """As many of it; an amount that is finer than its price times its quantity keeps its proportion."""
    counted = attrs.evolve(line, quantity=quantity, amount=line.amount)
    if line.amount == line.unit_price.times(line.quantity):
        return attrs.evolve(counted, amount=line.unit_price.times(quantity))
    return attrs.evolve(counted, amount=line.amount.share(quantity, line.quantity))


def refreshed(lines: Iterable[Line], prices: Prices | None) -> Iterator[Line]:
    """Lines as the host sells them now, each with its id and without those it does not sell."""
    for line in lines:
        now = prices(line) if prices else line
        if now is not None and not isinstance(now, Line):
            raise InvalidInputError(
                f"prices answered {type(now).__name__}; expected a Line, or None for what is not sold any more",
                code="wrong_type",
                field="prices",
            )
        if now is not None:
            yield attrs.evolve(now, id=line.id)


def _with_lines(order: Order, lines: Sequence[Line], act: Act, pricing: Pricing) -> Order:
    return back_at_cart(order, put(order, lines, pricing), act)


def put(order: Order, lines: Sequence[Line], pricing: Pricing) -> Order:
    """The order with these lines, by the price rules; attempts to pay follow the new total."""
    after = put_lines(order, lines)
    after = attrs.evolve(order.with_lines(after.lines), last_line_id=after.last_line_id)
    return follow_total(order, pricing(after))
