"""What is typed about people and places, and the rules of its country: phones, postal codes, e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import phonenumbers

from orderkit_flask.speech import REGION

_SHAPES: Final[Mapping[str, str]] = {
    "NNN": "FO IS",
    "NNNN": "AL AM AT AU AZ BD BE BG CH CY DK GE HU LI LU LV MD MK NO NZ PH PY SI TN VE ZA",
    "NNNNN": "BA CR CU DE DZ EE EG ES FI FR GT HN HR ID IQ IT JO KR KW LA LK LT MA MC ME MM MN MX MY NP PE PK SA SM"
    " SN TH TR UA UY VA VN",
    "NNNNNN": "BY CN CO EC IN KG NG RO RU SG TJ TM UZ",
    "NNNNNNN": "CL",
    "NNN NN": "CZ GR SE SK",
    "NN-NNN": "PL",
    "NNN-NNNN": "JP",
    "NNNN-NNN": "PT",
    "NNNNN-NNN": "BR",
    "NNNN AA": "NL",
    "ANA NAN": "CA",
    "AAA NNNN": "MT",
    "ANX XXXX": "IE",
    "NNNN|ANNNNAAA": "AR",
    "NNNNN|NNNNNN": "RS",
    "NNNNN|NNNNNNN": "IL",
    "NNNNN|NNNNN-NNNN": "US",
    "NNNNNN|ANNANAN": "KZ",
    "AN NAA|ANN NAA|AAN NAA|AANN NAA|ANA NAA|AANA NAA": "GB",
}
"""How postal codes are written: N a digit, A a letter, X either → where. The first shape is the one to show."""

POSTAL_CODES: Final[Mapping[str, str]] = {
    country: shape for shape, countries in _SHAPES.items() for country in countries.split()
}
"""Country → the shapes of its postal codes; a country that is not here is not judged."""

_SIGNS: Final = {"N": "[0-9]", "A": "[A-Z]", "X": "[A-Z0-9]"}
_EXAMPLES: Final = {"N": "1234567890", "A": "ABCDEFGHIJ", "X": "A1B2C3D4E5"}
_EMAIL: Final = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\".]+(\.[^\s@,;<>()\".]+)+")


def is_phone(typed: str, country: str = "") -> bool:
    """Whether this can be a phone number: an international one, one of *country*, or one of the usual region."""
    return any(_is_possible(typed, region) for region in (country.upper(), REGION))


def is_email(typed: str) -> bool:
    """Whether a message could be sent there, by its looks."""
    return bool(_EMAIL.fullmatch(typed))


def is_postal_code(typed: str, country: str) -> bool:
    """Whether this is written as in *country*; spaces, hyphens and the country's code before it do not count."""
    shapes = POSTAL_CODES.get(country.upper())
    if not shapes:
        return True
    plain = _plain(typed)
    bare = plain.removeprefix(country.upper())
    return any(_pattern(shape).fullmatch(one) for shape in shapes.split("|") for one in (plain, bare))


def postal_code_example(country: str) -> str:
    """A postal code of that country, for whoever wrote another; empty where none is known."""
    shape = POSTAL_CODES.get(country.upper(), "").partition("|")[0]
    return "".join(_EXAMPLES[sign][at % 10] if sign in _EXAMPLES else sign for at, sign in enumerate(shape))


def _is_possible(typed: str, region: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(typed, region))
    except phonenumbers.NumberParseException:
        return False


def _plain(text: str) -> str:
    return re.sub(r"[\s\-\u2010-\u2015]", "", text).upper()


def _pattern(shape: str) -> re.Pattern[str]:
    return re.compile("".join(_SIGNS[sign] for sign in _plain(shape)))
