"""A cancelling that was left behind is gone on with by a worker and by whoever reconciles, or told of."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import pytest
from click.testing import CliRunner

import orderkit.plugin as ok
from orderkit import ChangeQuantity, Desk, Order, OrderKit
from orderkit.cli import main
from orderkit.domain.operation import OperationStatus
from orderkit.errors import OrderKitError
from orderkit.services.operations.cancelling import Awaited, Standing
from orderkit.services.operations.looking_up import WHILE_KEYS_ARE_KNOWN
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, mug, rub
from tests.plugins import paying, plugin
from tests.services.dying import dies

BLIND = frozenset(ok.Capability) - {ok.Capability.LOOKUP}
"""What a provider can do that cannot look anything up."""
ABOVE_ALL = 60
"""Seconds that a worker may take; it comes back as soon as nothing is due."""


@attrs.define
class Side:
    """A provider with books: the same key is the same asking. It is silent while *answer* says so."""

    answer: ok.Outcome | None = None
    books: dict[str, ok.Outcome] = attrs.field(factory=dict)
    asked: list[str] = attrs.field(factory=list)

    def do(self, request: ok.OperationRequest) -> ok.Outcome:
        self.asked.append(request.key)
        done = ok.Succeeded(request.amount, f"r-{request.reference}")
        return self.answer or self.books.setdefault(request.key, done)

    def say(self, request: ok.LookupRequest) -> ok.Outcome | ok.NotFound:
        return self.answer or self.books.get(request.key, ok.NotFound())

    @property
    def given(self) -> list[int]:
        """What was given back or released, in minor units."""
        return [one.amount.minor for one in self.books.values() if isinstance(one, ok.Succeeded)]


@attrs.frozen
class Shop:
    """An order of 1350, paid with 450 in cash, and 450 and 450 by card."""

    kit: OrderKit
    desk: Desk
    order: Order
    side: Side
    clock: Clock

    def cancel(self, refund: Any = "all", *, key: str = "cancel") -> Order:
        version = self.order.version if key == "cancel" else self.stored().version
        return self.desk.operations.cancel(
            self.order.id, reason="передумал", actor=STAFF, expected_version=version, refund=refund, key=key
        )

    def refused(self, refund: Any = "all", **fields: Any) -> str:
        with pytest.raises(OrderKitError) as error:
            self.cancel(refund, **fields)
        return error.value.code

    def work(self, minutes: int = 2) -> None:
        """Let a worker see what there is, and do what is due some minutes later."""
        self.kit.work(ABOVE_ALL)
        self.clock.move(minutes=minutes)
        self.kit.work(ABOVE_ALL)

    def stored(self) -> Order:
        return self.desk.orders.get(self.order.id)

    def money(self) -> tuple[str, int, int]:
        """Its status; what is paid and retained."""
        now = self.stored()
        return now.status.value, now.balance.paid, now.retained.minor


Opens = Callable[..., Shop]


@pytest.fixture
def shop(open_kit: Callable[..., OrderKit], clock: Clock) -> Opens:
    """Call it for a shop whose provider can do so much."""

    def open_(able: frozenset[ok.Capability] = frozenset(ok.Capability)) -> Shop:
        side = Side()
        kit = open_kit(plugins=[plugin(paying(side.do, found=side.say, capabilities=able))], strict=True)
        kit.sites.ensure("coffee", currency="RUB")
        desk = kit.site("coffee")
        make = Maker(desk)
        order = make.order([mug(1, "450")], contact=ANNA)
        desk.payments.record(order.id, rub("450"), method_id=make.cash().id, actor=STAFF, key="cash")
        method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
        for pieces in (2, 3):
            now = desk.orders.get(order.id)
            more = [ChangeQuantity(1, pieces)]
            desk.orders.edit_lines(order.id, more, actor=STAFF, expected_version=now.version)
            where = {"seen": rub("450"), "return_url": "https://shop.example"}
            desk.payments.start(order.id, method.id, actor=BUYER, key=f"pay {pieces}", **where)
        return Shop(kit, desk, desk.orders.get(order.id), side, clock)

    return open_


@pytest.mark.parametrize("step", range(18))
@pytest.mark.parametrize("able", [frozenset(ok.Capability), BLIND], ids=["asked", "blind"])
def test_the_worker_goes_on_after_a_death(
    shop: Opens, monkeypatch: pytest.MonkeyPatch, able: frozenset[ok.Capability], step: int
) -> None:
    """
    Wherever it died, the worker comes to the same end: each provider's payment gives once, the rest goes by hand once.

    So it does where the provider cannot look anything up: what is not known is asked for again under its key.
    """
    here = shop(able)
    is_dead = dies(monkeypatch, step, lambda: here.cancel(rub("1000")))
    is_begun = here.stored().cancelling is not None
    here.work()

    assert is_dead is (step < 16)  # begun, two refunds of three beats each, cancelled: before and after each
    assert is_begun is (1 <= step < 15)
    expected = ("cancelled", 35_000, 35_000) if step else ("pending_paid", 135_000, 0)
    assert (expected, [45_000, 45_000] if step else []) == (here.money(), here.side.given)
    by_hand = [refund for payment in here.stored().payments for refund in payment.refunds]
    assert [10_000] * bool(step) == [one.amount.minor for one in by_hand if not one.by_provider]
    assert [] == list(here.kit.verify())


def test_one_that_cannot_be_asked_is_asked_again_for_an_hour(shop: Opens) -> None:
    """Under the same key, which it knows so long; then only people can know, and they take the order back."""
    here = shop(BLIND)
    here.side.answer = ok.Unknown()
    assert "answer_awaited" == here.refused()
    here.work(minutes=59)
    within = list(here.side.asked)
    here.work(minutes=120)

    assert (2, 1) == (len(within), len(set(within)))
    assert within == here.side.asked
    assert timedelta(hours=1) == WHILE_KEYS_ARE_KNOWN
    assert here.stored().cancelling is not None
    here.desk.operations.stop_cancelling(here.order.id, actor=STAFF, key="stop")
    assert "cancelled" == here.cancel("none", key="again").status
    assert [] == list(here.kit.verify())


def test_an_answer_that_comes_later_is_enough(shop: Opens) -> None:
    """Whoever asks about the payment that everything waits for has the order cancelled at once."""
    here = shop()
    here.side.answer = ok.Unknown()
    here.refused(rub("450"))
    here.side.answer = None
    here.desk.operations.look_up(here.order.payments[-1].id)

    assert ("pending_paid", 135_000, 0) == here.money()  # the provider has not heard of it, and may do so yet
    here.side.answer = ok.Succeeded(rub("450"), "r-9")
    here.desk.operations.look_up(here.order.payments[-1].id)
    assert ("cancelled", 90_000, 90_000) == here.money()
    assert [] == list(here.kit.verify())


def test_what_waits_is_told(any_url: str, shop: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which order, who cancels it, since when and what for: no word of its client, nor of what staff wrote."""
    here = shop()
    here.side.answer = ok.Unknown()
    here.refused()
    began = here.clock()
    here.clock.move(minutes=5)
    found = here.kit.reconcile()
    told = CliRunner().invoke(main, ["reconcile", "--database", any_url]).output

    refund, amount = ok.Capability.REFUND, rub("450")
    awaits = (
        Awaited(provider="card", capability=refund, amount=amount, status=OperationStatus.UNKNOWN),
        Awaited(provider="card", capability=refund, amount=amount, status=None),
    )
    assert (Standing(number="1001", site="coffee", by=STAFF, since=began, awaits=awaits),) == found.standing
    assert (
        f"order 1001 of coffee is being cancelled by staff {STAFF.id} since {began:%Y-%m-%d %H:%M} UTC, and waits for "
        f"card to refund {amount} (unknown); card to refund {amount} (not asked yet)\n"
    ) in told
    assert not any(word in told for word in (STAFF.name, "передумал", ANNA.name))


def test_what_has_come_to_its_end_is_not_told(shop: Opens) -> None:
    """Of a cancelling that waits no more nothing is left to say."""
    here = shop()
    here.side.answer = ok.Unknown()
    here.refused()
    here.side.answer = None
    here.clock.move(minutes=5)

    assert () == here.kit.reconcile().standing
    assert ("cancelled", 0, 0) == here.money()
