"""
Money given back of an order as a whole: what goods come to, and how an amount is divided over payments.

All shares are begun in one change. Each is a refund of its own, by the rules of `refunding`
where a provider gives it back and of `paying` where people do.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from uuid import UUID

import attrs

from orderkit.domain import moving, paying, refunding
from orderkit.domain.actor import Act
from orderkit.domain.attempts import with_payment
from orderkit.domain.change import Change, changed
from orderkit.domain.itemising import parts_of
from orderkit.domain.journal import JournalEntry, Json
from orderkit.domain.line import DELIVERY, Adjustment, AdjustmentKind
from orderkit.domain.money import Money, require_money
from orderkit.domain.order import Order
from orderkit.domain.payment import RefundLine, RefundStatus, Sums
from orderkit.domain.pricing import Part
from orderkit.errors import InvalidInputError


@attrs.frozen(slots=True)
class RefundShare:
    """
    What one payment gives back of a refund that is divided over several.

    Attributes:
        amount: Above zero, at most what of that payment can be given back.
        by_provider: Whether the provider that took it is asked to give it back. Else people have given it back.
        reference: What finds in the books what people gave back, such as the number of a credit note; a provider gives
            its own.
    """

    payment_id: UUID
    amount: Money
    by_provider: bool = False
    reference: str = ""


@attrs.frozen(slots=True)
class Suggestion:
    """What is likely to be given back of an order, for somebody to look at."""

    amount: Money
    reason: str = ""
    lines: tuple[RefundLine, ...] = ()


def suggested(order: Order, payment_id: UUID | None = None) -> Suggestion:
    """
    What is paid too much, else all that can be given back; what a provider refused last is suggested again as it was.

    Args:
        payment_id: The payment that gives it all; without one, all of them together.

    Raises:
        NotFoundError: The payment is not of this order.
    """
    payment = order.payment(payment_id) if payment_id else None
    most = order.balance.money(max(payment.sums.refundable, 0)) if payment else order.refundable
    failed = payment.refunds[-1] if payment and payment.refunds else None
    if failed is not None and failed.status is RefundStatus.FAILED:
        return Suggestion(min(failed.amount, most), failed.reason, failed.lines)
    return Suggestion(order.balance.money(min(order.balance.overpaid, most.minor) or most.minor))


def worth(order: Order, lines: tuple[RefundLine, ...], *, delivery: bool = False) -> Money:
    """
    What pieces of an order cost, with their share of its discounts, and of a tax that came on top of them.

    Pieces that come back one by one are worth together what the line is: each is worth the difference that it makes to
    those before it. A tax on all of the goods is divided over those of its rate, or over all where none is known to be.

    Args:
        delivery: Whether the delivery is counted, too.

    Raises:
        InvalidInputError: ``out_of_range``: more pieces than the order has that have not come back.
    """
    refunding.require_returnable(order, lines)
    before = order.came_back
    now = before.copy()
    for line in lines:
        now[line.line_id] += line.quantity
    total = Money.zero(order.currency)
    for part in _taxed(order):
        if part.line is not None:
            id, pieces = part.line.id, part.line.quantity
            total += part.amount.share(now[id], pieces) - part.amount.share(before[id], pieces)
        elif delivery and part.target == DELIVERY:
            total += part.amount
    return total


def proposed(order: Order, amount: Money, able: Set[UUID]) -> tuple[RefundShare, ...]:
    """
    How an amount is divided unless somebody says otherwise: the latest payment first, each as much as it can give back.

    The same order and amount are always divided in the same way, and the shares add up to the amount.

    Args:
        able: The payments whose provider can be asked.

    Raises:
        InvalidInputError: Not above zero, more than can be given back of the order, or another currency.
    """
    require_money(amount, "amount").require(order.currency)
    most = order.refundable
    if not 0 < amount.minor <= most.minor:
        raise InvalidInputError(
            f"amount is {amount}; of {order.name} up to {most} can be given back",
            code="refund_out_of_range",
            field="amount",
            low=Money(1, order.currency),
            high=most,
        )
    parts = moving.shares(order, amount.minor)
    return tuple(RefundShare(payment.id, part, by_provider=payment.id in able) for payment, part in parts)


def begin(
    order: Order,
    amount: Money,
    shares: Sequence[RefundShare],
    act: Act,
    *,
    reason: str = "",
    lines: tuple[RefundLine, ...] = (),
    lower_total: bool = True,
) -> Change[Order]:
    """
    Begin to give an amount back, share by share: what people gave is booked, what providers are to give is held.

    One share alone is what `paying.refund` and `refunding.begin` make of it. Shares that together leave nothing paid
    lower no total, as one refund that does; where one of them fails, the others lower it after all.

    Args:
        amount: What the shares add up to.
        lines: Which goods came back, for the record; they stand with the first share.

    Raises:
        InvalidInputError: No share, or shares that add up to something else (``shares_differ``); else as each share.
        NotFoundError: A payment is not of this order.
        TransitionRefusedError: As each share.
    """
    _require_sum(order, amount, shares)
    left = order.balance.paid - Sums.of(order.payments).reserved - amount.minor
    together = act.new_id() if lower_total and len(shares) > 1 and left <= 0 else None
    after = order
    steps: list[Change[Order]] = []
    for share in shares:
        goods = () if steps else lines
        step = _begin_share(after, share, act, reason, goods, lower_total and together is None)
        steps.append(step)
        after = _joined(step.after, share.payment_id, together)
    if len(steps) == 1:
        return steps[0]
    told: list[Json] = [dict(step.entry.data) for step in steps]
    whole = attrs.evolve(after, version=order.version)
    change = changed(
        order,
        whole,
        "payment.refunds_begun",
        act,
        reason=steps[0].entry.reason,
        refunds=told,
        amount=amount.minor,
    )
    assert change is not None  # refunds are told that were not there
    return change


def begun(entry: JournalEntry) -> tuple[UUID, ...]:
    """The refunds that were begun together by the entry of `begin`, share by share."""
    told = entry.data.get("refunds", [entry.data])
    assert isinstance(told, list)  # as `begin` tells it
    return tuple(UUID(str(one["refund_id"])) for one in told if isinstance(one, dict))


def _taxed(order: Order) -> tuple[Part, ...]:
    """The parts of an order, each with the taxes that came on top of it."""
    parts = parts_of(order)
    for tax in order.adjustments:
        if tax.kind is AdjustmentKind.TAX and not tax.included:
            about = [part for part in parts if _is_taxed(part, tax, parts)]
            if sum(part.amount.minor for part in about):
                shares = tax.amount.split([part.amount.minor for part in about])
                added = {part.target: share for part, share in zip(about, shares, strict=True)}
                none = Money.zero(order.currency)
                parts = tuple(
                    attrs.evolve(part, amount=part.amount + added.get(part.target, none)) for part in parts
                )
    return parts


def _is_taxed(part: Part, tax: Adjustment, parts: Sequence[Part]) -> bool:
    if tax.target:
        return part.target == tax.target
    is_known = any(one.line and one.line.tax_rate == tax.rate is not None for one in parts)
    return part.line is not None and (part.line.tax_rate == tax.rate or not is_known)


def _begin_share(
    order: Order,
    share: RefundShare,
    act: Act,
    reason: str,
    lines: tuple[RefundLine, ...],
    lower_total: bool,
) -> Change[Order]:
    if share.by_provider:
        return refunding.begin(
            order, share.payment_id, share.amount, act, reason=reason, lines=lines, lower_total=lower_total
        )
    return paying.refund(
        order,
        share.payment_id,
        share.amount,
        act,
        reason=reason,
        reference=share.reference,
        lines=lines,
        lower_total=lower_total,
    )


def _joined(order: Order, payment_id: UUID, together: UUID | None) -> Order:
    """The order whose newest refund of that payment is one of those that were begun together."""
    payment = order.payment(payment_id)
    *others, newest = payment.refunds
    refunds = (*others, attrs.evolve(newest, together=together))
    return with_payment(order, attrs.evolve(payment, refunds=refunds)) if together else order


def _require_sum(order: Order, amount: Money, shares: Sequence[RefundShare]) -> None:
    require_money(amount, "amount").require(order.currency)
    parts = Money.total((require_money(share.amount, "shares") for share in shares), order.currency)
    if not shares or parts != amount:
        raise InvalidInputError(
            f"{amount} of {order.name} are to be given back, and the shares of its payments add up to {parts}; "
            "make them the same",
            code="shares_differ",
            field="shares",
            amount=amount,
            shares=parts,
        )
