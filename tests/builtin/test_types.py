"""The first types say what delivery costs and how to pay."""

from collections.abc import Sequence
from typing import Any

import pytest

import orderkit.plugin as ok
from orderkit.builtin import bank_transfer, cash, flat_rate, pickup
from tests.making import mug, rub
from tests.plugins import services

CARRIERS = {one.code: one for module in (flat_rate, pickup) for one in module.orderkit_carriers()}
PROVIDERS = {one.code: one for module in (bank_transfer, cash) for one in module.orderkit_payment_providers()}
REQUEST = ok.QuoteRequest(lines=(mug(),), currency="RUB", goods=rub(900))


def quotes(code: str, **settings: Any) -> Sequence[ok.Quote] | ok.Ineligible:
    kind = CARRIERS[code]
    return kind.factory(kind.settings(**settings), services()).quote(REQUEST)


def offer(code: str, **settings: Any) -> ok.Offer | ok.Ineligible:
    kind = PROVIDERS[code]
    request = ok.OfferRequest(number="1001", amount=rub(900))
    return kind.factory(kind.settings(**settings), services()).offer(request)


@pytest.mark.parametrize(
    ("free_from", "price"), [(None, "300"), (rub("900.01"), "300"), (rub("900"), "0"), (rub("0"), "0")]
)
def test_flat_rate(free_from: ok.Money | None, price: str) -> None:
    """One price, and none once the goods are worth enough, to the kopeck."""
    assert [ok.Quote(rub(price))] == quotes("flat-rate", cost=rub("300"), free_from=free_from)


def test_pickup() -> None:
    """Free in the order's currency, unless it costs something; its label says where and when."""
    assert [ok.Quote(rub(0))] == quotes("pickup")
    assert [ok.Quote(rub(50), "Лесная, 20, с 9 до 20")] == quotes(
        "pickup", cost=rub(50), address="Лесная, 20", hours="с 9 до 20"
    )


def test_bank_transfer() -> None:
    """The details as the admin wrote them, then the purpose with the order's number; also before there are any."""
    told = offer("bank-transfer", details="ООО «Лавка»\nр/с 40702")

    assert isinstance(told, ok.Offer)
    assert "ООО «Лавка»\nр/с 40702\nНазначение платежа: заказ 1001" == ok.in_language(told.instructions, "ru")
    assert ok.Offer(
        {"en": "Purpose of payment: order 1001", "ru": "Назначение платежа: заказ 1001"}
    ) == offer("bank-transfer")


def test_cash() -> None:
    """There is nothing to do beforehand, and nothing to set."""
    assert ok.Offer() == offer("cash")
    assert () == ok.fields_of(PROVIDERS["cash"].settings)


def test_what_they_are() -> None:
    """Both ways to pay are marked by hand; only pickup needs no address; all speak both languages."""
    texts = [
        text for kind in (*CARRIERS.values(), *PROVIDERS.values()) for text in (kind.label, kind.description)
    ]
    for kind in (*CARRIERS.values(), *PROVIDERS.values()):
        for field in ok.fields_of(kind.settings):
            texts += [field.label, field.help or {"en": "", "ru": ""}]

    assert {"bank-transfer": True, "cash": True} == {code: one.offline for code, one in PROVIDERS.items()}
    assert {"flat-rate": True, "pickup": False} == {code: one.needs_address for code, one in CARRIERS.items()}
    assert [] == [text for text in texts if isinstance(text, str) or {"en", "ru"} != text.keys()]
