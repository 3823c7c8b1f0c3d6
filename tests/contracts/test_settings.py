"""What can be set on a method is read off the plugin's class."""

from __future__ import annotations

from typing import Any, Literal

import attrs
import pytest

import orderkit.plugin as ok
from orderkit.domain.setting import settings_document
from orderkit.errors import SettingsError
from orderkit.registry.documents import read_settings
from tests.plugins import AccountSettings, DroneSettings, NoSettings


def test_fields() -> None:
    """Kind, label and bounds, in the order in which the class declares them."""
    cost, callsign, rules, metres, at_night, free_from, model = ok.fields_of(DroneSettings)

    assert (
        ok.SettingField(
            name="per_flight",
            kind=ok.SettingKind.MONEY,
            label={"en": "Per flight", "ru": "За полёт"},
            required=True,
        )
        == cost
    )
    assert (ok.SettingKind.TEXT, 10, "", False) == (
        callsign.kind,
        callsign.max_length,
        callsign.default,
        callsign.required,
    )
    assert (ok.SettingKind.LONG_TEXT, 500) == (rules.kind, rules.max_length)
    assert (ok.SettingKind.NUMBER, 100, 1) == (metres.kind, metres.default, metres.minimum)
    assert (ok.SettingKind.FLAG, False) == (at_night.kind, at_night.default)
    assert (ok.SettingKind.MONEY, True, False) == (free_from.kind, free_from.nullable, free_from.required)
    assert (ok.SettingKind.CHOICE, {"small": {"ru": "малый"}, "large": "large"}) == (
        model.kind,
        model.choices,
    )
    assert ("Which one flies", "Fleet") == (model.help, model.group)
    assert () == ok.fields_of(NoSettings)


@attrs.frozen
class Plain:
    """Declared without `setting`."""

    zone: str = "A"
    names: str = attrs.field(factory=str)
    long: str = ok.setting(label="Long", default="", long=True)


def test_secrets() -> None:
    """One that must be given, and one that need not be; both may be long."""
    _, password, token = ok.fields_of(AccountSettings)

    assert (ok.SettingKind.SECRET, True, False, 100) == (
        password.kind,
        password.required,
        password.nullable,
        password.max_length,
    )
    assert (ok.SettingKind.SECRET, False, True, None, 2000) == (
        token.kind,
        token.required,
        token.nullable,
        token.default,
        token.max_length,
    )


def test_a_field_without_a_label_is_its_own() -> None:
    """An attrs field of a known type will do; a factory gives the default."""
    zone, names, long = ok.fields_of(Plain)

    assert ("zone", "A", False) == (zone.label, zone.default, zone.required)
    assert ("", 2_000) == (names.default, long.max_length)


@attrs.frozen
class Computed:
    """Keeps beside what was set what follows from it."""

    zone: str = "A"
    street: list[str] = attrs.field(init=False, factory=list)


def test_what_is_computed_is_no_setting() -> None:
    """A field that nobody can pass is neither asked for nor stored, and may be of any type."""
    assert ["zone"] == [field.name for field in ok.fields_of(Computed)]
    assert {"zone": "B"} == settings_document(Computed("B"))
    assert Computed("B") == read_settings(Computed, {"zone": "B"}, currency="RUB")


@attrs.frozen
class Many:
    tags: list[str] = attrs.field(factory=list)


@attrs.frozen
class Half:
    share: float = 0.5


@attrs.frozen
class Maybe:
    name: str | None = None


@attrs.frozen
class Levels:
    level: Literal[1, 2] = 1


@attrs.frozen
class Elsewhere:
    where: NotHere = None  # type: ignore[name-defined]  # noqa: F821  # what the test is about


@attrs.frozen
class Known:
    """A secret that everybody who reads the plugin knows is none."""

    key: ok.Secret = ok.setting(label="Key", default=ok.Secret("123"))


class Ordinary:
    cost = 5


@pytest.mark.parametrize("cls", [Many, Half, Maybe, Levels, Elsewhere, Known, Ordinary, 5])
def test_what_no_form_can_ask_for(cls: Any) -> None:
    """Other types are refused when the plugin is loaded, not when the admin opens the form."""
    with pytest.raises(SettingsError) as refused:
        ok.fields_of(cls)

    assert "bad_setting" == refused.value.code


@attrs.frozen
class Unannotated:
    cost = ok.setting(label="Cost")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (Half, "Half.share is annotated float; a setting is str, int, bool, Money, "),
        (Unannotated, "Unannotated.cost has no annotation; a setting is "),
        (Ordinary, "Ordinary is none, write @attrs.frozen above it"),
        (Computed("A"), "give Computed itself, without brackets"),
        (None, "None is no class"),
    ],
)
def test_what_to_write_instead(given: Any, told: str) -> None:
    """What a beginner gives in the place of a class of settings is named as it stands there."""
    with pytest.raises(SettingsError) as refused:
        ok.fields_of(given)

    assert told in str(refused.value)
