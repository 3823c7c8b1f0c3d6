"""From a file to rows: one line of an order each, with what is wrong with it. Nothing is stored here."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Context, Decimal
from functools import lru_cache
from pathlib import Path
from typing import IO, cast

import attrs

from orderkit.domain.currencies import EXPONENTS
from orderkit.domain.line import MAX_QUANTITY
from orderkit.domain.money import Money
from orderkit.domain.text import clean
from orderkit.errors import InvalidInputError
from orderkit.importing.layout import ADDRESS_COLUMNS, CONTACT_COLUMNS, REFERENCE_LIMIT, Layout

EXACT = Context(prec=200)
"""Sums of a file are never rounded."""
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,40}", re.ASCII)
_SHOWN = 60
_REPORT_EVERY = 1_000
"""Rows between two steps of the progress bar."""


@attrs.frozen(slots=True, kw_only=True)
class Row:
    """
    One row of the file.

    Attributes:
        line: Where it begins in the file, the heading being line 1.
        order: The order's reference, as far as it can be read.
        month: ``2010-12``, local; empty where the date cannot be read.
        at: Aware, in UTC.
        price: Of one piece, in minor units.
        amount: Quantity × price with its sign, exact; ``None`` where it cannot be computed.
        details: Contact and address columns, as a JSON object.
        code: What is wrong in one word; empty for nothing.
        problem: The same as a sentence.
    """

    line: int
    order: str = ""
    month: str = ""
    at: datetime | None = None
    contact: str = ""
    sku: str = ""
    title: str = ""
    quantity: int = 0
    price: int = 0
    amount: Decimal | None = None
    details: str = "{}"
    code: str = ""
    problem: str = ""


def read_rows(path: Path, layout: Layout, advance: Callable[[int], object]) -> Iterator[Row]:
    """
    Read a CSV file, plain or gzip, row by row.

    Args:
        advance: Called with numbers of bytes of the file read since.

    Raises:
        InvalidInputError: The file as a whole cannot be read: not there, another encoding, a column missing,
            a quotation mark never closed. What is wrong with one row stands in the row.
    """
    with _opened(path) as (raw, content):
        text = io.TextIOWrapper(content, _encoding(layout), newline="")
        table = csv.reader(text, delimiter=layout.delimiter, strict=True)
        try:
            reader = RowReader(layout, next(table, []))
            line, told = table.line_num + 1, 0
            for number, cells in enumerate(table, 1):
                if cells:
                    yield reader.read(line, cells)
                line = table.line_num + 1
                if number % _REPORT_EVERY == 0:
                    advance(raw.tell() - told)
                    told = raw.tell()
            advance(raw.tell() - told)
        except InvalidInputError as error:
            raise InvalidInputError(f"{path}: {error}", code=error.code, field=error.field) from None
        except UnicodeError:
            raise InvalidInputError(
                f"{path}: after line {table.line_num} it is not in {layout.encoding}; set encoding in the map, "
                'such as encoding = "cp1252"',
                code="bad_encoding",
            ) from None
        except csv.Error as error:
            raise InvalidInputError(
                f"{path}: line {table.line_num}: {error}; look at its quotation marks: each is closed, "
                "and one inside a quoted value is doubled",
                code="bad_csv",
            ) from None


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """The file, and what is in it once unpacked."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            with gzip.GzipFile(fileobj=raw) if packed else raw as content:
                yield raw, cast(IO[bytes], content)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InvalidInputError(f"{path}: damaged gzip: {error}", code="file_unreadable") from None
    except OSError as error:
        raise InvalidInputError(f"{path}: {error.strerror}", code="file_unreadable") from None


def _encoding(layout: Layout) -> str:
    """A mark at the beginning of a UTF-8 file is no part of its first heading."""
    return "utf-8-sig" if codecs.lookup(layout.encoding).name == "utf-8" else layout.encoding


