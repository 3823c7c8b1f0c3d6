"""What is not as it should be with an order: one strip per cause, with what can be done about it."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Set
from itertools import chain
from uuid import UUID

import attrs

from orderkit import (
    Attempt,
    Operation,
    OperationKind,
    OperationStatus,
    OrderView,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
    Status,
    UnknownReason,
)
from orderkit_flask.notices import Notices, flagged, what_was_told
from orderkit_flask.speech import Speech
from orderkit_flask.stages import lacking_delivery
from orderkit_flask.words import FAILURES, INBOX_REASONS, MESSAGES, OPERATIONS, REASONS

LONGEST_WORDS = 300
"""So much of what a client said is shown in a strip."""
SENT = (Status.SHIPPED, Status.DELIVERED)
SEEN = "seen"
"""The field of what an alert told of, in minor units."""
OF, IS_DONE, NAME = "of", "done", "reference"
"""
The fields of what is written down: the refund or the operation, empty for the payment; whether it was done; and what
the provider calls it.
"""
GOING_ON = (Status.PENDING, Status.PREPARING, Status.SHIPPED)


@attrs.frozen
class Action:
    """
    What can be done about an alert.

    Attributes:
        label: Of its button.
        permission: Who lacks it is not offered the button.
        view: Where the button leads, with *arguments*.
        is_done_at_once: Whether pressing it does it; else it opens a form.
        fields: What is sent with the press.
        asks: What is typed beside the button, as `NAME`; empty for nothing.
    """

    label: str
    permission: str
    view: str
    arguments: Mapping[str, object]
    is_done_at_once: bool = False
    fields: Mapping[str, str] = attrs.field(factory=dict)
    asks: str = ""


@attrs.frozen
class Alert:
    """
    One thing to look at.

    Attributes:
        actions: What can be done about it; none where nothing can be done here.
        said: What somebody said of it, in words of their own.
    """

    text: str
    actions: tuple[Action, ...] = ()
    said: str = ""


def alerts_of(
    view: OrderView,
    say: Speech,
    *,
    may_cancel: bool,
    askable: Set[UUID],
    is_payable: bool,
    notices: Notices,
) -> tuple[Alert, ...]:
    """
    What is wrong with an order: who waits for an answer first, then the money; at most one alert of each cause.

    What providers told that does not fit is told one by one.

    Args:
        may_cancel: Whether the person who looks can cancel the order now.
        askable: The payments whose provider can be asked what came of them.
        is_payable: Whether the client can be sent a link to pay what is left.
        notices: What providers told of its payments.
    """
    return (
        *_of_cancelling(view, say, askable),
        *_of_request(view, say, may_cancel=may_cancel),
        *_of_money(view, say, is_payable=is_payable),
        *_of_disputes(view, say, may_cancel=may_cancel),
        *_of_what_went_back(view, say, may_cancel=may_cancel, is_payable=is_payable),
        *_of_answers(view, say, askable),
        *_of_notices(view, say, notices),
        *_of_refunds(view, say, askable),
        *_of_holds(view, say, askable),
        *_of_delivery(view, say),
        *_of_messages(view, say),
    )


def _of_messages(view: OrderView, say: Speech) -> Iterator[Alert]:
    """The client was not told of something, and nothing more is tried."""
    newest = {(message.kind, message.rule_id): message for message in view.messages}
    for message in newest.values():
        if message.needs_attention:
            yield Alert(
                say.text(
                    "The letter “%(letter)s” was not sent: %(reason)s. It can be sent again in the journal.",
                    letter=say.word(MESSAGES, message.kind),
                    reason=_short(say.word(FAILURES, message.reason)),
                )
            )


def _of_request(view: OrderView, say: Speech, *, may_cancel: bool) -> Iterator[Alert]:
    """The buyer asked for the order to be cancelled, and waits."""
    asked_at = view.order.cancel_requested_at
    if asked_at is None:
        return
    where = {"order_id": view.order.id}
    cancel = Action(say.text("Cancel the order"), "orders.cancel", "cancel", where)
    decline = Action(say.text("Decline the request"), "orders.cancel", "decline", where)
    reasons = (entry.reason for entry in view.journal if entry.kind == "order.cancel_requested")
    yield Alert(
        say.text("The client asks to cancel the order (%(moment)s).", moment=say.moment(asked_at)),
        (cancel, decline) if may_cancel else (decline,),
        _short(next(reasons, "")),
    )


def _of_cancelling(view: OrderView, say: Speech, askable: Set[UUID]) -> Iterator[Alert]:
    """Providers are being asked, or did not answer; people are locked out meanwhile."""
    begun = next((entry for entry in view.journal if entry.kind == "order.cancelling"), None)
    if view.order.cancelling is None or begun is None:
        return
    where = {"order_id": view.order.id}
    stop = Action(say.text("Do not cancel"), "orders.cancel", "stop_cancelling", where, is_done_at_once=True)
    told = {"who": begun.actor.name or say.text("Somebody"), "moment": say.moment(begun.at)}
    mute = [(payment, one) for payment, one in _waited_for(view) if payment.id not in askable]
    if not mute:
        text = say.text(
            "%(who)s is cancelling the order (%(moment)s), and the answer of the payment system is awaited. "
            "It is gone on with by itself; until then nobody can change the order.",
            **told,
        )
    else:
        text = say.text(
            "%(who)s is cancelling the order (%(moment)s), and “%(method)s” does not say what became of the money. "
            "It is asked by itself for an hour. After that look there, and press what you found; or press "
            "“Do not cancel” to work with the order.",
            method=_title(view, mute[0][0]),
            **told,
        )
    found = [_write_down(view, payment, one, say, askable, is_waited_for=True) for payment, one in mute]
    yield Alert(text, (*chain.from_iterable(found), stop))


def _waited_for(view: OrderView) -> Iterator[tuple[Payment, Refund | Operation]]:
    """What the cancelling of an order waits for: what it asked for and is not under way, and what releases a hold."""
    own = {
        entry.data.get(name)
        for entry in view.journal
        if entry.data.get("cancelling") == str(view.order.cancelling)
        for name in ("refund_id", "operation_id")
    }
    for payment in view.order.payments:
        for one in payment.asked_for:
            is_release = isinstance(one, Operation) and one.kind is OperationKind.VOID
            is_open = one.is_under_way and not (
                isinstance(one, Refund) and one.status is RefundStatus.PENDING
            )
            if payment.method_id and is_open and (is_release or str(one.id) in own):
                yield payment, one


def _title(view: OrderView, payment: Payment) -> str:
    assert payment.method_id is not None  # a provider took it
    return view.payment_methods[payment.method_id].title


def _short(words: str) -> str:
    """The journal holds all of it."""
    return words if len(words) <= LONGEST_WORDS else words[:LONGEST_WORDS].rstrip() + "…"


def _of_money(view: OrderView, say: Speech, *, is_payable: bool) -> Iterator[Alert]:
    order, balance = view.order, view.order.balance
    amount = say.money(balance.money(abs(balance.balance)))
    if balance.payment_status is PaymentStatus.OVERPAID:
        is_cancelled = order.status is Status.CANCELLED
        text = (
            say.text("The order is cancelled, and %(amount)s came in.", amount=amount)
            if is_cancelled
            else say.text("Overpaid by %(amount)s.", amount=amount)
        )
        yield Alert(text, tuple(_refund(view, say)))
    elif order.status in SENT and balance.payment_status in (
        PaymentStatus.UNPAID,
        PaymentStatus.PARTIALLY_PAID,
    ):
        yield Alert(
            say.text("The order is sent, and %(amount)s are not paid.", amount=amount),
            (_record(view, say), *_link(view, say, is_payable=is_payable)),
        )


def _of_disputes(view: OrderView, say: Speech, *, may_cancel: bool) -> Iterator[Alert]:
    """The client's bank took money back; what can be done about it is done at the provider. Told until it is seen."""
    balance = view.order.balance
    about = ("payment.chargeback", "payment.dispute_seen")
    newest = next((entry for entry in view.journal if entry.kind in about), None)
    seen = newest.data["amount"] if newest and newest.kind == "payment.dispute_seen" else 0
    if balance.disputed > int(str(seen)):
        where, told = {"order_id": view.order.id}, {SEEN: str(balance.disputed)}
        done = Action(
            say.text("Mark as seen"), "money.record", "see_dispute", where, is_done_at_once=True, fields=told
        )
        amount = say.money(balance.money(balance.disputed))
        yield Alert(
            say.text(
                "The client's bank took %(amount)s back: the payment is disputed. Answer at the payment system; "
                "what comes of it is recorded by itself.",
                amount=amount,
            ),
            (done, *(_cancel(view, say, may_cancel=may_cancel) if view.order.status in GOING_ON else ())),
        )


