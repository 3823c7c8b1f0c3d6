"""The list «Платежи»: everyone who reached the payment page, as a URL asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from orderkit import Desk, PaymentFilter, PaymentMethod, PaymentRow
from orderkit_flask.listing import Checked, Listing, ListQuery, Narrowing, turn_to_page
from orderkit_flask.speech import Speech
from orderkit_flask.words import PAYMENT_RESULTS, Words

CHOICES: Final[Mapping[str, Words]] = {"result": PAYMENT_RESULTS}
"""What the payments can be narrowed to, and the words for it."""


def find(desk: Desk, query: ListQuery, say: Speech) -> Listing[PaymentRow]:
    """Find the payments a URL asks for, in two statements."""
    methods = desk.settings.payment_methods()
    checked = check(query, methods, say)
    return turn_to_page(
        query, CHOICES, methods, checked.problems, partial(desk.payments.find, checked.wanted), say
    )


def check(query: ListQuery, methods: Sequence[PaymentMethod], say: Speech) -> Checked[PaymentFilter]:
    """Turn the URL's text into a `PaymentFilter`, telling in words what cannot be understood."""
    narrowing = Narrowing.read(query, CHOICES, methods, say)
    wanted = PaymentFilter(
        text=query.text,
        result=query.several("result"),
        payment_method_id=narrowing.method,
        opened_from=narrowing.since,
        opened_to=narrowing.until,
        person_id=narrowing.contact,
    )
    return Checked(wanted, narrowing.problems)
