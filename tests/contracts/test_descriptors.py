"""A descriptor that the desk could not work with is refused where it is made."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

import orderkit.plugin as ok
from orderkit.errors import InvalidInputError, SettingsError
from tests.making import rub
from tests.plugins import adjusting, drone, offering, sending, services, starting

MAKERS: tuple[Callable[[Any], Any], ...] = (
    lambda code: drone(code=code),
    lambda code: offering(None, code=code),
    lambda code: sending(None, code=code),
    lambda code: adjusting((), code=code),
)


@pytest.mark.parametrize("code", ["d3", "drone", "a-1", "x" * 40])
def test_codes(code: str) -> None:
    """Small letters, digits and hyphens, a letter first."""
    assert {code} == {make(code).code for make in MAKERS}


@pytest.mark.parametrize(
    "code", ["", "d", "Drone", "1drone", "-a", "my_drone", "дрон", "a b", "x" * 41, "drone\n", 5, None]
)
def test_codes_that_cannot_be(code: Any) -> None:
    """The error names the code."""
    for make in MAKERS:
        with pytest.raises(SettingsError) as refused:
            make(code)
        assert "bad_code" == refused.value.code
        assert repr(code) in str(refused.value)


def test_what_a_channel_writes_to() -> None:
    """An e-mail, a phone, or nothing in particular."""
    with pytest.raises(SettingsError, match="'pigeon': writes_to must be") as refused:
        sending(None, writes_to="name")

    assert "bad_descriptor" == refused.value.code


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


@pytest.mark.parametrize("make", [sending, adjusting])
@pytest.mark.parametrize(
    "fields",
    [{"label": ""}, {"description": None}, {"factory": None}, {"settings": str}, {"settings_version": 0}],
)
def test_what_no_type_can_be(make: Callable[..., Any], fields: dict[str, Any]) -> None:
    """Channels and adjusters are checked for the same."""
    with pytest.raises(SettingsError, match="'fine'"):
        make(None, code="fine", **fields)


@pytest.mark.parametrize("phase", [20, "FEE", None])
def test_phases_that_cannot_be(phase: Any) -> None:
    """The error names those there are."""
    with pytest.raises(
        SettingsError, match=r"'haggling': phase must be one of Phase.LINE_DISCOUNT, "
    ) as refused:
        adjusting((), phase=phase)

    assert "bad_descriptor" == refused.value.code


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
        (lambda: ok.Sent("x" * 201), "reference"),
        (lambda: ok.Deferred(""), "reason"),
        (lambda: ok.Deferred("full", 5), "retry_after"),  # type: ignore[arg-type]
        (lambda: ok.Deferred("full", timedelta(-1)), "retry_after"),
        (lambda: ok.Refused(None), "reason"),  # type: ignore[arg-type]
        (lambda: start_request(return_url="orders/1"), "return_url"),
    ],
)
def test_answers_that_cannot_be(make: Any, field: str) -> None:
    """A negative price, no reason, no text: the error names the field."""
    with pytest.raises(InvalidInputError) as refused:
        make()

    assert field == refused.value.field
