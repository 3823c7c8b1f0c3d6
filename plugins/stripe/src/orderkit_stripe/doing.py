"""
What is done at Stripe, each thing once under its key.

Everything here raises `RefusedError` where Stripe says that it did nothing, and `UnclearError` where nobody knows.
"""

from __future__ import annotations

import orderkit.plugin as ok
from orderkit_stripe.amounts import units_of
from orderkit_stripe.answers import intent_of, payment_outcome, refund_outcome
from orderkit_stripe.api import Api
from orderkit_stripe.bodies import refund_body, session_body
from orderkit_stripe.holds import capture_outcome, void_outcome
from orderkit_stripe.looking import session_at


def start(api: Api, request: ok.StartRequest, *, holds: bool) -> ok.Outcome:
    """Ask for a payment; the buyer chooses how to pay at the page it is sent on to."""
    units = units_of(request.amount)
    if units is None:
        return ok.Declined()
    body, once = session_body(request, units, holds=holds), {"idempotency_key": request.key}
    session = api.ask(lambda it: it.v1.checkout.sessions.create(body, once))
    return payment_outcome(session, request.operation_id)


def refund(api: Api, request: ok.OperationRequest) -> ok.Outcome:
    """Give back all of a payment or a part of it."""
    units = units_of(request.amount)
    intent = intent_of(session_at(api, request.reference)) if units is not None else {}
    if units is None or not intent:
        return ok.Declined()  # there is no such amount, or nobody has paid
    body, once = refund_body(request, intent["id"], units), {"idempotency_key": request.key}
    return refund_outcome(api.ask(lambda it: it.v1.refunds.create(body, once)), request.operation_id)


def capture(api: Api, request: ok.OperationRequest) -> ok.Outcome:
    """Take what is held or a part of it; Stripe releases the rest."""
    units = units_of(request.amount)
    session = session_at(api, request.reference) if units is not None else {}
    intent = intent_of(session)
    if units is None or not intent:
        return ok.Declined()
    body, once = {"amount_to_capture": units}, {"idempotency_key": request.key}
    after = api.ask(lambda it: it.v1.payment_intents.capture(intent["id"], body, once))
    return capture_outcome(session | {"payment_intent": after}, request.payment_id)


def void(api: Api, request: ok.OperationRequest) -> ok.Outcome:
    """Release what is held; Stripe refuses where nothing is."""
    session = session_at(api, request.reference)
    intent, once = intent_of(session), {"idempotency_key": request.key}
    if not intent:
        return ok.Declined()
    after = api.ask(lambda it: it.v1.payment_intents.cancel(intent["id"], {}, once))
    return void_outcome(session | {"payment_intent": after}, request.payment_id, request.amount)
