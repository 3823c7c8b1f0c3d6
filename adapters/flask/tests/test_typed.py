"""Reading what people type."""

import time
from collections.abc import Callable
from uuid import UUID

import pytest
from orderkit_flask.forms import Form
from orderkit_flask.typed import Reading, parse_money

from adapters.flask.tests.test_speech import speech
from orderkit import Money
from orderkit.errors import InvalidInputError
from tests.making import rub

N, W = "\u202f", "\u00a0"


@pytest.fixture
def reading() -> Callable[[str], Reading]:
    """A form with one field in which something stands."""
    return lambda text: Reading(Form.of({"x": text}), speech())


@pytest.mark.parametrize(
    "text",
    ["1240,5", "1240.50", "1 240,50", f"1{N}240,50{N}₽", f"1{W}240,50 руб.", "1240,50р", "₽1240.5"],
)
def test_an_amount_as_people_write_it(text: str) -> None:
    """Comma or point, spaces of any kind, the currency's sign or its name."""
    assert rub("1240.50") == parse_money(text, "RUB")


@pytest.mark.parametrize(("text", "minor"), [("-5", -500), ("\u22125,10", -510), ("0", 0), ("007", 700)])
def test_signs_and_zeros(text: str, minor: int) -> None:
    """A minus is a minus, typographic or not; whether it may be is for the rules to say."""
    assert Money(minor, "RUB") == parse_money(text, "RUB")


@pytest.mark.parametrize(
    "text",
    [
        "", ",", ".", "-", "x", "1,2,3", "1.240,50", "1,240.50", "1e5", "nan", "Infinity", "0x10", "1_000", "½",
        "1240,505", "9" * 40, "руб", "1 руб 50", "٣", "५", "--5",
    ],
)  # fmt: skip
def test_what_is_no_amount(reading: Callable[[str], Reading], text: str) -> None:
    """Nothing is guessed: the field says that it cannot be read, and the rest of the form is read on."""
    read = reading(text)

    assert rub(0) == read.money("x", "RUB")
    assert {"x"} == set(read.problems)


def test_an_endless_amount_costs_nothing(reading: Callable[[str], Reading]) -> None:
    """A field full of digits is refused as quickly as a short one."""
    began = time.perf_counter()
    reading("9" * 200_000).money("x", "RUB")

    assert time.perf_counter() - began < 1


def test_decimals_are_those_of_the_currency() -> None:
    """Yen have none, dinars three."""
    with pytest.raises(InvalidInputError):
        parse_money("10,5", "JPY")
    assert Money(10_500, "KWD") == parse_money("10,5", "KWD")


def test_an_empty_amount(reading: Callable[[str], Reading]) -> None:
    """It may stand for something; else it is a problem."""
    free, needed = reading(" "), reading(" ")

    assert rub(7) == free.money("x", "RUB", empty=rub(7))
    assert {} == free.problems
    needed.money("x", "RUB")
    assert {"x"} == set(needed.problems)


@pytest.mark.parametrize(("text", "number"), [("3", 3), (" 1 000 ", 1000), ("-2", -2)])
def test_a_whole_number(reading: Callable[[str], Reading], text: str, number: int) -> None:
    """Spaces do not matter; bounds are for the rules."""
    read = reading(text)

    assert (number, {}) == (read.whole("x"), read.problems)


@pytest.mark.parametrize("text", ["", "1,5", "x", "9" * 13, "1e3", "٣"])
def test_what_is_no_whole_number(reading: Callable[[str], Reading], text: str) -> None:
    """Said by the field."""
    read = reading(text)

    assert 1 == read.whole("x")
    assert "Напишите целое число." == read.problems["x"]


def test_what_is_chosen_from_a_list(reading: Callable[[str], Reading]) -> None:
    """An identifier, nothing, or something that no list of ours offers."""
    id, bad = UUID(int=7), reading("7")

    assert id == reading(str(id)).id("x")
    assert reading("").id("x") is None
    assert bad.id("x") is None
    assert {"x"} == set(bad.problems)
