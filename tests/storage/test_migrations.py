"""What an older version stored is still there, and as it should be, after an upgrade."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from orderkit import ContactDetails, Delivery, OrderFilter, OrderKit
from orderkit.errors import StorageError
from orderkit.plugin import Authorised, Unknown
from orderkit.storage import schema, tables
from orderkit.storage.subscribers import SubscriberList
from tests.backends import PARTITIONS
from tests.counting import statements
from tests.making import BUYER, STAFF, Clock, Maker, execute, mug, rub
from tests.plugins import paying, plugin

METHODS = (tables.shipping_methods, tables.payment_methods)
OLD_COLUMNS = {"orderkit_shipping_methods": {"cost_minor": sa.BigInteger, "currency": sa.String}}


@pytest.fixture(params=["sqlite", *(pytest.param(n, marks=pytest.mark.postgresql) for n in (0, PARTITIONS))])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OrderKit]:
    """A kit on a database as the first version made it: on SQLite, on PostgreSQL, and there in partitions."""
    url, partitions = f"sqlite:///{tmp_path}/old.db", 0
    if request.param != "sqlite":
        url, partitions = request.getfixturevalue("new_postgresql_database")(), request.param
    kit = OrderKit(url)
    kit.database.write(lambda connection: command.upgrade(schema._config(connection, partitions), "0001"))
    yield kit
    kit.close()


def as_first_stored(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """A row of today as the first version wrote it."""
    if table in METHODS:
        cost = row.pop("settings").get("cost")
        return row | ({"cost_minor": cost["minor"], "currency": cost["currency"]} if cost else {})
    if table is tables.journal and row["kind"] == "shipping_method.created":
        told = {field: value for field, _, value in row["data"]["differences"]}
        cost = told.pop("settings.cost")
        told |= {"cost": cost["minor"], "currency": cost["currency"]}
        for field in [field for field in told if field.startswith("settings.")]:
            del told[field]
        return row | {"data": {"differences": [[field, None, value] for field, value in told.items()]}}
    return row


def shape(kit: OrderKit) -> dict[str, set[str]]:
    """Which of today's tables are there, and the columns each has."""
    inspector = sa.inspect(kit.database.engine)
    here = [table.name for table in tables.metadata.sorted_tables if inspector.has_table(table.name)]
    return {name: {column["name"] for column in inspector.get_columns(name)} for name in here}


def fill(old: OrderKit, today: OrderKit) -> None:
    """Put what *today* holds into the tables of the first version."""
    known = shape(old)
    with today.database.reading() as source, old.database.engine.begin() as target:
        for table in [table for table in tables.metadata.sorted_tables if table.name in known]:
            rows = [as_first_stored(table, dict(row)) for row in source.execute(sa.select(table)).mappings()]
            columns = [sa.column(c.name, c.type) for c in table.c if c.name in known[table.name]]
            columns += [sa.column(name, kind) for name, kind in OLD_COLUMNS.get(table.name, {}).items()]
            names = {column.name for column in columns}
            rows = [{name: value for name, value in row.items() if name in names} for row in rows]
            if rows:
                target.execute(sa.insert(sa.table(table.name, *columns)), rows)


@pytest.fixture
def filled(old: OrderKit, kit: OrderKit, make: Maker, clock: Clock) -> OrderKit:
    """A busy shop, with an order that names each method."""
    changed = make.full_order()
    clock.move(days=1)
    make.desk.orders.set_status(changed.id, "shipped", actor=STAFF, expected_version=changed.version)
    courier = make.courier("350.50", "Почта")
    order = make.order([mug()], delivery=Delivery(rub("350.50"), courier.id))
    make.desk.payments.choose(order.id, make.cash("Перевод").id, actor=STAFF, expected_version=order.version)
    fill(old, kit)
    return old


def test_costs_become_settings(filled: OrderKit) -> None:
    """Each shipping method keeps what it cost, as a setting; the journal tells of it, and nothing contradicts."""
    first = shape(filled)
    orders = untouched(filled, first)
    filled.upgrade()
    desk = filled.site("coffee")
    courier, post = desk.settings.shipping_methods()

    assert [] == schema.check(filled.database)
    assert [] == list(filled.verify())
    assert {"cost": {"minor": 30_000, "currency": "RUB"}} == courier.settings
    assert rub("350.50") == desk.settings.values(post).cost
    assert [2, 2] == [courier.version, post.version]
    assert [{}, {}] == [method.settings for method in desk.settings.payment_methods()]
    assert orders == untouched(filled, first)


