"""Lines and adjustments: what they may hold."""

from decimal import Decimal

import attrs
import pytest

from orderkit.domain.line import (
    MAX_OPTIONS,
    MAX_QUANTITY,
    Adjustment,
    AdjustmentKind,
    Line,
    clean_code,
    tuple_of,
)
from orderkit.domain.money import LIMIT, Money
from orderkit.errors import InvalidInputError
from tests.domain.making import line, rub


@pytest.mark.parametrize(
    ("price", "quantity", "amount"),
    [("450.00", 2, "900.00"), ("0.01", 1, "0.01"), ("0.00", 5, "0.00"), ("1.00", MAX_QUANTITY, "1000000.00")],
)
def test_amount_is_price_times_quantity(price: str, quantity: int, amount: str) -> None:
    """A line costs unit price × quantity; a free line is a line."""
    assert rub(amount) == line(price=price, quantity=quantity).amount


def test_amount_given_by_the_host() -> None:
    """Where prices are finer than a minor unit the host gives the amount, and it is kept."""
    assert rub("10.00") == line(price="3.33", quantity=3, amount=rub("10.00")).amount


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"quantity": 0}, "out_of_range", "quantity"),
        ({"quantity": -1}, "out_of_range", "quantity"),
        ({"quantity": MAX_QUANTITY + 1}, "out_of_range", "quantity"),
        ({"quantity": 1.5}, "not_whole", "quantity"),
        ({"quantity": float("nan")}, "not_whole", "quantity"),
        ({"quantity": Decimal(2)}, "not_whole", "quantity"),
        ({"quantity": True}, "not_whole", "quantity"),
        ({"quantity": "2"}, "not_whole", "quantity"),
        ({"quantity": None}, "not_whole", "quantity"),
        ({"unit_price": rub("-0.01")}, "negative", "unit_price"),
        ({"unit_price": "450.00"}, "not_money", "unit_price"),
        ({"unit_price": 450}, "not_money", "unit_price"),
        ({"amount": rub("-1")}, "negative", "amount"),
        ({"amount": 900}, "not_money", "amount"),
        ({"amount": Money.of("1", "EUR")}, "other_currency", "amount"),
        ({"amount": rub("1"), "quantity": 0}, "out_of_range", "quantity"),
        ({"amount": rub("1"), "unit_price": rub("-1")}, "negative", "unit_price"),
        ({"sku": "", "title": ""}, "empty", "title"),
        ({"sku": "  ", "title": "\n"}, "empty", "title"),
        ({"sku": None, "title": None}, "empty", "title"),
        ({"sku": 5}, "not_text", "sku"),
        ({"sku": "x" * 201}, "too_long", "sku"),
        ({"sku": "MUG\x00"}, "control_characters", "sku"),
        pytest.param({"title": "x" * 100_000}, "too_long", "title", id="100 kB of title"),
        ({"title": "\ud800"}, "control_characters", "title"),
        pytest.param({"image": "x" * 100_000}, "too_long", "image", id="100 kB of image"),
        pytest.param({"page": "x" * 100_000}, "too_long", "page", id="100 kB of page"),
        ({"tax_rate": -1}, "out_of_range", "tax_rate"),
        ({"tax_rate": 10_001}, "out_of_range", "tax_rate"),
        ({"tax_rate": 22.0}, "not_whole", "tax_rate"),
        ({"tax_rate": "2200"}, "not_whole", "tax_rate"),
        ({"tax_rate": True}, "not_whole", "tax_rate"),
        ({"options": {"": "M"}}, "empty", "options"),
        ({"options": {"x" * 201: "M"}}, "too_long", "options"),
        ({"options": {"size": "\x1b"}}, "control_characters", "options.size"),
        ({"options": {"size": 5}}, "not_text", "options.size"),
        pytest.param(
            {"options": dict.fromkeys(map(str, range(MAX_OPTIONS + 1)), "M")},
            "too_many_options",
            "options",
            id="51 options",
        ),
    ],
)
def test_refuses_what_no_line_may_be(fields: dict[str, object], code: str, field: str) -> None:
    """A line without a usable text, price, amount or quantity is refused; the error names the field."""
    usable = {"sku": "MUG", "title": "Кружка", "unit_price": rub("450.00")}

    with pytest.raises(InvalidInputError) as refused:
        Line(**{**usable, **fields})  # type: ignore[arg-type]

    assert (code, field) == (refused.value.code, refused.value.field)


def test_amount_stays_below_the_limit() -> None:
    """A price that is an amount times a quantity that is allowed may be too much together."""
    with pytest.raises(InvalidInputError) as refused:
        Line(sku="MUG", title="", unit_price=Money(LIMIT - 1, "RUB"), quantity=2)

    assert "too_large" == refused.value.code


