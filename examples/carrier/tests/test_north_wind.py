"""North Wind keeps to the contract, and a buyer may take either of its tariffs."""

from pathlib import Path

import attrs
import pytest

import orderkit.plugin as ok
from examples.carrier import north_wind
from orderkit import Actor, ContactDetails, Delivery, Line, Money, OrderKit, Recipient
from orderkit.testing import CarrierContract

OLGA = Actor.staff("7", "Ольга")
MUGS = Line(sku="MUG-1", title="Кружка", unit_price=Money.of("450.00", "RUB"), quantity=6)
ANNA = Recipient("Анна Ким", country="RU", city="Пермь", address="Ленина, 1")
PRICES = {"standard": Money.of("90.00", "RUB"), "express": Money.of("250.00", "RUB")}


class TestStandard(CarrierContract):
    plugin = north_wind
    settings = north_wind.NorthWindSettings(price=PRICES["standard"])


class TestExpress(CarrierContract):
    plugin = north_wind
    settings = north_wind.NorthWindSettings(tariff="express", price=PRICES["express"])


@pytest.fixture(scope="module")
def kit() -> OrderKit:
    """Of a host that passes the loose file, and makes a method of each tariff."""
    kit = OrderKit("sqlite://", plugins=[north_wind.__file__], strict=True)
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    for tariff, price in PRICES.items():
        settings = {"tariff": tariff, "price": price}
        kit.site("coffee").settings.add_shipping_method(
            "north-wind", tariff, settings=settings, actor=OLGA, key=tariff
        )
    return kit


@pytest.mark.parametrize(
    ("tariff", "cost", "label", "days"),
    [("standard", "180.00", "Стандарт", (4, 7)), ("express", "500.00", "Экспресс", (1, 2))],
)
def test_a_buyer_takes_it(kit: OrderKit, tariff: str, cost: str, label: str, days: tuple[int, int]) -> None:
    """Both are offered; six mugs fill two parcels; the parcel of the order is followed by a link."""
    desk = kit.site("coffee")
    visitor, _ = desk.visitors.meet()
    desk.carts.add(visitor, MUGS)
    cart = desk.carts.open_payment(visitor, prices=lambda line: line)
    offered = {quote.method.title: quote for quote in desk.shipping.quotes(cart.lines, ANNA)}
    taken = offered[tariff]

    assert ["express", "standard"] == sorted(offered)
    assert (Money.of(cost, "RUB"), label, days) == (
        taken.price,
        ok.in_language(taken.label, "ru"),
        (taken.min_days, taken.max_days),
    )

    order = desk.carts.submit(
        cart.id,
        visitor=visitor,
        contact=ContactDetails("Анна Ким", "anna@example.com"),
        delivery=Delivery(taken.price, taken.method.id, recipient=ANNA),
        key=f"submit-{tariff}",
        seen=cart.total + taken.price,
        prices=lambda line: line,
    )
    sent = attrs.evolve(order.delivery, tracking_code="NW 1")
    order = desk.orders.edit_delivery(order.id, sent, actor=OLGA, expected_version=order.version)

    assert ("pending", taken.method.id, Money.of(cost, "RUB")) == (
        order.status,
        order.delivery.method_id,
        order.delivery.cost,
    )
    assert "https://north-wind.example/track?code=NW%201" == taken.method.tracking_link(
        order.delivery.tracking_code
    )


def test_short_enough() -> None:
    """An evening's work: at most 60 lines."""
    assert 60 >= len(Path(north_wind.__file__).read_text(encoding="utf-8").splitlines())
