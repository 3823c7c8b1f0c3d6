"""
Placing an order: CPU of `orders.create` against the raw driver writing the same rows, in the same run.

Prints, never gates. Usage: python benchmarks/place_order.py [--database URL] [--orders N] [--rounds N]
The database must be empty; without --database a temporary SQLite file is used. On PostgreSQL the server's
CPU is counted too where it runs on this machine (Linux, /proc readable).
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from orderkit import Actor, ContactDetails, Delivery, Desk, Line, Money, OrderKit, Recipient
from orderkit.kit import new_uuid
from orderkit.storage import tables

LINES = 3
ACTOR = Actor.staff("1", "Ольга")


class Ours:
    """Places orders through the kit."""

    def __init__(self, desk: Desk, method_id: Any) -> None:
        self.desk, self.method_id = desk, method_id

    def place(self, key: str) -> None:
        lines = [
            Line(sku=f"SKU-{i}", title=f"Product {i}", unit_price=Money(1990 + i, "RUB"), quantity=i + 1)
            for i in range(LINES)
        ]
        recipient = Recipient(name="Anna", city="Vilnius", address="Gedimino 1", postal_code="01103")
        self.desk.orders.create(
            lines,
            contact=ContactDetails(f"Name {key}", f"{key}@example.com", "+3706123456"),
            delivery=Delivery(Money(30000, "RUB"), self.method_id, recipient=recipient),
            actor=ACTOR,
            key=key,
        )


class Raw:
    """Writes the same rows with the driver alone: one statement after another, values built in place."""

    def __init__(
        self, run: Callable[[str, Sequence[Any]], Any], mark: str, site_id: int, method_id: Any
    ) -> None:
        self.run, self.site_id, self.method_id = run, site_id, method_id
        self.is_sqlite = mark == "?"
        self.mark = mark
        self.sql = {table.name: self._insert(table) for table in tables.metadata.tables.values()}
        self.lines = self._insert(tables.order_lines, LINES)
        self.details = self._insert(tables.details, 2)
        self.journal = self._insert(tables.journal, 2)
        bump = (
            "UPDATE orderkit_counters SET last = last + 1 WHERE site_id = {0} AND series = {0} RETURNING last"
        )
        self.bump = bump.format(mark)

    def _insert(self, table: sa.Table, rows: int = 1) -> str:
        columns = [column.name for column in table.columns]
        values = ", ".join(["(" + ", ".join([self.mark] * len(columns)) + ")"] * rows)
        return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES {values}"

    def place(self, key: str) -> None:
        run, site, new = self.run, self.site_id, self._id
        now = datetime.now(UTC)
        at = now.isoformat(" ")[:26] if self.is_sqlite else now
        contact, details, recipient, order, born, placed = new(), new(), new(), new(), new(), new()
        name, email, phone = f"Name {key}", f"{key}@example.com", "+3706123456"
        search = f"{name.lower()} {email} 3706123456"
        items = [(f"SKU-{i}", f"Product {i}", 1990 + i, i + 1, (1990 + i) * (i + 1)) for i in range(LINES)]
        total = sum(item[4] for item in items) + 30000
        run("BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN", ())
        run(
            self.details,
            [
                *(site, details, contact, at, name, email, phone, "", "", "", "", "", search),
                *(
                    site,
                    recipient,
                    order,
                    at,
                    "Anna",
                    "",
                    "",
                    "",
                    "Vilnius",
                    "01103",
                    "Gedimino 1",
                    "",
                    "anna",
                ),
            ],
        )
        run(self.sql["orderkit_contacts"], (site, contact, 1, at, details, None, None))
        number = str(run(self.bump, (site, "order")).fetchone()[0])
        run(
            self.sql["orderkit_orders"],
            [
                *(
                    site,
                    order,
                    number,
                    1,
                    "pending",
                    at,
                    at,
                    None,
                    None,
                    None,
                    contact,
                    "RUB",
                    None,
                    LINES,
                    True,
                ),
                *(
                    self.method_id,
                    30000,
                    None,
                    recipient,
                    total,
                    0,
                    0,
                    0,
                    "unpaid",
                    False,
                    None,
                    False,
                    None,
                    None,
                ),
            ],
        )
        lines: list[Any] = []
        for i, (sku, title, price, quantity, amount) in enumerate(items, 1):
            lines += (site, order, i, i, sku, title, price, quantity, amount, True, None, None, None)
        run(self.lines, lines)
        told = [
            ["status", None, "pending"],
            ["total", None, total],
            ["paid", None, 0],
            ["lines", None, LINES],
        ]
        told += [
            ["payment_status", None, "unpaid"],
            ["placed_at", None, str(at)],
            ["contact", None, str(contact)],
        ]
        told += [["delivery.cost", None, 30000], ["delivery.recipient", None, str(recipient)]]
        met = [["details", None, str(details)]]
        staff = ("staff", "1", "Ольга")
        run(
            self.journal,
            [
                *(site, placed, at, "order.created", *staff, order, 1, order, contact),
                *(json.dumps({"differences": told}, ensure_ascii=False), key, key),
                *(site, born, at, "contact.created", *staff, contact, 1, None, contact),
                *(json.dumps({"differences": met}), None, None),
            ],
        )
        payload = json.dumps({"total": total, "currency": "RUB"})
        run(
            self.sql["orderkit_outbox"],
            (site, new(), placed, order, "OrderSubmitted", at, number, 1, payload, at, 0, None, "[]", None),
        )
        run("COMMIT", ())

    def _id(self) -> Any:
        id = new_uuid()
        return id.bytes if self.is_sqlite else id


def raw_on(url: str, site_id: int, method_id: Any) -> tuple[Raw, list[int]]:
    """A raw writer on the same database, and the process ids of its server side."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "sqlite":
        connection = sqlite3.connect(parsed.database or "", isolation_level=None, cached_statements=256)
        for pragma in ("foreign_keys = ON", "synchronous = FULL"):
            connection.execute(f"PRAGMA {pragma}")
        return Raw(connection.execute, "?", site_id, method_id.bytes), []
    import psycopg

    address = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    server = psycopg.connect(address, autocommit=True, prepare_threshold=0)
    return Raw(server.execute, "%s", site_id, method_id), [server.info.backend_pid]  # type: ignore[arg-type]


