"""From an error to a page: one table of HTTP numbers, and what people are told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Final

from flask import Response

from orderkit import Money
from orderkit.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    OrderKitError,
    SettingsError,
    StorageError,
    TransitionRefusedError,
)
from orderkit_flask.permissions import PERMISSIONS
from orderkit_flask.speech import Speech
from orderkit_flask.tab import Tab
from orderkit_flask.words import ACTORS, mark

logger = logging.getLogger("orderkit_flask")

LEVELS: Final[Mapping[str, int]] = {"site_not_found": logging.WARNING}
"""Error code → how loud it is told in the log, where it is the platform's doing and nobody's in front of a page."""

ERROR_STATUS: Final[Mapping[type[OrderKitError], int]] = {
    InvalidInputError: 422,
    NotFoundError: 404,
    TransitionRefusedError: 409,
    ConflictError: 409,
    StorageError: 503,
    SettingsError: 500,
    OrderKitError: 500,
}
"""Every error class of orderkit and its HTTP number; the most exact class decides."""

TITLES: Final[Mapping[int, str]] = {
    400: mark("The form has expired"),
    403: mark("No access"),
    404: mark("Nothing here"),
    409: mark("This cannot be done now"),
    413: mark("This is too much for one form"),
    422: mark("This cannot be understood"),
    500: mark("The tab is not set up right"),
    503: mark("The orders cannot be reached right now"),
}

WORDS: Final[Mapping[str, str]] = {
    "order_not_found": mark("There is no such order on this site. The link may be old or copied in part."),
    "contact_not_found": mark(
        "There is no such contact on this site. The link may be old or copied in part."
    ),
    "link_not_found": mark(
        "There is no such link of contacts on this site. It may be old or copied in part."
    ),
    "payment_not_found": mark(
        "There is no such payment in this order. The link may be old or copied in part."
    ),
    "message_not_found": mark(
        "There is no such message about this order. The link may be old or copied in part."
    ),
    "method_not_found": mark("There is no such method on this site. The link may be old or copied in part."),
    "rule_not_found": mark("There is no such rule on this site. The link may be old or copied in part."),
    "method_type_not_found": mark("The plugin for this is not installed. Choose from those there are."),
    "site_not_found": mark("This site is not set up yet. Whoever runs the platform must add it."),
    "database_unmigrated": mark(
        "The order database is older than the program. Whoever runs the platform must update it."
    ),
    "database_locked": mark("The order database is busy. Nothing is lost; try again in a minute."),
}
"""Error code → what to tell the person; the technical message goes to the log."""

WORDS_BY_STATUS: Final[Mapping[int, str]] = {
    404: mark("There is no such page in this section."),
    409: mark("Somebody else was first, or the rules do not allow it. Open the order again."),
    422: mark("Something in the address cannot be understood. Begin again from the list."),
    500: mark("Whoever runs the platform finds the reason in its log."),
    503: mark(
        "The database does not answer. Nothing is lost; try again in a minute. "
        "If it stays so, whoever runs the platform finds the reason in its log."
    ),
}


PROBLEMS: Final[Mapping[str, str]] = {
    "empty": mark("Fill this in."),
    "too_long": mark("This is too long; leave it at %(limit)s characters."),
    "control_characters": mark("There are line breaks or invisible characters in it; type it anew."),
    "negative": mark("A price cannot be below zero."),
    "not_positive": mark("Write an amount above zero."),
    "too_large": mark("This amount is too large."),
    "too_many_decimals": mark("There are too many digits after the comma."),
    "not_a_number": mark("Write an amount, such as 1240,50."),
    "not_money": mark("Write an amount, such as 1240,50."),
    "out_of_range": mark("This number is out of bounds."),
    "not_whole": mark("Write a whole number."),
    "capture_out_of_range": mark("From %(low)s to %(high)s can be taken: no more than is held and owed."),
    "shares_differ": mark("The payments give back %(shares)s, and %(amount)s are to be given back."),
    "refund_out_of_range": mark("From %(low)s to %(high)s can be given back."),
    "provider_cannot": mark(
        "The provider of this payment cannot do that. Do it there, and record it here by hand."
    ),
    "negative_total": mark("The total would fall below zero."),
    "too_many_lines": mark("There are too many positions in the order."),
    "code_refused": mark("This promo code does nothing for this order now."),
    "code_unknown": mark("There is no such promo code."),
    "too_many_codes": mark("There are too many promo codes in the order."),
    "bad_url": mark("The address must begin with https:// or http://."),
    "no_token": mark("Write {token} where the secret of the order goes in the address."),
    "same_contact": mark("This is the same contact. Choose another one."),
    "other_currency": mark("An order has one currency, and this is another."),
    "not_offered": mark("This order cannot be paid this way. Choose another."),
    "no_secret_key": mark(
        "There is no key to store it with. Whoever develops the platform gives one: OrderKit(…, secret_key=…)."
    ),
    "secret_unreadable": mark(
        "It was stored with another key. Type it anew, or ask whoever develops the platform to give the old key too."
    ),
    "secret_absent": mark(
        "There is nothing where the platform should keep it. Ask whoever runs the platform to put it there."
    ),
    "secret_out_of_bounds": mark(
        "Nothing may be read there. Write a place as the help below the field says."
    ),
    "no_connection_check": mark("The plugin of this method has no check of its connection."),
    "settings_outdated": mark(
        "They are of another version of the plugin, which this one cannot read. "
        "Type them anew, or ask whoever runs the platform for the version that was here before."
    ),
    "plugin_failed": mark(
        "The plugin cannot say whether these settings go together: it has a defect. Tell whoever runs the platform."
    ),
    "not_answered": mark("The payment system does not answer. Ask again later."),
    "method_unusable": mark(
        "This payment method does not work right now. Nothing was done: try again later, "
        "or do it at the payment system and write it down here by hand."
    ),
}
"""Code of an `InvalidInputError` → what to tell beside the field; the error's context fills it in."""

