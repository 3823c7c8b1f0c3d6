"""What a provider never says, written down by people who have looked there."""

from __future__ import annotations

from collections.abc import Set
from uuid import UUID

from orderkit.domain import cancelling as courses
from orderkit.domain import writing_down
from orderkit.domain.actor import Actor
from orderkit.domain.change import Change
from orderkit.domain.keys import Request
from orderkit.domain.operation import OperationStatus
from orderkit.domain.order import Order
from orderkit.domain.payment import Payment
from orderkit.errors import TransitionRefusedError
from orderkit.services.operations import cancelling
from orderkit.services.operations.looking_up import WHILE_KEYS_ARE_KNOWN
from orderkit.services.operations.means import Means, is_recent


def write_down(
    self: Means,
    payment_id: UUID,
    *,
    is_done: bool,
    actor: Actor,
    key: str,
    of: UUID | None = None,
    reference: str = "",
    reason: str = "",
) -> Payment:
    """
    Book what came of something that a provider was asked for, as people have seen it there.

    For what stays unknown because the provider cannot be asked, or says what cannot be booked. It is booked as if the
    provider had answered; what is known already stays as it is, but that a payment which was declined has come in all
    the same is booked. A cancelling that has waited for it is gone on with.

    Args:
        is_done: Whether it was done, as it was asked for; another amount that came in is recorded by `payments.record`.
        of: Its refund, capture or void; without it, the payment itself.
        reference: What the provider calls it; needed for a payment or a refund that was done and has none yet.
        reason: Such as who said so; for the journal.

    Raises:
        TransitionRefusedError: The provider is being asked at this moment (``answer_awaited``), it is not for this
            actor (``not_by_this_actor``), or somebody cancels the order and that does not wait for this
            (``being_cancelled``).
        InvalidInputError: No reference (``empty``), or a text that cannot be.
        NotFoundError: This site has no such payment, or that has no such refund or operation.
        ConflictError: ``key_reused``.
    """

    def step() -> Change[Order] | Order:
        order = self.reader.order_of_payment(payment_id)
        act, waited_for = self.acting(actor), _waited_for(self, order)
        change = writing_down.write_down(
            order,
            payment_id,
            of,
            act,
            is_done=is_done,
            reference=reference,
            reason=reason,
            waited_for=waited_for,
        )
        if change is not None and _is_being_asked(self, order, payment_id, of, waited_for):
            raise TransitionRefusedError(
                f"the provider of {order.name} is being asked, and its answer counts: a cancelling asks for an hour; "
                "write down what came of it after that, or stop the cancelling first",
                code="answer_awaited",
                possible=["operations.stop_cancelling"] if order.cancelling else [],
                order=order.number,
            )
        return change or order

    given = (payment_id, of, is_done, reference, reason)
    order = self._steps.insist(step, Request.of(key, "operations.write_down", *given)).order
    if order.cancelling is not None:
        cancelling.go_on(self, order.id)
    return self.reader.order(order.id).payment(payment_id)


def _waited_for(self: Means, order: Order) -> frozenset[UUID]:
    """What the cancelling of an order has asked for, or waits for; nothing where nobody is cancelling it."""
    begun = self.reader.last_of(order.id, [courses.BEGUN])
    if order.cancelling is None or begun is None:
        return frozenset()
    course = courses.read(begun, order.currency)
    return courses.waited_for(order, course, self.reader.changes_since(order.id, course.version))


def _is_being_asked(
    self: Means, order: Order, payment_id: UUID, of: UUID | None, waited_for: Set[UUID]
) -> bool:
    """Whether whoever asked the provider may still be waiting for its answer, or a cancelling asks it once more."""
    payment = order.payment(payment_id)
    method = self._method(payment)
    if of is None:
        return payment.is_unanswered and is_recent(self, order.changed_at, method)
    one = writing_down.asked_for(order, payment, of)
    if of in waited_for:
        return is_recent(self, one.created_at + WHILE_KEYS_ARE_KNOWN, method)
    return one.status is OperationStatus.REQUESTED and is_recent(self, one.created_at, method)
