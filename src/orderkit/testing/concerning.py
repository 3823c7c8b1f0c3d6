"""Which checks of a contract concern a plugin: the others are not there, so that a check that is skipped is a sign."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, TypeVar

import pytest

Concerns = Callable[[Any], bool]
"""Whether a check concerns the plugin of a test: asked with an instance of its class."""
C = TypeVar("C", bound=Callable[..., None])
_MARK = "orderkit_concerns"


def where(*concerns: Concerns) -> Callable[[C], C]:
    """A check that is there only where all of these hold."""

    def mark(check: C) -> C:
        setattr(check, _MARK, concerns)
        return check

    return mark


class Contract:
    """
    What a test subclasses. Pytest collects those of its checks that concern the plugin that the subclass names.

    What cannot be told, as of a plugin that does not load, is collected, and fails by what it says.
    """

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not (hasattr(cls, "plugin") and hasattr(cls, "settings")):
            return
        case = cls()  # one for all, which loads the plugin once
        holds = cache(lambda concerns: _holds(concerns, case))
        for name, check in _marked(cls):
            is_there = all(map(holds, getattr(check, _MARK)))
            setattr(cls, name, check if is_there else None)


def _marked(case: type) -> Iterator[tuple[str, Any]]:
    """The checks that may be left out, also those which a base of this class has left out."""
    names = [name for one in case.__mro__ for name in vars(one) if name.startswith("test_")]
    for name in dict.fromkeys(names):
        check = next(vars(one)[name] for one in case.__mro__ if vars(one).get(name) is not None)
        if hasattr(check, _MARK):
            yield name, check


def _holds(concerns: Concerns, case: Contract) -> bool:
    try:
        return concerns(case)
    except (Exception, pytest.fail.Exception):
        return True
