"""What becomes of an event of which nobody says what it is about, or what came of that."""

from typing import Any
from uuid import uuid4

import pytest

from orderkit.domain.hearing import Heard, attributed, undone
from orderkit.domain.inbox import Decision, InboxEvent, InboxReason, InboxStatus, Subject
from orderkit.domain.method import PaymentMethod
from orderkit.domain.outcome import Asked
from orderkit.domain.payment import Attempt
from orderkit.domain.provider_event import ProviderEvent
from tests.domain.making import NOW, asked, order, paid, payment, refund_under_way

OWNER = PaymentMethod(id=uuid4(), provider="bank", title="Card")


def subject_of(one: Any, *, refund: bool = False) -> Subject:
    return Subject(order(payments=(one,)), one, one.refunds[-1].id if refund else None)


UNKNOWN, DONE = subject_of(asked(Attempt.UNKNOWN)), subject_of(paid(offline=False, reference="b-1"))
REFUNDED = subject_of(
    payment(*DONE.payment.facts, offline=False, refunds=(refund_under_way("100.00"),)), refund=True
)


def event_of(what: Asked) -> ProviderEvent:
    return ProviderEvent(event_id="e-1", asked=what, reference="b-1")


@pytest.mark.parametrize(
    ("subject", "about", "known", "status", "reason"),
    [
        (None, Asked.PAYMENT, {}, "parked", "no_payment"),
        (None, Asked.REFUND, {}, "parked", "no_refund"),
        (None, Asked.PAYMENT, {"is_foreign": True}, "ignored", "not_ours"),
        (UNKNOWN, Asked.PAYMENT, {"is_twice": True, "owner": OWNER}, "ignored", "nothing_new"),
        (UNKNOWN, Asked.PAYMENT, {"is_foreign": True, "owner": OWNER}, "flagged", "other_method"),
        (UNKNOWN, Asked.PAYMENT, {"is_foreign": True}, "flagged", "reference_differs"),
        (DONE, Asked.REFUND, {"is_foreign": True}, "flagged", "not_confirmed"),
        (REFUNDED, Asked.REFUND, {"is_foreign": True}, "flagged", "reference_differs"),
        (DONE, Asked.PAYMENT, {"is_unheard": True}, "parked", "not_answered"),
        (DONE, Asked.PAYMENT, {"payment_id": DONE.payment.id}, "parked", "not_answered"),
        (DONE, Asked.REFUND, {}, "flagged", "not_confirmed"),
        (DONE, Asked.PAYMENT, {}, "ignored", "nothing_new"),
        (UNKNOWN, Asked.PAYMENT, {}, "parked", "not_answered"),
        (REFUNDED, Asked.REFUND, {}, "parked", "not_answered"),
    ],
)
def test_what_is_not_done(
    subject: Subject | None, about: Asked, known: dict[str, Any], status: str, reason: str
) -> None:
    """It waits, is no news, or is for people to look at; and why."""
    event = event_of(about)
    held = InboxEvent(id=uuid4(), method_id=uuid4(), event=event, digest="d", received_at=NOW)

    assert Decision(InboxStatus(status), InboxReason(reason)) == undone(
        held, subject, Heard(event=event, **known)
    )


@pytest.mark.parametrize(
    ("owner", "status", "is_said"),
    [(None, status, True) for status in InboxStatus]
    + [(OWNER, status, status in ("applied", "flagged")) for status in InboxStatus],
)
def test_about_whom_it_is_said_to_be(owner: PaymentMethod | None, status: InboxStatus, is_said: bool) -> None:
    """Of what came at another address and does nothing, nobody's order has a row."""
    heard = Heard(event=event_of(Asked.PAYMENT), owner=owner)

    assert (DONE if is_said else None) == attributed(DONE, heard, Decision(status))
    assert attributed(None, heard, Decision(status)) is None
