"""The form of a plugin's settings, drawn from its class."""

import zoneinfo
from datetime import UTC, datetime

import pytest
from orderkit_flask.forms import Form
from orderkit_flask.settings_form import Drawing, SettingFact, draw, fill, read, tell
from orderkit_flask.speech import Speech, load_languages
from orderkit_flask.typed import Reading

from orderkit.plugin import fields_of
from tests.making import rub
from tests.plugins import DroneSettings

FIELDS = fields_of(DroneSettings)
SAY = Speech(load_languages()["ru"], zoneinfo.ZoneInfo("UTC"), datetime(2026, 3, 1, tzinfo=UTC))
N = "\u202f"
TYPED = {
    "settings.per_flight": "1 500,50",
    "settings.callsign": "Стриж",
    "settings.rules": "не выше\nкрыш",
    "settings.metres": "120",
    "settings.at_night": "yes",
    "settings.free_from": "",
    "settings.model": "large",
}
STORED = {
    "per_flight": rub("1500.50"),
    "callsign": "Стриж",
    "rules": "не выше\nкрыш",
    "metres": 120,
    "at_night": True,
    "free_from": None,
    "model": "large",
}


def reading(**typed: str) -> Reading:
    """A form as it came back, with some fields typed otherwise."""
    changed = TYPED | {f"settings.{name}": value for name, value in typed.items()}
    return Reading(Form.of(changed), SAY)


def test_every_kind_of_setting_is_drawn() -> None:
    """Each with its kind, label, help with its bounds, and choices; those of a group under its heading."""
    plain, fleet = draw(FIELDS, Drawing("RUB", {}), SAY)

    assert ("", "Fleet") == (plain.heading, fleet.heading)
    assert [
        ("settings.per_flight", "money", "За полёт, ₽", True),
        ("settings.callsign", "text", "Callsign", False),
        ("settings.rules", "long_text", "Rules", False),
        ("settings.metres", "number", "Height", False),
        ("settings.at_night", "flag", "At night", False),
        ("settings.free_from", "money", "Free from, ₽", False),
    ] == [(one.name, one.kind.value, one.label, one.required) for one in plain.inputs]
    assert "Не меньше 1." == plain.inputs[3].help
    assert ("Which one flies", {"small": "малый", "large": "large"}) == (
        fleet.inputs[0].help,
        fleet.inputs[0].choices,
    )


def test_a_new_form_has_the_defaults() -> None:
    """What has no default is empty."""
    filled = fill(FIELDS, {}, SAY)

    assert {
        "settings.per_flight": "",
        "settings.callsign": "",
        "settings.rules": "",
        "settings.metres": "100",
        "settings.at_night": (),
        "settings.free_from": "",
        "settings.model": "small",
    } == filled


def test_what_is_stored_comes_back_as_it_was_typed() -> None:
    """Money as an amount, boxes ticked, the rest as text."""
    document = STORED | {"per_flight": {"minor": 150050, "currency": "RUB"}}

    assert TYPED | {"settings.per_flight": "1500,50", "settings.at_night": ("yes",)} == fill(
        FIELDS, document, SAY
    )


def test_settings_are_read_by_their_kinds() -> None:
    """Values of the class, nothing but them."""
    typed = reading()

    assert STORED == read(typed, FIELDS, "RUB", {})
    assert {} == typed.problems


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("per_flight", "", "Заполните это поле."),
        ("per_flight", "много", "Напишите сумму, например 1240,50."),
        ("free_from", "1,234", "Слишком много знаков после запятой."),
        ("callsign", "Одиннадцать", "Слишком длинно; не больше 10 знаков."),
        ("metres", "", "Напишите целое число."),
        ("metres", "1,5", "Напишите целое число."),
        ("metres", "0", "Не меньше 1."),
        ("model", "huge", "Выберите из списка."),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(field: str, typed: str, told: str) -> None:
    """All bounds of the class are known before the desk is asked."""
    form = reading(**{field: typed})

    read(form, FIELDS, "RUB", {})

    assert {f"settings.{field}": told} == form.problems


def test_settings_in_words() -> None:
    """What is left empty is not told."""
    document = {
        "per_flight": {"minor": 30000, "currency": "RUB"},
        "metres": 1200,
        "at_night": True,
        "model": "small",
    }

    assert [
        SettingFact("За полёт", f"300,00{N}₽"),
        SettingFact("Height", f"1{N}200"),
        SettingFact("At night", "Да"),
        SettingFact("Model", "малый"),
    ] == list(tell(FIELDS, document, SAY))


def test_documents_of_an_older_plugin_are_shown_as_far_as_they_can_be() -> None:
    """What is not of its kind any more does not break the screen."""
    document = {"per_flight": "300", "metres": "high", "model": "huge", "at_night": "yes", "gone": 1}

    assert "" == fill(FIELDS, document, SAY)["settings.per_flight"]
    assert [SettingFact("Height", "high"), SettingFact("At night", "Нет")] == list(
        tell(FIELDS, document, SAY)
    )
