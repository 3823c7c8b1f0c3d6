"""The version of the API that a plugin is written for: what it declares, and whether this one will do."""

from __future__ import annotations

from traceback import walk_tb

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from orderkit.errors import SettingsError
from orderkit.plugin import API_VERSION

DECLARATION = "orderkit_api"
"""Name in a plugin's module, or attribute of its object, that holds the range: ``">=1.0,<2"``."""


def declared(plugin: object) -> str:
    """
    The range that a plugin declares; empty if it declares none.

    Raises:
        SettingsError: ``bad_api_range``: what it declares is no range.
    """
    wanted = getattr(plugin, DECLARATION, "")
    if _parsed(wanted) is None:
        raise SettingsError(
            f"{DECLARATION} is {wanted!r}; write the versions of the API it works with, such as "
            f"{DECLARATION} = '>={API_VERSION},<2'",
            code="bad_api_range",
        )
    return str(wanted)


def declared_before(error: BaseException) -> str:
    """
    The range that a module had declared when it failed to be imported; empty if it had not.

    What it fails for is often the very thing that only another version of the API has.
    """
    found = (frame.f_globals.get(DECLARATION) for frame, _ in walk_tb(error.__traceback__))
    return next((str(wanted) for wanted in found if _parsed(wanted)), "")


def is_met(wanted: str) -> bool:
    """Whether the API of this version is in a range; anything is in an empty one."""
    return SpecifierSet(wanted).contains(API_VERSION)


def mismatch(wanted: str) -> str:
    """What is to be done about a range that is not met."""
    return (
        f"it works with {wanted} of the plugin API, and this is {API_VERSION}: "
        "install a version of the plugin that works with this one, or another orderkit"
    )


def _parsed(wanted: object) -> SpecifierSet | None:
    try:
        return SpecifierSet(wanted) if isinstance(wanted, str) else None
    except InvalidSpecifier:
        return None
