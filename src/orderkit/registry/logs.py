"""The logs that plugins write to: what providers said may hold the number of a card."""

from __future__ import annotations

import logging

from orderkit.domain.cards import mask_cards

_FORMAT = logging.Formatter()


def masking_log(name: str) -> logging.Logger:
    """The log of that name; the numbers of cards are masked in its lines, and in the tracebacks that go with them."""
    log = logging.getLogger(name)
    log.addFilter(_mask)  # the same filter is added once
    return log


def _mask(record: logging.LogRecord) -> bool:
    record.msg, record.args = mask_cards(record.getMessage()), ()
    if record.exc_info and record.exc_info[0]:
        record.exc_text = mask_cards(record.exc_text or _FORMAT.formatException(record.exc_info))
    return True
