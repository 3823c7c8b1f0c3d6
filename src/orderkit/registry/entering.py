"""Imports an installed plugin in a thread of its own: an import that never ends does not hold the start of the host."""

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint

from orderkit.errors import SettingsError
from orderkit.registry.limiting import within

IMPORT_LIMIT = 30.0
"""Seconds that the import of one plugin may take."""


def enter(point: EntryPoint) -> object:
    """
    What an entry point names, imported.

    A plugin from a package that the caller is importing at this moment is the host's own: a thread would wait for the
    caller to finish that package, and the caller for the thread. It is imported where the call is made.

    Raises:
        SettingsError: ``import_hangs``: its import has not ended; what it comes to later counts for nothing.
        BaseException: Whatever it raises.
    """
    if point.module.partition(".")[0] in _being_imported():
        return point.load()

    def load() -> tuple[object, BaseException | None]:
        try:
            return point.load(), None
        except BaseException as error:  # as it was raised, for the line it was raised in
            return None, error

    try:
        loaded, error = within(IMPORT_LIMIT, load)
    except TimeoutError:
        told = f"its import did not end within {IMPORT_LIMIT:g} seconds; mend or block it, and start anew"
        raise SettingsError(told, code="import_hangs") from None
    if error is not None:
        raise error
    return loaded


def _being_imported() -> set[str]:
    """The packages whose modules are at work on being imported, below this call."""
    names = set()
    frame = sys._getframe()
    while frame := frame.f_back:  # type: ignore[assignment]
        if frame.f_code.co_name == "<module>":
            names.add(str(frame.f_globals.get("__name__", "")).partition(".")[0])
    return names