class RowReader:
    """
    Reads the rows of one file.

    Raises:
        InvalidInputError: A column of the map is not in *headings*, or is there twice.
    """

    def __init__(self, layout: Layout, headings: Sequence[str]) -> None:
        self._layout = layout
        self._width = len(headings)
        self._places = {field: _place(heading, headings) for field, heading in layout.columns.items()}
        told = [field for field in (*CONTACT_COLUMNS, *ADDRESS_COLUMNS) if field in self._places]
        self._details = {field: self._places[field] for field in told}
        self._unit = Decimal(1).scaleb(-EXPONENTS[layout.currency])
        # The lines of one order share their date, and prices repeat all over a file.
        self._moment = lru_cache(1_000)(self._read_moment)
        self._price = lru_cache(10_000)(self._read_price)

    def read(self, line: int, cells: Sequence[str]) -> Row:
        """Read one row; what cannot be read is told in the row."""
        order = self._cell(cells, "order")
        row = Row(line=line, order=order, month=self._month(cells), amount=self._amount(cells))
        try:
            return self._completed(row, cells)
        except InvalidInputError as error:
            return attrs.evolve(row, code=error.code, problem=str(error))

    def _completed(self, row: Row, cells: Sequence[str]) -> Row:
        if len(cells) != self._width:
            raise InvalidInputError(
                f"the row has {len(cells)} columns, the heading has {self._width}", code="other_columns"
            )
        clean(row.order, self._heading("order"), limit=REFERENCE_LIMIT, required=True)
        details = {field: found for field, place in self._details.items() if (found := cells[place].strip())}
        return attrs.evolve(
            row,
            at=self._moment(self._cell(cells, "date"))[0],
            contact=self._contact(cells),
            sku=self._cell(cells, "sku"),
            title=self._cell(cells, "title"),
            quantity=self._quantity(self._cell(cells, "quantity"), row.order),
            price=self._price(self._cell(cells, "unit_price")),
            details=json.dumps(details, ensure_ascii=False) if details else "{}",
        )

    def _cell(self, cells: Sequence[str], field: str) -> str:
        place = self._places.get(field)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    def _heading(self, field: str) -> str:
        return self._layout.columns[field]

    def _month(self, cells: Sequence[str]) -> str:
        try:
            return self._moment(self._cell(cells, "date"))[1]
        except InvalidInputError:
            return ""

    def _amount(self, cells: Sequence[str]) -> Decimal | None:
        quantity, price = (self._number(self._cell(cells, field)) for field in ("quantity", "unit_price"))
        if not (_NUMBER.fullmatch(quantity) and _NUMBER.fullmatch(price)):
            return None
        amount = EXACT.multiply(Decimal(quantity), Decimal(price))
        rounded = amount.quantize(self._unit, context=EXACT)
        if rounded != amount:
            return amount
        return rounded or abs(rounded)  # there is no -0.00 in a report

    def _number(self, text: str) -> str:
        return text if self._layout.decimal_mark == "." else text.replace(self._layout.decimal_mark, ".")

    def _contact(self, cells: Sequence[str]) -> str:
        reference = self._cell(cells, "contact").removesuffix(self._layout.contact_suffix)
        return clean(reference, self._layout.columns.get("contact", "contact"), limit=REFERENCE_LIMIT)

    def _quantity(self, text: str, order: str) -> int:
        heading = self._heading("quantity")
        if not _WHOLE.fullmatch(text):
            raise InvalidInputError(
                f"{heading} is {_shown(text)}; it must be a whole number", code="not_whole"
            )
        quantity = int(text)
        if self._layout.is_refund(order) and quantity >= 0:
            raise InvalidInputError(
                f"{heading} is {quantity}; in a refund it must be below zero", code="refund_not_negative"
            )
        if quantity < 0 and not self._layout.is_refund(order):
            raise InvalidInputError(
                f"{heading} is {quantity} and the row is no refund: a write-off", code="write_off"
            )
        if not 1 <= abs(quantity) <= MAX_QUANTITY:
            raise InvalidInputError(
                f"{heading} is {quantity}; it must be from 1 to {MAX_QUANTITY}", code="out_of_range"
            )
        return quantity

    def _read_price(self, text: str) -> int:
        heading = self._heading("unit_price")
        try:
            price = Money.of(self._number(text), self._layout.currency).minor
        except InvalidInputError as error:
            raise InvalidInputError(f"{heading}: {error}", code=error.code) from None
        if price < 0:
            raise InvalidInputError(f"{heading} is {text}; it must be at least 0", code="negative")
        return price

    def _read_moment(self, text: str) -> tuple[datetime, str]:
        """
        A moment in UTC and its local month; local time is what the clocks of the map's time zone showed.

        An hour that came twice is read as the first one, and one that was skipped as if the clocks had not moved yet.
        """
        layout = self._layout
        try:
            read = (
                datetime.strptime(text, layout.date_format)
                if layout.date_format
                else datetime.fromisoformat(text)
            )
            moment = (read if read.tzinfo else read.replace(tzinfo=layout.zone)).astimezone(UTC)
            return moment, f"{moment.astimezone(layout.zone):%Y-%m}"
        except (ValueError, OverflowError):
            expected = layout.date_format or "a date such as 2010-12-31 08:26:00"
            raise InvalidInputError(
                f"{self._heading('date')} is {_shown(text)}; expected {expected}", code="bad_date"
            ) from None


def _place(heading: str, headings: Sequence[str]) -> int:
    """The position of a heading, which must be there once."""
    found = [place for place, each in enumerate(headings) if each.strip() == heading.strip()]
    if len(found) == 1:
        return found[0]
    told = ", ".join(_shown(each) for each in headings) or "none: the file is empty"
    raise InvalidInputError(
        f"column {heading!r} of the map is {'twice' if found else 'not'} in the heading; there: {told}",
        code="missing_column",
        field=heading,
    )


def _shown(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
