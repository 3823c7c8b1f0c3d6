"""Databases that cannot be used as they are, and what each is told."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from orderkit import OrderKit


def _made(folder: Path) -> Path:
    file = folder / "shop.db"
    kit = OrderKit(f"sqlite:///{file}")
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB")
    kit.close()
    return file


@contextmanager
def locked(folder: Path) -> Iterator[str]:
    """Another process holds the file, and we do not wait long."""
    file = _made(folder)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield f"sqlite:///{file}?timeout=0.1"


@contextmanager
def read_only(folder: Path) -> Iterator[str]:
    yield f"sqlite:///file:{_made(folder)}?mode=ro&uri=true"


@contextmanager
def unmigrated(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder}/empty.db"


@contextmanager
def unreachable(folder: Path) -> Iterator[str]:
    yield f"sqlite:///{folder}/no/such/folder/shop.db"


@contextmanager
def not_a_database(folder: Path) -> Iterator[str]:
    (folder / "notes.db").write_bytes(b"this is no database at all, only a long line of text" * 40)
    yield f"sqlite:///{folder}/notes.db"


@contextmanager
def no_server(folder: Path) -> Iterator[str]:
    yield "postgresql+psycopg://nobody:secret@127.0.0.1:1/none?connect_timeout=1"


@contextmanager
def no_such_host(folder: Path) -> Iterator[str]:
    """A name that no server of names may ever know."""
    yield "postgresql+psycopg://nobody:secret@database.invalid/none?connect_timeout=1"


Trouble = tuple[Callable[[Path], object], str, str]

TROUBLES: dict[str, Trouble] = {
    "locked": (locked, "database_locked", "another process holds its lock"),
    "read-only": (read_only, "database_read_only", "grant write access"),
    "unmigrated": (unmigrated, "database_unmigrated", "run: orderkit db upgrade --database sqlite:///"),
    "unreachable": (unreachable, "database_unreachable", "cannot be reached"),
    "not a database": (not_a_database, "not_a_database", "not a usable SQLite database"),
    "no server": (no_server, "database_unreachable", "cannot be reached"),
    "no such host": (no_such_host, "database_unreachable", "check that the address is right"),
}
"""What is the matter → how it is brought about, the error's code, and a piece of its remedy."""
