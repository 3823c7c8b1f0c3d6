"""What a provider had not settled is asked about, and what it says is booked."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest
from click.testing import CliRunner

import orderkit.plugin as ok
from orderkit import Desk, Order, OrderKit, Payment, RefundStatus
from orderkit.cli import main
from orderkit.errors import InvalidInputError
from orderkit.services.operations.looking_up import Reconciled
from orderkit.services.operations.verbs import Operations
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, contents, mug, rub
from tests.plugins import paying, plugin

URL = "https://bank.example/pay"
LOST = OSError("nobody heard it")


@attrs.define
class Books:
    """What the provider says when it is asked, and what it was asked about."""

    says: Any = attrs.field(factory=ok.Unknown)
    asked: list[ok.LookupRequest] = attrs.field(factory=list)

    def __call__(self, request: ok.LookupRequest) -> Any:
        self.asked.append(request)
        if isinstance(self.says, BaseException):
            raise self.says
        return self.says(request) if callable(self.says) else self.says


@attrs.frozen
class Shop:
    kit: OrderKit
    desk: Desk
    order: Order
    payment: Payment
    books: Books

    def stored(self) -> Order:
        return self.desk.orders.get(self.order.id)

    def attempt(self) -> str:
        return self.stored().payment(self.payment.id).attempt.value


Opens = Callable[..., Shop]


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit], clock: Clock) -> Opens:
    """Call it with what its provider answers to an order of 900 that is paid, two minutes ago, and to a refund."""

    def open_(started: object = None, refunded: object = None, **fields: Any) -> Shop:
        books = Books()
        kit = open_kit(
            plugins=[plugin(paying(refunded, started=started, found=books, **fields))], strict=True
        )
        kit.sites.ensure("coffee", currency="RUB")
        desk = kit.site("coffee")
        method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        order = Maker(desk).order([mug()], contact=ANNA, status="payment", actor=BUYER)
        done = desk.payments.start(
            order.id, method.id, actor=BUYER, seen=rub("900"), key="pay", return_url="https://shop.example"
        )
        clock.move(minutes=2)
        return Shop(kit, desk, done.order, done.payment, books)

    return open_


TAKEN = ok.Succeeded(rub("900"), "b-1")
ANSWERS: dict[str, tuple[object, object, str, int, Reconciled]] = {
    "unknown, was taken": (LOST, TAKEN, "settled", 90_000, Reconciled(settled=1)),
    "unknown, was declined": (LOST, ok.Declined(), "declined", 0, Reconciled(settled=1)),
    "unknown, stays so": (LOST, ok.Unknown(), "unknown", 0, Reconciled(open=1)),
    "unknown, waits for the buyer": (LOST, ok.Redirect(URL, "b-1"), "open", 0, Reconciled(open=1)),
    "unknown, is worked on": (LOST, ok.Pending("b-1"), "processing", 0, Reconciled(open=1)),
    "unknown, never arrived": (LOST, ok.NotFound(), "unknown", 0, Reconciled(open=1)),
    "unknown, raises": (LOST, OSError("down"), "unknown", 0, Reconciled(open=1)),
    "unknown, nonsense": (LOST, "paid", "unknown", 0, Reconciled(open=1)),
    "another amount": (LOST, ok.Succeeded(rub("1"), "b-1"), "unknown", 0, Reconciled(open=1)),
    "pending, was taken": (ok.Pending("b-1"), TAKEN, "settled", 90_000, Reconciled(settled=1)),
    "pending, not known": (ok.Pending("b-1"), ok.Unknown(), "processing", 0, Reconciled(open=1)),
    "redirect, was paid": (ok.Redirect(URL, "b-1"), TAKEN, "settled", 90_000, Reconciled(settled=1)),
    "redirect, not yet": (
        ok.Redirect(URL, "b-1"), ok.Redirect(URL, "b-1"), "open", 0, Reconciled(open=1),
    ),
    "redirect, not known": (ok.Redirect(URL, "b-1"), ok.Unknown(), "open", 0, Reconciled(open=1)),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_payments(shop: Opens, name: str) -> None:
    """Taken or declined, it is settled; what is not known stays as it was, and a second look changes nothing."""
    started, says, attempt, paid, told = ANSWERS[name]
    here = shop(started)
    here.books.says = says
    found = here.desk.operations.reconcile()
    before = contents(here.kit)
    here.desk.operations.reconcile()

    assert (attempt, paid, told) == (here.attempt(), here.stored().balance.paid, found)
    assert ("pending_paid" if paid else "payment") == here.stored().status
    assert before == contents(here.kit)
    assert [] == list(here.kit.verify())


def test_what_the_provider_is_asked(shop: Opens) -> None:
    """About which payment, by all that it can be known by, the key it was asked for with among them."""
    keys: list[str] = []
    here = shop(ok.Redirect(URL, "b-7"))
    here.desk.operations.look_up(here.payment.id)
    [request] = here.books.asked
    keys.append(request.key)

    assert (ok.Asked.PAYMENT, here.payment.id, "b-7", "b-7", here.order.number, rub("900")) == (
        request.asked, request.operation_id, request.reference, request.payment_reference, request.number,
        request.amount,
    )  # fmt: skip
    assert 16 <= len(request.key) <= 64


def test_it_is_asked_for_and_about_with_one_key(
    shop: Opens, open_kit: Callable[..., OrderKit], clock: Clock
) -> None:
    """What was asked for under a key is found by it."""
    told: list[ok.OperationRequest] = []

    def lose(request: ok.OperationRequest) -> ok.Outcome:
        told.append(request)
        raise LOST

    here = shop(refunded=lose)
    here.desk.operations.refund(here.payment.id, rub("100"), actor=STAFF, key="back")
    clock.move(minutes=2)
    here.desk.operations.reconcile()
    [asked] = here.books.asked

    assert (told[0].key, told[0].operation_id, "b-1", "", ok.Asked.REFUND, rub("100")) == (
        asked.key, asked.operation_id, asked.payment_reference, asked.reference, asked.asked, asked.amount,
    )  # fmt: skip


def test_what_never_arrived(shop: Opens, clock: Clock) -> None:
    """For an hour it may be on its way; after that nothing was taken, and the order can be paid anew."""
    here = shop(LOST)
    here.books.says = ok.NotFound()
    clock.move(minutes=57)
    here.desk.operations.reconcile()
    early = here.attempt()
    clock.move(minutes=2)
    found = here.desk.operations.reconcile()

    assert ("unknown", "declined", Reconciled(settled=1)) == (early, here.attempt(), found)
    assert "unavailable" == here.stored().payment(here.payment.id).reason
    assert not here.stored().awaits_answer


def test_what_is_being_asked_for_now(shop: Opens, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks is still waiting for the answer: nobody asks about it before that one could have booked it."""
    here = shop(refunded=ok.Pending("r-1"))
    with monkeypatch.context() as died:
        died.setattr(Operations, "_request", _die)
        with pytest.raises(KeyboardInterrupt):
            here.desk.operations.refund(here.payment.id, rub("100"), actor=STAFF, key="back")
    here.books.says = lambda request: ok.Succeeded(request.amount, "r-1")
    early, asked = here.desk.operations.reconcile(), len(here.books.asked)
    clock.move(minutes=1)
    found = here.desk.operations.reconcile()
    [refund] = here.stored().payment(here.payment.id).refunds

    assert (Reconciled(open=1), 0) == (early, asked)
    assert (Reconciled(settled=1), RefundStatus.SETTLED) == (found, refund.status)


