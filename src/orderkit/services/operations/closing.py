"""
Closing attempts to pay at their providers: before another one is begun, and before the order is cancelled.

In three beats, as all that a provider is asked for. Closing twice is closing once, so that whoever does not hear the
answer asks again, and nobody goes on with what a process that died has begun.
"""

from __future__ import annotations

from uuid import UUID

from orderkit.contracts.operations import Capability
from orderkit.domain import asking
from orderkit.domain.actor import Actor
from orderkit.domain.change import Change
from orderkit.domain.order import Order
from orderkit.domain.outcome import Outcome
from orderkit.domain.payment import Payment
from orderkit.services.operations.means import Means, heard, payment_question


def closable(self: Means, order: Order) -> tuple[UUID, ...]:
    """The attempts of an order that the buyer may still pay at a provider, as far as that can close them."""
    return tuple(
        payment.id for payment in order.payments if payment.is_payable_there and _is_closable(self, payment)
    )


def _is_closable(self: Means, payment: Payment) -> bool:
    """
    Whether its provider is to be asked to close it.

    Not where its method is switched off: so staff have a way out where a provider, such as one whose key was revoked,
    never says any more that a payment is closed, and nothing else could be begun.
    """
    return Capability.CLOSE in self.able(payment) and self._method(payment).active


def close(self: Means, order_id: UUID, payment_id: UUID, actor: Actor) -> Order:
    """
    Have the provider of an attempt end it, and book how it stands then: closed, or paid meanwhile.

    Raises:
        TransitionRefusedError: ``not_closed``: the buyer may pay it still, as far as is known; ``answer_awaited``: it
            is being paid; or somebody cancels the order (``being_cancelled``).
        NotFoundError: This site has no such order.
    """

    def begin() -> Change[Order] | Order:
        order = self.reader.order(order_id)
        return asking.begin_closing(order, payment_id, self.acting(actor)) or order

    since = self.reader.order(order_id).changed_at
    order = self._steps.insist(begin, None).order
    payment = order.payment(payment_id)
    said: Outcome | None = None
    if payment.is_payable_there:
        method = self._method(payment)
        answer = self._providers.close(method, payment_question(order, payment))
        said = outcome = heard(self, answer, since=since)
        order = self._book(
            order_id, method, lambda order, act: asking.closed(order, payment_id, outcome, act)
        )
    asking.require_closed(order, payment_id, said)
    return order
