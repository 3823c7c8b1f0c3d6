"""Opens the demo: the shop's database, and the test bank beside it, which keeps books of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from orderkit import OrderKit
from orderkit.testing.bank import Bank, Books, serving
from orderkit_shop import bank_page
from orderkit_shop.banking import OnlineBank
from orderkit_shop.filling import open_kit, utc_now

BOOKS = "demo-bank.db"


@contextmanager
def opened(
    url: str, clock: Callable[[], datetime] = utc_now, books: Path | None = None
) -> Iterator[tuple[OrderKit, Bank]]:
    """
    The desk of the shop on that database, and the bank, which answers the shop at a port of its own.

    A port of its own, and not only a path of the shop: a shop whose threads all wait for the bank still gets answers.

    Args:
        books: The file of the bank; beside that of the shop unless told.

    Raises:
        OrderKitError: The database cannot be used.
    """
    with closing(OrderKit(url)) as kit:
        kit.upgrade()  # before the bank begins any books
    bank = Bank(Books(books or books_of(url)), secrets.token_urlsafe(), page_of=bank_page.address)
    with (
        serving(bank) as served,
        closing(open_kit(url, clock, bank=OnlineBank(served.url, bank.token))) as kit,
    ):
        yield kit, bank


def books_of(url: str) -> Path:
    """The file of the bank: beside that of the shop; in the current folder where the shop has a server."""
    file = url.partition(":///")[2] if url.startswith("sqlite") else ""
    return Path(file).with_name(f"{Path(file).stem}-bank.db") if file else Path(BOOKS)
