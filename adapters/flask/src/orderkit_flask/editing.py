"""
The contents of an order while they are edited: what stands in the form becomes rows, and rows become edits.

The form carries everything, so it works without a script: ``line.7.quantity`` is a position of the order,
``line.n1.quantity`` one that is added. ``line.….sku`` names a product of the catalogue that is added or takes the place
of another; its title and whether it is delivered are asked of the catalogue, never of the browser. ``line.….title``
makes it a free line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeVar

import attrs

from orderkit import AddLine, Line, LineEdit, Money, Order, RemoveLine, ReplaceLine
from orderkit.errors import InvalidInputError
from orderkit_flask.errors import explain
from orderkit_flask.forms import Form
from orderkit_flask.shelf import Shelf, line_of
from orderkit_flask.slots import SlotRow, Slots, next_added
from orderkit_flask.speech import Speech
from orderkit_flask.typed import Reading

LINES = Slots("line")
TOUCHING = ("quantity", "unit_price")
"""What is changed of a line that stays."""

T = TypeVar("T")


def fill(order: Order, say: Speech) -> Form:
    """The lines as they stand."""
    values = {}
    for line in order.lines:
        values[LINES.field(str(line.id), "quantity")] = str(line.quantity)
        values[LINES.field(str(line.id), "unit_price")] = say.amount(line.unit_price)
    return Form.of(values, order.version)


def hold(form: Form) -> Form:
    """The form, to be met so that a line it replaces or removes is not changed under its writer's hands."""
    slots = [
        slot
        for slot in LINES.of(form.values)
        if is_replaced(form, slot) or form.one(LINES.field(slot, "removed"))
    ]
    return attrs.evolve(form, held=frozenset(LINES.field(slot, name) for slot in slots for name in TOUCHING))


def is_replaced(form: Form, slot: str) -> bool:
    """Whether something was written or chosen in the place of a line."""
    return slot.isdecimal() and any(LINES.field(slot, name) in form.values for name in ("sku", "title"))


def settle(form: Form, lines: Iterable[Line]) -> Form:
    """The form, where what took the place of a line that is no longer there is added as a line of its own."""
    here = {str(line.id) for line in lines}
    slots = LINES.of(form.values)
    lost = [slot for slot in slots if slot not in here and is_replaced(form, slot)]
    added = {slot: f"n{number}" for number, slot in enumerate(lost, next_added(slots))}

    def renamed(fields: Mapping[str, T]) -> dict[str, T]:
        return {_moved(name, added): value for name, value in fields.items()}

    return attrs.evolve(form, values=renamed(form.values), problems=renamed(form.problems))