def _die(*_: object) -> None:
    raise KeyboardInterrupt


REFUNDS: dict[str, tuple[object, RefundStatus, int]] = {
    "was given back": (ok.Succeeded(rub("100"), "r-1"), RefundStatus.SETTLED, 80_000),
    "was not": (ok.Declined(), RefundStatus.FAILED, 90_000),
    "is not known": (ok.Unknown(), RefundStatus.UNKNOWN, 90_000),
    "is under way": (ok.Pending("r-1"), RefundStatus.PENDING, 90_000),
}


@pytest.mark.parametrize("name", REFUNDS)
def test_refunds(shop: Opens, clock: Clock, name: str) -> None:
    """Of a refund of which nobody knew, the provider says whether it was made; failed, its amount is free again."""
    says, status, paid = REFUNDS[name]
    here = shop(refunded=ok.Unknown())
    here.desk.operations.refund(here.payment.id, rub("100"), actor=STAFF, key="back")
    here.books.says = says
    clock.move(minutes=2)
    here.desk.operations.reconcile()
    [refund] = here.stored().payment(here.payment.id).refunds

    assert (status, paid) == (refund.status, here.stored().balance.paid)
    assert [] == list(here.kit.verify())


def test_what_was_superseded_and_paid_all_the_same(shop: Opens) -> None:
    """Its page at the provider was open still: the money has come in, and is booked."""
    here = shop(ok.Redirect(URL, "b-1"))
    version = here.stored().version
    here.desk.orders.set_status(here.order.id, "cancelled", actor=STAFF, expected_version=version)
    superseded = here.attempt()
    here.books.says = ok.Pending("b-1")
    waiting = here.desk.operations.reconcile()
    here.books.says = TAKEN
    here.desk.operations.reconcile()

    assert ("superseded", Reconciled(open=1)) == (superseded, waiting)
    assert ("cancelled", 90_000) == (here.stored().status, here.stored().balance.overpaid)
    assert [] == list(here.kit.verify())


