"""What is open is asked about after pauses that grow, never all at once, and no more once it is settled."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from orderkit.domain.turns import LONGEST_PAUSE, Turns
from tests.domain.making import NOW

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def test_pauses_grow() -> None:
    """Twice as long each time, up to the longest; asked every minute, hardly anything is asked about."""
    turns, asked = Turns(), []
    for minute in range(3 * 24 * 60):
        turns.keep([ONE], NOW + timedelta(minutes=minute))
        if turns.take(NOW + timedelta(minutes=minute)):
            asked.append(minute)
    pauses = [after - before for before, after in pairwise(asked)]

    assert [1, 3, 7, 15, 31] == asked[:5]
    assert (sorted(pauses), LONGEST_PAUSE) == (pauses, timedelta(minutes=pauses[-1]))


def test_who_waited_longest_is_first() -> None:
    """Whoever is not asked about keeps the turn, and nobody has two."""
    turns, later = Turns(), NOW + timedelta(minutes=1)
    turns.keep([TWO], NOW - timedelta(seconds=1))
    turns.keep([ONE, TWO, THREE], NOW)

    assert None is turns.take(NOW)
    assert [TWO, ONE, THREE, None] == [turns.take(later) for _ in range(4)]


def test_what_is_settled_is_forgotten() -> None:
    """Open again, it is new."""
    turns = Turns()
    turns.keep([ONE], NOW)
    turns.keep([], NOW + timedelta(minutes=2))
    turns.keep([ONE], NOW + timedelta(minutes=3))

    assert None is turns.take(NOW + timedelta(minutes=3))
