"""The payment page: what is to pay, how it can be paid, and what came of the last try."""

from __future__ import annotations

from functools import cached_property

import attrs

from orderkit import Attempt, Money, OfferedMethod, Order, Status
from orderkit_flask.forms import Form
from orderkit_flask.shop.reaching import Reached
from orderkit_flask.shop.troubles import BUYER
from orderkit_flask.shop.words import DECLINED
from orderkit_flask.speech import Speech

SEEN = "seen"
"""The field of what the form said is to pay, in minor units."""


@attrs.frozen(slots=False)
class PaymentPage:
    """
    One order on its payment page.

    Attributes:
        order: At the prices of now.
        methods: The ways to pay that are offered, primary ones first.
        checkout: Where its buyer says what is missing; empty in another browser than that of the cart.
    """

    reached: Reached
    order: Order
    methods: tuple[OfferedMethod, ...]
    form: Form
    say: Speech
    checkout: str = ""

    @property
    def missing(self) -> str:
        """What is to be done before it can be paid; empty for nothing."""
        return self.say.word(BUYER, "details_missing") if self.order.lacks_details else ""

    @property
    def to_pay(self) -> Money:
        """What is left to pay."""
        return self.order.balance.money(self.order.balance.to_pay)

    @property
    def before(self) -> Money | None:
        """What the form that came back said is to pay, where it is another sum by now."""
        typed = self.form.one(SEEN)
        if not typed.isascii() or not typed.isdigit() or len(typed) > 15:
            return None
        before = Money(int(typed), self.order.currency)
        return before if before != self.to_pay else None

    @property
    def declined(self) -> str:
        """Why the last attempt came to nothing, in words; empty if it did not."""
        return declined_of(self.order, self.say)

    @property
    def is_awaited(self) -> bool:
        """Whether a provider was asked and has not said yet what came of it."""
        return self.order.awaits_answer

    @property
    def going_on(self) -> str:
        """Where the buyer goes on paying at the provider; empty for nowhere."""
        return going_on(self.order)

    def button(self, method: OfferedMethod) -> str:
        """What the button of a way to pay says."""
        if method.button:
            return method.button
        if method.offline:
            return self.say.text("Order, and pay later")
        return self.say.text("Pay %(amount)s", amount=self.say.money(self.to_pay))

    @cached_property
    def instructions(self) -> dict[str, str]:
        """What is to be done to pay by each way, by its id."""
        return {str(one.id): self.say.label(one.instructions) for one in self.methods}


def is_payable(order: Order) -> bool:
    """Whether its buyer may pay it now: it was ordered, it is not cancelled, and something is left to pay."""
    return order.status is not Status.CREATED and order.balance.to_pay > 0


def declined_of(order: Order, say: Speech) -> str:
    """Why the last attempt by a method came to nothing, in words; empty if it did not."""
    tried = [payment for payment in order.payments if payment.method_id]
    if not tried or tried[-1].attempt is not Attempt.DECLINED:
        return ""
    reason = tried[-1].reason
    return say.word(DECLINED, reason if reason in DECLINED else "declined")


def going_on(order: Order) -> str:
    """Where the buyer of an order goes on paying at the provider; empty for nowhere."""
    attempt = order.open_attempt
    return attempt.url if attempt else ""


def blank(order: Order) -> Form:
    """The form that pays what is left."""
    return Form.of({SEEN: str(order.balance.to_pay)})
