"""What counts as text: the one check every typed-in string passes."""

from __future__ import annotations

import re

from orderkit.domain.cards import mask_cards, mask_reference
from orderkit.errors import InvalidInputError

SHORT = 200
"""Characters allowed in a name, a title, a code."""
LONG = 2_000
"""Characters allowed in an address, a comment, a reason."""


def clean(value: object, field: str, *, limit: int = SHORT, required: bool = False) -> str:
    """
    Return *value* without surrounding white space, refusing what no database stores alike.

    Args:
        value: A string; anything else is refused, ``None`` counts as empty.
        field: Dotted path used in the error.
        limit: Longest allowed text, in characters.
        required: Whether an empty text is refused.

    Raises:
        InvalidInputError: Not text, empty though required, too long, or with control characters or lone
            surrogates. Line breaks and tabs are allowed in long texts alone: a name goes into headers of messages.
    """
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise InvalidInputError(
            f"{field} must be text, not {type(value).__name__}", code="not_text", field=field
        )
    text = value.strip()
    if required and not text:
        raise InvalidInputError(f"{field} is empty; a value is needed", code="empty", field=field)
    if len(text) > limit:
        raise InvalidInputError(
            f"{field} has {len(text)} characters; at most {limit} are allowed",
            code="too_long",
            field=field,
            limit=limit,
        )
    allowed = "\n\r\t" if limit >= LONG else ""
    if not text.isprintable() and any(
        _is_control(character) and character not in allowed for character in text
    ):
        raise InvalidInputError(
            f"{field} contains line breaks or control characters; remove them",
            code="control_characters",
            field=field,
        )
    return text


def clean_words(value: object, field: str, *, limit: int = SHORT, required: bool = False) -> str:
    """As `clean`, of what a person or a provider says freely: the numbers of cards in it are masked."""
    return mask_cards(clean(value, field, limit=limit, required=required))


def clean_reference(value: object, field: str, *, required: bool = False) -> str:
    """As `clean`, of what somebody else calls a payment, a refund or an event: the number of a card is masked in it."""
    return mask_reference(clean(value, field, required=required))


def clean_url(value: object, field: str) -> str:
    """
    Return an address to which a browser may be sent, without surrounding white space.

    Raises:
        InvalidInputError: As `clean`; ``bad_url`` where it is no ``https://`` or ``http://`` address.
    """
    url = clean(value, field, limit=LONG, required=True)
    if not re.fullmatch(r"https?://[^\s/?#]\S*", url, re.IGNORECASE):
        raise InvalidInputError(
            f"{field} must begin with https:// or http:// and hold no white space",
            code="bad_url",
            field=field,
        )
    return url


def _is_control(character: str) -> bool:
    code = ord(character)
    return code < 32 or 127 <= code < 160 or 0xD800 <= code < 0xE000
