"""
Stripe as a test plays it: a server with books of its own that refuses what Stripe refuses, and fails when told to.

Written after Stripe's API reference (Checkout Sessions, Refunds, Errors, Idempotent requests, Pagination); nothing of
the plugin is used, so that the two can be compared.
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

import attrs
from stripe import WebhookSignature

from orderkit.plugin import Asked, Money, WebhookRequest
from plugins.stripe.tests.books import (
    Document,
    NotDoneError,
    check_metadata,
    checked_amount,
    checked_session,
    form,
    money,
)

KEY = "sk_test_Xy7kQw8Zr_very_secret"
SIGNING = "whsec_9mX2kVbT7qLw"


def signed(body: bytes) -> WebhookRequest:
    """As Stripe's own library signs."""
    now = datetime.now(UTC)
    header = WebhookSignature.generate_signature_header(body.decode(), SIGNING, int(now.timestamp()))
    return WebhookRequest(
        method="POST",
        url="/hooks/coffee/1",
        headers={"Stripe-Signature": header},
        body=body,
        received_at=now,
    )


class LostAnswerError(Exception):
    """Has the server break the connection off."""


@attrs.define
class FakeStripe:
    """
    The application and its books.

    Attributes:
        faults: What goes wrong with the next things that are asked for, one after the other: ``lose`` (done, and never
            answered), ``break`` (done, and 500), ``refuse`` (not done, and 500), ``hang`` (done, and silent), and
            ``page``, ``list``, ``half``, ``elsewhere``, ``flood`` (done, and answered nonsense).
        refuses: What the next things are refused with; goes before faults.
        refund_status: Of the refunds that are made from now on.
        account: What it says of the account.
        page_size: Of its lists, at most.
        asked: Method and path of each request, with the query.
        bodies: What was asked for, by idempotency key.
        headers: Of the last request.
        captures: What it was asked to take of what it holds.
        voids: What it was asked to release.
        closed: The sessions that it ended because it was asked to.
    """

    url: str = ""
    faults: deque[str] = attrs.field(factory=deque)
    refuses: deque[NotDoneError] = attrs.field(factory=deque)
    refund_status: str = "succeeded"
    account: Document = attrs.field(
        factory=lambda: {"id": "acct_1", "object": "account", "charges_enabled": True}
    )
    page_size: int = 100
    asked: list[str] = attrs.field(factory=list)
    sessions: dict[str, Document] = attrs.field(factory=dict)
    intents: dict[str, Document] = attrs.field(factory=dict)
    made_refunds: dict[str, Document] = attrs.field(factory=dict)
    bodies: dict[str, Document] = attrs.field(factory=dict)
    answered: dict[str, tuple[int, Document]] = attrs.field(factory=dict)
    headers: Document = attrs.field(factory=dict)
    captures: list[Money] = attrs.field(factory=list)
    voids: list[Money] = attrs.field(factory=list)
    closed: list[str] = attrs.field(factory=list)
    is_cut_off: bool = False
    released: threading.Event = attrs.field(factory=threading.Event)
    _lock: threading.RLock = attrs.field(factory=threading.RLock)
    _numbers: Iterator[int] = attrs.field(factory=lambda: itertools.count(1))

    @property
    def payments(self) -> list[Money]:
        """What it was asked to take."""
        return [money(one["amount_total"], one["currency"]) for one in self.sessions.values()]

    @property
    def refunds(self) -> list[Money]:
        """What it was asked to give back."""
        return [money(one["amount"], one["currency"]) for one in self.made_refunds.values()]

    def hold(self, reference: str) -> None:
        """Have the buyer pay, and the money held."""
        self.sessions[reference]["holds"] = True
        self.settle(reference)

    def fail(self) -> None:
        """From now on do what is asked, and break the connection before the answer."""
        self.is_cut_off = True

    def settle(self, reference: str) -> None:
        """Have the buyer pay; the money is held where that was asked for."""
        if self.sessions[reference]["holds"]:
            self.tried(reference, "requires_capture")
        else:
            intent = self.tried(reference, "succeeded")
            intent["amount_received"] = intent["amount"]
            self.sessions[reference].update(payment_status="paid")
        self.complete(reference)

    def give_back_there(self, reference: str, amount: Money) -> str:
        """Have staff give money back in the dashboard, which knows nothing of a desk; in hundredths."""
        asked = {"payment_intent": self.sessions[reference]["payment_intent"], "amount": str(amount.minor)}
        return str(self._refund(asked)["id"])

    def finish_hold(self, reference: str, verb: str, units: int = 0) -> Document:
        """Have staff take or release in the dashboard what is held; the payment intent."""
        id = self.sessions[reference]["payment_intent"]
        return self._intent(f"/v1/payment_intents/{id}/{verb}", {"amount_to_capture": str(units)})

    def give_up(self, reference: str) -> None:
        """Have the buyer go away."""
        self.expire(reference)

    def charge_back(self, reference: str, *, is_won: bool = False) -> WebhookRequest:
        """A dispute about all of a payment, or its end, as it is told to a desk."""
        kind = "funds_reinstated" if is_won else "funds_withdrawn"
        return signed(self.event(f"charge.dispute.{kind}", self.dispute(reference)))

    def dispute(self, reference: str) -> Document:
        """Have the bank of the buyer take all of it back."""
        session = self.sessions[reference]
        return {
            "id": f"dp_1O{next(self._numbers):06}",
            "object": "dispute",
            "amount": session["amount_total"],
            "currency": session["currency"],
            "charge": f"ch_{session['payment_intent']}",
            "payment_intent": session["payment_intent"],
            "metadata": {},
        }

    def complete(self, reference: str) -> None:
        """Have the buyer finish, whatever becomes of the money."""
        self.sessions[reference].update(status="complete", url=None)

    def expire(self, reference: str) -> None:
        """Have the buyer's time be over."""
        session = self.sessions[reference]
        session.update(status="expired", url=None, expires_at=session["created"])

    def decline(self, reference: str, **error: str) -> None:
        """Have the buyer try, and be refused."""
        self.tried(reference, "requires_payment_method")["last_payment_error"] = error

    def tried(self, reference: str, status: str) -> Document:
        """The payment intent, which is made when the buyer first tries."""
        session = self.sessions[reference]
        id = session["payment_intent"] or f"pi_3O{next(self._numbers):06}"
        session["payment_intent"] = id
        new = {
            "id": id,
            "object": "payment_intent",
            "amount": session["amount_total"],
            "amount_received": 0,
            "amount_capturable": session["amount_total"] if status == "requires_capture" else 0,
            "currency": session["currency"],
            "metadata": session["intent_metadata"],
            "last_payment_error": None,
        }
        intent = self.intents.setdefault(id, new)
        intent["status"] = status
        return intent

    def event(self, kind: str, about: Document) -> bytes:
        """What it tells by itself of something as it stands."""
        told = {"object": about | {"livemode": False}}
        event = {"id": f"evt_1O{next(self._numbers):06}", "object": "event", "type": kind, "data": told}
        return json.dumps(event, ensure_ascii=False, indent=2).encode()

    def webhook(self, asked: Asked, reference: str) -> WebhookRequest:
        """What it tells of a payment that is finished, or of a refund, as it comes to a desk."""
        if asked is Asked.PAYMENT:
            kind = "expired" if self.sessions[reference]["status"] == "expired" else "completed"
            return signed(self.event(f"checkout.session.{kind}", self.sessions[reference]))
        return signed(self.event("refund.created", self.made_refunds[reference]))

    def __call__(self, environ: Document, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        self.headers = environ
        self.asked.append(f"{method} {path}?{environ['QUERY_STRING']}".rstrip("?"))
        try:
            with self._lock:
                self._authorise(environ)
                status, document = (
                    self._done(environ, path) if method == "POST" else (200, self._found(environ, path))
                )
        except NotDoneError as refusal:
            status = refusal.status
            document = refusal.document(f"Sent by {environ.get('HTTP_AUTHORIZATION')}, says Stripe")
        if self.is_cut_off:
            raise LostAnswerError
        status, body = self._spoilt(status, json.dumps(document).encode())
        headers = [("Content-Type", "application/json"), ("Location", "/v1/account"), ("Request-Id", "req_1")]
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [body]

    def _spoilt(self, status: int, body: bytes) -> tuple[int, bytes]:
        """The answer as it is spoilt on its way, if it is the turn of a fault."""
        fault = self.faults.popleft() if self.faults else ""
        if fault == "lose":
            raise LostAnswerError
        if fault == "hang":
            self.released.wait(10)
            raise LostAnswerError
        if fault in ("break", "refuse"):
            return 500, json.dumps({"error": {"type": "api_error", "message": "Sorry"}}).encode()
        spoilt = {
            "page": b"<html>Bad gateway",
            "list": b"[]",
            "half": body[: len(body) // 2],
            "elsewhere": b"",
            "flood": b" " * 4_000_000 + body,
        }
        return (302 if fault == "elsewhere" else status), spoilt.get(fault, body)

    def _authorise(self, environ: Document) -> None:
        if environ.get("HTTP_AUTHORIZATION") != f"Bearer {KEY}":
            raise NotDoneError(401)
        if self.refuses:
            raise self.refuses.popleft()

    def _done(self, environ: Document, path: str) -> tuple[int, Document]:
        """What is asked for under a key is done once; what was answered is answered again, a refusal too."""
        key = environ["HTTP_IDEMPOTENCY_KEY"]
        body = form(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode())
        if self.bodies.setdefault(key, body) != body:
            raise NotDoneError(400, type="idempotency_error")
        if key not in self.answered:
            if self.faults and self.faults[0] == "refuse":
                return 500, {}
            kinds = {"/v1/checkout/sessions": self._session, "/v1/refunds": self._refund}
            try:
                other = self._expired if path.endswith("/expire") else self._intent
                done = kinds[path](body) if path in kinds else other(path, body)
                self.answered[key] = 200, done
            except NotDoneError as refusal:
                self.answered[key] = refusal.status, refusal.document("Not like this")
        return self.answered[key]

    def _session(self, asked: Document) -> Document:
        units, currency = checked_session(asked)
        id = f"cs_test_a1{next(self._numbers):06}"
        session = {
            "id": id,
            "object": "checkout.session",
            "amount_total": units,
            "currency": currency,
            "created": int(time.time()),
            "expires_at": int(time.time()) + 24 * 3600,
            "metadata": asked.get("metadata", {}),
            "holds": asked.get("payment_intent_data", {}).get("capture_method") == "manual",
            "intent_metadata": asked.get("payment_intent_data", {}).get("metadata", {}),
            "payment_intent": None,
            "payment_status": "unpaid",
            "status": "open",
            "url": f"https://checkout.stripe.example/c/pay/{id}#fid2",
        }
        return dict(self.sessions.setdefault(id, session))

    def _expired(self, path: str, asked: Document) -> Document:
        """A session that is open ends; it keeps the time at which it would have ended by itself."""
        id = path.removeprefix("/v1/checkout/sessions/").removesuffix("/expire")
        if id not in self.sessions:
            raise NotDoneError(404, "resource_missing", "session")
        if unknown := set(asked) - {"expand"}:
            raise NotDoneError(400, "parameter_unknown", min(unknown))
        session = self.sessions[id]
        if session["status"] != "open":
            raise NotDoneError(400)
        session.update(status="expired", url=None)
        self.closed.append(id)
        return self._expanded(session, asked, "payment_intent")

    def _intent(self, path: str, asked: Document) -> Document:
        """A hold is taken once, in full or in part, or released."""
        id, _, verb = path.removeprefix("/v1/payment_intents/").partition("/")
        if id not in self.intents or verb not in ("capture", "cancel"):
            raise NotDoneError(404, "resource_missing", "intent")
        intent = self.intents[id]
        if intent["status"] != "requires_capture":
            raise NotDoneError(400, "payment_intent_unexpected_state")
        if verb == "cancel":
            intent.update(status="canceled", cancellation_reason=None, amount_capturable=0)
            self.voids.append(money(intent["amount"], intent["currency"]))
        elif (units := int(asked["amount_to_capture"])) > intent["amount"]:
            raise NotDoneError(400, "amount_too_large", "amount_to_capture")
        else:
            intent.update(status="succeeded", amount_received=units, amount_capturable=0)
            [session] = [one for one in self.sessions.values() if one["payment_intent"] == id]
            session["payment_status"] = "paid"
            self.captures.append(money(units, intent["currency"]))
        return dict(intent)

    def _refund(self, asked: Document) -> Document:
        if unknown := set(asked) - {"payment_intent", "amount", "metadata"}:
            raise NotDoneError(400, "parameter_unknown", min(unknown))
        intent = self.intents.get(asked["payment_intent"])
        if intent is None:
            raise NotDoneError(404, "resource_missing", "payment_intent")
        check_metadata(asked.get("metadata", {}))
        before = sum(
            one["amount"]
            for one in self.made_refunds.values()
            if one["payment_intent"] == intent["id"] and one["status"] not in ("failed", "canceled")
        )
        units = int(asked["amount"])
        if intent["status"] != "succeeded":
            raise NotDoneError(400, "charge_not_captured", "payment_intent")
        if units > intent["amount_received"] - before:
            raise NotDoneError(400, "charge_already_refunded" if before == intent["amount"] else "", "amount")
        if units < 1 or (units >= 50 and checked_amount(asked["amount"], intent["currency"]) != units):
            raise NotDoneError(400, "parameter_invalid_integer", "amount")
        id = f"re_3O{next(self._numbers):06}"
        refund = {
            "id": id,
            "object": "refund",
            "amount": units,
            "currency": intent["currency"],
            "created": int(time.time()),
            "metadata": asked.get("metadata", {}),
            "payment_intent": intent["id"],
            "status": self.refund_status,
        }
        return dict(self.made_refunds.setdefault(id, refund))

    def _found(self, environ: Document, path: str) -> Document:
        query = form(environ["QUERY_STRING"])
        if path == "/v1/account":
            return self.account
        if path.startswith("/v1/charges/ch_") and (id := path.rpartition("ch_")[2]) in self.intents:
            return {"id": f"ch_{id}", "object": "charge", "payment_intent": id}
        for begin, kind in (("/v1/checkout/sessions", self.sessions), ("/v1/refunds", self.made_refunds)):
            if path == begin:
                return self._listed(kind, query)
            if path.startswith(f"{begin}/"):
                if (id := path.removeprefix(f"{begin}/")) not in kind:
                    raise NotDoneError(404, "resource_missing", "id")
                return self._expanded(kind[id], query, "payment_intent")
        raise NotDoneError(404)

    def _listed(self, kind: dict[str, Document], query: Document) -> Document:
        window = query.get("created", {})
        found = [
            one
            for one in reversed(kind.values())
            if int(window.get("gte", 0)) <= one["created"] <= int(window.get("lte", 1e12))
            and query.get("payment_intent", one["payment_intent"]) == one["payment_intent"]
        ]
        ids = [one["id"] for one in found]
        begin = ids.index(query["starting_after"]) + 1 if "starting_after" in query else 0
        end = begin + min(int(query.get("limit", 10)), self.page_size)
        page = [self._expanded(one, query, "data.payment_intent") for one in found[begin:end]]
        return {"object": "list", "url": "/v1", "has_more": len(found) > end, "data": page}

    def _expanded(self, one: Document, query: Document, name: str) -> Document:
        is_asked = name in query.get("expand", {}).values()
        return one | ({"payment_intent": self.intents.get(one["payment_intent"])} if is_asked else {})


class _Handler(ServerHandler):
    http_version = "1.1"

    def handle_error(self) -> None:
        """Say nothing more, and let the connection break."""

    def log_exception(self, _info: object) -> None:
        """Nobody reads it."""


class _Requests(WSGIRequestHandler):
    def handle(self) -> None:
        """Answer one request, or break off."""
        self.raw_requestline = self.rfile.readline(65_537)
        if self.parse_request():
            handler = _Handler(self.rfile, self.wfile, self.get_stderr(), self.get_environ())
            handler.request_handler = self
            handler.run(self.server.get_app())

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def serving(port: int = 0) -> Iterator[FakeStripe]:
    """Serve one on this computer."""
    fake = FakeStripe()
    with _Server(("127.0.0.1", port), _Requests) as server:
        server.set_app(fake)
        fake.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            fake.released.set()
            server.shutdown()
            thread.join()
