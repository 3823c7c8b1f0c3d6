"""
Four months of a real shop, where the data is at hand: what the example's map makes of them, to the penny.

The beginning of each month, or all rows if ORDERKIT_TEST_ALL_ROWS is set (some minutes).
"""

import csv
import os
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from itertools import islice
from pathlib import Path

import pytest

from orderkit import OrderKit
from tests.importing.account import amount_of, differences, reported, rows_of
from tests.importing.conftest import RunImport
from tests.making import contents

DATA = Path(__file__).parents[3] / "shared" / "data" / "online-retail"
SUMS = {"2010-12": "748957.02", "2011-01": "560000.26", "2011-02": "498062.65", "2011-03": "683267.08"}
ALL_ROWS = bool(os.environ.get("ORDERKIT_TEST_ALL_ROWS"))
BEGINNING = 700
"""Rows of each month in the usual run."""

needs_data = pytest.mark.skipif(not DATA.exists(), reason=f"the Online Retail data set is not in {DATA}")


@pytest.fixture
def months(tmp_path: Path) -> list[Path]:
    """The files, cut to their beginnings in the usual run."""
    files = [DATA / f"{month}.csv.gz" for month in SUMS]
    return files if ALL_ROWS else [_beginning(file, tmp_path / file.stem) for file in files]


@pytest.fixture
def kit(url: str) -> Iterator[OrderKit]:
    with closing(OrderKit(url)) as kit:
        yield kit


@needs_data
def test_month_by_month(
    months: list[Path], url: str, kit: OrderKit, run_import: RunImport, tmp_path: Path
) -> None:
    """
    Every row is stored or reported, and the second run changes nothing.

    Month by month, lines less refunds plus what is reported is the file's sum; `verify` finds nothing.
    """
    reports = [tmp_path / f"{file.name}.report" for file in months]
    for file, report in zip(months, reports, strict=True):
        result = run_import(file, url, "--report", report)
        assert 0 == result.exit_code, result.output
    reasons = [row["reason"] for report in reports for row in reported(report)]
    before = contents(kit)

    assert dict.fromkeys(SUMS, Decimal(0)) == differences(months, reports, kit.site("retail"))
    assert {"write_off", "no_contact", "no_earlier_order", "never_bought", "no_single_order"} >= set(reasons)
    assert [] == list(kit.verify())
    for file in months:
        assert 0 == run_import(file, url).exit_code
    assert before == contents(kit)


@needs_data
def test_the_files_are_those_we_know() -> None:
    """The months come to the sums that their description tells."""
    sums = {month: sum(map(amount_of, rows_of(DATA / f"{month}.csv.gz"))) for month in SUMS}

    assert {month: Decimal(amount) for month, amount in SUMS.items()} == sums


def _beginning(file: Path, path: Path) -> Path:
    rows = list(islice(rows_of(file), BEGINNING))
    with path.open("w", encoding="utf-8", newline="") as cut:
        writer = csv.DictWriter(cut, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
