"""Notes: what staff write into an order's journal."""

from __future__ import annotations

from orderkit.domain.actor import Act
from orderkit.domain.change import Change, told
from orderkit.domain.order import Order
from orderkit.domain.permits import Verb, require
from orderkit.domain.text import LONG, clean_words


def add_note(order: Order, text: str, act: Act) -> Change[Order]:
    """
    Write a note into the journal of an order, whatever its status; the order and its version stay.

    Raises:
        InvalidInputError: No text, or more than 2,000 characters.
        TransitionRefusedError: Notes are not for this actor (``not_by_this_actor``).
    """
    require(Verb.ADD_NOTE, act.actor.kind, order.name)
    return told(order, "order.noted", act, text=clean_words(text, "text", limit=LONG, required=True))
