"""Paid on receipt."""

from orderkit_cash import orderkit_payment_providers

import orderkit.plugin as ok
from tests.making import rub
from tests.plugins import services


def test_offer() -> None:
    """There is nothing to set, nothing to do beforehand, and the money is marked by hand."""
    [cash] = orderkit_payment_providers()
    told = cash.factory(cash.settings(), services()).offer(ok.OfferRequest(number="1001", amount=rub(900)))

    assert ok.Offer() == told
    assert () == ok.fields_of(cash.settings)
    assert cash.offline
