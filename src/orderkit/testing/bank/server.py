"""
The bank behind HTTP: a WSGI application, and a server for it that can lose answers.

``POST`` of ``/payments``, ``/refunds``, ``/captures`` and ``/voids`` does something once for each ``Idempotency-Key``;
``GET`` of them with ``?operation=`` says what came of it, and of payments and refunds with ``?id=``, too; at
``/pay/ID`` the buyer pays or declines. ``POST`` of ``/closings`` ends a payment that its buyer has not paid.
"""

from __future__ import annotations

import enum
import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from http import HTTPStatus
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any, TypeAlias
from urllib.parse import parse_qs
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer

import attrs

from orderkit.testing.bank.books import BookedPayment, BookedRefund, BookedTaking, Books, RefusedError

MOST = 65_536
"""Bytes that a request may bring."""
_CLOSINGS = "/closings"
Document: TypeAlias = dict[str, Any]
StartResponse: TypeAlias = Callable[[str, list[tuple[str, str]]], object]


class Fault(enum.Enum):
    """What goes wrong with the next thing that the bank is asked to do."""

    LOSE = "lose"
    """It is done, and the connection breaks before the answer."""
    BREAK = "break"
    """It is done, and the answer is 500."""
    REFUSE = "refuse"
    """It is not done, and the answer is 500."""
    DELAY = "delay"
    """It is done, and the answer comes late."""


class LostAnswerError(Exception):
    """Tells the server to break the connection off."""


@attrs.define
class Bank:
    """
    The WSGI application.

    Args:
        token: What a shop sends as ``Authorization: Bearer …``.
        delay: Seconds by which a late answer is late.
        page_of: Where the buyer of a payment pays; without it, at ``/pay/ID`` of the bank itself.

    Attributes:
        faults: What goes wrong with the next things that are asked for, in that order; ``None`` for one that goes well.
        is_cut_off: Whether every answer is lost, whatever was asked.
    """

    books: Books
    token: str
    delay: float = 1.0
    page_of: Callable[[BookedPayment], str] | None = None
    faults: deque[Fault | None] = attrs.field(factory=deque, init=False)
    is_cut_off: bool = attrs.field(default=False, init=False)

    def __call__(self, environ: Document, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        status, kind, body, headers = self._answer(environ)
        if self.is_cut_off:
            raise LostAnswerError
        text = f"{status.value} {status.phrase}"
        start_response(text, [("Content-Type", kind), ("Content-Length", str(len(body))), *headers])
        return [body]

    def _answer(self, environ: Document) -> tuple[HTTPStatus, str, bytes, list[tuple[str, str]]]:
        path, is_post = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"] == "POST"
        if path.startswith("/pay/"):
            return self._page(environ, path.removeprefix("/pay/"), is_post=is_post)
        status, document = self._called(environ, path, is_post=is_post)
        return status, "application/json", json.dumps(document).encode(), []

    def _called(self, environ: Document, path: str, *, is_post: bool) -> tuple[HTTPStatus, Document]:
        if environ.get("HTTP_AUTHORIZATION") != f"Bearer {self.token}":
            return HTTPStatus.UNAUTHORIZED, {"error": "bad_token"}
        if path not in ("/payments", "/refunds", "/captures", "/voids") and not (
            is_post and path == _CLOSINGS
        ):
            return HTTPStatus.NOT_FOUND, {"error": "no_such_page"}
        try:
            return self._done(environ, path) if is_post else self._found(environ, path)
        except RefusedError as error:
            return HTTPStatus.CONFLICT, {"error": str(error)}
        except (KeyError, TypeError, ValueError) as error:
            return HTTPStatus.BAD_REQUEST, {"error": type(error).__name__}

    def _done(self, environ: Document, path: str) -> tuple[HTTPStatus, Document]:
        fault = self.faults.popleft() if self.faults else None
        if fault is Fault.REFUSE:
            return HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "refused"}
        asked, key = json.loads(_body(environ)), environ["HTTP_IDEMPOTENCY_KEY"]
        if path == "/payments":
            document = self._payment_document(environ, self.books.ask(key, **asked))
        elif path == _CLOSINGS:
            document = self._payment_document(environ, self.books.close(**asked))
        else:
            act: Mapping[str, Callable[..., BookedRefund | BookedTaking]] = {
                "/refunds": self.books.give_back,
                "/captures": self.books.capture,
                "/voids": self.books.void,
            }
            document = attrs.asdict(act[path](key, **asked))
        if fault is Fault.LOSE:
            raise LostAnswerError
        if fault is Fault.BREAK:
            return HTTPStatus.INTERNAL_SERVER_ERROR, {"error": "broken"}
        if fault is Fault.DELAY:
            time.sleep(self.delay)
        return HTTPStatus.OK, document

    def _found(self, environ: Document, path: str) -> tuple[HTTPStatus, Document]:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        found: BookedPayment | BookedRefund | BookedTaking | None
        if "id" in query and path in ("/payments", "/refunds"):
            found = self.books.found(path[1:], int(query["id"][0]))
        else:
            [operation] = query["operation"]
            found = _record_of(self.books, path, operation)
        if found is None:
            return HTTPStatus.NOT_FOUND, {"error": "not_found"}
        if isinstance(found, BookedPayment):
            return HTTPStatus.OK, self._payment_document(environ, found)
        return HTTPStatus.OK, attrs.asdict(found)

    def _payment_document(self, environ: Document, payment: BookedPayment) -> Document:
        own = f"http://{environ['HTTP_HOST']}/pay/{payment.id}"
        return attrs.asdict(payment) | {"url": self.page_of(payment) if self.page_of else own}

    def _page(
        self, environ: Document, id: str, *, is_post: bool
    ) -> tuple[HTTPStatus, str, bytes, list[tuple[str, str]]]:
        found = [one for one in self.books.payments() if str(one.id) == id]
        if not found:
            return HTTPStatus.NOT_FOUND, "text/plain", b"no such payment", []
        [payment] = found
        if is_post:
            [answer] = parse_qs(_body(environ).decode()).get("answer", ["decline"])
            self.books.decide(payment.id, pays=answer == "pay")
            return HTTPStatus.SEE_OTHER, "text/plain", b"", [("Location", payment.return_url)]
        return HTTPStatus.OK, "text/html; charset=utf-8", _PAGE.format(**_words(payment)).encode(), []


