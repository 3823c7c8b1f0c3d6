"""
INSERT, prepared once per table.

Nearly all that orderkit writes is new rows. SQLAlchemy would work out the same statement and its parameters anew
for each of them; here its types convert the values and the driver gets text that was made once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import sqlalchemy as sa

from orderkit.errors import InvalidInputError
from orderkit.storage.records import Row

MOST_PARAMETERS = 65_535
"""What PostgreSQL's protocol can number in one statement."""

Converter = Callable[[Any], Any] | None


@attrs.frozen(slots=True)
class Inserter:
    """
    Inserts rows in one statement, as far as its parameters can be numbered.

    Args:
        dialect: Of the database; decides the placeholder and how values are converted.
    """

    dialect: sa.Dialect
    _prepared: dict[str, tuple[str, str, tuple[tuple[str, Converter], ...]]] = attrs.field(
        factory=dict, init=False
    )

    def insert(self, connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
        """Insert *rows*, each with a value for every column; none is no statement."""
        if not rows:
            return
        if table.name not in self._prepared:
            self._prepared[table.name] = self._prepare(table)
        beginning, marks, columns = self._prepared[table.name]
        values = [_converted(row, columns) for row in rows]
        if self.dialect.name == "sqlite":
            connection.exec_driver_sql(beginning + marks, values if len(values) > 1 else values[0])
        else:
            # A server is asked once, not once per row.
            most = MOST_PARAMETERS // len(columns)
            for some in (values[start : start + most] for start in range(0, len(values), most)):
                flat = tuple(value for row in some for value in row)
                connection.exec_driver_sql(beginning + _repeated(marks, len(some)), flat)

    def _prepare(self, table: sa.Table) -> tuple[str, str, tuple[tuple[str, Converter], ...]]:
        names = [column.name for column in table.columns]
        quote = self.dialect.identifier_preparer.quote
        beginning = f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, names))}) VALUES "
        mark = "?" if self.dialect.paramstyle == "qmark" else "%s"
        marks = f"({', '.join([mark] * len(names))})"
        converters = [
            column.type.dialect_impl(self.dialect).bind_processor(self.dialect) for column in table.columns
        ]
        return beginning, marks, tuple(zip(names, converters, strict=True))


def _converted(row: Row, columns: Sequence[tuple[str, Converter]]) -> tuple[Any, ...]:
    try:
        return tuple([convert(row[name]) if convert else row[name] for name, convert in columns])
    except (AttributeError, TypeError) as error:
        raise wrong_type() from error


def wrong_type() -> InvalidInputError:
    """What a caller gets who passed text in place of an id, or a number in place of a date."""
    return InvalidInputError(
        "a value is of a type that its column never holds, such as text in place of an id", code="wrong_type"
    )


@functools.lru_cache(maxsize=256)
def _repeated(marks: str, times: int) -> str:
    return ", ".join([marks] * times)
