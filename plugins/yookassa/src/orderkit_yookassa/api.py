"""YooKassa's API, version 3: JSON over HTTP, one request at a time, with a time limit."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, TypeAlias

import attrs

import orderkit.plugin as ok
from orderkit_yookassa.refusals import UnclearError, refusal

Document: TypeAlias = dict[str, Any]
_LOCAL = ("localhost", "127.0.0.1", "::1")
TIMEOUT = 20.0
"""Seconds that YooKassa may be silent; below the 30 that the desk waits for all of it."""
MOST = 4_000_000
"""Bytes of an answer that are read; a hundred payments are far below it, and what is cut off is no document."""


@attrs.frozen
class Api:
    """
    One shop's access; *key* stays out of whatever is raised.

    Every request raises `RefusedError`, `UnclearError`, `OSError` or `http.client.HTTPException` unless it is answered.
    """

    base_url: str
    shop_id: str
    key: ok.Secret
    timeout: float = TIMEOUT

    def get(self, *path: str, **query: str) -> Document:
        """An object, or a list of them; each part of the path is quoted."""
        asked = f"?{urllib.parse.urlencode(query)}" if query else ""
        return self._answer(urllib.request.Request(self._url(path) + asked, headers=self._headers))

    def post(self, *path: str, body: Document, key: str) -> Document:
        """Have something done once: asked again within 24 hours under the same key, it is answered the same."""
        headers = self._headers | {"Content-Type": "application/json", "Idempotence-Key": key}
        data = json.dumps(body, ensure_ascii=False).encode()
        return self._answer(urllib.request.Request(self._url(path), data, headers, method="POST"))

    def _url(self, path: tuple[str, ...]) -> str:
        return "/".join((self.base_url.rstrip("/"), *(urllib.parse.quote(part, safe="") for part in path)))

    @property
    def _headers(self) -> dict[str, str]:
        pair = base64.b64encode(f"{self.shop_id}:{self.key.reveal()}".encode()).decode()
        return {
            "Authorization": f"Basic {pair}",
            "Accept": "application/json",
            "User-Agent": "orderkit-yookassa",
        }

    def _answer(self, request: urllib.request.Request) -> Document:
        try:
            with _OPENER.open(request, timeout=self.timeout) as answer:
                status, found = answer.status, _document(answer.read(MOST))
        except urllib.error.HTTPError as error:
            with error:
                raise refusal(error.code, _document(error.read(MOST))) from None
        if status != 200 or not found:
            raise UnclearError(f"YooKassa answered {status} with no document")
        return found


def _document(body: bytes) -> Document:
    """What stands in an answer; empty where it is none, such as a page of a server in between."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {}


def is_safe(address: str) -> bool:
    """Whether the key may be sent there: encrypted, or to this computer."""
    try:
        parts = urllib.parse.urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port  # raises where it is none
    except ValueError:
        return False
    is_plain = (
        not (parts.query or parts.fragment or parts.username) and address.isascii() and " " not in address
    )
    return (
        is_plain and bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL))
    )


class _Stays(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: it would hand the key to somebody else."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_Stays)
