"""Paid on receipt."""

import orderkit_cash

import orderkit.plugin as ok
from orderkit.testing import PaymentProviderContract
from tests.making import rub
from tests.plugins import services


class TestContract(PaymentProviderContract):
    """It keeps to the contract."""

    plugin = orderkit_cash
    entry_point = "cash"
    settings = orderkit_cash.CashSettings()


def test_offer() -> None:
    """There is nothing to set, nothing to do beforehand, and the money is marked by hand."""
    [cash] = orderkit_cash.orderkit_payment_providers()
    told = cash.factory(cash.settings(), services()).offer(ok.OfferRequest(number="1001", amount=rub(900)))

    assert ok.Offer() == told
    assert () == ok.fields_of(cash.settings)
    assert cash.offline