BOUNDS: Final = mark("Write a number from %(low)s to %(high)s.")
"""What is told of a number that is out of bounds where the bounds are known."""

REFUSALS: Final[Mapping[str, str]] = {
    "no_such_step": mark("An order does not go from this status to that one."),
    "not_by_this_actor": mark("This step is not taken by hand."),
    "follows_money": mark("Which of the two it is follows from the payments."),
    "money_in_play": mark("Money is kept, held or awaited; settle it first."),
    "reason_required": mark("Say why: this needs a reason."),
    "no_lines": mark("There is nothing in the order yet."),
    "last_line": mark("The last position stays. If nothing is to be sold, cancel the order."),
    "contents_closed": mark("The contents cannot be changed in this status any more."),
    "money_decision_required": mark("There is money in the order: cancel it with a decision on the money."),
    "hold_open": mark("Money is held for this order; release it first."),
    "provider_refused": mark(
        "The order is not cancelled: the provider refused what it was asked for. The payments below say what was "
        "done and what was not. Look at the provider why, then cancel the order again."
    ),
    "being_cancelled": mark(
        "The order is being cancelled, and the payment system is asked; nobody can change it meanwhile. "
        "Its window says who cancels it: wait for the end of it, or press “Do not cancel” there."
    ),
    "nothing_disputed": mark("Nothing of this order is disputed any more."),
    "nothing_held": mark("Nothing is held by this payment any more."),
    "not_by_provider": mark(
        "This payment was recorded by hand: hand the money over yourself, and record that."
    ),
    "answer_awaited": mark("A payment is being answered for; wait for the answer."),
    "not_closed": mark(
        "The client may still pay at a page that is open at the payment system, which does not answer whether it has "
        "closed it. Nothing else was done; try again in a minute."
    ),
    "link_ended": mark("These two are not linked any more. Look at the page again and decide anew."),
    "not_linked": mark("These two are not linked. Say that they are different people instead."),
    "not_suggested": mark("These two are linked by now. Un-link them instead."),
    "rule_failed": mark(
        "The price rule “%(title)s” does not work. Switch it off, or tell whoever runs the platform."
    ),
    "nothing_to_pay": mark("There is nothing left to pay."),
    "no_cancel_request": mark("The client's request was answered already; the journal says by whom."),
}
"""Code of a `TransitionRefusedError` → what to tell the person."""


BY_PLUGINS: Final = ("order_refused", "vetoed")
"""Codes of what plugins refuse in words of their own."""


