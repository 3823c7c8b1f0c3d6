"""
The form of a plugin's settings, drawn from its class: one way for every plugin.

An input is called ``settings.NAME``, as the errors of the desk call it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from orderkit import Money
from orderkit.plugin import Secret, SettingField, SettingKind
from orderkit_flask.speech import Speech
from orderkit_flask.typed import Reading

Document = Mapping[str, object]
"""Settings as they are stored."""
YES = "yes"
"""What a ticked box sends."""


@attrs.frozen
class SettingInput:
    """
    One setting as a screen draws it.

    Attributes:
        name: Of the input.
        help: What the plugin says of it, and its bounds.
        choices: Of a choice: each value with its label.
        stored: Of a secret: what is told of the one that is stored; empty where there is none.
        clear: Of a secret that may be taken away: the name of the box that does it; else empty.
    """

    name: str
    kind: SettingKind
    label: str
    help: str
    required: bool
    choices: Mapping[str, str]
    stored: str = ""
    clear: str = ""


@attrs.frozen
class Drawing:
    """
    What a form of settings is drawn with beside its fields.

    Attributes:
        currency: Of the site.
        document: What is stored.
        references: How a reference to a secret looks.
    """

    currency: str
    document: Document
    references: Sequence[str] = ()


@attrs.frozen
class SettingGroup:
    """Settings that stand together; the heading is empty for those that no group was named for."""

    heading: str
    inputs: tuple[SettingInput, ...]


@attrs.frozen
class SettingFact:
    """What a setting is set to, in words."""

    label: str
    value: str


def draw(fields: Sequence[SettingField], by: Drawing, say: Speech) -> tuple[SettingGroup, ...]:
    """The groups of a form, each where its first setting is declared."""
    grouped: dict[str, list[SettingInput]] = {}
    for field in fields:
        grouped.setdefault(say.label(field.group), []).append(_input(field, by, say))
    return tuple(SettingGroup(heading, tuple(inputs)) for heading, inputs in grouped.items())


def fill(fields: Sequence[SettingField], document: Document, say: Speech) -> dict[str, str | tuple[str, ...]]:
    """What stands in each input: what is stored, else the default."""
    return {
        f"settings.{field.name}": _typed(field, document.get(field.name, field.default), say)
        for field in fields
    }


def read(
    reading: Reading, fields: Sequence[SettingField], currency: str, document: Document
) -> dict[str, object]:
    """
    The values of the form by name; what cannot be read is among the problems of *reading*.

    Args:
        document: What is stored: a secret that is not typed anew stays.
    """
    return {
        field.name: _read_secret(reading, field, document.get(field.name))
        if field.kind == SettingKind.SECRET
        else _read(reading, field, f"settings.{field.name}", currency)
        for field in fields
    }


def tell(fields: Sequence[SettingField], document: Document, say: Speech) -> Iterator[SettingFact]:
    """What is set, in words; what is left empty is not told."""
    for field in fields:
        if value := _told(field, document.get(field.name, field.default), say):
            yield SettingFact(say.label(field.label), value)


def _input(field: SettingField, by: Drawing, say: Speech) -> SettingInput:
    label, help, stored = say.label(field.label), say.label(field.help), ""
    if field.kind == SettingKind.MONEY:
        label = f"{label}, {say.currency_sign(by.currency)}"
    if field.kind == SettingKind.SECRET:
        help = f"{help} {_how_to_keep(by.references, say)}".strip()
        stored = _told_secret(by.document.get(field.name), say)
    if field.minimum is not None:
        least = say.text("At least %(low)s.", low=say.number(field.minimum))
        help = f"{help} {least}".strip()
    return SettingInput(
        name=f"settings.{field.name}",
        kind=field.kind,
        label=label,
        help=help,
        required=field.required,
        choices={value: say.label(words) for value, words in field.choices.items()},
        stored=stored,
        clear=_clear(field) if stored and field.nullable else "",
    )


def _clear(field: SettingField) -> str:
    return f"settings.{field.name}.clear"


def _how_to_keep(references: Sequence[str], say: Speech) -> str:
    if not references:
        return say.text("It is stored encrypted and never shown again.")
    return say.text(
        "It is stored encrypted and never shown again. Or write where the platform keeps it: %(places)s",
        places=say.text(" or ").join(references),
    )


def _told_secret(value: object, say: Speech) -> str:
    """That there is one, or where; empty where there is none."""
    stored = value.get("secret") if isinstance(value, Mapping) else None
    if not isinstance(stored, str):
        return ""
    if stored.startswith(("env:", "file:")):
        return say.text("kept by the platform: %(place)s", place=stored)
    return say.text("stored, encrypted")


def _money(value: object) -> Money | None:
    """An amount as it is stored, or as a default."""
    if isinstance(value, Mapping):
        minor, currency = value.get("minor"), value.get("currency")
        return Money(minor, currency) if isinstance(minor, int) and isinstance(currency, str) else None
    return value if isinstance(value, Money) else None


def _typed(field: SettingField, value: object, say: Speech) -> str | tuple[str, ...]:
    if field.kind == SettingKind.SECRET:
        return ""
    if field.kind == SettingKind.FLAG:
        return (YES,) if value is True else ()
    if field.kind == SettingKind.MONEY:
        amount = _money(value)
        return say.amount(amount) if amount else ""
    return "" if value is None else str(value)


def _told(field: SettingField, value: object, say: Speech) -> str:
    if field.kind == SettingKind.SECRET:
        return _told_secret(value, say)
    if field.kind == SettingKind.FLAG:
        return say.text("Yes") if value is True else say.text("No")
    if field.kind == SettingKind.MONEY:
        amount = _money(value)
        return say.money(amount) if amount else ""
    if field.kind == SettingKind.CHOICE:
        return say.label(field.choices.get(str(value), ""))
    if field.kind == SettingKind.NUMBER and isinstance(value, int):
        return say.number(value)
    return "" if value is None else str(value)


def _read(reading: Reading, field: SettingField, name: str, currency: str) -> object:
    text = reading.form.one(name)
    if field.kind == SettingKind.FLAG:
        return bool(text)
    if field.nullable and not text:
        return None
    if field.required and not text:
        reading.refuse(name, "empty")
        return text
    if field.kind == SettingKind.MONEY:
        return _price(reading, name, currency)
    if field.kind == SettingKind.NUMBER:
        return _whole(reading, field, name)
    if field.kind == SettingKind.CHOICE and text not in field.choices:
        reading.problems[name] = reading.say.text("Choose one from the list.")
    elif len(text) > field.max_length and field.kind in (SettingKind.TEXT, SettingKind.LONG_TEXT):
        reading.refuse(name, "too_long", limit=field.max_length)
    return text


def _read_secret(reading: Reading, field: SettingField, stored: object) -> object:
    """A new one where it is typed, none where the box is ticked, else the one that is stored."""
    name, text = f"settings.{field.name}", reading.form.one(f"settings.{field.name}")
    is_cleared = field.nullable and bool(reading.form.one(_clear(field)))
    if is_cleared and text:
        reading.problems[name] = reading.say.text(
            "Type a new one, or tick that there is to be none: not both."
        )
    if len(text) > field.max_length:
        reading.refuse(name, "too_long", limit=field.max_length)
    if field.required and not (text or stored):
        reading.refuse(name, "empty")
    if text:
        return Secret(text)
    return None if is_cleared else stored


def _price(reading: Reading, name: str, currency: str) -> Money:
    amount = reading.money(name, currency)
    if amount.minor < 0:
        reading.refuse(name, "negative")
    return amount


def _whole(reading: Reading, field: SettingField, name: str) -> int:
    number = reading.whole(name)
    if field.minimum is not None and number < field.minimum and name not in reading.problems:
        least = reading.say.number(field.minimum)
        reading.problems[name] = reading.say.text("At least %(low)s.", low=least)
    return number
