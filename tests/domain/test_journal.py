"""The journal: differences between two snapshots."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderkit.domain.actor import Actor
from orderkit.domain.journal import Difference, JournalEntry, compare
from tests.domain.making import NOW


@pytest.mark.parametrize(
    ("before", "after", "differences"),
    [
        ({}, {}, ()),
        ({"a": 1}, {"a": 1}, ()),
        ({"a": 1}, {"a": 2}, (Difference("a", 1, 2),)),
        ({}, {"a": 1}, (Difference("a", None, 1),)),
        ({"a": 1}, {}, (Difference("a", 1, None),)),
        ({"a": 1, "b": {"x": 1}}, {"b": {"x": 2}, "c": []}, (
            Difference("b", {"x": 1}, {"x": 2}),
            Difference("c", None, []),
            Difference("a", 1, None),
        )),
    ],
)  # fmt: skip
def test_compare(before: dict[str, Any], after: dict[str, Any], differences: tuple[Difference, ...]) -> None:
    """Changed and new fields stand in the order of the new snapshot, then what is gone."""
    assert differences == compare(before, after)


SNAPSHOTS = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 2))


@given(SNAPSHOTS, SNAPSHOTS)
def test_differences_lead_from_one_to_the_other(before: dict[str, int], after: dict[str, int]) -> None:
    """Whoever has the old snapshot and the differences has the new one, and the other way round."""
    differences = compare(before, after)
    forward = {**before, **{one.field: one.after for one in differences}}
    backward = {**after, **{one.field: one.before for one in differences}}

    assert after == {field: value for field, value in forward.items() if value is not None}
    assert before == {field: value for field, value in backward.items() if value is not None}
    assert len(differences) == len({one.field for one in differences})


def test_difference_of_a_field() -> None:
    """An entry answers for one field; what did not change has no difference."""
    status = Difference("status", "pending", "shipped")
    entry = JournalEntry(UUID(int=1), NOW, "order.status_changed", Actor.staff("1"), differences=(status,))

    assert status == entry.difference("status")
    assert entry.difference("total") is None
