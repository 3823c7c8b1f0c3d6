"""Imports a plugin in a thread of its own: an import that never ends does not hold the start of the host."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Collection
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import TypeVar

from orderkit.errors import SettingsError
from orderkit.registry.files import load_file
from orderkit.registry.limiting import within

T = TypeVar("T")

IMPORT_LIMIT = 30.0
"""Seconds that the import of one plugin may take."""


def enter(point: EntryPoint) -> object:
    """
    What an entry point names, imported.

    Raises:
        SettingsError: ``import_hangs``: its import has not ended; what it comes to later counts for nothing.
        BaseException: Whatever it raises.
    """
    return _imported(point.load, [_package(point.module)])


def enter_file(path: Path) -> object:
    """
    The module in a loose file, imported.

    Raises:
        SettingsError: ``import_hangs``, as of `enter`; ``no_plugin_file``: there is no such file, or it is no Python.
        BaseException: Whatever the file raises.
    """
    return _imported(partial(load_file, path), _imports(path))


def _imported(imports: Callable[[], T], packages: Collection[str]) -> T:
    """
    What *imports* comes to, within its time.

    Where it needs one of the packages that the caller is importing at this moment, a thread would wait for the caller
    to finish that package, and the caller for the thread: it is the host's own, and imported where the call is made.
    """
    if not _being_imported().isdisjoint(packages):
        return imports()

    def load() -> T | BaseException:
        try:
            return imports()
        except BaseException as error:  # as it was raised, for the line it was raised in
            return error

    try:
        loaded = within(IMPORT_LIMIT, load)
    except TimeoutError:
        told = f"its import did not end within {IMPORT_LIMIT:g} seconds; mend or block it, and start anew"
        raise SettingsError(told, code="import_hangs") from None
    if isinstance(loaded, BaseException):
        raise loaded
    return loaded


def _imports(path: Path) -> set[str]:
    """The packages that a file itself names in its imports; none where it cannot be read, for its import says why."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(_package(one.name) for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(_package(node.module))
    return names


def _package(module: str) -> str:
    return module.partition(".")[0]


def _being_imported() -> set[str]:
    """The packages whose modules are at work on being imported, below this call."""
    names = set()
    frame = sys._getframe()
    while frame := frame.f_back:  # type: ignore[assignment]
        if frame.f_code.co_name == "<module>":
            names.add(_package(str(frame.f_globals.get("__name__", ""))))
    return names
