"""A plugin's work has a time limit, and whatever it does, whoever called it goes on."""

import threading
import time

import pytest

from orderkit.registry.limiting import MOST_HANGING, Hanging, begin, within


def fail(error: BaseException) -> None:
    raise error


def test_in_time() -> None:
    """What it answers is answered, from a thread of its own; what it raises is raised."""
    caller = threading.current_thread()

    assert within(5, threading.current_thread) is not caller
    with pytest.raises(OSError, match="no line"):
        within(5, lambda: fail(OSError("no line")))


@pytest.mark.parametrize("end", [SystemExit(), KeyboardInterrupt(), GeneratorExit()], ids=repr)
def test_what_would_end_a_program(end: BaseException) -> None:
    """It ends nothing but its own work."""
    with pytest.raises(RuntimeError, match=type(end).__name__):
        within(5, lambda: fail(end))


def test_too_late() -> None:
    """After the limit nobody waits any more, and what comes later goes nowhere."""
    free = threading.Event()
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        within(0.05, lambda: free.wait(10))
    waited = time.monotonic() - begun
    free.set()

    assert 0.05 <= waited < 5


def test_begun_at_once() -> None:
    """The limit counts from when it is begun: who answered is heard after one that was waited for to the end."""
    free, done = threading.Event(), threading.Event()
    late = begin(0.5, lambda: free.wait(10))
    other_late, quick = begin(0.5, lambda: free.wait(10)), begin(0.5, done.set)
    assert done.wait(10)
    with pytest.raises(TimeoutError, match="no answer within"):
        late()
    begun = time.monotonic()
    with pytest.raises(TimeoutError):
        other_late()
    waited = time.monotonic() - begun
    free.set()

    assert quick() is None
    assert waited < 0.4


def test_what_hangs_is_counted() -> None:
    """By plugin, from when it is given up until it comes back; what answers in time is not."""
    hanging, free = Hanging(), threading.Event()
    threads: list[threading.Thread] = []

    def give_up(thread: threading.Thread) -> None:
        threads.append(thread)
        hanging.add("slow", thread)

    for hung in range(MOST_HANGING):
        assert (hung, False) == (len(threads), hanging.is_full("slow"))
        within(5, lambda: None, give_up)
        with pytest.raises(TimeoutError):
            within(0.01, lambda: free.wait(30), give_up)
    assert (True, False) == (hanging.is_full("slow"), hanging.is_full("other"))
    free.set()
    for thread in threads:
        thread.join(10)

    assert not hanging.is_full("slow")
