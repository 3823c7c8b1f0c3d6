"""
Discounts and fees by hand: what stands in the form becomes rows, and rows become all adjustments of the order.

``adjustment.2.amount`` is of the second one that can be edited here, ``adjustment.n1.amount`` of one that is added.
People write amounts above zero; the kind says whether one is taken off. An emptied amount takes the row away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import attrs

from orderkit import Actor, Adjustment, AdjustmentKind, Desk, Money, Order
from orderkit.errors import InvalidInputError
from orderkit_flask.editor import Sums, last_actor, try_out
from orderkit_flask.errors import explain
from orderkit_flask.forms import Form
from orderkit_flask.slots import SlotRow, Slots, next_added
from orderkit_flask.speech import Speech
from orderkit_flask.typed import Reading
from orderkit_flask.window import OrderWindow

SIGNS: Mapping[str, int] = {AdjustmentKind.DISCOUNT: -1, AdjustmentKind.FEE: 1}
"""The kinds that are set by hand, and what they do to the total."""
NAMES = ("kind", "title", "amount")
CODES = "codes"
"""The field of the promo codes, one after another."""
ALIKE = ((0, 1, 2), (0, 1), (0, 2), (1, 2))
"""By which of its `NAMES` a row is known again, the surest first."""
CODE_PROBLEMS = ("code_unknown", "code_refused", "too_many_codes")
"""What can be wrong with promo codes."""
Texts = tuple[str, ...]
"""What stands in the fields of a row, in the order of `NAMES`."""
ROWS = Slots("adjustment")


def fill(order: Order, say: Speech) -> Form:
    """The discounts and fees, and the promo codes, as they stand."""
    return _form(order, {str(number): texts for number, texts in enumerate(_texts(order, say), 1)})


def refill(order: Order, say: Speech, form: Form) -> Form:
    """
    As `fill`, for *form* to meet: each row keeps the place it has in the form, found by what it was.

    Of the rows that are no longer there, those that were not changed in the form are empty. One that was stays as it
    was typed; nothing is known any more of what it was.
    """
    slots = [slot for slot in ROWS.of(form.values) if slot.isdecimal()]
    rows, added = _pair({slot: _was(form, slot) for slot in slots}, _texts(order, say))
    for slot in slots:
        if slot not in rows and _is_untouched(form, slot):
            rows[slot] = (form.one(ROWS.field(slot, "kind")), "", "")
    first = max(map(int, slots), default=0) + 1
    return _form(order, rows | {str(number): texts for number, texts in enumerate(added, first)})


@attrs.frozen
class Row(SlotRow):
    """
    One discount or fee in the form.

    Attributes:
        adjustment: As it shall be; ``None`` where it is taken away, left blank, or cannot be read.
        is_gone: Whether somebody else took it away while it was being changed.
    """

    slots = ROWS

    adjustment: Adjustment | None = None
    is_gone: bool = False


@attrs.frozen
class Draft:
    """
    The rows of a form, with what is wrong with them.

    Attributes:
        codes: The promo codes, as typed; ``None`` where the form does not tell.
        problems: Field → what is wrong with it, in words.
    """

    rows: tuple[Row, ...]
    codes: tuple[str, ...] | None
    problems: Mapping[str, str]
    is_changed: bool

    @classmethod
    def read(cls, form: Form, currency: str, say: Speech) -> Draft:
        """Read what stands in a form."""
        reading = Reading(form, say)
        rows = tuple(
            Row(slot, _adjustment(reading, slot, currency), slot.isdecimal() and not _was(form, slot))
            for slot in ROWS.of(form.values)
        )
        names = [ROWS.field(row.slot, name) for row in rows for name in NAMES]
        typed = [CODES, *(name for name in names if not name.endswith(".kind") or name in form.was)]
        is_changed = any(form.several(name) != form.was.get(name, ("",)) for name in typed)
        codes = tuple(re.findall(r"[^\s,;]+", form.one(CODES))) if CODES in form.values else None
        return cls(rows, codes, reading.problems, is_changed)

    def adjustments(self, order: Order) -> tuple[Adjustment, ...]:
        """All that are set by hand, as they shall be; what cannot be edited here keeps its place."""
        wanted = [row.adjustment for row in self.rows if row.adjustment]
        by_hand = [one for one in order.adjustments if one.kind in SIGNS and one.rule_id is None]
        for place, one in enumerate(by_hand):
            if not _is_editable(one):
                wanted.insert(place, one)
        return tuple(wanted)

    @property
    def largest_discount(self) -> str:
        """The field of the amount that most is taken off by; empty where nothing is."""
        sizes = {row: row.adjustment.amount.minor for row in self.rows if row.adjustment}
        least = min(sizes, key=sizes.__getitem__, default=None)
        return least.field("amount") if least and sizes[least] < 0 else ""


@attrs.frozen(kw_only=True, slots=False)
class Adjusting:
    """
    The form with everything that stands in it, and what follows.

    Attributes:
        view: Of the route that takes the form.
        address: What that route needs besides.
    """

    form: Form
    draft: Draft
    sums: Sums
    address: Mapping[str, object]
    view: str = "set_adjustments"

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """What is shown: what was not taken away, and one more to be filled in."""
        shown = [row for row in self.draft.rows if row.is_added or self._is_seen(row)]
        added = [row for row in shown if row.is_added]
        if not added or self._is_seen(added[-1]):
            shown.append(Row(f"n{next_added(row.slot for row in self.draft.rows)}"))
        return tuple(shown)

    @property
    def has_gone(self) -> bool:
        """Whether somebody else took a row away that was being changed."""
        return any(row.is_gone for row in self.draft.rows)

    def _is_seen(self, row: Row) -> bool:
        names = [row.field(name) for name in NAMES]
        return any(
            self.form.one(name) or name in self.form.stored or name in self.form.problems
            for name in names
            if not name.endswith(".kind")
        )


@attrs.frozen(kw_only=True)
class Adjustments:
    """Draws and checks the form of an order that is stored."""

    desk: Desk
    actor: Actor
    say: Speech

    def draw(self, form: Form, window: OrderWindow) -> Adjusting:
        """The form, with what somebody else stored since it was drawn last."""
        order = window.order
        if form.version != order.version:
            form = form.meet(refill(order, self.say, form), last_actor(window.view))
        return self.count(form, order)

    def count(self, form: Form, order: Order) -> Adjusting:
        """The form, for an order that nobody else has changed."""
        draft = Draft.read(form, order.currency, self.say)
        return Adjusting(
            form=form, draft=draft, sums=self._sums(form, order, draft), address={"order_id": order.id}
        )

    def check(self, form: Form, order: Order) -> tuple[Form, tuple[Adjustment, ...], tuple[str, ...] | None]:
        """The form with what is wrong with it, all adjustments it asks for, and all promo codes."""
        draft = Draft.read(form, order.currency, self.say)
        problems = dict(draft.problems)
        sums = self._sums(form, order, draft)
        if draft.largest_discount and sums.code == "negative_total":
            problems[draft.largest_discount] = self.say.text("The discount is larger than the order.")
        if sums.code in CODE_PROBLEMS:
            problems[CODES] = sums.problem
        return form.with_problems(problems), draft.adjustments(order), draft.codes

    def _sums(self, form: Form, order: Order, draft: Draft) -> Sums:
        return try_out(
            order,
            lambda: self.desk.orders.edit_adjustments(
                order.id,
                draft.adjustments(order),
                actor=self.actor,
                expected_version=form.version,
                codes=draft.codes,
                dry_run=True,
            ),
            self.say,
            next(iter(draft.problems.values()), ""),
        )


def _is_editable(adjustment: Adjustment) -> bool:
    """Whether a row can tell all of it: rules make others, an import may bring some, and these stay as they are."""
    sign = SIGNS.get(adjustment.kind, 0)
    is_plain = adjustment.rule_id is None and not adjustment.included
    return is_plain and adjustment.amount.minor * sign > 0


def _texts(order: Order, say: Speech) -> Iterator[Texts]:
    for one in filter(_is_editable, order.adjustments):
        yield one.kind.value, one.title, say.amount(Money(abs(one.amount.minor), order.currency))


def _form(order: Order, rows: Mapping[str, Texts]) -> Form:
    values = {
        ROWS.field(slot, name): value
        for slot, texts in rows.items()
        for name, value in zip(NAMES, texts, strict=True)
    }
    return Form.of({CODES: " ".join(order.codes)} | values, order.version)


def _was(form: Form, slot: str) -> Texts:
    """What stood in a row when the form was made; nothing for one that was not there."""
    texts = tuple("".join(form.was.get(ROWS.field(slot, name), ())) for name in NAMES)
    return texts if texts[-1] else ()


def _is_untouched(form: Form, slot: str) -> bool:
    return all(
        form.several(name) == form.was.get(name) for name in (ROWS.field(slot, name) for name in NAMES)
    )


def _pair(was: Mapping[str, Texts], stored: Iterable[Texts]) -> tuple[dict[str, Texts], list[Texts]]:
    """What each row is now, those that are alike in most going first; and the stored rows that none of them was."""
    pairs: dict[str, Texts] = {}
    left = list(stored)
    for alike in ALIKE:
        for slot, before in was.items():
            if not before or slot in pairs:
                continue
            same = next((now for now in left if all(now[at] == before[at] for at in alike)), None)
            if same:
                pairs[slot] = same
                left.remove(same)
    return pairs, left


def _adjustment(reading: Reading, slot: str, currency: str) -> Adjustment | None:
    form, problems = reading.form, reading.problems
    kind, title, amount = (ROWS.field(slot, name) for name in NAMES)
    if not form.one(amount):
        if form.one(title) and slot.startswith("n"):
            reading.refuse(amount, "empty")
        return None
    size = reading.money(amount, currency)
    if amount not in problems and size.minor <= 0:
        reading.refuse(amount, "not_positive")
    sign = SIGNS.get(form.one(kind), 0)
    if not sign:
        problems[kind] = reading.say.text("Choose one from the list.")
    if amount in problems or kind in problems:
        return None
    try:
        return Adjustment(
            kind=AdjustmentKind(form.one(kind)),
            amount=Money(sign * size.minor, currency),
            title=form.one(title),
        )
    except InvalidInputError as error:
        problems[title] = explain(error, reading.say)
        return None
