"""Held money is taken, released and its order cancelled, all at once: the desk believes what the bank's books say."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Desk, Order, OrderKit
from orderkit.domain import cancelling, holding
from orderkit.errors import OrderKitError
from orderkit.storage import writing
from orderkit.testing.bank import Books, RefusedError
from tests.concurrency.storm import (
    ROUNDS,
    at_once,
    decided_together,
    ignore_versions,
    on_a_file,
    without_compare,
    without_journal_versions,
)
from tests.making import BUYER, STAFF, mug, rub, without_checks
from tests.plugins import NoSettings, plugin

REFUSALS = {
    *("answer_awaited", "being_cancelled", "nothing_held", "hold_open", "stale_version"),
    "capture_out_of_range",
}
"""What whoever was not the first may be told."""


@attrs.frozen
class Teller:
    """
    A provider that is the bank itself: it holds at once, and does with a hold what its books allow.

    Attributes:
        meanwhile: What happens while it is asked about a hold; each is done once.
    """

    books: Books
    asked: list[ok.OperationRequest]
    meanwhile: list[Callable[[], object]] = attrs.field(factory=list)

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
        if self.meanwhile:
            self.meanwhile.pop()()
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

    def take(self, order: Order, key: str = "take") -> str:
        """Take a part of what is held; the code of what is refused."""
        return self.refused(
            lambda: self.desk.operations.capture(order.payments[-1].id, rub("600"), actor=STAFF, key=key)
        )

    def cancel(self, order: Order) -> str:
        """Cancel an order as it was seen; the code of what is refused."""
        given: dict[str, Any] = {"reason": "передумал", "actor": STAFF, "expected_version": order.version}
        return self.refused(lambda: self.desk.operations.cancel(order.id, key="cancel", **given))

    def refused(self, call: Callable[[], object]) -> str:
        try:
            call()
        except OrderKitError as error:
            return error.code
        return ""

    def now(self, order: Order) -> Order:
        return self.desk.orders.get(order.id)

    def taken_and_released(self) -> Order:
        """Take a part, and release all of it before the bank has answered, as whoever was overtaken would."""
        order = self.held("order")
        release = partial(self.desk.operations.void, order.payments[-1].id, actor=STAFF, key="release")
        self.teller.meanwhile.append(lambda: self.refused(release))
        self.take(order)
        return self.now(order)

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


# Guards, one by one. Nothing is left to luck: who comes second does so while the bank is being asked.


@on_a_file
@pytest.mark.alters_tables
@pytest.mark.parametrize("loosen", [without_compare, without_journal_versions])
def test_one_of_both_versions_suffices(shop: Callable[..., Shop], loosen: Callable[[OrderKit], None]) -> None:
    """That of the order, or that in the journal: the bank is asked for one thing."""
    here = shop(loosen)
    order, _ = here.fight("order")

    assert (1, False) == (len(here.teller.asked), here.differs(order))


@on_a_file
def test_released_while_it_is_taken(shop: Callable[..., Shop]) -> None:
    """Whoever comes second is told to wait, and the bank is asked for one thing."""
    here = shop()
    order = here.taken_and_released()

    assert (1, 60_000, False) == (len(here.teller.asked), order.balance.paid, here.differs(order))
    assert [] == list(here.kit.verify())


# The guards of one hold: people are locked out of an order that is being cancelled, what is under way is looked at,
# no more is taken than is left, and the tables hold nothing else.


def let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lock nobody out."""
    monkeypatch.setattr(writing, "is_locked_out", lambda _: False)


def unlooked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at nothing that is under way with a hold."""
    monkeypatch.setattr(holding, "_held", lambda order, payment_id: order.payment(payment_id))


def unbounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take any amount."""
    monkeypatch.setattr(holding, "require_capturable", lambda *_: None)


def unchecked(kit: OrderKit) -> None:
    without_checks(kit, "orderkit_payments")


