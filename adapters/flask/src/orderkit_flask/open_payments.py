"""Payments of which there is more to come: which can be asked about, what came of asking, and what is held."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from orderkit import Attempt, Desk, Order, Payment
from orderkit.plugin import Capability
from orderkit_flask.speech import Speech


def askable(order: Order, desk: Desk) -> frozenset[UUID]:
    """The payments of an order that are open or not known, whose provider can be asked what came of them."""
    return frozenset(
        payment.id
        for payment in order.payments
        if _is_open(payment) and Capability.LOOKUP in desk.operations.able(payment)
    )


def workable_holds(order: Order, desk: Desk) -> Mapping[UUID, frozenset[Capability]]:
    """The payments that hold money with which nothing is being done, each with what its provider can do with them."""
    return {
        payment.id: desk.operations.able(payment)
        for payment in order.payments
        if payment.is_held and not payment.is_asked
    }


def told_of_asking(before: Payment, after: Payment, say: Speech) -> str:
    """What came of asking, in a sentence."""
    if after != before or not _is_open(after):
        return say.text("The provider has answered; what it said stands here.")
    if after.attempt is Attempt.OPEN:
        return say.text("The provider has answered: the client has not finished paying.")
    if after.is_asked:
        return say.text("No change: what the provider was asked for is not done yet.")
    if after.is_held:
        return say.text("No change: the money is still held.")
    return say.text("No change: the payment is still not finished.")


def _is_open(payment: Payment) -> bool:
    is_awaited = payment.is_unsettled and payment.attempt is not Attempt.SUPERSEDED
    return is_awaited or payment.is_asked
