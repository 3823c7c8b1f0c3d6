"""An order is cancelled through the providers of its payments: each is asked first, the order is cancelled last."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import Actor, ActorKind, Desk, Order, OrderKit
from orderkit.domain.holding import begin_release
from orderkit.errors import ConflictError, InvalidInputError, OrderKitError, TransitionRefusedError
from orderkit.services.operations import cancelling
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, contents, mug, rub
from tests.plugins import paying, plugin, ruling
from tests.services.dying import dies

HELD = ok.Authorised(rub("900"), "b-1")
AT_THE_BANK = ok.Redirect("https://bank.example/1", "b-1")
DONE = ok.Succeeded(rub("900"), "c-1")


@attrs.define
class Side:
    """What the provider answers, and what it was asked."""

    does: Any = None
    says: Any = attrs.field(factory=ok.Unknown)
    finds: Any = None
    asked: list[ok.OperationRequest] = attrs.field(factory=list)

    def do(self, request: ok.OperationRequest) -> Any:
        self.asked.append(request)
        given = self.does(request) if callable(self.does) else self.does
        return given or ok.Succeeded(request.amount, f"c-{len(self.asked)}")

    def say(self, request: ok.LookupRequest) -> Any:
        return self.finds(request) if self.finds else self.says


@attrs.frozen
class Shop:
    kit: OrderKit
    desk: Desk
    order: Order
    side: Side

    def cancel(self, refund: Any = "none", *, key: str = "cancel", **fields: Any) -> Order:
        given = {"reason": "передумал", "actor": STAFF, "expected_version": self.order.version} | fields
        return self.desk.operations.cancel(self.order.id, refund=refund, key=key, **given)

    def refused(self, refund: Any = "none", **fields: Any) -> str:
        with pytest.raises(OrderKitError) as error:
            self.cancel(refund, **fields)
        return error.value.code

    def stored(self) -> Order:
        return self.desk.orders.get(self.order.id)

    def money(self) -> tuple[str, int, int, int]:
        """Its status; what is paid, held and retained."""
        now = self.stored()
        return now.status.value, now.balance.paid, now.balance.authorised, now.retained.minor


Opens = Callable[..., Shop]


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit], clock: Clock) -> Opens:
    """Call it for an order of 900 that was paid through a provider, or as *started* says."""

    def open_(started: object = None, *rulers: object, **fields: Any) -> Shop:
        side = Side()
        kind = paying(side.do, started=started, found=side.say, **fields)
        kit = open_kit(plugins=[plugin(kind), *rulers], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        desk = kit.site("coffee")
        method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        order = Maker(desk).order([mug()], contact=ANNA, status="payment", actor=BUYER)
        done = desk.payments.start(
            order.id, method.id, actor=BUYER, seen=rub("900"), key="pay", return_url="https://shop.example"
        )
        return Shop(kit, desk, done.order, side)

    return open_


@pytest.mark.parametrize(
    ("refund", "asked", "paid"),
    [("all", [90_000], 0), (rub("250"), [25_000], 65_000), ("none", [], 90_000)],
)
def test_each_course(shop: Opens, refund: Any, asked: list[int], paid: int) -> None:
    """All, a part or nothing goes back through the provider; the rest is retained, and the total stays."""
    here = shop()
    cancelled = here.cancel(refund)

    assert ("cancelled", paid, 0, paid) == here.money()
    assert (asked, rub("900")) == ([one.amount.minor for one in here.side.asked], cancelled.total)
    assert "order.cancelled" == here.desk.orders.view(here.order.id).journal[0].kind
    assert [] == list(here.kit.verify())


def test_held(shop: Opens) -> None:
    """A hold is released whatever is decided; the plain verb refuses, and names this one."""
    here = shop(HELD)
    with pytest.raises(TransitionRefusedError) as plain:
        here.desk.orders.cancel(here.order.id, reason="x", actor=STAFF, expected_version=here.order.version)
    here.cancel()

    assert ("hold_open", ["operations.cancel"]) == (plain.value.code, list(plain.value.possible))
    assert ("cancelled", 0, 0, 0) == here.money()
    assert [90_000] == [one.amount.minor for one in here.side.asked]
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize("started", [HELD, None])
@pytest.mark.parametrize(
    ("answer", "code"), [(ok.Declined(), "provider_refused"), (ok.Unknown(), "answer_awaited")]
)
def test_what_the_provider_does_not_do(shop: Opens, started: object, answer: Any, code: str) -> None:
    """The order stays as it was; the same request is answered the same, and asks nobody again."""
    here = shop(started)
    here.side.does = answer
    before = here.money()

    assert [code, code] == [here.refused("all"), here.refused("all")]
    assert (before, 1) == (here.money(), len(here.side.asked))
    assert [] == list(here.kit.verify())


@pytest.mark.parametrize("started", [HELD, None])
def test_it_goes_on_once_the_answer_is_known(shop: Opens, started: object) -> None:
    """Under the same key: what was unknown is looked up, and the provider is not asked to do it again."""
    here = shop(started)
    here.side.does = ok.Unknown()
    here.refused("all")
    here.side.says = DONE
    here.cancel("all")
    before = contents(here.kit)
    here.cancel("all")

    assert ("cancelled", 0, 0, 0) == here.money()
    assert (1, before) == (len(here.side.asked), contents(here.kit))
    assert [] == list(here.kit.verify())


def test_tried_again_after_a_refusal(shop: Opens) -> None:
    """Under another key, by whoever has seen what came of it."""
    here = shop(HELD)
    here.side.does = ok.Declined()
    here.refused()
    here.side.does = None
    here.cancel(key="again", expected_version=here.stored().version)

    assert ("cancelled", 0, 0, 0) == here.money()


def test_being_given_back(shop: Opens) -> None:
    """That the provider works on it is enough: nothing of it is retained."""
    here = shop()
    here.side.does = ok.Pending("c-1")
    here.cancel(rub("600"))

    assert ("cancelled", 90_000, 0, 30_000) == here.money()
    assert [] == list(here.kit.verify())


def test_paid_meanwhile(shop: Opens) -> None:
    """Whoever cancels has not seen that money: it is found before anything is done, and stops him."""
    here = shop(AT_THE_BANK)
    here.side.says = ok.Succeeded(rub("900"), "b-1")

    assert "stale_version" == here.refused()
    assert ("pending_paid", 90_000, 0, 0) == here.money()


@pytest.mark.parametrize(
    ("says", "code"),
    [(AT_THE_BANK, ""), (ok.Declined(), ""), (ok.Unknown(), ""), (ok.Pending("b-1"), "answer_awaited")],
)
def test_an_open_attempt(shop: Opens, says: Any, code: str) -> None:
    """It is asked about first; one that nobody has paid is closed, and one that is being answered is waited for."""
    here = shop(AT_THE_BANK)
    here.side.says = says
    if code:
        assert code == here.refused()
    else:
        here.cancel()

    assert ("payment" if code else "cancelled") == here.stored().status


def test_one_that_nobody_knows_of_is_waited_for(shop: Opens) -> None:
    """It may have been paid."""
    here = shop(ok.Unknown())

    assert "answer_awaited" == here.refused()
    here.side.says = ok.Declined()
    assert "cancelled" == here.cancel().status


def test_refused_before_anybody_is_asked(shop: Opens) -> None:
    """No reason, more than can be given back, a version that is not seen, what cannot be cancelled."""
    here = shop()
    before = contents(here.kit)

    assert "empty" == here.refused("all", reason=" ")
    assert "refund_out_of_range" == here.refused(rub("900.01"))
    assert "refund_out_of_range" == here.refused(rub("-1"))
    assert "unknown_refund" == here.refused("some")
    assert "stale_version" == here.refused("all", expected_version=here.order.version - 1)
    assert "stale_version" == here.refused("all", expected_version=here.order.version + 1)
    assert "money_in_play" == here.refused("all", actor=BUYER)
    assert ([], before) == (here.side.asked, contents(here.kit))


def test_vetoed(shop: Opens) -> None:
    """What a plugin does not allow is refused before any money goes back."""
    no = ok.Problem({"en": "No", "ru": "Нет"})
    here = shop(None, ruling(before=lambda _order, _before, after: [no] if after == "cancelled" else []))

    assert ("vetoed", [], 90_000) == (here.refused("all"), here.side.asked, here.stored().balance.paid)


def test_a_hold_that_cannot_be_released(shop: Opens) -> None:
    """The provider is asked for nothing; it says what to do."""
    here = shop(HELD, capabilities=frozenset({ok.Capability.REFUND}))
    with pytest.raises(InvalidInputError) as refused:
        here.cancel()

    assert ("provider_cannot", []) == (refused.value.code, here.side.asked)


def test_what_no_provider_can_give_back_is_given_by_hand(shop: Opens) -> None:
    """As `orders.cancel` does: one entry, and nobody is asked."""
    here = shop(capabilities=frozenset({ok.Capability.VOID}))
    here.cancel(rub("300"))
    [refund] = here.stored().payments[-1].refunds

    assert ("cancelled", 60_000, 0, 60_000) == here.money()
    assert (False, []) == (refund.by_provider, here.side.asked)


def test_two_payments(shop: Opens) -> None:
    """The latest gives first; what came in by hand goes back by hand, the rest through the provider."""
    here = shop()
    cash = here.desk.settings.add_payment_method("cash", "Наличные", actor=STAFF, key="cash")
    here.desk.payments.record(here.order.id, rub("100"), method_id=cash.id, actor=STAFF, key="over")
    now = here.stored()
    here.cancel(rub("400"), expected_version=now.version)

    assert ("cancelled", 60_000, 0, 60_000) == here.money()
    assert [30_000] == [one.amount.minor for one in here.side.asked]
    assert [] == list(here.kit.verify())


def test_people_are_locked_out_meanwhile(shop: Opens) -> None:
    """Whoever sends the goods while the provider gives back is told who cancels; a note, and a provider, are not."""
    here = shop()
    refusals = []

    def ship(request: ok.OperationRequest) -> ok.Outcome:
        now = here.stored()
        with pytest.raises(TransitionRefusedError) as locked:
            here.desk.orders.set_status(now.id, "shipped", actor=STAFF, expected_version=now.version)
        refusals.append(locked.value)
        here.desk.orders.add_note(now.id, "звонил", actor=STAFF, key="note")
        return ok.Succeeded(request.amount, "c-1")

    here.side.does = ship
    here.cancel("all")
    [locked] = refusals

    assert ("cancelled", 0, 0, 0) == here.money()
    assert "being_cancelled" == locked.code
    assert (STAFF.name, ("operations.stop_cancelling",)) == (locked.context["by"], locked.possible)


def test_money_that_comes_meanwhile_stops_it(shop: Opens) -> None:
    """What was given back stays booked; the order is as before, and people can work with it again."""
    here = shop()
    cash = here.desk.settings.add_payment_method("cash", "Наличные", actor=STAFF, key="cash")

    def pay(request: ok.OperationRequest) -> ok.Outcome:
        till = Actor(ActorKind.MONEY, "till")
        here.desk.payments.record(here.order.id, rub("5"), method_id=cash.id, actor=till, key="five")
        return ok.Succeeded(request.amount, "c-1")

    here.side.does = pay

    assert ["stale_version", "stale_version"] == [here.refused("all"), here.refused("all")]
    assert (("pending_paid", 500, 0, 0), 1) == (here.money(), len(here.side.asked))
    assert here.stored().cancelling is None
    assert [] == list(here.kit.verify())


def test_no_card_in_the_reason(shop: Opens) -> None:
    """What somebody types about a card is masked in the entry that begins it, as in the one that ends it."""
    here = shop()
    here.cancel("all", reason="карта 4111 1111 1111 1111")

    assert "order.cancelling" in str(contents(here.kit)["orderkit_journal"])
    assert "4111 1111" not in str(contents(here.kit))


def test_stopped(shop: Opens) -> None:
    """A provider that never says what came of it holds nobody up for good: people may take the order back."""
    here = shop()
    here.side.does = ok.Unknown()
    assert "answer_awaited" == here.refused("all")
    with pytest.raises(TransitionRefusedError) as buyer:
        here.desk.operations.stop_cancelling(here.order.id, actor=BUYER, key="stop")
    stopped = here.desk.operations.stop_cancelling(here.order.id, actor=STAFF, key="stop")
    again = here.desk.operations.stop_cancelling(here.order.id, actor=STAFF, key="stop")

    assert ("not_by_this_actor", None, stopped) == (buyer.value.code, stopped.cancelling, again)
    assert ("stale_version", 1) == (here.refused("all"), len(here.side.asked))
    assert (
        "shipped"
        == here.desk.orders.set_status(
            stopped.id, "shipped", actor=STAFF, expected_version=stopped.version
        ).status
    )


def test_what_is_done_just_before_stops_it(shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the asking: the provider is not asked."""
    here = shop()
    planned = cancelling._planned

    def ship(*given: Any) -> Any:
        here.desk.orders.set_status(
            here.order.id, "shipped", actor=STAFF, expected_version=here.order.version
        )
        return planned(*given)

    monkeypatch.setattr(cancelling, "_planned", ship)

    assert "stale_version" == here.refused("all")
    assert (("shipped", 90_000, 0, 0), []) == (here.money(), here.side.asked)


