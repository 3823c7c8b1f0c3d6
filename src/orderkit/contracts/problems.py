"""What a plugin finds wrong with its settings or with an order, in words for people."""

from __future__ import annotations

import attrs

from orderkit.contracts.wording import Text, is_text, without_cards
from orderkit.errors import InvalidInputError


@attrs.frozen
class Problem:
    """
    One thing that is not right.

    Attributes:
        text: What, and what to do; never empty. It goes into pages and errors: no secret belongs there, and the
            numbers of cards in it are masked.
        field: Name of the setting it is about, or of the part of an order; empty for all of them together.
    """

    text: Text
    field: str = ""

    def __attrs_post_init__(self) -> None:
        if not is_text(self.text) or not self.text:
            raise InvalidInputError("a problem needs words", code="empty", field="text")
        if not isinstance(self.field, str):
            raise InvalidInputError("the field of a problem is a name", code="not_text", field="field")
        object.__setattr__(self, "text", without_cards(self.text))
