"""Visits: which pages of the host were looked at, as their script tells."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.change import Change, told
from orderkit.domain.journal import Snapshot
from orderkit.domain.text import LONG, clean_words
from orderkit.errors import InvalidInputError

MOST_VISITS = 50
"""So many visits are told at once; a limit against runaway input."""
LONGEST_AGO = 86_400
"""Seconds: a visit that was longer ago is not told any more."""


@attrs.frozen(slots=True)
class Visit:
    """
    A look at one page of the host.

    Attributes:
        page: Its address, as the host names its pages.
        title: What stands above it.
        seconds_ago: How long ago it was, up to a day; the moment itself is the server's.

    Raises:
        InvalidInputError: No page, unusable text, or a number of seconds out of bounds.
    """

    page: str
    title: str = ""
    seconds_ago: int = 0

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "page", clean_words(self.page, "page", limit=LONG, required=True))
        object.__setattr__(self, "title", clean_words(self.title, "title", limit=LONG))
        if type(self.seconds_ago) is not int:
            raise InvalidInputError(
                f"seconds_ago must be a whole number, not {type(self.seconds_ago).__name__}",
                code="not_whole",
                field="seconds_ago",
            )
        if not 0 <= self.seconds_ago <= LONGEST_AGO:
            raise InvalidInputError(
                f"seconds_ago is {self.seconds_ago}; it must be from 0 to {LONGEST_AGO}",
                code="out_of_range",
                field="seconds_ago",
                low=0,
                high=LONGEST_AGO,
            )


@attrs.frozen(slots=True)
class Looked:
    """
    What a visit is told about: nothing is changed by it, so there is no row of it but the journal's.

    Attributes:
        contact_id: Who looked; ``None`` where that is not to be known.
    """

    id: UUID
    contact_id: UUID | None
    version: int = 0

    @property
    def order_id(self) -> None:
        """A visit is no part of an order."""
        return

    def snapshot(self) -> Snapshot:
        """Nothing that could change."""
        return {}


def tell(visit: Visit, contact_id: UUID | None, act: Act) -> Change[Looked]:
    """Tell the journal of a visit, at the moment it was."""
    then = attrs.evolve(act, at=act.at - timedelta(seconds=visit.seconds_ago))
    data = {"page": visit.page} | ({"title": visit.title} if visit.title else {})
    return told(Looked(act.new_id(), contact_id), "visit", then, **data)