def _of_what_went_back(
    view: OrderView, say: Speech, *, may_cancel: bool, is_payable: bool
) -> Iterator[Alert]:
    """All the money was given back, and the order goes on as if it were to be sent."""
    balance = view.order.balance
    is_all_back = balance.payment_status is PaymentStatus.REFUNDED and balance.disputed <= 0
    if view.order.status in GOING_ON and is_all_back and balance.to_pay > 0:
        actions = (*_cancel(view, say, may_cancel=may_cancel), *_link(view, say, is_payable=is_payable))
        yield Alert(say.text("All the money was given back, and the order is not cancelled."), actions)


def _of_answers(view: OrderView, say: Speech, askable: Set[UUID]) -> Iterator[Alert]:
    """A provider was asked for money, and nobody knows whether it took it."""
    order = view.order
    unknown = next((one for one in order.payments if _is_unknown(one)), None)
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
    asking = () if unknown.reason == UnknownReason.AMOUNT_DIFFERS else askable
    actions = (
        *_ask(view, unknown, say, askable),
        *(() if view.order.cancelling else (_record(view, say),)),
        *_write_down(view, unknown, None, say, asking),
    )
    yield Alert(text, actions)


def _is_unknown(payment: Payment) -> bool:
    """Whether it waits for an answer that never came, or was given up and another amount is told of."""
    if payment.is_attempt:
        return payment.attempt is Attempt.UNKNOWN
    return payment.is_payable_there and payment.reason == UnknownReason.AMOUNT_DIFFERS


