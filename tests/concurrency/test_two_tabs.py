"""
Two tabs pay one order at a bank with books of its own: it is charged once where the bank closes what is open there.

Where it does not, the order may be overpaid: the desk knows of it, and what is too much goes back. That the page of
the order shows it, with the button that gives it back, is tried where the pages are.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import orderkit.plugin as ok
from orderkit import Attempt, Order, OrderKit, Payment
from orderkit.errors import OrderKitError
from orderkit.services.payments import Payments
from orderkit.testing.bank import Fault
from tests.concurrency.storm import ROUNDS, at_once
from tests.concurrency.tabs import Shop, open_tabs
from tests.making import BUYER, STAFF, mug


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit], tmp_path: Path) -> Iterator[Shop]:
    with open_tabs(open_kit, tmp_path) as shop:
        yield shop


@pytest.fixture
def closing(open_kit: Callable[..., OrderKit], tmp_path: Path) -> Iterator[Shop]:
    """A shop whose bank closes what is open there."""
    with open_tabs(open_kit, tmp_path, closes=True) as shop:
        yield shop


def test_one_charge(closing: Shop) -> None:
    """Of the two pages one is left at which the bank takes money, and it takes it once; the desk knows of it."""
    for _ in range(ROUNDS):
        order = charged_once(closing)
        assert (["declined", "paid"], "paid") == (
            sorted(closing.known(order)),
            order.balance.payment_status,
        )
    print(f"{ROUNDS} orders paid in two tabs at a bank that closes: each charged once")
    assert [] == list(closing.kit.verify())


def charged_once(shop: Shop) -> Order:
    order = shop.pay_in_both()
    assert (90_000, 90_000) == (shop.charged(order), order.balance.paid)
    return order


def test_one_charge_without_closing(closing: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: were nothing closed, the bank would take the money twice."""
    monkeypatch.setattr(Payments, "_require_closed", lambda *_: None)
    with pytest.raises(AssertionError, match="180000"):
        charged_once(closing)


def test_both_close(closing: Shop) -> None:
    """Two tabs that find a third one's page close it both, and leave one page at which the order can be paid."""
    for _ in range(ROUNDS):
        order = closing.make.order([mug()], status="payment", actor=BUYER)
        closing.press(order, "first")
        closing.open_two(order)

        assert ["declined", "declined", "waiting"] == closing.known(order)
    assert [] == list(closing.kit.verify())


def test_paid_while_it_is_closed(closing: Shop) -> None:
    """Whichever comes first, it is charged once: paid, nothing is left to pay; closed, it is paid in the other tab."""
    paid_first = 0
    for _ in range(ROUNDS):
        order = closing.make.order([mug()], status="payment", actor=BUYER)
        left = closing.press(order, "left")
        assert isinstance(left, ok.Redirect)
        calls: list[Callable[[], object]] = [
            lambda order=order: closing.press(order, "right"),  # type: ignore[misc]
            lambda id=left.reference: closing.books.decide(int(id), pays=True),  # type: ignore[misc]
        ]
        answers, errors = at_once(calls)
        for right in answers:
            if isinstance(right, ok.Redirect):
                closing.books.decide(int(right.reference), pays=True)
        closing.kit.reconcile()

        assert {"nothing_to_pay"} >= {getattr(error, "code", repr(error)) for error in errors}
        assert (90_000, 90_000) == (closing.charged(order), closing.now(order).balance.paid)
        paid_first += len(errors)
    print(f"{ROUNDS} orders paid in one tab while the other closes it: {paid_first} were paid first")
    assert [] == list(closing.kit.verify())


@pytest.mark.parametrize("fault", [Fault.LOSE, Fault.BREAK, Fault.REFUSE])
def test_lost_while_it_is_closed(closing: Shop, fault: Fault) -> None:
    """Whether or not the bank has closed it, no second page is there before that is known; pressed again, there is."""
    order = closing.make.order([mug()], status="payment", actor=BUYER)
    closing.press(order, "left")
    closing.bank.faults.append(fault)
    with pytest.raises(OrderKitError) as refused:
        closing.press(order, "right")

    assert ("not_closed", 1) == (refused.value.code, len(closing.known(order)))
    assert isinstance(closing.press(order, "right"), ok.Redirect)
    assert ["declined", "waiting"] == closing.known(order)


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
