"""The order window: one order arranged in the sections of the help page, ready to be shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from urllib.parse import quote, urlencode
from uuid import UUID

import attrs

from orderkit import (
    Adjustment,
    Choice,
    FactKind,
    Money,
    MoneyFact,
    OperationStatus,
    Order,
    OrderView,
    Payment,
    PaymentResult,
    PaymentStatus,
    ShippingMethod,
    Status,
)
from orderkit.plugin import Capability
from orderkit_flask.alerts import Alert, alerts_of
from orderkit_flask.forms import Form
from orderkit_flask.notices import Notices, what_became, what_was_told
from orderkit_flask.speech import Speech
from orderkit_flask.stages import NextStep, Stage, next_step, stages_of
from orderkit_flask.telling import Day, tell_order
from orderkit_flask.words import ADJUSTMENTS


@attrs.frozen
class Sum:
    """One part of the total. *is_included* parts, such as VAT, stand below it: they are in it, and not added."""

    label: str
    amount: Money
    is_included: bool = False


@attrs.frozen
class Stamp:
    """A moment the order passed."""

    label: str
    moment: str


@attrs.frozen(slots=False)
class OrderWindow:
    """
    One order and what its sections show.

    Attributes:
        choices: Where staff could move it, for each of the eight statuses.
        may: Whether the person of this request has a permission.
        askable: The payments whose provider can be asked what came of them.
        holds: The payments whose held money can be taken or released, each with what its provider can do with it.
        notices: What providers told, by payment.
        has_link: Whether there is a storefront, which shows a client what a link opens.
    """

    view: OrderView
    say: Speech
    choices: tuple[Choice, ...]
    may: Callable[[str], bool]
    askable: frozenset[UUID]
    holds: Mapping[UUID, frozenset[Capability]]
    notices: Notices
    has_link: bool

    @cached_property
    def note(self) -> Form:
        """An empty note for the journal."""
        return Form.of({"text": ""})

    @cached_property
    def link(self) -> Form:
        """The button that makes a link."""
        return Form.of({})

    @property
    def again(self) -> Form:
        """The button that sends a message again; another one for each message."""
        return Form.of({})

    @property
    def abandoned(self) -> str:
        """How long ago it was left, in words; empty where it is not abandoned."""
        return self.say.ago(self.order.changed_at) if self.view.is_abandoned else ""

    @property
    def order(self) -> Order:
        """The order itself."""
        return self.view.order

    @cached_property
    def stages(self) -> tuple[Stage, ...]:
        """The eight statuses, each with why it cannot be or what to look at first."""
        return stages_of(self.view, self.choices, self.may, self.say)

    def stage(self, status: str) -> Stage | None:
        """One of them; ``None`` if there is no such status."""
        return next((stage for stage in self.stages if stage.status == status), None)

    @cached_property
    def next_step(self) -> NextStep | None:
        """The usual next step, where whoever looks can take it; none while the order is being cancelled."""
        is_locked = self.order.cancelling is not None
        return None if is_locked else next_step(self.stages, self.order.status, self.say)

    @cached_property
    def step(self) -> Form:
        """The form of the next step."""
        return Form.of({"status": self.order.status.value}, self.order.version)

    @cached_property
    def alerts(self) -> tuple[Alert, ...]:
        """What is not as it should be."""
        cancelled = self.stage(Status.CANCELLED)
        may_cancel = bool(cancelled and cancelled.is_open)
        return alerts_of(
            self.view,
            self.say,
            may_cancel=may_cancel,
            askable=self.askable,
            is_payable=self.is_payable,
            notices=self.notices,
        )

    @property
    def is_payable(self) -> bool:
        """Whether the client can be sent a link to pay what is left: it was ordered, and nobody is asked just now."""
        order = self.order
        is_open = order.status is not Status.CREATED and not order.lacks_details and not order.awaits_answer
        return self.has_link and is_open and order.balance.to_pay > 0

    @property
    def is_followed(self) -> bool:
        """Whether a provider may soon say more of a payment, or be asked: it was before, or the client is there."""
        is_asked = any(payment.is_being_answered or payment.is_asked for payment in self.order.payments)
        return bool(self.askable) or is_asked or self.order.cancelling is not None

    def letter(self, address: str) -> str:
        """The address that opens a letter to the client with a link to pay; empty where no mailbox is known."""
        email = self.say.mailto(self.view.contact.details.email)
        if not email:
            return ""
        number, amount = self.order.number, self.say.money(self.to_pay)
        subject = self.say.text("Payment of order %(number)s", number=number)
        body = self.say.text(
            "Hello! Order %(number)s can be paid here: %(link)s\n\nTo pay: %(amount)s.",
            number=number,
            link=address,
            amount=amount,
        )
        return f"mailto:{email}?{urlencode({'subject': subject, 'body': body}, quote_via=quote)}"

    @cached_property
    def stamps(self) -> tuple[Stamp, ...]:
        """When it was created, placed, shipped, delivered and cancelled, as far as it was."""
        say, order = self.say, self.order
        moments = (
            (say.text("Created"), order.created_at),
            (say.text("Placed"), order.placed_at),
            (say.text("Sent"), order.shipped_at),
            (say.text("Delivered"), order.delivered_at),
            (say.text("Cancelled"), order.cancelled_at),
        )
        return tuple(Stamp(label, say.moment(moment)) for label, moment in moments if moment)

    @cached_property
    def sums(self) -> tuple[Sum, ...]:
        """The parts of the total."""
        return tuple(sums_of(self.order, self.say))

    @property
    def paid(self) -> Money:
        """What is kept."""
        return self.money(self.order.balance.paid)

    @property
    def to_pay(self) -> Money:
        """What a new payment would ask for."""
        return self.money(self.order.balance.to_pay)

    @property
    def returned(self) -> Money:
        """What was given back of an order that is over and was not paid for again; zero of any other."""
        is_over = self.order.status in (Status.DELIVERED, Status.CANCELLED)
        balance = self.order.balance
        is_returned = balance.payment_status in (PaymentStatus.REFUNDED, PaymentStatus.PARTIALLY_REFUNDED)
        return self.money(balance.refunded if is_over and is_returned else 0)

    @property
    def overpaid(self) -> Money:
        """What is kept above what is due; zero if nothing is."""
        return self.money(self.order.balance.overpaid)

    @property
    def authorised(self) -> Money:
        """What is held and not yet taken."""
        return self.money(max(0, self.order.balance.authorised))

    def told(self, payment: Payment) -> tuple[tuple[str, str, str], ...]:
        """What the provider of a payment told, newest first: when, what, and what became of it."""
        return tuple(
            (self.say.moment(held.received_at), what_was_told(held, self.say), what_became(held, self.say))
            for held in reversed(self.notices.get(payment.id, ()))
        )

    def is_awaited(self, payment: Payment) -> bool:
        """Whether its provider is at work on something, so that an answer may come by itself."""
        awaited = (OperationStatus.REQUESTED, OperationStatus.PENDING)
        return any(one.status in awaited for one in payment.asked_for)

    def most_to_take(self, payment: Payment) -> int:
        """What may be taken of what a payment holds, in minor units: no more than is held, and no more than is owed."""
        return max(0, min(payment.sums.capturable, self.order.balance.balance))

    def money(self, minor: int) -> Money:
        """Minor units as money of the order."""
        return Money(minor, self.order.currency)

    def method_title(self, payment: Payment) -> str:
        """What staff call the method of a payment."""
        method = self.view.payment_methods.get(payment.method_id) if payment.method_id else None
        return method.title if method else self.say.text("No method chosen")

    def is_unfinished(self, payment: Payment) -> bool:
        """Whether the result alone does not say how far the payment has come."""
        return payment.result is PaymentResult.NOT_FINISHED

    def facts(self, payment: Payment) -> tuple[MoneyFact, ...]:
        """The ledger of a payment; a direct sale, held and taken at once, is told as the taking alone."""
        taken = {(fact.at, fact.amount) for fact in payment.facts if fact.kind is FactKind.CAPTURE}
        return tuple(
            fact
            for fact in payment.facts
            if not (fact.kind is FactKind.AUTHORISE and (fact.at, fact.amount) in taken)
        )

    @property
    def tracking_link(self) -> str:
        """The carrier's page for the tracking code; empty where the method knows none."""
        return tracking_link(self.order, self.view.shipping_method)

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The journal, newest day first."""
        return tell_order(self.view, self.say)


def sums_of(order: Order, say: Speech) -> Iterator[Sum]:
    """How an order's total comes about: goods, what comes off, delivery, what comes on top, and what is in it all."""
    yield Sum(say.text("Goods"), Money.total((line.amount for line in order.lines), order.currency))
    yield from adjustments_of(order, say, lambda one: not one.included and one.amount.minor < 0)
    if order.delivery.cost or order.requires_delivery:
        yield Sum(say.text("Delivery"), order.delivery.cost)
    yield from adjustments_of(order, say, lambda one: not one.included and one.amount.minor >= 0)
    yield from adjustments_of(order, say, lambda one: one.included)


