"""What has come of it by now: by its reference, else among what there is; nothing is asked for by asking."""

from __future__ import annotations

import orderkit.plugin as ok
from orderkit_stripe.answers import intent_of, payment_outcome, refund_outcome
from orderkit_stripe.api import Api, Document
from orderkit_stripe.bodies import EXPANDED
from orderkit_stripe.finding import find_refund, find_session


def look_up(api: Api, asked: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
    """
    What came of what was asked for.

    Raises:
        RefusedError: Stripe does not say.
        UnclearError: Nobody knows what it says.
    """
    match asked.asked:
        case ok.Asked.PAYMENT:
            return _payment(api, asked)
        case ok.Asked.REFUND if asked.reference or asked.payment_reference:
            return _refund(api, asked)
    return ok.Unknown()


def intent_at(api: Api, reference: str) -> Document:
    """The payment intent of a session, where the money is; empty where nobody has tried to pay."""
    return intent_of(_session(api, reference))


def _session(api: Api, reference: str) -> Document:
    return api.ask(lambda it: it.v1.checkout.sessions.retrieve(reference, {"expand": EXPANDED}))


def _payment(api: Api, asked: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
    known = _session(api, asked.reference) if asked.reference else None
    found = known or find_session(api, asked.operation_id)
    return payment_outcome(found, asked.operation_id) if found else ok.NotFound()


def _refund(api: Api, asked: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
    if asked.reference:
        found: Document | None = api.ask(lambda it: it.v1.refunds.retrieve(asked.reference))
    else:
        intent = intent_at(api, asked.payment_reference)
        found = find_refund(api, asked.operation_id, intent["id"]) if intent else None
    return refund_outcome(found, asked.operation_id) if found else ok.NotFound()
