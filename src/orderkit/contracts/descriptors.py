"""What every descriptor is checked for when a plugin makes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from orderkit.contracts.settings import fields_of
from orderkit.contracts.wording import is_text
from orderkit.errors import SettingsError

Upgrade: TypeAlias = Callable[[dict[str, Any], int], Mapping[str, Any]]
"""Makes of a document of an earlier version, which comes second, one of the present version."""
_CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")


def check_descriptor(noun: str, made: Any) -> None:
    """
    Refuse a descriptor that the desk could not work with.

    Args:
        noun: What it describes, such as ``carrier``.
        made: The descriptor: whatever stands in its fields was given by a plugin and may be anything.

    Raises:
        SettingsError: Names the code and what is wrong with it.
    """
    code = made.code
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise SettingsError(
            f"{noun} code {code!r} must be 2 to 40 small letters, digits and hyphens, a letter first",
            code="bad_code",
        )
    name = f"{noun} {code!r}"
    for field, text in (("label", made.label), ("description", made.description)):
        if not is_text(text) or (field == "label" and not text):
            raise _bad(f"{name}: {field} must be text, or text by language code")
    if not callable(made.factory):
        raise _bad(f"{name}: factory must be callable with settings and services")
    try:
        fields_of(made.settings)
    except SettingsError as error:
        raise SettingsError(f"{name}: {error}", code="bad_setting") from error
    _check_version(name, made.settings_version, made.upgrade)


def _check_version(name: str, version: object, upgrade: object) -> None:
    """Refuse a version of settings that could not be reached."""
    if type(version) is not int or version < 1:
        raise _bad(f"{name}: settings_version must be a whole number from 1")
    if not (callable(upgrade) if version > 1 else upgrade is None or callable(upgrade)):
        raise _bad(
            f"{name}: upgrade must be callable with a document and its version, "
            "as a settings_version above 1 needs it"
        )


def _bad(text: str) -> SettingsError:
    return SettingsError(text, code="bad_descriptor")
