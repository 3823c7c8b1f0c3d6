"""The forms for money handled by hand: what they propose, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

import attrs

from orderkit import Money, Order, PaymentMethod
from orderkit.errors import InvalidInputError
from orderkit_flask.forms import Form
from orderkit_flask.speech import Speech
from orderkit_flask.typed import Reading, parse_money

Titles = Mapping[str, str]
"""Id of a payment method → what staff call it."""


def offered(order: Order, methods: Sequence[PaymentMethod]) -> Titles:
    """What is marked by hand: the methods in use, and the one that was chosen before it was switched off."""
    attempt = order.open_attempt
    chosen = attempt.method_id if attempt else None
    return {
        str(method.id): method.title
        for method in methods
        if method.offline and (method.active or method.id == chosen)
    }


def fill_record(order: Order, methods: Sequence[PaymentMethod], say: Speech) -> Form:
    """What is left to pay, by the method that was chosen."""
    left = order.balance.money(order.balance.to_pay)
    values = {
        "amount": say.amount(left) if left else "",
        "method_id": _proposed(order, methods),
        "reference": "",
    }
    return Form.of(values, order.version)


def fill_choice(order: Order, methods: Sequence[PaymentMethod]) -> Form:
    """The method that stands first."""
    return Form.of({"method_id": _proposed(order, methods)}, order.version)


def fill_capture(order: Order, payment_id: UUID, say: Speech) -> Form:
    """
    All that is held, up to what is owed.

    Raises:
        NotFoundError: The payment is not of this order.
    """
    most = min(order.payment(payment_id).sums.capturable, order.balance.balance)
    proposed = say.amount(order.balance.money(most)) if most > 0 else ""
    return Form.of({"amount": proposed, "reason": ""}, order.version)


def read_method(form: Form, order: Order, methods: Sequence[PaymentMethod], say: Speech) -> tuple[Form, UUID]:
    """The method chosen; it is one of those offered, or there is a problem."""
    reading = Reading(form, say)
    method = reading.id("method_id")
    if method is None or str(method) not in offered(order, methods):
        reading.problems["method_id"] = say.text("Choose one from the list.")
    return form.with_problems(reading.problems), method or UUID(int=0)


def read_amount(form: Form, currency: str, say: Speech) -> tuple[Form, Money]:
    """The amount typed."""
    reading = Reading(form, say)
    amount = reading.money("amount", currency)
    return form.with_problems(reading.problems), amount


def foretell(order: Order, typed: str, say: Speech) -> str:
    """How the money of an order stands once the amount typed is recorded; empty where that is no amount."""
    try:
        amount = parse_money(typed, order.currency)
    except InvalidInputError:
        return ""
    if amount.minor <= 0:
        return ""
    after = attrs.evolve(order.balance, captured=order.balance.captured + amount.minor).balance
    shown = say.money(amount)
    if after < 0:
        rest = say.money(order.balance.money(-after))
        return say.text("With %(amount)s there is an overpayment of %(rest)s.", amount=shown, rest=rest)
    if after > 0:
        rest = say.money(order.balance.money(after))
        return say.text("With %(amount)s, %(rest)s are left to pay.", amount=shown, rest=rest)
    return say.text("With %(amount)s the order is paid in full.", amount=shown)


def _proposed(order: Order, methods: Sequence[PaymentMethod]) -> str:
    """The method chosen for the open attempt, else the one that stands first."""
    titles = offered(order, methods)
    chosen = str(order.open_attempt.method_id) if order.open_attempt else ""
    return chosen if chosen in titles else next(iter(titles), "")
