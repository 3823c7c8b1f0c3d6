"""The list «Заказы» as a file that a table program opens: every order of the present view, row by row."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

import attrs

from orderkit import OrderRow
from orderkit_flask.speech import Speech
from orderkit_flask.words import MARKS, PAYMENT_STATUSES, STATUSES

MARK = "\ufeff"
"""By it table programs know that a file is in UTF-8."""
PIECE = 200
"""Rows that are sent at once."""
_BEGINS_A_FORMULA = re.compile(r"[\s\x00-\x1f]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_PLAIN_NUMBER = re.compile(r"[+-]?[0-9]{1,15}([.,][0-9]+)?")


@attrs.frozen
class OrderFile:
    """
    The columns of the file, in one language.

    Attributes:
        address: The address of an order's window, by its id.
    """

    say: Speech
    address: Callable[[UUID], str]

    def name(self, site: str) -> str:
        """What the file is called: the site and the present day."""
        return f"orders-{site}-{self.say.day_of(self.say.now).isoformat()}.csv"

    def pieces(self, rows: Iterable[OrderRow]) -> Iterator[bytes]:
        """The file, piece by piece; of *rows* no more are held than one piece has."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, delimiter=";" if self.say.language.code == "ru" else ",")
        buffer.write(MARK)
        writer.writerow(self.head())
        for number, row in enumerate(rows, 1):
            writer.writerow(map(guarded, self.cells(row)))
            if number % PIECE == 0:
                yield _taken(buffer)
        yield _taken(buffer)

    def head(self) -> tuple[str, ...]:
        """The names of the columns: those of the list first."""
        _ = self.say.text
        return (
            _("Number"),
            _("Date created"),
            _("Status"),
            _("Linked lead"),
            _("Delivery"),
            _("Order total"),
            _("Paid amount"),
            _("Payment method"),
            _("Paid in full"),
            _("View"),
            _("Currency"),
            _("Payment"),
            _("Lead: e-mail"),
            _("Lead: phone"),
            _("Tracking code"),
            _("Recipient"),
            _("Recipient: e-mail"),
            _("Recipient: phone"),
            _("Country"),
            _("City"),
            _("Postal code"),
            _("Address"),
            _("Comment"),
            _("Mark"),
        )

    def cells(self, row: OrderRow) -> tuple[str, ...]:
        """One order; amounts are numbers, a phone is written as people read it."""
        say = self.say
        return (
            row.number,
            self._moment(row),
            say.word(STATUSES, row.status),
            row.contact_name,
            row.delivery_method,
            say.amount(row.total),
            say.amount(row.paid),
            row.payment_method,
            say.text("Yes") if row.fully_paid else say.text("No"),
            self.address(row.id),
            row.total.currency,
            say.word(PAYMENT_STATUSES, row.payment_status),
            row.contact_email,
            say.phone(row.contact_phone),
            row.tracking_code,
            row.recipient_name,
            row.recipient_email,
            say.phone(row.recipient_phone),
            say.country(row.country),
            row.city,
            row.postal_code,
            row.address,
            row.comment,
            ", ".join(say.word(MARKS, code) for code in marks_of(row)),
        )

    def _moment(self, row: OrderRow) -> str:
        """A form that every table program takes for a time."""
        return row.created_at.astimezone(self.say.timezone).strftime("%Y-%m-%d %H:%M")


def marks_of(row: OrderRow) -> Iterator[str]:
    """What the list marks an order with, as codes."""
    if row.is_abandoned:
        yield "abandoned"
    if row.cancel_requested_at is not None:
        yield "cancel_requested"


def guarded(text: str) -> str:
    """A cell that no table program calculates: what begins like a formula gets an apostrophe in front."""
    if _BEGINS_A_FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
