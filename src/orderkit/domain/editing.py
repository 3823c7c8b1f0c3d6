"""Editing an order: its contents, its discounts and fees, its delivery, each only where the rules open it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import attrs

from orderkit.domain.actor import Act, ActorKind
from orderkit.domain.attempts import close_attempts, follow_total, require_answered
from orderkit.domain.change import Change, changed
from orderkit.domain.delivery import Delivery
from orderkit.domain.lifecycle import CONTENTS_EDITABLE, Status
from orderkit.domain.line import Adjustment, AdjustmentKind, Line
from orderkit.domain.moving import stamp
from orderkit.domain.order import Order, number_lines
from orderkit.domain.permits import Verb, may, require
from orderkit.domain.placing import with_recipient_id
from orderkit.domain.pricing import Pricing, as_it_is
from orderkit.domain.text import LONG, clean_words
from orderkit.errors import InvalidInputError, TransitionRefusedError


@attrs.frozen(slots=True)
class AddLine:
    """Add a position at the end."""

    line: Line


@attrs.frozen(slots=True)
class ReplaceLine:
    """Put another position in the place of one: one change, the same place."""

    line_id: int
    line: Line


@attrs.frozen(slots=True)
class RemoveLine:
    """Take a position out; the last one stays, an order without any is cancelled instead."""

    line_id: int


@attrs.frozen(slots=True)
class ChangeQuantity:
    """Keep the position and its price, change how many."""

    line_id: int
    quantity: int


BY_HAND = frozenset({AdjustmentKind.DISCOUNT, AdjustmentKind.FEE})
"""The adjustments that staff set; those of refunds and taxes stay as they are."""

LineEdit: TypeAlias = AddLine | ReplaceLine | RemoveLine | ChangeQuantity
LINE_EDITS = (AddLine, ReplaceLine, RemoveLine, ChangeQuantity)


def edit_lines(
    order: Order, edits: Sequence[LineEdit], act: Act, *, pricing: Pricing = as_it_is
) -> Change[Order] | None:
    """
    Change what is bought; all edits are one change.

    Open attempts follow the new total: offline ones ask for what is left, others are superseded. A buyer who changes
    the cart on the payment page is back at the cart, and the attempt to pay is superseded.

    Args:
        pricing: The rules of the site.

    Raises:
        TransitionRefusedError: The order is closed for this actor (``contents_closed``), contents are never this
            actor's (``not_by_this_actor``), the last line would go (``last_line``), or a buyer's payment is being
            answered for (``answer_awaited``).
        InvalidInputError: An edit that makes contents no order may have.
        NotFoundError: No such line.
    """
    _require_open_contents(order, act, Verb.EDIT_LINES)
    lines = _edited(order, edits)
    if not lines:
        raise TransitionRefusedError(
            f"{order.name} would be left without a line; cancel it instead",
            code="last_line",
            possible=["cancel"],
        )
    after = follow_total(order, _priced(put_lines(order, lines), act, pricing))
    if act.actor.kind is ActorKind.BUYER:
        after = back_at_cart(order, after, act)
    return changed(order, after, "order.lines_edited", act)


def put_lines(order: Order, lines: Sequence[Line]) -> Order:
    """Put *lines* in the place of those there are; new ones get an id. What comes of it is checked with its price."""
    numbered, last_line_id = number_lines(tuple(lines), order.last_line_id)
    return attrs.evolve(order, lines=numbered, last_line_id=last_line_id)


def back_at_cart(before: Order, after: Order, act: Act) -> Order:
    """
    On the payment page a buyer who changed the contents is back at the cart, and the attempt is superseded.

    The details of a visitor's cart are to be submitted anew. Whoever fills an order that is in no slot says by verbs of
    his own how it is delivered.
    """
    if after.lines == before.lines:
        return after
    if before.cart_visitor is not None:
        after = attrs.evolve(after, submitted_at=None)
    return stamp(close_attempts(after), Status.CREATED, act.at) if before.status is Status.PAYMENT else after


def edit_adjustments(
    order: Order,
    adjustments: Sequence[Adjustment],
    act: Act,
    *,
    codes: Sequence[str] | None = None,
    pricing: Pricing = as_it_is,
) -> Change[Order] | None:
    """
    Set the discounts and fees of an order, where its contents are open; attempts follow the new total.

    Args:
        adjustments: All discounts and fees that are set by hand, as they shall be. A new discount is below zero, a new
            fee above it; what rules, refunds and taxes added to the order is not among them.
        codes: All promo codes as they shall be; ``None`` leaves them.
        pricing: The rules of the site.

    Raises:
        TransitionRefusedError: The contents are closed in this status (``contents_closed``), or discounts are not
            for this actor (``not_by_this_actor``).
        InvalidInputError: Another kind (``not_by_hand``), the wrong sign (``wrong_sign``), another currency, or a
            total below zero.
    """
    _require_open_contents(order, act, Verb.EDIT_ADJUSTMENTS)
    for one in adjustments:
        _require_by_hand(one, is_new=one not in order.adjustments)
    wanted = iter(adjustments)
    kept = [next(wanted, None) if is_by_hand(one) else one for one in order.adjustments]
    after = attrs.evolve(
        order,
        adjustments=(*(one for one in kept if one), *wanted),
        codes=order.codes if codes is None else tuple(codes),
    )
    after = _priced(after, act, pricing)
    return changed(order, follow_total(order, after), "order.adjustments_edited", act)


def is_by_hand(adjustment: Adjustment) -> bool:
    """Whether staff set an adjustment, and may set another in its place."""
    return adjustment.kind in BY_HAND and adjustment.rule_id is None


def edit_delivery(
    order: Order, delivery: Delivery, act: Act, *, reason: str = "", pricing: Pricing = as_it_is
) -> Change[Order] | None:
    """
    Change how, for how much, to whom and where an order is delivered, and its tracking code.

    Args:
        pricing: The rules of the site; they have their turn where the cost is another.

    Raises:
        TransitionRefusedError: Method or cost in a status that needs a reason for it (``reason_required``); a
            buyer after placing, or with another tracking code (``delivery_closed``); an actor whose it never is
            (``not_by_this_actor``).
        InvalidInputError: Another currency.
    """
    reason = clean_words(reason, "reason", limit=LONG)
    before = order.delivery
    require(Verb.EDIT_DELIVERY, act.actor.kind, order.name)
    if act.actor.kind is ActorKind.BUYER:
        require_buyers_delivery(order, delivery)
    priced_anew = (delivery.method_id, delivery.cost) != (before.method_id, before.cost)
    if priced_anew and order.status in (Status.DELIVERED, Status.CANCELLED) and not reason:
        raise TransitionRefusedError(
            f"{order.name} is {order.status.value}; changing the method or cost of its delivery needs a reason",
            code="reason_required",
            possible=["recipient", "address", "tracking_code", "comment"],
            order=order.number,
        )
    after = attrs.evolve(order, delivery=with_recipient_id(delivery, before, act))
    after = _priced(after, act, as_it_is if delivery.cost == before.cost else pricing)
    return changed(order, follow_total(order, after), "order.delivery_edited", act, reason=reason)


def require_buyers_delivery(order: Order, delivery: Delivery) -> None:
    """
    Refuse a delivery that is not the buyer's to give.

    Raises:
        TransitionRefusedError: ``delivery_closed``: the order is placed, or the tracking code another.
    """
    if not order.is_cart or delivery.tracking_code != order.delivery.tracking_code:
        raise TransitionRefusedError(
            f"the buyer may say how and where {order.name} is delivered until it is placed, and never its tracking "
            "code; staff may change the rest",
            code="delivery_closed",
            order=order.number,
        )


def contents_open(order: Order, kind: ActorKind) -> bool:
    """Whether an actor of *kind* may change what is bought: the buyer in a cart, the desk in three statuses."""
    if not may(Verb.EDIT_LINES, kind):
        return False
    return order.is_cart if kind is ActorKind.BUYER else order.status in CONTENTS_EDITABLE


def _priced(order: Order, act: Act, pricing: Pricing) -> Order:
    """An import comes with its prices, whatever they are."""
    return as_it_is(order) if act.actor.kind is ActorKind.IMPORT else pricing(order)


def _require_by_hand(adjustment: Adjustment, *, is_new: bool) -> None:
    kind = adjustment.kind
    if not is_by_hand(adjustment):
        raise InvalidInputError(
            f"an adjustment of kind {kind.value!r} is not set by hand, nor one that a rule made; "
            "possible: discount, fee",
            code="not_by_hand",
            field="adjustments",
        )
    takes_off = kind is AdjustmentKind.DISCOUNT
    if is_new and (adjustment.amount.minor >= 0 if takes_off else adjustment.amount.minor <= 0):
        raise InvalidInputError(
            f"a {kind.value} of {adjustment.amount} has the wrong sign; "
            "a discount is below zero, a fee is above it",
            code="wrong_sign",
            field="adjustments",
        )


def _require_open_contents(order: Order, act: Act, verb: Verb) -> None:
    require(verb, act.actor.kind, order.name)
    if not contents_open(order, act.actor.kind):
        possible = sorted(status.value for status in CONTENTS_EDITABLE)
        raise TransitionRefusedError(
            f"the contents of {order.name} are closed while it is {order.status.value!r}; "
            f"staff may change them in: {', '.join(possible)}",
            code="contents_closed",
            possible=possible,
            order=order.number,
        )
    if act.actor.kind is ActorKind.BUYER:
        require_answered(order)


def _edited(order: Order, edits: Sequence[LineEdit]) -> tuple[Line, ...]:
    known = {line.id: line for line in order.lines}
    in_place: dict[int, tuple[Line, ...]] = {}
    added = []
    for edit in edits:
        if isinstance(edit, AddLine):
            added.append(attrs.evolve(edit.line, id=0))
            continue
        if edit.line_id in in_place:
            raise InvalidInputError(
                f"line {edit.line_id} of {order.name} is edited twice; give one edit for each line",
                code="edited_twice",
            )
        line = known.get(edit.line_id) or order.line(edit.line_id)  # the latter says what there is
        in_place[line.id] = _successors(line, edit)
    kept = [one for line in order.lines for one in in_place.get(line.id, (line,))]
    return (*kept, *added)


def _successors(line: Line, edit: ReplaceLine | RemoveLine | ChangeQuantity) -> tuple[Line, ...]:
    if isinstance(edit, RemoveLine):
        return ()
    if isinstance(edit, ReplaceLine):
        return (attrs.evolve(edit.line, id=line.id),)
    if line.amount != line.unit_price.times(line.quantity):
        raise InvalidInputError(
            f"line {line.id} has an amount of its own; replace the line to change its quantity",
            code="amount_given",
            field="quantity",
        )
    counted = attrs.evolve(line, quantity=edit.quantity)
    return (attrs.evolve(counted, amount=counted.unit_price.times(counted.quantity)),)