TakesOut = Callable[[pytest.MonkeyPatch], None]
LEFT: dict[str, tuple[list[TakesOut], Callable[[OrderKit], None], str]] = {
    "all": ([], lambda _: None, "answer_awaited"),
    "the lock-out": ([unlooked, unbounded], unchecked, "being_cancelled"),
    "the look": ([let_in, unbounded], unchecked, "answer_awaited"),
    "the bounds": ([let_in, unlooked], unchecked, "capture_out_of_range"),
    "the CHECK": ([let_in, unlooked, unbounded], lambda _: None, "constraint"),
}
"""Which guard is left: what is taken out for that, and what whoever takes the money meanwhile is told then."""


@on_a_file
@pytest.mark.alters_tables
@pytest.mark.parametrize("left", LEFT)
def test_taken_while_it_is_released(
    shop: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    """Cancelling has the bank release what is held; each guard alone keeps it from being taken meanwhile."""
    taken_out, loosen, code = LEFT[left]
    here, told = shop(loosen), list[str]()
    order = here.held("order")
    here.teller.meanwhile.append(lambda: told.append(here.take(order)))
    for take_out in taken_out:
        take_out(monkeypatch)
    here.cancel(order)

    assert ([code], 1) == (told, len(here.teller.asked))
    assert ("cancelled", 0) == (here.now(order).status, here.now(order).balance.authorised)
    assert not here.differs(here.now(order))


@pytest.mark.alters_tables
def test_taken_while_it_is_released_without_any(
    shop: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: the bank is asked to take what it is asked to release."""
    here = shop(unchecked)
    order = here.held("order")
    here.teller.meanwhile.append(lambda: here.take(order))
    for take_out in (let_in, unlooked, unbounded):
        take_out(monkeypatch)
    here.cancel(order)

    assert 2 == len(here.teller.asked)


@on_a_file
@pytest.mark.alters_tables
@pytest.mark.parametrize(("loosen", "asked"), [(lambda _: None, 1), (unchecked, 2)], ids=["CHECK", "none"])
def test_released_while_it_is_taken_unlooked(
    shop: Callable[..., Shop],
    monkeypatch: pytest.MonkeyPatch,
    loosen: Callable[[OrderKit], None],
    asked: int,
) -> None:
    """Control: without the look the CHECK alone keeps the bank from being asked for both; without both it is."""
    here = shop(loosen)
    unlooked(monkeypatch)
    here.taken_and_released()

    assert asked == len(here.teller.asked)


def changed_meanwhile(here: Shop) -> tuple[str, Order]:
    """Cancel an order that somebody moves on while the bank is asked; what that one is told."""
    order, told = here.held("order"), list[str]()

    def move() -> None:
        seen = here.now(order)
        step = partial(here.desk.orders.set_status, order.id, "preparing", actor=STAFF)
        told.append(here.refused(lambda: step(expected_version=seen.version)))

    here.teller.meanwhile.append(move)
    here.cancel(order)
    return told[0], here.now(order)


@on_a_file
def test_moved_while_it_is_cancelled(shop: Callable[..., Shop]) -> None:
    """Whoever moves it on is told who is cancelling it; it is cancelled, and its money is where it belongs."""
    told, order = changed_meanwhile(shop())

    assert ("being_cancelled", "cancelled", 0) == (told, order.status, order.balance.authorised)


@on_a_file
def test_moved_while_it_is_cancelled_and_let_in(
    shop: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: were nobody locked out, the money would be released, and the order would go on without it."""
    let_in(monkeypatch)
    told, order = changed_meanwhile(shop())

    assert ("", "preparing", 0) == (told, order.status, order.balance.authorised)


@on_a_file
def test_moved_and_cancelled_on_what_was_there(
    shop: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: without a look at what was done since, an order is cancelled that somebody has moved on."""
    let_in(monkeypatch)
    monkeypatch.setattr(cancelling, "is_as_seen", lambda *_: True)
    told, order = changed_meanwhile(shop())

    assert ("", "cancelled") == (told, order.status)
