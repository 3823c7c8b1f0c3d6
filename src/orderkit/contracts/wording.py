"""Text that people read: plain, or in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from orderkit.domain.cards import mask_cards

Text: TypeAlias = str | Mapping[str, str]
"""Plain text, or one for each language code: ``{"ru": "Стоимость", "en": "Cost"}``."""


def in_language(text: Text, language: str) -> str:
    """
    What *text* says in *language*.

    Args:
        language: A code such as ``ru`` or ``pt-BR``; of the latter ``pt`` will do. Where the text does not speak it,
            English answers, else the language that was written first.
    """
    if isinstance(text, str):
        return text
    wanted = language.replace("_", "-").lower()
    spoken = {code.replace("_", "-").lower(): words for code, words in text.items()}
    for code in (wanted, wanted.partition("-")[0], "en"):
        if code in spoken:
            return spoken[code]
    return next(iter(spoken.values()), "")


def is_text(value: object) -> bool:
    """Whether *value* can be read by people: text, or text by language code."""
    if isinstance(value, Mapping):
        return all(isinstance(part, str) for pair in value.items() for part in pair)
    return isinstance(value, str)


def without_cards(text: Text) -> Text:
    """*text* with the numbers of cards masked in every language."""
    if isinstance(text, str):
        return mask_cards(text)
    return {code: mask_cards(words) for code, words in text.items()}
