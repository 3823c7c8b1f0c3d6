"""What a provider never says is written down by people who have looked there, and everything goes on from that."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Attempt, Desk, OperationStatus, Order, OrderKit, Payment
from orderkit.errors import NotFoundError, OrderKitError
from orderkit.registry.providers import Providers
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, contents, mug, rub
from tests.plugins import paying, plugin
from tests.services.dying import DeathError, dies

BLIND = frozenset(ok.Capability) - {ok.Capability.LOOKUP, ok.Capability.CLOSE}
HELD, TAKEN = ok.Authorised(rub("900"), "b-1"), ok.Succeeded(rub("900"), "b-1")


@attrs.frozen
class Shop:
    """An order of 900, paid through a provider that answers nothing, and cannot be asked what came of it."""

    kit: OrderKit
    desk: Desk
    order: Order
    method_id: UUID
    said: dict[str, Any]

    @property
    def payment(self) -> Payment:
        return self.stored().payments[-1]

    def stored(self) -> Order:
        return self.desk.orders.get(self.order.id)

    def start(self, key: str) -> object:
        given = {"actor": BUYER, "seen": rub("900"), "return_url": "https://shop.example"}
        return self.desk.payments.start(self.order.id, self.method_id, key=key, **given)

    def cancel(self, refund: Any = "none", *, key: str = "cancel") -> Order:
        given = {"reason": "x", "actor": STAFF, "expected_version": self.stored().version}
        return self.desk.operations.cancel(self.order.id, refund=refund, key=key, **given)

    def write_down(
        self, *, is_done: bool, of: UUID | None = None, key: str = "seen", **fields: Any
    ) -> Payment:
        given = {"actor": STAFF, "is_done": is_done, "of": of, "key": key} | fields
        return self.desk.operations.write_down(self.payment.id, **given)

    def money(self) -> tuple[str, int, int]:
        """Its status; what is paid and held."""
        now = self.stored()
        return now.status.value, now.balance.paid, now.balance.authorised


Opens = Callable[..., Shop]


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit]) -> Opens:
    """Call it with what the provider answers when the payment is started."""

    def open_(started: ok.Outcome) -> Shop:
        said: dict[str, Any] = {"started": started, "asked": ok.Unknown()}

        def does(request: ok.OperationRequest) -> Any:
            asked = said["asked"]
            return asked(request) if callable(asked) else asked

        def start(request: ok.StartRequest) -> Any:
            started = said["started"]
            return started(request) if callable(started) else started

        card = paying(does, started=start, capabilities=BLIND)
        kit = open_kit(plugins=[plugin(card)], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        desk = kit.site("coffee")
        method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        order = Maker(desk).order([mug()], contact=ANNA, status="payment", actor=BUYER)
        here = Shop(kit, desk, order, method.id, said)
        here.start("one")
        return here

    return open_


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(OrderKitError) as error:
        do()
    return error.value.code


@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_void_that_nobody_answered(shop: Opens, clock: Clock, is_stopped: bool) -> None:
    """It stops each cancelling, which says what to do; once it is written down, the cancelling goes on."""
    here = shop(HELD)
    assert "answer_awaited" == refused(here.cancel)
    clock.move(minutes=120)
    here.kit.reconcile()
    if is_stopped:
        here.desk.operations.stop_cancelling(here.order.id, actor=STAFF, key="stop")
    with pytest.raises(OrderKitError) as again:
        here.cancel(key="again")
    if is_stopped:
        assert (("pending", 0, 90_000), "answer_awaited") == (here.money(), again.value.code)
        assert "operations.write_down" in again.value.possible
    [void] = here.payment.operations
    here.write_down(is_done=True, of=void.id, reason="звонил в банк")

    assert ("cancelled", 0, 0) == here.money()
    told = next(
        entry
        for entry in here.desk.orders.view(here.order.id).journal
        if entry.kind == "payment.void_answered" and entry.actor == STAFF
    )
    assert "звонил в банк" == told.reason
    assert [] == list(here.kit.verify())


def test_a_void_that_was_not_done(shop: Opens, clock: Clock) -> None:
    """The cancelling ends as where the provider refuses; the hold can be released anew."""
    here = shop(HELD)
    refused(here.cancel)
    [void] = here.payment.operations
    clock.move(minutes=2)
    assert "answer_awaited" == refused(lambda: here.write_down(is_done=False, of=void.id))
    clock.move(minutes=70)
    here.write_down(is_done=False, of=void.id)

    assert (("pending", 0, 90_000), None) == (here.money(), here.stored().cancelling)
    here.said["asked"] = ok.Succeeded(rub("900"), "v-1")
    assert "cancelled" == here.cancel(key="again").status
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize(("is_done", "paid"), [(True, 60_000), (False, 90_000)])
def test_a_refund(shop: Opens, is_done: bool, paid: int) -> None:
    """Given back, it needs the name that its provider gave it, by which a webhook knows it; else it is free again."""
    here = shop(TAKEN)
    refund = here.desk.operations.refund(here.payment.id, rub("300"), actor=STAFF, key="back")
    if is_done:
        assert "empty" == refused(lambda: here.write_down(is_done=True, of=refund.id))
    here.write_down(is_done=is_done, of=refund.id, reference="r-1" if is_done else "")
    before = contents(here.kit)
    here.write_down(is_done=not is_done, of=refund.id, key="late", reference="r-2")

    assert (paid, paid) == (here.stored().balance.paid, here.payment.sums.refundable)
    assert before == contents(here.kit)
    assert [] == list(here.kit.verify())


def test_a_capture(shop: Opens) -> None:
    """It was taken after all."""
    here = shop(HELD)
    taken = here.desk.operations.capture(here.payment.id, rub("900"), actor=STAFF, key="take")
    here.write_down(is_done=True, of=taken.id)

    assert ("pending_paid", 90_000, 0) == here.money()
    assert OperationStatus.SETTLED is here.payment.operations[-1].status
    assert [] == list(here.kit.verify())


def test_a_capture_of_what_is_being_cancelled(shop: Opens) -> None:
    """Money that comes in is no part of a cancelling: that has to be taken back first."""
    here = shop(HELD)
    taken = here.desk.operations.capture(here.payment.id, rub("900"), actor=STAFF, key="take")
    refused(here.cancel)
    assert "being_cancelled" == refused(lambda: here.write_down(is_done=True, of=taken.id))
    here.desk.operations.stop_cancelling(here.order.id, actor=STAFF, key="stop")
    here.write_down(is_done=True, of=taken.id)

    assert ("pending_paid", 90_000, 0) == here.money()


@pytest.mark.parametrize("is_done", [True, False])
def test_a_payment(shop: Opens, is_done: bool) -> None:
    """It has come in, under the name that its provider gave it; or it has not, and another one can be begun."""
    here = shop(ok.Unknown())
    here.said["started"] = TAKEN
    assert "answer_awaited" == refused(lambda: here.start("two"))
    here.write_down(is_done=is_done, reference="b-9" if is_done else "")
    if is_done:
        assert ("b-9", Attempt.SETTLED) == (here.payment.reference, here.payment.attempt)
    else:
        here.start("three")

    assert ("pending_paid", 90_000, 0) == here.money()
    assert [] == list(here.kit.verify())


def test_a_declined_payment_that_came_in(shop: Opens) -> None:
    """Whoever wrote down that it had not, and was wrong, may say so."""
    here = shop(ok.Unknown())
    here.write_down(is_done=False)
    here.write_down(is_done=True, reference="b-9", key="after all")

    assert ("pending_paid", 90_000, 0) == here.money()
    assert [] == list(here.kit.verify())


def test_another_amount_came_in(shop: Opens) -> None:
    """It is recorded by hand, and what was asked for is written down as not done: the order can be cancelled."""
    here = shop(ok.Succeeded(rub("1"), "b-1"))
    assert "answer_awaited" == refused(here.cancel)
    here.write_down(is_done=False)
    here.desk.payments.record(here.order.id, rub("1"), method_id=here.method_id, actor=STAFF, key="rouble")
    here.cancel(rub("0"))

    assert ("cancelled", 100, 0) == here.money()
    assert [] == list(here.kit.verify())


def test_what_is_held_is_not_said(shop: Opens) -> None:
    """It is captured or released; nothing is changed."""
    here = shop(HELD)
    before = contents(here.kit)
    here.write_down(is_done=False)

    assert before == contents(here.kit)


def test_who_may_not(shop: Opens) -> None:
    """Not the buyer; nor anybody of what was never asked for."""
    here = shop(TAKEN)
    assert "not_by_this_actor" == refused(lambda: here.write_down(is_done=True, actor=BUYER))
    with pytest.raises(NotFoundError):
        here.write_down(is_done=True, of=here.order.id)


@pytest.mark.parametrize("started", [HELD, TAKEN])
def test_while_the_provider_is_asked(shop: Opens, started: ok.Outcome) -> None:
    """Its own answer may come yet, and is waited for."""
    here = shop(started)
    codes = []

    def meanwhile(request: ok.OperationRequest) -> ok.Outcome:
        codes.append(refused(lambda: here.write_down(is_done=False, of=request.operation_id)))
        return ok.Succeeded(request.amount, "r-1")

    here.said["asked"] = meanwhile
    here.cancel("all")

    assert ["answer_awaited"] == codes
    assert ("cancelled", 0, 0) == here.money()


@pytest.mark.parametrize("step", [None, 3])
def test_what_the_cancelling_did_not_ask_for(
    shop: Opens, clock: Clock, monkeypatch: pytest.MonkeyPatch, step: int | None
) -> None:
    """
    It waits until the cancelling is over: money nobody decided on would be kept, or given back twice.

    That it is given up meanwhile, where who asked for it has died, moves nothing, and keeps no cancelling.
    """
    here = shop(TAKEN)
    ask = partial(here.desk.operations.refund, here.payment.id, rub("300"), actor=STAFF, key="back")
    assert step is None or dies(monkeypatch, step, ask)
    older = ask() if step is None else here.payment.refunds[-1]
    assert "answer_awaited" == refused(lambda: here.cancel(refund="all"))
    own = next(one for one in here.payment.refunds if one.id != older.id)
    clock.move(minutes=90)
    here.kit.reconcile()
    assert ["unknown", "unknown"] == [one.status for one in here.payment.refunds]
    for done in (True, False):
        assert "being_cancelled" == refused(
            partial(here.write_down, is_done=done, of=older.id, key=f"{done}", reference="r-1")
        )
    here.write_down(is_done=True, of=own.id, reference="r-2")

    assert (own.amount, ("cancelled", 30_000, 0)) == (rub("600"), here.money())
    assert [] == list(here.kit.verify())


def test_a_void_whose_asker_died(shop: Opens, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cancelling that waits for it goes on waiting when it is given up, until it is written down."""
    here = shop(HELD)
    void = partial(here.desk.operations.void, here.payment.id, actor=STAFF, key="void")
    assert dies(monkeypatch, 3, void)
    assert "answer_awaited" == refused(here.cancel)
    clock.move(minutes=90)
    here.kit.reconcile()
    here.kit.reconcile()
    assert here.stored().cancelling is not None
    here.write_down(is_done=True, of=here.payment.operations[-1].id)

    assert ("cancelled", 0, 0) == here.money()


