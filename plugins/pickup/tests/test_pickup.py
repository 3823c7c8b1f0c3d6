"""The buyer comes for the goods."""

from collections.abc import Sequence
from typing import Any

import orderkit_pickup

import orderkit.plugin as ok
from orderkit.testing import CarrierContract
from tests.making import mug, rub
from tests.plugins import services

[PICKUP] = orderkit_pickup.orderkit_carriers()


class TestContract(CarrierContract):
    """It keeps to the contract."""

    plugin = orderkit_pickup
    entry_point = "pickup"
    settings = orderkit_pickup.PickupSettings(cost=rub(50), address="Лесная, 20", hours="с 9 до 20")


def quote(**settings: Any) -> Sequence[ok.Quote] | ok.Ineligible:
    request = ok.QuoteRequest(lines=(mug(),), currency="RUB", goods=rub(900))
    return PICKUP.factory(PICKUP.settings(**settings), services()).quote(request)


def test_free() -> None:
    """Free in the order's currency, and asks for no address."""
    assert [ok.Quote(rub(0))] == quote()
    assert not PICKUP.needs_address


def test_label() -> None:
    """It says where and when, and what it costs if it does."""
    told = quote(cost=rub(50), address="Лесная, 20", hours="с 9 до 20")

    assert [ok.Quote(rub(50), "Лесная, 20, с 9 до 20")] == told
