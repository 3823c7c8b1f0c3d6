"""A browser without scripts, as small as can be: addresses, cookies, forms; of this computer only."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from html import unescape
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

import attrs

HOST = "127.0.0.1"
MOST_REDIRECTS = 5
PATIENCE = 60.0
"""Seconds until an answer is given up: a busy shop may take its time."""


class NoSuchFormError(Exception):
    """The page does not have what the visitor wants to press; it says what it has."""


@attrs.define
class Form:
    """
    A form as it stands on its page.

    Attributes:
        fields: What would be sent if nothing was touched.
        choices: The values that may be chosen instead, by the name of the field.
        buttons: What is sent besides by each button, by the words on it.
    """

    action: str
    method: str
    fields: dict[str, str] = attrs.field(factory=dict)
    choices: dict[str, list[str]] = attrs.field(factory=dict)
    buttons: dict[str, dict[str, str]] = attrs.field(factory=dict)


@attrs.define(slots=False)
class Page:
    """What a server answered with."""

    address: str
    status: int
    text: str

    @cached_property
    def forms(self) -> list[Form]:
        """The forms that stand on it."""
        reader = _FormReader()
        reader.feed(self.text)
        return reader.forms

    @property
    def title(self) -> str:
        """What the browser's window is called."""
        return unescape(self.text.partition("<title>")[2].partition("</title>")[0])

    @property
    def goes_on_to(self) -> str:
        """Where a browser goes on to by itself; empty for nowhere."""
        told = self.text.partition('http-equiv="refresh" content="0; url=')[2]
        return unescape(told.partition('"')[0])

    def form(self, path: str) -> Form:
        """
        Find the first form that changes something and leads to an address with that path.

        Raises:
            NoSuchFormError: There is none.
        """
        for form in self.forms:
            if form.method == "POST" and urlsplit(urljoin(self.address, form.action)).path == path:
                return form
        there = sorted({form.action for form in self.forms})
        raise NoSuchFormError(f"{self.address} ({self.status}) has no form to {path}; it has {there}")


@attrs.define
class Browser:
    """
    One person's browser: a cookie jar and one connection.

    Attributes:
        port: Where the shop answers on this computer; nothing else is ever asked.
    """

    port: int
    cookies: dict[str, str] = attrs.field(factory=dict)
    _connection: HTTPConnection | None = None

    def get(self, address: str) -> Page:
        """Look at a page."""
        return self._follow("GET", address, None, {})

    def send(self, page: Page, form: Form, **fields: str) -> Page:
        """Press the button of a form, with some of its fields filled in otherwise."""
        body = urlencode({**form.fields, **fields}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._follow(form.method, urljoin(page.address, form.action), body, kind)

    def tell(self, address: str, told: Mapping[str, object]) -> int:
        """Send what a script would send; give the number of the answer."""
        body = json.dumps(told).encode()
        return self._ask("POST", address, body, {"Content-Type": "application/json"})[0].status

    def close(self) -> None:
        """Close the connection; the cookies stay."""
        if self._connection:
            self._connection.close()
            self._connection = None

    def _follow(self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]) -> Page:
        for _ in range(MOST_REDIRECTS):
            answer, text = self._ask(method, address, body, headers)
            location = answer.getheader("Location")
            if location is None:
                return Page(address, answer.status, text)
            method, address, body, headers = "GET", urljoin(address, location), None, {}
        raise ConnectionError(f"{address} leads round in a circle")

    def _ask(
        self, method: str, address: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[HTTPResponse, str]:
        parts = urlsplit(address)
        if parts.netloc not in ("", f"{HOST}:{self.port}"):
            raise ConnectionError(f"{address} is not of this shop")
        if self._connection is None:
            self._connection = HTTPConnection(HOST, self.port, timeout=PATIENCE)
        sent = {"Origin": f"http://{HOST}:{self.port}", **headers}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        self._connection.request(method, target, body, sent)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        self._keep(answer)
        return answer, text

    def _keep(self, answer: HTTPResponse) -> None:
        for header in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(header).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value


class _FormReader(HTMLParser):
    """Finds the forms of a page, and what their fields hold."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._area = ""
        self._button: dict[str, str] | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").upper())
            self.forms.append(self._form)
        elif self._form is None or "disabled" in given:
            return
        elif tag == "input":
            self._input(self._form, given)
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select:
            self._offer(self._form, self._select, given, is_set="selected" in given)
        elif tag == "textarea":
            self._area = given.get("name", "")
            self._form.fields[self._area] = ""
        elif tag == "button":
            self._button = {given["name"]: given.get("value", "")} if "name" in given else {}
            self._words = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._take_first()
        elif tag == "textarea":
            self._area = ""
        elif tag == "button" and self._form and self._button is not None:
            self._form.buttons[" ".join(self._words.split())] = self._button
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._form and self._area:
            self._form.fields[self._area] += data
        if self._button is not None:
            self._words += data

    def _input(self, form: Form, given: Mapping[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        if name and kind in ("radio", "checkbox"):
            self._offer(form, name, given, is_set="checked" in given)
        elif name and kind not in ("submit", "button", "reset", "image", "file"):
            form.fields[name] = given.get("value", "")

    def _offer(self, form: Form, name: str, given: Mapping[str, str], *, is_set: bool) -> None:
        value = given.get("value", "on")
        form.choices.setdefault(name, []).append(value)
        if is_set:
            form.fields[name] = value

    def _take_first(self) -> None:
        """A list without a chosen line has its first one chosen."""
        if self._form and self._form.choices.get(self._select):
            self._form.fields.setdefault(self._select, self._form.choices[self._select][0])
        self._select = ""
