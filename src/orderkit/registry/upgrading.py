"""Settings that an earlier version of a plugin stored, as its present version reads them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, Final

from orderkit.domain.secret import Secret
from orderkit.domain.setting import Setting, settings_document
from orderkit.errors import InvalidInputError
from orderkit.registry.registry import Contribution

VERSION: Final = "$version"
"""Where a document says which version of the settings it holds; no setting can be called so. Without it, the first."""


def stamped(document: Mapping[str, Setting], version: int) -> dict[str, Setting]:
    """A document of that version, saying so."""
    return dict(document) if version == 1 else {**document, VERSION: version}


def current(kind: Contribution, document: Mapping[str, Setting], *, unsaid: int) -> dict[str, Setting]:
    """
    A document as the type reads it by now, without the version it was of.

    Args:
        unsaid: Which version it holds if it does not say.

    Raises:
        InvalidInputError: ``settings_outdated``: it is of a later version, or the type's ``upgrade`` fails.
    """
    settings = {name: value for name, value in document.items() if name != VERSION}
    version = document.get(VERSION, unsaid)
    if version == kind.settings_version:
        return settings
    if type(version) is not int or not 0 < version < kind.settings_version or kind.upgrade is None:
        raise _outdated(
            kind, version, "which it cannot read; install the version of the plugin that stored them"
        )
    try:
        return settings_document(kind.upgrade(_copied(settings), version))
    except (Exception, SystemExit) as error:
        raise _outdated(kind, version, f"and its upgrade fails: {type(error).__name__}") from error


def _copied(settings: Mapping[str, Setting]) -> dict[str, Any]:
    """What an upgrade may change as it likes."""
    return {
        name: value if isinstance(value, Secret) else copy.deepcopy(value) for name, value in settings.items()
    }


def _outdated(kind: Contribution, version: object, why: str) -> InvalidInputError:
    return InvalidInputError(
        f"settings of {kind.code!r} are of version {version!r}, it is at {kind.settings_version}, {why}",
        code="settings_outdated",
        field="settings",
    )
