"""A descriptor that the desk could not work with is refused where it is made."""

from typing import Any
from uuid import uuid4

import pytest

import orderkit.plugin as ok
from orderkit.errors import InvalidInputError, SettingsError
from tests.making import rub
from tests.plugins import drone, offering, services, starting


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
        ({"tracking_url": None}, "bad_descriptor"),
        ({"tracking_url": "https://post.example/"}, "bad_descriptor"),
        ({"tracking_url": "post.example/?c={code}"}, "bad_descriptor"),
        ({"tracking_url": "https://post.example/?c={code} now"}, "bad_descriptor"),
        ({"settings": None}, "bad_setting"),
        ({"settings": str}, "bad_setting"),
    ],
)
def test_what_cannot_be(fields: dict[str, Any], code: str) -> None:
    """No label, no factory, no settings class: the error names the plugin's code."""
    with pytest.raises(SettingsError, match="'drone'") as refused:
        drone(**fields)

    assert code == refused.value.code


def start_request(**fields: Any) -> ok.StartRequest:
    own = {
        "operation_id": uuid4(),
        "key": "k",
        "number": "1",
        "amount": rub("1"),
        "return_url": "https://shop.example",
    }
    return ok.StartRequest(**own | fields)


def test_who_can_start_payments() -> None:
    """Whoever has a `start` fulfils the contract, and an offline provider need not."""
    assert isinstance(starting(None).factory(None, services()), ok.StartsPayments)
    assert not isinstance(offering(None).factory(None, services()), ok.StartsPayments)


@pytest.mark.parametrize("seconds", [0, -1, 121, float("nan"), float("inf"), True, "30", None])
def test_time_limits_that_cannot_be(seconds: Any) -> None:
    """Somebody waits in front of a page: no time at all, or more than two minutes, is no limit."""
    with pytest.raises(SettingsError, match="'card': time_limit") as refused:
        starting(None, time_limit=seconds)

    assert "bad_descriptor" == refused.value.code
    assert [0.1, 120] == [starting(None, time_limit=good).time_limit for good in (0.1, 120)]


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
        (lambda: start_request(amount=5), "amount"),
        (lambda: start_request(return_url="orders/1"), "return_url"),
    ],
)
def test_answers_that_cannot_be(make: Any, field: str) -> None:
    """A negative price, no reason, no text: the error names the field."""
    with pytest.raises(InvalidInputError) as refused:
        make()

    assert field == refused.value.field
