"""Reading rows: encodings, packing, quotation marks, numbers, dates; and files that cannot be read at all."""

import gzip
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from orderkit.errors import InvalidInputError
from orderkit.importing.layout import Layout
from orderkit.importing.rows import Row, read_rows

HEADING = "no,sku,title,n,price,at\n"
GOOD = "1,MUG,Кружка,2,2.55,2010-12-01 08:26:00\n"


def read(path: Path, layout: Layout, content: str | bytes) -> list[Row]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_rows(path, layout, lambda _: None))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "orders.csv"


def test_a_row(path: Path, layout: Layout) -> None:
    """A row has its values, its exact amount, its moment in UTC and its local month."""
    [row] = read(path, layout, HEADING + " 1 ,MUG,Кружка,2,2.55,2010-06-01T00:30:00\n")

    assert (
        Row(
            line=2,
            order="1",
            month="2010-06",
            at=datetime(2010, 5, 31, 23, 30, tzinfo=UTC),
            sku="MUG",
            title="Кружка",
            quantity=2,
            price=255,
            amount=Decimal("5.10"),
        )
        == row
    )


@pytest.mark.parametrize(
    "content",
    [
        (HEADING + GOOD).encode("utf-8-sig"),
        gzip.compress((HEADING + GOOD).encode()),
        (HEADING + GOOD).replace("\n", "\r\n").encode(),
        (HEADING + GOOD + "\n\n").encode(),
    ],
    ids=["mark", "gzip", "windows", "empty lines"],
)
def test_the_same_in_other_wrapping(content: bytes, path: Path, layout: Layout) -> None:
    """A byte order mark, packing (whatever the name), line ends and empty lines change nothing."""
    assert read(path, layout, HEADING + GOOD) == read(path, layout, content)


def test_as_a_russian_spreadsheet_writes_it(path: Path, layout: Layout) -> None:
    """Another encoding, delimiter, decimal mark and date format are read as the map says."""
    russian = attrs.evolve(
        layout, encoding="cp1251", delimiter=";", decimal_mark=",", date_format="%d.%m.%Y %H:%M"
    )
    content = (
        (HEADING + GOOD)
        .replace(",", ";")
        .replace("2.55", "2,55")
        .replace("2010-12-01 08:26:00", "01.12.2010 08:26")
    )

    assert read(path, layout, HEADING + GOOD) == read(path, russian, content.encode("cp1251"))


def test_line_numbers_count_lines_of_the_file(path: Path, layout: Layout) -> None:
    """A row is named by the line it begins on, also after a value of several lines."""
    rows = read(path, layout, HEADING + '1,MUG,"two\nlines",1,1,2010-12-01\n2,MUG,x,1,1,2010-12-01\n')

    assert [2, 4] == [row.line for row in rows]


