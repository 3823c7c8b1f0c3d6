"""A plugin's work within a time limit: whatever it does, whoever called it goes on."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

T = TypeVar("T")


def within(seconds: float, work: Callable[[], T]) -> T:
    """
    What *work* answers, if it does so in time. It runs in a thread of its own, which is left alone if it does not.

    Raises:
        TimeoutError: It did not; nobody will hear what it answers later.
        Exception: What *work* raises; `RuntimeError` in place of what would end a program.
    """
    answers: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            answers.put((work(), None))
        except BaseException as error:  # a thread has no caller to raise to
            answers.put((None, error))

    Thread(target=run, name="orderkit-plugin", daemon=True).start()
    try:
        answer, error = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError(f"no answer within {seconds} seconds") from None
    if isinstance(error, Exception):
        raise error
    if error is not None:
        raise RuntimeError(f"it raised {type(error).__name__}") from error
    found: T = answer
    return found
