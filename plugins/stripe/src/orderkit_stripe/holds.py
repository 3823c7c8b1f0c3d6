"""What Stripe says of money that it holds: taken, released, or held as before."""

from __future__ import annotations

from uuid import UUID

import orderkit.plugin as ok
from orderkit_stripe.answers import intent_of, payment_outcome, reference_of
from orderkit_stripe.api import Document
from orderkit_stripe.refusals import UnclearError


def capture_outcome(session: Document, payment_id: UUID | None) -> ok.Outcome:
    """What came of taking what is held of a payment; else as `payment_outcome`."""
    outcome = payment_outcome(session, payment_id)
    return ok.Pending(outcome.reference) if isinstance(outcome, ok.Authorised) else outcome


def void_outcome(session: Document, payment_id: UUID | None, held: ok.Money) -> ok.Outcome:
    """What came of releasing what is held of a payment, all of *held*; raises as `payment_outcome`."""
    reference = reference_of(session, payment_id)
    match intent_of(session).get("status"):
        case "canceled":
            return ok.Succeeded(held, reference)
        case "requires_capture":
            return ok.Pending(reference)
        case "succeeded":
            return ok.Declined(reference=reference)  # it was taken meanwhile
    raise UnclearError("Stripe was asked to release what it does not hold")


def is_held(session: Document) -> bool:
    """Whether the money of a payment is held: nothing was done with it yet."""
    return intent_of(session).get("status") == "requires_capture"
