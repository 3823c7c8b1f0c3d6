"""The temporary database of an import: orders come out whole, memory does not grow, nothing is left."""

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from orderkit.importing.layout import Layout
from orderkit.importing.outcome import Kind, Outcome
from orderkit.importing.rows import Row
from orderkit.importing.spool import Spool
from orderkit.importing.summary import settle

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def rows(orders: int) -> Iterator[Row]:
    """Orders of two lines, the second lines of all after the first lines of all, the newest order first."""
    for part in range(2):
        for number in range(orders):
            at = BEGIN + timedelta(minutes=orders - number)
            yield Row(line=part * orders + number + 2, order=str(number), at=at, sku=f"S{number}", quantity=1)


def test_orders_come_out_whole_and_oldest_first(layout: Layout) -> None:
    """Rows that stand apart in the file are one order, and orders come by their time."""
    with Spool() as spool:
        spool.fill(rows(3), layout)
        found = [(order.reference, [row.line for row in order.rows]) for order in spool.purchases()]

    assert [("2", [4, 7]), ("1", [3, 6]), ("0", [2, 5])] == found


def test_memory_does_not_grow_with_the_file(layout: Layout) -> None:
    """Ten times the rows need no more memory than before; held in memory, they would need some megabytes."""
    peaks = []
    for orders in (400, 400, 4_000):  # the first time warms up
        tracemalloc.start()
        with Spool() as spool:
            spool.fill(rows(orders), layout)
            for order in spool.purchases():
                spool.settle(order.reference, Outcome(Kind.STORED))
            settle(spool, None)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[2] < peaks[1] + 500_000


def test_nothing_is_left(layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The temporary folder is gone at the end, also after an error."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    def break_off() -> None:
        with Spool() as spool:
            spool.fill(rows(1), layout)
            assert 1 == len(list(tmp_path.iterdir()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()

    assert [] == list(tmp_path.iterdir())
