"""Somebody pulls the plug: a verb is broken off before a statement or a commit."""

from typing import Any

import sqlalchemy as sa

from orderkit import OrderKit


class PowerCutError(Exception):
    """What breaks off; nobody expects it."""


class cut_before:  # noqa: N801  # reads as the sentence it is part of
    """Raise before the statement or commit of that index; tells whether it came to that."""

    def __init__(self, kit: OrderKit, index: int) -> None:
        self.engine, self.left, self.cut = kit.database.engine, index, []

    def __enter__(self) -> list[bool]:
        sa.event.listen(self.engine, "before_cursor_execute", self._count)
        sa.event.listen(self.engine, "commit", self._count)
        return self.cut

    def __exit__(self, *_: object) -> None:
        sa.event.remove(self.engine, "before_cursor_execute", self._count)
        sa.event.remove(self.engine, "commit", self._count)

    def _count(self, *_: Any) -> None:
        if self.left == 0 and not self.cut:
            self.cut.append(True)
            raise PowerCutError
        self.left -= 1
