"""What makes two contacts alike: e-mail, phone and name as they are compared, however they were typed."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress

from orderkit.domain.text import SHORT

FEWEST_DIGITS, MOST_DIGITS = 7, 15
"""Of a phone number; fewer tell nobody from anybody else, more are none (E.164)."""

_NUMBERS = re.compile(r"\+?[\s(]*\d[\d\s().–—-]*")
_WORDS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")


def email_key(email: str) -> str:
    """An e-mail as it is compared: folded, its domain in one spelling; empty for what is none."""
    local, _, domain = _folded(email).rpartition("@")
    domain = domain.rstrip(".")
    if not local or not domain or any(character.isspace() for character in local + domain):
        return ""
    if not domain.isascii():
        with suppress(UnicodeError):  # too long or not allowed in a domain: compared as it is
            domain = domain.encode("idna").decode()
    return _short(f"{local}@{domain}")


def phone_key(phone: str) -> str:
    """
    A phone number as it is compared: its digits with the country's; empty for what is none.

    Without a plus, a Russian number may begin with 8 or with nothing; 00 stands for a plus.
    """
    found = max(_NUMBERS.findall(phone), key=lambda one: sum(map(str.isdecimal, one)), default="")
    digits = "".join(str(unicodedata.decimal(one)) for one in found if one.isdecimal())
    if found.startswith("+"):
        pass
    elif digits.startswith("00"):
        digits = digits[2:]
    elif len(digits) == 11 and digits[0] == "8":
        digits = "7" + digits[1:]
    elif len(digits) == 10 and digits[0] == "9":
        digits = "7" + digits
    return digits if FEWEST_DIGITS <= len(digits) <= MOST_DIGITS else ""


def name_key(name: str) -> str:
    """A full name as it is compared: two words or more, folded, in any order; empty for less than that."""
    words = sorted(word for word in _WORDS.findall(_folded(name).replace("ё", "е")) if len(word) > 1)
    return _short(" ".join(words)) if len(words) > 1 else ""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).strip()


def _short(key: str) -> str:
    """What folding made longer than an index holds is not compared."""
    return key if len(key) <= SHORT else ""
