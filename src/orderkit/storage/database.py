"""
One database: its engine, how transactions begin, which errors mean what, what is tried again.

Writers begin immediately on SQLite and at READ COMMITTED on PostgreSQL; readers run in autocommit, so that no
read block ends by a rollback.
"""

from __future__ import annotations

import math
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.pool import StaticPool

from orderkit.errors import SettingsError, StorageError
from orderkit.storage.hiding import LOGGED_AS, hide_values
from orderkit.storage.inserting import Inserter, wrong_type
from orderkit.storage.types import json_text

T = TypeVar("T")

EXAMPLES = "sqlite:///shop.db or postgresql+psycopg://user@host/name"
SQLITE_BUSY_SECONDS = 30
LOCK_TIMEOUT_MS = 10_000
REST_SECONDS = 10
"""A connection to a server that was not used for so long is asked whether it is alive."""
TRIES = 5
_RETRIED = frozenset({"40001", "40P01"})
"""PostgreSQL: serialization failure and deadlock; the whole transaction is tried again."""
_WRONG_TYPE = frozenset({"22P02", "42804", "42846", "42883"})
"""PostgreSQL: text that is no value of the column's type, or a comparison that its type does not know."""


class Database:
    """
    A connection pool of our own to one database.

    Args:
        url: SQLAlchemy URL, such as ``sqlite:///shop.db`` or ``postgresql+psycopg://…``.
        busy_seconds: How long a SQLite writer waits for another.

    Raises:
        SettingsError: No such dialect, its driver is not installed, or a database that is not supported.
    """

    def __init__(self, url: str, *, busy_seconds: float = SQLITE_BUSY_SECONDS) -> None:
        self.engine = _engine(url, busy_seconds)
        hide_values(self.engine)
        self.dialect = self.engine.dialect.name
        self.inserter = Inserter(self.engine.dialect)
        options: dict[str, Any] = {"orderkit_read": True}
        if self.dialect == "postgresql":
            options["isolation_level"] = "AUTOCOMMIT"
        self._reading = self.engine.execution_options(**options)

    @property
    def url(self) -> str:
        """The address without its password."""
        return self.engine.url.render_as_string(hide_password=True)

    @property
    def exists(self) -> bool:
        """Whether there is anything to read: a SQLite file is made by the first upgrade."""
        name = self.engine.url.database
        if self.dialect != "sqlite" or name in (None, "", ":memory:") or "file:" in name:
            return True
        path = Path(name)
        return path.exists() or not path.parent.exists()  # without the folder, opening it says so

    @property
    def absence(self) -> str:
        """What is said where nothing exists, with the command that cures it."""
        return (
            f"database {self.url}: there is no such file; "
            f"to make it, run: orderkit db upgrade --database {self.url}"
        )

    def prefer_wal(self) -> None:
        """
        Let readers and a writer of a SQLite file work side by side from now on; the file remembers it.

        Raises:
            StorageError: The file cannot be written.
        """
        if self.dialect == "sqlite":
            with self._translated(), self._reading.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """
        A connection for statements that change nothing; each sees what is committed when it begins.

        Raises:
            StorageError: ``database_unmigrated``: there is nothing to read yet. Looking would make a SQLite file.
        """
        if not self.exists:
            raise StorageError(self.absence, code="database_unmigrated")
        with self._translated(), self._reading.connect() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """A connection whose statements all see one moment, whatever is committed meanwhile; it cannot write."""
        with self._translated(), self._looking.begin() as connection:
            if self.dialect == "sqlite":
                connection.exec_driver_sql("BEGIN")
            yield connection

    def write(self, work: Callable[[sa.Connection], T]) -> T:
        """
        Run *work* in one transaction and commit it; again from the start if PostgreSQL asks for that.

        Raises:
            StorageError: The database cannot be written; the message says which command cures it.
        """
        with self._translated():
            for attempt in range(1, TRIES + 1):
                try:
                    with self.engine.begin() as connection:
                        return work(connection)
                except exc.DBAPIError as error:
                    if _sqlstate(error) not in _RETRIED or attempt == TRIES:
                        raise
                    time.sleep(random.uniform(0.5, 1) * 0.01 * 2**attempt)  # jitter, no secret
        raise AssertionError("unreachable: the last try returns or raises")

    def alter(self, work: Callable[[sa.Connection], object]) -> None:
        """
        Run *work*, which changes the tables themselves, in one transaction and commit it.

        SQLite changes some things only by making a table anew: there foreign keys are not enforced meanwhile, and
        *work* looks itself at those who refer to it.

        Raises:
            StorageError: The database cannot be written.
        """
        if self.dialect != "sqlite":
            self.write(work)
            return
        with self._translated(), self.engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None  # a connection that was just opened
            driver.execute("PRAGMA foreign_keys = OFF")  # has no effect once a transaction is open
            try:
                with connection.begin():
                    work(connection)
            finally:
                driver.execute("PRAGMA foreign_keys = ON")

    def close(self) -> None:
        """Close the pool."""
        self.engine.dispose()

    @cached_property
    def _looking(self) -> sa.Engine:
        options: dict[str, Any] = {"orderkit_read": True}
        if self.dialect == "postgresql":
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return self.engine.execution_options(**options)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except exc.DBAPIError as error:
            if isinstance(error, exc.IntegrityError):
                raise
            if _sqlstate(error) in _WRONG_TYPE or "binding parameter" in str(error.orig):
                raise wrong_type() from error
            raise self._storage_error(error) from error
        except exc.StatementError as error:
            raise wrong_type() from error
        except exc.TimeoutError as error:
            raise StorageError(
                f"database {self.url}: all connections of the pool are in use; nothing was written. "
                "Try again, and look for work that holds one too long",
                code="no_connection_free",
            ) from error

    def _storage_error(self, error: exc.DBAPIError) -> StorageError:
        text, state = str(error.orig), _sqlstate(error)
        for code, states, pattern, remedy in _KNOWN:
            if state in states or (not state and re.search(pattern, text)):
                return StorageError(f"database {self.url}: {remedy.format(url=self.url)}", code=code)
        return StorageError(
            f"database {self.url} answered: {type(error.orig).__name__} {state}".strip(),
            code="database_error",
        )


