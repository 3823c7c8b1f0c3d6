"""Many callers at once, and what widens the windows they meet in."""

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa

from orderkit import Order, OrderKit
from orderkit.storage.writing import Store
from tests.making import without_constraint

T = TypeVar("T")

ROUNDS = int(os.environ.get("ORDERKIT_TEST_ROUNDS", "5"))
"""How often two are set upon each other; 500 is each storm at its full size, as `./run test -e storms` has it."""


on_a_file = pytest.mark.parametrize("any_url", ["sqlite-file"], indirect=True)
"""For controls of guards that are no database's: what is taken out is the same on each."""


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


@contextmanager
def decided_together(callers: int, of: type = Order) -> Iterator[None]:
    """
    Let the first so many who store a change of an order do so only once each of them has decided on what was there.

    Nothing is open while they wait, so that they meet for certain on a database with one writer, too. Whoever stores
    more, and whoever comes later, is not held up. If fewer come, they are told after a minute: `BrokenBarrierError`.
    """
    barrier, turns, save = threading.Barrier(callers, timeout=60), iter(range(callers)), Store.save

    def together(self: Store, *changes: Any) -> Any:
        if any(isinstance(change.after, of) for change in changes) and next(turns, None) is not None:
            barrier.wait()
        return save(self, *changes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "save", together)
        yield


def ignore_versions(kit: OrderKit) -> None:
    """
    Take out the compare of compare-and-swap, and the journal's unique version behind it; for controls.

    That those who are not compared meet, `decided_together` sees to.
    """
    without_journal_versions(kit)
    without_compare(kit)


def without_journal_versions(kit: OrderKit) -> None:
    """Let the journal hold two entries of one version of one subject."""
    without_constraint(kit, "orderkit_journal", "orderkit_journal_subject_id_version_key")


def without_keys(kit: OrderKit) -> None:
    """Let the journal hold two entries of one idempotency key."""
    without_constraint(kit, "orderkit_journal", "orderkit_journal_key_key")


def without_compare(kit: OrderKit, table: str = "orderkit_orders") -> None:
    """Let a row of that table be replaced whatever its version is."""

    def loosened(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> tuple[str, Any]:
        return statement.replace(f"AND {table}.version = ", f"AND {table}.version <> 0 * "), parameters

    sa.event.listen(kit.database.engine, "before_cursor_execute", loosened, retval=True)


def loosened_by(*takers: Callable[[OrderKit], object]) -> Callable[[OrderKit], None]:
    """All of these at once."""

    def loosen(kit: OrderKit) -> None:
        for take_out in takers:
            take_out(kit)

    return loosen