def test_a_line_without_a_title_is_called_by_its_sku() -> None:
    """People always see a name."""
    assert "MUG-1" == Line(sku=" MUG-1 ", title=" ", unit_price=rub("1")).title


@pytest.mark.parametrize("fields", [{}, {"sku": ""}, {"sku": "  "}])
def test_a_free_line_has_a_title_alone(fields: dict[str, str]) -> None:
    """What the catalogue does not know is a line by its title."""
    free = Line(title=" Гравировка ", unit_price=rub("300"), **fields)  # type: ignore[arg-type]  # texts

    assert ("", "Гравировка") == (free.sku, free.title)


@pytest.mark.parametrize(
    ("fields", "bounds"),
    [
        ({"quantity": 0}, {"low": 1, "high": MAX_QUANTITY}),
        ({"unit_price": rub("-1")}, {"low": rub("0")}),
        ({"title": "x" * 2_001}, {"limit": 2_000}),
        ({"sku": "x" * 201}, {"limit": 200}),
        ({"options": dict.fromkeys(map(str, range(MAX_OPTIONS + 1)), "M")}, {"limit": MAX_OPTIONS}),
    ],
)
def test_bounds_are_carried(fields: dict[str, object], bounds: dict[str, object]) -> None:
    """Who shows the refusal in words of his own finds the bounds in it, and nothing that was typed."""
    with pytest.raises(InvalidInputError) as refused:
        line(**{"quantity": 1, **fields}) if "quantity" in fields else attrs.evolve(line(), **fields)

    assert bounds == refused.value.context


def test_as_many_options_as_allowed() -> None:
    """The limit itself is allowed."""
    assert MAX_OPTIONS == len(line(options=dict.fromkeys(map(str, range(MAX_OPTIONS)), "M")).options)


def test_options_are_kept_clean() -> None:
    """Options lose the white space around them."""
    assert {"size": "M", "цвет": "синий"} == line(options={" size": "M ", "цвет": "синий"}).options


def test_is_frozen() -> None:
    """A line is a value: nobody changes it in place."""
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        line().quantity = 2  # type: ignore[misc]


def test_adjustment() -> None:
    """An adjustment may be negative, and says why it is there."""
    adjustment = Adjustment(kind="discount", amount=rub("-50.00"), title=" Промокод ")

    assert AdjustmentKind.DISCOUNT is adjustment.kind
    assert "Промокод" == adjustment.title
    assert not adjustment.included


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"amount": "-50.00"}, "not_money", "adjustment.amount"),
        ({"title": "x" * 2_001}, "too_long", "adjustment.title"),
        ({"title": "\x00"}, "control_characters", "adjustment.title"),
        ({"rate": 10_001}, "out_of_range", "adjustment.rate"),
        ({"code": "x" * 41}, "too_long", "adjustment.code"),
        ({"target": "lines.0"}, "bad_target", "adjustment.target"),
        ({"target": "payments.1"}, "bad_target", "adjustment.target"),
        ({"target": 3}, "bad_target", "adjustment.target"),
    ],
)
def test_refuses_what_no_adjustment_may_be(fields: dict[str, object], code: str, field: str) -> None:
    """The error names the field."""
    with pytest.raises(InvalidInputError) as refused:
        Adjustment(**{"kind": "fee", "amount": rub("1"), **fields})  # type: ignore[arg-type]

    assert (code, field) == (refused.value.code, refused.value.field)


def test_codes_are_kept_as_they_are_compared() -> None:
    """However a promo code is typed, it is one: in capitals and without white space."""
    assert "КОФЕ10" == clean_code(" кофе 10\t")
    assert "КОФЕ10" == Adjustment(kind=AdjustmentKind.DISCOUNT, amount=rub("-1"), code="Кофе10").code


def test_adjustment_kinds_are_listed() -> None:
    """A kind that is none is refused by its word."""
    with pytest.raises(ValueError, match="bribe"):
        Adjustment(kind="bribe", amount=rub("1"))


def test_several_are_taken_once() -> None:
    """A generator is gone through once and kept; what stands where it cannot is named by place and type alone."""
    fee = Adjustment(kind=AdjustmentKind.FEE, amount=rub("1"))

    assert (fee, fee) == tuple_of((one for one in [fee, fee]), "adjustments", Adjustment)
    for given, told in (
        ([fee, "Анна"], "adjustments.2 must be Adjustment, not str"),
        (fee, "adjustments must be a list of Adjustment, not Adjustment"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            tuple_of(given, "adjustments", Adjustment)  # type: ignore[arg-type]  # wrong on purpose
        assert ("wrong_type", told) == (refused.value.code, str(refused.value))