_KNOWN: tuple[tuple[str, frozenset[str], str, str], ...] = (
    (
        "database_unmigrated",
        frozenset({"42P01", "42703"}),
        r"no such (table|column)|has no column",
        "its tables are missing or older than this orderkit; run: orderkit db upgrade --database {url}",
    ),
    (
        "database_locked",
        frozenset({"55P03"}),
        r"database (table )?is locked",
        "another process holds its lock; nothing was written. Try again, and look for a long-running writer",
    ),
    (
        "database_read_only",
        frozenset({"25006", "42501"}),
        r"readonly database",
        "it is read-only for this user; grant write access to the file and its folder, or to the role",
    ),
    (
        "database_unreachable",
        frozenset({"57P01", "57P02", "57P03", "08000", "08001", "08003", "08004", "08006"})
        | frozenset({"3D000", "28000", "28P01", "53300"}),
        r"unable to open database file|connection|could not|failed to resolve|^\[Errno -?\d+\]|timeout",
        "it cannot be reached; check that the address is right, that it exists and that the server runs",
    ),
    (
        "database_full",
        frozenset({"53100"}),
        r"disk is full",
        "its disk is full; nothing was written. Free space, then try again",
    ),
    (
        "not_a_database",
        frozenset(),
        r"file is not a database|malformed",
        "the file is not a usable SQLite database; restore it from a backup or name another file",
    ),
)


def _sqlstate(error: exc.DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _engine(url: str, busy_seconds: float) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed, busy_seconds)
        if parsed.get_backend_name() == "postgresql":
            return _postgresql(parsed)
    except (exc.ArgumentError, exc.NoSuchModuleError):
        raise SettingsError(
            f"the database address is not understood; write {EXAMPLES}", code="bad_database_url"
        ) from None
    except ImportError as error:
        raise SettingsError(
            f"the driver of this database is not installed ({error.name}); "
            "for PostgreSQL: pip install orderkit[postgresql]",
            code="missing_driver",
        ) from None
    raise SettingsError(
        f"database {parsed.get_backend_name()!r} is not supported; write {EXAMPLES}", code="bad_database_url"
    )


def _sqlite(url: sa.URL, busy_seconds: float) -> sa.Engine:
    in_memory = url.database in (None, "", ":memory:")
    arguments: dict[str, Any] = {"check_same_thread": False}
    if "timeout" not in url.query:  # the address may say itself how long a writer waits
        arguments["timeout"] = busy_seconds
    pool = {"poolclass": StaticPool} if in_memory else {}
    engine = sa.create_engine(
        url,
        connect_args=arguments,
        json_serializer=json_text,
        hide_parameters=True,
        logging_name=LOGGED_AS,
        **pool,
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = (
            None  # the driver must not begin by itself: writers begin IMMEDIATE below
        )
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if not connection.get_execution_options().get("orderkit_read"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    options = f"-c lock_timeout={LOCK_TIMEOUT_MS}"
    own = url.query.get("options", ())  # the host's own come last, so that they win
    options = " ".join([options, own] if isinstance(own, str) else [options, *own])
    engine = sa.create_engine(
        url,
        isolation_level="READ COMMITTED",
        skip_autocommit_rollback=True,
        json_serializer=json_text,
        hide_parameters=True,  # of people and of payments; they would go into logs and errors
        logging_name=LOGGED_AS,
        connect_args={"options": options, "connect_timeout": 10},
    )

    @sa.event.listens_for(engine, "checkin")
    def _rest(_connection: object, record: Any) -> None:
        record.info["resting_since"] = time.monotonic()

    @sa.event.listens_for(engine, "checkout")
    def _wake(connection: Any, record: Any, _proxy: object) -> None:
        # Asking before each use, as the pool could, would be one more statement for everything.
        if time.monotonic() - record.info.get("resting_since", math.inf) < REST_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise exc.DisconnectionError from error  # the pool takes a new connection instead

    return engine
