"""Opens the demo: the shop's database, and beside it the key of its secrets and the books of the test bank."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

from cryptography.fernet import Fernet

from orderkit import OrderKit
from orderkit.testing.bank import Bank, Books, serving
from orderkit_shop import bank_page
from orderkit_shop.banking import OnlineBank
from orderkit_shop.filling import open_kit, utc_now

DATABASE = "demo.db"
"""Beside which the files of the demo are, where the shop's database is none."""


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
        closing(open_kit(url, clock, bank=OnlineBank(served.url, bank.token), key=key_of(url))) as kit,
    ):
        yield kit, bank


def books_of(url: str) -> Path:
    """The file of the bank."""
    return _beside(url, "-bank.db")


def key_of(url: str) -> str:
    """What secrets that are typed are sealed with; made once, in a file that nobody else on the machine can read."""
    file = _beside(url, ".key")
    try:
        with open(file, "x", opener=partial(os.open, mode=0o600)) as made:
            made.write(Fernet.generate_key().decode())
    except FileExistsError:
        pass  # of the start before
    return file.read_text().strip()


def _beside(url: str, ending: str) -> Path:
    """A file beside that of the shop; in the current folder where the shop has a server."""
    file = Path((url.partition(":///")[2] if url.startswith("sqlite") else "") or DATABASE)
    return file.with_name(f"{file.stem}{ending}")