def test_subscribers_are_known(filled: OrderKit) -> None:
    """Whoever was handed an event before is waited for."""
    execute(filled, """UPDATE orderkit_outbox SET handled = '["stock", "books"]'""")
    filled.upgrade()
    (site,) = filled.sites.all()

    assert ("books", "stock") == SubscriberList(filled.database, site).lacking(["mail"])


def keys(kit: OrderKit) -> dict[object, tuple[object, ...]]:
    """What all details are compared by."""
    columns = [tables.details.c[name] for name in ("id", "email_key", "phone_key", "name_key")]
    with kit.database.reading() as connection:
        return {row[0]: tuple(row[1:]) for row in connection.execute(sa.select(*columns))}


def test_contacts_are_recognised(filled: OrderKit, kit: OrderKit) -> None:
    """Whoever was known before is found by e-mail, phone and name; a recipient still by nothing; the search stays."""
    filled.upgrade()
    again = filled.site("coffee")

    assert keys(kit) == keys(filled)
    assert ("anna@example.com", "79123456789", "анна ким") in keys(filled).values()
    assert (None, None, None) in keys(filled).values()
    assert 1 == len(again.orders.find(OrderFilter(text="анна 912")).rows)
    anna = again.orders.find(OrderFilter(text="анна")).rows[0].contact_id
    again.contacts.edit(anna, ContactDetails("Анна Ли"), actor=STAFF, expected_version=1)
    assert 1 == len(again.orders.find(OrderFilter(text="анна ли")).rows)


def test_many_contacts_are_recognised(tmp_path: Path, kit: OrderKit) -> None:
    """However many contacts there are, on however many sites: none is left out."""
    for code, many in (("tea", 700), ("milk", 1), ("bread", 300)):
        kit.sites.ensure(code, currency="RUB")
        desk = kit.site(code)
        for one in range(many):
            desk.contacts.create(ContactDetails(email=f"{one}@example.com"), actor=STAFF)
    old = OrderKit(f"sqlite:///{tmp_path}/old.db")
    old.database.write(lambda connection: command.upgrade(schema._config(connection, 0), "0001"))
    fill(old, kit)
    old.upgrade()

    assert keys(kit) == keys(old)
    assert 1001 == len(keys(old))
    old.close()


def test_orders_remember_their_last_change(filled: OrderKit, clock: Clock) -> None:
    """It is that of the journal; an order whose journal was lost is as old as it is."""
    second = "(SELECT id FROM orderkit_orders WHERE number = '1002')"
    execute(filled, f"DELETE FROM orderkit_outbox WHERE order_id IN {second}")
    execute(filled, f"DELETE FROM orderkit_journal WHERE subject_id IN {second}")
    filled.upgrade()
    changed, lost = (filled.site("coffee").orders.by_number(number) for number in ("1001", "1002"))

    assert changed is not None
    assert lost is not None
    assert (clock.now, clock.now - timedelta(days=1)) == (changed.changed_at, changed.created_at)
    assert lost.created_at == lost.changed_at
    assert [None, None] == [changed.cancel_requested_at, lost.cancel_requested_at]


def test_carts_remember_their_details(old: OrderKit, kit: OrderKit, make: Maker) -> None:
    """Those whose form was sent can be paid; those that were changed since, or had none, are filled in once more."""
    make.cash()
    desk, visitors = make.desk, [make.desk.visitors.meet()[0] for _ in range(4)]
    carts = [desk.carts.add(visitor, mug()) for visitor in visitors]
    for cart, visitor in list(zip(carts, visitors, strict=True))[:3]:
        form = {"contact": ContactDetails("Анна"), "delivery": Delivery(rub("0")), "seen": None}
        desk.carts.submit(cart.id, visitor=visitor, key=make.key(), **form)
    desk.carts.change_quantity(visitors[1], 1, 5)
    desk.carts.remove(visitors[2], 1)
    desk.carts.add(visitors[2], mug())
    for visitor in visitors[1:]:
        desk.carts.open_payment(visitor)
    desk.orders.set_status(carts[0].id, "created", actor=STAFF, expected_version=2, reason="ещё раз")
    made, placed = make.order(actor=BUYER, status="payment"), make.order()
    fill(old, kit)
    old.upgrade()
    stored = [old.site("coffee").orders.get(one.id).submitted_at for one in (*carts, made, placed)]

    assert [made.created_at, None, None, None, made.created_at, None] == stored
    assert [] == [one for one in old.verify() if "submitted_at" in one.problem]


def untouched(kit: OrderKit, first: dict[str, set[str]]) -> dict[str, list[str]]:
    """What the first version had, of the tables that no migration has anything to change in."""
    told = {}
    with kit.database.reading() as connection:
        for table in tables.metadata.sorted_tables:
            if table.name in first and table not in (*METHODS, tables.journal):
                columns = [column for column in table.c if column.name in first[table.name]]
                told[table.name] = sorted(map(str, connection.execute(sa.select(*columns)).all()))
    return told


