"""How a database is opened, what goes wrong with it, and in which words that is said."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from orderkit import OrderKit
from orderkit.errors import Retry, SettingsError, StorageError
from orderkit.storage import database, schema
from orderkit.storage.database import Database
from tests.counting import statements
from tests.making import STAFF, Clock, Maker, contents, execute, mug
from tests.troubles import TROUBLES


@pytest.mark.parametrize("trouble", TROUBLES)
def test_troubles(trouble: str, tmp_path: Path) -> None:
    """Each says in one sentence what is the matter and what cures it; the same request may be sent again."""
    arrange, code, remedy = TROUBLES[trouble]
    with arrange(tmp_path) as url:
        kit = OrderKit(url)
        with pytest.raises(StorageError) as refused:
            kit.sites.ensure("tea", currency="RUB")
        kit.close()

    assert (code, Retry.SAME) == (refused.value.code, refused.value.retry)
    assert remedy in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("shop.db", "bad_database_url"),
        ("", "bad_database_url"),
        ("mysql://root@localhost/shop", None),
        ("oracle://x", None),
        ("postgres://user@host/name", "bad_database_url"),
        ("nonsense://x", "bad_database_url"),
        ("postgresql+nonsense://x", "bad_database_url"),
        ("postgresql+pg8000://x", None),
    ],
)
def test_addresses_that_are_none(url: str, code: str | None) -> None:
    """An address that is not understood or not supported is refused at once, with an example of a good one."""
    with pytest.raises(SettingsError) as refused:
        Database(url)

    assert refused.value.code in ([code] if code else ["bad_database_url", "missing_driver"])
    if refused.value.code == "bad_database_url":
        assert "write sqlite:///shop.db or postgresql+psycopg://user@host/name" in str(refused.value)


def test_a_missing_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of what to install is in the message."""
    monkeypatch.setattr(
        database, "_postgresql", lambda url: (_ for _ in ()).throw(ImportError(name="psycopg"))
    )
    with pytest.raises(SettingsError, match=r"psycopg.*pip install") as refused:
        Database("postgresql+psycopg://x")

    assert "missing_driver" == refused.value.code


