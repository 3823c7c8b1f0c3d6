"""What is compared of e-mail, phone and name: the same for the same person, however it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderkit.domain.likeness import email_key, name_key, phone_key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("anna@example.com", "anna@example.com"),
        (" Anna@Example.COM ", "anna@example.com"),
        ("anna@example.com.", "anna@example.com"),
        ("ａｎｎａ＠example.com", "anna@example.com"),
        ("Анна@Пример.рф", "анна@xn--e1afmkfd.xn--p1ai"),
        ("анна@xn--e1afmkfd.xn--p1ai", "анна@xn--e1afmkfd.xn--p1ai"),
        ("anna+shop@example.com", "anna+shop@example.com"),
        ('"a@b"@example.com', '"a@b"@example.com'),
        ("", ""),
        ("нет", ""),
        ("@", ""),
        ("anna@", ""),
        ("@example.com", ""),
        ("anna kim@example.com", ""),
        ("a@" + "я" * 90, "a@" + "я" * 90),
        ("ﷺ" * 100 + "@a.ru", ""),
    ],
)
def test_email(typed: str, key: str) -> None:
    """Case, width and the spelling of the domain do not matter; what is no e-mail is like nothing."""
    assert key == email_key(typed)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("+7 912 345-67-89", "79123456789"),
        ("8 (912) 345-67-89", "79123456789"),
        ("89123456789", "79123456789"),
        ("9123456789", "79123456789"),
        ("007 912 345 67 89", "79123456789"),
        ("+7(912)345.67.89", "79123456789"),
        ("+7 912 345–67–89", "79123456789"),
        ("тел. 8-912-345-67-89, после 18", "79123456789"),
        ("8 912 345-67-89 доб. 12", "79123456789"),
        ("д. 5, +7 912 345-67-89", "79123456789"),
        ("+7 912 345-67-89, +7 912 000-00-00", "79123456789"),
        ("٨٩١٢٣٤٥٦٧٨٩", "79123456789"),
        ("+81 3 1234 5678", "81312345678"),
        ("+1 (917) 555-12-34", "19175551234"),
        ("(812) 123-45-67", "8121234567"),
        ("123-45-67", "1234567"),
        ("112", ""),
        ("домофон 7", ""),
        ("", ""),
        ("+", ""),
        ("1" * 16, ""),
    ],
)
def test_phone(typed: str, key: str) -> None:
    """Signs do not matter, nor how the country is written; what is too short to tell people apart is like nothing."""
    assert key == phone_key(typed)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Анна Ким", "анна ким"),
        (" ким   АННА ", "анна ким"),
        ("Ким, Анна", "анна ким"),
        ("Анна М. Ким", "анна ким"),
        ("Артём Семёнов", "артем семенов"),
        ("Жан-Поль О'Нил", "жан-поль о'нил"),
        ("Анна", ""),
        ("А. К.", ""),
        ("Анна К.", ""),
        ("", ""),
        ("123 456", ""),
        ("Имя " + "я" * 300, ""),
    ],
)
def test_name(typed: str, key: str) -> None:
    """A full name of two words or more in any order; less is like nothing."""
    assert key == name_key(typed)


@given(st.text(max_size=200))
def test_keys_fit_their_index(typed: str) -> None:
    """Whatever is typed, a key has at most 200 characters, and to compare a key again changes nothing."""
    keys = {email_key: email_key(typed), phone_key: phone_key(typed), name_key: name_key(typed)}

    assert all(len(key) <= 200 for key in keys.values())
    assert keys[email_key] == email_key(keys[email_key])
    assert keys[name_key] == name_key(keys[name_key])
