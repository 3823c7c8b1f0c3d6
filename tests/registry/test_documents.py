"""Settings are read from what is stored, and a refusal names the setting."""

from typing import Any

import pytest

from orderkit.domain.setting import settings_document
from orderkit.errors import InvalidInputError
from orderkit.registry.documents import read_settings
from tests.making import rub
from tests.plugins import DroneSettings, NoSettings

FULL = DroneSettings(
    per_flight=rub("300.50"),
    callsign="Шмель",
    rules="Раз\nДва",
    metres=200,
    at_night=True,
    free_from=rub(1000),
    model="large",
)
RUBLE = {"minor": 100, "currency": "RUB"}


def read(**document: Any) -> Any:
    return read_settings(DroneSettings, {"per_flight": RUBLE} | document, currency="RUB")


@pytest.mark.parametrize("settings", [FULL, DroneSettings(per_flight=rub(0))])
def test_comes_back_as_it_was(settings: DroneSettings) -> None:
    """A document read is the instance that was written."""
    assert settings == read_settings(DroneSettings, settings_document(settings), currency="RUB")


def test_defaults() -> None:
    """What is not given is the class's default; text is cleaned."""
    assert DroneSettings(per_flight=rub(1), callsign="Жук") == read(callsign=" Жук ")
    assert NoSettings() == read_settings(NoSettings, {}, currency="RUB")


@pytest.mark.parametrize(
    ("document", "code", "field"),
    [
        ({"per_flight": None}, "not_money", "per_flight"),
        ({"per_flight": "300"}, "not_money", "per_flight"),
        ({"per_flight": 300}, "not_money", "per_flight"),
        ({"per_flight": {"minor": 1}}, "not_money", "per_flight"),
        ({"per_flight": RUBLE | {"x": 1}}, "not_money", "per_flight"),
        ({"per_flight": {"minor": [], "currency": {}}}, "not_money", "per_flight"),
        ({"per_flight": {"minor": True, "currency": "RUB"}}, "not_whole", "per_flight"),
        ({"per_flight": {"minor": 1, "currency": "???"}}, "unknown_currency", "per_flight"),
        ({"per_flight": {"minor": -1, "currency": "RUB"}}, "negative", "per_flight"),
        ({"per_flight": {"minor": 1, "currency": "EUR"}}, "other_currency", "per_flight"),
        ({"free_from": {"minor": 1, "currency": "EUR"}}, "other_currency", "free_from"),
        ({"callsign": "x" * 11}, "too_long", "callsign"),
        ({"callsign": "a\nb"}, "control_characters", "callsign"),
        ({"callsign": 5}, "not_text", "callsign"),
        ({"rules": "x" * 501}, "too_long", "rules"),
        ({"rules": "\x00"}, "control_characters", "rules"),
        ({"metres": 0}, "out_of_range", "metres"),
        ({"metres": "100"}, "not_whole", "metres"),
        ({"metres": True}, "not_whole", "metres"),
        ({"metres": None}, "not_whole", "metres"),
        ({"at_night": 1}, "wrong_type", "at_night"),
        ({"model": "huge"}, "unknown_choice", "model"),
        ({"model": {}}, "unknown_choice", "model"),
        ({"wings": 2}, "unknown_setting", "wings"),
    ],
)
def test_refuses(document: dict[str, Any], code: str, field: str) -> None:
    """Another type, another currency, out of bounds, or a setting that is not there."""
    with pytest.raises(InvalidInputError) as refused:
        read(**document)

    assert (code, f"settings.{field}") == (refused.value.code, refused.value.field)


def test_a_needed_one_is_missing() -> None:
    """Without a default a value must be given."""
    with pytest.raises(InvalidInputError, match=r"settings\.per_flight is needed") as refused:
        read_settings(DroneSettings, {}, currency="RUB")

    assert ("empty", "settings.per_flight") == (refused.value.code, refused.value.field)


def test_a_class_refuses_in_its_own_words() -> None:
    """What two settings may not be together, the plugin's class says."""
    with pytest.raises(InvalidInputError, match="at night no higher than 500 metres") as refused:
        read(at_night=True, metres=501)

    assert ("invalid_input", "settings") == (refused.value.code, refused.value.field)
