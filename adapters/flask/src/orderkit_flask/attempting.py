"""Doing what a form asks for; where it is refused, the same form again, saying why, with everything that was typed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import attrs

from orderkit import Money
from orderkit.errors import ConflictError, InvalidInputError, OrderKitError, TransitionRefusedError
from orderkit_flask.errors import explain, explain_fields, rival_of, status_of
from orderkit_flask.forms import Form
from orderkit_flask.speech import Speech
from orderkit_flask.words import KINDS

logger = logging.getLogger("orderkit_flask")

T = TypeVar("T")


@attrs.frozen
class Refused:
    """
    A form that was not stored.

    Attributes:
        form: To be shown again: as it was typed, with what is wrong with it or what somebody else stored meanwhile.
        status: The HTTP number that goes with it.
        code: Of the error; empty where the form itself was wrong.
    """

    form: Form
    status: int
    code: str = ""


def attempt(
    form: Form,
    verb: Callable[[], T],
    say: Speech,
    *,
    stored: Callable[[], Form] | None,
    explain: Callable[[OrderKitError, Speech], str] = explain,
) -> T | Refused:
    """
    Do what a form asks for, if nothing is wrong with it already.

    Args:
        verb: One call of a service; what it answers is handed back.
        stored: Makes the form with what is stored now, if somebody else was faster; ``None`` for something new.
        explain: Says what is wrong, in the words of whoever fills the form in.
    """
    if form.problems:
        return Refused(form, 422)
    try:
        return verb()
    except (InvalidInputError, TransitionRefusedError) as error:
        field = error.field if isinstance(error, InvalidInputError) else ""
        logger.info("%s %s", error.code, field)  # a plugin's own words may repeat what was typed
        if stored is not None and error.code in _DONE_IN_PART:
            form = form.meet(stored())
        return Refused(form.with_problems(_placed(form, error, say, explain)), status_of(error), error.code)
    except ConflictError as error:
        logger.info("%s: %s", error.code, error)
        return Refused(_met(form, error, say, stored), status_of(error), error.code)


def _placed(
    form: Form, error: OrderKitError, say: Speech, explain: Callable[[OrderKitError, Speech], str]
) -> dict[str, str]:
    """What is wrong, at the fields of the form; what is about none of them stands above it."""
    placed: dict[str, str] = {}
    for field, words in explain_fields(error, say, explain).items():
        place = field if field in form.values else ""
        placed[place] = f"{placed.get(place, '')} {words}".strip()
    return placed


def _met(form: Form, error: ConflictError, say: Speech, stored: Callable[[], Form] | None) -> Form:
    told = _TOLD.get(error.code)
    if stored is not None and told is None:
        return form.meet(stored(), rival_of(error, say))
    fresh = form.meet(stored()) if stored else form.renewed()
    return fresh.with_problems({"": (told or _sent_before)(error, say)})


def _sent_before(_error: ConflictError, say: Speech) -> str:
    return say.text(
        "This form was sent before, with something else in it. Send it again to save this one too."
    )


def _money_moved(error: ConflictError, say: Speech) -> str:
    what = say.word(KINDS, str(error.context["kind"]))
    amount = error.context.get("amount")
    if isinstance(amount, Money):
        what = f"{what}: {say.money(amount)}"
    return say.text(
        "Meanwhile: %(what)s (%(who)s). Nothing of yours is recorded yet. If it is other money, save again.",
        what=what,
        who=rival_of(error, say),
    )


def _total_changed(_error: ConflictError, say: Speech) -> str:
    return say.text("The total has changed meanwhile. Look at the new one, and send again.")


_TOLD = {"key_reused": _sent_before, "money_moved": _money_moved, "total_changed": _total_changed}
"""Code of a `ConflictError` that is no change of the same fields → what is told of it."""

_DONE_IN_PART = frozenset({"provider_refused"})
"""Refusals of an act that a part was done of: whoever sends its form again begins another, with what is so by now."""
