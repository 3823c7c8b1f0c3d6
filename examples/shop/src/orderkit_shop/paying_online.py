"""Pays some of the simulated orders at the test bank, so that every condition of a payment is there to look at."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID, uuid5

import attrs

from orderkit import (
    Actor,
    ActorKind,
    Adjustment,
    AdjustmentKind,
    Desk,
    Money,
    Order,
    OrderFilter,
    Payment,
    PaymentMethod,
)
from orderkit.plugin import Redirect, WebhookRequest
from orderkit.testing.bank import Bank, BookedEvent, Notices

BUYER, OLGA = Actor(ActorKind.BUYER), Actor.staff("olga", "Ольга")
LONGEST = timedelta(minutes=200)
"""How long what becomes of one order takes."""
OpenDesk = Callable[[Callable[[], datetime]], Desk]


@attrs.frozen
class Till:
    """
    One order at the bank, minute by minute.

    Attributes:
        open_desk: Opens the shop's desk with the clock it is given.
        return_url: Where the bank sends back to.
        since: When its buyer came to pay.
    """

    open_desk: OpenDesk
    bank: Bank
    method: PaymentMethod
    return_url: str
    order_id: UUID
    since: datetime

    def at(self, minutes: int) -> Desk:
        """The desk that many minutes later."""
        return self.open_desk(lambda: self.since + timedelta(minutes=minutes))

    @property
    def order(self) -> Order:
        """As it is by now."""
        return self.at(0).orders.get(self.order_id)

    @property
    def payment(self) -> Payment:
        """The newest."""
        return self.order.payments[-1]

    def start(self, minutes: int) -> int:
        """Begin to pay all that is left; the bank's number of it."""
        order = self.order
        started = self.at(minutes).payments.start(
            order.id,
            self.method.id,
            actor=BUYER,
            seen=order.balance.money(order.balance.to_pay),
            key=f"demo-bank-{order.number}",
            return_url=self.return_url,
        )
        assert isinstance(started.outcome, Redirect)  # the bank answers, it is of this process
        return int(started.outcome.reference)

    def tell(self, minutes: int, act: Callable[[], object]) -> None:
        """Have something happen at the bank, and have it tell the shop."""
        told = max((event.id for event in self.bank.books.events()), default=0)
        act()
        for event in self.bank.books.events():
            if event.id > told:
                self.hear(minutes, event)

    def hear(self, minutes: int, event: BookedEvent) -> None:
        """Have the bank tell the shop of that, true or not."""
        at = self.since + timedelta(minutes=minutes)
        sent = Notices(self.bank.books, self.bank.token, at.timestamp).of(event)
        webhook = WebhookRequest(
            method="POST",
            url="/hooks",
            headers=list(sent.headers.items()),
            body=sent.body,
            received_at=at,
        )
        self.at(minutes).webhooks.receive(self.method.id, webhook)

    def decide(self, minutes: int, number: int, *, pays: bool = True) -> None:
        """The buyer pays at the bank, or has no money."""
        decide, why = self.bank.books.decide, "" if pays else "insufficient_funds"
        self.tell(minutes, lambda: decide(number, pays=pays, reason=why))

    def give_back(self, minutes: int, amount: Money, reason: str) -> None:
        """Staff give money back through the bank."""
        desk, key = self.at(minutes).operations, f"demo-bank-{self.order.number}-back"
        payment = self.payment
        self.tell(minutes, lambda: desk.refund(payment.id, amount, actor=OLGA, key=key, reason=reason))


def paid(till: Till) -> None:
    """Paid as it should be."""
    till.decide(6, till.start(4))


def declined(till: Till) -> None:
    """The bank declines; the buyer may try again."""
    till.decide(6, till.start(4), pays=False)


def unfinished(till: Till) -> None:
    """The buyer looks at the bank's page, and goes away."""
    till.start(4)


def held(till: Till) -> None:
    """The money is held; staff are to take it, or to release it."""
    _set_stages(till, "two")
    number = till.start(4)
    _set_stages(till, "one")
    till.decide(6, number)


