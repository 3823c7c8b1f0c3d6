"""What the desk asks of YooKassa, one method for each thing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

import attrs

import orderkit.plugin as ok
from orderkit_yookassa.answers import capture_outcome, payment_outcome, refund_outcome, void_outcome
from orderkit_yookassa.api import TIMEOUT, Api
from orderkit_yookassa.bodies import capture_body, payment_body, refund_body
from orderkit_yookassa.checking import account_problems
from orderkit_yookassa.looking import looked_up, traced
from orderkit_yookassa.notices import events_of, require_notice
from orderkit_yookassa.positions import ReceiptError
from orderkit_yookassa.reasons import declined
from orderkit_yookassa.refusals import RefusedError
from orderkit_yookassa.settings import YooKassaSettings


@attrs.frozen
class YooKassa:
    """
    Takes money for one shop of YooKassa.

    Attributes:
        timeout: Seconds that YooKassa may be silent.
    """

    settings: YooKassaSettings
    services: ok.Services
    timeout: float = TIMEOUT

    def offer(self, request: ok.OfferRequest) -> ok.Offer | ok.Ineligible:
        """Offer to pay roubles."""
        if request.amount.currency != "RUB":
            return ok.Ineligible({"en": "YooKassa takes roubles.", "ru": "ЮKassa принимает рубли."})
        words = {
            "en": "By card, SBP or otherwise, at YooKassa's page.",
            "ru": "Картой, через СБП или иначе — на странице ЮKassa.",
        }
        return ok.Offer(words)

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        """Ask for a payment; the buyer chooses how to pay at the page it is sent on to."""

        def ask() -> ok.Outcome:
            body = payment_body(request, self.settings)
            payment = self._api.post("payments", body=body, key=request.key)
            return payment_outcome(payment, request.operation_id)

        return self._told(ask, "payment", request.operation_id)

    def capture(self, request: ok.OperationRequest) -> ok.Outcome:
        """Take what is held or a part of it; YooKassa releases the rest."""

        def ask() -> ok.Outcome:
            path, body = ("payments", request.reference, "capture"), capture_body(request, self.settings)
            return capture_outcome(self._api.post(*path, body=body, key=request.key), request.payment_id)

        return self._told(ask, "capture", request.operation_id)

    def void(self, request: ok.OperationRequest) -> ok.Outcome:
        """Release what is held."""

        def ask() -> ok.Outcome:
            path = ("payments", request.reference, "cancel")
            payment = self._api.post(*path, body={}, key=request.key)
            return void_outcome(payment, request.payment_id, request.amount)

        return self._told(ask, "void", request.operation_id)

    def refund(self, request: ok.OperationRequest) -> ok.Outcome:
        """Give back all of a payment or a part of it."""

        def ask() -> ok.Outcome:
            body = refund_body(request, self.settings)
            refund = self._api.post("refunds", body=body, key=request.key)
            return refund_outcome(refund, request.operation_id, request.reference)

        return self._told(ask, "refund", request.operation_id)

    def look_up(self, request: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        """Ask what came of it."""
        return looked_up(self._api, request)

    def trace(self, request: ok.TraceRequest) -> ok.Traced | ok.NotOurs:
        """Ask of which payment something is."""
        return traced(self._api, request)

    @property
    def trust(self) -> ok.Trust:
        """Of a notice nothing is believed but that there is something to ask about."""
        return ok.Trust.REFETCH

    def verify(self, request: ok.WebhookRequest) -> None:
        """Refuse what YooKassa never sends."""
        require_notice(request)

    def parse(self, request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
        """What to ask about."""
        return events_of(request.body)

    def check_connection(self) -> Iterable[ok.Problem]:
        """Ask whether the account is right, and for no money."""
        return account_problems(self._api, sends_receipts=self.settings.receipts)

    @property
    def _api(self) -> Api:
        return Api(self.settings.base_url, self.settings.shop_id, self.settings.secret_key, self.timeout)

    def _told(self, ask: Callable[[], ok.Outcome], what: str, operation_id: UUID) -> ok.Outcome:
        """What came of asking; declined where nothing was done for certain."""
        try:
            return ask()
        except (ReceiptError, RefusedError) as error:
            self.services.log.warning("%s %s was refused: %s", what, operation_id, error)
            return declined(error)
