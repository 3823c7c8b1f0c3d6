"""The tables are made once, by whoever comes first, and are what this version expects."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from orderkit import Desk, OrderKit
from orderkit.errors import SettingsError, StorageError
from orderkit.storage import schema, tables
from tests.making import execute


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/new.db"
    return str(request.getfixturevalue("new_postgresql_database")())


def test_check_is_content(any_kit: OrderKit) -> None:
    """The migrations make exactly the tables of this version; another upgrade changes nothing."""
    any_kit.upgrade()

    assert [] == schema.check(any_kit.database)


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        ("DROP INDEX orderkit_orders_tracking_code", "orderkit_orders_tracking_code"),
        ("ALTER TABLE orderkit_order_lines DROP COLUMN image", "image"),
        ("ALTER TABLE orderkit_orders ADD COLUMN own INTEGER", "own"),
        ("DROP TABLE orderkit_money_facts", "orderkit_money_facts"),
    ],
)
@pytest.mark.alters_tables
def test_check_names_differences(any_kit: OrderKit, damage: str, named: str) -> None:
    """What is missing or too much is named."""
    execute(any_kit, damage)

    assert any(named in difference for difference in schema.check(any_kit.database))


@pytest.mark.alters_tables
def test_check_names_a_missing_search(any_kit: OrderKit) -> None:
    """Without its index or its triggers people would silently not be found."""
    if any_kit.database.dialect == "postgresql":
        execute(any_kit, "DROP INDEX orderkit_details_search")
    else:
        execute(any_kit, "DROP TRIGGER orderkit_details_search_insert")

    assert any("orderkit_details_search" in difference for difference in schema.check(any_kit.database))


@pytest.mark.postgresql
def test_check_names_a_missing_constraint(new_postgresql_database: Callable[[], str]) -> None:
    """A CHECK that somebody dropped is missed."""
    kit = OrderKit(new_postgresql_database())
    kit.upgrade()
    execute(kit, "ALTER TABLE orderkit_refunds DROP CONSTRAINT orderkit_refunds_amount_minor_check")

    assert [
        "differs from the expected tables: orderkit_refunds has 0 of 1 CHECK constraints"
    ] == schema.check(kit.database)
    kit.close()


def test_the_host_is_left_alone(empty: str) -> None:
    """Tables of the host, its own Alembic version among them, are neither touched nor reported."""
    kit = OrderKit(empty)
    execute(kit, "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
    execute(kit, "INSERT INTO alembic_version VALUES ('of the host')")
    execute(kit, "CREATE TABLE shop_orders (id INTEGER PRIMARY KEY)")
    kit.upgrade()
    with kit.database.reading() as connection:
        version = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()

    assert "of the host" == version
    assert [] == schema.check(kit.database)
    kit.close()


def upgrade_at_once(
    url: str, processes: int, prepare: Callable[[OrderKit], object] = lambda _: None
) -> list[Exception]:
    """What those who upgrade together, each with connections of its own, come to grief by."""
    kits = [OrderKit(url) for _ in range(processes)]
    for kit in kits:
        prepare(kit)
    barrier = threading.Barrier(processes)
    failed: list[Exception] = []

    def upgrade(kit: OrderKit) -> None:
        barrier.wait()
        try:
            kit.upgrade()
        except Exception as error:  # whatever it is, the test shall show it
            failed.append(error)
        kit.close()

    threads = [threading.Thread(target=upgrade, args=[kit]) for kit in kits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


def test_upgrades_at_once(empty: str) -> None:
    """Processes that start together agree on who makes the tables, and all go on."""
    failed = upgrade_at_once(empty, 4)
    kit = OrderKit(empty)

    assert [] == failed
    assert [] == schema.check(kit.database)
    kit.close()


@pytest.mark.postgresql
def test_upgrades_at_once_need_the_lock(
    new_postgresql_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: without the lock, one of those who start together fails."""
    monkeypatch.setattr(sa.func, "pg_advisory_xact_lock", sa.func.abs, raising=False)

    impatient = "?options=-c%20lock_timeout%3D300"

    two, turns = threading.Barrier(2, timeout=60), iter(range(2))

    def meet(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """Both have seen that there is no table yet before either makes one."""
        if "CREATE TABLE" in statement and next(turns, None) is not None:
            two.wait()

    def prepare(kit: OrderKit) -> None:
        sa.event.listen(kit.database.engine, "before_cursor_execute", meet)

    assert upgrade_at_once(new_postgresql_database() + impatient, 2, prepare)


def test_partitions_only_where_they_can_be(empty: str) -> None:
    """Partitions are PostgreSQL's, and chosen when the tables are first made."""
    kit = OrderKit(empty)
    if kit.database.dialect == "postgresql":
        kit.upgrade()
    with pytest.raises(SettingsError) as refused:
        kit.upgrade(partitions=3)

    expected = {"sqlite": "no_partitions", "postgresql": "tables_exist"}
    assert expected[kit.database.dialect] == refused.value.code
    kit.close()


@pytest.mark.postgresql
def test_partitions(new_postgresql_database: Callable[[], str]) -> None:
    """Each table but the list of sites is divided into as many parts as asked for."""
    kit = OrderKit(new_postgresql_database())
    kit.upgrade(partitions=3)
    query = (
        "SELECT count(*), count(DISTINCT inhparent) FROM pg_inherits JOIN pg_class ON oid = inhrelid "
        "WHERE relkind = 'r'"
    )
    with kit.database.reading() as connection:
        parts, divided = connection.execute(sa.text(query)).one()

    assert (3 * len(tables.PARTITIONED), len(tables.PARTITIONED)) == (parts, divided)
    kit.close()


def test_an_older_database_is_refused(empty: str) -> None:
    """Neither a database without tables nor one at another revision is worked on; the command is named."""
    kit = OrderKit(empty)
    with pytest.raises(StorageError, match="orderkit db upgrade --database") as before:
        kit.site("coffee")
    kit.upgrade()
    execute(kit, "UPDATE orderkit_alembic_version SET version_num = '0000'")
    with pytest.raises(StorageError, match="revision 0000") as after:
        list(kit.verify())

    assert ["database_unmigrated"] * 2 == [before.value.code, after.value.code]
    assert len(schema.check(kit.database)) == 1
    kit.close()


def test_migrations_are_read_once(kit: OrderKit, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk costs a few statements, whatever the number of migrations; what this version needs never changes."""
    monkeypatch.setattr(schema, "ScriptDirectory", None)

    assert desk.site == kit.site("coffee").site