@pytest.mark.parametrize(("answer", "held"), [(None, 0), (ok.Declined(), 90_000)])
def test_a_hold_that_comes_too_late_is_released(shop: Opens, answer: Any, held: int) -> None:
    """Once, by whoever reconciles; what is refused is left to people. What a reopened order holds is not touched."""
    here = shop(AT_THE_BANK)
    here.cancel()
    here.side.says, here.side.does = ok.Authorised(rub("900"), "b-1"), answer
    for _ in range(2):
        here.desk.operations.reconcile()

    assert (("cancelled", 0, held, 0), 1) == (here.money(), len(here.side.asked))
    assert [] == list(here.kit.verify())


def test_what_is_needed_is_not_released(shop: Opens) -> None:
    """An order that is not cancelled keeps its hold, whoever reconciles; reopened just then, too."""
    here = shop(HELD)
    here.desk.operations.reconcile()
    with pytest.raises(TransitionRefusedError) as refused:
        begin_release(here.order, here.order.payments[-1].id, here.desk.operations.acting(STAFF))

    assert (("pending", 0, 90_000, 0), []) == (here.money(), here.side.asked)
    assert "hold_needed" == refused.value.code


@pytest.mark.parametrize(
    "step", ["_looked_at", "_as_seen", "_planned", "_go_on", "_operate", "_unmoved", "_cancelled"]
)
def test_the_same_request_is_faster(shop: Opens, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Wherever it overtakes this one: both are answered with what it did, and nobody is asked twice."""
    here = shop()
    own = getattr(cancelling, step)

    def overtaken(*given: Any, **named: Any) -> Any:
        monkeypatch.setattr(cancelling, step, own)
        here.cancel("all")
        return own(*given, **named)

    monkeypatch.setattr(cancelling, step, overtaken)

    assert here.order.version < here.cancel("all").version == here.stored().version
    assert (("cancelled", 0, 0, 0), 1) == (here.money(), len(here.side.asked))


PAID, HOLDS = None, HELD


@pytest.mark.parametrize("step", range(12))
@pytest.mark.parametrize("started", [PAID, HOLDS], ids=["paid", "held"])
def test_it_is_gone_on_with_after_a_death(
    shop: Opens, clock: Clock, monkeypatch: pytest.MonkeyPatch, started: object, step: int
) -> None:
    """Before and after every commit and every question to the provider: whoever reconciles comes to the same end."""
    here = shop(started)
    books: dict[str, ok.Outcome] = {}

    def do(request: ok.OperationRequest) -> ok.Outcome:
        return books.setdefault(request.key, ok.Succeeded(request.amount, f"c-{len(books)}"))

    here.side.does = do
    here.side.finds = lambda request: books.get(request.key, ok.NotFound())
    is_dead = dies(monkeypatch, step, lambda: here.cancel("all"))
    is_begun = here.stored().cancelling is not None
    clock.move(minutes=5)
    here.kit.reconcile()

    assert is_dead is (step < 10)  # begun, asked for, the question, booked, cancelled: before and after each
    assert is_begun is (1 <= step < 9)
    expected = ("cancelled", 0, 0, 0) if step else here.money()
    assert (expected, bool(step)) == (here.money(), bool(books))
    assert len(books) <= 1
    assert [] == list(here.kit.verify())
    here.cancel("all")
    assert (("cancelled", 0, 0, 0), 1, None) == (here.money(), len(books), here.stored().cancelling)


def test_another_request_under_its_key(shop: Opens) -> None:
    """It is refused, whether the first has come to its end or not."""
    here = shop()
    here.side.does = ok.Unknown()
    here.refused("all")
    assert "key_reused" == here.refused(rub("1"))
    here.side.says = DONE
    here.cancel("all")
    with pytest.raises(ConflictError) as reused:
        here.cancel("none")

    assert "key_reused" == reused.value.code


@pytest.mark.parametrize(
    ("says", "ends"),
    [
        (ok.Declined(ok.DeclineReason.EXPIRED, "b-1"), ("cancelled", 0, 0, 0)),
        (ok.Succeeded(rub("900"), "b-1"), ("pending_paid", 90_000, 0, 0)),
    ],
)
def test_a_hold_that_is_no_more(
    shop: Opens, monkeypatch: pytest.MonkeyPatch, says: Any, ends: tuple[str, int, int, int]
) -> None:
    """Run out before it was to be released, it is released, and the cancelling goes on; taken, it ends that."""
    here = shop(HELD)
    assert dies(monkeypatch, 1, here.cancel)
    here.side.says = says
    here.desk.operations.look_up(here.order.payments[-1].id)

    assert (ends, None, []) == (here.money(), here.stored().cancelling, here.side.asked)
    assert [] == list(here.kit.verify())
