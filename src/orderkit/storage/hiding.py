"""
What a database tells of values, kept out of errors and logs: they are of people and of payments.

Parameters SQLAlchemy hides by itself. Here it is what a server adds to an error by itself, such as
``DETAIL: Key (email)=(…)`` or a whole row, and the rows that SQLAlchemy logs at its loudest.
"""

from __future__ import annotations

import logging

import sqlalchemy as sa
from sqlalchemy import exc

LOGGED_AS = "orderkit"
"""The engine's own name in the log: ``sqlalchemy.engine.Engine.orderkit``."""
_TELLING = ("22", "P0")
"""Classes of SQLSTATE whose first line names values as well: data exceptions, and what a trigger of the host raises."""


def hide_values(engine: sa.Engine) -> None:
    """Let no error of that engine and no line of its log show what is stored, or was to be."""
    sa.event.listen(engine, "handle_error", _hide)
    logging.getLogger(f"sqlalchemy.engine.Engine.{LOGGED_AS}").addFilter(_is_no_row)  # once, however often


def _hide(context: sa.ExceptionContext) -> None:
    """Leave of a server's words the first line, where it names tables and constraints alone; the rest has values."""
    told, wrapped = context.original_exception, context.sqlalchemy_exception
    state = getattr(told, "sqlstate", None)
    if not state:
        return  # not of a server: SQLite names columns alone
    first = "" if state.startswith(_TELLING) else told.diag.message_primary  # type: ignore[attr-defined]
    told.args = (first or f"SQLSTATE {state}",)
    if isinstance(wrapped, exc.DBAPIError):
        wrapped.args = (f"({type(told).__name__}) {told}",)


def _is_no_row(record: logging.LogRecord) -> bool:
    return not str(record.msg).endswith("Row %r")
