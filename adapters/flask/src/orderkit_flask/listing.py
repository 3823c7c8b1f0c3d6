"""A list's address: search, filters and page as parameters of the URL, and back again; and one page of a list."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

import attrs

from orderkit import OrderFilter, OrderRow, Page, PaymentFilter, PaymentMethod, PaymentRow
from orderkit.errors import InvalidInputError
from orderkit_flask.identifiers import read_id
from orderkit_flask.speech import Speech
from orderkit_flask.words import Words

logger = logging.getLogger("orderkit_flask")

LONGEST_TEXT = 200
SHORTEST_TEXT = 3
"""Shorter text finds numbers and tracking codes only."""
FIRST_YEAR, LAST_YEAR = 1900, 2999
LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "orders": ("q", "status", "money", "mark", "method", "from", "to", "contact"),
    "payments": ("q", "result", "method", "from", "to", "contact"),
    "provider_events": ("q", "became"),
}
"""Each list by its view, and the parameters that narrow it."""
CURSORS = ("after", "before")
SEVERAL = frozenset({"status", "money", "result"})
"""Parameters that may stand in the URL more than once: one of their values is enough."""

_SAID_BEFORE_A_NUMBER = re.compile(r"^[№#]\s*(?=\w)")
"""People write «№ 1194»; the sign is no part of the number."""

R = TypeVar("R", OrderRow, PaymentRow)
F = TypeVar("F", OrderFilter, PaymentFilter)


class Arguments(Protocol):
    """The parameters of a URL, as Werkzeug hands them over."""

    def getlist(self, key: str) -> list[str]:
        """Every value of a parameter."""


Parameters = dict[str, list[str]]
"""Of a link: those of a name that stands more than once are listed."""


@attrs.frozen
class Chip:
    """An active filter in words, and the parameters of the list without it."""

    label: str
    rest: Parameters


@attrs.frozen
class ListQuery:
    """
    The parameters of a list, as they stand in the URL: nothing typed is lost, right or wrong.

    Attributes:
        values: Only the parameters the list knows, each with at least one value.
        view: Which list it is: the view that shows it.
    """

    values: Mapping[str, tuple[str, ...]]
    view: str = "orders"

    @classmethod
    def read(cls, arguments: Arguments, view: str = "") -> ListQuery:
        """
        Take what a list knows out of a URL; empty and repeated values are left out.

        Args:
            view: Of the list; without it the parameter ``list`` tells over which list a window was opened.
        """
        view = view or next(iter(arguments.getlist("list")), "")
        view = view if view in LISTS else "orders"
        found: dict[str, tuple[str, ...]] = {}
        for name in LISTS[view] + CURSORS:
            given = dict.fromkeys(filter(None, map(_clean, arguments.getlist(name))))
            if given:
                found[name] = tuple(given) if name in SEVERAL else (next(iter(given)),)
        return cls(found, view)

    def one(self, name: str) -> str:
        """The value of a parameter; empty if it is not given."""
        return self.values.get(name, ("",))[0]

    def several(self, name: str) -> tuple[str, ...]:
        """All values of a parameter."""
        return self.values.get(name, ())

    @property
    def text(self) -> str:
        """What is searched for."""
        return _SAID_BEFORE_A_NUMBER.sub("", self.one("q"))

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return any(name in self.values for name in LISTS[self.view])

    @property
    def is_short(self) -> bool:
        """Whether the search is too short for names, e-mails and phones."""
        return 0 < len(self.text) < SHORTEST_TEXT

    def arguments(self) -> Parameters:
        """All parameters and which list they are of, for a link that leads over the list and keeps it as it is."""
        return self.here() | ({"list": [self.view]} if self.view != "orders" else {})

    def here(self) -> Parameters:
        """All parameters, for a link to the list as it is."""
        return {name: list(given) for name, given in self.values.items()}

    def page(self, **cursor: str) -> Parameters:
        """The parameters of another page with the same filters; the first one without a cursor."""
        kept = {name: given for name, given in self.here().items() if name not in CURSORS}
        return kept | {name: [value] for name, value in cursor.items()}

    def without(self, name: str, value: str) -> Parameters:
        """The parameters of the first page with one filter taken away."""
        kept = self.page()
        kept[name] = [other for other in kept[name] if other != value]
        return {name: given for name, given in kept.items() if given}


@attrs.frozen
class Narrowing:
    """
    What every list can be narrowed by, as far as it can be understood.

    Attributes:
        problems: Parameter → what is wrong with it, in words; empty if all is well.
    """

    method: UUID | None
    contact: UUID | None
    since: date | None
    until: date | None
    problems: Mapping[str, str]

    @classmethod
    def read(
        cls,
        query: ListQuery,
        choices: Mapping[str, Words],
        methods: Sequence[PaymentMethod],
        say: Speech,
    ) -> Narrowing:
        """Understand the URL's text; *choices* are the parameters with a table of what they may be."""
        problems: dict[str, str] = {}
        if len(query.one("q")) > LONGEST_TEXT:
            problems["q"] = say.text(
                "The search is too long: at most %(limit)s characters.", limit=LONGEST_TEXT
            )
        for name, words in choices.items():
            if unknown := [value for value in query.several(name) if value not in words]:
                problems[name] = say.text("There is no such choice: %(value)s.", value=_short(unknown[0]))
        method = read_id(query.one("method"))
        if query.one("method") and method not in {known.id for known in methods}:
            problems["method"] = say.text("There is no such payment method. Choose one from the list.")
        contact = read_id(query.one("contact"))
        if query.one("contact") and contact is None:
            problems["contact"] = say.text("The link to the client is damaged.")
        since, until = (_day(query, name, problems, say) for name in ("from", "to"))
        if since and until and since > until:
            problems["to"] = say.text("The last day is before the first one.")
        return cls(method, contact, since, until, problems)


