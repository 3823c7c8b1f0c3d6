"""Money that staff handle: choosing a method, recording what came in, giving back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.attempts import (
    follow_paid,
    require_answered,
    require_details,
    require_lines,
    take_attempt,
    with_payment,
)
from orderkit.domain.change import Change, changed
from orderkit.domain.journal import JournalEntry
from orderkit.domain.lifecycle import ORDER_LIFECYCLE, Lifecycle, Status
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import Money, require_money
from orderkit.domain.moving import follow_money, give_back, go_on, pending_twin
from orderkit.domain.order import Order
from orderkit.domain.payment import Attempt, FactKind, MoneyFact, Payment, RefundLine
from orderkit.domain.permits import Verb, require
from orderkit.domain.refunding import lowered, require_refundable, require_returnable
from orderkit.domain.text import LONG, clean_reference, clean_words
from orderkit.errors import ConflictError, InvalidInputError, TransitionRefusedError


def choose(
    order: Order, method: PaymentMethod, act: Act, *, lifecycle: Lifecycle = ORDER_LIFECYCLE
) -> Change[Order] | None:
    """
    Choose an offline way to pay; the attempt then waits for staff to record the money.

    The first method chosen fills the row without one, another one supersedes it. A cart is placed: there is nothing
    else to wait for.

    Returns:
        ``None`` if that method is chosen already.

    Raises:
        InvalidInputError: A provider would have to be asked for money by this method (``not_offline``).
        TransitionRefusedError: Nothing is to be paid (``nothing_to_pay``), an attempt is being answered for
            (``answer_awaited``), a cart without a line (``no_lines``), a buyer's cart whose details are not submitted
            (``details_missing``), an actor who chooses nothing (``not_by_this_actor``), or a cart that *lifecycle* lets
            nobody place so.
    """
    require(Verb.CHOOSE, act.actor.kind, order.name)
    if not method.offline:
        raise InvalidInputError(
            f"{method.title!r} is paid through its provider, not recorded by hand",
            code="not_offline",
            field="method",
        )
    require_answered(order)
    require_details(order, act.actor.kind)
    attempt = order.open_attempt
    if attempt is not None and attempt.method_id == method.id:
        return None
    if order.balance.to_pay <= 0:
        raise TransitionRefusedError(
            f"{order.name} has nothing left to pay", code="nothing_to_pay", order=order.number
        )
    opened, attempt = take_attempt(order, act)
    chosen = attrs.evolve(attempt, method_id=method.id, offline=True)
    after = with_payment(opened, chosen)
    if order.is_cart:
        require_lines(order)
        after = go_on(order, after, pending_twin(after), act, lifecycle)
    return changed(order, after, "payment.chosen", act, payment_id=str(chosen.id))


def record(order: Order, amount: Money, act: Act, *, method_id: UUID, reference: str = "") -> Change[Order]:
    """
    Book money that came in outside any provider: cash, a bank transfer.

    It settles the open attempt of that method, or the one without a method, at the amount recorded; else it makes
    a payment of its own. Part payments and overpayments are booked as they are. Other open offline attempts then
    ask for what is left to pay, or are superseded if nothing is.

    Args:
        amount: Above zero, in the order's currency.
        reference: What finds it in the books, such as the number of the transfer.

    Raises:
        InvalidInputError: Not above zero, another currency, or too large together with what came in before.
        TransitionRefusedError: Money is not booked on the word of this actor (``not_by_this_actor``).
    """
    require(Verb.RECORD, act.actor.kind, order.name)
    require_money(amount, "amount").require(order.currency)
    order.balance.money(order.balance.captured + amount.minor)  # raises where the sum is no amount any more
    attempt = order.open_attempt
    if attempt is None or not attempt.offline or attempt.method_id not in (None, method_id):
        attempt = Payment(id=act.new_id(), amount=amount, opened_at=act.at)
    settled = attrs.evolve(
        attempt,
        amount=amount,
        method_id=method_id,
        attempt=Attempt.SETTLED,
        reference=clean_reference(reference, "reference"),
        facts=tuple(
            MoneyFact(act.new_id(), kind, amount, act.at) for kind in (FactKind.AUTHORISE, FactKind.CAPTURE)
        ),
    )
    booked = follow_paid(with_payment(order, settled))
    after = follow_money(booked, act.at)
    change = changed(order, after, "payment.recorded", act, payment_id=str(settled.id), amount=amount.minor)
    assert change is not None  # what is paid differs
    return change


def amount_to_refund(order: Order, refund: Money | Literal["all", "none"]) -> Money:
    """
    What is given back of an order, as callers say it.

    Raises:
        InvalidInputError: ``unknown_refund``.
    """
    if isinstance(refund, Money):
        return refund
    if refund not in ("all", "none"):
        raise InvalidInputError(
            "refund must be 'all', 'none' or an amount of Money", code="unknown_refund", field="refund"
        )
    return order.refundable if refund == "all" else Money.zero(order.currency)


def refund(
    order: Order,
    payment_id: UUID,
    amount: Money,
    act: Act,
    *,
    reason: str = "",
    reference: str = "",
    lines: tuple[RefundLine, ...] = (),
    lower_total: bool = True,
) -> Change[Order]:
    """
    Book money given back by hand.

    A part refund first eats an overpayment; the rest lowers the total by an adjustment, so that what was
    given back is not owed again. A refund that leaves nothing paid lowers no total. Open offline attempts ask for
    what is left to pay then.

    Args:
        payment_id: A payment with captured money.
        amount: Above zero, at most what of that payment can be given back.
        reference: What finds it in the books, such as the number of a credit note.
        lines: Which goods came back, for the record; the amount does not follow from them.
        lower_total: ``False`` leaves the total as it is.

    Raises:
        InvalidInputError: Not above zero, more than can be given back, another currency, or more goods than
            the order has.
        NotFoundError: The payment is not of this order.
        TransitionRefusedError: Money is not given back on the word of this actor (``not_by_this_actor``).
    """
    require(Verb.REFUND, act.actor.kind, order.name)
    payment = order.payment(payment_id)
    require_refundable(order, payment, amount)
    require_returnable(order, lines)
    reason = clean_words(reason, "reason", limit=LONG)
    given = give_back(payment, amount, reason, act, reference=reference, lines=lines)
    after = with_payment(order, given)
    if lower_total:
        after = lowered(order, after, amount, reason)
    change = changed(
        order,
        follow_money(follow_paid(after), act.at),
        "payment.refunded",
        act,
        reason=reason,
        payment_id=str(payment.id),
        refund_id=str(given.refunds[-1].id),
        amount=amount.minor,
    )
    assert change is not None  # what is paid differs
    return change


def require_unmoved(order: Order, since: Sequence[JournalEntry]) -> None:
    """
    Refuse to book money on the word of somebody who has not seen the money of the order as it is.

    What is paid, held, owed or being given back is its money, and cancelling and reopening change what is owed.

    Args:
        since: What was done to the order since it was seen.

    Raises:
        ConflictError: ``money_moved``, naming what was done last and by whom; the ``kind`` of that entry and its
            ``amount`` are in the context.
    """
    moved = next((entry for entry in reversed(since) if _moves_money(entry)), None)
    if moved is None:
        return
    minor = moved.data.get("amount")
    context = {"amount": order.balance.money(minor)} if isinstance(minor, int) else {}
    by = moved.actor.name or moved.actor.kind.value
    raise ConflictError(
        f"{order.name}: the money is not as it was seen, {by} was there ({moved.kind}); look again, then book",
        code="money_moved",
        changed=[difference.field for difference in moved.differences],
        changed_by=by,
        changed_at=moved.at,
        kind=moved.kind,
        **context,
    )


def _moves_money(entry: JournalEntry) -> bool:
    status = entry.difference("status")
    is_about_cancelling = status is not None and Status.CANCELLED.value in (status.before, status.after)
    is_asked_for = any(
        difference.field.startswith(("refunds.", "operations.")) for difference in entry.differences
    )
    moves = any(entry.difference(field) for field in ("paid", "authorised", "total"))
    return moves or is_asked_for or is_about_cancelling