def _of_notices(view: OrderView, say: Speech, notices: Notices) -> Iterator[Alert]:
    """A provider told of something that does not fit: all of it, oldest first, each with how to be done with it."""
    for held in flagged(notices):
        method = view.payment_methods[held.method_id].title if held.method_id in view.payment_methods else ""
        where = {"order_id": view.order.id, "event_id": held.id}
        done = Action(say.text("Looked into"), "money.record", "set_aside", where, is_done_at_once=True)
        reason = say.word(INBOX_REASONS, held.reason.value) if held.reason else ""
        yield Alert(
            say.text(
                "“%(method)s” tells: %(told)s. It does not fit: %(reason)s. "
                "Nothing was booked: look there what is right.",
                method=method,
                told=what_was_told(held, say),
                reason=reason,
            ),
            (done,),
        )


def _of_holds(view: OrderView, say: Speech, askable: Set[UUID]) -> Iterator[Alert]:
    """Held money that was not taken or released as it was asked for, that is no more, or that nobody needs."""
    order = view.order
    for payment in order.payments:
        if payment.offline or payment.method_id is None:
            continue
        told = {"method": view.payment_methods[payment.method_id].title}
        if payment.is_held and payment.reason == UnknownReason.AMOUNT_DIFFERS and not payment.is_asked:
            yield _of_another_amount(view, payment, say, askable)
            continue
        last = payment.operations[-1] if payment.operations else None
        if last is not None and last.status in (OperationStatus.UNKNOWN, OperationStatus.FAILED):
            told |= {"what": say.word(OPERATIONS, last.kind.value), "amount": say.money(last.amount)}
            if last.status is OperationStatus.UNKNOWN:
                text = say.text("It is not known what came of %(what)s by “%(method)s”: %(amount)s.", **told)
                actions = (
                    *_ask(view, payment, say, askable),
                    *_write_down(view, payment, last, say, askable),
                )
                yield Alert(text, actions)
            elif payment.is_held:
                told["reason"] = say.word(REASONS, last.failure)
                text = say.text("%(amount)s by “%(method)s”: %(what)s was not fulfilled, %(reason)s.", **told)
                yield Alert(text, tuple(_release(view, payment, say)))
        elif payment.is_held and order.status is Status.CANCELLED:
            amount = say.money(order.balance.money(payment.sums.authorised))
            text = say.text("The order is cancelled, and %(amount)s are held.", amount=amount)
            yield Alert(text, tuple(_release(view, payment, say)))
        elif payment.attempt is Attempt.DECLINED and payment.facts and order.balance.to_pay > 0:
            told |= {"amount": say.money(payment.amount), "reason": say.word(REASONS, payment.reason)}
            yield Alert(say.text("The hold of %(amount)s by “%(method)s” is no more: %(reason)s.", **told))