@pytest.mark.postgresql
def test_new_tables_are_divided_too(new_postgresql_database: Callable[[], str]) -> None:
    """What a later version adds to a database in partitions is in as many, though its upgrade names no number."""
    kit = OrderKit(new_postgresql_database())
    kit.database.write(lambda connection: command.upgrade(schema._config(connection, PARTITIONS), "0001"))
    kit.upgrade()
    query = (
        "SELECT count(*), count(DISTINCT inhparent) FROM pg_inherits JOIN pg_class ON oid = inhrelid "
        "WHERE relkind = 'r'"
    )
    with kit.database.reading() as connection:
        parts, divided = connection.execute(sa.text(query)).one()

    assert (PARTITIONS * len(tables.PARTITIONED), len(tables.PARTITIONED)) == (parts, divided)
    kit.close()


def test_a_migrated_shop_works(filled: OrderKit) -> None:
    """Its methods can be edited and used, and whoever deletes one that an order names is still refused."""
    filled.upgrade()
    desk = filled.site("coffee")
    make = Maker(desk)
    make.made = 100
    courier = make.courier("1")
    make.order(delivery=Delivery(rub("1"), courier.id))
    with pytest.raises(sa.exc.IntegrityError):
        execute(filled, "DELETE FROM orderkit_shipping_methods")

    assert 3 == len(desk.settings.shipping_methods())
    assert [] == list(filled.verify())


def test_a_broken_file_is_not_migrated(tmp_path: Path, kit: OrderKit, make: Maker) -> None:
    """A row that names one that is not there stops the upgrade, and nothing is changed."""
    old = OrderKit(f"sqlite:///{tmp_path}/old.db")
    old.database.write(lambda connection: command.upgrade(schema._config(connection, 0), "0001"))
    make.full_order()
    fill(old, kit)
    with old.database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute("DELETE FROM orderkit_contacts")
        driver.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(StorageError, match="refers to one of orderkit_contacts that is not there") as refused:
        old.upgrade()

    assert "database_error" == refused.value.code
    assert "0001" == schema.current_revision(old.database)
    old.close()


def test_the_hosts_own_tables_are_its_affair(tmp_path: Path) -> None:
    """A row of the host's that refers to nothing, as SQLite lets it, does not stop an upgrade."""
    kit = OrderKit(f"sqlite:///{tmp_path}/shared.db")
    kit.database.write(lambda connection: command.upgrade(schema._config(connection, 0), "0001"))
    with kit.database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys = OFF")
        driver.execute("CREATE TABLE pages (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES pages)")
        driver.execute("INSERT INTO pages VALUES (1, 7)")
        driver.execute("PRAGMA foreign_keys = ON")
    kit.upgrade()

    assert schema.head_revision() == schema.current_revision(kit.database)
    kit.close()


def test_an_upgrade_with_nothing_to_do(kit: OrderKit) -> None:
    """A host that upgrades at every start does not have all rows read each time."""
    with statements(kit) as asked:
        kit.upgrade()

    assert asked
    assert [] == [statement for statement in asked if "foreign_key_check" in statement]


def test_a_hold_names_its_method(open_kit: Callable[..., OrderKit]) -> None:
    """What was held before the list named the method of a hold is found by it after the upgrade."""
    kit = open_kit(
        plugins=[plugin(paying(lambda _: Unknown(), started=Authorised(rub("900"), "b-1")))], strict=True
    )
    kit.sites.ensure("coffee", currency="RUB")
    desk = kit.site("coffee")
    card = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
    make = Maker(desk)
    other, *held = make.order(), make.order(), make.order()
    for order in held:
        given = {"actor": STAFF, "seen": rub("900"), "return_url": "https://shop.example"}
        payment = desk.payments.start(order.id, card.id, key=make.key(), **given).payment
    desk.operations.void(payment.id, actor=STAFF, key="void")  # nobody knows what came of it
    with kit.database.engine.begin() as connection:
        for statement in (
            "UPDATE orderkit_orders SET payment_method_id = NULL",
            "ALTER TABLE orderkit_refunds DROP COLUMN together",
            "UPDATE orderkit_alembic_version SET version_num = '0021'",
        ):
            connection.exec_driver_sql(statement)
    kit.upgrade()
    found = desk.orders.find(OrderFilter(payment_method_id=card.id)).rows

    assert {order.number for order in held} == {row.number for row in found}
    assert other.number not in {row.number for row in found}
    assert [] == list(kit.verify())
