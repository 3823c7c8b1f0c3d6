"""«Тестовый банк»: a provider over HTTP to a bank that is none; the buyer pays at the bank's own page."""

from __future__ import annotations

import hashlib
import hmac
import json
from http import HTTPStatus
from typing import Any, Literal
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import UUID

import attrs

import orderkit.plugin as ok

CODE = "test-bank"
STALE = 300
"""Seconds after which a webhook is not believed any more: somebody may send again what they have seen."""


@attrs.frozen
class BankSettings:
    """In how many stages money is taken, and how long the shop waits for the bank."""

    stages: Literal["one", "two"] = ok.setting(
        label={"en": "Stages", "ru": "Когда списывать деньги"},
        help={
            "en": "In two stages money is held at first; staff take it in the order's window, or release it.",
            "ru": "При списании позже деньги сначала удержаны: сотрудник списывает или отпускает их в окне заказа.",
        },
        choices={
            "one": {"en": "At once", "ru": "Сразу"},
            "two": {"en": "Later, by staff", "ru": "Позже, сотрудником"},
        },
        default="one",
    )

    timeout: int = ok.setting(
        label={"en": "Seconds to wait", "ru": "Сколько секунд ждать ответа"},
        help={
            "en": "An answer that comes later is not heard. The shop asks the bank again.",
            "ru": "Ответ, который придёт позже, магазин не услышит и спросит банк ещё раз.",
        },
        default=5,
        minimum=1,
    )


