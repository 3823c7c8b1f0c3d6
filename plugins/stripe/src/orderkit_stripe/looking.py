"""
What has come of it by now: by its reference, else among what there is; nothing is asked for by asking.

A capture and a void are no things of their own at Stripe: what came of them is how their payment stands.
"""

from __future__ import annotations

import orderkit.plugin as ok
from orderkit_stripe.answers import intent_of, payment_outcome, refund_outcome
from orderkit_stripe.api import Api, Document
from orderkit_stripe.bodies import EXPANDED
from orderkit_stripe.finding import find_refund, find_session
from orderkit_stripe.holds import capture_outcome, is_held, void_outcome


def look_up(api: Api, asked: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
    """
    What came of what was asked for.

    Raises:
        RefusedError: Stripe does not say.
        UnclearError: Nobody knows what it says.
    """
    match asked.asked:
        case ok.Asked.PAYMENT:
            known = session_at(api, asked.reference) if asked.reference else None
            found = known or find_session(api, asked.operation_id)
            return payment_outcome(found, asked.operation_id) if found else ok.NotFound()
        case ok.Asked.REFUND if asked.reference or asked.payment_reference:
            return _refund(api, asked)
        case ok.Asked.CAPTURE if asked.payment_reference:
            session = session_at(api, asked.payment_reference)
            return ok.NotFound() if is_held(session) else capture_outcome(session, None)
        case ok.Asked.VOID if asked.payment_reference:
            session = session_at(api, asked.payment_reference)
            return ok.NotFound() if is_held(session) else void_outcome(session, None, asked.amount)
    return ok.Unknown()


def session_at(api: Api, reference: str) -> Document:
    """The session of that reference, with its payment intent."""
    return api.ask(lambda it: it.v1.checkout.sessions.retrieve(reference, {"expand": EXPANDED}))


def _refund(api: Api, asked: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
    if asked.reference:
        found: Document | None = api.ask(lambda it: it.v1.refunds.retrieve(asked.reference))
    else:
        intent = intent_of(session_at(api, asked.payment_reference))
        found = find_refund(api, asked.operation_id, intent["id"]) if intent else None
    return refund_outcome(found, asked.operation_id) if found else ok.NotFound()