def _of_another_amount(view: OrderView, payment: Payment, say: Speech, askable: Set[UUID]) -> Alert:
    """What a hold's provider says was taken does not fit it: people end the hold here, and record what came in."""
    assert payment.method_id is not None  # a provider holds it
    text = say.text(
        "%(amount)s are held by “%(method)s”, which says that it took another amount. Nothing was booked: look there. "
        "If nothing is held any more, press so, and record by hand what was taken.",
        amount=say.money(view.order.balance.money(payment.sums.authorised)),
        method=view.payment_methods[payment.method_id].title,
    )
    where = {"order_id": view.order.id, "payment_id": payment.id}
    told, label = {OF: "", IS_DONE: ""}, say.text("Nothing is held there")
    gone = Action(label, "money.refund", "write_down", where, is_done_at_once=True, fields=told)
    doing = () if view.order.cancelling else (gone, _record(view, say))
    return Alert(text, (*_ask(view, payment, say, askable), *doing))


def _release(view: OrderView, payment: Payment, say: Speech) -> Iterator[Action]:
    if not payment.is_asked:
        where = {"order_id": view.order.id, "payment_id": payment.id}
        yield Action(say.text("Release the hold"), "money.refund", "void", where)


def _of_refunds(view: OrderView, say: Speech, askable: Set[UUID]) -> Iterator[Alert]:
    """A provider was asked to give money back, and did not, or nobody knows; what was given back since is no matter."""
    for payment in view.order.payments:
        for refund in payment.refunds:
            if not refund.by_provider or payment.method_id is None:
                continue
            asked = {"amount": say.money(refund.amount), "method": _title(view, payment)}
            if refund.status is RefundStatus.UNKNOWN:
                text = say.text(
                    "It is not known whether %(amount)s were given back by “%(method)s”. "
                    "Look there before you give them back again.",
                    **asked,
                )
                found = _write_down(view, payment, refund, say, askable)
                yield Alert(text, (*_ask(view, payment, say, askable), *found))
            elif refund.status is RefundStatus.FAILED and refund is payment.refunds[-1]:
                asked["reason"] = say.word(REASONS, refund.failure)
                text = say.text("%(amount)s were not given back by “%(method)s”: %(reason)s.", **asked)
                yield Alert(text, tuple(_refund(view, say, payment)))


