"""Rules that a host sets, as buyers and staff meet them."""

from collections.abc import Iterator

import pytest
from orderkit_order_rules import MinimumTotal, PaidBeforeShipping, YearlyNumbers

from orderkit import Money, OrderKit
from orderkit.errors import InvalidInputError, TransitionRefusedError
from tests.backends import Backends
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, mug, rub


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(clock: Clock, backends: Backends) -> Iterator[Maker]:
    """The maker of a site where all three hold."""
    rules = [MinimumTotal(rub("1000")), PaidBeforeShipping(), YearlyNumbers()]
    kit = OrderKit("sqlite://", clock=clock, plugins=rules, strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
    yield Maker(kit.site("coffee"))
    kit.close()


def test_a_small_order(make: Maker) -> None:
    """A buyer reads how much is missing, in their language; with that much more it is placed."""
    with pytest.raises(
        InvalidInputError, match=r"from RUB1,000\.00 on\. Add goods for RUB100\.00 more"
    ) as refused:
        make.order([mug(2)], contact=ANNA, actor=BUYER)
    [(field, words)] = refused.value.problems

    assert "lines" == field
    assert isinstance(words, dict)
    assert "Минимальный заказ: 1\xa0000,00\xa0₽. Добавьте товаров ещё на 100,00\xa0₽." == words["ru"]
    assert "pending" == make.order([mug(1, "1000")], contact=ANNA, actor=BUYER).status


def test_a_small_order_that_is_allowed(make: Maker) -> None:
    """Staff may make one, and what is in another currency is not looked at."""
    dollars = mug(1, unit_price=Money.of("5", "USD"))

    assert "pending" == make.order([mug(1)]).status
    assert "pending" == make.order([dollars], contact=ANNA, actor=BUYER).status


def test_an_order_that_is_not_paid(make: Maker) -> None:
    """It is not sent before all of it is."""
    move, cash = make.desk.orders.set_status, make.cash()
    order = make.order([mug(2)])
    order = move(order.id, "preparing", actor=STAFF, expected_version=order.version)
    for paid in ("0", "400"):
        if paid != "0":
            make.desk.payments.record(order.id, rub(paid), method_id=cash.id, actor=STAFF, key=paid)
        order = make.desk.orders.get(order.id)
        with pytest.raises(TransitionRefusedError, match="It is not paid in full"):
            move(order.id, "shipped", actor=STAFF, expected_version=order.version)
    make.desk.payments.record(order.id, rub("500"), method_id=cash.id, actor=STAFF, key="rest")
    order = make.desk.orders.get(order.id)

    assert "shipped" == move(order.id, "shipped", actor=STAFF, expected_version=order.version).status


def test_numbers(make: Maker, clock: Clock) -> None:
    """The year is that of the site's days; the counter goes on."""
    numbers = [make.order().number]
    clock.now = clock.now.replace(month=12, day=31, hour=22)  # in Moscow the next year has begun
    numbers.append(make.order().number)

    assert ["1001-2026", "1002-2027"] == numbers
