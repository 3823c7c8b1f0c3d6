"""What is not as it should be with an order: one strip per cause, with what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from orderkit import Attempt, OrderView, PaymentStatus, Status, UnknownReason
from orderkit_flask.speech import Speech
from orderkit_flask.stages import lacking_delivery

SENT = (Status.SHIPPED, Status.DELIVERED)


@attrs.frozen
class Action:
    """
    What can be done about an alert.

    Attributes:
        label: Of its button.
        permission: Who lacks it is not offered the button.
        view: Where the button leads, with *arguments*.
    """

    label: str
    permission: str
    view: str
    arguments: Mapping[str, object]


@attrs.frozen
class Alert:
    """
    One thing to look at.

    Attributes:
        action: What can be done about it; ``None`` where nothing can be done here.
    """

    text: str
    action: Action | None = None


def alerts_of(view: OrderView, say: Speech) -> tuple[Alert, ...]:
    """What is wrong with an order, the money first; at most one alert of each cause."""
    return (*_of_money(view, say), *_of_answers(view, say), *_of_delivery(view, say))


def _of_money(view: OrderView, say: Speech) -> Iterator[Alert]:
    order, balance = view.order, view.order.balance
    amount = say.money(balance.money(abs(balance.balance)))
    if balance.payment_status is PaymentStatus.OVERPAID:
        is_cancelled = order.status is Status.CANCELLED
        text = (
            say.text("The order is cancelled, and %(amount)s came in.", amount=amount)
            if is_cancelled
            else say.text("Overpaid by %(amount)s.", amount=amount)
        )
        yield Alert(text, _refund(view, say))
    elif order.status in SENT and balance.payment_status in (
        PaymentStatus.UNPAID,
        PaymentStatus.PARTIALLY_PAID,
    ):
        yield Alert(
            say.text("The order is sent, and %(amount)s are not paid.", amount=amount),
            Action(say.text("Record a payment"), "money.record", "record_payment", {"order_id": order.id}),
        )


def _of_answers(view: OrderView, say: Speech) -> Iterator[Alert]:
    """A provider was asked for money, and nobody knows whether it took it."""
    order = view.order
    unknown = next((one for one in order.payments if one.is_attempt and one.attempt is Attempt.UNKNOWN), None)
    if unknown is None or unknown.method_id is None:
        return
    asked = {"amount": say.money(unknown.amount), "method": view.payment_methods[unknown.method_id].title}
    if unknown.reason == UnknownReason.AMOUNT_DIFFERS:
        text = say.text(
            "%(amount)s were asked for by “%(method)s”, and another amount was named in answer. "
            "Nothing was booked: look there what came in.",
            **asked,
        )
    else:
        text = say.text(
            "It is not known whether %(amount)s came in by “%(method)s”. Look there before you ask for it again.",
            **asked,
        )
    where = {"order_id": order.id}
    yield Alert(text, Action(say.text("Record a payment"), "money.record", "record_payment", where))


def _refund(view: OrderView, say: Speech) -> Action | None:
    """Giving back from the latest payment that has something left."""
    order = view.order
    payment = next((one for one in reversed(order.payments) if one.sums.refundable > 0), None)
    if payment is None:
        return None
    where = {"order_id": order.id, "payment_id": payment.id}
    return Action(say.text("Give back"), "money.refund", "refund", where)


def _of_delivery(view: OrderView, say: Speech) -> Iterator[Alert]:
    lack = lacking_delivery(view, say)
    if view.order.status is Status.PREPARING and lack:
        yield Alert(
            say.text("The order is being prepared: %(lack)s.", lack=lack),
            Action(
                say.text("Change the delivery"),
                "orders.delivery",
                "delivery",
                {"order_id": view.order.id},
            ),
        )
