"""What came of what YooKassa was asked for, by its reference or, where that was never heard, by our operation."""

from __future__ import annotations

import orderkit.plugin as ok
from orderkit_yookassa.answers import (
    capture_outcome,
    identity_of,
    payment_outcome,
    refund_outcome,
    void_outcome,
)
from orderkit_yookassa.api import Api, Document
from orderkit_yookassa.finding import find_payment, find_refund
from orderkit_yookassa.refusals import RefusedError


def looked_up(api: Api, asked: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
    """
    What came of it by now; asks for nothing.

    A capture and a void are no things of their own at YooKassa: what came of them is how their payment stands.
    """
    match asked.asked:
        case ok.Asked.PAYMENT:
            payment = _known(api, "payments", asked.reference) or find_payment(api, asked.operation_id)
            return payment_outcome(payment, asked.operation_id) if payment else ok.NotFound()
        case ok.Asked.REFUND if asked.payment_reference:
            of = asked.payment_reference
            refund = _known(api, "refunds", asked.reference) or find_refund(api, asked.operation_id, of)
            return refund_outcome(refund, asked.operation_id, of) if refund else ok.NotFound()
        case ok.Asked.CAPTURE if asked.payment_reference:
            payment = api.get("payments", asked.payment_reference)
            return ok.NotFound() if _is_held(payment) else capture_outcome(payment, None)
        case ok.Asked.VOID if asked.payment_reference:
            payment = api.get("payments", asked.payment_reference)
            return ok.NotFound() if _is_held(payment) else void_outcome(payment, None, asked.amount)
    return ok.Unknown()


def traced(api: Api, asked: ok.TraceRequest) -> ok.Traced | ok.NotOurs:
    """Of which payment something is, such as a refund that was made in the cabinet: it names its payment."""
    try:
        refund = api.get("refunds", asked.reference) if asked.asked is ok.Asked.REFUND else None
        payment = api.get("payments", str(refund.get("payment_id")) if refund else asked.reference)
    except RefusedError as error:
        if error.status != 404:
            raise
        return ok.NotOurs()
    operation, id = identity_of(payment), str(payment.get("id"))
    if operation is None:
        return ok.NotOurs()
    told = refund_outcome(refund, None, id) if refund else payment_outcome(payment, operation)
    return ok.Traced(reference=id, operation_id=operation, told=told)


def _known(api: Api, kind: str, reference: str) -> Document | None:
    return api.get(kind, reference) if reference else None


def _is_held(payment: Document) -> bool:
    """Whether nothing was done with the money: what was asked for has not arrived."""
    return payment.get("status") == "waiting_for_capture"
