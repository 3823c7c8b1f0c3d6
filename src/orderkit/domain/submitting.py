"""How a cart reaches the payment page and is submitted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.attempts import follow_total, reach_payment_page, require_answered
from orderkit.domain.carting import Prices, is_idle, is_open, left, put, refreshed, require_cart
from orderkit.domain.change import Change, changed, created, told
from orderkit.domain.contact import Contact, ContactDetails
from orderkit.domain.delivery import Delivery
from orderkit.domain.editing import require_buyers_delivery
from orderkit.domain.identifying import NOBODY, believed, identify
from orderkit.domain.lifecycle import ORDER_LIFECYCLE, Lifecycle, Status
from orderkit.domain.money import Money
from orderkit.domain.moving import go_on, pending_twin
from orderkit.domain.order import Order
from orderkit.domain.people import Alike
from orderkit.domain.placing import Beginning, begin, with_recipient_id
from orderkit.domain.pricing import Pricing, as_it_is
from orderkit.domain.visitor import Visitor
from orderkit.errors import ConflictError, TransitionRefusedError

SUBMITTED = "cart.details_submitted"
"""The kind of the entry that holds what a checkout said."""


def open_payment(
    slot: Order | None,
    visitor: Visitor,
    act: Act,
    *,
    currency: str,
    prices: Prices | None = None,
    pricing: Pricing = as_it_is,
    lifecycle: Lifecycle = ORDER_LIFECYCLE,
) -> tuple[Change[Order], ...]:
    """
    Reach the payment page with the cart, at the prices of now; without a cart, an order is born there.

    Args:
        currency: The site's, for an order that is born without a line.

    Returns:
        Nothing where the cart stands there already; as `add` else. A cart of which nothing is sold any more stays a
        cart.

    Raises:
        TransitionRefusedError: The cart is empty (``no_lines``), or *lifecycle* has no such step for its buyer.
    """
    if slot is None or is_idle(slot, act.at):
        asked = Beginning(
            lines=(),
            currency=currency,
            contact_id=visitor.contact_id,
            status=Status.PAYMENT,
            cart_visitor=visitor.id,
        )
        order = begin(asked, act)
        return created(order, "cart.payment_reached", act, order.snapshot()), *left(slot, act)
    if not is_open(slot, act.at):
        return ()
    if slot.status is Status.CREATED:
        _require_lines(slot)
    after, kind = put(slot, tuple(refreshed(slot.lines, prices)), pricing), "cart.refreshed"
    if slot.status is Status.CREATED and after.lines:
        after = go_on(slot, after, Status.PAYMENT, act, lifecycle)
        after, kind = reach_payment_page(after, act), "cart.payment_reached"
    change = changed(slot, after, kind, act)
    return (change,) if change else ()


def submit(
    order: Order,
    visitor: Visitor,
    contact: Contact,
    act: Act,
    *,
    details: ContactDetails,
    delivery: Delivery,
    seen: Money | None,
    is_offered: Callable[[Order], bool],
    alike: Alike = NOBODY,
    pricing: Pricing = as_it_is,
    lifecycle: Lifecycle = ORDER_LIFECYCLE,
) -> tuple[Change[Any], ...]:
    """
    Take the details of the form: who orders, and how and where it is delivered.

    The order is placed where nothing is to be paid or no way to pay is offered; else it reaches the payment page.

    Args:
        contact: The visitor's own.
        seen: The total the buyer saw.
        alike: Whom the `believed` details resemble.
        is_offered: Whether any way to pay is offered for the order as it then stands.

    Returns:
        The change of the order, then those that tell who somebody is.

    Raises:
        TransitionRefusedError: No line (``no_lines``), a provider is being asked for its money
            (``answer_awaited``), or the order is placed already (``already_placed``); a tracking code, which is not
            the buyer's to give (``delivery_closed``); or *lifecycle* has no such step for its buyer.
        ConflictError: The total is another by now (``total_changed``).
        InvalidInputError: A value no order may have.
    """
    require_cart(order)
    _require_lines(order)
    require_answered(order)
    require_buyers_delivery(order, delivery)
    who = identify(visitor, contact, details, act, alike=alike)
    delivery = _keeping(delivery, details, believed(visitor, contact, details))
    after = attrs.evolve(
        order,
        contact_id=who.contact_id,
        delivery=with_recipient_id(delivery, order.delivery, act),
        submitted_at=order.submitted_at or act.at,
    )
    after = follow_total(order, pricing(after))
    _require_seen(after, seen)
    if after.balance.to_pay == 0 or not is_offered(after):
        after = go_on(order, after, pending_twin(after), act, lifecycle)
    else:
        after = reach_payment_page(go_on(order, after, Status.PAYMENT, act, lifecycle), act)
    return changed(order, after, SUBMITTED, act) or told(order, SUBMITTED, act), *who.changes


def _keeping(delivery: Delivery, typed: ContactDetails, said: ContactDetails) -> Delivery:
    """The delivery, with what was typed of the buyer and is not said of the contact: it stays with the order."""
    recipient = attrs.asdict(delivery.recipient)
    kept = {
        field: value
        for field, value in attrs.asdict(typed).items()
        if value != getattr(said, field) and not recipient[field]
    }
    return attrs.evolve(delivery, recipient=attrs.evolve(delivery.recipient, **kept)) if kept else delivery


def _require_lines(order: Order) -> None:
    if not order.lines:
        raise TransitionRefusedError(
            f"{order.name} has no line; add one first", code="no_lines", order=order.number
        )


def _require_seen(order: Order, seen: Money | None) -> None:
    if seen is not None and seen != order.total:
        raise ConflictError(
            f"{order.name} costs {order.total}, the buyer saw {seen}; show the new total and ask again",
            code="total_changed",
            changed=["total"],
            old=seen,
            new=order.total,
            order=order.number,
        )
