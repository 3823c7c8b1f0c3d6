"""The map: which column of a file is which field of an order, and how its values are read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from orderkit.domain.site import Site
from orderkit.domain.text import clean
from orderkit.errors import InvalidInputError

REQUIRED_COLUMNS = ("order", "sku", "quantity", "unit_price", "date")
CONTACT_COLUMNS = ("contact_name", "contact_email", "contact_phone")
ADDRESS_COLUMNS = ("country", "city", "postal_code", "address", "comment")
COLUMNS = (*REQUIRED_COLUMNS, "title", "contact", *CONTACT_COLUMNS, *ADDRESS_COLUMNS)
STATUSES = ("pending", "preparing", "shipped", "delivered")
SOURCE_LIMIT, REFERENCE_LIMIT = 60, 120
"""Characters; together they fit into an idempotency key."""


@attrs.frozen(kw_only=True)
class Layout:
    """
    How a file of order lines is read.

    Attributes:
        source: Names the shop the file is from; with the order's reference it makes an order unique.
        columns: Our field → the column's heading in the file.
        timezone: IANA name; times in the file are local there, unless they carry an offset.
        date_format: As `datetime.strptime` reads it; empty for ISO 8601.
        status: What orders come in as.
        payment_method: Title of the method under which each order's total is recorded as paid; empty for no payment.
        refund_prefix: An order whose reference begins so is a refund; empty for none.
        contact_suffix: Cut off a contact's reference, such as the ``.0`` a spreadsheet leaves.
    """

    source: str
    currency: str
    timezone: str
    columns: Mapping[str, str]
    encoding: str = "utf-8"
    delimiter: str = ","
    decimal_mark: str = "."
    date_format: str = ""
    status: str = "delivered"
    payment_method: str = ""
    refund_prefix: str = ""
    contact_suffix: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the file."""
        return ZoneInfo(self.timezone)

    def is_refund(self, reference: str) -> bool:
        """Whether an order with this reference is a refund."""
        return bool(self.refund_prefix) and reference.startswith(self.refund_prefix)

    def key(self, what: str, reference: str) -> str:
        """The idempotency key of what the file says under *reference*."""
        return f"import:{self.source}:{what}:{reference}"


def read_layout(path: Path) -> Layout:
    """
    Read a map.

    Raises:
        InvalidInputError: It cannot be read, or a key is unknown, missing or of no use; names the file and the key.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInputError(f"map {path}: {error.strerror}", code="file_unreadable") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"map {path} is no TOML in UTF-8: {error}", code="bad_map") from None
    try:
        return _layout(document)
    except InvalidInputError as error:
        raise InvalidInputError(f"map {path}: {error}", code="bad_map", field=error.field) from None


def _layout(document: Mapping[str, Any]) -> Layout:
    fields = attrs.fields_dict(Layout)
    required = [name for name, field in fields.items() if field.default is attrs.NOTHING]
    _require_keys(document, "key", known=list(fields), required=required)
    columns = document["columns"]
    if not isinstance(columns, dict):
        raise InvalidInputError('columns must be a table: [columns], then field = "Heading"', field="columns")
    _require_keys(columns, "column", known=list(COLUMNS), required=list(REQUIRED_COLUMNS))
    values = {**{key: value for key, value in document.items() if key != "columns"}, **columns}
    for key, value in values.items():
        if not isinstance(value, str):
            raise InvalidInputError(f"{key} must be text in quotes, not {value!r}", field=key)
    for column, heading in columns.items():
        clean(heading, f"columns.{column}", required=True)
    layout = Layout(**document)
    _require_usable(layout)
    return layout


def _require_keys(table: Mapping[str, Any], noun: str, *, known: list[str], required: list[str]) -> None:
    for key in table:
        if key not in known:
            raise InvalidInputError(f"unknown {noun} {key!r}; possible: {', '.join(known)}", field=key)
    for key in required:
        if key not in table:
            raise InvalidInputError(f"{noun} {key!r} is missing; needed: {', '.join(required)}", field=key)


def _require_usable(layout: Layout) -> None:
    clean(layout.source, "source", limit=SOURCE_LIMIT, required=True)
    if ":" in layout.source:
        raise InvalidInputError("source must be without a colon, such as 'old-shop'", field="source")
    Site(code=layout.source, currency=layout.currency, timezone=layout.timezone)
    try:
        "x".encode(layout.encoding)  # unlike a look-up, it refuses codecs that are none of text
    except (LookupError, UnicodeError):
        raise InvalidInputError(
            f"encoding {layout.encoding!r} is unknown; use a name such as 'utf-8' or 'cp1251'",
            field="encoding",
        ) from None
    if len(layout.delimiter) != 1 or layout.delimiter in '\r\n"':
        raise InvalidInputError("delimiter must be one character, such as ',' or ';'", field="delimiter")
    for key, value, possible in (
        ("decimal_mark", layout.decimal_mark, (".", ",")),
        ("status", layout.status, STATUSES),
    ):
        if value not in possible:
            raise InvalidInputError(
                f"{key} is {value!r}; possible: {', '.join(map(repr, possible))}", field=key
            )
    clean(layout.payment_method, "payment_method")
    _require_date_format(layout.date_format)


def _require_date_format(date_format: str) -> None:
    day = datetime(2000, 11, 22)
    try:
        read = datetime.strptime(day.strftime(date_format), date_format) if date_format else day
    except ValueError:
        read = None
    if read is None or read.date() != day.date():
        raise InvalidInputError(
            f"date_format {date_format!r} does not give a day; write one such as '%d.%m.%Y %H:%M'",
            field="date_format",
        )
