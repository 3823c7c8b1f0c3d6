"""A text that nobody is to see, such as the key of an account at a provider; and how it is told apart in a document."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from orderkit.errors import InvalidInputError

_STORED: Final = "secret"
"""A stored secret is a document of this one name: ``{"secret": "fernet:…"}``."""


class Secret:
    """
    A text that neither ``repr`` nor ``str`` tells, nor `attrs.asdict`, JSON or a pickle.

    Two with the same text are equal.

    Raises:
        InvalidInputError: ``not_text``, or ``empty``; the text itself is not repeated.
    """

    __slots__ = ("_text",)  # no attrs class: those are told field by field wherever one is written down

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise InvalidInputError(
                f"a secret is text, not {type(text).__name__}", code="not_text", field="secret"
            )
        if not text:
            raise InvalidInputError("a secret is empty; a text is needed", code="empty", field="secret")
        self._text = text

    def reveal(self) -> str:
        """The text. Hand it to whom it is for, and keep it out of messages, logs and errors."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not pickled or copied; reveal() gives its text")


def stored_secret(text: str) -> dict[str, Any]:
    """The document of a secret that is stored as *text*: sealed, or where it is found."""
    return {_STORED: text}


def text_of_stored(value: object) -> str:
    """As what a secret is stored; empty where *value* is the document of none."""
    if isinstance(value, Mapping) and value.keys() == {_STORED}:
        text = value[_STORED]
        return text if isinstance(text, str) else ""
    return ""


def untold(value: Any) -> Any:
    """
    The same value as it may be told: of a secret only which it is, so that another one is noticed.

    What stands for it is a digest of what is stored, and that is another text each time the same secret is sealed.
    """
    if isinstance(value, Secret):
        return {_STORED: "…"}
    text = text_of_stored(value)
    return {_STORED: hashlib.blake2b(text.encode(), digest_size=8).hexdigest()} if text else value
