"""Running the command as a person does, and a small map to read with."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orderkit.cli import main
from orderkit.importing.layout import Layout
from tests.backends import Backends

EXAMPLE = Path(__file__).parents[2] / "examples" / "online-retail"
HEADING = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"

RunImport = Callable[..., Result]


@pytest.fixture
def url(backends: Backends) -> Iterator[str]:
    """A SQLite file with its tables."""
    with backends.fresh("sqlite-file") as url:
        yield url


@pytest.fixture
def run_import(tmp_path: Path) -> RunImport:
    """`orderkit import` with the map of the example; extra arguments go behind."""

    def run(file: Path, url: str, *arguments: object, map_file: Path = EXAMPLE / "map.toml") -> Result:
        command = ["import", file, "--map", map_file, "--site", "retail", "--database", url, *arguments]
        return CliRunner().invoke(main, [str(part) for part in command])

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file of these rows under the heading of the example."""

    def write_(*rows: str, name: str = "orders.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_text("\n".join((HEADING, *rows)) + "\n", encoding=encoding)
        return path

    return write_


@pytest.fixture
def layout() -> Layout:
    """A map with the headings a, b, c …, without refunds."""
    columns = {
        "order": "no",
        "sku": "sku",
        "title": "title",
        "quantity": "n",
        "unit_price": "price",
        "date": "at",
    }
    return Layout(source="shop", currency="GBP", timezone="Europe/London", columns=columns)
