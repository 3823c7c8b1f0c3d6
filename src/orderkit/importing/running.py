"""The story of an import: read all rows, store the orders, book the refunds, account for every row."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import gettempdir
from typing import IO, TypeAlias
from uuid import UUID

from orderkit.desk import Desk, OpenDesk, StandingClock
from orderkit.domain.actor import Actor, ActorKind
from orderkit.errors import StorageError
from orderkit.importing.history import History
from orderkit.importing.layout import Layout
from orderkit.importing.purchases import PROVIDER, Purchases
from orderkit.importing.refunds import Refunds
from orderkit.importing.rows import read_rows
from orderkit.importing.spool import Spool
from orderkit.importing.summary import Summary, settle

Stage: TypeAlias = "Callable[[str, int], AbstractContextManager[Callable[[int], object]]]"
"""Begins a part of the work, with its name and length; what it gives is told of each step."""


def import_orders(
    path: Path, layout: Layout, open_desk: OpenDesk, *, stage: Stage, report: IO[str] | None = None
) -> Summary:
    """
    Bring the orders of a file in; every row is stored or reported.

    The whole file is read before anything is stored. Running it again adds nothing, and completes what was
    interrupted. Orders come first, then refunds, which look for their order in all that is stored.

    Args:
        open_desk: Called once the file is read, with the clock that dates what is stored.
        report: Where reported rows are written, as CSV; opened with ``newline=""``.

    Raises:
        InvalidInputError: The file as a whole cannot be read; names file and line. Nothing is stored.
        StorageError: The database cannot be written; run the import again to complete it.
    """
    try:
        with Spool() as spool:
            with stage("Reading", path.stat().st_size if path.is_file() else 0) as advance:
                spool.fill(read_rows(path, layout, advance), layout)
            with stage("Storing", spool.count()) as advance:
                _store(spool, layout, open_desk, advance)
            return settle(spool, report)
    except sqlite3.Error as error:  # the desk's own database has errors of its own
        raise StorageError(
            f"temporary folder {gettempdir()}: {error}; make room, or set TMPDIR to another folder, and run it again",
            code="no_room",
        ) from error


def _store(spool: Spool, layout: Layout, open_desk: OpenDesk, advance: Callable[[int], object]) -> None:
    clock = StandingClock(spool.begins_at())
    desk = open_desk(clock)
    actor = Actor(ActorKind.IMPORT, name=layout.source)
    purchases = Purchases(desk, layout, actor, _method_id(desk, layout, actor))
    refunds = Refunds(desk, layout, actor, History(spool.database))
    for orders, store in ((spool.purchases(), purchases.store), (spool.refunds(), refunds.book)):
        for order in orders:
            clock.at = order.at
            spool.settle(order.reference, store(order))
            advance(1)


def _method_id(desk: Desk, layout: Layout, actor: Actor) -> UUID | None:
    """The method that the map names, made if there is none: switched off, so that no buyer is offered it."""
    if not layout.payment_method:
        return None
    for method in desk.settings.payment_methods():
        if method.title == layout.payment_method:
            return method.id
    key = layout.key("payment_method", layout.payment_method)
    return desk.settings.add_payment_method(
        PROVIDER, layout.payment_method, active=False, actor=actor, key=key
    ).id
