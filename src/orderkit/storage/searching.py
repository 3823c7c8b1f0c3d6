"""What both lists are searched by: people however typed, beginnings of codes, days of the site."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.sql.expression import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from orderkit.domain.site import Site
from orderkit.storage import records, tables
from orderkit.storage.database import Database

SHORTEST_TEXT = 3
"""Text search compares groups of three characters; shorter text finds the beginnings of codes only."""

_o, _d = tables.orders.c, tables.details.c
_LAST_CHARACTER = "\U0010ffff"


@attrs.frozen
class Search:
    """Finds the orders of one site by what is typed into a search field."""

    database: Database
    site: Site

    def orders(self, text: str, *codes: sa.ColumnElement[str]) -> sa.CompoundSelect[Any]:
        """Orders by the beginning of one of *codes*, by the client's details, by the recipient's."""
        of_site = sa.select(_o.id).where(_o.site_id == self.site.id)
        ways: list[sa.Select[Any]] = [of_site.where(way) for code in codes for way in beginnings(code, text)]
        if terms := _terms(text):
            owners = self._owners(terms)
            ways += [of_site.where(_o.contact_id.in_(owners)), owners]
        return sa.union(*ways)

    def contacts(self, text: str) -> sa.CompoundSelect[Any]:
        """Contacts and more by their details, however old, and the contact of the order of that number."""
        of_number = sa.select(_o.contact_id).where(
            _o.site_id == self.site.id, _o.number.in_((text, text.upper()))
        )
        terms = _terms(text)
        return sa.union(of_number, *([self._owners(terms)] if terms else []))

    def _owners(self, terms: Sequence[str]) -> sa.Select[Any]:
        """Contacts and orders one of whose details contain every term."""
        if self.database.dialect == "sqlite":
            quoted = " AND ".join('"' + term.replace('"', '""') + '"' for term in terms)
            search = _SQLITE_SEARCH
            return sa.select(search.c.owner_id).where(
                sa.literal_column("search").op("MATCH")(quoted), search.c.site_id == self.site.id
            )
        likes = [_d.search.contains(term, autoescape=True) for term in terms]
        return sa.select(_d.owner_id).where(_d.site_id == self.site.id, *likes)


_SQLITE_SEARCH = sa.table(
    "orderkit_details_search",
    sa.column("search"),
    sa.column("site_id"),
    sa.column("owner_id", tables.details.c.id.type),
)


def beginnings(code: sa.ColumnElement[str], text: str) -> Iterator[sa.ColumnElement[bool]]:
    """That *code* begins with *text* as typed, or in capitals: each a range of an index."""
    for start in sorted({text, text.upper()}):
        yield sa.and_(code >= start, code < start + _LAST_CHARACTER)


def beside_the_index(database: Database, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """
    The column as something to sort or test by, not to walk by.

    SQLite knows nothing of how rare a hit is: left alone it walks the whole list, newest first, and tests each row.
    PostgreSQL decides by its statistics.
    """
    if database.dialect != "sqlite":
        return column
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)


def within_days(
    site: Site, moment: sa.ColumnElement[datetime], first: date | None, last: date | None
) -> Iterator[sa.ColumnElement[bool]]:
    """That *moment* is on one of the days from *first* to *last* included, in the site's time zone."""
    if first:
        yield moment >= _midnight(site, first)
    if last and last < date.max:
        yield moment < _midnight(site, last + timedelta(days=1))


def _midnight(site: Site, day: date) -> datetime:
    try:
        return datetime.combine(day, time(), zoneinfo.ZoneInfo(site.timezone)).astimezone(UTC)
    except OverflowError:  # the first or the last day of the calendar, which in UTC is none
        return datetime.combine(day, time(), UTC)


def _terms(text: str) -> list[str]:
    """Words of at least three characters, and of all that is no word the digits: a phone number, however written."""
    parts = text.split()
    words = [records.folded(part) for part in parts if _is_word(part)]
    phone = _phone("".join(part for part in parts if not _is_word(part)))
    return [term for term in (*words, phone) if len(term) >= SHORTEST_TEXT]


def _phone(typed: str) -> str:
    """
    The digits to look for: without the +7 or 8 that some numbers were stored with and others without.

    A lone 812 is no trunk prefix but the code of a city, so what would leave too little stays.
    """
    found = records.digits(typed)
    is_russian = typed.startswith(("+7", "8")) or (len(found) == 11 and found[0] == "7")
    within = found[1:] if is_russian else found
    return within if len(within) >= SHORTEST_TEXT else found


def _is_word(part: str) -> bool:
    return any(character.isalpha() or character == "@" for character in part)
