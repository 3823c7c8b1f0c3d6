"""Many who pay one order at once, on every database; beside each guard its control: taken out, the harm is seen."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Desk, Order, OrderKit, PaymentMethod, Started, Succeeded
from orderkit.domain import asking
from orderkit.errors import OrderKitError
from tests.concurrency.storm import (
    at_once,
    decided_together,
    ignore_versions,
    loosened_by,
    on_a_file,
    slowed,
    without_compare,
    without_journal_versions,
    without_keys,
)
from tests.making import BUYER, STAFF, Maker, mug, rub
from tests.plugins import plugin, starting

CALLERS = 20
PAGE = "https://shop.example/orders/1"


@attrs.define
class Till:
    """A provider with books of its own, that takes whatever it is asked for and notes how many asked it at once."""

    pause: Callable[[], object] = lambda: time.sleep(0.05)
    taken: list[ok.Money] = attrs.field(factory=list)
    inside: int = 0
    most_inside: int = 0
    lock: threading.Lock = attrs.field(factory=threading.Lock)

    def __call__(self, request: ok.StartRequest) -> ok.Outcome:
        with self.lock:
            self.inside += 1
            self.most_inside = max(self.inside, self.most_inside)
        self.pause()
        with self.lock:
            self.inside -= 1
            self.taken.append(request.amount)
            return Succeeded(request.amount, f"till-{len(self.taken)}")


@attrs.frozen
class Counter:
    """A desk at whose till orders are paid."""

    kit: OrderKit
    till: Till
    desk: Desk
    method: PaymentMethod
    order: Order

    def pay(self, keys: Sequence[str]) -> tuple[list[Started], list[Exception]]:
        """Pay the order at once, under each of the keys."""
        start, order = self.desk.payments.start, self.order
        given: dict[str, Any] = {"actor": BUYER, "seen": rub("900"), "return_url": PAGE}
        return at_once([lambda key=key: start(order.id, self.method.id, key=key, **given) for key in keys])


@pytest.fixture
def counter(open_kit: Callable[..., OrderKit]) -> Callable[..., Counter]:
    """Call it, maybe with what takes a guard out before there is anything in the tables."""

    def open_(loosen: Callable[[OrderKit], object] = lambda _: None, time_limit: float = 60) -> Counter:
        till = Till()
        kit = open_kit(plugins=[plugin(starting(till, time_limit=time_limit))], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        loosen(kit)
        make = Maker(kit.site("coffee"))
        method = make.desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        order = make.order([mug()], status="payment", actor=BUYER)
        return Counter(kit, till, make.desk, method, order)

    return open_


ONE_KEY = ["press"] * CALLERS
MANY_KEYS = [f"tab-{one}" for one in range(CALLERS)]


def test_one_press_is_asked_for_once(counter: Callable[..., Counter]) -> None:
    """Twenty equal requests at once ask the provider once, and all are answered with what it said."""
    here = counter()
    slowed(here.kit, "UPDATE orderkit_orders")
    answers, errors = here.pay(ONE_KEY)

    assert [] == errors
    assert [answers[0]] * CALLERS == answers
    assert [rub("900")] == here.till.taken
    assert ("pending_paid", 1, 3) == (
        answers[0].order.status,
        len(answers[0].order.payments),
        answers[0].order.version,
    )
    assert [] == list(here.kit.verify())


def test_twenty_tabs_pay_once(counter: Callable[..., Counter]) -> None:
    """Of twenty different requests at once one asks the provider; the others are told to wait, or that it is paid."""
    here = counter()
    slowed(here.kit, "UPDATE orderkit_orders")
    answers, errors = here.pay(MANY_KEYS)
    codes = {error.code if isinstance(error, OrderKitError) else repr(error) for error in errors}

    assert (1, CALLERS - 1) == (len(answers), len(errors))
    assert codes <= {"answer_awaited", "nothing_to_pay"}
    assert ([rub("900")], 1) == (here.till.taken, here.till.most_inside)
    assert 90_000 == here.desk.orders.get(here.order.id).balance.paid
    assert [] == list(here.kit.verify())


@pytest.mark.alters_tables
@pytest.mark.parametrize("keys", [ONE_KEY, MANY_KEYS], ids=["one press", "many tabs"])
def test_money_is_taken_once_through_key_and_version(
    counter: Callable[..., Counter], keys: list[str]
) -> None:
    """Control: without either guard the same storms take money more than once, and several ask at the same time."""
    here = counter(
        loosened_by(without_keys, ignore_versions), time_limit=5
    )  # some wait as long for an answer that others have written over
    two, turns = threading.Barrier(2, timeout=30), iter(range(2))
    here.till.pause = lambda: next(turns, None) is not None and two.wait()
    with decided_together(2):
        here.pay(keys)

    assert len(here.till.taken) > 1
    assert here.till.most_inside > 1


@on_a_file
@pytest.mark.alters_tables
@pytest.mark.parametrize(
    ("keys", "loosen"),
    [
        (ONE_KEY[:2], without_keys),
        (ONE_KEY[:2], ignore_versions),
        (MANY_KEYS[:2], without_compare),
        (MANY_KEYS[:2], without_journal_versions),
    ],
    ids=["one press, the version", "one press, the key", "two tabs, the journal", "two tabs, the compare"],
)
def test_money_is_taken_once_with_one_guard(
    counter: Callable[..., Counter], keys: list[str], loosen: Callable[[OrderKit], None]
) -> None:
    """One press is stopped by its key alone and by a version alone; two tabs by either of the two versions."""
    here = counter(loosen)
    with decided_together(2):
        here.pay(keys)

    assert [rub("900")] == here.till.taken


def pressed_while_it_is_asked(here: Counter) -> list[str]:
    """Pay in one tab while the provider is asked for the other; what that one is told."""
    turns, told = iter(range(1)), list[str]()
    here.till.pause = lambda: next(turns, None) is not None and told.extend(codes(here.pay(["tab-2"])[1]))
    here.pay(["tab-1"])
    return told


def codes(errors: list[Exception]) -> list[str]:
    return [error.code if isinstance(error, OrderKitError) else repr(error) for error in errors]


@on_a_file
def test_paid_while_it_is_asked(counter: Callable[..., Counter]) -> None:
    """Whoever presses in the second tab is told to wait; pressed once more, nothing is left to pay."""
    here = counter()

    assert ["answer_awaited"] == pressed_while_it_is_asked(here)
    assert ["nothing_to_pay"] == codes(here.pay(["tab-3"])[1])
    assert [rub("900")] == here.till.taken


@on_a_file
def test_paid_while_it_is_asked_unawaited(
    counter: Callable[..., Counter], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: were no answer awaited, the second tab would be charged as well."""
    monkeypatch.setattr(asking, "require_answered", lambda _: None)
    here = counter()
    pressed_while_it_is_asked(here)

    assert [rub("900")] * 2 == here.till.taken


