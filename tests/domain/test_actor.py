"""Actors and acts: who, when, and where ids come from."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest

from orderkit.domain.actor import Act, Actor, ActorKind
from orderkit.errors import InvalidInputError


def test_staff() -> None:
    """A person at the desk is named by the host's id and by name."""
    assert Actor(ActorKind.STAFF, "17", "Ольга") == Actor.staff("17", " Ольга ")


def test_kind_by_its_word() -> None:
    """A kind may be given by the word it is stored as; another word is refused."""
    assert ActorKind.BUYER is Actor("buyer").kind
    with pytest.raises(ValueError, match="ghost"):
        Actor("ghost")


@pytest.mark.parametrize("fields", [{"id": "x" * 201}, {"name": "\x00"}, {"name": 5}])
def test_text_is_checked(fields: dict[str, str]) -> None:
    """Id and name are text like any other."""
    with pytest.raises(InvalidInputError, match=r"^actor\."):
        Actor(ActorKind.STAFF, **fields)


def test_moments_are_kept_in_utc() -> None:
    """A moment of any zone is the same moment in UTC."""
    moscow = timezone(timedelta(hours=3))
    act = Act(Actor.staff("1"), datetime(2024, 3, 1, 15, tzinfo=moscow), uuid4)

    assert datetime(2024, 3, 1, 12, tzinfo=UTC) == act.at
    assert UTC is act.at.tzinfo


def test_moments_need_a_zone() -> None:
    """A moment without a zone could be any of a day's: it is refused."""
    with pytest.raises(InvalidInputError) as refused:
        Act(Actor.staff("1"), datetime(2024, 3, 1, 15), uuid4)

    assert ("naive_datetime", "at") == (refused.value.code, refused.value.field)
