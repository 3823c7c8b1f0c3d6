"""Forms as they come back: whatever was sent is kept, and meets what somebody else stored."""

import attrs
import pytest
from orderkit_flask.forms import Form
from werkzeug.datastructures import MultiDict


def sent(**fields: object) -> MultiDict[str, str]:
    """A request's fields; several values of one as a list."""
    return MultiDict(fields)  # type: ignore[arg-type]  # values or lists of them


def begun(version: int = 1, **values: str | tuple[str, ...]) -> Form:
    """A form as it was shown, sent back untouched."""
    shown = Form.of(values, version)
    return Form(values=shown.values, was=shown.was, version=version, key=shown.key)


def typed(form: Form, **values: str | tuple[str, ...]) -> Form:
    """The same with something typed into it."""
    changed = {name: (one,) if isinstance(one, str) else one for name, one in values.items()}
    return Form(values={**form.values, **changed}, was=form.was, version=form.version, key=form.key)


def test_what_is_sent_is_read() -> None:
    """Values, what stood there, version and key; what belongs to the form itself is no field."""
    form = Form.read(
        sent(
            **{
                "csrf": "t",
                "do": "save",
                "version": "7",
                "key": "k-1",
                "a": " x ",
                "was.a": "y",
                "b": ["1", "2"],
            }
        )
    )

    assert {"a": (" x ",), "b": ("1", "2")} == form.values
    assert {"a": ("y",)} == form.was
    assert (7, "k-1") == (form.version, form.key)
    assert ("x", "1", "") == (form.one("a"), form.one("b"), form.one("c"))
    assert (("1", "2"), ()) == (form.several("b"), form.several("c"))


def test_line_breaks_are_plain() -> None:
    """A browser sends two characters for a line break; what nobody touched is found untouched."""
    form = Form.read(sent(**{"note": "a\r\nb", "was.note": "a\r\nb"}))

    assert (("a\nb",), ("a\nb",)) == (form.values["note"], form.was["note"])


@pytest.mark.parametrize(
    "version", ["", "x", "-1", "1.5", "9" * 5_000, "٣", " 1", "0x1", "1e3", "12345678901"]
)
def test_a_version_that_is_none(version: str) -> None:
    """It counts as one that nobody has seen, however large, and is no error."""
    assert 0 == Form.read(sent(version=version)).version
    assert 0 == Form.read(sent()).version


@pytest.mark.parametrize("key", ["", " ", "a b", "a\nb", "ключ", "k" * 201])
def test_a_key_that_is_none(key: str) -> None:
    """A form that lost its key gets another, and can still be stored."""
    forms = [Form.read(sent(key=key)), Form.read(sent()), Form.of({})]

    assert 3 == len({form.key for form in forms})
    assert {22} == {len(form.key) for form in forms}


def test_untouched_fields_take_over_what_is_stored() -> None:
    """Only the other one changed it: no question is asked."""
    met = typed(begun(a="1", b="1"), b="2").meet(Form.of({"a": "9", "b": "1"}, 5), "Пётр")

    assert {"a": ("9",), "b": ("2",)} == met.values
    assert {} == met.stored
    assert ("Пётр", 5) == (met.rival, met.version)
    assert {"a": ("9",), "b": ("1",)} == met.was


def test_fields_that_both_changed_show_both() -> None:
    """What was typed stays in the field; what is stored stands beside it."""
    met = typed(begun(a="1"), a="2").meet(Form.of({"a": "9"}, 5), "Пётр")

    assert {"a": ("2",)} == met.values
    assert {"a": ("9",)} == met.stored


def test_held_fields_take_over_nothing() -> None:
    """They belong to what was typed beside them: what another stored is shown and not taken."""
    form = attrs.evolve(begun(a="1", b="1"), held=frozenset({"a", "b"}))
    met = form.meet(Form.of({"a": "9", "b": "1"}, 5))

    assert {"a": ("1",), "b": ("1",)} == met.values
    assert {"a": ("9",)} == met.stored


def test_both_typed_the_same() -> None:
    """There is nothing to decide."""
    met = typed(begun(a="1"), a="2").meet(Form.of({"a": "2"}, 5))

    assert ({"a": ("2",)}, {}) == (met.values, met.stored)


def test_boxes_and_lists() -> None:
    """Unticking is typing as well: a box and a list of many are met as a whole."""
    form = begun(box="yes", pages=("a", "b"), other=())
    form = Form(values={"pages": ("a",)}, was=form.was, version=1)  # unticked boxes are not sent

    met = form.meet(Form.of({"box": "yes", "pages": ("a", "b", "c"), "other": "yes"}, 2))

    assert ("", ("a",), ("yes",)) == (met.one("box"), met.several("pages"), met.several("other"))
    assert {"pages": ("a", "b", "c")} == met.stored


def test_a_merged_form_is_sent_under_a_key_of_its_own() -> None:
    """It is another request; one more conflict compares with what was shown last."""
    first = typed(begun(a="1"), a="2")
    second = first.meet(Form.of({"a": "9"}, 5), "Пётр")
    third = second.meet(Form.of({"a": "9"}, 6))

    assert 3 == len({first.key, second.key, third.key})
    assert ({"a": ("2",)}, {}) == (third.values, third.stored)  # 9 was seen, and 2 was meant


def test_what_only_the_form_has_is_kept() -> None:
    """A field of the form that is no part of what is stored, such as a reason."""
    assert ("why",) == typed(begun(), reason="why").meet(Form.of({}, 2)).values["reason"]


def test_problems_are_collected() -> None:
    """Each by its field; the rest of the form stays."""
    form = begun(a="1").with_problems({"a": "x"}).with_problems({"": "y"})

    assert {"a": "x", "": "y"} == form.problems
    assert ("1",) == form.values["a"]
