"""Column types that store the same value on every database."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql


class Id(sa.TypeDecorator[UUID]):
    """UUID; native on PostgreSQL, 16 bytes elsewhere, so that both sort alike."""

    impl = sa.LargeBinary(16)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        native = postgresql.UUID(as_uuid=True) if dialect.name == "postgresql" else sa.LargeBinary(16)
        return dialect.type_descriptor(native)

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
        return None if dialect.name == "postgresql" else _unless_none(attrgetter("bytes"))

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any] | None:
        return None if dialect.name == "postgresql" else _unless_none(lambda value: UUID(bytes=value))


class Moment(sa.TypeDecorator[datetime]):
    """Aware datetime in UTC with microseconds; text that sorts by time where the database has no such type."""

    impl = sa.String(26)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        native = postgresql.TIMESTAMP(timezone=True) if dialect.name == "postgresql" else sa.String(26)
        return dialect.type_descriptor(native)

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[Any], Any] | None:
        return None if dialect.name == "postgresql" else _unless_none(_moment_text)

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> Callable[[Any], Any] | None:
        if dialect.name == "postgresql":
            return _unless_none(lambda value: value.astimezone(UTC))
        return _unless_none(lambda value: datetime.fromisoformat(value).replace(tzinfo=UTC))


def _moment_text(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


def _unless_none(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """*convert* for all values but ``None``: one call per value instead of the decorator's three."""
    return lambda value: None if value is None else convert(value)


def json_text(value: object) -> str:
    """JSON as it is stored: compact, readable in every script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


Document = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
Code = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
"""Short text compared byte by byte, so that prefixes are ranges of an index."""
Minor = sa.BigInteger
