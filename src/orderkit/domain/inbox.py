"""
What providers told, each event kept once, and what it does to an order.

Told again it does nothing, told in another order it comes to the same money. What is about nothing that is known yet is
parked, what contradicts the books is flagged: people look into it, and nobody is paid.
Source of the rules: the table "What a provider tells" in docs/reference/statuses.md.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta
from uuid import UUID

import attrs

from orderkit.domain import asking, disputing, refunding
from orderkit.domain.actor import Act
from orderkit.domain.change import Change, changed, created
from orderkit.domain.journal import Snapshot
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.outcome import (
    Asked,
    Authorised,
    Declined,
    Outcome,
    Pending,
    Redirect,
    Succeeded,
    Unknown,
)
from orderkit.domain.payment import Payment, Refund, RefundStatus
from orderkit.domain.provider_event import ChargebackWon, ChargedBack, ProviderEvent, Told

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=6)
KEPT_TRYING = timedelta(days=7)
"""How long what is parked is taken up again by itself; after that it is flagged."""


class InboxStatus(enum.StrEnum):
    """What became of an event."""

    RECEIVED = "received"
    """It is kept; what it does is being decided."""
    PARKED = "parked"
    """It is about nothing that is known yet, or nobody could be asked about it. It is taken up again."""
    APPLIED = "applied"
    """What it told is booked."""
    IGNORED = "ignored"
    """It told nothing new."""
    FLAGGED = "flagged"
    """It contradicts the books. Nothing was booked, and people look into it."""


class InboxReason(enum.StrEnum):
    """Why an event was not applied."""

    NO_PAYMENT = "no_payment"
    """No payment of this method has that reference, yet."""
    NO_REFUND = "no_refund"
    """No refund has that reference, yet, and one is under way that has none."""
    NO_MONEY = "no_money"
    """No money of the payment has come in, yet, that could be taken back."""
    NO_CHARGEBACK = "no_chargeback"
    """Nothing was charged back, yet, that could be won."""
    NOT_ANSWERED = "not_answered"
    """The provider was asked what came of it, and has not said so, yet."""
    NOTHING_NEW = "nothing_new"
    """All of it is in the books already."""
    AMOUNT_DIFFERS = "amount_differs"
    """It tells of another amount than was asked for."""
    CURRENCY_DIFFERS = "currency_differs"
    """It tells of another currency than its order is in."""
    REFERENCE_DIFFERS = "reference_differs"
    """It is about an operation of ours that the provider calls otherwise: about another order, perhaps."""
    CONTENT_DIFFERS = "content_differs"
    """Another event came under the same id before."""
    CONTRADICTS = "contradicts"
    """The books say the opposite: a refund that is settled has failed, or one that has failed is settled."""
    TOO_MUCH = "too_much"
    """More is given or taken back than is left of the payment."""
    NOT_CONFIRMED = "not_confirmed"
    """Nobody can be asked whether it is true, and an unsigned word is not believed."""
    NOT_OURS = "not_ours"
    """Its provider says that it is of no payment that a method of this site began there."""
    OTHER_METHOD = "other_method"
    """It is of a payment by another method of this site, whose own account did not confirm it."""


@attrs.frozen(slots=True)
class Decision:
    """What becomes of an event."""

    status: InboxStatus
    reason: InboxReason | None = None


@attrs.frozen(slots=True, kw_only=True)
class InboxEvent:
    """
    One event of a provider as the desk keeps it: what it told, and what became of that.

    Attributes:
        method_id: The payment method at whose address it came.
        event: Without what was told, where that is not believed.
        copy: Empty, or the digest of another content that came under the same ``event_id``.
        digest: Tells its content from another one.
        reason: Why it was not applied; ``None`` where it was, or is not decided.
        answered: What the provider answered when it was asked about it; ``None`` where nobody had to ask, or it did not
            say. The event is not believed for it: taken up again, the provider is asked again.
        about_order: The order that it is about, once known; *payment_id* likewise.
        tries: How often it was taken up.
        due_at: When it is taken up again; ``None`` if not by itself.
    """

    id: UUID
    method_id: UUID
    event: ProviderEvent
    digest: str
    received_at: datetime
    copy: str = ""
    status: InboxStatus = attrs.field(default=InboxStatus.RECEIVED, converter=InboxStatus)
    reason: InboxReason | None = attrs.field(default=None, converter=attrs.converters.optional(InboxReason))
    answered: Told | None = None
    about_order: UUID | None = None
    payment_id: UUID | None = None
    tries: int = 0
    due_at: datetime | None = None
    version: int = 1

    @property
    def order_id(self) -> None:
        """The journal of its order tells of the money, not of letters about it."""
        return

    @property
    def contact_id(self) -> None:
        """As `order_id`."""
        return

    @property
    def is_open(self) -> bool:
        """Whether it has still to be taken up."""
        return self.status in (InboxStatus.RECEIVED, InboxStatus.PARKED)

    @property
    def said(self) -> Told | None:
        """What the provider says came of it: by the event itself where that is believed, or by its answer."""
        return self.event.told or self.answered

    def snapshot(self) -> Snapshot:
        """What became of it."""
        return {
            "status": self.status.value,
            "reason": self.reason.value if self.reason else None,
            "payment_id": str(self.payment_id) if self.payment_id else None,
            "tries": self.tries,
        }


@attrs.frozen(slots=True)
class Subject:
    """
    What an event is about.

    Attributes:
        refund_id: ``None`` for the payment itself, and for a refund that is not in the books.
    """

    order: Order
    payment: Payment
    refund_id: UUID | None = None

    @property
    def refund(self) -> Refund | None:
        """The refund it is about, where it is one of ours."""
        return next((one for one in self.payment.refunds if one.id == self.refund_id), None)


def receive(held: InboxEvent, act: Act) -> Change[InboxEvent]:
    """Keep an event that has just come, before anything is made of it; due at once if whoever keeps it dies."""
    held = attrs.evolve(held, due_at=act.at + FIRST_PAUSE)
    return created(held, "provider_event.received", act, held.snapshot(), event_id=held.event.event_id)


def keep_copy(held: InboxEvent, act: Act) -> Change[InboxEvent]:
    """Keep an event under whose id another one came before, for people to look into."""
    status, reason = InboxStatus.FLAGGED, InboxReason.CONTENT_DIFFERS
    held = attrs.evolve(held, copy=held.digest, status=status, reason=reason)
    return created(held, "provider_event.received", act, held.snapshot(), event_id=held.event.event_id)


def decided(
    held: InboxEvent,
    decision: Decision,
    act: Act,
    subject: Subject | None = None,
    told: Told | None = None,
) -> Change[InboxEvent]:
    """
    What became of an event, once it was taken up; parked too long, it is flagged.

    Args:
        told: What it came to be decided by; ``None`` where nobody has said what came of it.
    """
    pause = None
    if decision.status is InboxStatus.PARKED:
        pause = _pause(held, act.at)
        if pause is None:
            decision = Decision(InboxStatus.FLAGGED, decision.reason)
    after = attrs.evolve(
        held,
        status=decision.status,
        reason=decision.reason,
        answered=told if held.event.told is None else None,
        about_order=subject.order.id if subject else held.about_order,
        payment_id=subject.payment.id if subject else held.payment_id,
        tries=held.tries + 1,
        due_at=act.at + pause if pause else None,
    )
    change = changed(held, after, f"provider_event.{decision.status.value}", act)
    assert change is not None  # it was taken up once more
    return change


def set_aside(held: InboxEvent, act: Act) -> Change[InboxEvent] | None:
    """
    Have an event that is flagged wait no more: somebody has looked into it. Why it was flagged stays with it.

    Returns:
        ``None`` if it is not flagged.
    """
    if held.status is not InboxStatus.FLAGGED:
        return None
    return changed(held, attrs.evolve(held, status=InboxStatus.IGNORED), "provider_event.set_aside", act)


def apply(
    subject: Subject, told: Told, event: ProviderEvent, act: Act
) -> tuple[Change[Order] | None, Decision]:
    """
    What an event does to its order; the change is ``None`` unless it is applied.

    Args:
        told: By the event itself, if that is believed, or by the provider that was asked about it.
    """
    if isinstance(told, (ChargedBack, ChargebackWon)):
        return _disputed(subject, told, act)
    if event.asked is Asked.REFUND:
        return _refunded(subject, told, event, act)
    return _paid(subject, told, event, act)


def _paid(
    subject: Subject, told: Outcome, event: ProviderEvent, act: Act
) -> tuple[Change[Order] | None, Decision]:
    payment = subject.payment
    if payment.reference and payment.reference != event.reference:
        return None, Decision(InboxStatus.FLAGGED, InboxReason.REFERENCE_DIFFERS)
    if differs := _differing(told, _expected(payment, told)):
        return None, differs
    change = asking.found(subject.order, payment.id, told, act)
    is_contended = payment.is_held and any(one.is_under_way for one in payment.operations)
    if change is None and is_contended and isinstance(told, (Succeeded, Declined)):
        # Somebody may have done it at the provider, and ours be refused for it.
        return None, Decision(InboxStatus.PARKED, InboxReason.NOT_ANSWERED)
    return _applied(change)


def _expected(payment: Payment, told: Outcome) -> Money:
    """The amount that an outcome of a payment is to name: of a hold any part may be taken."""
    sums, currency = payment.sums, payment.amount.currency
    if isinstance(told, Authorised):
        return payment.amount
    if isinstance(told, Succeeded) and payment.is_held and 0 < told.amount.minor <= sums.authorised:
        return Money(told.amount.minor, currency)
    return Money(sums.captured, currency) if sums.captured else payment.amount


def _refunded(
    subject: Subject, told: Outcome, event: ProviderEvent, act: Act
) -> tuple[Change[Order] | None, Decision]:
    refund, payment = subject.refund, subject.payment
    if refund is None:
        return _refunded_elsewhere(subject, told, event, act)
    if refund.reference and refund.reference != event.reference:
        return None, Decision(InboxStatus.FLAGGED, InboxReason.REFERENCE_DIFFERS)
    if event.payment_reference and payment.reference not in ("", event.payment_reference):
        return None, Decision(InboxStatus.FLAGGED, InboxReason.REFERENCE_DIFFERS)
    if differs := _differing(told, refund.amount):
        return None, differs
    opposite = {RefundStatus.SETTLED: Declined, RefundStatus.FAILED: Succeeded}.get(refund.status)
    if opposite and isinstance(told, opposite):
        return None, Decision(InboxStatus.FLAGGED, InboxReason.CONTRADICTS)
    return _applied(refunding.answer(subject.order, refund.id, told, act))


def _refunded_elsewhere(
    subject: Subject, told: Outcome, event: ProviderEvent, act: Act
) -> tuple[Change[Order] | None, Decision]:
    """A refund that was made at the provider: nobody asked for it here."""
    payment = subject.payment
    if isinstance(told, Pending) and event.told is None:
        return None, Decision(
            InboxStatus.PARKED, InboxReason.NOT_ANSWERED
        )  # nothing else asks about it later
    if not isinstance(told, Succeeded):
        return None, Decision(InboxStatus.IGNORED, InboxReason.NOTHING_NEW)
    if any(one.by_provider and one.is_under_way and not one.reference for one in payment.refunds):
        return None, Decision(InboxStatus.PARKED, InboxReason.NO_REFUND)
    if told.amount.currency != payment.amount.currency:
        return None, Decision(InboxStatus.FLAGGED, InboxReason.CURRENCY_DIFFERS)
    if not payment.sums.captured:
        return None, Decision(InboxStatus.PARKED, InboxReason.NO_MONEY)
    if not 0 < told.amount.minor <= payment.sums.refundable:
        return None, Decision(InboxStatus.FLAGGED, InboxReason.TOO_MUCH)
    change = refunding.made_elsewhere(subject.order, payment.id, told.amount, event.reference, act)
    return _applied(change)


def _disputed(
    subject: Subject, told: ChargedBack | ChargebackWon, act: Act
) -> tuple[Change[Order] | None, Decision]:
    sums, currency = subject.payment.sums, subject.payment.amount.currency
    if told.amount.currency != currency:
        return None, Decision(InboxStatus.FLAGGED, InboxReason.CURRENCY_DIFFERS)
    if told.amount.minor <= 0:
        return None, Decision(InboxStatus.FLAGGED, InboxReason.AMOUNT_DIFFERS)
    if isinstance(told, ChargebackWon):
        if told.amount.minor > sums.disputed:
            return None, Decision(InboxStatus.PARKED, InboxReason.NO_CHARGEBACK)
        return _applied(disputing.win(subject.order, subject.payment.id, told.amount, told.reference, act))
    if not sums.captured:
        return None, Decision(InboxStatus.PARKED, InboxReason.NO_MONEY)
    if told.amount.minor > sums.captured - sums.disputed:
        return None, Decision(InboxStatus.FLAGGED, InboxReason.TOO_MUCH)
    return _applied(
        disputing.charge_back(subject.order, subject.payment.id, told.amount, told.reference, act)
    )


def _differing(told: Told, expected: Money) -> Decision | None:
    """That another amount is told of than was asked for; what tells of none differs from nothing."""
    amount = getattr(told, "amount", None)
    if not isinstance(amount, Money) or amount == expected:
        return None
    is_currency = amount.currency != expected.currency
    reason = InboxReason.CURRENCY_DIFFERS if is_currency else InboxReason.AMOUNT_DIFFERS
    return Decision(InboxStatus.FLAGGED, reason)


def _applied(change: Change[Order] | None) -> tuple[Change[Order] | None, Decision]:
    if change is None:
        return None, Decision(InboxStatus.IGNORED, InboxReason.NOTHING_NEW)
    return change, Decision(InboxStatus.APPLIED)


def is_named_otherwise(subject: Subject, event: ProviderEvent) -> bool:
    """
    Whether only its provider can say that an event is of that payment, and what came of it.

    So it is where it calls the payment otherwise than it did when it was asked for it, and where it leaves a refund to
    be asked about that is not in the books.
    """
    known = subject.payment.reference
    if event.asked is Asked.REFUND:
        if subject.refund is None:
            return event.told is None
        return bool(event.payment_reference) and known not in ("", event.payment_reference)
    if isinstance(event.told, (ChargedBack, ChargebackWon)):
        return False
    return event.reference != known and (bool(known) or event.told is None)


def known_as(event: ProviderEvent, reference: str) -> ProviderEvent:
    """An event with the name by which the desk knows its payment."""
    if event.asked is Asked.REFUND:
        return attrs.evolve(event, payment_reference=reference)
    told = event.told
    if told is not None and not isinstance(told, (ChargedBack, ChargebackWon)):
        told = attrs.evolve(told, reference=reference)
    return attrs.evolve(event, reference=reference, told=told)


def was_just_tried(held: InboxEvent, now: datetime) -> bool:
    """Whether an event was parked so short a while ago that taking it up again would only ask the same again."""
    if held.status is not InboxStatus.PARKED or held.due_at is None:
        return False
    return now < held.due_at - _pause_after(held.tries - 1) + FIRST_PAUSE


def _pause(held: InboxEvent, now: datetime) -> timedelta | None:
    """How long an event rests until it is taken up again; ``None`` after a week of trying."""
    return None if now - held.received_at >= KEPT_TRYING else _pause_after(held.tries)


def _pause_after(tries: int) -> timedelta:
    pause: timedelta = min(FIRST_PAUSE * 2 ** min(tries, 16), LONGEST_PAUSE)
    return pause


def is_telling(told: Told | None) -> bool:
    """Whether what was told says what came of something, so that nobody needs to be asked."""
    return told is not None and not isinstance(told, (Redirect, Unknown))
