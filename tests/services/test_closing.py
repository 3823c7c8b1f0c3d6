"""What can be paid still at a provider is closed there before another attempt is begun, and before a cancelling."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Attempt, ChangeQuantity, Desk, Order, OrderKit, PaymentMethod, Started
from orderkit.errors import ConflictError, OrderKitError, TransitionRefusedError
from orderkit.registry.providers import Providers
from orderkit.services.payments import Payments
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, contents, mug, rub
from tests.plugins import paying, plugin

PAGE = "https://shop.example/orders/1"
CLOSED = ok.Declined(ok.DeclineReason.CLOSED, "b-1")


@attrs.define
class Side:
    """A provider's side: each attempt is sent to a page of its own, and *says* what closing one comes to."""

    says: Any = CLOSED
    looked_up: Any = attrs.field(factory=ok.Unknown)
    started: list[ok.StartRequest] = attrs.field(factory=list)
    closed: list[ok.LookupRequest] = attrs.field(factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        self.started.append(request)
        return ok.Redirect("https://bank.example/pay", f"b-{len(self.started)}")

    def close(self, request: ok.LookupRequest) -> Any:
        self.closed.append(request)
        self.meanwhile()
        says = self.says(request) if callable(self.says) else self.says
        if isinstance(says, BaseException):
            raise says
        return says


@attrs.frozen
class Shop:
    kit: OrderKit
    desk: Desk
    make: Maker
    method: PaymentMethod
    order: Order
    side: Side

    def start(self, key: str, method: PaymentMethod | None = None, **fields: Any) -> Started:
        given = {"actor": BUYER, "seen": rub("900"), "key": key, "return_url": PAGE} | fields
        return self.desk.payments.start(self.order.id, (method or self.method).id, **given)

    def refused(self, key: str = "two", **fields: Any) -> str:
        with pytest.raises(OrderKitError) as error:
            self.start(key, **fields)
        return error.value.code

    def cancel(self, key: str = "cancel", **fields: Any) -> Order:
        given = {"reason": "x", "actor": STAFF, "expected_version": self.now().version, "key": key} | fields
        return self.desk.operations.cancel(self.order.id, **given)

    def now(self) -> Order:
        return self.desk.orders.get(self.order.id)

    def attempts(self) -> list[tuple[str, str]]:
        """How far each has come, and why."""
        return [(payment.attempt.value, payment.reason) for payment in self.now().payments]

    def kinds(self) -> list[str]:
        """What the journal tells since the first attempt was open, oldest first."""
        return [entry.kind for entry in reversed(self.desk.orders.view(self.order.id).journal)][3:]


Opens = Callable[..., Shop]


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit]) -> Opens:
    """Call it for an order of 900 whose buyer was sent to the page of a provider that can close it."""

    def open_(says: Any = CLOSED, **fields: Any) -> Shop:
        side = Side(says)
        own = {"closed": side.close, "found": lambda _: side.looked_up, "started": side.start} | fields
        kit = open_kit(plugins=[plugin(paying(**own))], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        desk = kit.site("coffee")
        make = Maker(desk)
        method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        order = make.order([mug()], contact=ANNA, status="payment", actor=BUYER)
        here = Shop(kit, desk, make, method, order, side)
        here.start("one")
        return here

    return open_


def test_before_another_one(shop: Opens) -> None:
    """The provider ends the first attempt, under its own key and reference; only then is the second one begun."""
    here = shop()
    second = here.start("two")
    [request], [first, _] = here.side.closed, here.now().payments

    assert [("declined", "closed"), ("open", "")] == here.attempts()
    assert isinstance(second.outcome, ok.Redirect)
    assert [
        "payment.close_requested",
        "payment.answered",
        "payment.started",
        "payment.answered",
    ] == here.kinds()
    assert (ok.Asked.PAYMENT, first.id, here.side.started[0].key, "b-1", here.order.number, rub("900")) == (
        request.asked, request.operation_id, request.key, request.reference, request.number, request.amount,
    )  # fmt: skip
    assert [] == list(here.kit.verify())


def test_nothing_is_open_meanwhile(shop: Opens) -> None:
    """The provider finds no connection taken and the intent stored; the attempt may be paid until it has closed it."""
    here, seen = shop(), []

    def look() -> None:
        taken = getattr(here.kit.database.engine.pool, "checkedout", lambda: 0)()
        here.make.order(key="written meanwhile")
        seen.extend([taken, *here.attempts(), here.kinds()[-1]])

    here.side.meanwhile = look
    here.start("two")

    assert [0, ("open", "closing"), "payment.close_requested"] == seen


AWAITED: dict[str, tuple[Any, tuple[str, str]]] = {
    "unknown": (ok.Unknown(), ("open", "closing")),
    "raises": (OSError("s3cret"), ("open", "closing")),
    "nothing": (None, ("open", "closing")),
    "text": ("closed", ("open", "closing")),
    "not found": (ok.NotFound(), ("open", "closing")),
    "still open": (ok.Redirect("https://bank.example/pay", "b-1"), ("open", "")),
    "being paid": (ok.Pending("b-1"), ("processing", "")),
    "another amount": (ok.Succeeded(rub("1"), "b-1"), ("unknown", "amount_differs")),
}


@pytest.mark.parametrize("name", AWAITED)
def test_while_it_may_be_paid(shop: Opens, name: str) -> None:
    """Unless it is certain that the first attempt cannot be paid any more, no second one is begun."""
    says, stands = AWAITED[name]
    here = shop(lambda _: says)

    assert ("not_closed" if stands[0] == "open" else "answer_awaited") == here.refused()
    assert ([stands], 1) == (here.attempts(), len(here.side.started))
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize("says", [ok.Unknown(), ok.Redirect("https://bank.example/pay", "b-1")])
def test_pressed_again(shop: Opens, says: Any) -> None:
    """The provider is told again to close it, and the same press goes on once it has."""
    here = shop(says)
    here.refused()
    here.side.says = CLOSED
    second = here.start("two")

    assert isinstance(second.outcome, ok.Redirect)
    assert [("declined", "closed"), ("open", "")] == here.attempts()


def test_what_never_was(shop: Opens, clock: Clock) -> None:
    """What the provider has never heard of is declined after an hour, as elsewhere."""
    here = shop(ok.NotFound())
    clock.move(minutes=61)
    here.start("two")

    assert [("declined", "unavailable"), ("open", "")] == here.attempts()


@pytest.mark.parametrize(
    ("says", "money"),
    [(ok.Succeeded(rub("900"), "b-1"), (90_000, 0)), (ok.Authorised(rub("900"), "b-1"), (0, 90_000))],
)
def test_paid_meanwhile(shop: Opens, says: Any, money: tuple[int, int]) -> None:
    """It is booked, and nothing is left to pay: nobody is asked for money a second time."""
    here = shop(says)

    assert "nothing_to_pay" == here.refused()
    balance = here.now().balance
    assert (money, 1) == ((balance.paid, balance.authorised), len(here.side.started))
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize(
    "fields", [{"closed": None}, {"narrowed": frozenset({ok.Capability.LOOKUP})}, {"narrowed": OSError()}]
)
def test_a_provider_that_cannot(shop: Opens, fields: dict[str, Any]) -> None:
    """Its page is left as it is: superseded here, it may be paid there, and that is booked."""
    here = shop(**fields)
    here.start("two")

    assert ([("superseded", ""), ("open", "")], []) == (here.attempts(), here.side.closed)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"seen": rub("800")}, "total_changed"),
        ({"return_url": "javascript:1"}, "bad_url"),
        ({"page": "wholesale"}, "not_offered"),
        ({"key": "one", "seen": rub("800")}, "key_reused"),
    ],
)
def test_what_is_refused_closes_nothing(shop: Opens, fields: dict[str, Any], code: str) -> None:
    """A request that begins nothing leaves the page of the buyer as it is."""
    here = shop()
    kept = attrs.evolve(here.method, pages=("catalogue",))
    here.desk.settings.edit_payment_method(kept, actor=STAFF)
    before = contents(here.kit)

    assert code == here.refused(**{"key": "two", "page": "catalogue"} | fields)
    assert (before, []) == (contents(here.kit), here.side.closed)


