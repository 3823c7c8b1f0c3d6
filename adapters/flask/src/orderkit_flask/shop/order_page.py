"""The order's own page: what its buyer sees of it, and what he may still do."""

from __future__ import annotations

from functools import cached_property

import attrs

from orderkit import Desk, JournalEntry, Money, Order, ShippingMethod, Status
from orderkit_flask.delivering import OVER, told_of
from orderkit_flask.forms import Form
from orderkit_flask.shop import words
from orderkit_flask.shop.masking import mask_email, mask_phone
from orderkit_flask.shop.paying import declined_of, going_on, is_payable
from orderkit_flask.shop.reaching import Reached, is_own
from orderkit_flask.shop.storefront import BUYER
from orderkit_flask.shop.troubles import BUYER as TOLD
from orderkit_flask.speech import Speech
from orderkit_flask.window import Sum, sums_of, tracking_link


@attrs.frozen(slots=False)
class OrderPage:
    """
    One order, for its buyer.

    Of its people it shows who receives it and where, and so much of phone and e-mail that who typed them sees a slip
    and nobody else can use them.

    Attributes:
        reached: How it was reached; its addresses follow from that.
        method: The delivery method; ``None`` while none is chosen.
        told: What is told of that method, as at the checkout: where to pick the goods up, say.
        instructions: What is to be done to pay by the way chosen; empty for nothing.
        way: How it is paid, in the words for buyers; empty while no way is chosen.
        may_cancel: Whether the buyer may cancel it.
        declined: What the shop answered to the buyer's last wish to cancel it; ``None`` if it did not, or no longer
            matters.
    """

    reached: Reached
    order: Order
    method: ShippingMethod | None
    told: tuple[str, ...]
    instructions: str
    way: str
    may_cancel: bool
    declined: JournalEntry | None
    say: Speech

    @classmethod
    def of(cls, reached: Reached, desk: Desk, say: Speech) -> OrderPage:
        """The page of an order."""
        order = reached.order
        method_id, choices = order.delivery.method_id, desk.orders.choices(order, BUYER)
        may_cancel = order.status is not Status.CANCELLED and any(
            one.status is Status.CANCELLED and one.is_open for one in choices
        )
        method = desk.settings.shipping_method(method_id) if method_id else None
        return cls(
            reached,
            order,
            method,
            told_of(method, order, desk, say),
            say.label(desk.payments.instructions(order)),
            _way(order, desk),
            may_cancel,
            None if may_cancel or order.status in OVER else desk.orders.declined_cancel(order.id),
            say,
        )

    @property
    def is_to_be_kept(self) -> bool:
        """Whether the address of the page is all that opens it, and anybody needs it yet."""
        is_behind_link = "token" in self.reached.arguments
        return is_behind_link and not self.is_own and self.order.status is not Status.CANCELLED

    @cached_property
    def is_own(self) -> bool:
        """Whether it stands among the orders of the customer who is logged in."""
        return is_own(self.reached.front, self.order)

    @property
    def may_ask_to_cancel(self) -> bool:
        """Whether it is for the shop to cancel it, and the buyer may ask."""
        return not self.may_cancel and self.order.takes_cancel_request

    @property
    def is_asked_to_cancel(self) -> bool:
        """Whether the buyer has asked, and waits for an answer."""
        return self.order.cancel_requested_at is not None

    @property
    def wish(self) -> str:
        """What the buyer can do about cancelling it, as the words of its button."""
        say = self.say
        if self.may_cancel:
            return say.text("Cancel the order")
        return (
            say.text("Ask again to cancel the order")
            if self.declined
            else say.text("Ask to cancel the order")
        )

    def is_answered_since(self, form: Form) -> bool:
        """Whether the shop declined what whoever filled *form* in still thought to be open."""
        return self.declined is not None and form.version < (self.declined.version or 0)

    @cached_property
    def form(self) -> Form:
        """The form that cancels it, or asks for that."""
        return Form.of({"reason": ""}, self.order.version)

    @property
    def may_pay(self) -> bool:
        """Whether something is left to pay, and may be paid."""
        return is_payable(self.order) and not self.order.lacks_details

    @property
    def is_way_chosen(self) -> bool:
        """Whether a way to pay what is left is: one begun and not finished, or one that goes on by hand."""
        awaited = self.order.awaited
        return (
            awaited is not None and awaited.method_id is not None and (awaited.is_attempt or awaited.offline)
        )

    @property
    def is_about_money(self) -> bool:
        """Whether anything is to be told of its payment: not of a cart, nor where nothing was paid or is to be."""
        is_told = self.is_owing or self.order.balance.captured > 0 or self.order.balance.authorised > 0
        return self.order.status is not Status.CREATED and is_told

    @property
    def is_owing(self) -> bool:
        """Whether something is left to pay."""
        return self.order.balance.to_pay > 0

    @property
    def overpaid(self) -> Money:
        """What was paid beyond what the order comes to; nothing of a cancelled one, which comes to nothing."""
        is_told = self.order.status is not Status.CANCELLED
        return self.money(self.order.balance.overpaid if is_told else 0)

    @property
    def is_awaited(self) -> bool:
        """Whether a provider was asked for money and has not said yet what came of it."""
        return self.order.awaits_answer

    @property
    def going_on(self) -> str:
        """Where the buyer goes on paying at the provider; empty for nowhere."""
        return going_on(self.order)

    @property
    def not_paid(self) -> str:
        """Why the last attempt to pay came to nothing, in words; empty if it did not, or nothing is to be paid."""
        return declined_of(self.order, self.say) if self.may_pay else ""

    @property
    def status(self) -> str:
        """How far it is, in the buyer's words."""
        return self.say.word(words.STATUSES, self.order.status.value)

    @property
    def is_unfinished(self) -> bool:
        """Whether it is for the buyer to go through the checkout."""
        return self.order.status is Status.CREATED or bool(self._lack)

    @property
    def meaning(self) -> str:
        """What that means; empty where it is told beside it what is awaited."""
        if self.order.status is Status.PAYMENT and (self.is_awaited or self.going_on):
            return ""
        if self._lack:
            return self.say.word(TOLD, self._lack)
        return self.say.word(words.MEANINGS, self.order.status.value)

    @property
    def _lack(self) -> str:
        """What it lacks to be paid on the payment page, as a code; empty for nothing."""
        if self.order.status is not Status.PAYMENT:
            return ""
        if not self.order.lines:
            return "no_lines"
        return "details_missing" if self.order.lacks_details else ""

    @cached_property
    def sums(self) -> tuple[Sum, ...]:
        """The parts of the total."""
        return tuple(sums_of(self.order, self.say))

    def money(self, minor: int) -> Money:
        """Minor units as money of the order."""
        return self.order.balance.money(minor)

    @property
    def tracking_link(self) -> str:
        """The carrier's page for the tracking code; empty where its method knows none."""
        return tracking_link(self.order, self.method)

    @property
    def phone(self) -> str:
        """The phone number of who receives it, masked."""
        return mask_phone(self.order.delivery.recipient.phone)

    @property
    def email(self) -> str:
        """The e-mail of who receives it, masked."""
        return mask_email(self.order.delivery.recipient.email)

    @property
    def place(self) -> str:
        """Where it is delivered, in one line; empty where the method needs no address."""
        recipient = self.order.delivery.recipient
        if self.method is None or not self.method.needs_address:
            return ""
        country = self.say.country(recipient.country)
        return ", ".join(filter(None, (recipient.postal_code, country, recipient.city, recipient.address)))


def _way(order: Order, desk: Desk) -> str:
    method_id, _ = order.paying_method
    return desk.settings.payment_method(method_id).description if method_id else ""
