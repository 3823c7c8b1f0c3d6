"""A descriptor that the desk could not work with is refused where it is made."""

from typing import Any

import pytest

import orderkit.plugin as ok
from orderkit.errors import InvalidInputError, SettingsError
from tests.making import rub
from tests.plugins import drone, offering


@pytest.mark.parametrize("code", ["d3", "drone", "a-1", "x" * 40])
def test_codes(code: str) -> None:
    """Small letters, digits and hyphens, a letter first."""
    assert (code, code) == (drone(code=code).code, offering(None, code=code).code)


@pytest.mark.parametrize(
    "code", ["", "d", "Drone", "1drone", "-a", "my_drone", "дрон", "a b", "x" * 41, "drone\n", 5, None]
)
def test_codes_that_cannot_be(code: Any) -> None:
    """The error names the code."""
    for make in (lambda: drone(code=code), lambda: offering(None, code=code)):
        with pytest.raises(SettingsError) as refused:
            make()
        assert "bad_code" == refused.value.code
        assert repr(code) in str(refused.value)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"label": ""}, "bad_descriptor"),
        ({"label": {}}, "bad_descriptor"),
        ({"label": 5}, "bad_descriptor"),
        ({"label": {"ru": 5}}, "bad_descriptor"),
        ({"description": None}, "bad_descriptor"),
        ({"factory": None}, "bad_descriptor"),
        ({"settings": None}, "bad_setting"),
        ({"settings": str}, "bad_setting"),
    ],
)
def test_what_cannot_be(fields: dict[str, Any], code: str) -> None:
    """No label, no factory, no settings class: the error names the plugin's code."""
    with pytest.raises(SettingsError, match="'drone'") as refused:
        drone(**fields)

    assert code == refused.value.code


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: ok.Quote(rub("-1")), "price"),
        (lambda: ok.Quote(300), "price"),
        (lambda: ok.Quote(rub("1"), 5), "label"),
        (lambda: ok.Ineligible(""), "reason"),
        (lambda: ok.Ineligible(None), "reason"),
        (lambda: ok.Offer(5), "instructions"),
        (lambda: ok.OfferRequest(number="1", amount=5), "amount"),
    ],
)
def test_answers_that_cannot_be(make: Any, field: str) -> None:
    """A negative price, no reason, no text: the error names the field."""
    with pytest.raises(InvalidInputError) as refused:
        make()

    assert field == refused.value.field
