"""One price for every order."""

import orderkit_flat_rate
import pytest

import orderkit.plugin as ok
from orderkit.testing import CarrierContract
from tests.making import mug, rub
from tests.plugins import services

[FLAT_RATE] = orderkit_flat_rate.orderkit_carriers()


class TestContract(CarrierContract):
    """It keeps to the contract."""

    plugin = orderkit_flat_rate
    entry_point = "flat-rate"
    settings = orderkit_flat_rate.FlatRateSettings(cost=rub(300), free_from=rub(5000))


@pytest.mark.parametrize(
    ("free_from", "price"), [(None, "300"), (rub("900.01"), "300"), (rub("900"), "0"), (rub("0"), "0")]
)
def test_quote(free_from: ok.Money | None, price: str) -> None:
    """One price, and none once the goods are worth enough, to the kopeck."""
    settings = FLAT_RATE.settings(cost=rub("300"), free_from=free_from)
    request = ok.QuoteRequest(lines=(mug(),), currency="RUB", goods=rub(900))

    assert [ok.Quote(rub(price))] == FLAT_RATE.factory(settings, services()).quote(request)
    assert FLAT_RATE.needs_address
