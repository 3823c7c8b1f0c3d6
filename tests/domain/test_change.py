"""`Change`: the one thing a verb answers with."""

import attrs

from orderkit.domain.change import changed, created, told
from orderkit.domain.journal import Difference
from tests.domain.making import LATER, NOW, act, order, rub


def test_created() -> None:
    """Something new has no before; its entry tells the given fields and carries the given data."""
    after = order()
    doing = act(at=LATER)
    change = created(after, "order.created", doing, {"status": "pending"}, source="web")
    entry = change.entry

    assert (None, after) == (change.before, change.after)
    assert (Difference("status", None, "pending"),) == entry.differences
    assert ("order.created", LATER, doing.actor, {"source": "web"}) == (
        entry.kind,
        entry.at,
        entry.actor,
        entry.data,
    )
    assert (after.id, after.id, after.contact_id, 1) == (
        entry.subject_id,
        entry.order_id,
        entry.contact_id,
        entry.version,
    )


def test_changed() -> None:
    """A change is one version further, with one entry that tells the differences and the reason."""
    before = order(version=7)
    change = changed(before, attrs.evolve(before, retained=rub("5")), "x", act(), reason="так надо", a=1)
    assert change is not None

    assert (before, 8, 8) == (change.before, change.after.version, change.entry.version)
    assert (Difference("retained", None, 500),) == change.entry.differences
    assert ("так надо", {"a": 1}) == (change.entry.reason, change.entry.data)


def test_an_order_remembers_its_last_change() -> None:
    """A change is the moment of its entry; what is only told, and what changes nothing, leaves it."""
    before = order()
    change = changed(before, attrs.evolve(before, retained=rub("5")), "x", act(at=LATER))
    assert change is not None

    assert (NOW, LATER) == (before.changed_at, change.after.changed_at)
    assert NOW == told(before, "x", act(at=LATER)).after.changed_at


def test_no_difference_is_no_change() -> None:
    """Where nothing differs there is nothing to store, not even with a reason."""
    before = order()

    assert changed(before, attrs.evolve(before), "x", act(), reason="так надо") is None


def test_with_key() -> None:
    """The caller's key and the digest of the request travel in the entry; nothing else changes."""
    change = created(order(), "order.created", act(), {})
    keyed = change.with_key("k", "f")

    assert ("k", "f") == (keyed.entry.key, keyed.entry.fingerprint)
    assert change == attrs.evolve(keyed, entry=attrs.evolve(keyed.entry, key=None, fingerprint=None))


def test_told() -> None:
    """What is only told leaves what it is about as it is: its entry has no version, and is found all the same."""
    about = order(version=7)
    change = told(about, "x", act(at=LATER), text="y")
    entry = change.entry

    assert (about, about, True) == (change.before, change.after, change.changes_nothing)
    assert (None, None, about.id, about.contact_id) == (
        entry.subject_id,
        entry.version,
        entry.order_id,
        entry.contact_id,
    )
    assert ("x", LATER, {"text": "y"}, ()) == (entry.kind, entry.at, entry.data, entry.differences)
    assert not created(about, "x", act(), {}).changes_nothing
