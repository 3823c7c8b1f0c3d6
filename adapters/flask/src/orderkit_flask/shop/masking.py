"""Phone numbers and e-mails as whoever typed them knows them again, and nobody else can use them."""

from __future__ import annotations

SHOWN = 4
"""Digits of a phone number that are shown, the last ones; of a shorter one half of them."""
MASK = "•"


def mask_phone(number: str) -> str:
    """The last digits of a phone number; nothing of what is typed beside them, which may be anything."""
    digits = "".join(one for one in number if one.isdigit())
    return MASK * 3 + digits[len(digits) - min(SHOWN, len(digits) // 2) :] if number else ""


def mask_email(address: str) -> str:
    """The first letter of an e-mail and what follows its last @; of what has no @ the first letter alone."""
    name, at, domain = address.rpartition("@")
    return f"{(name if at else domain)[:1]}{MASK * 3}{at}{domain if at else ''}" if address else ""
