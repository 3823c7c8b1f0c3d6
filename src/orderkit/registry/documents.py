"""A method's settings: from the document that is stored to an instance of the plugin's class, checked on the way."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from cattrs import AttributeValidationNote, ClassValidationError, Converter, ForbiddenExtraKeysError
from cattrs.gen import make_dict_structure_fn, override

from orderkit.contracts.settings import SettingField, SettingKind, fields_of
from orderkit.domain.journal import Json
from orderkit.domain.money import Money, require_price
from orderkit.domain.secret import Secret
from orderkit.domain.setting import Setting
from orderkit.domain.text import LONG, clean
from orderkit.errors import InvalidInputError
from orderkit.registry.soundness import require_sound


def read_settings(cls: type, document: Mapping[str, Setting], *, currency: str) -> Any:
    """
    Make an instance of a plugin's settings class of a document.

    Args:
        document: Each secret of it opened.
        currency: In which amounts must be.

    Raises:
        InvalidInputError: Names the setting in ``field`` (``settings.cost``) and what was expected.
    """
    try:
        instance = _structure(cls)(document, cls)
    except ClassValidationError as invalid:
        raise _explained(cls, invalid) from invalid
    for field in fields_of(cls):
        amount = getattr(instance, field.name)
        if isinstance(amount, Money) and amount.currency != currency:
            raise InvalidInputError(
                f"settings.{field.name} is in {amount.currency}; this site is in {currency}",
                code="other_currency",
                field=f"settings.{field.name}",
            )
    require_sound(instance)
    return instance


@functools.cache
def _structure(cls: type) -> Callable[[Mapping[str, Setting], type], Any]:
    """Reads documents into that class; made once for each class, for it is compiled."""
    readers: dict[str, Any] = {field.name: override(struct_hook=_reader(field)) for field in fields_of(cls)}
    structure: Callable[[Mapping[str, Setting], type], Any] = make_dict_structure_fn(
        cls,
        Converter(),
        _cattrs_forbid_extra_keys=True,
        _cattrs_detailed_validation=True,
        **readers,
    )
    return structure


def _reader(field: SettingField) -> Callable[[Any, Any], Any]:
    read = _READERS[field.kind]
    return lambda value, _: None if value is None and field.nullable else read(value, field)


def _text(value: Json, field: SettingField) -> str:
    return clean(value, field.name, limit=field.max_length, required=field.required)


def _long_text(value: Json, field: SettingField) -> str:
    text = clean(
        value, field.name, limit=LONG, required=field.required
    )  # shorter ones may have no line breaks
    if len(text) > field.max_length:
        raise InvalidInputError(
            f"{field.name} has {len(text)} characters; at most {field.max_length} are allowed",
            code="too_long",
        )
    return text


def _number(value: Json, field: SettingField) -> int:
    if type(value) is not int:
        raise InvalidInputError(f"{field.name} must be a whole number", code="not_whole")
    if field.minimum is not None and value < field.minimum:
        raise InvalidInputError(f"{field.name} must be at least {field.minimum}", code="out_of_range")
    return value


def _flag(value: Json, field: SettingField) -> bool:
    if not isinstance(value, bool):
        raise InvalidInputError(f"{field.name} must be true or false", code="wrong_type")
    return value


def _money(value: Json, field: SettingField) -> Money:
    document = value if isinstance(value, Mapping) else {}
    minor, currency = document.get("minor"), document.get("currency")
    if not isinstance(minor, int) or not isinstance(currency, str) or len(document) != 2:
        raise InvalidInputError(
            f"{field.name} must be Money, such as Money.of('450.00', 'RUB')", code="not_money"
        )
    amount = Money(minor, currency)
    require_price(amount, field.name)
    return amount


def _choice(value: Json, field: SettingField) -> str:
    if not isinstance(value, str) or value not in field.choices:
        raise InvalidInputError(
            f"{field.name} must be one of: {', '.join(field.choices)}", code="unknown_choice"
        )
    return value


def _secret(value: object, field: SettingField) -> Secret:
    """What is wrong with one is said without it."""
    if not isinstance(value, Secret):
        raise InvalidInputError(f"{field.name} must be a secret, such as Secret(text)", code="not_secret")
    return value


_READERS: Mapping[SettingKind, Callable[[Any, SettingField], Any]] = {
    SettingKind.TEXT: _text,
    SettingKind.LONG_TEXT: _long_text,
    SettingKind.NUMBER: _number,
    SettingKind.FLAG: _flag,
    SettingKind.MONEY: _money,
    SettingKind.CHOICE: _choice,
    SettingKind.SECRET: _secret,
}


def _explained(cls: type, invalid: ClassValidationError) -> InvalidInputError:
    """The first thing that is wrong, with the place where it stands."""
    error = invalid.exceptions[0]
    place = next(
        (note.name for note in getattr(error, "__notes__", ()) if isinstance(note, AttributeValidationNote)),
        "",
    )
    field = f"settings.{place}" if place else "settings"
    if isinstance(error, InvalidInputError):
        return InvalidInputError(f"settings: {error}", code=error.code, field=field)
    if isinstance(error, ForbiddenExtraKeysError):
        known = ", ".join(one.name for one in fields_of(cls)) or "none"
        extra = min(error.extra_fields)
        return InvalidInputError(
            f"settings has no {extra!r}; there are: {known}",
            code="unknown_setting",
            field=f"settings.{extra}",
        )
    if isinstance(error, KeyError):
        return InvalidInputError(f"{field} is needed", code="empty", field=field)
    # The class itself refuses, in its own words: they are for the admin who fills in the form.
    return InvalidInputError(f"{field}: {error}", code="invalid_input", field=field)
