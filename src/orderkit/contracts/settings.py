"""What an admin can set on a method: an attrs class of the plugin, from which the tab draws the form."""

from __future__ import annotations

import enum
import functools
import types
import typing
from collections.abc import Mapping
from typing import Any

import attrs

from orderkit.contracts.wording import Text
from orderkit.domain.money import Money
from orderkit.domain.secret import Secret
from orderkit.domain.text import LONG, SHORT
from orderkit.errors import SettingsError

_ABOUT = "orderkit"


class SettingKind(enum.StrEnum):
    """What a setting holds, as its annotation says."""

    TEXT = "text"
    """``str``: one line."""
    LONG_TEXT = "long_text"
    """``str`` with ``setting(long=True)``: several lines."""
    NUMBER = "number"
    """``int``."""
    FLAG = "flag"
    """``bool``."""
    MONEY = "money"
    """``Money`` or ``Money | None``: at least zero, in the site's currency."""
    CHOICE = "choice"
    """``Literal["one", "other"]``."""
    SECRET = "secret"
    """``Secret`` or ``Secret | None``: stored sealed, and never shown again."""


@attrs.frozen(kw_only=True)
class SettingField:
    """
    One setting of a plugin's class, as a form needs to know it.

    Attributes:
        required: A value must be given: there is no default.
        nullable: ``None`` is a value too, such as "no limit".
        default: What counts where nothing is given; ``None`` if *required*.
        choices: Of a choice: each value with its label.
        max_length: Of a text or a secret: most characters.
        minimum: Of a number: the least allowed one; ``None`` for no bound.
        group: Heading under which settings stand together.
    """

    name: str
    kind: SettingKind
    label: Text
    help: Text = ""
    group: Text = ""
    required: bool = False
    nullable: bool = False
    default: Any = None
    choices: Mapping[str, Text] = attrs.field(factory=dict)
    max_length: int = SHORT
    minimum: int | None = None


def setting(
    *,
    label: Text,
    help: Text = "",
    default: object = attrs.NOTHING,
    group: Text = "",
    long: bool = False,
    max_length: int | None = None,
    minimum: int | None = None,
    choices: Mapping[str, Text] | None = None,
) -> Any:
    """
    Declare one thing that can be set, as a field of an attrs class.

    Args:
        help: A sentence under the field.
        default: Makes the setting optional; of a secret ``None`` alone.
        group: Heading under which settings stand together.
        long: Of a text: several lines, up to 2,000 characters.
        max_length: Of a text or a secret: fewer characters than it could have.
        minimum: Of a number: the least allowed one.
        choices: Of a ``Literal``: labels for its values; those left out are their own label.
    """
    about = {
        "label": label,
        "help": help,
        "group": group,
        "long": long,
        "max_length": max_length,
        "minimum": minimum,
        "choices": choices or {},
    }
    return attrs.field(default=default, kw_only=True, metadata={_ABOUT: about})


def fields_of(cls: type) -> tuple[SettingField, ...]:
    """
    The settings of a plugin's class, in the order in which it declares them; what the class computes is none.

    Raises:
        SettingsError: ``bad_setting``: no attrs class, or a setting of a type that no form can ask for.
    """
    if not _is_attrs_class(cls):
        raise SettingsError(f"settings must be an attrs class: {_no_class(cls)}", code="bad_setting")
    return _fields(cls)


@functools.cache
def _fields(cls: type) -> tuple[SettingField, ...]:
    """Read off the class once: its annotations are compiled each time, and settings are read often."""
    try:
        hints = typing.get_type_hints(cls)
    except NameError as error:
        raise SettingsError(
            f"{cls.__name__}: {error}; a settings class names types of its module alone", code="bad_setting"
        ) from error
    return tuple(
        _field(cls.__name__, field, hints.get(field.name)) for field in attrs.fields(cls) if field.init
    )


def _is_attrs_class(value: object) -> bool:
    return isinstance(value, type) and attrs.has(value)


def _no_class(given: object) -> str:
    """What is given instead of one, and what to write."""
    if isinstance(given, type):
        return f"{given.__name__} is none, write @attrs.frozen above it"
    if attrs.has(type(given)):
        return f"give {type(given).__name__} itself, without brackets"
    return f"{given!r:.100} is no class"


def _field(owner: str, field: attrs.Attribute[Any], hint: Any) -> SettingField:
    about = dict(field.metadata.get(_ABOUT, {"label": field.name}))
    long = about.pop("long", False)
    labels = about.pop("choices", None) or {}
    kind, nullable = _kind(f"{owner}.{field.name}", hint, long)
    most = about.pop("max_length", None) or (LONG if long or kind is SettingKind.SECRET else SHORT)
    has_default = field.default is not attrs.NOTHING
    if kind is SettingKind.SECRET and has_default and field.default is not None:
        raise SettingsError(f"{owner}.{field.name}: a secret has no default but None", code="bad_setting")
    return SettingField(
        name=field.name,
        kind=kind,
        required=not has_default,
        nullable=nullable,
        default=_default(field.default) if has_default else None,
        choices={value: labels.get(value, value) for value in _values(hint)},
        max_length=most,
        **about,
    )


def _kind(name: str, hint: Any, long: bool) -> tuple[SettingKind, bool]:
    """What an annotation stands for, and whether ``None`` is a value of it."""
    if hint is str:
        return (SettingKind.LONG_TEXT if long else SettingKind.TEXT), False
    if isinstance(hint, type) and hint in _PLAIN:
        return _PLAIN[hint], False
    is_union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    for one, kind in {Money: SettingKind.MONEY, Secret: SettingKind.SECRET}.items():
        if is_union and set(typing.get_args(hint)) == {one, types.NoneType}:
            return kind, True
    if (values := _values(hint)) and all(isinstance(value, str) for value in values):
        return SettingKind.CHOICE, False
    if hint is None:
        found = "has no annotation"
    else:
        found = f"is annotated {hint.__name__ if isinstance(hint, type) else repr(hint)}"
    raise SettingsError(
        f"{name} {found}; a setting is str, int, bool, Money, Secret, "
        "one of the last two or None, or a Literal of texts",
        code="bad_setting",
    )


_PLAIN: Mapping[type, SettingKind] = {
    int: SettingKind.NUMBER,
    bool: SettingKind.FLAG,
    Money: SettingKind.MONEY,
    Secret: SettingKind.SECRET,
}


def _values(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) is typing.Literal else ()


def _default(default: Any) -> Any:
    """The default itself; what a factory would make, if it needs nothing of the rest."""
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  # a class at run time, a function to the checker
        return None if default.takes_self else default.factory()
    return default
