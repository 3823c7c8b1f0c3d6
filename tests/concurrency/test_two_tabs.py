"""
Two tabs pay one order at a bank with books of its own: it is charged once, or overpaid, and what is too much goes back.

That the page of the order shows it, with the button that gives it back, is tried where the pages are.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from orderkit import Attempt, OrderKit, Payment
from orderkit.errors import OrderKitError
from tests.concurrency.storm import ROUNDS
from tests.concurrency.tabs import Shop, open_tabs
from tests.making import BUYER, STAFF, mug


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit], tmp_path: Path) -> Iterator[Shop]:
    with open_tabs(open_kit, tmp_path) as shop:
        yield shop


def test_paid_in_both(shop: Shop) -> None:
    """The desk knows of all that the bank took: the order is overpaid, and what is too much goes back to the kopeck."""
    for _ in range(ROUNDS):
        order = shop.pay_in_both()
        assert ("overpaid", 90_000) == (order.balance.payment_status, order.balance.overpaid)
        assert order.balance.paid == shop.charged(order)
        surplus = order.balance.money(order.balance.overpaid)
        last = max(order.payments, key=lambda payment: payment.sums.refundable)
        shop.desk.operations.refund(last.id, surplus, actor=STAFF, key=f"{order.id} back")
        after = shop.now(order)

        assert ("paid", 90_000) == (after.balance.payment_status, shop.charged(after))
    print(f"{ROUNDS} orders paid in two tabs: each overpaid by as much, and given back")
    assert [] == list(shop.kit.verify())


def test_paid_in_one(shop: Shop) -> None:
    """Whichever tab is paid in, it is charged once; pressed once more, nothing is left to pay."""
    for number in range(ROUNDS):
        first = bool(number % 2)
        order = shop.make.order([mug()], status="payment", actor=BUYER)
        paid, left = sorted(shop.open_two(order), key=int, reverse=first)
        shop.books.decide(int(paid), pays=True)
        shop.kit.reconcile()
        shop.books.decide(int(left), pays=False)  # else all of them would be asked about to the end
        with pytest.raises(OrderKitError) as again:
            shop.press(order, "once more")

        assert "nothing_to_pay" == again.value.code
        assert ("paid", 90_000) == (shop.now(order).balance.payment_status, shop.charged(order))
    assert [] == list(shop.kit.verify())


def test_what_was_superseded_is_asked_about(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: were only the open attempt asked about, the bank would have money of which the desk knows nothing."""
    real = Payment.is_unsettled.fget
    assert real is not None
    monkeypatch.setattr(
        Payment,
        "is_unsettled",
        property(lambda one: real(one) and one.attempt is not Attempt.SUPERSEDED),
    )
    order = shop.pay_in_both()

    assert (90_000, 180_000) == (order.balance.paid, shop.charged(order))
