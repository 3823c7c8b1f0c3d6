"""The form that gives money back: an amount or goods, divided over the payments that can give."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final
from uuid import UUID

import attrs

from orderkit import Desk, Line, Money, Order, Payment, RefundLine, RefundShare
from orderkit.errors import InvalidInputError
from orderkit_flask.errors import explain
from orderkit_flask.forms import Form
from orderkit_flask.speech import Speech
from orderkit_flask.typed import Reading
from orderkit_flask.words import mark

LINE, SHARE, WAY, REFERENCE = "line.", "share.", "way.", "reference."
"""Fields of one line and of one payment: the id stands behind."""
OF = "payment"
"""The field that names every payment a form is about."""
BY_HAND: Final[Mapping[str, str]] = {
    "method_unusable": mark(
        "“%(method)s” does not work at the moment, and cannot give the money back itself."
    ),
    "provider_cannot": mark("“%(method)s” cannot give money back by itself."),
}
"""Code of why the provider that took a payment does not give it back → what is told of it."""
COUNT, DIVIDE = "count", "divide"
"""Buttons that work out the amount from the goods and how it is divided, or the latter alone."""


@attrs.frozen
class Wanted:
    """What a form asks for; where it has problems, nothing of it is to be done."""

    form: Form
    amount: Money
    shares: tuple[RefundShare, ...] = ()
    lines: tuple[RefundLine, ...] = ()


@attrs.frozen(slots=False)
class Refunding:
    """
    One order as far as money of it can be given back.

    Attributes:
        desk: Says which providers can give back, how an amount is divided and what goods come to.
    """

    order: Order
    desk: Desk
    say: Speech

    @cached_property
    def through(self) -> Mapping[UUID, str]:
        """The payments whose provider can give back → the title of its method."""
        return {one.id: self.title(one) for one in self.order.payments if not self._hindered[one.id]}

    @cached_property
    def _hindered(self) -> Mapping[UUID, str]:
        """Why each payment is given back by hand alone, as the code of an error; empty where its provider can."""
        return {one.id: self.desk.operations.why_by_hand(one) for one in self.order.payments}

    @cached_property
    def _titles(self) -> Mapping[UUID, str]:
        return {one.id: one.title for one in self.desk.settings.payment_methods()}

    def title(self, payment: Payment) -> str:
        """What staff call the method of a payment."""
        return self._titles.get(payment.method_id, "") if payment.method_id else ""

    def why_by_hand(self, payment: Payment) -> str:
        """Why the provider that took a payment does not give it back, in a sentence; empty where there is none."""
        why = self._hindered[payment.id]
        return self.say.text(BY_HAND[why], method=self.title(payment)) if why in BY_HAND else ""

    def rows(self, form: Form) -> tuple[Payment, ...]:
        """The payments that a form is about, latest first: those that could give back when it was made."""
        named = form.several(OF)
        return tuple(one for one in reversed(self.order.payments) if str(one.id) in named)

    def most(self, payment: Payment) -> Money:
        """What of a payment can be given back."""
        return self.order.balance.money(max(payment.sums.refundable, 0))

    def goods(self, form: Form) -> tuple[tuple[Line, int], ...]:
        """The lines of which something can come back, or was typed that did, with how many pieces can."""
        typed = {line.id for line in self.order.lines if form.one(f"{LINE}{line.id}")}
        return tuple(
            (line, self._left[line.id])
            for line in self.order.lines
            if self._left[line.id] > 0 or line.id in typed
        )

    @cached_property
    def _left(self) -> Mapping[int, int]:
        """How many pieces of each line have not come back."""
        return self.desk.operations.returnable(self.order)

    def names_goods(self, form: Form) -> bool:
        """Whether anything was typed of what came back."""
        return bool(form.one("delivery")) or any(form.one(f"{LINE}{line.id}") for line in self.order.lines)

    def settles_overpayment(self, form: Form) -> bool:
        """Whether what goods come to is no more than was overpaid: then it is no part of the total that goes back."""
        amount = Reading(form, self.say).money("amount", self.order.currency).minor
        return self.names_goods(form) and 0 < amount <= self.order.balance.overpaid

    def fill(self, payment_id: UUID | None = None) -> Form:
        """
        What is paid too much, else all that can be given back; what failed before is proposed again as it was.

        Args:
            payment_id: The payment that gives it all; else it is divided.

        Raises:
            NotFoundError: The payment is not of this order.
        """
        suggested = self.desk.operations.suggest_refund(self.order, payment_id)
        amount = suggested.amount
        values: dict[str, str | tuple[str, ...]] = {
            "amount": self.say.amount(amount),
            "reason": suggested.reason,
            "reference": "",
            "delivery": (),
            "lower_total": "yes",
        }
        values |= {f"{LINE}{line.id}": "" for line in self.order.lines}
        values |= {f"{LINE}{one.line_id}": str(one.quantity) for one in suggested.lines}
        giving = self._giving()
        values[OF] = tuple(str(one.id) for one in giving)
        for one in giving:
            values |= {
                f"{SHARE}{one.id}": self.say.amount(amount) if one.id == payment_id else "",
                f"{REFERENCE}{one.id}": "",
                f"{WAY}{one.id}": "provider" if one.id in self.through else "hand",
            }
        form = Form.of(values, self.order.version)
        if payment_id is None and amount:
            form = self._divided(form, amount)
        return attrs.evolve(form, was=form.values)

    def counted(self, sent: Form, button: str) -> Form:
        """The form with the amount that the goods come to, and with the shares of what is to be given back."""
        reading = Reading(sent, self.say)
        lines = self._lines(reading)
        form = sent
        if button == COUNT and not reading.problems and (lines or sent.one("delivery")):
            form = self._with_worth(form, lines, reading)
        amount = Reading(form, self.say, reading.problems).money("amount", self.order.currency)
        if not reading.problems:
            try:
                form = self._divided(form, amount)
            except InvalidInputError as error:
                reading.problems["amount"] = explain(error, self.say)
        return attrs.evolve(form, was=form.values).with_problems(reading.problems)

    def read(self, sent: Form, *, is_done: bool = False) -> Wanted:
        """
        What is asked for.

        Whoever has not seen what goods come to, or how another amount is divided, is shown it before it is done.

        Args:
            is_done: Whether it was asked for before: then what is left by now says nothing about it.
        """
        reading = Reading(sent, self.say)
        lines, amount = self._lines(reading, is_done=is_done), reading.money("amount", self.order.currency)
        if not (reading.problems or is_done):
            shown = self._shown(sent, lines)
            if shown is not None:
                return Wanted(shown, amount)
            self._check_amount(reading, amount)
        shares = tuple(self._shares(reading, amount, is_done=is_done))
        given = Money.total((share.amount for share in shares), self.order.currency)
        if not reading.problems and given != amount:
            reading.refuse("shares", "shares_differ", shares=given, amount=amount)
        return Wanted(sent.with_problems(reading.problems), amount, shares, lines)

    def _shown(self, sent: Form, lines: tuple[RefundLine, ...]) -> Form | None:
        """The form with what follows from what was changed in it last, where that has not been shown."""
        form, notes = sent, []
        goods = {name for name in sent.values if name.startswith(LINE)} | {"delivery"}
        is_counted = lines or sent.one("delivery")
        if is_counted and _is_changed(sent, *goods) and not _is_changed(sent, "amount"):
            form = self._with_worth(form, lines, Reading(form, self.say))
            if form.one("amount") != sent.one("amount"):
                notes.append(self.say.text("The goods come to %(amount)s.", amount=form.one("amount")))
        shares = [f"{SHARE}{one.id}" for one in self.rows(sent)]
        if len(shares) > 1 and _is_changed(form, "amount") and not _is_changed(sent, *shares):
            try:
                form = self._divided(form, Reading(form, self.say).money("amount", self.order.currency))
            except InvalidInputError:
                return None if form == sent else self._noted(form, notes)
            if any(form.one(f"{SHARE}{one.id}") != sent.one(f"{SHARE}{one.id}") for one in self.rows(form)):
                notes.append(self.say.text("The amount is divided anew over the payments."))
        return self._noted(form, notes) if notes else None

    def _noted(self, form: Form, notes: list[str]) -> Form:
        told = " ".join([*notes, self.say.text("Look at it, and send again: nothing is given back yet.")])
        return attrs.evolve(form, was=form.values).with_problems({"": told})

    def _with_worth(self, form: Form, lines: tuple[RefundLine, ...], reading: Reading) -> Form:
        try:
            worth = self.desk.operations.worth(self.order, lines, delivery=bool(form.one("delivery")))
        except InvalidInputError as error:
            reading.problems[""] = explain(error, self.say)
            return form
        return attrs.evolve(form, values={**form.values, "amount": (self.say.amount(worth),)})

    def _divided(self, form: Form, amount: Money) -> Form:
        shares = self.desk.operations.split(self.order, amount)
        given = {share.payment_id: self.say.amount(share.amount) for share in shares}
        typed = [one for one in self.rows(form) if form.one(f"{SHARE}{one.id}")]
        about = [one for one in reversed(self.order.payments) if one in typed or one in self._giving()]
        divided = {f"{SHARE}{one.id}": (given.get(one.id, ""),) for one in about}
        ways = {f"{WAY}{one.id}": ("provider" if one.id in self.through else "hand",) for one in about}
        ways |= {f"{REFERENCE}{one.id}": ("",) for one in about}
        rows = {OF: tuple(str(one.id) for one in about)}
        return attrs.evolve(form, values={**ways, **form.values, **divided, **rows})

    def _giving(self) -> tuple[Payment, ...]:
        """The payments that can give something back, latest first."""
        return tuple(one for one in reversed(self.order.payments) if one.sums.refundable > 0)

    def _lines(self, reading: Reading, *, is_done: bool = False) -> tuple[RefundLine, ...]:
        """The pieces that came back, each line within what can come back of it."""
        lines = []
        for name in reading.form.values:
            id = name.removeprefix(LINE)
            if not name.startswith(LINE) or not id.isdecimal() or reading.form.one(name) in ("", "0"):
                continue
            pieces, most = reading.whole(name), self._left.get(int(id), 0)
            if name in reading.problems:
                continue
            if pieces < 1 or (pieces > most and not is_done):
                reading.refuse(name, "out_of_range", low=0, high=most)
            else:
                lines.append(RefundLine(int(id), pieces))
        return tuple(lines)

    def _check_amount(self, reading: Reading, amount: Money) -> None:
        most = self.order.refundable
        if not 0 < amount.minor <= most.minor:
            least = Money(1, self.order.currency)
            reading.refuse("amount", "refund_out_of_range", low=least, high=most)

    def _shares(self, reading: Reading, amount: Money, *, is_done: bool) -> Iterator[RefundShare]:
        """What each payment gives; the only one that can gives it all."""
        form, none = reading.form, Money.zero(self.order.currency)
        rows = self.rows(form)
        for payment in rows:
            name = f"{SHARE}{payment.id}"
            share = reading.money(name, self.order.currency, empty=none) if len(rows) > 1 else amount
            if len(rows) > 1 and not is_done and not 0 <= share.minor <= self.most(payment).minor:
                reading.refuse(name, "refund_out_of_range", low=none, high=self.most(payment))
            by_provider = form.one(f"{WAY}{payment.id}") == "provider"
            if share:
                reference = form.one(f"{REFERENCE}{payment.id}" if len(rows) > 1 else "reference")
                reference = "" if by_provider else reference
                yield RefundShare(payment.id, share, by_provider=by_provider, reference=reference)


def _is_changed(form: Form, *names: str) -> bool:
    """Whether something stands there that was not shown to whoever filled the form in."""
    return any(form.one(name) != next(iter(form.was.get(name, ())), "").strip() for name in names)