@attrs.frozen
class BankPayments:
    """One way to pay there."""

    bank: OnlineBank
    settings: BankSettings
    services: ok.Services
    trust = ok.Trust.REFETCH

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        """It takes every order."""
        return ok.Offer()

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        """Ask for the money: the bank answers where the buyer pays."""
        asked = {
            "operation": str(request.operation_id),
            "number": request.number,
            "amount": request.amount.minor,
            "currency": request.amount.currency,
            "return_url": request.return_url,
            "holds": self.settings.stages == "two",
        }
        return _outcome(self._post("/payments", request.key, asked))

    def refund(self, request: ok.OperationRequest) -> ok.Outcome:
        """Have the bank give money back."""
        return self._operate("/refunds", request, amount=request.amount.minor)

    def capture(self, request: ok.OperationRequest) -> ok.Outcome:
        """Have the bank take what is held; it releases the rest."""
        return self._operate("/captures", request, amount=request.amount.minor)

    def void(self, request: ok.OperationRequest) -> ok.Outcome:
        """Have the bank release what is held."""
        return self._operate("/voids", request)

    def _operate(self, path: str, request: ok.OperationRequest, **asked: int) -> ok.Outcome:
        """Only what the bank refuses has certainly not been done."""
        about = {"operation": str(request.operation_id), "payment_id": int(request.reference)}
        try:
            made = self._post(path, request.key, {**about, **asked})
        except HTTPError as answer:
            if answer.code == HTTPStatus.CONFLICT:
                return ok.Declined()
            raise
        return ok.Succeeded(ok.Money(made["amount"], request.amount.currency), str(made["id"]))

    def look_up(self, request: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        """Ask the bank what its books say."""
        query = urlencode({"operation": request.operation_id})
        try:
            found = self._call(Request(f"{self.bank.url}/{request.asked}s?{query}"))
        except HTTPError as answer:
            if answer.code == HTTPStatus.NOT_FOUND:
                return ok.NotFound()
            raise
        if request.asked is ok.Asked.PAYMENT:
            return _outcome(found)
        return ok.Succeeded(ok.Money(found["amount"], request.amount.currency), str(found["id"]))

    def close(self, request: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        """Have the bank take down the page at which the buyer pays; what he did before stands."""
        try:
            return _outcome(self._post("/closings", request.key, {"operation": str(request.operation_id)}))
        except HTTPError as answer:
            if answer.code == HTTPStatus.CONFLICT:
                return ok.NotFound()
            raise

    def trace(self, request: ok.TraceRequest) -> ok.Traced | ok.NotOurs:
        """Ask the bank of which payment something is, such as a refund that its own staff made."""
        try:
            refund = self._found("refunds", request.reference) if request.asked is ok.Asked.REFUND else None
            payment = self._found("payments", refund["payment_id"] if refund else request.reference)
        except HTTPError as answer:
            if answer.code == HTTPStatus.NOT_FOUND:
                return ok.NotOurs()
            raise
        told = _outcome(payment)
        if refund:
            told = ok.Succeeded(ok.Money(refund["amount"], payment["currency"]), str(refund["id"]))
        operation = _identity(payment["operation"])
        return ok.Traced(reference=str(payment["id"]), operation_id=operation, told=told)

    def _found(self, kind: str, id: int | str) -> dict[str, Any]:
        return self._call(Request(f"{self.bank.url}/{kind}?{urlencode({'id': id})}"))

    def verify(self, request: ok.WebhookRequest) -> None:
        """Believe that the bank has sent it, not what it says: the bank is asked about that."""
        stamp, _, signature = request.headers.get("Bank-Signature", "").partition(".")
        expected = hmac.new(self.bank.token.encode(), f"{stamp}.".encode() + request.body, hashlib.sha256)
        if not hmac.compare_digest(signature.encode(), expected.hexdigest().encode()):
            raise ok.WebhookRejectedError(ok.Rejection.BAD_SIGNATURE)
        if not stamp.isdecimal() or abs(request.received_at.timestamp() - int(stamp)) > STALE:
            raise ok.WebhookRejectedError(ok.Rejection.STALE)

    def parse(self, request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
        """Which payment or refund the bank is to be asked about."""
        event = json.loads(request.body)
        about, _, _ = event["kind"].partition(".")
        if about not in ("payment", "refund"):
            return []
        return [
            ok.ProviderEvent(
                event_id=f"{event['kind']}:{event['id']}",
                asked=ok.Asked(about),
                reference=event["reference"],
                payment_reference=event["payment"],
                operation_id=_identity(event["operation"]),
            )
        ]

    def _post(self, path: str, key: str, asked: dict[str, Any]) -> dict[str, Any]:
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        return self._call(Request(f"{self.bank.url}{path}", json.dumps(asked).encode(), headers))

    def _call(self, request: Request) -> dict[str, Any]:
        request.add_header("Authorization", f"Bearer {self.bank.token}")
        try:
            with urlopen(request, timeout=self.settings.timeout) as answer:
                document: dict[str, Any] = json.load(answer)
                return document
        except HTTPError as error:
            error.close()
            raise


def _identity(text: str) -> UUID | None:
    """Our operation; ``None`` for what the bank's own staff did."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _outcome(payment: dict[str, Any]) -> ok.Outcome:
    reference = str(payment["id"])
    if payment["status"] == "paid":
        return ok.Succeeded(ok.Money(payment["taken"], payment["currency"]), reference)
    if payment["status"] == "held":
        return ok.Authorised(ok.Money(payment["amount"], payment["currency"]), reference)
    if payment["status"] == "released":
        return ok.Declined(reference=reference)
    if payment["status"] == "declined":
        return ok.Declined(ok.DeclineReason(payment["reason"]), reference)
    return ok.Redirect(payment["url"], reference)


@attrs.frozen
class OnlineBank:
    """
    The plugin.

    Attributes:
        url: Where the bank answers, without a slash at the end.
        token: By which it knows the shop.
    """

    url: str
    token: str = attrs.field(repr=False)

    @ok.hookimpl
    def orderkit_payment_providers(self) -> list[ok.PaymentProviderType]:
        """One provider."""
        return [
            ok.PaymentProviderType(
                code=CODE,
                label={"en": "Test bank", "ru": "Тестовый банк"},
                description={
                    "en": "A demonstration: the buyer pays at the page of a bank that is none. No money moves.",
                    "ru": "Для показа: покупатель платит на странице придуманного банка. Деньги не списываются.",
                },
                settings=BankSettings,
                factory=lambda settings, services: BankPayments(self, settings, services),
                capabilities=frozenset(
                    {
                        ok.Capability.REFUND,
                        ok.Capability.TRACE,
                        ok.Capability.CAPTURE,
                        ok.Capability.VOID,
                        ok.Capability.LOOKUP,
                        ok.Capability.CLOSE,
                        ok.Capability.WEBHOOKS,
                    }
                ),
                time_limit=25,
            )
        ]
