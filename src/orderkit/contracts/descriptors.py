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


def check_descriptor(
    noun: str, code: object, *, texts: dict[str, object], settings: type, factory: object
) -> None:
    """
    Refuse a descriptor that the desk could not work with.

    Args:
        noun: What it describes, such as ``carrier``.
        texts: What people read of it, by field.

    Raises:
        SettingsError: Names the code and what is wrong with it.
    """
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise SettingsError(
            f"{noun} code {code!r} must be 2 to 40 small letters, digits and hyphens, a letter first",
            code="bad_code",
        )
    for field, text in texts.items():
        if not is_text(text) or (field == "label" and not text):
            raise SettingsError(
                f"{noun} {code!r}: {field} must be text, or text by language code", code="bad_descriptor"
            )
    if not callable(factory):
        raise SettingsError(
            f"{noun} {code!r}: factory must be callable with settings and services", code="bad_descriptor"
        )
    try:
        fields_of(settings)
    except SettingsError as error:
        raise SettingsError(f"{noun} {code!r}: {error}", code="bad_setting") from error


def check_version(noun: str, code: str, version: object, upgrade: object) -> None:
    """
    Refuse a version of settings that could not be reached.

    Raises:
        SettingsError: ``bad_descriptor``, naming the code.
    """
    if type(version) is not int or version < 1:
        raise SettingsError(
            f"{noun} {code!r}: settings_version must be a whole number from 1", code="bad_descriptor"
        )
    if not (callable(upgrade) if version > 1 else upgrade is None or callable(upgrade)):
        raise SettingsError(
            f"{noun} {code!r}: upgrade must be callable with a document and its version, "
            "as a settings_version above 1 needs it",
            code="bad_descriptor",
        )
