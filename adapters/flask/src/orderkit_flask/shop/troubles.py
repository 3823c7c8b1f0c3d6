"""What cannot be done in the storefront, told to a buyer in words and to a program by a code."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

import attrs

from orderkit import MOST_VISITS
from orderkit.errors import InvalidInputError, OrderKitError
from orderkit_flask.attempting import Refused
from orderkit_flask.errors import explain, level_of, status_of
from orderkit_flask.shop.limits import MOST_LINES
from orderkit_flask.speech import Speech
from orderkit_flask.words import Words, mark

logger = logging.getLogger("orderkit_flask")

TITLES: Final[Mapping[int, str]] = {
    400: mark("The form has expired"),
    403: mark("No access"),
    404: mark("Nothing here"),
    409: mark("This cannot be done now"),
    413: mark("This is too much at once"),
    422: mark("This cannot be understood"),
    429: mark("Too fast"),
    500: mark("The shop is not set up right"),
    503: mark("The shop cannot be reached right now"),
}
"""HTTP number → the heading of the page that tells of it."""

NAMED: Final[Words] = {"not_sold": mark("There is no such product")}
"""Codes whose page has a heading of its own."""

OWN: Final[Words] = {
    "cart_moved_on": mark(
        "This cart was ordered already, or it has changed in another window. Open the cart anew."
    ),
    "cross_origin": mark("This comes from a page of another site."),
    "expired": mark(
        "The page was open for too long, or cookies are switched off. Open it anew and try again."
    ),
    "cart_empty": mark("The cart is empty."),
    "key_missing": mark(
        "The request needs a key of its own: 1 to 200 letters, digits, hyphens and underscores."
    ),
    "seen_missing": mark("The request needs the total that was shown, in whole minor units."),
    "not_payable": mark("There is nothing to pay here now. Look at the order anew."),
    "not_whole": mark("Write a whole number."),
    "not_json": mark("The request is no JSON object."),
    "not_text": mark("Write text here."),
    "not_signed_in": mark("Sign in to see your orders."),
    "not_sold": mark("This is not sold any more."),
    "option_missing": mark("Choose one of what there is."),
    "catalogue_silent": mark("The shop cannot look up its prices right now. Try again in a minute."),
    "too_many_positions": mark("A cart holds %(limit)s positions at most."),
    "too_many_visits": mark("At most %(limit)s visits are told at once."),
    "too_large": mark("This is more than the shop takes at once."),
    "too_many_requests": mark("Too many requests in a short time. Wait a minute, then try again."),
}
"""Codes of the storefront itself, and what is told."""

LIMITS: Final[Mapping[str, int]] = {"too_many_positions": MOST_LINES, "too_many_visits": MOST_VISITS}

BUYER: Final[Words] = {
    "order_not_found": mark("There is no such order. The link may be old or copied in part."),
    "cart_not_found": mark("The cart is empty."),
    "details_missing": mark(
        "First go through the checkout: who receives the order, how, and what delivery costs. Then it can be paid."
    ),
    "rule_failed": mark("The shop cannot work out the price right now. Try again in a minute."),
    "line_not_found": mark("This is not in the cart any more."),
    "no_lines": mark("There is nothing in the order yet."),
    "method_not_found": mark("This cannot be chosen any more."),
    "payment_method_not_found": mark("This cannot be chosen any more."),
    "not_closed": mark(
        "Another page to pay this order is open, and the bank does not answer whether it is closed. Pay there, or try "
        "again here in a minute."
    ),
    "being_cancelled": mark("The shop is cancelling this order. Look at it anew in a minute."),
    "cancel_closed": mark("This order cannot be cancelled any more. Ask the shop."),
    "cancel_open": mark("You can cancel this order yourself. Look at it anew."),
    "already_placed": mark("This was ordered already."),
    "delivery_closed": mark("How it is delivered cannot be changed any more."),
    "database_locked": mark("The shop is busy. Nothing is lost; try again in a minute."),
}
"""Codes of the desk that a buyer is told of in other words than staff."""

CANCELLING: Final[Words] = {
    "not_closed": mark(
        "The order is not cancelled: a page to pay it is open, and the bank does not answer whether it is closed. Try "
        "again in a minute."
    ),
}
"""Those of them that are told in other words to a buyer who cancels."""

BY_STATUS: Final[Words] = {
    "404": mark("There is no such page."),
    "409": mark("This has changed meanwhile. Look at it anew."),
    "422": mark("Something in the request cannot be understood."),
    "500": mark("Whoever runs the site finds the reason in its log."),
    "503": mark("Nothing is lost; try again in a minute."),
}


class Trouble(Exception):  # noqa: N818  # an answer to a browser more than an error of ours
    """
    A request that is not carried out.

    Attributes:
        code: A key of `OWN`.
        status: The HTTP number that goes with it.
        field: What is to be corrected; empty for the request as a whole.
    """

    def __init__(self, code: str, status: int, *, field: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.field = field


@attrs.frozen
class Told:
    """A trouble as it is told: by number and code, and in words."""

    status: int
    code: str
    message: str
    field: str = ""

    @classmethod
    def of(cls, refused: Refused) -> Told:
        """What a refused form says first."""
        field, message = next(iter(refused.form.problems.items()), ("", ""))
        return cls(refused.status, refused.code or "invalid_input", message, field)

    @property
    def body(self) -> dict[str, str]:
        """As JSON."""
        return {"code": self.code, "message": self.message, "field": self.field}


def tell(error: Trouble | OrderKitError, say: Speech) -> Told:
    """Tell the buyer in words, and the log in those of the program."""
    if isinstance(error, Trouble):
        limit = {"limit": say.number(LIMITS[error.code])} if error.code in LIMITS else {}
        return Told(error.status, error.code, say.text(OWN[error.code], **limit), error.field)
    status = status_of(error)
    logger.log(level_of(error), "%s: %s", error.code, error)
    field = error.field if isinstance(error, InvalidInputError) else ""
    return Told(status, error.code, words_for(error, say), field)


def words_for(error: OrderKitError, say: Speech, *, own: Words = BUYER) -> str:
    """What a buyer is told of an error of the desk; *own* are the words of what they do, before all others."""
    words = own.get(error.code) or BUYER.get(error.code)
    if words:
        return say.text(words)
    status = status_of(error)
    return explain(error, say) if status in (409, 422) else say.text(BY_STATUS[str(status)])