def partly_taken(till: Till) -> None:
    """Of what was held, staff took a half; the rest went back to the buyer."""
    held(till)
    half, take = _half(till.payment.amount), till.at(90).operations.capture
    payment, key = till.payment, f"demo-bank-{till.order.number}-take"
    reason = "Второй товар закончился"
    till.tell(90, lambda: take(payment.id, half, actor=OLGA, key=key, reason=reason))


def overpaid(till: Till) -> None:
    """Paid, and made cheaper by staff afterwards. In two tabs nobody pays twice: the bank closes the first page."""
    paid(till)
    order = till.order
    by_hand = [one for one in order.adjustments if one.rule_id is None and one.kind in _BY_HAND]
    less = Money(-_half(till.payment.amount).minor, order.currency)
    discount = Adjustment(kind=AdjustmentKind.DISCOUNT, amount=less, title="За задержку")
    till.at(90).orders.edit_adjustments(
        order.id, [*by_hand, discount], actor=OLGA, expected_version=order.version
    )


def partly_refunded(till: Till) -> None:
    """A half was given back."""
    paid(till)
    till.give_back(180, _half(till.payment.amount), "Помята упаковка")


def refunded(till: Till) -> None:
    """All of it was given back."""
    paid(till)
    till.give_back(180, till.payment.amount, "Товара не оказалось на складе")


def refund_failed(till: Till) -> None:
    """Somebody gave the money back at the bank, whose notice named another refund; the bank does not do it again."""
    paid(till)
    payment, books = till.payment, till.bank.books
    books.give_back_there(int(payment.reference), payment.amount.minor)
    till.hear(60, attrs.evolve(books.events()[-1], reference="100500"))
    till.give_back(180, payment.amount, "Клиент передумал")


FATES: Final = (
    held, overpaid, unfinished, partly_refunded, refund_failed, paid, declined, partly_taken, refunded, paid
)  # fmt: skip
"""What becomes of one order after another, the newest first; of the other orders nobody has got so far."""


def pay_some(open_desk: OpenDesk, bank: Bank, method: PaymentMethod, return_url: str) -> None:
    """
    Pay the newest orders for which no money came in, each some minutes after its last change, and tell of more.

    Args:
        open_desk: Opens the shop's desk with the clock it is given.
        return_url: Where the bank sends back to.
    """
    now = datetime.now(UTC)
    tills = [
        Till(open_desk, bank, method, return_url, order.id, order.changed_at)
        for order in islice(_unpaid(open_desk(lambda: now), now - LONGEST), len(FATES))
    ]
    with _quietly():
        for till, fate in zip(tills, FATES, strict=False):  # fewer orders than fates
            fate(till)
        if tills:
            _tell_of_another_shop(attrs.evolve(tills[0], since=now - timedelta(minutes=40)))


@contextmanager
def _quietly() -> Iterator[None]:
    """What does not fit is part of the story: no news for whoever starts the demo."""
    log = logging.getLogger("orderkit.payments")
    was, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = was


def _unpaid(desk: Desk, until: datetime) -> Iterator[Order]:
    """Orders that wait for money since then or longer, and that nobody pays online."""
    for row in desk.orders.every(OrderFilter(status=("payment", "pending"))):
        order = desk.orders.get(row.id)
        if order.changed_at > until or order.balance.to_pay <= 0 or order.lacks_details:
            continue
        if not order.balance.captured and all(one.offline or not one.method_id for one in order.payments):
            yield order


def _set_stages(till: Till, stages: str) -> None:
    settings = till.at(3).settings
    method = settings.payment_method(till.method.id)
    after = attrs.evolve(method, settings={**method.settings, "stages": stages})
    settings.edit_payment_method(after, actor=OLGA)


def _tell_of_another_shop(till: Till) -> None:
    """The bank tells of a payment that this shop has never heard of."""
    books, there = till.bank.books, uuid5(till.method.id, "another shop")
    foreign = books.ask(
        str(there),
        operation=str(there),
        number="77",
        amount=125_000,
        currency="RUB",
        return_url=till.return_url,
    )
    till.decide(0, foreign.id)


_BY_HAND = (AdjustmentKind.DISCOUNT, AdjustmentKind.FEE)


def _half(amount: Money) -> Money:
    """In whole units of the currency, as people give back."""
    return Money(max(100, amount.minor // 200 * 100), amount.currency)
