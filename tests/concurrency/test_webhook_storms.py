"""
All that providers tell, many times over, shuffled and from eight threads: the money is that of one clean delivery.

`./run test -e storms` has a thousand events twenty times each. What it rests on, guard by guard, is tried in
test_webhook_controls.py.
"""

import os
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Desk, Order, OrderKit, Payment, PaymentMethod
from orderkit.services.webhooks.verbs import Webhooks
from tests.backends import ON_A_FILE_AND_A_SERVER, Backends
from tests.concurrency.storm import at_once
from tests.hooked import Books, begin_to_pay, hooked, open_shop, webhook
from tests.making import STAFF, Clock, Maker
from tests.plugins import plugin

EVENTS = int(os.environ.get("ORDERKIT_TEST_EVENTS", "16"))
COPIES = int(os.environ.get("ORDERKIT_TEST_COPIES", "5"))
THREADS = 8


@attrs.frozen
class Storm:
    """Payments, and four events of each: it is paid, a part of it is given back and a part disputed, maybe won."""

    kit: OrderKit
    desk: Desk
    clock: Clock
    method: PaymentMethod
    paying: list[tuple[Order, Payment]]

    def events(self) -> Iterator[dict[str, Any]]:
        for number, (_, payment) in enumerate(self.paying):
            about = {"reference": payment.reference, "payment": payment.reference, "told": "succeeded"}
            yield about | {"id": f"{number}-paid", "amount": 90_000}
            refund = {"asked": "refund", "reference": f"r-{number}", "amount": 10_000 + number}
            yield about | {"id": f"{number}-refund"} | refund
            dispute = {"amount": 20_000, "dispute": f"d-{number}"}
            yield about | {"id": f"{number}-dispute", "told": "charged_back"} | dispute
            if number % 2:
                yield about | {"id": f"{number}-won", "told": "won"} | dispute
            else:
                yield about | {"id": f"{number}-late", "told": "declined"}

    def send(self, events: list[dict[str, Any]]) -> list[Exception]:
        """Send them from eight threads at once; answers what was answered with an error."""
        at = self.clock()

        def tell(mine: list[dict[str, Any]]) -> None:
            for event in mine:
                self.desk.webhooks.receive(self.method.id, webhook(event, at=at))

        shares = [events[number::THREADS] for number in range(THREADS)]
        return at_once([lambda mine=mine: tell(mine) for mine in shares])[1]

    def settle(self) -> None:
        """Take up what was parked because what it needs was being stored at that moment."""
        for _ in range(3):
            self.clock.move(hours=7)
            self.desk.webhooks.take_up_due(60)

    def outcome(self) -> list[tuple[str, str, tuple[int, int, int], int]]:
        """What became of each order, in words that are the same wherever the same happened."""
        found = [(self.desk.orders.get(order.id), payment.id) for order, payment in self.paying]
        return [
            (
                order.status.value,
                order.balance.payment_status.value,
                _sums(order, id),
                len(order.payment(id).facts),
            )
            for order, id in found
        ]


def _sums(order: Order, payment_id: Any) -> tuple[int, int, int]:
    sums = order.payment(payment_id).sums
    return sums.captured, sums.refunded, sums.disputed


def expected(count: int) -> list[tuple[str, str, tuple[int, int, int], int]]:
    """As one clean delivery has it, computed by hand: what is disputed and not won is not kept."""
    kept = ("pending_paid", "partially_refunded")
    disputed = [0 if number % 2 else 20_000 for number in range(count)]
    return [
        (*kept, (90_000, 10_000 + number, left), 4 if left else 5) for number, left in enumerate(disputed)
    ]


@pytest.fixture(params=ON_A_FILE_AND_A_SERVER)
def any_url(request: pytest.FixtureRequest, backends: Backends) -> Iterator[str]:
    """Storms are dear: a file and a server, without partitions."""
    with backends.ready(request.param, request.node) as url:
        yield url


@pytest.fixture
def storm(open_kit: Callable[..., OrderKit], clock: Clock) -> Callable[..., Storm]:
    """Call it, maybe with what takes a guard out before there is anything in the tables."""

    def open_(loosen: Callable[[OrderKit], object] = lambda _: None, events: int = EVENTS) -> Storm:
        kit = open_kit(plugins=[plugin(hooked(Books()))], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        loosen(kit)
        desk = kit.site("coffee")
        method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        make = Maker(desk)
        return Storm(kit, desk, clock, method, [begin_to_pay(make, method) for _ in range(events // 4)])

    return open_


def test_one_clean_delivery(storm: Callable[..., Storm]) -> None:
    """What the storm is measured by: each event once, in the order it happened."""
    here = storm(events=8)
    for event in here.events():
        here.desk.webhooks.receive(here.method.id, webhook(event, at=here.clock()))

    assert expected(2) == here.outcome()


def test_storm(storm: Callable[..., Storm]) -> None:
    """Twenty copies of a thousand events, shuffled: no error is answered, and each is done once."""
    here = storm()
    events = [event for event in here.events() for _ in range(COPIES)]
    Random(20).shuffle(events)
    errors = here.send(events)
    here.settle()
    print(
        f"{len(events)} webhooks of {len(events) // COPIES} events from {THREADS} threads: {len(errors)} errors"
    )

    assert [] == errors
    assert expected(len(here.paying)) == here.outcome()
    assert [] == list(here.kit.verify())


def test_storm_without_looking_at_the_row(
    storm: Callable[..., Storm], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: where what became of an event is not stored with its effect, a copy of it does it again."""
    decided = Webhooks._decided

    def forgetful(self: Webhooks, held: Any, told: Any, act: Any) -> Any:
        with monkeypatch.context() as patch:
            save = type(self.store).save
            patch.setattr(type(self.store), "save", lambda store, change, *_: save(store, change))
            return decided(self, held, told, act)

    monkeypatch.setattr(Webhooks, "_decided", forgetful)
    here = storm(events=4)
    for event in [*here.events()] * 2:
        here.desk.webhooks.receive(here.method.id, webhook(event, at=here.clock()))

    assert expected(1) != here.outcome()


def test_storm_that_nobody_signs(open_kit: Callable[..., OrderKit], clock: Clock) -> None:
    """Where each event has the provider asked, none is answered with an error either: the bounds are far away."""
    here = open_shop(open_kit, clock, trust=ok.Trust.REFETCH)
    here.books.says = lambda request: ok.Succeeded(request.amount, request.reference)
    paying = [begin_to_pay(here.make, here.method) for _ in range(EVENTS)]
    events = [
        {"id": f"{number}", "reference": payment.reference}
        for number, (_, payment) in enumerate(paying)
        for _ in range(COPIES)
    ]
    Random(20).shuffle(events)
    shares = [events[number::THREADS] for number in range(THREADS)]
    _, errors = at_once([lambda mine=mine: [here.tell(event) for event in mine] for mine in shares])

    assert [] == errors
    assert {90_000} == {here.desk.orders.get(order.id).balance.paid for order, _ in paying}
    assert [] == list(here.kit.verify())
