"""
Two equal requests at once, for every verb that takes a key, and for every moment in which the second can be faster.

Each verb is called while the same call, with the same key, is done from beginning to end right before the first time
it asks the database for something, then before the second time, and so on until it stores something itself: between
whatever it looks up and what it does about it. It must answer as the faster one was answered; nothing is done twice.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import (
    Actor,
    ActorKind,
    Adjustment,
    AdjustmentKind,
    ChangeQuantity,
    ContactDetails,
    ContactLink,
    Delivery,
    Desk,
    Order,
    OrderKit,
    Payment,
    RefundShare,
    Started,
)
from orderkit.domain import disputing, people
from orderkit.domain.people import Evidence
from orderkit.errors import OrderKitError
from orderkit.storage.journalling import Journal
from tests.backends import Backends
from tests.making import ANNA, BUYER, STAFF, Clock, Maker, contents, mug, rub
from tests.plugins import NoSettings, adjusting, plugin, sending
from tests.services.overtaking import overtaken

AN_IMPORT = Actor(ActorKind.IMPORT, "old-shop")
TAKING, HOLDING = "https://shop.example/take", "https://shop.example/hold"
Call = Callable[[], object]


@attrs.define
class Till:
    """A provider that holds what is to be paid from a certain page, takes the rest, and does what it is asked for."""

    asked: int = 0
    is_silent: bool = False

    def offer(self, request: ok.OfferRequest) -> ok.Offer:
        return ok.Offer()

    def start(self, request: ok.StartRequest) -> ok.Outcome:
        self.asked += 1
        answer = ok.Authorised if request.return_url == HOLDING else ok.Succeeded
        return answer(request.amount, f"b-{self.asked}")

    def refund(self, request: ok.OperationRequest) -> ok.Outcome:
        self.asked += 1
        return ok.Unknown() if self.is_silent else ok.Succeeded(request.amount, f"o-{self.asked}")

    capture = void = refund


@attrs.frozen
class Scene:
    """A shop with a provider, and what is needed to ask it for anything; every part of it is new each time."""

    kit: OrderKit
    desk: Desk
    make: Maker
    till: Till
    card: UUID

    def somebody(self) -> ContactDetails:
        """Somebody who resembles nobody."""
        return ContactDetails(name := self.make.key(), f"{name}@example.com")

    def order(self, **fields: Any) -> Order:
        return self.make.order(contact=self.somebody(), **fields)

    def to_pay(self) -> Order:
        return self.make.order(contact=self.somebody(), status="payment", actor=BUYER)

    def payment(self, *, holds: bool = False) -> tuple[Order, Payment]:
        started = self.start(self.to_pay(), self.make.key(), HOLDING if holds else TAKING)
        return started.order, started.payment

    def start(self, order: Order, key: str, return_url: str = TAKING) -> Started:
        given: dict[str, Any] = {"actor": BUYER, "seen": rub("900"), "return_url": return_url}
        return self.desk.payments.start(order.id, self.card, key=key, **given)

    def recorded(self) -> tuple[Order, Payment]:
        order = self.order()
        record = self.desk.payments.record
        payment = record(
            order.id, rub("500"), method_id=self.make.cash().id, actor=STAFF, key=self.make.key()
        )
        return self.desk.orders.get(order.id), payment

    def link(self, evidence: Evidence) -> ContactLink:
        contacts = self.desk.contacts
        one, other = (contacts.create(ContactDetails("Яна"), actor=STAFF).id for _ in range(2))
        change = people.link(one, other, evidence, (), contacts.acting(STAFF))
        assert change
        return contacts.store.save(change)

    def done(self) -> tuple[int, int]:
        """How much was written down, and how often providers were asked."""
        return len(contents(self.kit)["orderkit_journal"]), self.till.asked


# What each verb is called with; made anew for each moment, and called twice with the same key.


def _create(here: Scene) -> Call:
    create, key = here.desk.orders.create, here.make.key()
    somebody = here.somebody()
    return lambda: create([mug()], contact=somebody, actor=STAFF, key=key)


def _import(here: Scene) -> Call:
    create, key = here.desk.orders.create, here.make.key()
    return lambda: create([mug()], source="old", external_ref=key, actor=AN_IMPORT, key=key)


def _changed(verb: str, *given: Any, **more: Any) -> Callable[[Scene], Call]:
    """A verb of orders that edits one at the version seen."""

    def called(here: Scene) -> Call:
        order, key = here.order(), here.make.key()
        do = getattr(here.desk.orders, verb)
        return lambda: do(order.id, *given, actor=STAFF, expected_version=order.version, key=key, **more)

    return called


def _request_cancel(here: Scene) -> Call:
    order, key = here.recorded()[0], here.make.key()
    return lambda: here.desk.orders.request_cancel(order.id, reason="долго", key=key)


def _decline_cancel(here: Scene) -> Call:
    order, key, orders = here.recorded()[0], here.make.key(), here.desk.orders
    asked = orders.request_cancel(order.id)
    given: dict[str, Any] = {"actor": STAFF, "expected_version": asked.version, "key": key}
    return lambda: orders.decline_cancel(order.id, reason="едет", **given)


def _add_note(here: Scene) -> Call:
    order, key = here.order(), here.make.key()
    return lambda: here.desk.orders.add_note(order.id, "позвонить", actor=STAFF, key=key)


def _see_dispute(here: Scene) -> Call:
    order, payment = here.payment()
    taken_back = disputing.charge_back(order, payment.id, rub("100"), "d-1", here.desk.orders.acting(STAFF))
    order, key = here.desk.orders.store.save(taken_back), here.make.key()
    return lambda: here.desk.orders.see_dispute(order.id, seen=rub("100"), actor=STAFF, key=key)


def _edit_contact(here: Scene) -> Call:
    contact, key = here.desk.contacts.create(ANNA, actor=STAFF), here.make.key()
    edit, at = here.desk.contacts.edit, {"actor": STAFF, "expected_version": 1}
    return lambda: edit(contact.id, ContactDetails("Ян"), key=key, **at)


def _link(here: Scene) -> Call:
    one, other = (here.desk.contacts.create(ANNA, actor=STAFF).id for _ in range(2))
    key = here.make.key()
    return lambda: here.desk.contacts.link(one, other, actor=STAFF, key=key)


def _decided(verb: str, evidence: Evidence) -> Callable[[Scene], Call]:
    def called(here: Scene) -> Call:
        link, key = here.link(evidence), here.make.key()
        decide = getattr(here.desk.contacts, verb)
        return lambda: decide(link.id, actor=STAFF, expected_version=1, key=key)

    return called


def _start(here: Scene) -> Call:
    order, key = here.to_pay(), here.make.key()
    return lambda: here.start(order, key)


def _choose(here: Scene) -> Call:
    order, cash, key = here.order(), here.make.cash().id, here.make.key()
    given: dict[str, Any] = {"actor": STAFF, "expected_version": 1, "key": key}
    return lambda: here.desk.payments.choose(order.id, cash, **given)


def _record(here: Scene) -> Call:
    order, cash, key = here.order(), here.make.cash().id, here.make.key()
    given: dict[str, Any] = {"method_id": cash, "actor": STAFF, "key": key, "seen_version": order.version}
    return lambda: here.desk.payments.record(order.id, rub("900"), **given)


def _refund(here: Scene) -> Call:
    (order, payment), key = here.recorded(), here.make.key()
    given: dict[str, Any] = {"actor": STAFF, "key": key, "seen_version": order.version}
    return lambda: here.desk.payments.refund(payment.id, rub("500"), **given)


def _operated(verb: str, *given: Any, holds: bool) -> Callable[[Scene], Call]:
    def called(here: Scene) -> Call:
        (order, payment), key = here.payment(holds=holds), here.make.key()
        do, at = getattr(here.desk.operations, verb), order.version
        return lambda: do(payment.id, *given, actor=STAFF, key=key, seen_version=at)

    return called


def _cancel(*, holds: bool) -> Callable[[Scene], Call]:
    def called(here: Scene) -> Call:
        (order, _), key = here.payment(holds=holds), here.make.key()
        given: dict[str, Any] = {"actor": STAFF, "expected_version": order.version, "key": key}
        refund = "none" if holds else "all"
        return lambda: here.desk.operations.cancel(order.id, reason="передумал", refund=refund, **given)

    return called


def _stop_cancelling(here: Scene) -> Call:
    """Of an order whose cancelling waits for the provider."""
    (order, _), key = here.payment(), here.make.key()
    here.till.is_silent = True
    with pytest.raises(OrderKitError, match="cancel"):
        here.desk.operations.cancel(
            order.id,
            reason="передумал",
            refund="all",
            actor=STAFF,
            expected_version=order.version,
            key=here.make.key(),
        )
    here.till.is_silent = False
    return lambda: here.desk.operations.stop_cancelling(order.id, actor=STAFF, key=key)


def _write_down(here: Scene) -> Call:
    """What the provider was silent about."""
    (_, payment), key = here.payment(), here.make.key()
    here.till.is_silent = True
    refund = here.desk.operations.refund(payment.id, rub("540"), actor=STAFF, key=here.make.key())
    here.till.is_silent = False
    given: dict[str, Any] = {"is_done": True, "of": refund.id, "reference": "r-1", "actor": STAFF, "key": key}
    return lambda: here.desk.operations.write_down(payment.id, **given)


def _give_back(here: Scene) -> Call:
    (order, payment), key = here.payment(), here.make.key()
    shares = [RefundShare(payment.id, rub("540"), by_provider=True)]
    given: dict[str, Any] = {"actor": STAFF, "key": key, "seen_version": order.version}
    return lambda: here.desk.operations.give_back(order.id, rub("540"), shares, **given)


def _add(here: Scene) -> Call:
    visitor, key = here.desk.visitors.meet()[0], here.make.key()
    return lambda: here.desk.carts.add(visitor, mug(), key=key)


def _submit(here: Scene) -> Call:
    visitor, key, somebody = here.desk.visitors.meet()[0], here.make.key(), here.somebody()
    cart = here.desk.carts.add(visitor, mug())
    form: dict[str, Any] = {
        "contact": somebody,
        "delivery": Delivery(rub("0")),
        "seen": rub("900"),
        "key": key,
    }
    return lambda: here.desk.carts.submit(cart.id, visitor=visitor, **form)


def _adding(verb: str, code: str, **settings: Any) -> Callable[[Scene], Call]:
    def called(here: Scene) -> Call:
        add, key = getattr(here.desk.settings, f"add_{verb}"), here.make.key()
        return lambda: add(code, "Новое", actor=STAFF, key=key, settings=settings)

    return called


def _editing(verb: str, code: str, **settings: Any) -> Callable[[Scene], Call]:
    def called(here: Scene) -> Call:
        row, key = _adding(verb, code, **settings)(here)(), here.make.key()
        changed = attrs.evolve(row, title="Другое")  # type: ignore[misc]
        return lambda: getattr(here.desk.settings, f"edit_{verb}")(changed, actor=STAFF, key=key)

    return called


def _send_again(here: Scene) -> Call:
    _adding("notification_rule", "pigeon")(here)()
    order, key, messages = here.order(), here.make.key(), here.desk.messages
    here.kit.work()
    first = messages.of_order(order.id)[0]
    return lambda: messages.send_again(order.id, first.id, actor=STAFF, key=key)


FEE = Adjustment(kind=AdjustmentKind.FEE, amount=rub("1"))
VERBS: Mapping[str, Callable[[Scene], Call]] = {
    "orders.create": _create,
    "orders.create by an import": _import,
    "orders.set_status": _changed("set_status", "preparing"),
    "orders.cancel": _changed("cancel", reason="нет"),
    "orders.request_cancel": _request_cancel,
    "orders.decline_cancel": _decline_cancel,
    "orders.edit_lines": _changed("edit_lines", [ChangeQuantity(1, 3)]),
    "orders.edit_adjustments": _changed("edit_adjustments", [FEE]),
    "orders.edit_delivery": _changed("edit_delivery", Delivery(rub("1"))),
    "orders.add_note": _add_note,
    "orders.see_dispute": _see_dispute,
    "contacts.edit": _edit_contact,
    "contacts.link": _link,
    "contacts.confirm": _decided("confirm", Evidence.EMAIL),
    "contacts.unlink": _decided("unlink", Evidence.EMAIL),
    "contacts.dismiss": _decided("dismiss", Evidence.NAME),
    "payments.start": _start,
    "payments.choose": _choose,
    "payments.record": _record,
    "payments.refund": _refund,
    "operations.refund": _operated("refund", rub("540"), holds=False),
    "operations.give_back": _give_back,
    "operations.capture": _operated("capture", rub("900"), holds=True),
    "operations.void": _operated("void", holds=True),
    "operations.cancel": _cancel(holds=False),
    "operations.cancel what is held": _cancel(holds=True),
    "operations.stop_cancelling": _stop_cancelling,
    "operations.write_down": _write_down,
    "carts.add": _add,
    "carts.submit": _submit,
    "settings.add_payment_method": _adding("payment_method", "cash"),
    "settings.add_shipping_method": _adding("shipping_method", "flat-rate", cost=rub("300")),
    "settings.add_notification_rule": _adding("notification_rule", "pigeon"),
    "settings.add_price_rule": _adding("price_rule", "haggling"),
    "settings.edit_payment_method": _editing("payment_method", "cash"),
    "settings.edit_shipping_method": _editing("shipping_method", "flat-rate", cost=rub("300")),
    "settings.edit_notification_rule": _editing("notification_rule", "pigeon"),
    "settings.edit_price_rule": _editing("price_rule", "haggling"),
    "messages.send_again": _send_again,
}
READS = frozenset({"carts.submitted"})
"""Takes the key of another call, to find what it made."""
SAME_ANYWAY = frozenset({"orders.request_cancel", "contacts.link", "operations.write_down"})
"""What is there already is not made again, whatever the key; so the control shows nothing of them."""


@pytest.fixture
def scene(clock: Clock, backends: Backends) -> Iterator[Scene]:
    till = Till()
    able = frozenset({ok.Capability.REFUND, ok.Capability.CAPTURE, ok.Capability.VOID})
    card = ok.PaymentProviderType(
        code="card", label="Card", settings=NoSettings, factory=lambda *_: till, capabilities=able
    )
    pigeon = sending(ok.Sent())
    kit = OrderKit("sqlite://", clock=clock, plugins=[plugin(card, pigeon, adjusting([]))], strict=True)
    backends.make_tables_in_memory(kit)
    kit.sites.ensure("coffee", currency="RUB")
    desk = kit.site("coffee")
    method = desk.settings.add_payment_method("card", "Карта", actor=STAFF, key="card")
    yield Scene(kit, desk, Maker(desk), till, method.id)
    kit.close()


def overtake(here: Scene, patch: pytest.MonkeyPatch, name: str) -> int:
    """Have the verb overtaken by itself at every moment in turn; answers how many there are."""
    moments, done = 0, set()
    while True:
        call = VERBS[name](here)
        entries, asked = here.done()
        with overtaken(patch, moments, call) as faster:
            answer = call()
        done.add((here.done()[0] - entries, here.done()[1] - asked))
        if not faster:
            assert 1 == len(done), f"done twice: {done}"
            return moments
        assert [answer] == faster, f"overtaken at moment {moments}"
        moments += 1


@pytest.mark.parametrize("name", VERBS)
def test_overtaken_by_itself(scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Whenever the same request is faster, both are answered alike, and it is done once."""
    assert overtake(scene, monkeypatch, name) >= 1
    assert [] == list(scene.kit.verify())


@pytest.mark.parametrize("name", sorted(VERBS.keys() - SAME_ANYWAY))
def test_nobody_remembers_the_key(scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Control: where nobody looks for the key, every verb refuses the slower of the two, or does it twice."""
    monkeypatch.setattr(Journal, "replayed", lambda *_: None)
    with pytest.raises((OrderKitError, AssertionError)):
        overtake(scene, monkeypatch, name)


def test_every_verb_with_a_key_is_here(desk: Desk) -> None:
    """A verb that takes a key and is not listed above would not be tried."""
    found = {
        f"{part.name}.{name}"
        for part in attrs.fields(Desk)
        for name, verb in inspect.getmembers(getattr(desk, part.name), inspect.ismethod)
        if not name.startswith("_") and "key" in inspect.signature(verb).parameters
    }

    assert found == {name.partition(" ")[0] for name in VERBS} | READS