@pytest.mark.parametrize(
    ("row", "code", "told"),
    [
        ("1,MUG,x,1.5,1,2010-12-01", "not_whole", "n is '1.5'; it must be a whole number"),
        ("1,MUG,x,NaN,1,2010-12-01", "not_whole", "n is 'NaN'"),
        ("1,MUG,x,1e3,1,2010-12-01", "not_whole", "n is '1e3'"),
        ("1,MUG,x,٣,1,2010-12-01", "not_whole", "n is '٣'"),
        ("1,MUG,x,0,1,2010-12-01", "out_of_range", "n is 0; it must be from 1 to 1000000"),
        ("1,MUG,x,1000001,1,2010-12-01", "out_of_range", "n is 1000001"),
        (f"1,MUG,x,{'9' * 39},1,2010-12-01", "out_of_range", "n is 9999"),
        ("1,MUG,x,-1,1,2010-12-01", "write_off", "n is -1 and the row is no refund: a write-off"),
        ("1,MUG,x,1,-1,2010-12-01", "negative", "price is -1; it must be at least 0"),
        ("1,MUG,x,1,0.001,2010-12-01", "too_many_decimals", "price: 0.001 has more decimals than GBP"),
        ("1,MUG,x,1,NaN,2010-12-01", "not_a_number", "price: 'NaN' is not an amount"),
        ("1,MUG,x,1,1e3,2010-12-01", "not_a_number", "price: '1e3' is not an amount"),
        (f"1,MUG,x,1,{2**53},2010-12-01", "too_large", "price: "),
        ("1,MUG,x,1,1,yesterday", "bad_date", "at is 'yesterday'; expected a date such as"),
        ("1,MUG,x,1,1,0001-01-01T00:00:00+09:00", "bad_date", "at is '0001"),
        ("1,MUG,x,1,1", "other_columns", "the row has 5 columns, the heading has 6"),
        ("1,MUG,x,1,1,2010-12-01,7", "other_columns", "the row has 7 columns"),
        (",MUG,x,1,1,2010-12-01", "empty", "no is empty"),
        (f"{'x' * 121},MUG,x,1,1,2010-12-01", "too_long", "no has 121 characters; at most 120"),
        ("a\x00b,MUG,x,1,1,2010-12-01", "control_characters", "no contains "),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_in_the_row(row: str, code: str, told: str, path: Path, layout: Layout) -> None:
    """A row of no use says why, and the rows around it are read."""
    before, wrong, after = read(path, layout, HEADING + GOOD + row + "\n" + GOOD)

    assert (3, code) == (wrong.line, wrong.code)
    assert wrong.problem.startswith(told)
    assert ("", "") == (before.code, after.code)


@pytest.mark.parametrize(
    ("row", "month", "amount"),
    [
        ("1,MUG,x,1.5,0.125,2010-12-01", "2010-12", Decimal("0.1875")),
        ("1,MUG,x,-1,0,2010-12-01", "2010-12", Decimal("0.00")),
        (f"1,MUG,x,{'9' * 39},0.01,never", "", Decimal("9" * 37 + ".99")),
        ("1,MUG,x,1,free,2010-12-01", "2010-12", None),
        ("1,MUG", "", None),
    ],
)
def test_a_refused_row_still_tells_its_amount(
    row: str, month: str, amount: Decimal | None, path: Path, layout: Layout
) -> None:
    """Month and exact amount are told as far as they can be read, so that the report adds up."""
    [read_row] = read(path, layout, HEADING + row + "\n")

    assert (month, str(amount)) == (read_row.month, str(read_row.amount))


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2011-03-27 00:59:59", "2011-03-27 00:59:59"),
        ("2011-03-27 01:30:00", "2011-03-27 01:30:00"),  # skipped: as if the clocks had not moved
        ("2011-03-27 02:00:00", "2011-03-27 01:00:00"),
        ("2010-10-31 01:30:00", "2010-10-31 00:30:00"),  # twice: the first
        ("2010-10-31 02:00:00", "2010-10-31 02:00:00"),
        ("2011-06-01 01:00:00+03:00", "2011-05-31 22:00:00"),  # its own offset
    ],
)
def test_local_times(local: str, utc: str, path: Path, layout: Layout) -> None:
    """A time without an offset is what the clocks of the map's time zone showed."""
    [row] = read(path, layout, HEADING + f"1,MUG,x,1,1,{local}\n")

    assert f"{utc}+00:00" == str(row.at)


@pytest.mark.parametrize(
    ("content", "code", "told"),
    [
        (b"", "missing_column", "column 'no' of the map is not in the heading; there: none: the file"),
        (b"no,sku,title,n,cost,at\n", "missing_column", "there: 'no', 'sku', 'title', 'n', 'cost', 'at'"),
        (HEADING.encode() + b"\xff\xfe\n", "bad_encoding", "it is not in utf-8; set encoding in the map"),
        (HEADING.encode() + b'1,"MUG,x,1,1,2010-12-01\n', "bad_csv", "line 2: unexpected end of data"),
        (HEADING.encode() + b'1,"M"UG,x,1,1,2010-12-01\n', "bad_csv", "line 2: "),
        (HEADING.encode() + b'1,"' + b"x" * 200_000 + b'",x,1,1,2010-12-01\n', "bad_csv", "field larger"),
        (gzip.compress(HEADING.encode() * 99, mtime=0)[:-20], "file_unreadable", "damaged gzip"),
        (b"\x1f\x8bxx", "file_unreadable", "damaged gzip"),
        (b"no,sku,title,n,price,at,at\n", "missing_column", "column 'at' of the map is twice in the heading"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read(content: bytes, code: str, told: str, path: Path, layout: Layout) -> None:
    """A file that cannot be read as a whole is refused in one sentence that names it."""
    with pytest.raises(InvalidInputError) as refused:
        read(path, layout, content)

    assert code == refused.value.code
    assert str(refused.value).startswith(f"{path}: ")
    assert told in str(refused.value)


def test_no_file(tmp_path: Path, layout: Layout) -> None:
    """A file that is not there, or is a folder, is named."""
    for path, told in ((tmp_path / "none.csv", "No such file"), (tmp_path, "Is a directory")):
        with pytest.raises(InvalidInputError, match=f"^{path}: {told}"):
            list(read_rows(path, layout, lambda _: None))


def test_progress_counts_the_bytes_of_the_file(path: Path, layout: Layout) -> None:
    """What the progress bar is told adds up to the size of the file, packed or not."""
    for content in ((HEADING + GOOD * 3_000).encode(), gzip.compress((HEADING + GOOD * 3_000).encode())):
        path.write_bytes(content)
        told: list[int] = []
        list(read_rows(path, layout, told.append))

        assert len(content) == sum(told)
