"""What the desk asks of Stripe, one method for each thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

import attrs

import orderkit.plugin as ok
from orderkit_stripe import doing
from orderkit_stripe.abilities import CAPABILITIES
from orderkit_stripe.amounts import units_of
from orderkit_stripe.api import TIMEOUT, Api
from orderkit_stripe.checking import account_problems
from orderkit_stripe.closing import close
from orderkit_stripe.events import events_of
from orderkit_stripe.looking import look_up
from orderkit_stripe.reasons import declined
from orderkit_stripe.refusals import RefusedError
from orderkit_stripe.settings import StripeSettings
from orderkit_stripe.signatures import require_signed
from orderkit_stripe.tracing import trace

_Request = TypeVar("_Request", ok.StartRequest, ok.OperationRequest)


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
        return self._done(partial(doing.start, holds=self.settings.two_stages), request)

    def capture(self, request: ok.OperationRequest) -> ok.Outcome:
        """Take what is held or a part of it; Stripe releases the rest."""
        return self._done(doing.capture, request)

    def void(self, request: ok.OperationRequest) -> ok.Outcome:
        """Release what is held."""
        return self._done(doing.void, request)

    def refund(self, request: ok.OperationRequest) -> ok.Outcome:
        """Give back all of a payment or a part of it."""
        return self._done(doing.refund, request)

    def look_up(self, request: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        """Ask what came of it."""
        return look_up(self._api, request)

    def close(self, request: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        """End the page at which the buyer pays."""
        return close(self._api, request, self.services.clock())

    def trace(self, request: ok.TraceRequest) -> ok.Traced | ok.NotOurs:
        """Ask of which payment something is."""
        return trace(self._api, request)

    @property
    def trust(self) -> ok.Trust:
        """All that is signed is believed."""
        return ok.Trust.SIGNED

    def verify(self, request: ok.WebhookRequest) -> None:
        """Refuse what was not signed by Stripe, or too long ago."""
        require_signed(request, self.settings.webhook_secret)

    def parse(self, request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
        """What Stripe tells of payments that are ours."""
        return events_of(request.body)

    def capabilities(self) -> frozenset[ok.Capability]:
        """Without a signing secret nothing that comes can be believed."""
        return CAPABILITIES if self.settings.webhook_secret else CAPABILITIES - {ok.Capability.WEBHOOKS}

    def check_connection(self) -> Iterable[ok.Problem]:
        """Ask whether the account is right, and for no money."""
        return account_problems(self._api)

    @property
    def _api(self) -> Api:
        return Api(self.settings.base_url, self.settings.secret_key, self.timeout)

    def _done(self, doing_it: Callable[[Api, _Request], ok.Outcome], request: _Request) -> ok.Outcome:
        """What came of it; what Stripe itself refused is declined, and logged by codes alone."""
        try:
            return doing_it(self._api, request)
        except RefusedError as error:
            self.services.log.warning("%s was refused: %s", request.operation_id, error)
            return declined(error)
