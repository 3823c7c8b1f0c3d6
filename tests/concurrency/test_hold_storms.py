"""Held money is taken, released and its order cancelled, all at once: the desk believes what the bank's books say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Desk, Order, OrderKit
from orderkit.errors import OrderKitError
from orderkit.testing.bank import Books, RefusedError
from tests.concurrency.storm import ROUNDS, at_once, decided_together, ignore_versions
from tests.making import BUYER, STAFF, mug, rub
from tests.plugins import NoSettings, plugin

REFUSALS = {
    *("answer_awaited", "being_cancelled", "nothing_held", "hold_open", "stale_version"),
    "capture_out_of_range",
}
"""What whoever was not the first may be told."""


@attrs.frozen
class Teller:
    """A provider that is the bank itself: it holds at once, and does with a hold what its books allow."""

    books: Books
    asked: list[ok.OperationRequest]

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        return ok.Offer()

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        asked = self.books.ask(
            request.key,
            operation=str(request.operation_id),
            number=request.number,
            amount=request.amount.minor,
            currency=request.amount.currency,
            return_url=request.return_url,
            holds=True,
        )
        self.books.decide(asked.id, pays=True)
        return ok.Authorised(request.amount, str(asked.id))

    def capture(self, request: ok.OperationRequest) -> ok.Outcome:
        return self._done(self.books.capture, request, amount=request.amount.minor)

    def void(self, request: ok.OperationRequest) -> ok.Outcome:
        return self._done(self.books.void, request)

    def _done(self, take: Callable[..., Any], request: ok.OperationRequest, **asked: int) -> ok.Outcome:
        self.asked.append(request)
        about = {"operation": str(request.operation_id), "payment_id": int(request.reference)}
        try:
            made = take(request.key, **about, **asked)
        except RefusedError:
            return ok.Declined()
        return ok.Succeeded(ok.Money(made.amount, request.amount.currency), str(made.id))


@attrs.frozen
class Shop:
    kit: OrderKit
    desk: Desk
    teller: Teller
    method_id: UUID

    def held(self, key: str) -> Order:
        """An order of 900 whose money is held."""
        order = self.desk.orders.create([mug()], status="payment", actor=BUYER, key=key)
        given: dict[str, Any] = {"actor": BUYER, "seen": rub("900"), "return_url": "https://a.example"}
        return self.desk.payments.start(order.id, self.method_id, key=f"{key} pay", **given).order

    def fight(self, key: str) -> tuple[Order, list[Exception]]:
        """Take a part, release all, and cancel, at the same moment; then the order as it is, and who was refused."""
        order, operations = self.held(key), self.desk.operations
        payment = order.payments[-1].id
        calls: list[Callable[[], object]] = [
            lambda: operations.capture(payment, rub("600"), actor=STAFF, key=f"{key} take"),
            lambda: operations.void(payment, actor=STAFF, key=f"{key} release"),
            lambda: operations.cancel(
                order.id,
                reason="передумал",
                actor=STAFF,
                expected_version=order.version,
                key=f"{key} cancel",
            ),
        ]
        with decided_together(3):
            _, errors = at_once(calls)
        return self.desk.orders.get(order.id), errors

    def differs(self, order: Order) -> bool:
        """Whether the bank keeps or holds something else than the shop believes."""
        payment = order.payments[-1]
        booked = self.teller.books.payment(str(payment.id))
        assert booked is not None
        held = booked.amount if booked.status == "held" else 0
        return (order.balance.paid, order.balance.authorised) != (booked.taken, held)


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit], tmp_path: Path) -> Callable[..., Shop]:
    """Call it, maybe with what takes a guard out before there is anything in the tables."""

    def open_(loosen: Callable[[OrderKit], object] = lambda _: None) -> Shop:
        teller = Teller(Books(tmp_path / "bank.db"), [])
        kind = ok.PaymentProviderType(
            code="card",
            label={"en": "Card", "ru": "Карта"},
            settings=NoSettings,
            factory=lambda *_: teller,
            capabilities=frozenset({ok.Capability.CAPTURE, ok.Capability.VOID}),
            time_limit=60,
        )
        kit = open_kit(plugins=[plugin(kind)], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        loosen(kit)
        desk = kit.site("coffee")
        method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        return Shop(kit, desk, teller, method.id)

    return open_


def test_taken_released_and_cancelled_at_once(shop: Callable[..., Shop]) -> None:
    """One thing is done with each hold, no cancelled order holds anything, and both sides have the same money."""
    here = shop()
    fights = [here.fight(f"order {number}") for number in range(ROUNDS)]
    refusals = [error for _, errors in fights for error in errors]
    differing = [order.number for order, _ in fights if here.differs(order)]
    print(f"{ROUNDS} holds taken, released and cancelled at once: {len(differing)} differ from the bank")

    assert REFUSALS >= {error.code for error in refusals if isinstance(error, OrderKitError)}
    assert [] == [error for error in refusals if not isinstance(error, OrderKitError)]
    assert {1} == {
        sum(one.status == "settled" for one in order.payments[-1].operations) for order, _ in fights
    }
    assert ([], ROUNDS) == (differing, len(here.teller.asked))
    assert [] == [
        order.number for order, _ in fights if order.status == "cancelled" and order.balance.authorised
    ]
    assert [] == list(here.kit.verify())


def test_ended_by_cancelling(shop: Callable[..., Shop]) -> None:
    """What was fought over can be cancelled by whoever looks again, and what was taken is kept or given back."""
    here = shop()
    order, _ = here.fight("order")
    given: dict[str, Any] = {"reason": "передумал", "actor": STAFF, "expected_version": order.version}
    is_open = order.status != "cancelled"
    cancelled = here.desk.operations.cancel(order.id, key="again", **given) if is_open else order

    assert ("cancelled", order.balance.paid) == (cancelled.status, cancelled.retained.minor)
    assert not here.differs(cancelled)
    assert [] == list(here.kit.verify())


@pytest.mark.alters_tables
def test_fought_over_on_what_was_there(shop: Callable[..., Shop]) -> None:
    """Control: without the compare of versions more than one is begun, and the bank is asked for all of them."""
    here = shop(ignore_versions)
    here.fight("order")

    assert len(here.teller.asked) > 1
