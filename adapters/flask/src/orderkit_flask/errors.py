"""From an error to a page: one table of HTTP numbers, and what people are told."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from flask import Response

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
from orderkit_flask.tab import Tab
from orderkit_flask.words import mark

logger = logging.getLogger("orderkit_flask")

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
    403: mark("No access"),
    404: mark("Nothing here"),
    409: mark("This cannot be done now"),
    422: mark("This cannot be understood"),
    500: mark("The tab is not set up right"),
    503: mark("The orders cannot be reached right now"),
}

WORDS: Final[Mapping[str, str]] = {
    "order_not_found": mark("There is no such order on this site. The link may be old or copied in part."),
    "contact_not_found": mark(
        "There is no such contact on this site. The link may be old or copied in part."
    ),
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


def status_of(error: OrderKitError) -> int:
    """The HTTP number of an error."""
    return next(ERROR_STATUS[cls] for cls in type(error).__mro__ if cls in ERROR_STATUS)


def show_error(tab: Tab, error: OrderKitError) -> Response:
    """Tell the person what happened in words, and the log in the words of the program."""
    status = status_of(error)
    logger.log(logging.ERROR if status >= 500 else logging.INFO, "%s: %s", error.code, error)
    say = tab.speech()
    message = say.text(WORDS.get(error.code) or WORDS_BY_STATUS[status])
    return tab.page("error.html", say, title=say.text(TITLES[status]), message=message, status=status)


def show_refusal(tab: Tab, permission: str) -> Response:
    """Tell the person which permission is missing."""
    say = tab.speech()
    message = say.text(
        "You do not have the permission for %(what)s (%(code)s). Ask the owner of the site for it.",
        what=say.word(PERMISSIONS, permission),
        code=permission,
    )
    return tab.page("error.html", say, title=say.text(TITLES[403]), message=message, status=403)
