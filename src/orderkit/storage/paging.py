"""Pages of a list that is sorted by moment and id, newest first: found by key, never by offset."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.errors import InvalidInputError
from orderkit.storage.rows import Page
from orderkit.storage.types import Id, Moment

R = TypeVar("R")

Key: TypeAlias = tuple[datetime, UUID]

MAX_PAGE = 200


@attrs.frozen(kw_only=True)
class Paging:
    """
    Which page is wanted.

    Attributes:
        after: ``next`` of the page before this one.
        before: ``previous`` of the page after this one.
        limit: Rows on a page, 1 to 200.

    Raises:
        InvalidInputError: A limit out of bounds, or two cursors.
    """

    after: str | None
    before: str | None
    limit: int

    def __attrs_post_init__(self) -> None:
        if not 1 <= self.limit <= MAX_PAGE:
            raise InvalidInputError(
                f"limit is {self.limit}; it must be from 1 to {MAX_PAGE}",
                code="out_of_range",
                field="limit",
                low=1,
                high=MAX_PAGE,
            )
        if self.after and self.before:
            raise InvalidInputError(
                "a page comes after one place or before one; give only one of the two",
                code="two_cursors",
                field="before",
            )

    @property
    def most(self) -> sa.ColumnElement[int]:
        """One row more than the page has. A bound LIMIT is planned anew at each execution on PostgreSQL."""
        return sa.literal(self.limit + 1, literal_execute=True)

    def beyond(
        self, moment: sa.ColumnElement[Any], id: sa.ColumnElement[Any]
    ) -> Iterator[sa.ColumnElement[bool]]:
        """
        Only what stands beyond the cursor, in the direction of the page.

        Raises:
            InvalidInputError: A cursor that is none of ours.
        """
        if not (self.after or self.before):
            return
        at, last = _parse(self.after, "after") if self.after else _parse(self.before or "", "before")
        here = sa.tuple_(sa.bindparam(None, at, type_=Moment()), sa.bindparam(None, last, type_=Id()))
        key = sa.tuple_(moment, id)
        yield key > here if self.before else key < here

    def order_by(
        self, moment: sa.ColumnElement[Any], id: sa.ColumnElement[Any]
    ) -> tuple[sa.ColumnElement[Any], ...]:
        """Newest first; backwards to the cursor of a page after this one."""
        return (moment, id) if self.before else (moment.desc(), id.desc())

    def page(self, rows: list[R], key: Callable[[R], Key]) -> Page[R]:
        """The page that *rows* make, at most one too many of them; *key* answers what they are sorted by."""
        more, shown = len(rows) > self.limit, rows[: self.limit]
        if self.before:
            shown.reverse()
        is_not_last, is_not_first = (bool(shown), more) if self.before else (more, bool(shown and self.after))
        return Page(
            tuple(shown),
            _cursor(*key(shown[-1])) if is_not_last else None,
            _cursor(*key(shown[0])) if is_not_first else None,
        )


def _cursor(moment: datetime, id: UUID) -> str:
    microseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    raw = microseconds.to_bytes(8, "big", signed=True) + id.bytes
    return base64.urlsafe_b64encode(raw).decode()


def _parse(cursor: str, field: str) -> Key:
    try:
        raw = base64.urlsafe_b64decode(cursor.encode())
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
            microseconds=int.from_bytes(raw[:8], "big", signed=True)
        )
        return moment, UUID(bytes=raw[8:])
    except (ValueError, OverflowError):
        raise InvalidInputError(
            "the page's address is damaged; begin again from the first page", code="bad_cursor", field=field
        ) from None
