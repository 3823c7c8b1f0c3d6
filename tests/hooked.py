"""A provider that tells by itself what came of payments: signed, or to be asked about."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import attrs

import orderkit.plugin as ok
from orderkit import Desk, Order, OrderKit, Payment, PaymentMethod
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, mug, rub
from tests.plugins import NoSettings, plugin

SECRET = "whsec_4f1d9b"
TOLERANCE = timedelta(minutes=5)


@attrs.define
class Books:
    """What the provider itself knows, and what it was asked about."""

    says: Any = attrs.field(factory=ok.Unknown)
    asked: list[ok.LookupRequest] = attrs.field(factory=list)

    def __call__(self, request: ok.LookupRequest) -> Any:
        self.asked.append(request)
        if isinstance(self.says, BaseException):
            raise self.says
        return self.says(request) if callable(self.says) else self.says


def hooked(
    books: Books,
    *,
    trust: ok.Trust = ok.Trust.SIGNED,
    started: Callable[[ok.StartRequest], ok.Outcome] | None = None,
    refunded: Any = None,
    **members: Any,
) -> ok.PaymentProviderType:
    """A payment provider with webhooks; *members* take the place of its methods."""

    class Provider:
        def offer(self, request: ok.OfferRequest) -> ok.Offer:
            return ok.Offer()

        def start(self, request: ok.StartRequest) -> ok.Outcome:
            if started is not None:
                return started(request)
            return ok.Redirect("https://bank.example/pay", reference_of(request.operation_id))

        def refund(self, request: ok.OperationRequest) -> Any:
            return refunded(request) if callable(refunded) else refunded

        def look_up(self, request: ok.LookupRequest) -> Any:
            return books(request)

        def verify(self, request: ok.WebhookRequest) -> None:
            if trust is ok.Trust.SIGNED:
                require_signed(request)
            require_events(request.body)

        def parse(self, request: ok.WebhookRequest) -> list[ok.ProviderEvent]:
            return [event_of(one) for one in json.loads(request.body)["events"]]

    can = frozenset({ok.Capability.REFUND, ok.Capability.LOOKUP, ok.Capability.WEBHOOKS})
    can |= {ok.Capability.TRACE} if "trace" in members else frozenset()
    made = type("Made", (Provider,), {"trust": trust, **members})
    return ok.PaymentProviderType(
        code="card", label="Card", settings=NoSettings, factory=lambda *_: made(), capabilities=can
    )


def reference_of(operation: UUID) -> str:
    """What the provider calls what was asked for under that id."""
    return f"p-{operation.hex[-12:]}"


def require_signed(request: ok.WebhookRequest, secret: str = SECRET) -> None:
    given = request.headers.get("X-Signature", "")
    stamp, _, signature = given.partition(".")
    if not signature:
        raise ok.WebhookRejectedError(ok.Rejection.UNSIGNED)
    if not hmac.compare_digest(signature.encode(), sign(stamp, request.body, secret).encode()):
        raise ok.WebhookRejectedError
    if abs(request.received_at - datetime.fromtimestamp(int(stamp), UTC)) > TOLERANCE:
        raise ok.WebhookRejectedError(ok.Rejection.STALE)


def require_events(body: bytes) -> None:
    try:
        json.loads(body)["events"]
    except (ValueError, KeyError, TypeError):
        raise ok.WebhookRejectedError(ok.Rejection.MALFORMED) from None


def sign(stamp: str, body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def event_of(document: dict[str, Any]) -> ok.ProviderEvent:
    kinds: dict[str, Any] = {
        "succeeded": ok.Succeeded,
        "authorised": ok.Authorised,
        "charged_back": ok.ChargedBack,
        "won": ok.ChargebackWon,
    }
    told: Any = None
    if (what := document.get("told")) in kinds:
        told = kinds[what](
            ok.Money(document["amount"], document.get("currency", "RUB")),
            document.get("dispute", document["reference"]),
        )
    elif what == "declined":
        told = ok.Declined(ok.DeclineReason.INSUFFICIENT_FUNDS, document["reference"])
    elif what == "pending":
        told = ok.Pending(document["reference"])
    operation = document.get("operation")
    return ok.ProviderEvent(
        event_id=document["id"],
        asked=ok.Asked(document.get("asked", "payment")),
        reference=document["reference"],
        payment_reference=document.get("payment", ""),
        operation_id=UUID(operation) if operation else None,
        told=told,
    )


def webhook(*events: dict[str, Any], at: datetime, secret: str = SECRET, **changed: Any) -> ok.WebhookRequest:
    """A webhook that the provider sends, signed; *changed* is put in the place of its parts."""
    body = json.dumps({"events": events}, ensure_ascii=False).encode()
    stamp = str(int(at.timestamp()))
    headers = {"X-Signature": f"{stamp}.{sign(stamp, body, secret)}"}
    parts = {"method": "POST", "url": "/hooks", "headers": headers, "body": body, "received_at": at}
    return ok.WebhookRequest(**{**parts, **changed})  # type: ignore[arg-type]


@attrs.frozen
class Shop:
    """An order of 900 that its buyer is paying at the provider."""

    kit: OrderKit
    desk: Desk
    make: Maker
    clock: Clock
    books: Books
    method: PaymentMethod
    order: Order
    payment: Payment

    @property
    def reference(self) -> str:
        return self.payment.reference

    def event(self, told: str | None = "succeeded", **fields: Any) -> dict[str, Any]:
        event = {"id": f"e-{told}", "reference": self.reference, "told": told, "amount": 90_000}
        return event | fields

    def tell(self, *events: dict[str, Any], **changed: Any) -> list[str]:
        """Send a webhook; answers what became of each event."""
        request = webhook(*events, at=self.clock(), **changed)
        return [str(one.status) for one in self.desk.webhooks.receive(self.method.id, request)]

    def stored(self) -> Order:
        return self.desk.orders.get(self.order.id)

    def attempt(self) -> str:
        return self.stored().payment(self.payment.id).attempt.value

    def paid(self) -> int:
        return self.stored().balance.paid


def open_shop(open_kit: Callable[..., OrderKit], clock: Clock, **fields: Any) -> Shop:
    """A shop with a provider as `hooked` makes it."""
    books = Books()
    kit = open_kit(plugins=[plugin(hooked(books, **fields))], strict=True)
    kit.sites.ensure("coffee", currency="RUB")
    desk = kit.site("coffee")
    make = Maker(desk)
    method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
    order, payment = begin_to_pay(make, method)
    return Shop(kit, desk, make, clock, books, method, order, payment)


def begin_to_pay(make: Maker, method: PaymentMethod, **fields: Any) -> tuple[Order, Payment]:
    """One more order of 900, at the provider."""
    order = make.order([mug()], contact=ANNA, status="payment", actor=BUYER)
    given = {"actor": BUYER, "seen": rub("900"), "return_url": "https://shop.example", **fields}
    started = make.desk.payments.start(order.id, method.id, key=make.key(), **given)
    return started.order, started.payment