def test_sqlite_is_opened_safely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Foreign keys hold, commits reach the disk, and readers do not wait for writers."""
    as_made = database._sqlite.__wrapped__  # other tests do not wait for the disk
    monkeypatch.setattr(database, "_sqlite", as_made)
    kit = OrderKit(f"sqlite:///{tmp_path}/shop.db")
    kit.upgrade()
    kit.close()
    opened = Database(f"sqlite:///{tmp_path}/shop.db")
    with opened.reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("foreign_keys", "synchronous", "journal_mode", "busy_timeout")
        }
    opened.close()

    assert {"foreign_keys": 1, "synchronous": 2, "journal_mode": "wal", "busy_timeout": 30_000} == settings


def test_reading_leaves_the_file_as_it_is(tmp_path: Path) -> None:
    """Whoever only reads changes no byte, not even how the file keeps its journal; WAL comes with the upgrade."""
    file = tmp_path / "shop.db"
    kit = OrderKit(f"sqlite:///{file}")
    kit.upgrade()
    kit.close()
    with closing(sqlite3.connect(file)) as host:
        host.execute("PRAGMA journal_mode = DELETE")
    before = file.read_bytes()

    reader = OrderKit(f"sqlite:///{file}")
    assert [] == list(reader.verify())
    assert [] == schema.check(reader.database)
    reader.close()

    assert before == file.read_bytes()


def test_reading_makes_no_file(tmp_path: Path) -> None:
    """A mistyped name is answered with the command that makes the tables, and nothing appears."""
    kit = OrderKit(f"sqlite:///{tmp_path}/typo.db")
    for read in (lambda: list(kit.verify()), lambda: kit.site("coffee"), kit.sites.all, kit.work):
        with pytest.raises(StorageError, match="orderkit db upgrade") as refused:
            read()
        assert "database_unmigrated" == refused.value.code
    kit.close()

    assert [] == list(tmp_path.iterdir())


def test_sqlite_writers_take_the_lock_at_once(any_kit: OrderKit, any_make: Maker) -> None:
    """Every write on SQLite begins IMMEDIATE: a reader that becomes a writer is refused without waiting."""
    with statements(any_kit) as asked:
        any_make.order()

    [begun] = [statement for statement in asked if statement.startswith("BEGIN")]
    assert {"sqlite": "BEGIN IMMEDIATE", "postgresql": "BEGIN"}[any_kit.database.dialect] == begun


def test_reads_end_by_no_rollback(any_kit: OrderKit, any_make: Maker) -> None:
    """A rollback would throw away what psycopg has prepared."""
    order, ended = any_make.full_order(), []
    sa.event.listen(any_kit.database.engine, "rollback", ended.append)
    any_make.desk.orders.view(order.id)
    any_make.desk.orders.find()
    list(any_kit.verify())

    assert [] == [
        connection for connection in ended if not connection.get_execution_options().get("orderkit_read")
    ]


def test_a_snapshot_sees_one_moment(any_kit: OrderKit, any_make: Maker) -> None:
    """What is committed meanwhile is not seen before the next snapshot."""
    count = sa.text("SELECT count(*) FROM orderkit_orders")
    with any_kit.database.snapshot() as connection:
        before = connection.execute(count).scalar_one()
        any_make.order()
        during = connection.execute(count).scalar_one()
    with any_kit.database.snapshot() as connection:
        after = connection.execute(count).scalar_one()

    assert (0, 0, 1) == (before, during, after)


def test_no_free_connection(any_kit: OrderKit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work that finds the pool empty for too long is told so."""
    pool = any_kit.database.engine.pool
    monkeypatch.setattr(pool, "_timeout", 0.05)
    held = [any_kit.database.engine.connect() for _ in range(15)]
    with pytest.raises(StorageError) as refused:
        any_kit.sites.all()
    for connection in held:
        connection.close()

    assert "no_connection_free" == refused.value.code


@pytest.fixture
def server_kit(new_postgresql_database: Callable[[], str], clock: Clock) -> Iterator[OrderKit]:
    kit = OrderKit(new_postgresql_database(), clock=clock)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB")
    yield kit
    kit.close()


