"""What tests make orders of."""

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from orderkit import (
    Actor,
    ActorKind,
    ContactDetails,
    Delivery,
    Desk,
    Line,
    Money,
    Order,
    OrderKit,
    PaymentMethod,
    Recipient,
    ShippingMethod,
)
from orderkit.storage import tables

STAFF = Actor.staff("1", "Ольга")
OTHER_STAFF = Actor.staff("2", "Пётр")
BUYER = Actor(ActorKind.BUYER)
ANNA = ContactDetails("Анна Ким", "anna@example.com", "8 (912) 345-67-89")
RECIPIENT = Recipient(
    name="Иван", phone="+7 912 000-11-22", city="Пермь", address="Ленина, 1", comment="после 18"
)


class Clock:
    """Stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **delta: float) -> None:
        self.now += timedelta(**delta)


def rub(amount: str | int) -> Money:
    return Money.of(amount, "RUB")


def mug(quantity: int = 2, price: str = "450.00", **fields: Any) -> Line:
    return Line(
        **{"sku": "MUG-1", "title": "Кружка", "unit_price": rub(price), "quantity": quantity} | fields
    )


class Maker:
    """Makes what the desk of a test needs, each with a key of its own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.made = 0

    def key(self) -> str:
        self.made += 1
        return f"made-{self.made}"

    def order(self, lines: Sequence[Line] = (), **fields: Any) -> Order:
        return self.desk.orders.create(lines or [mug()], **{"actor": STAFF, "key": self.key()} | fields)

    def cash(self, title: str = "Наличные") -> PaymentMethod:
        return self.desk.settings.add_payment_method("cash", title, actor=STAFF, key=self.key())

    def courier(self, cost: str = "300", title: str = "Курьер") -> ShippingMethod:
        add = self.desk.settings.add_shipping_method
        return add("flat-rate", title, settings={"cost": rub(cost)}, actor=STAFF, key=self.key())

    def full_order(self) -> Order:
        """An order that has a bit of everything, at version 4."""
        delivery = Delivery(rub("300"), self.courier().id, "RU-1", RECIPIENT)
        order = self.order([mug(), mug(1, "99.90", sku="TEA", title="Чай")], contact=ANNA, delivery=delivery)
        record = self.desk.payments.record
        payment = record(order.id, rub("1500"), method_id=self.cash().id, actor=STAFF, key=self.key())
        self.desk.payments.refund(payment.id, rub("250.10"), actor=STAFF, key=self.key(), reason="бой")
        return self.desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=3)


def contents(kit: OrderKit) -> dict[str, list[str]]:
    """Every row of every table of ours, to compare before and after."""
    with kit.database.reading() as connection:
        return {
            name: sorted(repr([_plain(value) for value in row]) for row in connection.execute(query))
            for name, query in _ALL.items()
        }


_ALL = {table.name: sa.select(table) for table in tables.metadata.sorted_tables}


def _plain(value: object) -> object:
    """Not every database keeps the order of a document's fields."""
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else value


def without_constraint(kit: OrderKit, table: str, name: str) -> None:
    """Take a constraint out of a table that is still empty; for controls."""
    if kit.database.dialect == "postgresql":
        execute(kit, f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        return
    with kit.database.reading() as connection:
        made = connection.execute(
            sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}
        )
        loosened, found = re.subn(rf",\s*CONSTRAINT {name} UNIQUE \([^)]*\)", "", made.scalar_one())
    assert found == 1
    execute(kit, f"DROP TABLE {table}")
    execute(kit, loosened)


def without_checks(kit: OrderKit, table: str) -> None:
    """Take every CHECK out of a table, on SQLite out of all; for controls."""
    if kit.database.dialect == "postgresql":
        with kit.database.reading() as connection:
            names = connection.execute(
                sa.text(
                    "SELECT conname FROM pg_constraint WHERE conrelid = CAST(:name AS regclass) AND contype = 'c'"
                ),
                {"name": table},
            )
            drops = ", ".join(f"DROP CONSTRAINT {name}" for name in names.scalars())
        execute(kit, f"ALTER TABLE {table} {drops}")
        return
    kit.database.engine.dispose()  # whoever is connected already would go on checking
    sa.event.listen(
        kit.database.engine, "connect", lambda made, _: made.execute("PRAGMA ignore_check_constraints = ON")
    )


def execute(kit: OrderKit, statement: str, **values: object) -> int:
    """Do what no verb of ours does; answers how many rows it met."""
    with kit.database.engine.begin() as connection:
        return connection.execute(sa.text(statement), values).rowcount
