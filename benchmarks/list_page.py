"""
The order list: time of a page at growing numbers of orders, first page, deep page, filters and search.

Prints, never gates. Usage: python benchmarks/list_page.py [--database URL] [--sizes 10000,200000]
The database must be empty; without --database a temporary SQLite file is used.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import attrs

from orderkit import (
    Actor,
    ActorKind,
    ContactDetails,
    Delivery,
    Desk,
    Line,
    Money,
    OrderFilter,
    OrderKit,
    Recipient,
    Status,
)
from orderkit.domain import contact as contacts
from orderkit.domain import placing
from orderkit.domain.actor import Act
from orderkit.kit import new_uuid

BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)
STATUSES = [
    *[Status.PENDING] * 15,
    *[Status.DELIVERED] * 75,
    *[Status.PREPARING] * 4,
    *[Status.CREATED] * 5,  # all of them abandoned
    Status.SHIPPED,
]
ASK_TO_CANCEL = 1_000
"""Of so many orders one."""
BATCH = 500


def fill(desk: Desk, first: int, last: int) -> None:
    """Store orders number *first* to *last*, a minute apart, many in one commit."""
    chance = random.Random(first)
    for start in range(first, last, BATCH):
        changes: list[Any] = []
        for index in range(start, min(start + BATCH, last)):
            act = Act(Actor(ActorKind.IMPORT), BEGINNING + timedelta(minutes=index), new_uuid)
            details = ContactDetails(
                f"Name {index}", f"user{index}@example.com", f"+3706{index * 7919 % 10**7:07}"
            )
            someone = contacts.create(details, act)
            order = placing.create(
                [Line(sku="SKU-1", title="Product", unit_price=Money(1990, "RUB"), quantity=2)],
                act,
                currency="RUB",
                contact_id=someone.after.id,
                delivery=Delivery(Money(300, "RUB"), recipient=Recipient(name=details.name, city="Пермь")),
                status=chance.choice(STATUSES),
            )
            if index % ASK_TO_CANCEL == 0:
                asked = attrs.evolve(order.after, cancel_requested_at=act.at)
                order = attrs.evolve(order, after=asked)
            changes += [someone, order]
        desk.orders.store.save(*changes)


def timed(read: Callable[[], object], times: int = 60) -> float:
    """Median milliseconds of a call, after ten to warm up."""
    for _ in range(10):
        read()
    took = []
    for _ in range(times):
        began = time.perf_counter()
        read()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)


def measure(desk: Desk, size: int) -> dict[str, float]:
    """Milliseconds of each kind of page."""
    middle = desk.orders.find(OrderFilter(text=str(1000 + size // 2))).rows[0].created_at.date()
    deep = desk.orders.find(OrderFilter(created_to=middle)).next
    return {
        "first page": timed(lambda: desk.orders.find()),
        "deep page": timed(lambda: desk.orders.find(after=deep)),
        "status filter": timed(lambda: desk.orders.find(OrderFilter(status=["pending"]))),
        "rare status": timed(lambda: desk.orders.find(OrderFilter(status=["shipped"]))),
        "abandoned": timed(lambda: desk.orders.find(OrderFilter(abandoned=True))),
        "asked to cancel": timed(lambda: desk.orders.find(OrderFilter(cancel_requested=True))),
        "number": timed(lambda: desk.orders.find(OrderFilter(text=str(1000 + size // 2)))),
        "phone": timed(lambda: desk.orders.find(OrderFilter(text=f"+3706{size // 2 * 7919 % 10**7:07}"))),
        "e-mail part": timed(lambda: desk.orders.find(OrderFilter(text=f"user{size // 2}@"))),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", default="")
    options.add_argument("--sizes", default="10000,200000")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kit = OrderKit(arguments.database or f"sqlite:///{folder}/bench.db")
        kit.upgrade()
        kit.sites.ensure("bench", currency="RUB")
        desk, have, before = kit.site("bench"), 0, {}
        for size in map(int, arguments.sizes.split(",")):
            began = time.perf_counter()
            fill(desk, have, size)
            print(f"{size} orders ({kit.database.dialect}; filling took {time.perf_counter() - began:.0f} s)")
            have, found = size, measure(desk, size)
            for name, took in found.items():
                ratio = f", {took / before[name]:.2f} times the size before" if before else ""
                print(f"  {name}: {took:.2f} ms{ratio}")
            before = found
        kit.close()


if __name__ == "__main__":
    main()
