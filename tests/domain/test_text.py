"""Text: the one check of what people and programs type in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderkit.domain.text import LONG, SHORT, clean
from orderkit.errors import InvalidInputError


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("Анна", "Анна"),
        ("  Анна \n", "Анна"),
        ("", ""),
        (None, ""),
        ("<script>alert(1)</script> {{ 7*7 }} {% x %} %s", "<script>alert(1)</script> {{ 7*7 }} {% x %} %s"),
        ("'; DROP TABLE orders; --", "'; DROP TABLE orders; --"),
        ("𝒜 👩‍👩‍👧 ﷽ \u200f\u00ad", "𝒜 👩‍👩‍👧 ﷽ \u200f\u00ad"),
        ("x" * SHORT, "x" * SHORT),
        pytest.param(" " * 100_000, "", id="blank"),
    ],
)
def test_keeps_what_was_typed(value: str | None, kept: str) -> None:
    """Anything but surrounding white space is kept as typed, markup and emoji included."""
    assert kept == clean(value, "name")


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (5, "not_text"),
        (b"x", "not_text"),
        (["x"], "not_text"),
        ("x" * (SHORT + 1), "too_long"),
        pytest.param("x" * 100_000, "too_long", id="100 kB"),
        ("a\x00b", "control_characters"),
        ("a\x1bb", "control_characters"),
        ("Анна\r\nBcc: all@example.com", "control_characters"),
        ("a\tb", "control_characters"),
        ("a\x7fb", "control_characters"),
        ("a\x85b", "control_characters"),
        ("a\x9fb", "control_characters"),
        ("a\ud800b", "control_characters"),
        ("\udfff", "control_characters"),
    ],
)
def test_refuses_what_is_no_text(value: object, code: str) -> None:
    """Other types, text over the limit, control characters and lone surrogates are refused, naming the field."""
    with pytest.raises(InvalidInputError, match=r"^recipient\.name ") as refused:
        clean(value, "recipient.name")

    assert (code, "recipient.name") == (refused.value.code, refused.value.field)


def test_long_text_has_lines() -> None:
    """An address or a comment keeps its lines; what goes into headers of messages has none."""
    typed = "две\nстроки\tи табуляция\r\n!"

    assert typed == clean(typed, "address", limit=LONG)


def test_never_repeats_what_was_typed() -> None:
    """An error names the field and its length, never the text itself."""
    with pytest.raises(InvalidInputError) as refused:
        clean("secret" * 100, "address")

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("value", ["", "   ", None, "\n"])
def test_required(value: str | None) -> None:
    """A needed text may not be empty or blank."""
    with pytest.raises(InvalidInputError) as refused:
        clean(value, "sku", required=True)

    assert "empty" == refused.value.code


def test_limit() -> None:
    """A longer limit lets in longer text, and no more than that."""
    assert "x" * LONG == clean("x" * LONG, "address", limit=LONG)
    with pytest.raises(InvalidInputError, match="has 2001 characters; at most 2000"):
        clean("x" * (LONG + 1), "address", limit=LONG)


@given(st.text())
def test_cleaning_twice_changes_nothing(value: str) -> None:
    """What was let in is let in again unchanged."""
    try:
        kept = clean(value, "name")
    except InvalidInputError:
        return
    assert kept == clean(kept, "name")
    assert kept.encode() == kept.encode("utf-8", "strict")
