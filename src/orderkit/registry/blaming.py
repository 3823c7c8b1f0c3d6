"""In which line of a plugin that does not work it went wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb

from orderkit.errors import OrderKitError, SettingsError

LONGEST = 400
"""Characters of what a plugin says that are shown."""
_OTHERS = {*sys.stdlib_module_names, "attr", "attrs", "orderkit", "pluggy"}
"""Modules that are on the way into a plugin, and that it calls."""


def blame(error: BaseException, when: str) -> str:
    """
    One line of what a plugin raised: what it says, however much that is, when, and in which line of its own.

    Args:
        when: Such as ``at import``; empty if nothing of the plugin was at work.
    """
    try:
        told = " ".join(f"{type(error).__name__}: {error}".split())
    except Exception:  # what cannot even say what it is
        told = type(error).__name__
    if len(told) > LONGEST:
        told = f"{told[:LONGEST]}…"
    place = place_of(error)
    if isinstance(error, SettingsError) and not place:  # we refuse it, and say what there is to say
        return told
    return ", ".join(filter(None, (told, when, place)))


def named(error: BaseException) -> str:
    """
    For a log: the class of what a plugin raised at work and the line; its words may hold what a person typed.

    Of an error of our own, before any line of the plugin was run, the code stands in the place of the line.
    """
    where = place_of(error) or (error.code if isinstance(error, OrderKitError) else "")
    return ", ".join(filter(None, (type(error).__name__, where)))


def place_of(error: BaseException) -> str:
    """The file and the line in it, the last of the plugin's own; empty where none was run."""
    lines = list(_lines(error))
    own = [f"{_short(Path(file))}:{line}" for name, file, line in lines if name == lines[0][0]]
    return own[-1] if own else ""


def _lines(error: BaseException) -> Iterator[tuple[str, str, int]]:
    """From the outside in: each with the name of the module, or of the package it is in."""
    for frame, line in walk_tb(error.__traceback__):
        name = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        if name not in _OTHERS:
            yield name, frame.f_code.co_filename, line


def _short(path: Path) -> str:
    """Without the folders of a machine; a package is known by its name."""
    return f"{path.parent.name}/{path.name}" if path.name == "__init__.py" else path.name
