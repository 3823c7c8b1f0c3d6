"""What each button of the editor does to its form. Nothing here is stored: only saving does that."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import attrs

from orderkit_flask.editing import LINES
from orderkit_flask.forms import Form
from orderkit_flask.shelf import Shelf
from orderkit_flask.slots import next_added

SEARCH = "find"
"""The field the catalogue is searched by."""
REPLACING = "replacing"
"""The row whose place the next product takes."""
_SLOT = re.compile(r"n?[0-9]{1,9}")
_CHOSEN = ("sku", "title", "requires_delivery")
"""Fields of a row whose product was chosen just now."""


@attrs.frozen
class Pressed:
    """
    The form after a button.

    Attributes:
        focus: The id of what is used next; empty to leave that to the browser.
        refusal: Why the button did nothing, in words.
    """

    form: Form
    focus: str = ""
    refusal: str = ""


def press(form: Form, button: str, shelf: Shelf) -> Pressed:
    """
    Do what a button asks for; an unknown one does nothing.

    Args:
        button: What stands behind ``do``: ``add:MUG-1``, ``remove:7``, ``free``.
    """
    verb, _, about = button.partition(":")
    if verb == "add":
        return _add(form, about, shelf)
    if verb in PRESSES and (not about or _SLOT.fullmatch(about)):
        return PRESSES[verb](form, about)
    return Pressed(form)


def _add(form: Form, sku: str, shelf: Shelf) -> Pressed:
    """Put a product in the place of the row that is being replaced, or at the end."""
    taken = shelf.take(sku)
    if taken.product is None:
        return Pressed(form, "ok-find", taken.problem)
    slot = form.one(REPLACING) or _next(form)
    values = {
        LINES.field(slot, "sku"): taken.product.sku,
        LINES.field(slot, "unit_price"): shelf.say.amount(taken.product.price),
        LINES.field(slot, "quantity"): form.one(LINES.field(slot, "quantity")) or "1",
    }
    left = _without(form, SEARCH, REPLACING, *(LINES.field(slot, name) for name in _CHOSEN))
    return Pressed(_with(left, values), _input_id(slot, "quantity") if form.one(REPLACING) else "ok-find")


def _free(form: Form, _about: str) -> Pressed:
    """Write a line of one's own, in the place of the row that is being replaced, or at the end."""
    slot = form.one(REPLACING) or _next(form)
    values = {
        LINES.field(slot, "title"): "",
        LINES.field(slot, "unit_price"): "",
        LINES.field(slot, "quantity"): form.one(LINES.field(slot, "quantity")) or "1",
        LINES.field(slot, "requires_delivery"): "yes",
    }
    left = _without(form, SEARCH, REPLACING, LINES.field(slot, "sku"))
    return Pressed(_with(left, values), _input_id(slot, "title"))


def _replace(form: Form, slot: str) -> Pressed:
    return Pressed(_with(_without(form, SEARCH), {REPLACING: slot}), "ok-find")


def _leave(form: Form, _about: str) -> Pressed:
    slot = form.one(REPLACING)
    return Pressed(_without(form, SEARCH, REPLACING), f"ok-replace-{slot}" if slot else "")


def _remove(form: Form, slot: str) -> Pressed:
    """Strike out a line of the order; an added one simply goes."""
    left = _without(form, REPLACING) if form.one(REPLACING) == slot else form
    if slot.startswith("n"):
        return Pressed(
            _without(left, *(name for name in left.values if name.startswith(LINES.field(slot, ""))))
        )
    is_chosen = any(LINES.field(slot, name) in left.values for name in _CHOSEN)
    former = _keep(left, slot).form if is_chosen else left
    return Pressed(_with(former, {LINES.field(slot, "removed"): "yes"}), f"ok-return-{slot}")


def _return(form: Form, slot: str) -> Pressed:
    """Take a line back that was struck out."""
    return Pressed(_without(form, LINES.field(slot, "removed")), f"ok-remove-{slot}")


def _keep(form: Form, slot: str) -> Pressed:
    """Give up what was chosen in the place of a line, and show that again as it is."""
    names = [LINES.field(slot, name) for name in ("quantity", "unit_price")]
    before = {name: form.was[name][0] for name in names if form.was.get(name)}
    left = _without(form, *(LINES.field(slot, name) for name in _CHOSEN))
    return Pressed(_with(left, before), _input_id(slot, "quantity"))


PRESSES: Mapping[str, Callable[[Form, str], Pressed]] = {
    "free": _free,
    "replace": _replace,
    "leave": _leave,
    "remove": _remove,
    "return": _return,
    "keep": _keep,
}


def _next(form: Form) -> str:
    return f"n{next_added(LINES.of(form.values))}"


def _input_id(slot: str, name: str) -> str:
    return f"ok-f-{LINES.field(slot, name)}"


def _with(form: Form, values: Mapping[str, str]) -> Form:
    return attrs.evolve(form, values={**form.values, **{name: (value,) for name, value in values.items()}})


def _without(form: Form, *names: str) -> Form:
    return attrs.evolve(
        form, values={name: values for name, values in form.values.items() if name not in names}
    )
