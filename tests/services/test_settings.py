"""Methods are added once for each key and edited at the version seen."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from orderkit import Desk, OrderKit
from orderkit.errors import ConflictError
from orderkit.storage.writing import Store
from tests.making import OTHER_STAFF, STAFF, contents, rub
from tests.services.meanwhile import meanwhile

ADD: dict[str, Callable[[Desk, str], Any]] = {
    "payment": lambda desk, title: desk.settings.add_payment_method("cash", title, actor=STAFF, key="k"),
    "shipping": lambda desk, title: desk.settings.add_shipping_method(
        "flat-rate", title, settings={"cost": rub("1")}, actor=STAFF, key="k"
    ),
}


def edit(desk: Desk, method: Any, actor: Any = STAFF, **fields: Any) -> Any:
    verb = (
        desk.settings.edit_shipping_method
        if hasattr(method, "carrier")
        else desk.settings.edit_payment_method
    )
    return verb(attrs.evolve(method, **fields), actor=actor)


@pytest.mark.parametrize("kind", ADD)
def test_the_same_key_adds_once(any_kit: OrderKit, any_desk: Desk, kind: str) -> None:
    """A repeated request is answered with the method it made; another one with that key is refused."""
    first = ADD[kind](any_desk, "А")
    before = contents(any_kit)
    again = ADD[kind](any_desk, "А")
    with pytest.raises(ConflictError) as refused:
        ADD[kind](any_desk, "Б")

    assert first == again
    assert "key_reused" == refused.value.code
    assert before == contents(any_kit)


@pytest.mark.parametrize("kind", ADD)
def test_edits(any_kit: OrderKit, any_desk: Desk, kind: str) -> None:
    """An edit is a new version; the same values change nothing."""
    method = ADD[kind](any_desk, "А")
    edited = edit(any_desk, method, title="Б", active=False)

    assert (2, "Б", False) == (edited.version, edited.title, edited.active)
    assert edited == edit(any_desk, edited)
    assert edited in (*any_desk.settings.payment_methods(), *any_desk.settings.shipping_methods())
    assert [] == list(any_kit.verify())


@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("kind", ADD)
def test_a_stale_version(desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str, late: bool) -> None:
    """Late or overtaken, the refusal names what was changed and by whom."""
    method = ADD[kind](desk, "А")

    def overtake() -> None:
        edit(desk, method, OTHER_STAFF, position=5)

    if late:
        overtake()
    else:
        meanwhile(monkeypatch, overtake)
    with pytest.raises(ConflictError) as refused:
        edit(desk, method, title="Б")

    assert ("stale_version", ("position",), "Пётр") == (
        refused.value.code,
        refused.value.changed,
        refused.value.changed_by,
    )


@pytest.mark.parametrize("kind", ADD)
def test_other_conflicts_keep_their_code(desk: Desk, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """A refusal for another reason than the version is handed on."""
    method = ADD[kind](desk, "А")

    def contradict(*_: object) -> None:
        raise ConflictError("planted", code="constraint")

    monkeypatch.setattr(Store, "save", contradict)
    with pytest.raises(ConflictError, match="planted"):
        edit(desk, method, title="Б")


def test_order_of_display(any_desk: Desk) -> None:
    """Primary first, then by position, then by title; switched off ones are listed too."""
    add = any_desk.settings.add_payment_method
    for title, fields in {
        "Б": {},
        "А": {"active": False},
        "В": {"position": -1},
        "Г": {"is_primary": True},
    }.items():
        add("cash", title, actor=STAFF, key=title, **fields)

    assert ["Г", "В", "А", "Б"] == [method.title for method in any_desk.settings.payment_methods()]