@on_a_file
def test_paid_once_more(counter: Callable[..., Counter], monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: were it not looked whether anything is left to pay, an order that is paid would be charged again."""
    monkeypatch.setattr(asking, "require_seen", lambda _, seen: seen)
    here = counter()
    here.pay(["tab-1"])
    here.pay(["tab-2"])

    assert [rub("900")] * 2 == here.till.taken


def test_paying_against_cancelling(counter: Callable[..., Counter]) -> None:
    """Of a payment and a cancelling at once one is refused: no cancelled order keeps money that nobody decided on."""
    here = counter()
    make, start = Maker(here.desk), here.desk.payments.start
    orders = [make.order([mug()], status="payment", actor=BUYER) for _ in MANY_KEYS]
    given: dict[str, Any] = {"actor": BUYER, "seen": rub("900"), "return_url": PAGE}
    errors: list[Exception] = []
    for order in orders:
        pay = lambda order=order: start(order.id, here.method.id, key=str(order.id), **given)  # noqa: E731
        cancel = lambda order=order: here.desk.orders.cancel(  # noqa: E731
            order.id, reason="передумал", actor=BUYER, expected_version=order.version
        )
        errors += at_once([pay, cancel])[1]
    ended = [here.desk.orders.get(order.id) for order in orders]
    paid = [order for order in ended if order.status == "pending_paid"]

    assert {"pending_paid", "cancelled"} >= {order.status.value for order in ended}
    assert [rub("900")] * len(paid) == here.till.taken
    assert [90_000 if order in paid else 0 for order in ended] == [order.balance.paid for order in ended]
    assert len(orders) == len([error for error in errors if isinstance(error, OrderKitError)])
    assert [] == list(here.kit.verify())