@attrs.frozen
class Checked(Generic[F]):
    """
    A list query that was checked.

    Attributes:
        wanted: What can be understood of it.
        problems: Parameter → what is wrong with it, in words; empty if all is well.
    """

    wanted: F
    problems: Mapping[str, str]


@attrs.frozen
class Listing(Generic[R]):
    """
    One page of a list, ready to be shown.

    Attributes:
        methods: What the filter by payment method offers.
        problems: Parameter → what is wrong with it; then there are no rows. ``page`` stands for a damaged cursor.
    """

    query: ListQuery
    page: Page[R]
    methods: tuple[PaymentMethod, ...]
    chips: tuple[Chip, ...]
    problems: Mapping[str, str]


def turn_to_page(
    query: ListQuery,
    choices: Mapping[str, Words],
    methods: tuple[PaymentMethod, ...],
    problems: Mapping[str, str],
    found: Callable[..., Page[R]],
    say: Speech,
) -> Listing[R]:
    """
    One page of a list.

    Args:
        problems: What is wrong with *query*; then nothing is looked for.
        found: Answers the page ``after`` or ``before`` a cursor.
    """
    page: Page[R] = Page(())
    problems = dict(problems)
    if not problems:
        after, before = query.one("after") or None, query.one("before") or None
        try:
            page = found(after=after, before=None if after else before)
        except InvalidInputError as error:
            logger.info("%s: %s", error.code, error)
            problems["page"] = say.text(
                "The address of this page is damaged. Begin again from the first page."
            )
    client = page.rows[0].contact_name if page.rows else ""
    return Listing(query, page, methods, tuple(chips(query, choices, methods, client, say)), problems)


def chips(
    query: ListQuery,
    choices: Mapping[str, Words],
    methods: Sequence[PaymentMethod],
    client: str,
    say: Speech,
) -> Iterator[Chip]:
    """
    Each active filter in words.

    Args:
        client: Name of the client the list is narrowed to; used if it is.
    """
    titles = {str(method.id): method.title for method in methods}
    labels: Mapping[str, Callable[[str], str]] = {
        "q": lambda text: say.text("Search: %(text)s", text=_short(text)),
        "method": lambda id: titles.get(id, _short(id)),
        "from": lambda day: say.text("From %(day)s", day=_shown_day(day, say)),
        "to": lambda day: say.text("Until %(day)s", day=_shown_day(day, say)),
        "contact": lambda _: say.text("Client: %(name)s", name=client or say.text("Guest")),
        **{name: partial(say.word, words) for name, words in choices.items()},
    }
    for name in LISTS[query.view]:
        for value in query.several(name):
            yield Chip(labels[name](value), query.without(name, value))


def _clean(text: str) -> str:
    """Without what cannot be seen and what no database searches: pasting from a table brings tabs along."""
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _short(words: str) -> str:
    return words if len(words) <= 40 else words[:40] + "…"


def _parsed_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _day(query: ListQuery, name: str, problems: dict[str, str], say: Speech) -> date | None:
    text = query.one(name)
    day = _parsed_day(text)
    if text and day is None:
        problems[name] = say.text("“%(value)s” is no date. Write it as 2026-01-31.", value=_short(text))
    return day


def _shown_day(text: str, say: Speech) -> str:
    day = _parsed_day(text)
    return say.calendar_date(day) if day else _short(text)
