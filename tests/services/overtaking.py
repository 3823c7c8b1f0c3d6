"""Somebody is faster at a moment of the test's choosing: before the time of that number that the database is asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import attrs
import pytest

from orderkit.storage.database import Database

T = TypeVar("T")


@attrs.define
class _Turn:
    """Whose turn it is: what another does is done once, and what it asks the database for is not counted."""

    act: Callable[[], object]
    index: int
    answers: list[object] = attrs.field(factory=list)
    is_over: bool = False

    def comes(self, *, writes: bool) -> None:
        if self.is_over:
            return
        if self.index == 0:
            self.is_over = True
            self.answers.append(self.act())
        self.index -= 1
        self.is_over = self.is_over or writes


@contextmanager
def overtaken(
    monkeypatch: pytest.MonkeyPatch, index: int, act: Callable[[], object]
) -> Iterator[list[object]]:
    """
    Have *act* done, all of it, right before what is called within asks the database for the time of that index.

    It can be overtaken until it stores something, that is, up to and including just before its first transaction.
    Answers what *act* answered; nothing where it asks less often.
    """
    turn = _Turn(act, index)
    reading, snapshot, write = Database.reading, Database.snapshot, Database.write

    def first(asked: Callable[..., T], *, writes: bool = False) -> Callable[..., T]:
        def then(self: Database, *given: Any) -> T:
            turn.comes(writes=writes)
            return asked(self, *given)

        return then

    with monkeypatch.context() as patch:
        patch.setattr(Database, "reading", first(reading))
        patch.setattr(Database, "snapshot", first(snapshot))
        patch.setattr(Database, "write", first(write, writes=True))
        yield turn.answers
