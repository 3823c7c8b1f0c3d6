"""Pays some of the simulated orders at the test bank, so that there is something to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from orderkit import Actor, ActorKind, Desk, Order, OrderFilter, PaymentMethod
from orderkit.plugin import Redirect
from orderkit.testing.bank import Books

BUYER, OLGA = Actor(ActorKind.BUYER), Actor.staff("olga", "Ольга")
FATES = ("paid", "declined", "paid", "unfinished", "refunded")
"""What becomes of one payment after another."""
MOST = 10
"""Payments; of the other orders nobody has got so far."""


def pay_some(
    open_desk: Callable[[Callable[[], datetime]], Desk], books: Books, method: PaymentMethod, return_url: str
) -> None:
    """
    Pay the newest orders that nobody has chosen a way to pay for, each some minutes after its last change.

    Args:
        open_desk: Opens the shop's desk with the clock it is given.
        return_url: Where the bank sends back to.
    """
    unpaid = list(islice(_unpaid(open_desk(lambda: datetime.now(UTC))), MOST))
    for order, fate in zip(unpaid, cycle(FATES)):

        def later(minutes: int, since: datetime = order.changed_at) -> Desk:
            return open_desk(lambda: since + timedelta(minutes=minutes))

        reference = _start(later(4), method, order, return_url)
        if fate == "unfinished" or not reference:
            continue
        books.decide(int(reference), pays=fate != "declined", reason="insufficient_funds")
        _look_up(later(6), order)
        if fate == "refunded":
            _refund(later(200), order)


def _unpaid(desk: Desk) -> Iterator[Order]:
    for row in desk.orders.every(OrderFilter(status=("payment", "pending"))):
        order = desk.orders.get(row.id)
        is_chosen = any(payment.method_id for payment in order.payments)
        if order.balance.to_pay > 0 and not is_chosen and not order.lacks_details:
            yield order


def _start(desk: Desk, method: PaymentMethod, order: Order, return_url: str) -> str:
    """The bank's number of the payment; empty where it has not answered."""
    started = desk.payments.start(
        order.id,
        method.id,
        actor=BUYER,
        seen=order.balance.money(order.balance.to_pay),
        key=f"demo-bank-{order.number}",
        return_url=return_url,
    )
    return started.outcome.reference if isinstance(started.outcome, Redirect) else ""


def _look_up(desk: Desk, order: Order) -> None:
    desk.operations.look_up(desk.orders.get(order.id).payments[-1].id)


def _refund(desk: Desk, order: Order) -> None:
    payment = desk.orders.get(order.id).payments[-1]
    desk.operations.refund(
        payment.id,
        payment.amount,
        actor=OLGA,
        key=f"demo-bank-{order.number}-back",
        reason="Товара не оказалось на складе",
    )
