"""What the desk asks of Stripe, one method for each thing."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

import orderkit.plugin as ok
from orderkit_stripe.amounts import units_of
from orderkit_stripe.answers import intent_of, payment_outcome, refund_outcome
from orderkit_stripe.api import TIMEOUT, Api, Document
from orderkit_stripe.bodies import EXPANDED, refund_body, session_body
from orderkit_stripe.checking import account_problems
from orderkit_stripe.finding import find_refund, find_session
from orderkit_stripe.reasons import declined
from orderkit_stripe.refusals import RefusedError
from orderkit_stripe.settings import StripeSettings


@attrs.frozen
class Stripe:
    """
    Takes money for one account at Stripe. The reference of a payment is its session of Checkout.

    Attributes:
        timeout: Seconds that Stripe may be silent.
    """

    settings: StripeSettings
    services: ok.Services
    timeout: float = TIMEOUT

    def offer(self, request: ok.OfferRequest) -> ok.Offer | ok.Ineligible:
        """Offer to pay any amount that Stripe can be asked for."""
        if units_of(request.amount) is None:
            words = {
                "en": "Stripe takes no such fractions.",
                "ru": "Stripe не принимает такие дробные суммы.",
            }
            return ok.Ineligible(words)
        words = {
            "en": "By card or otherwise, at Stripe's page.",
            "ru": "Картой или иначе — на странице Stripe.",
        }
        return ok.Offer(words)

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        """Ask for a payment; the buyer chooses how to pay at the page it is sent on to."""
        units = units_of(request.amount)
        if units is None:
            return ok.Declined()
        body, options = session_body(request, units), {"idempotency_key": request.key}
        try:
            session = self._api.ask(lambda it: it.v1.checkout.sessions.create(body, options))
        except RefusedError as error:
            self.services.log.warning("payment %s was refused: %s", request.operation_id, error)
            return declined(error)
        return payment_outcome(session, request.operation_id)

    def refund(self, request: ok.OperationRequest) -> ok.Outcome:
        """Give back all of a payment or a part of it."""
        units = units_of(request.amount)
        if units is None:
            return ok.Declined()
        options = {"idempotency_key": request.key}
        try:
            intent = self._intent(request.reference)
            if not intent:
                return ok.Declined()  # nobody has paid
            body = refund_body(request, intent, units)
            refund = self._api.ask(lambda it: it.v1.refunds.create(body, options))
        except RefusedError as error:
            self.services.log.warning("refund %s was refused: %s", request.operation_id, error)
            return declined(error)
        return refund_outcome(refund, request.operation_id)

    def look_up(self, request: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        """Ask what came of it: by its reference, else among what there is."""
        match request.asked:
            case ok.Asked.PAYMENT:
                return self._payment(request)
            case ok.Asked.REFUND if request.reference or request.payment_reference:
                return self._refund(request)
        return ok.Unknown()

    def check_connection(self) -> Iterable[ok.Problem]:
        """Ask whether the account is right, and for no money."""
        return account_problems(self._api)

    @property
    def _api(self) -> Api:
        return Api(self.settings.base_url, self.settings.secret_key, self.timeout)

    def _session(self, reference: str) -> Document:
        return self._api.ask(lambda it: it.v1.checkout.sessions.retrieve(reference, {"expand": EXPANDED}))

    def _intent(self, reference: str) -> str:
        """Stripe's identifier of the money itself; empty where nobody has tried to pay."""
        return str(intent_of(self._session(reference)).get("id") or "")

    def _payment(self, asked: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        known = self._session(asked.reference) if asked.reference else None
        found = known or find_session(self._api, asked.operation_id)
        return payment_outcome(found, asked.operation_id) if found else ok.NotFound()

    def _refund(self, asked: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        if asked.reference:
            found: Document | None = self._api.ask(lambda it: it.v1.refunds.retrieve(asked.reference))
        else:
            intent = self._intent(asked.payment_reference)
            found = find_refund(self._api, asked.operation_id, intent) if intent else None
        return refund_outcome(found, asked.operation_id) if found else ok.NotFound()
