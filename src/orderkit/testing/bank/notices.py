"""What the bank tells by itself: signed or not, once or often, in order or not; and what others send in its name."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import attrs

from orderkit.testing.bank.books import BookedEvent, Books

HEADER = "Bank-Signature"
TOLERANCE = 300
"""Seconds after which a signature is too old."""


@attrs.frozen
class Delivery:
    """One webhook, ready to be sent: sent twice it is the same one."""

    headers: Mapping[str, str]
    body: bytes

    def send(self, url: str) -> int:
        """Post it there; answers the status."""
        request = Request(url, self.body, dict(self.headers), method="POST")
        try:
            with urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except HTTPError as error:
            with error:
                return error.code


@attrs.frozen
class Notices:
    """
    The webhooks of a bank, made of what stands in its books.

    Attributes:
        secret: What they are signed with; empty for a bank that signs nothing.
        clock: Gives the present moment, in seconds since 1970.
    """

    books: Books
    secret: str = ""
    clock: Callable[[], float] = time.time

    def deliveries(
        self, *, copies: int = 1, shuffled: Random | None = None, since: int = 0
    ) -> list[Delivery]:
        """
        A webhook for each event, oldest first.

        Args:
            copies: How often each is sent.
            shuffled: Brings them into an order by chance.
            since: Leaves out events up to that number: they were told before, or are told late.
        """
        found = [self.of(event) for event in self.books.events() if event.id > since for _ in range(copies)]
        if shuffled is not None:
            shuffled.shuffle(found)
        return found

    def of(self, event: BookedEvent) -> Delivery:
        """The webhook that tells of an event."""
        return self._signed(attrs.asdict(event), self.secret, self.clock())

    def forged(self, event: BookedEvent) -> Iterator[tuple[str, Delivery]]:
        """What others send in the bank's name about an event, each with what is wrong with it."""
        true = self.of(event)
        document = attrs.asdict(event)
        stamp, _, signature = true.headers.get(HEADER, "").partition(".")
        yield "unsigned", Delivery({"Content-Type": "application/json"}, true.body)
        yield "another secret", self._signed(document, "another secret", self.clock())
        yield "too old", self._signed(document, self.secret, self.clock() - TOLERANCE - 1)
        yield "another amount", attrs.evolve(true, body=_body({**document, "amount": event.amount + 1}))
        yield "cut off", attrs.evolve(true, body=true.body[:-1])
        yield "written anew", attrs.evolve(true, body=json.dumps(document, separators=(",", ":")).encode())
        yield (
            "another moment",
            attrs.evolve(true, headers={**true.headers, HEADER: f"{int(stamp or 0) + 1}.{signature}"}),
        )

    @staticmethod
    def _signed(document: Mapping[str, Any], secret: str, at: float) -> Delivery:
        body = _body(document)
        headers = {"Content-Type": "application/json"}
        if secret:
            headers[HEADER] = f"{int(at)}.{sign(secret, str(int(at)), body)}"
        return Delivery(headers, body)


def sign(secret: str, stamp: str, body: bytes) -> str:
    """The signature of a body that was sent at that moment, in seconds since 1970."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _body(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, indent=1).encode()
