"""Notes: told in the journal of an order, of which nothing changes."""

import pytest

from orderkit.domain.actor import ActorKind
from orderkit.domain.events import events_of
from orderkit.domain.lifecycle import Status
from orderkit.domain.notes import add_note
from orderkit.domain.permits import DESK
from orderkit.domain.text import LONG
from orderkit.errors import InvalidInputError, TransitionRefusedError
from tests.domain.making import act, order

OTHERS = [kind for kind in ActorKind if kind not in DESK]


@pytest.mark.parametrize("status", Status)
def test_a_note_changes_nothing(status: Status) -> None:
    """Wherever the order stands a note is told, and the order with its version is as it was; no event follows."""
    before = order(status=status, version=7)
    change = add_note(before, " Позвонить\nпосле шести ", act())
    entry = change.entry

    assert before is change.before is change.after
    assert change.changes_nothing
    assert ("order.noted", {"text": "Позвонить\nпосле шести"}) == (entry.kind, entry.data)
    assert (None, None, before.id, before.contact_id, ()) == (
        entry.subject_id,
        entry.version,
        entry.order_id,
        entry.contact_id,
        entry.differences,
    )
    assert {} == events_of(entry, before.total.minor, "RUB")


@pytest.mark.parametrize(("text", "code"), [("", "empty"), (" \n", "empty"), ("x" * (LONG + 1), "too_long")])
def test_a_note_has_text(text: str, code: str) -> None:
    """An empty note tells nothing; a longer one than 2,000 characters is no note."""
    with pytest.raises(InvalidInputError) as refused:
        add_note(order(), text, act())

    assert (code, "text") == (refused.value.code, refused.value.field)


@pytest.mark.parametrize("kind", OTHERS)
def test_notes_are_for_the_desk(kind: ActorKind) -> None:
    """Buyers, money, tracking and the clock write none."""
    with pytest.raises(TransitionRefusedError, match=r"orders\.add_note is not for") as refused:
        add_note(order(), "x", act(kind))

    assert "not_by_this_actor" == refused.value.code
