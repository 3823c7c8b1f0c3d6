"""What the desk asks of YooKassa, one method for each thing."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

import orderkit.plugin as ok
from orderkit_yookassa.answers import payment_outcome, refund_outcome
from orderkit_yookassa.api import TIMEOUT, Api, Document
from orderkit_yookassa.bodies import payment_body, refund_body
from orderkit_yookassa.checking import account_problems
from orderkit_yookassa.finding import find_payment, find_refund
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
        try:
            body = payment_body(request, self.settings)
            payment = self._api.post("payments", body=body, key=request.key)
        except (ReceiptError, RefusedError) as error:
            self.services.log.warning("payment %s was refused: %s", request.operation_id, error)
            return declined(error)
        return payment_outcome(payment, request.operation_id)

    def refund(self, request: ok.OperationRequest) -> ok.Outcome:
        """Give back all of a payment or a part of it."""
        try:
            body = refund_body(request, self.settings)
            refund = self._api.post("refunds", body=body, key=request.key)
        except (ReceiptError, RefusedError) as error:
            self.services.log.warning("refund %s was refused: %s", request.operation_id, error)
            return declined(error)
        return refund_outcome(refund, request.operation_id, request.reference)

    def look_up(self, request: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        """Ask what came of it: by its reference, else among what there is."""
        match request.asked:
            case ok.Asked.PAYMENT:
                return self._payment(request)
            case ok.Asked.REFUND if request.payment_reference:
                return self._refund(request, request.payment_reference)
        return ok.Unknown()

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

    def _payment(self, asked: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        found = self._known("payments", asked.reference) or find_payment(self._api, asked.operation_id)
        return payment_outcome(found, asked.operation_id) if found else ok.NotFound()

    def _refund(self, asked: ok.LookupRequest, of: str) -> ok.Outcome | ok.NotFound:
        found = self._known("refunds", asked.reference) or find_refund(self._api, asked.operation_id, of)
        return refund_outcome(found, asked.operation_id, of) if found else ok.NotFound()

    def _known(self, kind: str, reference: str) -> Document | None:
        return self._api.get(kind, reference) if reference else None
