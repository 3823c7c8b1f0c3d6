"""Phones, postal codes and e-mail addresses, by the rules of their country."""

import pytest
from orderkit_flask.shop import places
from orderkit_flask.speech import load_languages


@pytest.mark.parametrize(
    ("country", "typed"),
    [
        ("RU", "614000"), ("RU", " 614 000 "), ("ru", "614000"), ("PL", "00-950"), ("PL", "00950"), ("GB", "sw1a 1aa"),
        ("GB", "M1 1AE"), ("US", "94043"), ("US", "94043-1234"), ("CA", "k1a 0b1"), ("NL", "1012 ab"), ("AZ", "AZ1000"),
        ("DE", "10115"), ("SE", "SE-111 22"), ("IE", "D02 X285"), ("KZ", "050000"), ("KZ", "A05A7T4"),
        ("LV", "LV-1050"), ("XX", "whatever"), ("", "whatever"), ("Россия", "whatever"),
    ],
)  # fmt: skip
def test_postal_codes(country: str, typed: str) -> None:
    """As people write them: with spaces, hyphens, the country's code before; where nothing is known, anything."""
    assert places.is_postal_code(typed, country)


@pytest.mark.parametrize(
    ("country", "typed"),
    [
        ("RU", "61400"), ("RU", "6140000"), ("RU", "61400A"), ("RU", "٦١٤٠٠٠"), ("PL", "0-0950a"), ("GB", "12345"),
        ("US", "9404"), ("CA", "111 111"), ("DE", "1011"), ("LV", "LT-1050"), ("RU", "---"),
    ],
)  # fmt: skip
def test_no_postal_codes(country: str, typed: str) -> None:
    """Of another length, or with other signs."""
    assert not places.is_postal_code(typed, country)


def test_each_example_is_one() -> None:
    """What is shown to whoever wrote another is right itself; every country of the table is one."""
    countries = load_languages()["ru"].locale.territories
    for country in places.POSTAL_CODES:
        example = places.postal_code_example(country)

        assert example
        assert places.is_postal_code(example, country), country
        assert country in countries
    assert "" == places.postal_code_example("XX")


@pytest.mark.parametrize(
    ("typed", "country", "is_one"),
    [
        ("8 (912) 345-67-89", "RU", True),
        ("+7 912 345 67 89", "DE", True),
        ("912 345-67-89", "", True),
        ("030 901820", "DE", True),
        ("8 (912) 345-67-89", "PL", True),
        ("8 (912) 345-67-89", "нигде", True),
        ("12", "RU", False),
        ("домофон 7", "RU", False),
        ("+999 1234567", "RU", False),
        ("", "RU", False),
    ],
)
def test_phones(typed: str, country: str, is_one: bool) -> None:
    """An international number, or one of the country, else of the usual region."""
    assert is_one is places.is_phone(typed, country)


@pytest.mark.parametrize(
    ("typed", "is_one"),
    [
        ("anna@example.com", True),
        ("anna.kim+shop@mail.example.co.uk", True),
        ("почта@пример.рф", True),
        ("anna@localhost", False),
        ("anna", False),
        ("@example.com", False),
        ("anna@example..com", False),
        ("anna@example.com ", False),
        ("anna kim@example.com", False),
        ("anna@example.com\nBcc: all@example.com", False),
        ("a@b.c, d@e.f", False),
    ],
)
def test_emails(typed: str, is_one: bool) -> None:
    """One address, by its looks."""
    assert is_one is places.is_email(typed)
