"""Paid from the buyer's bank."""

from typing import Any

import orderkit_bank_transfer

import orderkit.plugin as ok
from orderkit.testing import PaymentProviderContract
from tests.making import rub
from tests.plugins import services

[TRANSFER] = orderkit_bank_transfer.orderkit_payment_providers()


class TestContract(PaymentProviderContract):
    """It keeps to the contract."""

    plugin = orderkit_bank_transfer
    entry_point = "bank-transfer"
    settings = orderkit_bank_transfer.BankTransferSettings(details="ООО «Лавка»\nр/с 40702")


def offer(**settings: Any) -> ok.Offer | ok.Ineligible:
    request = ok.OfferRequest(number="1001", amount=rub(900))
    return TRANSFER.factory(TRANSFER.settings(**settings), services()).offer(request)


def test_offer() -> None:
    """The details as the admin wrote them, then the purpose with the order's number; marked by hand."""
    told = offer(details="ООО «Лавка»\nр/с 40702")

    assert isinstance(told, ok.Offer)
    assert "ООО «Лавка»\nр/с 40702\nНазначение платежа: заказ 1001" == ok.in_language(told.instructions, "ru")
    assert TRANSFER.offline


def test_before_there_are_details() -> None:
    """The purpose alone."""
    assert (
        ok.Offer({"en": "Purpose of payment: order 1001", "ru": "Назначение платежа: заказ 1001"}) == offer()
    )
