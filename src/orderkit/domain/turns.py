"""Whose turn it is to be asked about: each thing after a pause of its own, which grows while nothing comes of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

import attrs

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)


@attrs.define
class Turns:
    """
    What is asked about again and again, until it is no more among what is open.

    It lives as long as the process: another one begins with the shortest pauses.
    """

    _turns: dict[UUID, tuple[datetime, timedelta]] = attrs.field(factory=dict, init=False)

    def keep(self, open_: Iterable[UUID], now: datetime) -> None:
        """Know all that is open; what is new among it has its first turn after the shortest pause."""
        fresh = (now + FIRST_PAUSE, FIRST_PAUSE)
        self._turns = {id: self._turns.get(id, fresh) for id in open_}

    def take(self, now: datetime) -> UUID | None:
        """Whose turn it is by *now*, the longest due first; it has its next one after twice the pause."""
        if not self._turns:
            return None
        id, (at, pause) = min(self._turns.items(), key=lambda turn: (turn[1][0], turn[0]))
        if at > now:
            return None
        pause = min(2 * pause, LONGEST_PAUSE)
        self._turns[id] = (now + pause, pause)
        return id
