"""The list «Заказы», as a URL asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from orderkit import Desk, OrderFilter, OrderRow, PaymentMethod
from orderkit_flask.listing import Checked, Listing, ListQuery, Narrowing, turn_to_page
from orderkit_flask.speech import Speech
from orderkit_flask.words import MARKED, PAYMENT_STATUSES, STATUSES, Words

CHOICES: Final[Mapping[str, Words]] = {"status": STATUSES, "money": PAYMENT_STATUSES, "mark": MARKED}
"""What the orders can be narrowed to, and the words for it."""


def find(desk: Desk, query: ListQuery, say: Speech) -> Listing[OrderRow]:
    """Find the orders a URL asks for, in two statements."""
    methods = desk.settings.payment_methods()
    checked = check(query, methods, say)
    return turn_to_page(
        query, CHOICES, methods, checked.problems, partial(desk.orders.find, checked.wanted), say
    )


def check(query: ListQuery, methods: Sequence[PaymentMethod], say: Speech) -> Checked[OrderFilter]:
    """Turn the URL's text into an `OrderFilter`, telling in words what cannot be understood."""
    narrowing = Narrowing.read(query, CHOICES, methods, say)
    wanted = OrderFilter(
        text=query.text,
        status=query.several("status"),
        payment_status=query.several("money"),
        payment_method_id=narrowing.method,
        created_from=narrowing.since,
        created_to=narrowing.until,
        person_id=narrowing.contact,
        abandoned=query.one("mark") == "abandoned",
        cancel_requested=query.one("mark") == "cancel_requested",
    )
    return Checked(wanted, narrowing.problems)
