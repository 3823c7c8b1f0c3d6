"""A fresh database of each kind, made quickly: migrated once in a run, then copied for each test."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text

from orderkit import OrderKit
from orderkit.storage import tables
from tests.postgresql import HASTE, fresh_database

ON_POSTGRESQL = [
    pytest.param("postgresql", marks=pytest.mark.postgresql),
    pytest.param("postgresql-partitioned", marks=pytest.mark.postgresql),
]
ON_FILES_AND_SERVERS = ["sqlite-file", *ON_POSTGRESQL]
ON_A_FILE_AND_A_SERVER = ["sqlite-file", ON_POSTGRESQL[0]]
PARTITIONS = 3
EMPTYING = "; ".join(
    [
        *(f"DELETE FROM {table.name}" for table in reversed(tables.metadata.sorted_tables)),
        "ALTER SEQUENCE orderkit_sites_site_id_seq RESTART",
    ]
)


class Backends:
    """Makes databases of the kinds above; each has its tables already."""

    def __init__(self, folder: Path, server: Callable[[], str]) -> None:
        self._folder = folder
        self._server = server
        self._templates: dict[str, str] = {}
        self._shared: dict[str, str] = {}
        self._in_memory: OrderKit | None = None
        self._stack = ExitStack()

    def ready(self, kind: str, node: pytest.Item) -> AbstractContextManager[str]:
        """One for a test, all its own if it alters tables."""
        return self.fresh(kind) if node.get_closest_marker("alters_tables") else self.emptied(kind)

    def fresh(self, kind: str) -> AbstractContextManager[str]:
        if kind not in self._templates:
            self._templates[kind] = self._template(kind)
        template = self._templates[kind]
        return _file(template) if kind == "sqlite-file" else _clone(self._server(), template)

    @contextmanager
    def emptied(self, kind: str) -> Iterator[str]:
        """One database of that kind for all who do not alter its tables: on a server much faster than a fresh one."""
        if kind == "sqlite-file":
            with self.fresh(kind) as url:
                yield url
            return
        if kind not in self._shared:
            self._shared[kind] = self._stack.enter_context(self.fresh(kind))
        yield self._shared[kind]
        engine = create_engine(self._shared[kind], poolclass=NullPool)
        with engine.begin() as connection:  # all at once: each would wait for an answer of its own
            connection.exec_driver_sql(EMPTYING)

    def make_tables_in_memory(self, kit: OrderKit) -> None:
        """What `upgrade` would do to a kit on SQLite in memory, copied from one that was upgraded before."""
        if self._in_memory is None:
            self._in_memory = OrderKit("sqlite://")
            self._in_memory.upgrade()
            self._stack.callback(self._in_memory.close)
        with (
            closing(self._in_memory.database.engine.raw_connection()) as source,
            closing(kit.database.engine.raw_connection()) as target,
        ):
            source.driver_connection.backup(target.driver_connection)

    def close(self) -> None:
        self._stack.close()

    def _template(self, kind: str) -> str:
        if kind == "sqlite-file":
            url = f"sqlite:///{self._folder}/template.db"
        else:
            url = self._stack.enter_context(fresh_database(self._server()))
        kit = OrderKit(url)
        kit.upgrade(partitions=PARTITIONS if kind == "postgresql-partitioned" else 0)
        kit.close()
        return url


@contextmanager
def _file(template: str) -> Iterator[str]:
    source = make_url(template).database
    assert source is not None
    copy = Path(source).with_name(f"{uuid.uuid4().hex}.db")
    shutil.copy(source, copy)
    yield f"sqlite:///{copy}"


@contextmanager
def _clone(server: str, template: str) -> Iterator[str]:
    url = make_url(template)
    copy = url.set(database=f"orderkit_test_{uuid.uuid4().hex}")
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {copy.database} TEMPLATE {url.database}"))
        connection.execute(text(f"ALTER DATABASE {copy.database} SET {HASTE}"))
        try:
            yield copy.render_as_string(hide_password=False)
        finally:
            connection.execute(text(f"DROP DATABASE {copy.database} WITH (FORCE)"))


@pytest.fixture(scope="session")
def backends(
    tmp_path_factory: pytest.TempPathFactory, postgresql_server: Callable[[], str]
) -> Iterator[Backends]:
    """Where fresh databases come from; a server is asked for only by the tests that need one."""
    made = Backends(tmp_path_factory.mktemp("databases"), postgresql_server)
    yield made
    made.close()
