"""Numbers of cards in what people type and providers say: masked before anything is made of it."""

from __future__ import annotations

import re

SHOWN = 4
"""The last digits stay, as on a receipt."""
MASK = "****"
LENGTHS = range(13, 20)
_IN_WORDS = re.compile(r"(?<!\d)(?!(?<=\*{4})\d{4}(?!\d))\d(?:[ \u00a0\u202f.\u2013-]?\d){12,}")
"""What was masked before begins no other card."""
_ALONE = re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,}(?![\w-])")
"""In identifiers: no part of a UUID, of a hexadecimal digest, of `pi_4111111111111111`."""
_NETWORKS = re.compile(r"2[2-7]|[3-6]")
"""How the numbers of all card networks begin, Mir's as well; dates written together and most counters do not."""


def mask_cards(words: str) -> str:
    """
    Words without the numbers of cards that stand in them, of which the last four digits are left.

    A card's number has 13 to 19 digits in groups or without, begins as those of the networks do, and its check digit
    (Luhn, ISO/IEC 7812) is right. One in ten of other numbers of that length and beginning looks the same.
    """
    return _IN_WORDS.sub(_masked, words)


def mask_reference(reference: str) -> str:
    """As `mask_cards`, of an identifier: a number in it is a card's only where no letter, digit, dash is beside it."""
    return _ALONE.sub(_masked, reference)


def _masked(found: re.Match[str]) -> str:
    """A run of digits with the cards in it masked; a card may be followed by its date or be one of several."""
    run, masked, since = found[0], "", 0
    groups = [match.span() for match in re.finditer(r"\d+", run)]
    place = 0
    while place < len(groups):
        start = groups[place][0]
        ends = [end for _, end in groups[place : place + LENGTHS[-1]]]
        end = next((end for end in reversed(ends) if _is_card(run[start:end])), None)
        if end is None:
            place += 1
            continue
        masked += run[since:start] + MASK + "".join(re.findall(r"\d", run[start:end])[-SHOWN:])
        since, place = end, place + ends.index(end) + 1
    return masked + run[since:]


def _is_card(written: str) -> bool:
    digits = [int(one) for one in written if one.isdecimal()]
    if len(digits) not in LENGTHS or not _NETWORKS.match("".join(map(str, digits))):
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
