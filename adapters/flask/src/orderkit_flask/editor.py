"""The editor of an order's contents as its screen shows it: the rows, what they come to, and what the catalogue has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import attrs

from orderkit import Actor, Change, Desk, Money, Order, OrderView
from orderkit.errors import ConflictError, InvalidInputError, TransitionRefusedError
from orderkit_flask.editing import LINES, Draft, fill, hold, is_replaced, settle
from orderkit_flask.errors import explain, rival_of
from orderkit_flask.forms import Form
from orderkit_flask.presses import REPLACING, SEARCH
from orderkit_flask.shelf import Found, Shelf
from orderkit_flask.speech import Speech
from orderkit_flask.window import OrderWindow, Sum, sums_of


@attrs.frozen(kw_only=True)
class Sums:
    """
    What an order comes to before and after.

    Attributes:
        before: ``None`` for an order that is being made.
        parts: How *after* comes about, where rules or people add to the goods and the delivery or take off them.
        problem: Why it cannot be counted, in words; the rest then tells of the order as it is stored.
        code: Of the error behind it, if it is one.
    """

    before: Money | None
    after: Money
    paid: Money
    to_pay: Money
    overpaid: Money
    parts: tuple[Sum, ...] = ()
    problem: str = ""
    code: str = ""

    @classmethod
    def of(
        cls, before: Order | None, after: Order, say: Speech | None = None, problem: str = "", code: str = ""
    ) -> Sums:
        """Compare two orders, or look at a new one."""
        balance, currency = after.balance, after.currency
        return cls(
            before=before.total if before else None,
            after=after.total,
            paid=Money(balance.paid, currency),
            to_pay=Money(balance.to_pay, currency),
            overpaid=Money(balance.overpaid, currency),
            parts=tuple(sums_of(after, say)) if after.adjustments and say else (),
            problem=problem,
            code=code,
        )


@attrs.frozen(kw_only=True, slots=False)
class Editor:
    """
    The editor with everything that stands in it.

    Attributes:
        view: Of the route that takes the form.
        address: What that route needs besides.
        focus: The id of what is used next.
        refusal: Why a product could not be chosen, in words.
        gone: Positions of the form that somebody else took out meanwhile, in words.
        given_up: Those that something else was to take the place of.
    """

    form: Form
    draft: Draft
    shelf: Shelf
    sums: Sums
    view: str
    address: Mapping[str, object] = attrs.field(factory=dict)
    focus: str = ""
    refusal: str = ""
    gone: tuple[str, ...] = ()
    given_up: tuple[str, ...] = ()

    @property
    def has_catalogue(self) -> bool:
        """Whether there is anything to search in."""
        return self.shelf.catalogue is not None

    @cached_property
    def found(self) -> Found:
        """What the catalogue has for the text in the search field."""
        return self.shelf.search(self.form.one(SEARCH))

    @cached_property
    def replacing(self) -> str:
        """The row whose place the next product takes; empty for none."""
        wanted = self.form.one(REPLACING)
        return wanted if any(row.slot == wanted and not row.is_removed for row in self.draft.rows) else ""


@attrs.frozen(kw_only=True)
class Contents:
    """
    Draws the editor of an order that is stored.

    Attributes:
        focus: As `Editor` has them, *refusal* too.
    """

    desk: Desk
    actor: Actor
    shelf: Shelf
    focus: str = ""
    refusal: str = ""

    def draw(self, form: Form, window: OrderWindow) -> Editor:
        """The editor, with what somebody else stored since it was drawn last."""
        order = window.order
        if form.version != order.version:
            form = hold(form).meet(fill(order, window.say), last_actor(window.view))
        return attrs.evolve(
            self.count(settle(form, order.lines), order),
            gone=tuple(self._gone(form, window.view)),
            given_up=tuple(self._given_up(form, window.view)),
        )

    def count(self, form: Form, order: Order) -> Editor:
        """The editor, for an order that nobody else has changed."""
        draft = Draft.read(form, order.lines, self.shelf)
        return Editor(
            form=form,
            draft=draft,
            shelf=self.shelf,
            sums=self._sums(form, order, draft),
            view="set_contents",
            address={"order_id": order.id},
            focus=self.focus,
            refusal=self.refusal,
        )

    def _sums(self, form: Form, order: Order, draft: Draft) -> Sums:
        return try_out(
            order,
            lambda: self.desk.orders.edit_lines(
                order.id, draft.edits, actor=self.actor, expected_version=form.version, dry_run=True
            ),
            self.shelf.say,
            draft.first_problem,
        )

    def _gone(self, form: Form, view: OrderView) -> Iterator[str]:
        for slot in _lost(form, view):
            if not is_replaced(form, slot) and not form.one(LINES.field(slot, "removed")):
                yield f"{self._title(slot, view)} × {form.one(LINES.field(slot, 'quantity'))}"

    def _given_up(self, form: Form, view: OrderView) -> Iterator[str]:
        for slot in _lost(form, view):
            if is_replaced(form, slot):
                yield f"{self._title(slot, view)} × {_former(slot, view).get('quantity', 1)}"

    def _title(self, slot: str, view: OrderView) -> str:
        return str(_former(slot, view).get("title", "")) or self.shelf.say.text("a position")


def try_out(order: Order, edit: Callable[[], Change[Order] | None], say: Speech, problem: str) -> Sums:
    """
    What an order would come to.

    Args:
        edit: One call of a service that stores nothing.
        problem: Why there is nothing to try yet, in words; empty where there is.
    """
    if problem:
        return Sums.of(order, order, problem=problem)
    try:
        change = edit()
    except ConflictError as error:
        told = say.text(
            "Meanwhile %(who)s changed this order: recalculate to see both.", who=rival_of(error, say)
        )
        return Sums.of(order, order, problem=told, code=error.code)
    except (InvalidInputError, TransitionRefusedError) as error:
        return Sums.of(order, order, problem=explain(error, say), code=error.code)
    return Sums.of(order, change.after if change else order, say)


def last_actor(view: OrderView) -> str:
    """Who changed an order last; empty where the journal does not say."""
    by = (entry.actor.name for entry in view.journal if entry.version == view.order.version)
    return next(by, "")


def _lost(form: Form, view: OrderView) -> list[str]:
    """The rows of a form whose positions are no longer there."""
    here = {str(line.id) for line in view.order.lines}
    return [slot for slot in LINES.of(form.values) if slot.isdecimal() and slot not in here]


def _former(slot: str, view: OrderView) -> Mapping[str, object]:
    """What a position was that is no longer there: the journal knows."""
    for entry in view.journal:
        told = entry.difference(f"lines.{slot}")
        if told and isinstance(told.before, Mapping):
            return told.before
    return {}
