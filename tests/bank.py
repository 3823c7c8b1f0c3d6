"""A payment provider whose bank is `orderkit.testing.bank`, as a plugin author writes one."""

import hmac
import json
from http import HTTPStatus
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import attrs

import orderkit.plugin as ok
from orderkit.testing.bank.notices import HEADER, TOLERANCE, sign


class AnswerError(Exception):
    """The bank answered with a status that is none of success."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@attrs.frozen
class BankSettings:
    url: str = ok.setting(label={"en": "Address of the bank", "ru": "Адрес банка"})
    token: ok.Secret = ok.setting(label={"en": "Token", "ru": "Токен"})
    timeout: int = ok.setting(label={"en": "Seconds to wait", "ru": "Ждать, секунд"}, default=8, minimum=1)
    secret: ok.Secret | None = ok.setting(
        label={"en": "Secret of webhooks", "ru": "Секрет уведомлений"}, default=None
    )


@attrs.frozen
class BankCard:
    settings: Any
    services: ok.Services

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        return ok.Offer({"en": "At the bank of tests", "ru": "В банке для тестов"})

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        asked = {
            "operation": str(request.operation_id),
            "number": request.number,
            "amount": request.amount.minor,
            "currency": request.amount.currency,
            "return_url": request.return_url,
        }
        return _payment(self._post("/payments", request.key, asked))

    def refund(self, request: ok.OperationRequest) -> ok.Outcome:
        asked = {
            "operation": str(request.operation_id),
            "payment_id": int(request.reference),
            "amount": request.amount.minor,
        }
        try:
            made = self._post("/refunds", request.key, asked)
        except AnswerError as answer:
            if answer.status is HTTPStatus.CONFLICT:
                return ok.Declined()
            raise
        return ok.Succeeded(ok.Money(made["amount"], request.amount.currency), str(made["id"]))

    def look_up(self, request: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        kinds = {ok.Asked.PAYMENT: "/payments", ok.Asked.REFUND: "/refunds"}
        if request.asked not in kinds:
            return ok.Unknown()
        query = urlencode({"operation": request.operation_id})
        try:
            found = self._call(Request(f"{self.settings.url}{kinds[request.asked]}?{query}"))
        except AnswerError as answer:
            if answer.status is HTTPStatus.NOT_FOUND:
                return ok.NotFound()
            raise
        if request.asked is ok.Asked.PAYMENT:
            return _payment(found)
        return ok.Succeeded(ok.Money(found["amount"], request.amount.currency), str(found["id"]))

    def close(self, request: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        try:
            return _payment(self._post("/closings", request.key, {"operation": str(request.operation_id)}))
        except AnswerError as answer:
            if answer.status is HTTPStatus.CONFLICT:
                return ok.NotFound()
            raise

    @property
    def trust(self) -> ok.Trust:
        return ok.Trust.SIGNED if self.settings.secret else ok.Trust.REFETCH

    def verify(self, request: ok.WebhookRequest) -> None:
        if not self.settings.secret:
            _require_event(request.body)
            return
        stamp, _, signature = request.headers.get(HEADER, "").partition(".")
        if not signature or not stamp.isdecimal():
            raise ok.WebhookRejectedError(ok.Rejection.UNSIGNED)
        expected = sign(self.settings.secret.reveal(), stamp, request.body)
        if not hmac.compare_digest(signature.encode(), expected.encode()):
            raise ok.WebhookRejectedError(ok.Rejection.BAD_SIGNATURE)
        if abs(request.received_at.timestamp() - int(stamp)) > TOLERANCE:
            raise ok.WebhookRejectedError(ok.Rejection.STALE)

    def parse(self, request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
        event = json.loads(request.body)
        amount, payment = ok.Money(event["amount"], event["currency"]), event["payment"]
        told: dict[str, Any] = {
            "payment.paid": ok.Succeeded(amount, payment),
            "payment.declined": ok.Declined(ok.DeclineReason.CANCELLED, payment),
            "refund.made": ok.Succeeded(amount, event["reference"]),
            "dispute.opened": ok.ChargedBack(amount, payment),
            "dispute.won": ok.ChargebackWon(amount, payment),
        }
        if event["kind"] not in told:
            return []
        return [
            ok.ProviderEvent(
                event_id=f"{event['kind']}:{event['id']}",
                asked=ok.Asked.REFUND if event["kind"] == "refund.made" else ok.Asked.PAYMENT,
                reference=event["reference"],
                payment_reference=payment,
                told=told[event["kind"]],
            )
        ]

    def _post(self, path: str, key: str, asked: dict[str, Any]) -> dict[str, Any]:
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return self._call(Request(f"{self.settings.url}{path}", json.dumps(asked).encode(), headers))

    def _call(self, request: Request) -> dict[str, Any]:
        request.add_header("Authorization", f"Bearer {self.settings.token.reveal()}")
        try:
            with urlopen(request, timeout=self.settings.timeout) as answer:
                document: dict[str, Any] = json.load(answer)
                return document
        except HTTPError as error:
            with error:
                raise AnswerError(HTTPStatus(error.code)) from None


def _require_event(body: bytes) -> None:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict) or "kind" not in found:
        raise ok.WebhookRejectedError(ok.Rejection.MALFORMED)


def _payment(document: dict[str, Any]) -> ok.Outcome:
    reference = str(document["id"])
    if document["status"] == "paid":
        return ok.Succeeded(ok.Money(document["amount"], document["currency"]), reference)
    if document["status"] == "declined":
        return ok.Declined(ok.DeclineReason(document["reason"]), reference)
    return ok.Redirect(document["url"], reference)


CAN = frozenset({ok.Capability.REFUND, ok.Capability.LOOKUP, ok.Capability.CLOSE, ok.Capability.WEBHOOKS})


def bank_card(time_limit: float = 30, capabilities: frozenset[ok.Capability] = CAN) -> ok.PaymentProviderType:
    return ok.PaymentProviderType(
        code="bank-card",
        label={"en": "Card at the bank of tests", "ru": "Карта банка для тестов"},
        settings=BankSettings,
        factory=BankCard,
        capabilities=capabilities,
        time_limit=time_limit,
    )
