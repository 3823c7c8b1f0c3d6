"""The order: what it holds and what follows from it. What may be done to it stands in the modules of verbs beside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import attrs

from orderkit.domain.balance import Balance
from orderkit.domain.delivery import Delivery
from orderkit.domain.journal import Json, Snapshot
from orderkit.domain.lifecycle import CANCELLED_BY_REQUEST, CARTS, Status
from orderkit.domain.line import MAX_CODES, MAX_LINES, Adjustment, Line
from orderkit.domain.money import Money
from orderkit.domain.operation import Operation
from orderkit.domain.payment import FactKind, Payment, PaymentResult, Refund, RefundStatus, Sums
from orderkit.errors import InvalidInputError, NotFoundError


@attrs.frozen(slots=True, kw_only=True)
class Order:
    """
    A filled-in purchase form, from the first add-to-cart to delivery.

    Attributes:
        id: Ours and opaque.
        number: What people read aloud; unique in a site, given when the order is stored.
        version: How many times it was changed, creation included.
        currency: One for everything in the order.
        contact_id: The linked lead or guest.
        cart_visitor: In whose slot this cart is: the one that visitor fills now; ``None`` for all other orders.
        retained: What is kept of the money of a cancelled order.
        last_line_id: The highest line id ever given out.
        codes: The promo codes that were entered for it.
        changed_at: When the change was made that led to *version*.
        submitted_at: When its buyer said who receives these goods and how; ``None`` for a cart whose checkout is still
            to be filled in, and of no meaning once it is placed.
        placed_at: When the buyer submitted it or staff took it; ``None`` for a cart.
        cancel_requested_at: When the buyer asked for it to be cancelled; ``None`` while nobody waits for an answer.
        cancelling: The cancelling whose providers are being asked, by which people are locked out of the order;
            ``None`` while there is none.
        source: Where an imported order came from, with *external_ref* its identifier there.
    """

    id: UUID
    currency: str
    created_at: datetime
    contact_id: UUID
    number: str = ""
    status: Status = Status.CREATED
    version: int = 1
    lines: tuple[Line, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    delivery: Delivery
    payments: tuple[Payment, ...] = ()
    retained: Money
    last_line_id: int = 0
    cart_visitor: UUID | None = None
    submitted_at: datetime | None = None
    placed_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_requested_at: datetime | None = None
    cancelling: UUID | None = None
    source: str = ""
    external_ref: str = ""
    codes: tuple[str, ...] = ()
    changed_at: datetime = attrs.field()

    @changed_at.default
    def _first_changed(self) -> datetime:
        return self.created_at

    @property
    def order_id(self) -> UUID:
        """Itself: its changes stand in its journal."""
        return self.id

    @property
    def name(self) -> str:
        """How errors call it."""
        return f"order {self.number or self.id}"

    @property
    def is_cart(self) -> bool:
        """Whether the buyer still fills it; once placed an order never is a cart again, whatever its status."""
        return self.status in CARTS and self.placed_at is None

    @property
    def lacks_details(self) -> bool:
        """Whether its buyer has yet to say who receives it and how: what that costs is not known before."""
        return self.is_cart and self.submitted_at is None

    @property
    def takes_cancel_request(self) -> bool:
        """Whether its buyer, where he may not cancel it himself, may still ask staff to do so."""
        return self.status in CANCELLED_BY_REQUEST and self.cancel_requested_at is None

    @property
    def total(self) -> Money:
        """What the client must pay: lines, delivery and adjustments that are not included in prices."""
        minor = sum(line.amount.minor for line in self.lines) + self.delivery.cost.minor
        minor += sum(adjustment.amount.minor for adjustment in self.adjustments if not adjustment.included)
        return Money(minor, self.currency)

    @property
    def balance(self) -> Balance:
        """Its money, computed from lines and ledger."""
        sums = Sums.of(self.payments)
        return Balance(
            currency=self.currency,
            total=self.total.minor,
            captured=sums.captured,
            refunded=sums.refunded,
            disputed=sums.disputed,
            authorised=sums.authorised,
            retained=self.retained.minor,
            is_cancelled=self.status is Status.CANCELLED,
            is_placed=self.placed_at is not None,
        )

    @property
    def requires_delivery(self) -> bool:
        """Whether any line is to be delivered."""
        return any(line.requires_delivery for line in self.lines)

    @property
    def awaits_answer(self) -> bool:
        """Whether a provider was asked for its money and has not said yet what came of it."""
        return any(payment.is_being_answered for payment in self.payments)

    @property
    def is_in_play(self) -> bool:
        """Whether money is kept or held, or a provider is about to answer."""
        return self.balance.paid != 0 or self.balance.authorised > 0 or self.awaits_answer

    @property
    def refundable(self) -> Money:
        """What all its payments together can still give back; a disputed one gives nothing, and takes nothing away."""
        return self.balance.money(sum(max(payment.sums.refundable, 0) for payment in self.payments))

    @property
    def came_back(self) -> Counter[int]:
        """How many pieces of which lines came back by now, or are being taken back; a failed refund took none."""
        pieces: Counter[int] = Counter()
        for payment in self.payments:
            for refund in payment.refunds:
                for line in refund.lines if refund.status is not RefundStatus.FAILED else ():
                    pieces[line.line_id] += line.quantity
        return pieces

    @property
    def open_attempt(self) -> Payment | None:
        """The one payment that still waits for its result."""
        return next((payment for payment in self.payments if payment.is_attempt), None)

    @property
    def awaited(self) -> Payment | None:
        """The payment by which money is awaited: the open attempt, else the last one, of which a part has come."""
        balance = self.balance
        is_part = (
            balance.paid > 0 and balance.to_pay > 0 and self.payments[-1].result is PaymentResult.SUCCEEDED
        )
        return self.open_attempt or (self.payments[-1] if is_part else None)

    @property
    def paying_method(self) -> tuple[UUID | None, bool]:
        """The method of the last capture and ``True``, else that of the open attempt or of a hold and ``False``."""
        captures = [
            (fact.at, index, payment.method_id)
            for index, payment in enumerate(self.payments)
            for fact in payment.facts
            if fact.kind is FactKind.CAPTURE
        ]
        if captures:
            return max(captures, key=lambda capture: capture[:2])[2], True
        chosen = self.open_attempt or next((one for one in reversed(self.payments) if one.is_held), None)
        return (chosen.method_id if chosen else None), False

    def with_lines(self, lines: tuple[Line, ...]) -> Order:
        """
        The order with *lines*, as its buyer gets them.

        Where nothing is to be delivered any more, delivery costs nothing. Where delivering them may cost something else
        than what was submitted, its details are to be submitted anew. To whom and where stays.
        """
        after = attrs.evolve(self, lines=lines)
        if after.requires_delivery:
            is_same = _goods(self) == _goods(after)
            return after if is_same else attrs.evolve(after, submitted_at=None)
        if self.requires_delivery:
            delivery = attrs.evolve(self.delivery, cost=Money.zero(self.currency), method_id=None)
            return attrs.evolve(after, delivery=delivery)
        return after

    def payment(self, payment_id: UUID) -> Payment:
        """
        One of its payments.

        Raises:
            NotFoundError: The payment is not of this order.
        """
        for payment in self.payments:
            if payment.id == payment_id:
                return payment
        raise NotFoundError(
            f"{self.name} has no payment {payment_id}", code="payment_not_found", order=self.number
        )

    def refund(self, refund_id: UUID) -> tuple[Payment, Refund]:
        """
        One of the refunds of its payments, after the payment that it gives back from.

        Raises:
            NotFoundError: The refund is not of this order.
        """
        for payment in self.payments:
            for refund in payment.refunds:
                if refund.id == refund_id:
                    return payment, refund
        raise NotFoundError(
            f"{self.name} has no refund {refund_id}", code="refund_not_found", order=self.number
        )

    def operation(self, operation_id: UUID) -> tuple[Payment, Operation]:
        """
        What was asked for of a hold of its payments, after the payment that it is of.

        Raises:
            NotFoundError: The operation is not of this order.
        """
        for payment in self.payments:
            for operation in payment.operations:
                if operation.id == operation_id:
                    return payment, operation
        raise NotFoundError(
            f"{self.name} has no operation {operation_id}", code="operation_not_found", order=self.number
        )

    def line(self, line_id: int) -> Line:
        """
        One of its lines.

        Raises:
            NotFoundError: No such line; the message lists the ids there are.
        """
        for line in self.lines:
            if line.id == line_id:
                return line
        known = ", ".join(str(line.id) for line in self.lines[:20])
        raise NotFoundError(
            f"{self.name} has no line {line_id}; its lines: {known}", code="line_not_found", order=self.number
        )

    def snapshot(self) -> Snapshot:
        """The journalled fields. Amounts are minor units; addresses are named by the id of their version."""
        fields = dict(self.summary())
        fields |= {f"lines.{line.id}": _line_snapshot(line) for line in self.lines}
        for payment in self.payments:
            fields[f"payments.{payment.id}"] = _payment_snapshot(payment)
            asked = (refund for refund in payment.refunds if refund.by_provider)
            fields |= {f"refunds.{refund.id}": _refund_snapshot(refund) for refund in asked}
            fields |= {f"operations.{one.id}": _operation_snapshot(one) for one in payment.operations}
        return fields

    def summary(self) -> Snapshot:
        """The journalled fields without lines and payments: all a new order tells of itself."""
        balance = self.balance
        fields: dict[str, Json] = {
            "status": self.status.value,
            "total": balance.total,
            "paid": balance.paid,
            "payment_status": balance.payment_status.value,
            "authorised": balance.authorised or None,
            "retained": self.retained.minor or None,
            "submitted_at": self.submitted_at.isoformat() if self.submitted_at else None,
            "placed_at": self.placed_at.isoformat() if self.placed_at else None,
            "cancel_requested_at": self.cancel_requested_at.isoformat() if self.cancel_requested_at else None,
            "cancelling": _text(self.cancelling),
            "contact": str(self.contact_id),
            "cart_visitor": _text(self.cart_visitor),
            "delivery.method": _text(self.delivery.method_id),
            "delivery.cost": self.delivery.cost.minor or None,
            "delivery.tracking_code": self.delivery.tracking_code or None,
            "delivery.recipient": _text(self.delivery.recipient_id),
        }
        if self.codes:
            fields["codes"] = list(self.codes)
        fields |= {f"adjustments.{i}": _adjustment_snapshot(a) for i, a in enumerate(self.adjustments, 1)}
        return {field: value for field, value in fields.items() if value is not None}


def _goods(order: Order) -> list[tuple[object, ...]]:
    """What the price of a delivery may follow from, as far as lines tell."""
    return [(line.id, line.quantity, line.amount, line.requires_delivery) for line in order.lines]


def _text(id: UUID | None) -> str | None:
    return str(id) if id else None


def _line_snapshot(line: Line) -> Mapping[str, Json]:
    rarer: Mapping[str, Json] = {
        "options": dict(line.options),
        "not_delivered": not line.requires_delivery,
        "image": line.image,
        "page": line.page,
    }
    rate = {} if line.tax_rate is None else {"tax_rate": line.tax_rate}
    return {
        "sku": line.sku,
        "title": line.title,
        "quantity": line.quantity,
        "unit_price": line.unit_price.minor,
        "amount": line.amount.minor,
        **{field: value for field, value in rarer.items() if value},
        **rate,
    }


def _adjustment_snapshot(adjustment: Adjustment) -> Mapping[str, Json]:
    rarer: Mapping[str, Json] = {
        "target": adjustment.target,
        "code": adjustment.code,
        "rule": _text(adjustment.rule_id),
    }
    rate = {} if adjustment.rate is None else {"rate": adjustment.rate}
    return {
        "kind": adjustment.kind.value,
        "title": adjustment.title,
        "amount": adjustment.amount.minor,
        "included": adjustment.included,
        **{field: value for field, value in rarer.items() if value},
        **rate,
    }


def _payment_snapshot(payment: Payment) -> Mapping[str, Json]:
    """What is told of a payment; of one whose provider is asked also what it answered, but not where the buyer pays."""
    answered = {} if payment.offline else {"reference": payment.reference, "reason": payment.reason}
    return {
        **{field: value for field, value in answered.items() if value},
        "method": _text(payment.method_id),
        "amount": payment.amount.minor,
        "attempt": payment.attempt.value,
        "result": payment.result.value,
    }


def _operation_snapshot(operation: Operation) -> Mapping[str, Json]:
    """What is told of what a provider is asked to do with a hold."""
    answered = {"reference": operation.reference, "failure": operation.failure}
    return {
        "kind": operation.kind.value,
        "amount": operation.amount.minor,
        "status": operation.status.value,
        **{field: value for field, value in answered.items() if value},
    }


def _refund_snapshot(refund: Refund) -> Mapping[str, Json]:
    """What is told of a refund that a provider is asked for; one by hand is told by its own entry, and stays."""
    answered = {"reference": refund.reference, "failure": refund.failure}
    return {
        "amount": refund.amount.minor,
        "status": refund.status.value,
        **{field: value for field, value in answered.items() if value},
    }


def number_lines(lines: tuple[Line, ...], last_line_id: int) -> tuple[tuple[Line, ...], int]:
    """Give an id to every line that has none; answer the lines and the new highest id."""
    numbered = []
    for line in lines:
        if not line.id:
            last_line_id += 1
            line = attrs.evolve(line, id=last_line_id)
        numbered.append(line)
    return tuple(numbered), last_line_id


def check_contents(order: Order) -> Order:
    """
    Refuse contents that no order may have.

    Raises:
        InvalidInputError: Too many lines or promo codes, another currency, a total below zero or of 2⁵³ and more.
    """
    if len(order.codes) > MAX_CODES:
        raise InvalidInputError(
            f"the order has {len(order.codes)} promo codes; at most {MAX_CODES} are allowed",
            code="too_many_codes",
            field="codes",
            limit=MAX_CODES,
        )
    if len(order.lines) > MAX_LINES:
        raise InvalidInputError(
            f"the order has {len(order.lines)} lines; at most {MAX_LINES} are allowed",
            code="too_many_lines",
            field="lines",
            limit=MAX_LINES,
        )
    order.delivery.cost.require(order.currency, "delivery.cost")
    for position, line in enumerate(order.lines, 1):
        line.unit_price.require(order.currency, f"lines.{position}.unit_price")
    for adjustment in order.adjustments:
        adjustment.amount.require(order.currency, "adjustment.amount")
    if order.total.minor < 0:
        raise InvalidInputError(
            f"the total would be {order.total}; adjustments may not make it negative",
            code="negative_total",
            field="total",
        )
    return order