def server_cpu(pids: Sequence[int]) -> float:
    """Seconds these processes have spent on a CPU; nothing where that cannot be read."""
    try:
        return sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in pids) / 1e9
    except OSError:
        return 0.0


def cpu_of(place: Callable[[str], None], keys: Sequence[str], pids: Sequence[int]) -> float:
    """CPU seconds, client and server, that placing one order per key takes."""
    began, server_began = time.process_time(), server_cpu(pids)
    for key in keys:
        place(key)
    return (time.process_time() - began) + (server_cpu(pids) - server_began)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", default="")
    options.add_argument("--orders", type=int, default=500)
    options.add_argument("--rounds", type=int, default=7)
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.database or f"sqlite:///{folder}/bench.db"
        kit = OrderKit(url)
        kit.upgrade()
        site = kit.sites.ensure("bench", currency="RUB")
        desk = kit.site("bench")
        method = desk.settings.add_shipping_method(
            "flat-rate", "Courier", settings={"cost": Money(30000, "RUB")}, actor=ACTOR, key="m"
        )
        ours = Ours(desk, method.id)
        raw, raw_pids = raw_on(url, site.id, method.id)
        our_pids = _backends(kit)
        ratios = []
        for round_ in range(arguments.rounds + 1):
            keys = [f"{round_}-{i}" for i in range(arguments.orders)]
            mine = cpu_of(ours.place, [f"o{key}" for key in keys], our_pids)
            floor = cpu_of(raw.place, [f"r{key}" for key in keys], raw_pids)
            if round_:  # the first round warms caches
                ratios.append(mine / floor)
                each = f"orderkit {mine / len(keys) * 1e6:.0f} µs, raw {floor / len(keys) * 1e6:.0f} µs"
                print(f"round {round_}: {each}, ratio {mine / floor:.2f}")
        print(f"median ratio {statistics.median(ratios):.2f} ({kit.database.dialect})")
        kit.close()


def _backends(kit: OrderKit) -> list[int]:
    if kit.database.dialect == "sqlite":
        return []
    with kit.database.engine.begin() as connection:
        return [connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()]


if __name__ == "__main__":
    main()
