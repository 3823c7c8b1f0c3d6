"""Reading the pages of the tab as a browser would: text, links, tags and attributes."""

import re
from html.parser import HTMLParser

BLOCKS = frozenset("dd div dt h1 h2 h3 legend li option p section summary td th title".split())  # noqa: SIM905


def plain(text: str) -> str:
    """A text with single spaces, as a browser shows it; narrow and other special ones stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


class Parsed(HTMLParser):
    """
    A page, taken apart.

    Attributes:
        tags: Every start tag.
        attributes: Every (tag, attribute, value).
        text: Everything a person reads, with single spaces.
        cells: The text of each table cell, row by row.
    """

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.cells: list[list[str]] = []
        self._text: list[str] = []
        self._in_cell = False
        self.feed(page)
        self.close()
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

    def handle_endtag(self, tag: str) -> None:
        self._apart(tag)
        if tag in ("td", "th"):
            self._in_cell = False

    def handle_data(self, data: str) -> None:
        self._text.append(data)
        if self._in_cell:
            self.cells[-1][-1] += data

    def _apart(self, tag: str) -> None:
        """What a browser puts on different lines or in different cells is not one word."""
        if tag in BLOCKS:
            self._text.append(" ")

    def values(self, attribute: str, tag: str = "") -> list[str]:
        """The values of an attribute, of one kind of tag if it is named."""
        return [value for of, name, value in self.attributes if name == attribute and tag in ("", of)]
