"""Reading the pages of the tab as a browser would: text, links, tags and attributes, and forms that are sent back."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from html.parser import HTMLParser
from typing import Protocol
from urllib.parse import urlsplit

import attrs
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

BLOCKS = frozenset("dd div dt h1 h2 h3 legend li option p section summary td th title".split())  # noqa: SIM905


def plain(text: str) -> str:
    """A text with single spaces, as a browser shows it; narrow and other special ones stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


Typed = str | Iterable[str] | None
"""What is put into a field: a value, several, or ``None`` for a field that is not sent at all."""


@attrs.define
class FilledForm:
    """
    A form as it stands on a page, which a browser would send so.

    Attributes:
        action: Where it is sent, with its query.
        fields: Name → values: what is hidden, typed, ticked or selected. Buttons are no part of it.
    """

    action: str
    id: str = ""
    method: str = "get"
    fields: dict[str, list[str]] = attrs.field(factory=dict)

    def put(self, typed: Mapping[str, Typed]) -> None:
        """Change fields, as a person would."""
        for name, value in typed.items():
            self.fields.pop(name, None)
            if value is not None:
                self.fields[name] = [value] if isinstance(value, str) else list(value)


def submit(
    client: FlaskClient,
    address: str,
    typed: Mapping[str, Typed] | None = None,
    *,
    on: str = "",
    headers: Mapping[str, str] | None = None,
    **more: Typed,
) -> TestResponse:
    """
    Fetch a page, fill its form in and send it.

    Args:
        address: Where the form is sent, without a query; the page is there too.
        typed: Field → what is put into it; fields without a dot may be given by name.
        on: The page that has the form, where it is another one.
    """
    page = Parsed(client.get(on or address).text)
    form = page.form(urlsplit(address).path)
    form.put({**(typed or {}), **more})
    return client.post(form.action, data=form.fields, headers=headers)


class Getter(Protocol):
    """Whoever asks for pages: Flask's client, or one that remembers."""

    def get(self, address: str, /) -> TestResponse: ...


def walk(client: Getter, start: str = "/orders/") -> Iterator[tuple[str, TestResponse]]:
    """Follow every link and every form that asks by GET, each place once, whatever filter its address keeps."""
    seen, waiting = {start}, [start]
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        yield address, answer
        if answer.mimetype != "text/html":
            continue
        page = parsed(answer.text)
        found = page.values("href", "a") + [form.action for form in page.forms if form.method == "get"]
        for link in found:
            place = link.partition("#")[0].partition("?")[0]
            if place.startswith(start) and place not in seen:
                seen.add(place)
                waiting.append(link.partition("#")[0])


def alerts(page: str) -> list[str]:
    """What is said at once to whoever cannot see the page: why something was not done."""
    found = re.findall(r'<[^>]*role="alert"[^>]*>([^<]*)<', page)
    return [plain(one) for one in found if plain(one)]


class Parsed(HTMLParser):
    """
    A page, taken apart.

    Attributes:
        tags: Every start tag.
        attributes: Every (tag, attribute, value).
        text: Everything a person reads, with single spaces.
        cells: The text of each table cell, row by row.
        forms: Every form, as it would be sent.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.cells: list[list[str]] = []
        self.forms: list[FilledForm] = []
        self._text: list[str] = []
        self._in_cell = False
        self._form: FilledForm | None = None
        self._elsewhere: list[tuple[str, str, list[str]]] = []
        self._select: _Select | None = None
        self._area: tuple[dict[str, str], list[str]] | None = None
        self.feed(page)
        self.close()
        for id, name, values in self._elsewhere:
            form = next(form for form in self.forms if form.id == id)
            form.fields.setdefault(name, []).extend(values)
        self.text = plain("".join(self._text))
        self.cells = [[plain(cell) for cell in row] for row in self.cells]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._apart(tag)
        self.attributes += [(tag, name, value or "") for name, value in attributes]
        if tag == "tr":
            self.cells.append([])
        if tag in ("td", "th"):
            self._in_cell = True
            self.cells[-1].append("")
        self._begin_control(tag, {name: value or "" for name, value in attributes})

    def handle_endtag(self, tag: str) -> None:
        self._apart(tag)
        if tag in ("td", "th"):
            self._in_cell = False
        self._end_control(tag)

    def handle_data(self, data: str) -> None:
        self._text.append(data)
        if self._in_cell:
            self.cells[-1][-1] += data
        if self._area:
            self._area[1].append(data)

    def _apart(self, tag: str) -> None:
        """What a browser puts on different lines or in different cells is not one word."""
        if tag in BLOCKS:
            self._text.append(" ")

    def values(self, attribute: str, tag: str = "") -> list[str]:
        """The values of an attribute, of one kind of tag if it is named."""
        return [value for of, name, value in self.attributes if name == attribute and tag in ("", of)]

    def form(self, address: str) -> FilledForm:
        """The first form that is sent to *address*; its query does not matter."""
        for form in self.forms:
            if urlsplit(form.action).path == address:
                return form
        raise AssertionError(f"no form to {address}; there are: {[form.action for form in self.forms]}")

    def _begin_control(self, tag: str, has: dict[str, str]) -> None:
        if tag == "form":
            self._form = FilledForm(
                has.get("action", ""), has.get("id", ""), has.get("method", "get").lower()
            )
            self.forms.append(self._form)
        elif tag == "input" and has.get("type") not in ("submit", "button", "reset", "image"):
            is_box = has.get("type") in ("checkbox", "radio")
            if not is_box or "checked" in has:
                self._keep(has, [has.get("value", "on" if is_box else "")])
        elif tag == "textarea":
            self._area = (has, [])
        elif tag == "select":
            self._select = _Select(has)
        elif tag == "option" and self._select:
            self._select.options.append((has.get("value", ""), "selected" in has))

    def _end_control(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._area:
            has, parts = self._area
            self._keep(has, ["".join(parts).removeprefix("\n")])
            self._area = None
        elif tag == "select" and self._select:
            self._keep(self._select.has, self._select.chosen())
            self._select = None

    def _keep(self, has: dict[str, str], values: list[str]) -> None:
        name = has.get("name", "")
        if not name or "disabled" in has or not values:
            return
        if "form" in has:
            self._elsewhere.append((has["form"], name, values))
        elif self._form:
            self._form.fields.setdefault(name, []).extend(values)


@lru_cache(maxsize=1024)
def parsed(page: str) -> Parsed:
    """A page taken apart, for who only reads it: the same page is taken apart once."""
    return Parsed(page)


@attrs.define
class _Select:
    has: dict[str, str]
    options: list[tuple[str, bool]] = attrs.field(factory=list)

    def chosen(self) -> list[str]:
        """What is selected; of a list that takes one, the first where nothing is."""
        selected = [value for value, is_selected in self.options if is_selected]
        if "multiple" in self.has:
            return selected
        return (selected or [value for value, _ in self.options[:1]])[-1:]
