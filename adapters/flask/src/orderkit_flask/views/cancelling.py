"""Cancelling an order: why, and what becomes of its money, in one act; and declining to, where its client asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal
from uuid import UUID

import attrs
from flask import Response, request

from orderkit import Desk, MessageStatus, Money, Order, Status
from orderkit.errors import InvalidInputError, TransitionRefusedError
from orderkit.plugin import Capability
from orderkit_flask.forms import Form
from orderkit_flask.identifiers import parse_id
from orderkit_flask.permissions import needs
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.typed import Reading
from orderkit_flask.views.window import WindowPage
from orderkit_flask.words import CANCEL_REASONS

Given = Money | Literal["all", "none"]
TELL, LETTERS = "tell", "letters"
"""Whether the client is told; and the button that shows what he would be told."""
UNDER_WAY = frozenset({"answer_awaited", "being_cancelled", "method_unusable"})
"""Refusals after which an order may be being cancelled all the same: there is nothing to be typed anew."""
PAID = "paid"
"""The field that holds what was paid when the form was made: what becomes of it is decided with that in mind."""


@attrs.frozen
class Returns:
    """
    Who gives money back, and what keeps a hold from being released.

    Attributes:
        titles: Of the methods whose provider does.
        unusable: Of those that do not work at the moment, so that what they took cannot be given back with cancelling.
        is_by_hand: Whether a part goes back by hand.
        stuck: Of each payment whose hold is not released, so that cancelling is refused: what to tell of it.
    """

    titles: tuple[str, ...]
    unusable: tuple[str, ...]
    is_by_hand: bool
    stuck: tuple[str, ...]


@attrs.frozen
class Letter:
    """What the client would be written."""

    subject: str
    text: str


@attrs.frozen
class CancelViews:
    """Cancelling, and declining to."""

    tab: Tab

    @needs("orders.cancel")
    def form(self, order_id: str) -> Response:
        """Reason and money."""
        return WindowPage(self.tab).show(order_id, editing="cancel", fill=self._fill, values=self._values())

    @needs("orders.cancel")
    def save(self, order_id: str) -> Response:
        """Cancel it, through the providers that hold or took its money; or show what its client would be told."""
        desk = self.tab.desk()
        say = self.tab.speech(desk.site.timezone)
        order = desk.orders.get(parse_id(order_id, "order"))
        sent = attrs.evolve(Form.read(request.form), held=frozenset({PAID}))
        if request.form.get("do") == LETTERS:
            return WindowPage(self.tab).show(order_id, editing="cancel", form=sent, values=self._values())
        form, given = read(sent, order.currency, say)
        if order.status is Status.SHIPPED:  # what was sent is taken back
            self.tab.require("orders.reopen")
        if given != "none":
            self.tab.require("money.refund")
        return WindowPage(self.tab).save(
            order_id,
            "cancel",
            form,
            self._fill,
            lambda id: self._cancel(id, form, given, say),
            values=self._values(),
        )

    @needs("orders.cancel")
    def answer_form(self, order_id: str) -> Response:
        """Why the order is not cancelled, though its client asks for it."""
        return WindowPage(self.tab).show(order_id, editing="decline", fill=fill_answer)

    @needs("orders.cancel")
    def answer(self, order_id: str) -> Response:
        """Decline what the client asks for."""
        form = Form.read(request.form)
        orders = self.tab.desk().orders
        return WindowPage(self.tab).save(
            order_id,
            "decline",
            form,
            fill_answer,
            lambda id: orders.decline_cancel(
                id,
                reason=form.one("reason"),
                actor=self.tab.actor(),
                expected_version=form.version,
                key=form.key,
            ),
        )

    @needs("orders.cancel")
    def stop(self, order_id: str) -> Response:
        """Leave an order as it is whose cancelling waits for a provider."""
        id, operations, form = (
            parse_id(order_id, "order"),
            self.tab.desk().operations,
            Form.read(request.form),
        )
        return WindowPage(self.tab).press(
            order_id, form, lambda: operations.stop_cancelling(id, actor=self.tab.actor(), key=form.key)
        )

    def _cancel(self, id: UUID, form: Form, given: Given, say: Speech) -> Order:
        desk = self.tab.desk()
        try:
            return desk.operations.cancel(
                id,
                reason=reason_of(form, say),
                actor=self.tab.actor(),
                expected_version=form.version,
                refund=given,
                key=form.key,
                tell_client=bool(form.one(TELL)),
            )
        except (InvalidInputError, TransitionRefusedError) as error:
            order = desk.orders.get(id)
            if error.code not in UNDER_WAY or order.cancelling is None:
                raise
            return order  # its window tells who cancels it, and what that waits for

    def _values(self) -> dict[str, object]:
        return {"returns": self._returns, "letters_of": self._letters, "why_no_letter": self._why_no_letter}

    def _letters(self, order: Order, form: Form, say: Speech) -> tuple[Letter, ...]:
        """What the client of an order is written once it is cancelled so; where that much cannot go back, with none."""
        desk = self.tab.desk()
        checked, given = read(form, order.currency, say)
        try:
            cancelled = desk.operations.foretell_cancel(order, "none" if checked.problems else given)
        except InvalidInputError:
            cancelled = desk.operations.foretell_cancel(order, "none")
        except TransitionRefusedError:
            return ()
        return tuple(Letter(one.subject, one.text) for one in desk.messages.foretold("cancelled", cancelled))

    def _why_no_letter(self, order: Order, say: Speech) -> str:
        """Why `_letters` has none, as far as that is plain."""
        desk = self.tab.desk()
        rules = [
            one for one in desk.settings.notification_rules() if one.active and "cancelled" in one.messages
        ]
        if not rules:
            return say.text("The client is not written to: no such letter is set up.")
        ids = {rule.id for rule in rules}
        found = {
            message.status
            for message in desk.messages.of_order(order.id)
            if message.kind == "cancelled" and message.rule_id in ids
        }
        if MessageStatus.SENT in found:
            return say.text("The client is not written to: that letter was sent before.")
        if found & {MessageStatus.WAITING, MessageStatus.DEFERRED}:
            return say.text("That letter to the client is waiting to be sent already.")
        if not any(desk.messages.can_reach(rule, order) for rule in rules):
            return say.text("The client is not written to: there is no address for that letter.")
        return say.text("The client is not written to.")

    def _returns(self, order: Order, say: Speech) -> Returns:
        """Who gives back what was paid of an order."""
        desk = self.tab.desk()
        paid = [one for one in order.payments if one.sums.refundable > 0]
        why = [(one.method_id, desk.operations.why_by_hand(one)) for one in paid]
        methods = desk.settings.payment_methods()

        def titles(code: str) -> tuple[str, ...]:
            return tuple(one.title for one in methods if (one.id, code) in why)

        is_by_hand = any(code in ("not_by_provider", "provider_cannot") for _, code in why)
        stuck = tuple(_stuck(order, desk, say, {one.id: one.title for one in methods}))
        return Returns(titles(""), titles("method_unusable"), is_by_hand, stuck)

    def _fill(self, order: Order, say: Speech) -> Form:
        """No reason yet; who may give money back is offered to give back all that there is."""
        begun = {
            "why": "",
            "reason": "",
            TELL: "yes",
            PAID: say.money(order.balance.money(order.balance.paid)),
        }
        if order.refundable and self.tab.allows("money.refund"):
            begun |= {"refund": "all", "amount": ""}
        return Form.of(begun, order.version)


def _stuck(order: Order, desk: Desk, say: Speech, titles: Mapping[UUID, str]) -> Iterator[str]:
    """What is told of holds that their providers do not release."""
    for payment in order.payments:
        able = desk.operations.able(payment) if payment.is_held else frozenset(Capability)
        if Capability.VOID in able or payment.method_id is None:
            continue
        told = {
            "amount": say.money(order.balance.money(payment.sums.authorised)),
            "method": titles.get(payment.method_id, ""),
        }
        if able:
            yield say.text(
                "%(amount)s are held, and “%(method)s” cannot release a hold: the order can be cancelled once that "
                "is done at the payment system.",
                **told,
            )
        else:
            yield say.text(
                "%(amount)s are held, and “%(method)s” does not work at the moment: until it does, neither is the "
                "hold released nor the order cancelled. Try again later.",
                **told,
            )


def fill_answer(order: Order, _say: Speech) -> Form:
    """No reason yet."""
    return Form.of({"reason": ""}, order.version)


def read(form: Form, currency: str, say: Speech) -> tuple[Form, Given]:
    """What is given back: all, nothing, or the amount typed; an amount beside another choice is asked about."""
    choice = form.one("refund")
    if choice != "part" and form.one("amount"):
        words = say.text("You wrote an amount. Choose “Give back a part”, or empty the amount.")
        return form.with_problems({"amount": words}), "none"
    if choice == "part":
        reading = Reading(form, say)
        amount = reading.money("amount", currency)
        return form.with_problems(reading.problems), amount
    return form, "all" if choice == "all" else "none"


def reason_of(form: Form, say: Speech) -> str:
    """The reason that was picked, what was typed, or both."""
    why = form.one("why")
    picked = say.word(CANCEL_REASONS, why) if why in CANCEL_REASONS else ""
    return ": ".join(filter(None, (picked, form.one("reason"))))