def test_nobody_is_asked_about_what_is_settled(shop: Opens) -> None:
    """Nor about what was recorded by hand."""
    here = shop()
    cash = here.desk.settings.add_payment_method("cash", "Наличные", actor=STAFF, key="cash")
    by_hand = here.desk.payments.record(here.order.id, rub("5"), method_id=cash.id, actor=STAFF, key="c")

    assert Reconciled() == here.desk.operations.reconcile()
    assert here.payment == here.desk.operations.look_up(here.payment.id)
    assert by_hand == here.desk.operations.look_up(by_hand.id)
    assert [] == here.books.asked


def test_a_provider_that_cannot(shop: Opens) -> None:
    """It is told, and the others are asked all the same."""
    here = shop(LOST, capabilities=frozenset({ok.Capability.REFUND}))

    assert Reconciled(unasked=1) == here.desk.operations.reconcile()
    with pytest.raises(InvalidInputError) as refused:
        here.desk.operations.look_up(here.payment.id)
    assert "provider_cannot" == refused.value.code


def test_every_site(shop: Opens) -> None:
    """A kit asks for all of its sites."""
    here = shop(LOST)
    here.kit.sites.ensure("tea", currency="RUB")
    here.books.says = TAKEN

    assert Reconciled(settled=1) == here.kit.reconcile()


def test_the_command(any_url: str, shop: Opens) -> None:
    """It says what it found, and fails where nobody could be asked: here without the plugin."""
    runner = CliRunner()
    before = runner.invoke(main, ["reconcile", "--database", any_url])
    shop(LOST)
    after = runner.invoke(main, ["reconcile", "--database", any_url])

    assert (0, "0 settled, 0 still open\n") == (before.exit_code, before.output)
    assert 1 == after.exit_code
    assert "nobody could be asked about 1 payment(s)" in after.output


def test_the_worker_asks(shop: Opens, clock: Clock) -> None:
    """After pauses that grow, not whenever it works; what is settled is asked about no more."""
    here = shop(ok.Redirect(URL, "b-1"))
    for _ in range(100):
        here.kit.work(0.01)
    assert [] == here.books.asked
    for _ in range(30):
        clock.move(minutes=1)
        here.kit.work(0.01)
    asked = len(here.books.asked)
    here.books.says = TAKEN
    for _ in range(60):
        clock.move(minutes=1)
        here.kit.work(0.01)

    assert (4, 5) == (asked, len(here.books.asked))
    assert ("settled", 90_000, []) == (
        here.attempt(),
        here.stored().balance.paid,
        list(here.kit.verify()),
    )


def test_the_worker_is_not_held_up(shop: Opens, clock: Clock) -> None:
    """A provider that fails, or tells nothing, is no reason to leave the other work."""
    here = shop(LOST, capabilities=frozenset({ok.Capability.REFUND}))
    here.kit.work(0.01)
    clock.move(minutes=5)

    assert 0 == here.kit.work(0.01).failed
    assert "unknown" == here.attempt()
