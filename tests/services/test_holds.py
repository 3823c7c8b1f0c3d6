"""Held money is taken and released through its provider, each in three beats; what nobody heard is looked up."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Attempt, Desk, Operation, OperationStatus, Order, OrderKit, Payment
from orderkit.domain import holding
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from orderkit.services.operations.looking_up import Reconciled
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, contents, mug, rub, without_checks
from tests.plugins import paying, plugin

SECRET = "Анна Ким s3cret"
LOST = OSError(SECRET)


@attrs.define
class Side:
    """What the provider answers, and what it was asked."""

    does: Any = attrs.field(factory=lambda: lambda request: ok.Succeeded(request.amount, "c-1"))
    says: Any = attrs.field(factory=lambda: ok.Unknown())
    asked: list[Any] = attrs.field(factory=list)

    def do(self, request: ok.OperationRequest) -> Any:
        self.asked.append(request)
        if isinstance(self.does, BaseException):
            raise self.does
        return self.does(request) if callable(self.does) else self.does

    def say(self, request: ok.LookupRequest) -> Any:
        self.asked.append(request)
        return self.says(request) if callable(self.says) else self.says


@attrs.frozen
class Shop:
    kit: OrderKit
    desk: Desk
    order: Order
    payment: Payment
    side: Side

    def capture(self, amount: str = "900", *, key: str = "take", **fields: Any) -> Operation:
        return self.desk.operations.capture(
            self.payment.id, rub(amount), **{"actor": STAFF, "key": key} | fields
        )

    def void(self, *, key: str = "release", **fields: Any) -> Operation:
        return self.desk.operations.void(self.payment.id, **{"actor": STAFF, "key": key} | fields)

    def look_up(self) -> Payment:
        return self.desk.operations.look_up(self.payment.id)

    def stored(self) -> Order:
        return self.desk.orders.get(self.order.id)

    def kinds(self) -> list[str]:
        """What the journal tells of the order after its money was held, oldest first."""
        return [entry.kind for entry in reversed(self.desk.orders.view(self.order.id).journal)][3:]

    def money(self) -> tuple[int, int]:
        """What is paid and what is held."""
        return self.stored().balance.paid, self.stored().balance.authorised


Opens = Callable[..., Shop]


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit], clock: Clock) -> Opens:
    """Call it for an order of 900 whose money is held, by a provider that does what it is asked to."""

    def open_(loosen: Callable[[OrderKit], object] = lambda _: None, **fields: Any) -> Shop:
        side = Side()
        started = fields.pop("started", ok.Authorised(rub("900"), "b-1"))
        kind = paying(side.do, started=started, found=side.say, **fields)
        kit = open_kit(plugins=[plugin(kind)], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        loosen(kit)
        desk = kit.site("coffee")
        method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        order = Maker(desk).order([mug()], contact=ANNA, status="payment", actor=BUYER)
        done = desk.payments.start(
            order.id, method.id, actor=BUYER, seen=rub("900"), key="pay", return_url="https://shop.example"
        )
        return Shop(kit, desk, done.order, done.payment, side)

    return open_


def test_taken_in_part(shop: Opens) -> None:
    """It is asked once, under a key of its own; the same request is answered the same, and the rest is released."""
    here = shop()
    operation = here.capture("600", reason="отправляем")
    [request] = here.side.asked
    before = contents(here.kit)

    assert (OperationStatus.SETTLED, "c-1") == (operation.status, operation.reference)
    assert ((60_000, 0), "pending_paid") == (here.money(), here.stored().status)
    assert (operation.id, here.payment.id, "b-1", rub("600"), "отправляем", ANNA.email) == (
        request.operation_id, request.payment_id, request.reference, request.amount, request.reason, request.email,
    )  # fmt: skip
    assert operation == here.capture("600", reason="отправляем")
    assert (1, before) == (len(here.side.asked), contents(here.kit))
    assert ["payment.capture_requested", "payment.capture_answered"] == here.kinds()
    with pytest.raises(ConflictError):
        here.capture("601")
    assert [] == list(here.kit.verify())


def test_released(shop: Opens) -> None:
    """All of it, once; from then on there is nothing to take."""
    here = shop()
    operation = here.void(reason="нет на складе")

    assert (OperationStatus.SETTLED, rub("900")) == (operation.status, operation.amount)
    assert ((0, 0), "pending") == (here.money(), here.stored().status)
    assert operation == here.void(reason="нет на складе")
    with pytest.raises(TransitionRefusedError) as refused:
        here.capture()
    assert ("nothing_held", 1) == (refused.value.code, len(here.side.asked))
    assert [] == list(here.kit.verify())


def test_it_stands_in_the_books_before_the_provider_hears_of_it(shop: Opens) -> None:
    """Nothing is open while it is asked: what was begun is there to be seen, and others write meanwhile."""
    here, seen = shop(), []

    def look(request: ok.OperationRequest) -> ok.Outcome:
        taken = getattr(here.kit.database.engine.pool, "checkedout", lambda: 0)()
        Maker(here.desk).order(key="meanwhile")
        seen.append((taken, here.stored().operation(request.operation_id)[1].status, here.kinds()[-1]))
        return ok.Succeeded(request.amount, "c-1")

    here.side.does = look
    here.capture()

    assert [(0, "requested", "payment.capture_requested")] == seen


def test_refused_before_the_provider_is_asked(shop: Opens) -> None:
    """More than is held or owed, nothing, a payment that is nowhere, money that is not as it was seen."""
    here = shop()
    refused = []
    for amount in ("900.01", "0"):
        with pytest.raises(InvalidInputError) as error:
            here.capture(amount)
        refused.append(error.value.code)
    with pytest.raises(NotFoundError):
        here.desk.operations.void(here.order.id, actor=STAFF, key="k")
    with pytest.raises(ConflictError) as moved:
        here.desk.operations.capture(here.payment.id, rub("1"), actor=STAFF, key="k", seen_version=1)

    assert (["capture_out_of_range"] * 2, "money_moved", []) == (refused, moved.value.code, here.side.asked)


@pytest.mark.parametrize("capability", [ok.Capability.CAPTURE, ok.Capability.VOID])
def test_a_provider_that_cannot(shop: Opens, capability: ok.Capability) -> None:
    """Nothing is begun."""
    here = shop(capabilities=frozenset(ok.Capability) - {capability})
    with pytest.raises(InvalidInputError) as refused:
        here.capture() if capability is ok.Capability.CAPTURE else here.void()

    assert ("provider_cannot", [], (0, 90_000)) == (refused.value.code, here.kinds(), here.money())
    assert capability not in here.desk.operations.able(here.payment)


@pytest.mark.parametrize("done", [True, False])
@pytest.mark.parametrize("verb", ["capture", "void"])
def test_what_nobody_heard_is_looked_up(
    shop: Opens, clock: Clock, caplog: pytest.LogCaptureFixture, verb: str, done: bool
) -> None:
    """It stays unknown and holds the money; nothing is asked for again; then the provider says what came of it."""
    here = shop()
    here.side.does = LOST
    operation = getattr(here, verb)()
    for again in (here.void, here.capture):
        with pytest.raises(TransitionRefusedError):
            again(key="again")
    [request] = here.side.asked
    clock.move(minutes=2)
    waiting = here.desk.operations.reconcile()
    here.side.says = lambda question: (
        ok.Succeeded(question.amount, "c-2") if done else ok.Declined("cancelled", "c-2")
    )
    settled = here.look_up()
    question = here.side.asked[-1]

    assert (OperationStatus.UNKNOWN, "failed") == (operation.status, operation.failure)
    assert Reconciled(open=1) == waiting
    assert (verb, operation.id, request.key, "b-1", rub("900")) == (
        question.asked, question.operation_id, question.key, question.payment_reference, question.amount,
    )  # fmt: skip
    assert ("settled" if done else "failed") == settled.operations[-1].status
    assert {("capture", True): (90_000, 0), ("void", True): (0, 0)}.get(
        (verb, done), (0, 90_000)
    ) == here.money()
    assert SECRET not in caplog.text
    assert [] == list(here.kit.verify())


def test_what_was_never_heard_of_failed_an_hour_later(shop: Opens, clock: Clock) -> None:
    """Until then it may be on its way."""
    here = shop()
    here.side.does, here.side.says = LOST, ok.NotFound()
    here.capture()
    seen = []
    for minutes in (2, 59):
        clock.move(minutes=minutes)
        seen.append(here.look_up().operations[-1].status)

    assert ["unknown", "failed"] == seen
    assert (0, 90_000) == here.money()


def test_a_hold_is_asked_about(shop: Opens, clock: Clock) -> None:
    """It stays where nothing is said; then it ran out there, and is to be paid again."""
    here = shop()
    clock.move(hours=2)
    waiting = []
    for says in (ok.Authorised(rub("900"), "b-1"), ok.NotFound(), ok.Unknown()):
        here.side.says = says
        waiting.append(here.desk.operations.reconcile())
    here.side.says = ok.Declined("expired", "b-1")
    settled = here.desk.operations.reconcile()
    payment = here.stored().payment(here.payment.id)

    assert ([Reconciled(open=1)] * 3, Reconciled(settled=1)) == (waiting, settled)
    assert (Attempt.DECLINED, "expired", (0, 0), 90_000) == (
        payment.attempt, payment.reason, here.money(), here.stored().balance.to_pay,
    )  # fmt: skip
    assert Reconciled() == here.desk.operations.reconcile()
    assert [] == list(here.kit.verify())


def test_a_hold_of_which_nobody_can_be_asked(shop: Opens) -> None:
    """Nobody waits for an answer: it is open, and no failure of the run."""
    here = shop(capabilities=frozenset({ok.Capability.CAPTURE}))

    assert Reconciled(open=1) == here.desk.operations.reconcile()
    assert [] == here.side.asked


@pytest.mark.alters_tables
def test_the_database_refuses_as_well(shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: were the domain to allow any amount, the tables would refuse; without their CHECK, `verify` tells."""
    monkeypatch.setattr(holding, "require_capturable", lambda *_: None)
    with pytest.raises(ConflictError) as refused:
        shop().capture("901")
    assert "constraint" == refused.value.code


@pytest.mark.alters_tables
def test_more_than_is_held_without_both(shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: without the rule and without the CHECK it is asked for, and `verify` tells of it."""
    monkeypatch.setattr(holding, "require_capturable", lambda *_: None)
    here = shop(lambda kit: without_checks(kit, "orderkit_payments"))
    here.side.does = ok.Pending("c-1")
    here.capture("901")

    assert any("captures more than it may" in finding.problem for finding in here.kit.verify())
