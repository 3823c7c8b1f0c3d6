"""Whatever comes first, the answer or what is told, once or twice: in the end it is what the clean order comes to."""

from collections import deque
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import orderkit.plugin as ok
from orderkit import Order, OrderKit
from tests.backends import Backends
from tests.hooked import Books, begin_to_pay, hooked, reference_of, webhook
from tests.making import STAFF, Clock, Maker, rub
from tests.plugins import plugin

TELLS = {
    "paid": {"told": "succeeded", "amount": 90_000},
    "intent": {"told": None},
    "given back": {"asked": "refund", "told": "succeeded", "amount": 25_000},
    "disputed": {"told": "charged_back", "amount": 30_000, "dispute": "dp"},
    "won": {"told": "won", "amount": 30_000, "dispute": "dp"},
}
"""What the provider tells of a payment of 900 that is paid; all but the first under another name than it answered."""
CLEAN = ("answer", "paid", "intent", "given back", "disputed", "won")


@attrs.define
class Provider:
    """It knows what came of each payment, and what it is called elsewhere; it tells before it answers, if so asked."""

    early: deque[str] = attrs.field(factory=deque)
    tell: Any = None

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        while self.early:
            self.tell(self.early.popleft(), request.operation_id)
        return ok.Redirect("https://bank.example/pay", reference_of(request.operation_id))

    def trace(self, request: ok.TraceRequest) -> Any:
        payment = "p-" + request.reference.rpartition("-")[2]
        is_refund = request.asked is ok.Asked.REFUND
        told = ok.Succeeded(rub("250" if is_refund else "900"), request.reference if is_refund else payment)
        return ok.Traced(reference=payment, told=told)


@attrs.frozen
class Scene:
    """A shop, and its provider."""

    kit: OrderKit
    clock: Clock
    provider: Provider

    def told(self, steps: tuple[str, ...]) -> tuple[Any, ...]:
        """What an order of its own comes to, when that happens in that order, and the worker works in the end."""
        desk = self.kit.site("coffee")
        [method] = desk.settings.payment_methods()
        ids: dict[str, Any] = {}

        def tell(what: str, operation: Any) -> None:
            ids["operation"] = operation
            if what == "work":
                self.work()
            elif what:
                event = _event(what, operation)
                desk.webhooks.receive(method.id, webhook(event, at=self.clock()))

        early, late = steps[: steps.index("answer")], steps[steps.index("answer") + 1 :]
        self.provider.early, self.provider.tell = deque(early), tell
        order, payment = begin_to_pay(Maker(desk), method)
        for one in late:
            tell(one, payment.id)
        for _ in range(4):
            self.work()
        return _summary(desk.orders.get(order.id))

    def work(self) -> None:
        self.clock.move(hours=1)
        self.kit.site("coffee").webhooks.take_up_due()


def _event(what: str, operation: Any) -> dict[str, Any]:
    """What the provider tells: of the payment by its name, of all else by others."""
    tail = operation.hex[-12:]
    names = {"paid": f"p-{tail}", "given back": f"r-{tail}"}
    event = {"id": f"{what}-{tail}", "reference": names.get(what, f"pi-{tail}"), **TELLS[what]}
    if what in ("paid", "intent"):
        event["operation"] = str(operation)
    return event | ({"payment": f"pi-{tail}"} if what == "given back" else {})


def _summary(order: Order) -> tuple[Any, ...]:
    [payment] = [one for one in order.payments if not one.offline]
    refunds = [(one.amount.minor, one.status.value, one.by_provider) for one in payment.refunds]
    facts = sorted((one.kind.value, one.amount.minor) for one in payment.facts)
    return (
        *(order.status.value, order.balance.paid, order.balance.payment_status.value),
        *(payment.attempt.value, payment.reference == reference_of(payment.id), refunds, facts),
    )


@pytest.fixture
def scene(clock: Clock, backends: Backends) -> Iterator[Scene]:
    provider = Provider()
    kind = hooked(Books(), started=provider.start, trace=lambda _, request: provider.trace(request))
    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(kind)], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB")
    kit.site("coffee").settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
    yield Scene(kit, clock, provider)
    kit.close()


@settings(max_examples=15, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(st.sampled_from(CLEAN[1:]), max_size=3).flatmap(
        lambda more: st.permutations([*CLEAN, "work", *more])
    )
)
@example(steps=list(CLEAN[::-1]))
@example(steps=["given back", "disputed", "work", "paid", "answer", "won", "intent"])
def test_any_order(scene: Scene, steps: list[str]) -> None:
    """Told before the answer or after it, shuffled and doubled, an order comes to the same money and status."""
    expected = ("pending_paid", 65_000, "partially_refunded", "settled", True)
    summary = scene.told(tuple(steps))

    assert expected == summary[:5]
    assert ([(25_000, "settled", True)], scene.told(CLEAN)) == (summary[5], summary)
    assert (0, []) == (scene.kit.site("coffee").webhooks.count_flagged(), list(scene.kit.verify()))
