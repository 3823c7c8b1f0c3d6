"""The list's address: search, filters and page as parameters of the URL, and back again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

import attrs

from orderkit import Desk, OrderFilter, OrderRow, Page, PaymentMethod
from orderkit.errors import InvalidInputError
from orderkit_flask.speech import Speech
from orderkit_flask.words import PAYMENT_STATUSES, STATUSES

logger = logging.getLogger("orderkit_flask")

LONGEST_TEXT = 200
SHORTEST_TEXT = 3
"""Shorter text finds numbers and tracking codes only."""
FIRST_YEAR, LAST_YEAR = 1900, 2999
FILTERS = ("q", "status", "money", "method", "from", "to", "contact")
CURSORS = ("after", "before")
SEVERAL = frozenset({"status", "money"})
"""Parameters that may stand in the URL more than once: one of their values is enough."""


class Arguments(Protocol):
    """The parameters of a URL, as Werkzeug hands them over."""

    def getlist(self, key: str) -> list[str]:
        """Every value of a parameter."""


@attrs.frozen
class Chip:
    """An active filter in words, and the parameters of the list without it."""

    label: str
    rest: Mapping[str, list[str]]


@attrs.frozen
class ListQuery:
    """
    The parameters of the list, as they stand in the URL: nothing typed is lost, right or wrong.

    Attributes:
        values: Only the parameters the list knows, each with at least one value.
    """

    values: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, arguments: Arguments) -> ListQuery:
        """Take what the list knows out of a URL; empty and repeated values are left out."""
        found: dict[str, tuple[str, ...]] = {}
        for name in FILTERS + CURSORS:
            given = dict.fromkeys(filter(None, map(_clean, arguments.getlist(name))))
            if given:
                found[name] = tuple(given) if name in SEVERAL else (next(iter(given)),)
        return cls(found)

    def one(self, name: str) -> str:
        """The value of a parameter; empty if it is not given."""
        return self.values.get(name, ("",))[0]

    def several(self, name: str) -> tuple[str, ...]:
        """All values of a parameter."""
        return self.values.get(name, ())

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return any(name in self.values for name in FILTERS)

    @property
    def is_short(self) -> bool:
        """Whether the search is too short for names, e-mails and phones."""
        return 0 < len(self.one("q")) < SHORTEST_TEXT

    def arguments(self) -> dict[str, list[str]]:
        """All parameters, for a link that keeps the list as it is."""
        return {name: list(given) for name, given in self.values.items()}

    def page(self, **cursor: str) -> dict[str, list[str]]:
        """The parameters of another page with the same filters; the first one without a cursor."""
        kept = {name: list(given) for name, given in self.values.items() if name not in CURSORS}
        return kept | {name: [value] for name, value in cursor.items()}

    def without(self, name: str, value: str) -> dict[str, list[str]]:
        """The parameters of the first page with one filter taken away."""
        kept = self.page()
        kept[name] = [other for other in kept[name] if other != value]
        return {name: given for name, given in kept.items() if given}


@attrs.frozen
class Checked:
    """
    A list query that was checked.

    Attributes:
        wanted: What can be understood of it.
        problems: Parameter → what is wrong with it, in words; empty if all is well.
    """

    wanted: OrderFilter
    problems: Mapping[str, str]


@attrs.frozen
class Listing:
    """
    One page of the list, ready to be shown.

    Attributes:
        methods: What the filter by payment method offers.
        problems: Parameter → what is wrong with it; then there are no rows. ``page`` stands for a damaged cursor.
    """

    page: Page[OrderRow]
    methods: tuple[PaymentMethod, ...]
    chips: tuple[Chip, ...]
    problems: Mapping[str, str]


def find(desk: Desk, query: ListQuery, say: Speech) -> Listing:
    """Find the orders a URL asks for, in two statements."""
    methods = desk.settings.payment_methods()
    checked = check(query, methods, say)
    page: Page[OrderRow] = Page(())
    problems = dict(checked.problems)
    if not problems:
        after, before = query.one("after") or None, query.one("before") or None
        try:
            page = desk.orders.find(checked.wanted, after=after, before=None if after else before)
        except InvalidInputError as error:
            logger.info("%s: %s", error.code, error)
            problems["page"] = say.text(
                "The address of this page is damaged. Begin again from the first page."
            )
    client = page.rows[0].contact_name if page.rows else ""
    return Listing(page, methods, tuple(chips(query, methods, client, say)), problems)


def check(query: ListQuery, methods: Sequence[PaymentMethod], say: Speech) -> Checked:
    """Turn the URL's text into an `OrderFilter`, telling in words what cannot be understood."""
    problems: dict[str, str] = {}
    if len(query.one("q")) > LONGEST_TEXT:
        problems["q"] = say.text("The search is too long: at most %(limit)s characters.", limit=LONGEST_TEXT)
    for name, words in (("status", STATUSES), ("money", PAYMENT_STATUSES)):
        if unknown := [value for value in query.several(name) if value not in words]:
            problems[name] = say.text("There is no such choice: %(value)s.", value=_short(unknown[0]))
    method = _id(query.one("method"))
    if query.one("method") and method not in {known.id for known in methods}:
        problems["method"] = say.text("There is no such payment method. Choose one from the list.")
    contact = _id(query.one("contact"))
    if query.one("contact") and contact is None:
        problems["contact"] = say.text("The link to the client is damaged.")
    since, until = (_day(query, name, problems, say) for name in ("from", "to"))
    if since and until and since > until:
        problems["to"] = say.text("The last day is before the first one.")
    wanted = OrderFilter(
        text=query.one("q"),
        status=query.several("status"),
        payment_status=query.several("money"),
        payment_method_id=method,
        created_from=since,
        created_to=until,
        contact_id=contact,
    )
    return Checked(wanted, problems)


def chips(query: ListQuery, methods: Sequence[PaymentMethod], client: str, say: Speech) -> Iterator[Chip]:
    """
    Each active filter in words.

    Args:
        client: Name of the client the list is narrowed to; used if it is.
    """
    titles = {str(method.id): method.title for method in methods}
    labels: Mapping[str, Callable[[str], str]] = {
        "q": lambda text: say.text("Search: %(text)s", text=_short(text)),
        "status": lambda code: say.word(STATUSES, code),
        "money": lambda code: say.word(PAYMENT_STATUSES, code),
        "method": lambda id: titles.get(id, _short(id)),
        "from": lambda day: say.text("From %(day)s", day=_shown_day(day, say)),
        "to": lambda day: say.text("Until %(day)s", day=_shown_day(day, say)),
        "contact": lambda _: say.text("Client: %(name)s", name=client or say.text("Guest")),
    }
    for name in FILTERS:
        for value in query.several(name):
            yield Chip(labels[name](value), query.without(name, value))


def _clean(text: str) -> str:
    """Without what cannot be seen and what no database searches: pasting from a table brings tabs along."""
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


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
