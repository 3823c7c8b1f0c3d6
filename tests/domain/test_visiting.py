"""Visits: told to the journal at the moment they were, changing nothing."""

from datetime import timedelta

import pytest

from orderkit.domain.visiting import Visit, tell
from orderkit.errors import InvalidInputError
from tests.domain.making import NOW, PERSON, act


@pytest.mark.parametrize("contact_id", [PERSON, None])
def test_a_visit_is_told(contact_id: object) -> None:
    """Of somebody or of nobody, with page and title, as long ago as it was; it is a change of nothing."""
    change = tell(Visit(" /mugs ", "Кружки", 90), contact_id, act())  # type: ignore[arg-type]

    assert change.changes_nothing
    assert ("visit", contact_id, None, None, NOW - timedelta(seconds=90)) == (
        change.entry.kind,
        change.entry.contact_id,
        change.entry.order_id,
        change.entry.subject_id,
        change.entry.at,
    )
    assert {"page": "/mugs", "title": "Кружки"} == change.entry.data


def test_without_a_title() -> None:
    """What was not told is not there."""
    assert {"page": "/"} == tell(Visit("/"), None, act()).entry.data


@pytest.mark.parametrize(
    ("visit", "code"),
    [
        (lambda: Visit(""), "empty"),
        (lambda: Visit("/" * 2001), "too_long"),
        (lambda: Visit("/", "\x00"), "control_characters"),
        (lambda: Visit(7), "not_text"),  # type: ignore[arg-type]
        (lambda: Visit("/", seconds_ago=-1), "out_of_range"),
        (lambda: Visit("/", seconds_ago=86_401), "out_of_range"),
        (lambda: Visit("/", seconds_ago=1.5), "not_whole"),  # type: ignore[arg-type]
        (lambda: Visit("/", seconds_ago=True), "not_whole"),
    ],
)
def test_no_visit(visit: object, code: str) -> None:
    """What a browser may not tell is refused."""
    with pytest.raises(InvalidInputError) as refused:
        visit()  # type: ignore[operator]

    assert code == refused.value.code


def test_the_longest_ago() -> None:
    """A whole day is the bound, and is within."""
    assert NOW - timedelta(days=1) == tell(Visit("/", seconds_ago=86_400), None, act()).entry.at
