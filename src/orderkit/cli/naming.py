"""What a new plugin may be called: one name for its folder, its entry point and its type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec

from orderkit.errors import SettingsError
from orderkit.registry.finding import scan

PREFIX = "orderkit-"
"""What the name of its distribution begins with."""
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 40


def plugin_name(given: str) -> str:
    """
    The name as it is written everywhere: ``Drone Post`` and ``orderkit_drone_post`` are ``drone-post``.

    Raises:
        SettingsError: ``bad_plugin_name``: it cannot be one.
    """
    name = re.sub(r"[\s_.-]+", "-", given.strip().lower()).removeprefix(PREFIX)
    if not _NAME.fullmatch(name) or not 2 <= len(name) <= _LONGEST:
        raise SettingsError(
            f"a plugin cannot be called {given!r}; choose 2 to {_LONGEST} Latin letters, digits and hyphens, "
            "a letter first, such as drone-post",
            code="bad_plugin_name",
        )
    return name


def require_free(name: str) -> None:
    """
    Refuse a name that somebody else bears.

    Raises:
        SettingsError: ``bad_plugin_name``, with whose it is.
    """
    if owner := next(_owners(name), ""):
        raise SettingsError(
            f"{name!r} is {owner}; choose another: of two plugins with one code neither gets it",
            code="bad_plugin_name",
        )


def module_of(name: str) -> str:
    """The module of a plugin, by its name."""
    return f"{PREFIX}{name}".replace("-", "_")


def _owners(name: str) -> Iterator[str]:
    """Whose the name is already: the library's own, or that of something that is installed here."""
    reserved = {PREFIX + each for each in ("demo-shop", "flask", "shop")}
    reserved |= {re.split(r"[^\w-]", wish)[0] for wish in metadata.requires("orderkit") or ()}
    if PREFIX + name in reserved:
        yield "the name of a distribution of orderkit"
    for found in scan():
        if found.name == name:
            yield f"the name of an installed plugin, of {found.distribution}"
    if find_spec(module_of(name)):
        yield f"the name of an installed module, {module_of(name)}"
