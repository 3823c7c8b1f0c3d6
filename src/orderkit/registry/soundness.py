"""Whether settings go together, as the plugin's class says."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from orderkit.contracts.problems import Problem
from orderkit.contracts.wording import in_language
from orderkit.errors import InvalidInputError

MOST: Final = 100
"""So many problems are read: more help nobody."""


def require_sound(settings: Any) -> None:
    """
    Refuse settings in which their class finds problems.

    Raises:
        InvalidInputError: ``invalid_input`` with all of them in ``problems``; ``plugin_failed``: it cannot be asked.
    """
    if not callable(getattr(type(settings), "problems", None)):  # a setting may be called so too
        return
    if found := _asked(settings):
        named = tuple((f"settings.{one.field}" if one.field else "settings", one.text) for one in found)
        words = "; ".join(f"{field}: {in_language(text, 'en')}" for field, text in named)
        raise InvalidInputError(words, code="invalid_input", field=named[0][0], problems=named)


def problems_in(answer: object) -> tuple[Problem, ...]:
    """What a plugin answers where problems are asked for; raises `TypeError` for anything else."""
    if not isinstance(answer, Iterable):
        raise TypeError("problems are expected, none where all is well")
    found = tuple(islice(answer, MOST))
    if not all(isinstance(one, Problem) for one in found):
        raise TypeError("problems are expected, none where all is well")
    return found


def _asked(settings: Any) -> tuple[Problem, ...]:
    try:
        return problems_in(settings.problems())
    except (Exception, SystemExit) as error:
        raise InvalidInputError(
            f"settings: {type(settings).__name__}.problems() fails: {type(error).__name__}",
            code="plugin_failed",
            field="settings",
        ) from error
