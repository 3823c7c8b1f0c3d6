"""A promo code takes off what it promises, when and where it holds."""

import datetime as dt
from typing import Any

import attrs
import orderkit_promo_code
import pytest
from orderkit_promo_code import PromoCodeSettings

import orderkit.plugin as ok
from tests.making import mug, rub
from tests.plugins import services

[PROMO_CODE] = orderkit_promo_code.orderkit_adjusters()
TEN = {"code": "кофе 10", "percent": 10}


def of(*codes: str, day: str = "2026-06-15") -> ok.Calculation:
    """Two mugs of 450, to be delivered for 300."""
    at = dt.datetime.fromisoformat(f"{day}T12:00:00+03:00")
    line = attrs.evolve(mug(2), id=1)
    return ok.Calculation(currency="RUB", lines=(line,), delivery=rub("300"), at=at, codes=codes)


def off(calculation: ok.Calculation, **settings: Any) -> list[tuple[str, ok.Money]]:
    adjuster = PROMO_CODE.factory(PromoCodeSettings(**settings), services())
    return [(one.target, one.amount) for one in adjuster.adjust(calculation)]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"percent": 10}, [("", rub("-90"))]),
        ({"percent": 10, "with_delivery": True}, [("", rub("-90")), ("delivery", rub("-30"))]),
        ({"amount": rub("100")}, [("", rub("-100"))]),
        ({"amount": rub("1000")}, [("", rub("-900"))]),
        ({"amount": rub("1000"), "with_delivery": True}, [("", rub("-900")), ("delivery", rub("-100"))]),
    ],
)
def test_takes_off(settings: dict[str, Any], expected: list[tuple[str, ok.Money]]) -> None:
    """A percentage of each, or an amount once: first off the goods, and off the delivery only if so set."""
    assert expected == off(of("КОФЕ10"), code="кофе 10", **settings)


def test_only_for_whoever_enters_it() -> None:
    """Without the code nothing is taken off."""
    assert [] == off(of("ЧАЙ"), **TEN)


@pytest.mark.parametrize(
    ("settings", "day", "reason"),
    [
        ({"starts": "2026-06-16"}, "2026-06-15", "Промокод действует с 16.06.2026."),
        ({"starts": "2026-06-15", "ends": "2026-06-15"}, "2026-06-15", ""),
        ({"ends": "2026-06-14"}, "2026-06-15", "Срок промокода истёк."),
        ({"from_goods": rub("900.01")}, "2026-06-15", "Промокод действует от 900,01\xa0₽."),
        ({"from_goods": rub("900")}, "2026-06-15", ""),
    ],
)
def test_says_why_not(settings: dict[str, Any], day: str, reason: str) -> None:
    """Too early, too late or for too little it takes nothing off, and its buyer is told why; the last day counts."""
    adjuster = PROMO_CODE.factory(PromoCodeSettings(**TEN, **settings), services())
    calculation = of("КОФЕ10", day=day)
    answer = adjuster.takes("КОФЕ10", calculation)

    assert isinstance(adjuster, ok.TakesCodes)
    assert reason == (ok.in_language(answer.reason, "ru") if isinstance(answer, ok.Ineligible) else "")
    assert bool(reason) == (not list(adjuster.adjust(calculation)))
    assert adjuster.takes("ЧАЙ", calculation) is False


@pytest.mark.parametrize(
    ("settings", "fields"),
    [
        ({}, ["percent"]),
        ({"percent": 101}, ["percent"]),
        ({"percent": 10, "amount": rub("1")}, ["percent"]),
        ({"percent": 10, "starts": "tomorrow", "ends": "31.12.2026"}, ["starts", "ends"]),
        ({"percent": 100, "starts": "2026-01-01"}, []),
    ],
)
def test_refuses_what_no_code_can_be(settings: dict[str, Any], fields: list[str]) -> None:
    """Neither or both of percentage and amount, and days that are none."""
    assert fields == [problem.field for problem in PromoCodeSettings(code="X", **settings).problems()]
