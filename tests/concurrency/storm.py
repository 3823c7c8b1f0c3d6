"""Many callers at once, and what widens the windows they meet in."""

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from orderkit import OrderKit
from tests.making import without_constraint

T = TypeVar("T")


def at_once(calls: Sequence[Callable[[], T]]) -> tuple[list[T], list[Exception]]:
    """Make all calls at the same moment, each in a thread; answer what came back and what was raised."""
    barrier = threading.Barrier(len(calls))
    answers: list[T] = []
    errors: list[Exception] = []

    def run(call: Callable[[], T]) -> None:
        barrier.wait()
        try:
            answers.append(call())
        except Exception as error:  # whatever it is, the test shall show it
            errors.append(error)

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers, errors


def slowed(kit: OrderKit, beginning: str, seconds: float = 0.02) -> None:
    """Wait before each statement that begins so, to hold a window open that is else too short to meet in."""

    def wait(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(beginning):
            time.sleep(seconds)

    sa.event.listen(kit.database.engine, "before_cursor_execute", wait)


def meeting(kit: OrderKit, beginning: str, seconds: float = 0.5) -> None:
    """
    Wait before such a statement until a second caller stands before his, for controls that have to meet.

    Where a database has one writer at a time nobody can come: then once so long, while the others read.
    """
    two = threading.Barrier(2, timeout=seconds)

    def wait(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(beginning):
            with contextlib.suppress(threading.BrokenBarrierError):
                two.wait()

    sa.event.listen(kit.database.engine, "before_cursor_execute", wait)


def ignore_versions(kit: OrderKit) -> None:
    """Take out the compare of compare-and-swap, and the journal's unique version behind it; for controls."""
    without_constraint(kit, "orderkit_journal", "orderkit_journal_subject_id_version_key")

    def loosened(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        return statement.replace(
            "AND orderkit_orders.version = ", "AND orderkit_orders.version <> 0 * "
        ), parameters

    sa.event.listen(kit.database.engine, "before_cursor_execute", loosened, retval=True)
    slowed(kit, "UPDATE orderkit_orders", 0.1)  # long enough to meet in, whatever else the machine does