def adjustments_of(order: Order, say: Speech, which: Callable[[Adjustment], bool]) -> Iterator[Sum]:
    """Some of an order's adjustments, each with its reason."""
    for one in filter(which, order.adjustments):
        yield Sum(reason_of(one, order, say), one.amount, one.included)


def reason_of(adjustment: Adjustment, order: Order, say: Speech) -> str:
    """Why something comes off or on top, in words: a kind or a code, what it is for, its rate, and what it is about."""
    title, kind = adjustment.title, say.word(ADJUSTMENTS, adjustment.kind.value)
    if adjustment.code:
        kind = say.text("Promo code %(code)s", code=adjustment.code)
        title = "" if title == adjustment.code else title
    elif adjustment.rate is not None:
        name = title or (say.text("VAT") if adjustment.included else kind)
        kind, title = f"{name} {say.rate(adjustment.rate)}", ""
    about = {"delivery": say.text("delivery")} | {f"lines.{line.id}": line.title for line in order.lines}
    reason = f"{kind}: {title}" if title else kind
    return f"{reason} ({about[adjustment.target]})" if adjustment.target in about else reason


def tracking_link(order: Order, method: ShippingMethod | None) -> str:
    """The carrier's page for the tracking code of an order; empty where its method knows none."""
    return method.tracking_link(order.delivery.tracking_code) if method else ""
