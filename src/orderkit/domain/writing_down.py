"""
What people found out at a provider that does not say by itself what came of what it was asked for.

It is booked as the provider's own answer would be, on the word of who wrote it down.
"""

from __future__ import annotations

from collections.abc import Set
from uuid import UUID

import attrs

from orderkit.domain import asking, cancelling, holding, refunding
from orderkit.domain.actor import Act
from orderkit.domain.change import Change
from orderkit.domain.operation import Operation
from orderkit.domain.order import Order
from orderkit.domain.outcome import Declined, Succeeded, UnknownReason
from orderkit.domain.payment import Payment, Refund
from orderkit.domain.permits import Verb, require
from orderkit.domain.text import LONG, clean_reference, clean_words
from orderkit.errors import NotFoundError


def write_down(
    order: Order,
    payment_id: UUID,
    record_id: UUID | None,
    act: Act,
    *,
    is_done: bool,
    reference: str = "",
    reason: str = "",
    waited_for: Set[UUID] = frozenset(),
) -> Change[Order] | None:
    """
    Book that a payment, or a refund, a capture or a void of it, was done as it was asked for, or that it was not.

    Args:
        record_id: The refund or the operation; ``None`` for the payment itself.
        reference: What the provider calls what was done, where that is not known: so what it tells of it later is known
            to be the same.
        waited_for: What the cancelling of the order waits for: of that alone people may write down what came of it
            meanwhile.

    Returns:
        ``None`` if it is known already, but for a declined payment that has come in. Of what is held it is not said so:
        that is captured or released; only where its provider names another amount can it be said that nothing is held.

    Raises:
        NotFoundError: The order has no such payment, or that has no such refund or operation.
        InvalidInputError: A payment or a refund was done, and it is not said what its provider calls it (``empty``); a
            reason or a reference that cannot be.
        TransitionRefusedError: It is not for this actor (``not_by_this_actor``).
    """
    require(Verb.WRITE_DOWN, act.actor.kind, order.name)
    reason = clean_words(reason, "reason", limit=LONG)
    payment = order.payment(payment_id)
    one = None if record_id is None else asked_for(order, payment, record_id)
    told: Succeeded | Declined = Declined()
    if is_done:
        told = Succeeded(one.amount if one else payment.amount, _name(one or payment, payment, reference))
    if one is None and payment.is_held:
        is_disputable = payment.reason == UnknownReason.AMOUNT_DIFFERS and not is_done
        change = holding.found(order, payment, told, act) if is_disputable else None
    elif one is None:
        change = asking.closed(order, payment_id, told, act)
    elif isinstance(one, Refund):
        change = refunding.answer(order, one.id, told, act)
    else:
        change = holding.answer(order, one.id, told, act)
    if change is not None and order.cancelling is not None and record_id in waited_for:
        change = cancelling.own(change, order.cancelling)
    return change and attrs.evolve(change, entry=attrs.evolve(change.entry, reason=reason))


def asked_for(order: Order, payment: Payment, record_id: UUID) -> Refund | Operation:
    """
    What the provider of a payment was asked to do with it.

    Raises:
        NotFoundError: The payment has no such refund or operation.
    """
    for one in payment.asked_for:
        if one.id == record_id:
            return one
    raise NotFoundError(
        f"a payment of {order.name} has no refund or operation {record_id} of its provider",
        code="operation_not_found",
        order=order.number,
    )


def _name(one: Payment | Refund | Operation, payment: Payment, reference: str) -> str:
    """What the provider calls what was done, as it said itself; what it did to a hold is found by the payment."""
    known = payment.reference if isinstance(one, Operation) else ""
    typed = clean_reference(reference, "reference")
    return clean_reference(one.reference or typed or known, "reference", required=True)
