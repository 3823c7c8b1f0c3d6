"""A plugin's work within a time limit: whatever it does, whoever called it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

import attrs

T = TypeVar("T")

MOST_HANGING = 16
"""Threads that one plugin's work may hold beyond its time limit, in one process."""


@attrs.frozen
class Hanging:
    """Work that was given up and has not come back, by plugin: a thread cannot be ended, it only ends by itself."""

    _threads: dict[str, list[Thread]] = attrs.field(factory=dict, init=False)
    _lock: Lock = attrs.field(factory=Lock, init=False)

    def add(self, code: str, thread: Thread) -> None:
        """Remember the thread of work that is given up."""
        with self._lock:
            self._threads[code] = [*self._alive(code), thread]

    def is_full(self, code: str) -> bool:
        """Whether so much of a plugin's work hangs that no more of it is begun."""
        return len(self._alive(code)) >= MOST_HANGING

    def _alive(self, code: str) -> list[Thread]:
        return [thread for thread in self._threads.get(code, ()) if thread.is_alive()]


def within(seconds: float, work: Callable[[], T], give_up: Callable[[Thread], object] | None = None) -> T:
    """What `begin` comes to, waited for at once."""
    return begin(seconds, work, give_up)()


def begin(
    seconds: float, work: Callable[[], T], give_up: Callable[[Thread], object] | None = None
) -> Callable[[], T]:
    """
    Begin *work* in a thread of its own, which is left alone if it does not answer in time.

    Args:
        seconds: Counted from now, whenever the answer is asked for.
        give_up: Told of that thread then.

    Returns:
        To be called once, for what *work* answers. It raises what *work* raises, `RuntimeError` in place of what would
        end a program; and `TimeoutError` where nobody will hear what it answers later.
    """
    answers: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()

    def run() -> None:
        try:
            answers.put((work(), None))
        except BaseException as error:  # a thread has no caller to raise to
            answers.put((None, error))

    thread = Thread(target=run, name="orderkit-plugin", daemon=True)
    until = time.monotonic() + seconds
    thread.start()

    def answer() -> T:
        try:
            found, error = answers.get(timeout=max(0, until - time.monotonic()))
        except Empty:
            if give_up is not None:
                give_up(thread)
            raise TimeoutError(f"no answer within {seconds} seconds") from None
        _raise(error)
        answered: T = found
        return answered

    return answer


def _raise(error: BaseException | None) -> None:
    if isinstance(error, Exception):
        raise error
    if error is not None:
        raise RuntimeError(f"it raised {type(error).__name__}") from error