def _cancel(view: OrderView, say: Speech, *, may_cancel: bool) -> Iterator[Action]:
    if may_cancel:
        where = {"order_id": view.order.id}
        yield Action(say.text("Cancel the order"), "orders.cancel", "cancel", where)


def _ask(view: OrderView, payment: Payment, say: Speech, askable: Set[UUID]) -> Iterator[Action]:
    if payment.id in askable:
        where = {"order_id": view.order.id, "payment_id": payment.id}
        yield Action(
            say.text("Ask the provider"), "money.record", "ask_provider", where, is_done_at_once=True
        )


def _write_down(
    view: OrderView,
    payment: Payment,
    of: Refund | Operation | None,
    say: Speech,
    askable: Container[UUID],
    *,
    is_waited_for: bool = False,
) -> Iterator[Action]:
    """
    What people have found at a provider that cannot be asked.

    What the provider calls a payment or a refund that was done is asked for, where that is not known. Where another
    amount is told than was asked for, it cannot be said that it was done so.

    Args:
        is_waited_for: Whether the cancelling of the order waits for it: only that can be written down meanwhile, and
            the buttons say of how much, since there may be several of them.
    """
    if payment.id in askable or (view.order.cancelling and not is_waited_for):
        return
    where = {"order_id": view.order.id, "payment_id": payment.id}
    labels = {"yes": say.text("It was done there"), "": say.text("It was not done there")}
    if of is None:
        labels = {"yes": say.text("It was paid there"), "": say.text("It was not paid there")}
    is_named = isinstance(of, Operation) or bool((of or payment).reference)
    if UnknownReason.AMOUNT_DIFFERS == (payment.reason if of is None else of.failure):
        del labels["yes"]
    for is_done, label in labels.items():
        told = {OF: str(of.id) if of else "", IS_DONE: is_done}
        if is_waited_for:
            label = f"{label}: {say.money((of or payment).amount)}"
        asks = say.text("Number at the payment system") if is_done and not is_named else ""
        yield Action(
            label,
            needed_to_write_down(payment, of),
            "write_down",
            where,
            is_done_at_once=True,
            fields=told,
            asks=asks,
        )


def needed_to_write_down(payment: Payment, what: Refund | Operation | None) -> str:
    """The permission: of what gives money back, or ends a hold, that to give it back."""
    gives_back = (
        payment.is_held if what is None else isinstance(what, Refund) or what.kind is OperationKind.VOID
    )
    return "money.refund" if gives_back else "money.record"


def _link(view: OrderView, say: Speech, *, is_payable: bool) -> Iterator[Action]:
    if is_payable:
        where, label = {"order_id": view.order.id}, say.text("Payment link")
        yield Action(label, "orders.link", "make_payment_link", where, is_done_at_once=True)


def _record(view: OrderView, say: Speech) -> Action:
    return Action(say.text("Record a payment"), "money.record", "record_payment", {"order_id": view.order.id})


def _refund(view: OrderView, say: Speech, payment: Payment | None = None) -> Iterator[Action]:
    """Giving back from one payment, or from those that have something left."""
    order = view.order
    able = [one for one in order.payments if one.sums.refundable > 0]
    if payment is None and len(able) > 1:
        yield Action(say.text("Give back"), "money.refund", "give_back", {"order_id": order.id})
    elif giving := [one for one in able if payment in (None, one)]:
        where = {"order_id": order.id, "payment_id": giving[0].id}
        yield Action(say.text("Give back"), "money.refund", "refund", where)


def _of_delivery(view: OrderView, say: Speech) -> Iterator[Alert]:
    lack = lacking_delivery(view, say)
    if view.order.status is Status.PREPARING and lack:
        yield Alert(
            say.text("The order is being prepared: %(lack)s.", lack=lack),
            (
                Action(
                    say.text("Change the delivery"),
                    "orders.delivery",
                    "delivery",
                    {"order_id": view.order.id},
                ),
            ),
        )