@attrs.frozen(kw_only=True)
class Row(SlotRow):
    """
    One position in the editor.

    Attributes:
        stored: As it stands in the order; ``None`` for one that is added.
        line: As it shall be; ``None`` where it is removed, left blank, or cannot be read.
        known: What it is of, whatever was typed as its quantity and price; ``None`` for what is written here.
        title: What people call it now.
        sku: Of the product, empty for a free line.
        price: In the catalogue, where the row is of a product chosen just now.
        is_free: Whether its title is written here.
        is_replaced: Whether another takes the place of *stored*.
        problem: What is wrong with the row as a whole, in words.
    """

    slots = LINES

    stored: Line | None = None
    line: Line | None = None
    known: Line | None = None
    title: str = ""
    sku: str = ""
    price: Money | None = None
    is_free: bool = False
    is_replaced: bool = False
    is_removed: bool = False
    problem: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether a position that stays is not as it was."""
        return self.line is not None and self.stored is not None and self.line != self.stored

    @property
    def has_own_price(self) -> bool:
        """Whether staff ask another price than the catalogue."""
        return self.price is not None and self.line is not None and self.line.unit_price != self.price


@attrs.frozen(slots=False)
class Draft:
    """
    The rows of a form, with what is wrong with them.

    Attributes:
        problems: Field → what is wrong with it, in words.
    """

    rows: tuple[Row, ...]
    removed: frozenset[int]
    touched: frozenset[str]
    problems: dict[str, str]

    @classmethod
    def read(cls, form: Form, lines: Sequence[Line], shelf: Shelf) -> Draft:
        """
        Read what stands in a form about the contents of an order.

        Args:
            lines: As they are stored; none for an order that is being made.
        """
        stored = {str(line.id): line for line in lines}
        reading = _RowReading(form, shelf)
        added = [slot for slot in LINES.of(form.values) if slot.startswith("n")]
        rows = [reading.row(slot, stored.get(slot)) for slot in (*stored, *added)]
        slots = LINES.of(form.values)
        removed = frozenset(
            int(slot) for slot in slots if slot.isdecimal() and form.one(LINES.field(slot, "removed"))
        )
        touched = frozenset(
            slot for slot in slots if any(_differs(form, LINES.field(slot, name)) for name in TOUCHING)
        )
        return cls(tuple(rows), removed, touched, reading.typed.problems)

    @cached_property
    def edits(self) -> tuple[LineEdit, ...]:
        """
        What the form asks for.

        It follows from what was typed alone, so that the same form sent twice asks for the same, whatever its first
        time has changed.
        """
        asked: list[tuple[int, LineEdit]] = [(id, RemoveLine(id)) for id in self.removed]
        for row in self.rows:
            if row.line and row.stored and (row.is_replaced or row.slot in self.touched):
                asked.append((row.stored.id, ReplaceLine(row.stored.id, row.line)))
        asked.sort(key=lambda one: one[0])
        added = (AddLine(row.line) for row in self.rows if row.line and row.stored is None)
        return (*(edit for _, edit in asked), *added)

    @property
    def lines(self) -> tuple[Line, ...]:
        """The positions as they shall be."""
        return tuple(row.line for row in self.rows if row.line)

    @property
    def is_changed(self) -> bool:
        """Whether anything was typed that is not stored."""
        return bool(self.removed or self.touched or any(row.is_added or row.is_replaced for row in self.rows))

    @property
    def first_problem(self) -> str:
        """What hinders counting, with the position it is about; empty for nothing."""
        for row in self.rows:
            told = [words for name, words in self.problems.items() if name.startswith(f"line.{row.slot}.")]
            if told:
                return f"{row.title}: {told[0]}" if row.title else told[0]
        return ""


def _moved(name: str, to: Mapping[str, str]) -> str:
    """How a field is called once its row stands in another slot."""
    slot, own = LINES.split(name)
    return LINES.field(to[slot], own) if slot in to else name


def _differs(form: Form, name: str) -> bool:
    return form.several(name) != form.was.get(name, ())


@attrs.frozen
class _RowReading:
    """Reads row after row; the problems of all of them are collected."""

    form: Form
    shelf: Shelf
    typed: Reading = attrs.field(
        default=attrs.Factory(lambda self: Reading(self.form, self.shelf.say), takes_self=True)
    )

    def row(self, slot: str, stored: Line | None) -> Row:
        form = self.form
        sku, is_free = form.one(LINES.field(slot, "sku")), LINES.field(slot, "title") in form.values
        if form.one(LINES.field(slot, "removed")) and stored:
            return Row(
                slot=slot, stored=stored, known=stored, title=stored.title, sku=stored.sku, is_removed=True
            )
        if sku:
            return self._product(slot, stored, sku)
        if is_free or stored is None:
            return self._free(slot, stored)
        line = self._line(slot, stored) if LINES.field(slot, "quantity") in form.values else stored
        return Row(slot=slot, stored=stored, line=line, known=stored, title=stored.title, sku=stored.sku)

    def _product(self, slot: str, stored: Line | None, sku: str) -> Row:
        taken = self.shelf.take(sku)
        row = Row(slot=slot, stored=stored, title=sku, sku=sku, is_replaced=stored is not None)
        if taken.product is None:
            self.typed.problems[LINES.field(slot, "sku")] = taken.problem
            return attrs.evolve(row, problem=taken.problem)
        product = taken.product
        known = line_of(product)
        return attrs.evolve(
            row,
            line=self._line(slot, known, empty=product.price),
            known=known,
            title=product.title,
            price=product.price,
        )

    def _free(self, slot: str, stored: Line | None) -> Row:
        title = self.form.one(LINES.field(slot, "title"))
        row = Row(slot=slot, stored=stored, title=title, is_free=True, is_replaced=stored is not None)
        if not title and not self.form.one(LINES.field(slot, "unit_price")) and stored is None:
            return row  # nothing was written into it: it is not there
        try:
            line = Line(
                title=title,
                unit_price=Money.zero(self.shelf.currency),
                requires_delivery=bool(self.form.one(LINES.field(slot, "requires_delivery"))),
            )
        except InvalidInputError as error:
            self.typed.problems[LINES.field(slot, "title")] = explain(error, self.shelf.say)
            return row
        return attrs.evolve(row, line=self._line(slot, line))

    def _line(self, slot: str, line: Line, *, empty: Money | None = None) -> Line | None:
        """*line* with the quantity and the price that were typed; ``None`` where one of them is wrong."""
        before = len(self.typed.problems)
        quantity = self.typed.whole(LINES.field(slot, "quantity"))
        price = self.typed.money(LINES.field(slot, "unit_price"), self.shelf.currency, empty=empty)
        if len(self.typed.problems) > before:
            return None
        try:
            if (quantity, price) == (line.quantity, line.unit_price):
                return line  # its amount may be one of its own
            return attrs.evolve(line, quantity=quantity, unit_price=price, amount=price.times(quantity))
        except InvalidInputError as error:
            name = "quantity" if error.field == "quantity" else "unit_price"
            self.typed.problems[LINES.field(slot, name)] = explain(error, self.shelf.say)
            return None
