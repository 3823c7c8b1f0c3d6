"""
What becomes of an event that could not be booked: nobody knows what it is about, or what came of that.

Source of the rules: the table "What a provider tells" in docs/reference/statuses.md.
"""

from __future__ import annotations

from uuid import UUID

import attrs

from orderkit.domain.inbox import Decision, InboxEvent, InboxReason, InboxStatus, Subject
from orderkit.domain.method import PaymentMethod
from orderkit.domain.outcome import Asked
from orderkit.domain.provider_event import ProviderEvent, Told


@attrs.frozen(kw_only=True)
class Heard:
    """
    What is known of an event when it is decided what becomes of it.

    Attributes:
        event: Under the name by which the desk knows its payment, as far as that is known.
        told: By the event itself, or by its provider that was asked; ``None`` where nobody says.
        payment_id: Of which payment its provider says it is; ``None`` where it was not asked.
        owner: The method of that payment, where it is another one than that at whose address the event came.
        is_foreign: Its provider says that it is of none of this method, or of another one than the event says; or
            that of *owner* does not say that it is of its payment.
        is_unheard: Its provider was asked of which payment it is, or what came of it, and did not say.
        is_twice: It came at the address of *owner*, too.
    """

    event: ProviderEvent
    told: Told | None = None
    payment_id: UUID | None = None
    owner: PaymentMethod | None = None
    is_foreign: bool = False
    is_unheard: bool = False
    is_twice: bool = False


def undone(held: InboxEvent, subject: Subject | None, heard: Heard) -> Decision:
    """What becomes of an event of which it is not known what it is about, or what came of that."""
    is_refund = held.event.asked is Asked.REFUND
    if heard.is_twice:
        return Decision(InboxStatus.IGNORED, InboxReason.NOTHING_NEW)
    if subject is None:
        if heard.is_foreign:
            return Decision(InboxStatus.IGNORED, InboxReason.NOT_OURS)
        return Decision(InboxStatus.PARKED, InboxReason.NO_REFUND if is_refund else InboxReason.NO_PAYMENT)
    if heard.is_foreign and heard.owner is not None:
        return Decision(InboxStatus.FLAGGED, InboxReason.OTHER_METHOD)
    if heard.is_foreign:
        is_unknown = is_refund and subject.refund is None
        reason = InboxReason.NOT_CONFIRMED if is_unknown else InboxReason.REFERENCE_DIFFERS
        return Decision(InboxStatus.FLAGGED, reason)
    if heard.is_unheard or heard.payment_id is not None:
        return Decision(InboxStatus.PARKED, InboxReason.NOT_ANSWERED)
    return _unanswered(held, subject)


def _unanswered(held: InboxEvent, subject: Subject) -> Decision:
    """What becomes of an event that only says that there is something to ask, and nobody knows of it."""
    if held.event.asked is Asked.REFUND and subject.refund is None:
        return Decision(InboxStatus.FLAGGED, InboxReason.NOT_CONFIRMED)
    if not (subject.payment.is_unsettled or (subject.refund and subject.refund.is_under_way)):
        return Decision(InboxStatus.IGNORED, InboxReason.NOTHING_NEW)
    return Decision(InboxStatus.PARKED, InboxReason.NOT_ANSWERED)


def attributed(subject: Subject | None, heard: Heard, decision: Decision) -> Subject | None:
    """
    What the row of an event is said to be about.

    What came at the address of another method and does nothing is about nobody there: else as much of it as anybody
    makes up would be kept.
    """
    is_done = decision.status in (InboxStatus.APPLIED, InboxStatus.FLAGGED)
    return subject if heard.owner is None or is_done else None