def _record_of(books: Books, path: str, operation: str) -> BookedPayment | BookedRefund | BookedTaking | None:
    if path == "/payments":
        return books.payment(operation)
    return books.refund(operation) if path == "/refunds" else books.taking(operation)


_PAGE = """<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Тестовый банк</title></head>
<body><h1>Тестовый банк</h1><p>Заказ № {number}: {amount} {currency}</p>
<form method="post"><button name="answer" value="pay">Оплатить</button>
<button name="answer" value="decline">Отказаться</button></form></body></html>
"""


def _words(payment: BookedPayment) -> dict[str, str]:
    return {name: escape(str(value)) for name, value in attrs.asdict(payment).items()}


def _body(environ: Document) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if not 0 <= length <= MOST:
        raise ValueError("too_large")
    body: bytes = environ["wsgi.input"].read(length)
    return body


@attrs.frozen
class Served:
    """A bank at an address."""

    bank: Bank
    url: str


class _Handler(ServerHandler):
    def handle_error(self) -> None:
        """Say nothing more, and let the connection break: the bank has lost its answer."""

    def log_exception(self, _info: object) -> None:
        """Nobody reads it."""


class _Requests(WSGIRequestHandler):
    def handle(self) -> None:
        """Answer one request, as the base class does, by a handler that can lose answers."""
        self.raw_requestline = self.rfile.readline(MOST)
        if self.parse_request():
            answers: Any = self.wfile  # a stream, whatever its stub says
            handler = _Handler(self.rfile, answers, self.get_stderr(), self.get_environ(), multithread=True)
            handler.request_handler = self  # type: ignore[attr-defined]  # it logs through it
            handler.run(self.server.get_app())  # type: ignore[attr-defined]  # it is a WSGIServer

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def serving(bank: Bank, port: int = 0) -> Iterator[Served]:
    """Serve a bank on this computer; on any free port unless one is named."""
    with _Server(("127.0.0.1", port), _Requests) as server:
        server.set_app(bank)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield Served(bank, f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join()
