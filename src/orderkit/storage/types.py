"""Column types that store the same value on every database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
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

    def process_bind_param(self, value: UUID | None, dialect: sa.Dialect) -> Any:
        return value if value is None or dialect.name == "postgresql" else value.bytes

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> UUID | None:
        return UUID(bytes=value) if isinstance(value, bytes) else value


class Moment(sa.TypeDecorator[datetime]):
    """Aware datetime in UTC with microseconds; text that sorts by time where the database has no such type."""

    impl = sa.String(26)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        native = postgresql.TIMESTAMP(timezone=True) if dialect.name == "postgresql" else sa.String(26)
        return dialect.type_descriptor(native)

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        if isinstance(value, str):
            return datetime.fromisoformat(value).replace(tzinfo=UTC)
        return value.astimezone(UTC) if value is not None else None


def json_text(value: object) -> str:
    """JSON as it is stored: compact, readable in every script."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


Document = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
Code = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")
"""Short text compared byte by byte, so that prefixes are ranges of an index."""
Minor = sa.BigInteger
