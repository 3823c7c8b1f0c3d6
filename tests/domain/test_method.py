"""Payment and shipping methods, as the admin configures them."""

from typing import Any
from uuid import UUID

import attrs
import pytest

from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.money import Money
from orderkit.domain.secret import Secret
from orderkit.errors import InvalidInputError
from tests.domain.making import CASH, rub


def cash(**fields: Any) -> PaymentMethod:
    return PaymentMethod(**{"id": CASH, "provider": "cash", "title": "Наличные", **fields})


def courier(**fields: Any) -> ShippingMethod:
    usable = {
        "id": UUID(int=9),
        "carrier": "flat-rate",
        "title": "Курьер",
        "settings": {"cost": rub("300.00")},
    }
    return ShippingMethod(**{**usable, **fields})


COST = {"minor": 30_000, "currency": "RUB"}


@pytest.mark.parametrize(
    ("make", "fields", "code", "field"),
    [
        (cash, {"provider": ""}, "empty", "provider"),
        (cash, {"title": " "}, "empty", "title"),
        (cash, {"title": "x" * 201}, "too_long", "title"),
        (cash, {"description": "x" * 2_001}, "too_long", "description"),
        (cash, {"button": "\x00"}, "control_characters", "button"),
        (cash, {"pages": ("",)}, "empty", "pages"),
        (cash, {"pages": (5,)}, "not_text", "pages"),
        (cash, {"position": 10**30}, "out_of_range", "position"),
        (cash, {"position": "first"}, "out_of_range", "position"),
        (courier, {"position": 1.5}, "out_of_range", "position"),
        (courier, {"carrier": ""}, "empty", "carrier"),
        (courier, {"title": ""}, "empty", "title"),
        (courier, {"description": "x" * 2_001}, "too_long", "description"),
        (courier, {"settings": 5}, "not_plain", "settings"),
        (courier, {"settings": {"cost": 1.5}}, "not_plain", "settings.cost"),
        (cash, {"settings": {"a": {"b": [b""]}}}, "not_plain", "settings.a.b.0"),
        (courier, {"tracking_url": "javascript:alert(1)"}, "bad_url", "tracking_url"),
        (courier, {"tracking_url": "www.example.com"}, "bad_url", "tracking_url"),
        (courier, {"tracking_url": "https://" + "x" * 2_000}, "too_long", "tracking_url"),
    ],
)
def test_refuses_what_no_method_may_be(make: Any, fields: dict[str, Any], code: str, field: str) -> None:
    """The error names the field."""
    with pytest.raises(InvalidInputError) as refused:
        make(**fields)

    assert (code, field) == (refused.value.code, refused.value.field)


def test_text_is_kept_clean() -> None:
    """White space around text is dropped; pages become a tuple."""
    assert ("cash", ("checkout",)) == (cash(provider=" cash ").provider, cash(pages=[" checkout "]).pages)
    assert "https://example.com/{code}" == courier(tracking_url=" https://example.com/{code}").tracking_url


@attrs.frozen
class Rates:
    cost: Money
    zones: tuple[str, ...] = ()


@pytest.mark.parametrize(
    "given",
    [Rates(rub("300"), ("a",)), {"cost": rub("300"), "zones": ["a"]}, {"cost": COST, "zones": ("a",)}],
)
def test_settings_are_plain(given: Any) -> None:
    """An instance, money and what is stored already all become the same document."""
    assert {"cost": COST, "zones": ["a"]} == courier(settings=given).settings


@pytest.mark.parametrize("make", [cash, courier])
def test_secrets_are_not_told(make: Any) -> None:
    """Neither one that is still to be stored, nor what is stored of one; another one is noticed."""
    given = make(settings={"key": Secret("sk-live")})
    stored, other = (make(settings={"key": {"secret": f"fernet:{text}"}}) for text in ("abc", "abd"))

    assert Secret("sk-live") == given.settings["key"]
    for method in (given, stored):
        assert [] == [text for text in ("sk-live", "abc") if text in repr(method) + repr(method.snapshot())]
    assert stored.snapshot() != other.snapshot()
