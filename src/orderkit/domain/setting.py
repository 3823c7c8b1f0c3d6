"""What a plugin's settings are to a row that keeps them: a document, and fields of its journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import attrs

from orderkit.domain.journal import Json
from orderkit.domain.money import Money
from orderkit.domain.secret import Secret, untold
from orderkit.errors import InvalidInputError

LAST_POSITION = 1_000_000
Setting: TypeAlias = "Json | Secret"
"""What a setting is set to; a `Secret` as long as it is not stored."""


def check_position(position: object) -> None:
    """Refuse what is no place in an order of display."""
    if type(position) is not int or abs(position) > LAST_POSITION:
        raise InvalidInputError(
            f"position must be a whole number from -{LAST_POSITION} to {LAST_POSITION}",
            code="out_of_range",
            field="position",
        )


def settings_document(settings: Any) -> dict[str, Setting]:
    """
    Settings as they are stored: plain JSON, with money as ``{"minor": 30000, "currency": "RUB"}``.

    A `Secret` stays one: it has still to be sealed.

    Args:
        settings: An instance of a plugin's class, or values by name: `Money`, `Secret`, what is plain already.

    Raises:
        InvalidInputError: ``not_plain``: no mapping, or a value that JSON does not have.
    """
    if attrs.has(type(settings)):
        given = [field.name for field in attrs.fields(type(settings)) if field.init]
        settings = {name: getattr(settings, name) for name in given}
    if not isinstance(settings, Mapping):
        raise InvalidInputError(
            f"settings must be values by name, not {type(settings).__name__}",
            code="not_plain",
            field="settings",
        )
    return {
        str(name): value if isinstance(value, Secret) else _plain(value, f"settings.{name}")
        for name, value in settings.items()
    }


def _plain(value: object, field: str) -> Json:
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(one, f"{field}.{name}") for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one, f"{field}.{index}") for index, one in enumerate(value)]
    raise InvalidInputError(
        f"{field} is {type(value).__name__}; a setting is text, a whole number, true or false, Money "
        "or Secret",
        code="not_plain",
        field=field,
    )


def told(row: attrs.AttrsInstance) -> dict[str, Json]:
    """
    The journalled fields of a row, each setting one of them, so that the journal says which of them was changed.

    Of a secret it says that alone.
    """
    fields = {field.name: getattr(row, field.name) for field in attrs.fields(type(row))}
    del fields["id"], fields["version"]
    settings = fields.pop("settings")
    listed = {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}
    return listed | {f"settings.{name}": untold(value) for name, value in settings.items()}


def shown(settings: Mapping[str, Setting]) -> str:
    """Settings as `repr` shows them: nothing of a secret."""
    return repr({name: untold(value) for name, value in settings.items()})
