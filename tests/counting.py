"""Counting what a database is asked, transaction commands included, and the threads that plugins hold."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from orderkit import OrderKit


@contextmanager
def statements(kit: OrderKit) -> Iterator[list[str]]:
    """
    The statements that go out while the block runs, BEGIN and COMMIT among them.

    On PostgreSQL the cursor of the driver is watched: many rows given to it one by one would count one by one.
    """
    seen: list[str] = []
    engine = kit.database.engine

    def execute(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        on_server = engine.dialect.name == "postgresql"
        seen.extend([statement] * (len(parameters) if many and on_server else 1))

    def begin(connection: sa.Connection) -> None:
        # SQLite's BEGIN IMMEDIATE is a statement of ours; psycopg sends its BEGIN by itself, in autocommit none.
        if engine.dialect.name == "postgresql" and not connection.get_execution_options().get(
            "orderkit_read"
        ):
            seen.append("BEGIN")

    def commit(_connection: sa.Connection) -> None:
        seen.append("COMMIT")

    listeners = {"before_cursor_execute": execute, "begin": begin, "commit": commit}
    for name, listener in listeners.items():
        sa.event.listen(engine, name, listener)
    try:
        yield seen
    finally:
        for name, listener in listeners.items():
            sa.event.remove(engine, name, listener)


def plugin_threads() -> set[threading.Thread]:
    """Those in which plugins are at work now, of tests before this one too."""
    return {thread for thread in threading.enumerate() if thread.name == "orderkit-plugin"}


def at_work(count: int, before: set[threading.Thread]) -> int:
    """How many are at work that were not *before*, as soon as they are *count*, after ten seconds at the latest."""
    until = time.monotonic() + 10
    while len(plugin_threads() - before) != count and time.monotonic() < until:
        time.sleep(0.01)
    return len(plugin_threads() - before)
