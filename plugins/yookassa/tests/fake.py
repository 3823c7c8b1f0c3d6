"""
YooKassa as a test plays it: a server with books of its own that refuses what YooKassa refuses, and fails when told to.

Written after YooKassa's pages "Взаимодействие с API", "Идемпотентность", "Коды ответа HTTP" and "Чеки"; nothing of the
plugin is used, so that the two can be compared.
"""

from __future__ import annotations

import base64
import itertools
import json
import re
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

import attrs

from orderkit.plugin import Asked, Money, WebhookRequest
from plugins.yookassa.tests.receipts import receipt_fault

SHOP, KEY = "100500", "test_Xy7kQw8Zr-very-secret"
Document = dict[str, Any]
CODES = {400: "invalid_request", 401: "invalid_credentials", 404: "not_found", 429: "too_many_requests"}
FAULTS = ("lose", "break", "refuse", "hang", "page", "list", "half", "elsewhere", "flood")
"""Done and never answered; done and answered 500; not done and 500; done and silent; done and answered nonsense."""


class LostAnswerError(Exception):
    """Has the server break the connection off."""


@attrs.define
class NotDoneError(Exception):
    """Nothing was done."""

    status: int
    parameter: str = ""
    description: str = "Something is wrong, says who sent it"


@attrs.define
class FakeYooKassa:
    """
    The application and its books.

    Attributes:
        faults: What goes wrong with the next things that are asked for, one after the other; of `FAULTS`.
        refuses: What the next things are refused with; goes before faults.
        refund_status: Of the refunds that are made from now on.
        account: What it says of the shop.
        asked: Method and path of each request, with the query.
    """

    url: str = ""
    faults: deque[str] = attrs.field(factory=deque)
    refuses: deque[NotDoneError] = attrs.field(factory=deque)
    refund_status: str = "succeeded"
    refund_reason: str = "general_decline"
    account: Document = attrs.field(factory=lambda: {"account_id": SHOP, "status": "enabled", "test": True})
    asked: list[str] = attrs.field(factory=list)
    made: dict[str, dict[str, Document]] = attrs.field(factory=lambda: {"payments": {}, "refunds": {}})
    answered: dict[str, tuple[Document, Document]] = attrs.field(factory=dict)
    held: set[str] = attrs.field(factory=set)
    taken: list[Document] = attrs.field(factory=list)
    let_go: list[Document] = attrs.field(factory=list)
    is_cut_off: bool = False
    released: threading.Event = attrs.field(factory=threading.Event)
    _lock: threading.RLock = attrs.field(factory=threading.RLock)
    _numbers: Iterator[int] = attrs.field(factory=lambda: itertools.count(1))

    @property
    def payments(self) -> list[Money]:
        """What it was asked to take."""
        return [money(one) for one in self.made["payments"].values()]

    @property
    def refunds(self) -> list[Money]:
        """What it was asked to give back."""
        return [money(one) for one in self.made["refunds"].values()]

    @property
    def captures(self) -> list[Money]:
        """What it was asked to take of what it holds."""
        return [money(one) for one in self.taken]

    @property
    def voids(self) -> list[Money]:
        """What it was asked to release."""
        return [money(one) for one in self.let_go]

    def fail(self) -> None:
        """From now on do what is asked, and break the connection before the answer."""
        self.is_cut_off = True

    def settle(self, reference: str) -> None:
        """Have the buyer pay: the money is taken, or held where that was asked for."""
        payment = self.made["payments"][reference]
        status = "waiting_for_capture" if reference in self.held else "succeeded"
        payment.update(status=status, paid=True, refundable=status == "succeeded")

    def give_back_there(self, reference: str, amount: Money) -> str:
        """Have staff give money back in the cabinet, which knows nothing of a desk; its identity."""
        value = f"{amount.minor // 100}.{amount.minor % 100:02}"
        asked = {"payment_id": reference, "amount": {"value": value, "currency": "RUB"}}
        return str(self._refund(asked)["id"])

    def give_up(self, reference: str) -> None:
        """Have the buyer go away: the time to pay is over."""
        self.decline(reference, "expired_on_confirmation")

    def notice(self, reference: str, kind: str = "payment") -> bytes:
        """What it tells of a payment or a refund as it stands."""
        about = self.made[f"{kind}s"][reference]
        told = {"type": "notification", "event": f"{kind}.{about['status']}", "object": about}
        return json.dumps(told, ensure_ascii=False).encode()

    def webhook(self, asked: Asked, reference: str) -> WebhookRequest:
        """That, as it comes to a desk."""
        return self.told(self.notice(reference, asked.value))

    def told(self, body: bytes) -> WebhookRequest:
        """A notice as it comes to a desk."""
        return WebhookRequest(
            method="POST",
            url="https://shop.example/hooks/1/1",
            headers={"Content-Type": "application/json"},
            body=body,
            received_at=datetime.now(UTC),
        )

    def decline(self, reference: str, reason: str, kind: str = "payments") -> None:
        """Have it end without money."""
        details = {"party": "payment_network", "reason": reason}
        self.made[kind][reference].update(status="canceled", cancellation_details=details)

    def __call__(self, environ: Document, start_response: Any) -> Iterable[bytes]:
        """Answer one request."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix("/v3")
        self.asked.append(f"{method} {path}?{environ['QUERY_STRING']}".rstrip("?"))
        try:
            with self._lock:
                document = self._done(environ, path) if method == "POST" else self._found(environ, path)
            status, body = 200, json.dumps(document).encode()
        except NotDoneError as refusal:
            status, body = refusal.status, json.dumps(self._error(refusal)).encode()
        if self.is_cut_off:
            raise LostAnswerError
        status, body = self._spoilt(method, path, status, body)
        phrase = HTTPStatus(status).phrase
        start_response(f"{status} {phrase}", [("Content-Type", "application/json"), ("Location", "/v3/me")])
        return [body]

    def _error(self, refusal: NotDoneError) -> Document:
        code = CODES.get(refusal.status, "forbidden")
        told = {"type": "error", "id": "ab5a11cd", "code": code, "description": refusal.description}
        return told | ({"parameter": refusal.parameter} if refusal.parameter else {})

    def _spoilt(self, method: str, path: str, status: int, body: bytes) -> tuple[int, bytes]:
        """The answer as it is spoilt on its way, if it is the turn of a fault."""
        fault = self.faults.popleft() if self.faults else ""
        if fault == "lose":
            raise LostAnswerError
        if fault == "hang":
            self.released.wait(10)
            raise LostAnswerError
        if fault in ("break", "refuse"):
            return 500, b'{"type": "error", "code": "internal_server_error"}'
        spoilt = {
            "page": b"<html>Bad gateway",
            "list": b"[]",
            "half": body[: len(body) // 2],
            "elsewhere": b"",
            "flood": b" " * 4_000_000 + body,
        }
        return (302 if fault == "elsewhere" else status), spoilt.get(fault, body)

    def _authorise(self, environ: Document) -> None:
        pair = base64.b64encode(f"{SHOP}:{KEY}".encode()).decode()
        if environ.get("HTTP_AUTHORIZATION") != f"Basic {pair}":
            raise NotDoneError(401, "", f"Wrong: {environ.get('HTTP_AUTHORIZATION')}")

    def _done(self, environ: Document, path: str) -> Document:
        self._authorise(environ)
        if self.refuses:
            raise self.refuses.popleft()
        if environ["CONTENT_TYPE"] != "application/json":
            raise NotDoneError(415)
        key, body = environ.get("HTTP_IDEMPOTENCE_KEY", ""), json.loads(_body(environ))
        if not 1 <= len(key) <= 64:
            raise NotDoneError(400, "Idempotence-Key")
        if key in self.answered:
            before, document = self.answered[key]
            if before != body:
                raise NotDoneError(400, "Idempotence-Key", "Idempotence key duplicated")
            return document
        if self.faults and self.faults[0] == "refuse":
            return {}
        document = self._made(path, body)
        self.answered[key] = (body, document)
        return document

    def _made(self, path: str, body: Document) -> Document:
        match path.split("/")[1:]:
            case ["payments"]:
                return self._payment(body)
            case ["refunds"]:
                return self._refund(body)
            case ["payments", id, ("capture" | "cancel") as act] if id in self.made["payments"]:
                return self._capture(id, body) if act == "capture" else self._cancel(id, body)
        raise NotDoneError(404)

    def _capture(self, id: str, body: Document) -> Document:
        _require(body, {"amount", "receipt"})
        payment = self.made["payments"][id]
        if payment["status"] != "waiting_for_capture" or money(body) > money(payment):
            raise NotDoneError(400, "amount")
        if money(body) != money(payment):
            self._check_receipt(body)
        payment.update(status="succeeded", refundable=True, amount=body["amount"])
        self.taken.append(body)
        return payment

    def _cancel(self, id: str, body: Document) -> Document:
        if body or self.made["payments"][id]["status"] != "waiting_for_capture":
            raise NotDoneError(400, "")
        details = {"party": "merchant", "reason": "canceled_by_merchant"}
        self.let_go.append(dict(self.made["payments"][id]))
        self.made["payments"][id].update(status="canceled", cancellation_details=details)
        return self.made["payments"][id]

    def _payment(self, body: Document) -> Document:
        confirmation = body.pop("confirmation", {})
        _require(body, {"amount", "capture", "description", "metadata", "receipt"})
        if confirmation.get("type") != "redirect" or not confirmation["return_url"].startswith("http"):
            raise NotDoneError(400, "confirmation")
        self._check_receipt(body)
        id = f"2f{next(self._numbers):06}-000f-5000-8000-18db351245c7"
        body["confirmation"] = confirmation
        if body["capture"] is False:
            self.held.add(id)
        document = {
            "id": id,
            "status": "pending",
            "paid": False,
            "refundable": False,
            "amount": body["amount"],
            "metadata": body.get("metadata", {}),
            "created_at": _now(),
            "confirmation": {
                "type": "redirect",
                "confirmation_url": f"https://yoomoney.example/pay?orderId={id}",
            },
        }
        return self.made["payments"].setdefault(id, document)

    def _refund(self, body: Document) -> Document:
        _require(body, {"payment_id", "amount", "description", "metadata", "receipt"})
        payment = self.made["payments"].get(body["payment_id"])
        if payment is None:
            raise NotDoneError(404)
        given = [
            money(one).minor
            for one in self.made["refunds"].values()
            if one["payment_id"] == payment["id"] and one["status"] != "canceled"
        ]
        left = money(payment).minor - sum(given) - money(body).minor
        if payment["status"] != "succeeded" or left < 0:
            raise NotDoneError(400, "amount")
        if money(body) != money(payment):  # of all of a payment it takes the receipt of the payment
            self._check_receipt(body)
        id = f"21{next(self._numbers):06}-0016-50be-b000-078d43a63ae4"
        document = {
            "id": id,
            "payment_id": payment["id"],
            "status": self.refund_status,
            "amount": body["amount"],
            "metadata": body.get("metadata", {}),
            "created_at": _now(),
        }
        if self.refund_status == "canceled":
            document["cancellation_details"] = {"party": "yoo_money", "reason": self.refund_reason}
        return self.made["refunds"].setdefault(id, document)

    def _check_receipt(self, body: Document) -> None:
        if self.account.get("fiscalization", {}).get("enabled") and "receipt" not in body:
            raise NotDoneError(400, "receipt", "Receipt is missing or illegal")
        if "receipt" in body and (wrong := receipt_fault(body["receipt"], body["amount"])):
            raise NotDoneError(400, f"receipt.{wrong}")

    def _found(self, environ: Document, path: str) -> Document:
        self._authorise(environ)
        if self.refuses:
            raise self.refuses.popleft()
        if path == "/me":
            return self.account
        _, kind, *rest = path.split("/")
        if kind not in self.made:
            raise NotDoneError(404)
        if rest:
            if rest[0] not in self.made[kind]:
                raise NotDoneError(404)
            return self.made[kind][rest[0]]
        return self._listed(
            kind, {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
        )

    def _listed(self, kind: str, query: dict[str, str]) -> Document:
        begin, size = int(query.get("cursor", 0)), int(query.get("limit", 10))
        found = [
            one
            for one in reversed(self.made[kind].values())
            if query.get("created_at.gte", "") <= one["created_at"] <= query.get("created_at.lte", "9")
            and query.get("payment_id", one.get("payment_id")) == one.get("payment_id")
        ]
        more = {"next_cursor": str(begin + size)} if len(found) > begin + size else {}
        return {"type": "list", "items": found[begin : begin + size], **more}


def money(document: Document) -> Money:
    """The amount of something."""
    return Money.of(document["amount"]["value"], document["amount"]["currency"])


def _require(body: Document, known: set[str]) -> None:
    amount = body.get("amount", {})
    if not re.fullmatch(r"\d+\.\d\d", str(amount.get("value"))) or float(amount["value"]) <= 0:
        raise NotDoneError(400, "amount.value")
    if amount.get("currency") != "RUB":
        raise NotDoneError(400, "amount.currency")
    if set(body) - known:
        raise NotDoneError(400, min(set(body) - known))
    if len(body.get("description", "")) > 128:
        raise NotDoneError(400, "description")
    metadata = body.get("metadata", {})
    are_short = all(len(name) <= 32 and len(value) <= 512 for name, value in metadata.items())
    if len(metadata) > 16 or not are_short:
        raise NotDoneError(400, "metadata")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _body(environ: Document) -> bytes:
    body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    return body


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
def serving(port: int = 0) -> Iterator[FakeYooKassa]:
    """Serve one on this computer."""
    fake = FakeYooKassa()
    with _Server(("127.0.0.1", port), _Requests) as server:
        server.set_app(fake)
        fake.url = f"http://127.0.0.1:{server.server_port}/v3"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            fake.released.set()
            server.shutdown()
            thread.join()