def test_the_same_request(shop: Opens) -> None:
    """Sent again, it is answered with its own attempt, which is not closed."""
    here = shop()

    assert here.start("one").payment == here.now().payments[0]
    assert ([("open", "")], []) == (here.attempts(), here.side.closed)


def test_the_same_request_was_faster(shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it has begun meanwhile is found as payable, and yet not closed by it."""
    here = shop()
    real, turns = Payments._require_closed, iter([None])

    def late(self: Payments, order: Order) -> None:
        for _ in turns:
            here.start("two")
            order = here.now()
        real(self, order)

    monkeypatch.setattr(Payments, "_require_closed", late)

    assert here.start("two").payment == here.now().payments[1]
    assert ([("declined", "closed"), ("open", "")], 1) == (here.attempts(), len(here.side.closed))


def test_what_was_superseded(shop: Opens) -> None:
    """A page that was left behind when the contents changed is closed, too."""
    here = shop()
    edited = here.desk.orders.edit_lines(
        here.order.id, [ChangeQuantity(1, 1)], actor=BUYER, expected_version=here.now().version
    )
    here.start("two", seen=edited.total)

    assert [("declined", "closed"), ("open", "")] == here.attempts()


def test_what_was_superseded_is_being_paid(shop: Opens) -> None:
    """Its buyer has paid, and nobody knows yet what came of it: that is waited for. It is no attempt of the order."""
    here = shop(ok.Pending("b-1"))
    edited = here.desk.orders.edit_lines(
        here.order.id, [ChangeQuantity(1, 1)], actor=BUYER, expected_version=here.now().version
    )

    assert ["answer_awaited"] * 2 == [here.refused(key, seen=edited.total) for key in ("two", "three")]
    assert ([("superseded", "closing")], 2) == (here.attempts(), len(here.side.closed))
    here.side.says = CLOSED
    here.start("two", seen=edited.total)
    assert [("declined", "closed"), ("open", "")] == here.attempts()


def test_what_was_superseded_was_paid_otherwise(shop: Opens) -> None:
    """Another amount cannot be booked: people look there, and write down that it is not what was asked for."""
    here = shop(ok.Succeeded(rub("1"), "b-1"))
    edited = here.desk.orders.edit_lines(
        here.order.id, [ChangeQuantity(1, 1)], actor=BUYER, expected_version=here.now().version
    )

    assert "answer_awaited" == here.refused(seen=edited.total)
    assert [("superseded", "amount_differs")] == here.attempts()
    first = here.now().payments[0].id
    here.desk.operations.write_down(first, is_done=False, actor=STAFF, key="seen")
    here.start("two", seen=edited.total)
    assert [("declined", "declined"), ("open", "")] == here.attempts()
    assert [] == list(here.kit.verify())


def test_a_process_that_died_in_between(shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody hears what came of it: the next press has it closed, as if it had not been asked before."""
    here = shop()
    with monkeypatch.context() as died:
        died.setattr(Providers, "close", lambda *_: _raise(KeyboardInterrupt()))
        with pytest.raises(KeyboardInterrupt):
            here.start("two")
    assert [("open", "closing")] == here.attempts()
    here.start("two")

    assert [("declined", "closed"), ("open", "")] == here.attempts()


def test_lost_and_looked_up(shop: Opens) -> None:
    """That it has expired, told after its answer was lost, means that it was closed; it was not the buyer's doing."""
    here = shop(ok.Unknown())
    here.refused()
    here.side.looked_up = ok.Declined(ok.DeclineReason.EXPIRED, "b-1")
    here.kit.reconcile()

    assert [("declined", "closed")] == here.attempts()


def _raise(error: BaseException) -> None:
    raise error


def test_choosing_to_pay_later(shop: Opens) -> None:
    """Whoever pays by hand after all is not charged by a page that was left open; as the form was seen, it goes on."""
    here = shop()
    cash, seen = here.make.cash(), here.now().version
    chosen = here.desk.payments.choose(
        here.order.id, cash.id, actor=STAFF, expected_version=seen, key="choose"
    )

    assert [("declined", "closed"), ("open", "")] == here.attempts()
    assert cash.id == chosen.payments[-1].method_id
    again = here.desk.payments.choose(
        here.order.id, cash.id, actor=STAFF, expected_version=seen, key="choose"
    )
    assert (chosen, 1) == (again, len(here.side.closed))


def test_choosing_again_what_was_not_closed(shop: Opens) -> None:
    """Pressed again as the form was seen, the provider is asked again: that it was asked before is nobody's change."""
    here = shop(ok.Unknown())
    cash, seen = here.make.cash(), here.now().version
    given = {"actor": STAFF, "expected_version": seen, "key": "choose"}
    with pytest.raises(TransitionRefusedError) as refused:
        here.desk.payments.choose(here.order.id, cash.id, **given)
    here.side.says = CLOSED
    chosen = here.desk.payments.choose(here.order.id, cash.id, **given)

    assert ("not_closed", cash.id) == (refused.value.code, chosen.payments[-1].method_id)


def test_a_method_that_is_switched_off(shop: Opens) -> None:
    """The way out where a provider never says that it has closed a payment: of its method nothing is closed."""
    here = shop(OSError("key revoked"))
    cash = here.make.cash()
    assert "not_closed" == here.refused(method=cash)
    here.desk.settings.edit_payment_method(attrs.evolve(here.method, active=False), actor=STAFF)
    here.start("three", cash)

    assert [("superseded", "closing"), ("open", "")] == here.attempts()


def test_choosing_what_was_paid_meanwhile(shop: Opens) -> None:
    """It is booked, and whoever has not seen that is told so."""
    here = shop(ok.Succeeded(rub("900"), "b-1"))
    cash, seen = here.make.cash(), here.now().version
    with pytest.raises(ConflictError) as refused:
        here.desk.payments.choose(here.order.id, cash.id, actor=STAFF, expected_version=seen)

    assert ("stale_version", 90_000) == (refused.value.code, here.now().balance.paid)


def test_choosing_what_is_chosen(shop: Opens) -> None:
    """Nothing is begun, so that nothing is closed either."""
    here = shop()
    cash = here.make.cash()
    here.start("two", cash)
    here.start("three", cash)

    assert (1, [("declined", "closed"), ("open", "")]) == (len(here.side.closed), here.attempts())


def test_before_cancelling(shop: Opens) -> None:
    """The page is closed first; what was done by that is no news to whoever cancels."""
    here = shop()
    cancelled = here.cancel()

    assert ("cancelled", [("declined", "closed")]) == (cancelled.status, here.attempts())
    assert ["payment.close_requested", "payment.answered", "order.cancelled"] == here.kinds()
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize(
    ("says", "code", "paid"),
    [
        (ok.Succeeded(rub("900"), "b-1"), "stale_version", 90_000),
        (ok.Unknown(), "not_closed", 0),
        (ok.Pending("b-1"), "answer_awaited", 0),
        (ok.Redirect("https://bank.example/pay", "b-1"), "not_closed", 0),
    ],
)
def test_not_closed_not_cancelled(shop: Opens, says: Any, code: str, paid: int) -> None:
    """Paid meanwhile, it stops the cancelling; not known, it has to wait. The order stays as it was."""
    here = shop(says)
    with pytest.raises(OrderKitError) as refused:
        here.cancel()

    now = here.now()
    assert (code, paid, False) == (refused.value.code, now.balance.paid, now.status == "cancelled")
    here.side.says = CLOSED
    if not paid and Attempt.PROCESSING is not now.payments[0].attempt:
        assert "cancelled" == here.cancel("again").status


def test_what_cannot_be_cancelled_closes_nothing(shop: Opens) -> None:
    """Without a reason, or by somebody who has not seen the order as it is, the page stays."""
    here = shop()
    before = contents(here.kit)
    for fields in ({"reason": " "}, {"expected_version": here.order.version}):
        with pytest.raises(OrderKitError):
            here.cancel(**fields)

    assert (before, []) == (contents(here.kit), here.side.closed)
