"""The VAT that is in the prices."""

import datetime as dt

import attrs
import orderkit_vat
import pytest
from orderkit_vat import VatSettings, rate_of

import orderkit.plugin as ok
from tests.making import mug, rub
from tests.plugins import services

[VAT] = orderkit_vat.orderkit_adjusters()


def found(settings: VatSettings, *rates: int | None, **fields: object) -> list[tuple[int | None, ok.Money]]:
    """The tax by rate, of mugs of 450 each and a delivery of 122."""
    lines = tuple(attrs.evolve(mug(1), id=id, tax_rate=rate) for id, rate in enumerate(rates, 1))
    calculation = ok.Calculation(
        currency="RUB", lines=lines, delivery=rub("122"), at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), **fields
    )
    made = VAT.factory(settings, services()).adjust(calculation)
    assert all(one.included and one.kind is ok.AdjustmentKind.TAX for one in made)
    return [(one.rate, one.amount) for one in VAT.factory(settings, services()).adjust(calculation)]


def test_sums_by_rate() -> None:
    """Each rate has one sum, of its lines and, at the rule's own rate, of the delivery; the highest is told first."""
    assert [(2200, rub("103.15")), (1000, rub("40.91")), (0, rub("0"))] == found(VatSettings(), None, 1000, 0)


def test_after_discounts() -> None:
    """The tax is in what is paid: a discount lowers that of every line it is split over."""
    half = ok.Adjustment(kind=ok.AdjustmentKind.DISCOUNT, amount=rub("-450"))

    assert [(2200, rub("62.57")), (1000, rub("20.45"))] == found(
        VatSettings(), None, 1000, adjustments=(half,)
    )


def test_nothing_where_no_rate_is_said() -> None:
    """An empty rate counts no VAT, and lines that say their own are counted."""
    assert [(1000, rub("40.91"))] == found(VatSettings(goods="", delivery=""), None, 1000)


@pytest.mark.parametrize(
    ("typed", "rate"), [("22", 2200), ("22 %", 2200), ("8.1", 810), ("5,25", 525), ("0", 0), ("", None)]
)
def test_rates_as_they_are_typed(typed: str, rate: int | None) -> None:
    """A rate may have two digits after the comma, and its sign."""
    assert rate == rate_of(typed)


@pytest.mark.parametrize("typed", ["a lot", "-1", "100", "8.125", "1e1", "٢٢٫"])
def test_refuses_what_is_no_rate(typed: str) -> None:
    """The problem stands at its field."""
    assert ["goods"] == [problem.field for problem in VatSettings(goods=typed).problems()]
    assert [] == list(VatSettings().problems())
