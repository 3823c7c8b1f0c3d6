"""Text in several languages answers in the one that is asked for."""

import pytest

from orderkit.plugin import Text, in_language

BOTH: Text = {"ru": "Стоимость", "en": "Cost"}


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Дрон", "en", "Дрон"),
        (BOTH, "ru", "Стоимость"),
        (BOTH, "ru-RU", "Стоимость"),
        (BOTH, "RU_ru", "Стоимость"),
        (BOTH, "en", "Cost"),
        (BOTH, "de", "Cost"),
        ({"ru": "Стоимость", "uk": "Вартість"}, "de", "Стоимость"),
        ({"pt-BR": "Frete", "pt": "Portes"}, "pt_BR", "Frete"),
        ({}, "ru", ""),
    ],
)
def test_in_language(text: Text, language: str, said: str) -> None:
    """The language itself, then without its country, then English, then what was written first."""
    assert said == in_language(text, language)
