"""Rook Post keeps to the contract, and does what it says."""

from pathlib import Path
from typing import Literal

import pytest

import orderkit.plugin as ok
from examples.carrier import rook_post
from orderkit import Actor, Line, Money, OrderKit
from orderkit.testing import CarrierContract

FEE = ok.Money.of("90.00", "RUB")
MUGS = Line(sku="MUG-1", title="Кружка", unit_price=Money.of("450.00", "RUB"), quantity=6)


class TestOnFoot(CarrierContract):
    plugin = rook_post
    settings = rook_post.RookPostSettings(per_parcel=FEE)


class TestByAir(CarrierContract):
    plugin = rook_post
    settings = rook_post.RookPostSettings(per_parcel=FEE, tariff="flight")


@pytest.mark.parametrize(
    ("tariff", "label", "days"), [("walk", "Пешком", (4, 7)), ("flight", "По воздуху", (1, 2))]
)
def test_in_a_shop(
    tmp_path: Path, tariff: Literal["walk", "flight"], label: str, days: tuple[int, int]
) -> None:
    """As a loose file: six mugs fill two parcels, the tariff says when they come, and the method has the link."""
    kit = OrderKit(f"sqlite:///{tmp_path}/shop.db", plugins=[rook_post.__file__], strict=True)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    desk = kit.site("coffee")
    method = desk.settings.add_shipping_method(
        "rook-post",
        label,
        settings={"per_parcel": FEE, "tariff": tariff},
        actor=Actor.staff("7", "Ольга"),
        key=tariff,
    )
    quote = desk.shipping.quote(method.id, [MUGS])

    assert (Money.of("180.00", "RUB"), label, days) == (
        quote.price,
        ok.in_language(quote.label, "ru"),
        (quote.min_days, quote.max_days),
    )
    assert "https://rook-post.example/track?code={code}" == method.tracking_url


def test_short_enough() -> None:
    """An evening's work: at most 60 lines."""
    assert 60 >= len(Path(rook_post.__file__).read_text(encoding="utf-8").splitlines())
