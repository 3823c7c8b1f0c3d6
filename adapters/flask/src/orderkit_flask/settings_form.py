"""
The form of a plugin's settings, drawn from its class: one way for every plugin.

An input is called ``settings.NAME``, as the errors of the desk call it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from orderkit import Money
from orderkit.plugin import SettingField, SettingKind
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
    """

    name: str
    kind: SettingKind
    label: str
    help: str
    required: bool
    choices: Mapping[str, str]


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


def draw(fields: Sequence[SettingField], currency: str, say: Speech) -> tuple[SettingGroup, ...]:
    """The groups of a form, each where its first setting is declared."""
    grouped: dict[str, list[SettingInput]] = {}
    for field in fields:
        grouped.setdefault(say.label(field.group), []).append(_input(field, currency, say))
    return tuple(SettingGroup(heading, tuple(inputs)) for heading, inputs in grouped.items())


def fill(fields: Sequence[SettingField], document: Document, say: Speech) -> dict[str, str | tuple[str, ...]]:
    """What stands in each input: what is stored, else the default."""
    return {
        f"settings.{field.name}": _typed(field, document.get(field.name, field.default), say)
        for field in fields
    }


def read(reading: Reading, fields: Sequence[SettingField], currency: str) -> dict[str, object]:
    """The values of the form by name; what cannot be read is among the problems of *reading*."""
    return {field.name: _read(reading, field, f"settings.{field.name}", currency) for field in fields}


def tell(fields: Sequence[SettingField], document: Document, say: Speech) -> Iterator[SettingFact]:
    """What is set, in words; what is left empty is not told."""
    for field in fields:
        if value := _told(field, document.get(field.name, field.default), say):
            yield SettingFact(say.label(field.label), value)


def _input(field: SettingField, currency: str, say: Speech) -> SettingInput:
    label, help = say.label(field.label), say.label(field.help)
    if field.kind == SettingKind.MONEY:
        label = f"{label}, {say.currency_sign(currency)}"
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
    )


def _money(value: object) -> Money | None:
    """An amount as it is stored, or as a default."""
    if isinstance(value, Mapping):
        minor, currency = value.get("minor"), value.get("currency")
        return Money(minor, currency) if isinstance(minor, int) and isinstance(currency, str) else None
    return value if isinstance(value, Money) else None


def _typed(field: SettingField, value: object, say: Speech) -> str | tuple[str, ...]:
    if field.kind == SettingKind.FLAG:
        return (YES,) if value is True else ()
    if field.kind == SettingKind.MONEY:
        amount = _money(value)
        return say.amount(amount) if amount else ""
    return "" if value is None else str(value)


def _told(field: SettingField, value: object, say: Speech) -> str:
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