def rival_of(error: ConflictError, say: Speech) -> str:
    """Who was faster, in words: by name, else by the side they are on."""
    return say.word(ACTORS, error.changed_by) if error.changed_by else say.text("somebody else")


def explain(error: OrderKitError, say: Speech) -> str:
    """What a person is told of an error that a form caused; a plugin's words are meant for this person."""
    if isinstance(error, InvalidInputError | TransitionRefusedError) and error.code in BY_PLUGINS:
        return " ".join(dict.fromkeys(say.label(words) for _, words in error.problems))
    if error.code == "invalid_input" and isinstance(error, InvalidInputError):
        where, _, words = str(error).partition(": ")
        if where == error.field and where.startswith("settings"):
            return words
    if error.code == "code_refused" and isinstance(error, InvalidInputError):
        return " ".join(say.label(words) for _, words in error.problems)
    return explain_code(error.code, error.context, say)


def explain_fields(
    error: OrderKitError, say: Speech, explain: Callable[[OrderKitError, Speech], str] = explain
) -> dict[str, str]:
    """What is told of an error at each field that it is about; several plugin's words of one field stand together."""
    if not isinstance(error, InvalidInputError):
        return {"": explain(error, say)}
    told: dict[str, str] = {}
    for field, words in error.problems or ((error.field, explain(error, say)),):
        told[field] = f"{told.get(field, '')} {say.label(words)}".strip()
    return told


def explain_code(code: str, context: Mapping[str, object], say: Speech) -> str:
    """What a person is told of an error with that code; its context fills in the bounds."""
    has_bounds = code == "out_of_range" and {"low", "high"} <= context.keys()
    words = BOUNDS if has_bounds else PROBLEMS.get(code) or REFUSALS.get(code) or WORDS.get(code)
    if words is None:
        return say.text("This cannot be saved so. Correct it, or leave it as it was.")
    numbers = {name: say.number(value) for name, value in context.items() if type(value) is int}
    amounts = {name: say.money(value) for name, value in context.items() if isinstance(value, Money)}
    names = {name: value for name, value in context.items() if isinstance(value, str)}
    return say.text(words, **names, **numbers, **amounts)


def status_of(error: OrderKitError) -> int:
    """The HTTP number of an error."""
    return next(ERROR_STATUS[cls] for cls in type(error).__mro__ if cls in ERROR_STATUS)


def level_of(error: OrderKitError) -> int:
    """How loud an error is told in the log: what whoever runs the platform must mend is no mere note."""
    return logging.ERROR if status_of(error) >= 500 else LEVELS.get(error.code, logging.INFO)


def show_error(tab: Tab, error: OrderKitError) -> Response:
    """Tell the person what happened in words, and the log in the words of the program."""
    status = status_of(error)
    logger.log(level_of(error), "%s: %s", error.code, error)
    say = tab.speech()
    message = say.text(WORDS.get(error.code) or WORDS_BY_STATUS[status])
    return _show(tab, say, status, message)


def show_refusal(tab: Tab, permission: str) -> Response:
    """Tell the person which permission is missing."""
    say = tab.speech()
    message = say.text(
        "You do not have the permission for %(what)s (%(code)s). Ask the owner of the site for it.",
        what=say.word(PERMISSIONS, permission),
        code=permission,
    )
    return _show(tab, say, 403, message)


def show_expired(tab: Tab) -> Response:
    """Tell the person that a form is older than the browser's memory of it, and how to save what is typed."""
    say = tab.speech()
    message = say.text(
        "The page was open for too long, or cookies are switched off. Go back: what you typed is still there. "
        "Copy it, reload the page, and send it again."
    )
    return _show(tab, say, 400, message)


def show_too_large(tab: Tab) -> Response:
    """Tell the person that the server takes no form as large as this one."""
    say = tab.speech()
    message = say.text(
        "The form is larger than the site takes at once, and nothing of it was saved. Go back: what you typed is "
        "still there. Save it in parts, or ask whoever runs the platform for a higher limit."
    )
    return _show(tab, say, 413, message)


def _show(tab: Tab, say: Speech, status: int, message: str) -> Response:
    return tab.page("error.html", say, title=say.text(TITLES[status]), message=message, status=status)
