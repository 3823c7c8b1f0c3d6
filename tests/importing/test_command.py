"""`orderkit import` as a command: what it says, what it writes, how it fails."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from orderkit import OrderKit
from orderkit.cli import main
from tests.importing.conftest import EXAMPLE, RunImport

GOOD = "1,MUG,Mug,2,2010-12-01 10:00:00,2.50,7,UK"


def test_summary(url: str, run_import: RunImport) -> None:
    """Without a report the reasons are told in short; the months are told as a sum that comes out."""
    lines = run_import(EXAMPLE / "dirty.csv", url).output.splitlines()

    assert "41 rows" in lines
    assert "orders stored: 9 new, 0 from earlier runs" in lines
    assert "orders and refunds reported: 21" in lines
    assert "2011-01             2.05 =            11.10 -             2.05 +            -7.00" in lines
    assert any("no_contact, such as: a refund without a contact" in line for line in lines)


def test_report_is_no_formula(
    url: str, run_import: RunImport, write: Callable[..., Path], tmp_path: Path
) -> None:
    """A text that a spreadsheet would run gets an apostrophe; amounts stay numbers."""
    rows = [f"{start}1,MUG,x,-1,2010-12-01,2.50,7,UK" for start in "=+-@"]
    run_import(write(*rows), url, "--report", tmp_path / "report.csv")
    first, *told = (tmp_path / "report.csv").read_text("utf-8").splitlines()

    assert "line,order,month,amount,reason,explanation" == first
    assert [f"{line},'{start}1,2010-12,-2.50,write_off" for line, start in enumerate("=+-@", 2)] == [
        row.rpartition(",")[0] for row in told
    ]


def test_help_teaches() -> None:
    """The help says what is brought in, and what running it again does."""
    told = CliRunner().invoke(main, ["import", "--help"]).output

    assert "--map MAP.toml" in told
    assert "Running it again adds nothing" in told


def failing(result: object) -> str:
    """The one line of a command that failed."""
    assert 1 == result.exit_code, result.output  # type: ignore[attr-defined]
    lines = [line for line in result.output.splitlines() if not line.startswith(("Reading", "Storing"))]  # type: ignore[attr-defined]
    assert 1 == len([line for line in lines if line]), lines
    return lines[-1]


def test_file_and_map_are_named(
    url: str, run_import: RunImport, write: Callable[..., Path], tmp_path: Path
) -> None:
    """What cannot be read is named in one line, and no site is made."""
    none, empty = tmp_path / "none", tmp_path / "empty.csv"
    empty.touch()

    assert f"Error: {none}: No such file or directory" == failing(run_import(none, url))
    assert f"Error: map {none}: No such file or directory" == failing(
        run_import(write(GOOD), url, map_file=none)
    )
    assert f"Error: {empty}: column 'InvoiceNo' of the map" in failing(run_import(empty, url))
    assert f"Error: --report {tmp_path}: Is a directory" == failing(
        run_import(write(GOOD), url, "--report", tmp_path)
    )
    with closing(OrderKit(url)) as kit:
        assert [] == kit.sites.all()


def test_report_over_the_file(url: str, run_import: RunImport, write: Callable[..., Path]) -> None:
    """A report that would overwrite what is read is refused, and the file is as it was."""
    file = write(GOOD)

    assert "is a file that is read; name another" in failing(run_import(file, url, "--report", file))
    assert GOOD in file.read_text()


def test_report_over_something_else(url: str, run_import: RunImport, write: Callable[..., Path]) -> None:
    """A report overwrites an earlier report and nothing else: not the database, however the options were mixed up."""
    file, database = write(GOOD), Path(url.removeprefix("sqlite:///"))
    report = file.with_name("report.csv")
    twice = [run_import(file, url, "--report", report).exit_code for _ in range(2)]

    assert [0, 0] == twice
    assert "is no report of an import" in failing(run_import(file, url, "--report", database))
    assert "1 from earlier runs" in run_import(file, url).output


def test_unmigrated(tmp_path: Path, run_import: RunImport, write: Callable[..., Path]) -> None:
    """A database without tables says which command makes them."""
    told = failing(run_import(write(GOOD), f"sqlite:///{tmp_path}/new.db"))

    assert "orderkit db upgrade --database sqlite:///" in told


def test_locked(
    url: str, run_import: RunImport, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that another process holds says so; once it is free, the import is completed."""
    monkeypatch.setattr("orderkit.storage.database.Database.__init__.__kwdefaults__", {"busy_seconds": 0.01})
    file = write(GOOD)
    other = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    locked = run_import(file, url)
    other.execute("ROLLBACK")
    other.close()

    assert "another process holds its lock" in failing(locked)
    assert "orders stored: 1 new" in run_import(file, url).output


def test_other_currency(url: str, run_import: RunImport, write: Callable[..., Path]) -> None:
    """A site of another currency is refused, naming both."""
    with closing(OrderKit(url)) as kit:
        kit.sites.ensure("retail", currency="EUR", timezone="Europe/London")

    assert "site 'retail' exists with EUR and Europe/London, not GBP" in failing(run_import(write(GOOD), url))


def test_no_room_for_the_temporary_file(
    url: str, run_import: RunImport, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full temporary folder is named, with what can be done."""

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("orderkit.importing.spool.Spool.fill", full)

    assert "database or disk is full; make room, or set TMPDIR" in failing(run_import(write(GOOD), url))
