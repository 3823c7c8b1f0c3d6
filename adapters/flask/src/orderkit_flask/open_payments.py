"""Payments of which their provider may say more: which can be asked about, and what has come of asking."""

from __future__ import annotations

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


def told_of_asking(before: Payment, after: Payment, say: Speech) -> str:
    """What came of asking, in a sentence."""
    if after != before or not _is_open(after):
        return say.text("The provider has answered; what it said stands here.")
    if after.attempt is Attempt.OPEN:
        return say.text("The provider has answered: the client has not finished paying.")
    return say.text("The provider says nothing new, or does not answer. Ask again later.")


def _is_open(payment: Payment) -> bool:
    is_awaited = payment.is_unsettled and payment.attempt is not Attempt.SUPERSEDED
    return is_awaited or payment.is_asked
