"""
Of which payment something is: Stripe names its payment intent or its charge, and the desk knows it by its session.

A session that was not made by a desk, and what was paid without any, is of no payment here.
"""

from __future__ import annotations

import orderkit.plugin as ok
from orderkit_stripe.answers import payment_outcome, refund_outcome
from orderkit_stripe.api import Api, Document
from orderkit_stripe.finding import session_of
from orderkit_stripe.kinds import identity_of
from orderkit_stripe.looking import session_at
from orderkit_stripe.refusals import RefusedError, UnclearError

SESSION, INTENT, CHARGE = "cs_", "pi_", ("ch_", "py_")
"""How what Stripe may name a payment by begins."""


def trace(api: Api, asked: ok.TraceRequest) -> ok.Traced | ok.NotOurs:
    """
    Of which payment that is, and what has come of it.

    Raises:
        RefusedError: Stripe does not say.
        UnclearError: Nobody knows what it says.
    """
    try:
        refund = _refund(api, asked.reference) if asked.asked is ok.Asked.REFUND else None
        named = asked.reference if refund is None else _named(refund)
        session = _session(api, named)
    except RefusedError as error:
        if error.status != 404:
            raise
        return ok.NotOurs()
    operation = identity_of(session) if session else None
    if session is None or operation is None:
        return ok.NotOurs()
    told = payment_outcome(session, operation) if refund is None else refund_outcome(refund, None)
    return ok.Traced(reference=session["id"], operation_id=operation, told=told)


def _refund(api: Api, reference: str) -> Document:
    return api.ask(lambda it: it.v1.refunds.retrieve(reference))


def _session(api: Api, named: str) -> Document | None:
    """The session of a payment that is named by anything of its own; ``None`` where it was paid without one."""
    if named.startswith(CHARGE):
        charge = api.ask(lambda it: it.v1.charges.retrieve(named))
        named = str(charge.get("payment_intent") or "")
        if not named:
            return None
    if named.startswith(INTENT):
        return session_of(api, named)
    if named.startswith(SESSION):
        return session_at(api, named)
    raise UnclearError("Stripe named a payment by something that is not known")


def _named(refund: Document) -> str:
    return str(refund.get("payment_intent") or refund.get("charge") or "")
