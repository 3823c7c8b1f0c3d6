"""Holds the journal of the desk against what the visitors wrote down themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

import attrs

from orderkit import Desk, JournalEntry
from orderkit_shop.visiting.clients import Client, Note, counted, named

FOLLOWS = {
    "contact.created": "somebody came for the first time",
    "visitor.met": "the same",
    "contact.edited": "a form told who somebody is",
    "contact.linked": "the details in it are somebody's who was there before",
    "contact.link_suggested": "they may be",
    "order.link_issued": "a form was taken, and led to the order's own page",
}
"""Kinds of entries that no visitor asks for: they follow from what one does. Kind → from what."""


@attrs.frozen
class Reckoning:
    """
    What came out.

    Attributes:
        notes: How many lines the visitors wrote down.
        entries: How many entries of the journal equal them.
        differences: Where the two part, in words; empty for a day that is told right.
    """

    notes: int
    entries: int
    differences: Sequence[str]


def reckon(desk: Desk, clients: Sequence[Client], cookie: str) -> Reckoning:
    """
    Compare entry by entry, visitor by visitor.

    Args:
        cookie: Name of the cookie by which the shop knows a visitor.
    """
    notes, entries = 0, 0
    differences: list[str] = []
    for client in clients:
        told = [_note(desk, entry) for entry in _journal(desk, client, cookie) if entry.kind not in FOLLOWS]
        notes, entries = notes + len(client.log), entries + len(told)
        differences += _parting(client, told)
    return Reckoning(notes, entries, differences)


def _journal(desk: Desk, client: Client, cookie: str) -> Iterator[JournalEntry]:
    """What the desk knows of a visitor, oldest first; what it thinks the same person did elsewhere is another's."""
    visitor = desk.visitors.find(client.browser.cookies.get(cookie, ""))
    if visitor is not None:
        for entry in reversed(desk.contacts.view(visitor.contact_id).journal):
            if entry.contact_id == visitor.contact_id:
                yield entry


def _parting(client: Client, told: Sequence[Note]) -> Iterator[str]:
    """Where the log and the journal differ first."""
    for number, (did, note) in enumerate(zip_longest(client.log, told), 1):
        if did != note:
            yield f"visitor {client.plan.index}, act {number}: did {did}, the journal says {note}"
            return


def _note(desk: Desk, entry: JournalEntry) -> Note:
    """What the visitor would have written down of it."""
    if entry.kind == "visit":
        return Note(entry.kind, str(entry.data["page"]))
    if entry.kind == "cart.line_removed":
        return Note(entry.kind, _goods(entry))
    if entry.kind in ("cart.line_added", "cart.quantity_changed"):
        return Note(entry.kind, counted(_goods(entry), int(str(entry.data["quantity"]))))
    number = desk.orders.get(entry.order_id).number if entry.order_id else ""
    return Note(entry.kind, f"{number} {entry.data.get('outcome', '')}".strip())


def _goods(entry: JournalEntry) -> str:
    """Which product a line of the cart was, and which it is."""
    [line] = (
        one.after or one.before for one in entry.differences if one.field == f"lines.{entry.data['line_id']}"
    )
    assert isinstance(line, Mapping)
    options = line.get("options", {})
    assert isinstance(options, Mapping)
    return named(str(line["sku"]), {name: str(value) for name, value in options.items()})
