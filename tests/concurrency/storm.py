"""Many callers at once."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

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