def test_a_connection_that_died_at_rest(server_kit: OrderKit, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a rest a dead connection is replaced unnoticed; one in busy use fails once, and the next is new."""
    monkeypatch.setattr(database, "REST_SECONDS", 0)
    _kill_the_others(server_kit)
    rested = len(server_kit.sites.all())
    monkeypatch.setattr(database, "REST_SECONDS", 1000)
    _kill_the_others(server_kit)
    with pytest.raises(StorageError) as lost:
        server_kit.sites.all()

    assert 1 == rested
    assert "database_unreachable" == lost.value.code
    assert 1 == len(server_kit.sites.all())


def _kill_the_others(kit: OrderKit) -> None:
    """End the pool's connections from another one, as a restarting server would."""
    other = OrderKit(kit.database.engine.url.render_as_string(hide_password=False))
    execute(
        other,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    other.close()


def test_the_hosts_own_options(new_postgresql_database: Callable[[], str]) -> None:
    """Options in a PostgreSQL address hold beside ours."""
    url = sa.make_url(new_postgresql_database()).update_query_dict({"options": "-c search_path=shop"})
    opened = Database(url.render_as_string(hide_password=False))
    with opened.reading() as connection:
        shown = [
            connection.exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("search_path", "lock_timeout")
        ]
    opened.close()

    assert ["shop", "10s"] == shown


def test_a_locked_row(server_kit: OrderKit) -> None:
    """A writer that waits too long for another says that the database is locked."""
    desk = server_kit.site("coffee")
    impatient = OrderKit(
        server_kit.database.engine.url.update_query_dict({"options": "-c lock_timeout=100"}).render_as_string(
            hide_password=False
        )
    )
    with server_kit.database.engine.begin() as connection:
        connection.exec_driver_sql("SELECT * FROM orderkit_counters FOR UPDATE")
        with pytest.raises(StorageError) as refused:
            impatient.site("coffee").orders.create([mug()], actor=STAFF, key="k")
    impatient.close()

    assert "database_locked" == refused.value.code
    assert "1001" == desk.orders.create([mug()], actor=STAFF, key="k").number


def test_a_read_only_server(server_kit: OrderKit) -> None:
    """Reading and verify work where nothing can be written; writing says why."""
    Maker(server_kit.site("coffee")).full_order()
    url = server_kit.database.engine.url.update_query_dict({"options": "-c default_transaction_read_only=on"})
    reader = OrderKit(url.render_as_string(hide_password=False))
    with pytest.raises(StorageError) as refused:
        reader.site("coffee").orders.create([mug()], actor=STAFF, key="k")

    assert "database_read_only" == refused.value.code
    assert [] == list(reader.verify())
    assert 1 == len(reader.site("coffee").orders.find().rows)
    reader.close()


@pytest.mark.parametrize("state", ["40001", "40P01"])
def test_a_transaction_that_must_be_repeated(server_kit: OrderKit, state: str) -> None:
    """A serialization failure or a deadlock repeats the whole transaction, and nothing of the first try stays."""
    desk, tries = server_kit.site("coffee"), []

    def fail_once(_c: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "INSERT INTO orderkit_outbox" in statement and not tries:
            tries.append(statement)
            cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '{state}'; END $$")

    sa.event.listen(server_kit.database.engine, "before_cursor_execute", fail_once)
    order = desk.orders.create([mug()], actor=STAFF, key="k")

    assert ("1001", 1) == (order.number, len(tries))
    assert [] == list(server_kit.verify())


def test_a_transaction_that_fails_each_time(server_kit: OrderKit, monkeypatch: pytest.MonkeyPatch) -> None:
    """After five tries the error goes to the caller, and nothing is stored."""
    desk, before, tries = server_kit.site("coffee"), contents(server_kit), []
    monkeypatch.setattr(database.time, "sleep", lambda _seconds: None)

    def fail(_c: Any, cursor: Any, statement: str, *_: Any) -> None:
        if "INSERT INTO orderkit_outbox" in statement:
            tries.append(statement)
            cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'planted' USING ERRCODE = '40P01'; END $$")

    sa.event.listen(server_kit.database.engine, "before_cursor_execute", fail)
    with pytest.raises(StorageError) as refused:
        desk.orders.create([mug()], actor=STAFF, key="k")

    assert ("database_error", 5) == (refused.value.code, len(tries))
    assert before == contents(server_kit)


def test_opposite_locks(server_kit: OrderKit) -> None:
    """Two writers in each other's way are both done in the end: the server ends a deadlock, we repeat."""
    execute(server_kit, "CREATE TABLE duel (id INTEGER PRIMARY KEY, n INTEGER)")
    execute(server_kit, "INSERT INTO duel VALUES (1, 0), (2, 0)")
    barrier, done = threading.Barrier(2), []

    def duel(first: int, second: int) -> None:
        met: list[bool] = []

        def work(connection: sa.Connection) -> None:
            connection.exec_driver_sql(f"UPDATE duel SET n = n + 1 WHERE id = {first}")
            if not met:
                met.append(True)
                barrier.wait(5)
            connection.exec_driver_sql(f"UPDATE duel SET n = n + 1 WHERE id = {second}")

        server_kit.database.write(work)
        done.append(first)

    threads = [threading.Thread(target=duel, args=order) for order in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with server_kit.database.reading() as connection:
        counts = connection.exec_driver_sql("SELECT n FROM duel ORDER BY id").scalars().all()

    assert [1, 2] == sorted(done)
    assert [2, 2] == counts