def test_money_that_comes_in_while_it_is_cancelled(shop: Opens, clock: Clock) -> None:
    """Nobody has decided what becomes of it: whoever knows of it ends the cancelling first."""
    here = shop(ok.Declined())
    here.said["started"] = ok.Authorised(rub("900"), "b-2")
    here.start("two")
    assert "answer_awaited" == refused(here.cancel)
    clock.move(minutes=90)
    first = here.stored().payments[0]
    given = {"is_done": True, "reference": "b-1", "actor": STAFF, "key": "seen"}

    assert "being_cancelled" == refused(lambda: here.desk.operations.write_down(first.id, **given))
    here.desk.operations.stop_cancelling(here.order.id, actor=STAFF, key="stop")
    here.desk.operations.write_down(first.id, **given)
    assert ("pending_paid", 90_000, 90_000) == here.money()
    assert [] == list(here.kit.verify())


def test_a_known_reference_stays(shop: Opens) -> None:
    """Whatever is typed: what the provider said itself is what it is asked about later."""
    here = shop(ok.Unknown(reference="b-1"))
    here.write_down(is_done=True, reference="b-2")

    assert ("b-1", 90_000) == (here.payment.reference, here.stored().balance.paid)


@pytest.mark.parametrize("step", [2, 3])
def test_nobody_lives_who_heard_it(
    shop: Opens, clock: Clock, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """The process died while the provider was asked: it is unknown, which people are told of and may write down."""
    here = shop(TAKEN)
    given = {"actor": STAFF, "key": "back"}
    assert dies(monkeypatch, step, lambda: here.desk.operations.refund(here.payment.id, rub("300"), **given))
    here.kit.reconcile()
    assert "requested" == here.payment.refunds[-1].status
    clock.move(minutes=2)
    here.kit.reconcile()
    [refund] = here.payment.refunds
    assert ("unknown", "late") == (refund.status, refund.failure)
    here.write_down(is_done=False, of=refund.id)

    assert (90_000, 90_000) == (here.stored().balance.paid, here.payment.sums.refundable)
    assert [] == list(here.kit.verify())


def test_nobody_lives_who_began_a_payment(shop: Opens, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """So is an attempt to pay."""
    here = shop(ok.Declined())

    def deadly(*_: object) -> ok.Outcome:
        raise DeathError

    with monkeypatch.context() as patch:
        patch.setattr(Providers, "start", deadly)
        with pytest.raises(DeathError):
            here.start("two")
    clock.move(minutes=2)
    here.kit.reconcile()

    assert Attempt.UNKNOWN is here.payment.attempt
    here.write_down(is_done=False)
    here.said["started"] = TAKEN
    here.start("three")
    assert ("pending_paid", 90_000, 0) == here.money()


def test_an_answer_after_it_was_given_up(shop: Opens, clock: Clock) -> None:
    """Whoever asked was held up for so long that people have written down what is not so: the money is booked."""
    here = shop(ok.Declined())

    def late(_: object = None) -> ok.Outcome:
        clock.move(minutes=10)
        here.kit.reconcile()
        here.write_down(is_done=False)
        return TAKEN

    here.said["started"] = late
    here.start("two")

    assert ("pending_paid", 90_000, 0) == here.money()
    assert [] == list(here.kit.verify())
