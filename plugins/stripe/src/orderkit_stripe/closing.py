"""
Ending a session of Checkout, so that nobody can pay there any more.

Stripe ends what is open, and nothing else: where it refuses, how the session stands is asked. A session that has ended
before its time was ended by the shop, whoever heard the answer then.
"""

from __future__ import annotations

from datetime import datetime

import orderkit.plugin as ok
from orderkit_stripe.answers import payment_outcome
from orderkit_stripe.api import Api, Document
from orderkit_stripe.bodies import EXPANDED
from orderkit_stripe.finding import find_session
from orderkit_stripe.looking import session_at
from orderkit_stripe.refusals import RefusedError


def close(api: Api, asked: ok.LookupRequest, now: datetime) -> ok.Outcome | ok.NotFound:
    """
    End what was asked for, and answer how it stands then: closed, or paid a moment before.

    Raises:
        RefusedError: Stripe does not say.
        UnclearError: Nobody knows what it says.
    """
    reference = asked.reference or str((find_session(api, asked.operation_id) or {}).get("id", ""))
    if not reference:
        return ok.NotFound()
    try:
        # Without a key of ours: what is answered under one is answered again for a day, a refusal too.
        session = api.ask(lambda it: it.v1.checkout.sessions.expire(reference, {"expand": EXPANDED}))
    except RefusedError:
        session = session_at(api, reference)
    outcome = payment_outcome(session, asked.operation_id)
    is_ended = isinstance(outcome, ok.Declined) and _ended_early(session, now)
    return ok.Declined(ok.DeclineReason.CLOSED, reference) if is_ended else outcome


def _ended_early(session: Document, now: datetime) -> bool:
    ends = session.get("expires_at")
    return session.get("status") == "expired" and isinstance(ends, int) and ends > now.timestamp()
