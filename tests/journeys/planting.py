"""What stands in the shop of the screens and is long to make: an order with much in it, and events of a provider."""

from uuid import UUID

import attrs

import orderkit.plugin as ok
from orderkit import ContactDetails, Delivery, Line, Money, Order
from orderkit.domain import inbox
from orderkit.domain.inbox import InboxEvent, InboxReason, InboxStatus
from orderkit.domain.outcome import Succeeded
from orderkit.domain.provider_event import ProviderEvent
from tests.making import ANNA, BUYER, STAFF, Maker, mug, rub
from tests.plugins import paying, plugin

HOLDING = plugin(paying(started=ok.Authorised(rub("1350"), "pay_" + "8f3e" * 12)), name="holding")
"""A provider that holds money first."""
SILENT = plugin(
    attrs.evolve(paying(started=ok.Unknown(), capabilities=frozenset()), code="silent"),
    name="silent",
)
"""One that knows neither what came of a payment nor what it is called, and cannot be asked."""


def long_order(make: Maker, delivery: Delivery) -> Order:
    """Many positions, long words, sums of twelve digits."""
    lines = [
        Line(
            sku=f"SKU-{number}",
            title="Кружка керамическая с двойными стенками ручной работы " * (1 + number % 3),
            unit_price=Money.of("1234567890.12", "RUB") if not number else rub("450"),
            quantity=number or 100,
            options={"Цвет": "тёмно-синий", "Размер": "XXL"} if number % 2 else {},
        )
        for number in range(25)
    ]
    name = ContactDetails("Константин Преображенский-Задунайский " * 4, "konstantin@example.com")
    return make.order(lines, contact=name, delivery=delivery)


def held_order(make: Maker) -> Order:
    """Money for it is held."""
    card = make.desk.settings.add_payment_method("card", "Карта с холдом", actor=STAFF, key=make.key())
    order = make.order([mug(3)], contact=ANNA, status="payment", actor=BUYER)
    given = {"seen": rub("1350"), "key": make.key(), "return_url": "https://shop.example"}
    return make.desk.payments.start(order.id, card.id, actor=BUYER, **given).order


def silent_order(make: Maker) -> Order:
    """Nobody knows whether it is paid: people are to look there, and to press what they found."""
    given = {"seen": rub("1350"), "key": make.key(), "return_url": "https://shop.example"}
    silent = make.desk.settings.add_payment_method(
        "silent", "Банк, которого не спросить", actor=STAFF, key=make.key()
    )
    order = make.order([mug(3)], contact=ANNA, status="payment", actor=BUYER)
    return make.desk.payments.start(order.id, silent.id, actor=BUYER, **given).order


def tell_of(make: Maker, order: Order, method_id: UUID) -> None:
    """What a provider told: something of every kind."""
    webhooks, payment = make.desk.webhooks, order.payments[0]
    act = webhooks.acting(STAFF)
    subject, told = inbox.Subject(order, payment), Succeeded(rub("1234567890.50"), "pay_" + "8f3e" * 12)
    for number, (status, reason) in enumerate(
        (
            ("applied", None),
            ("ignored", "nothing_new"),
            ("parked", "no_payment"),
            ("flagged", "amount_differs"),
        )
    ):
        event = ProviderEvent(event_id=f"e-{number}", asked="payment", reference=told.reference, told=told)
        fresh = InboxEvent(
            id=act.new_id(), method_id=method_id, event=event, digest=str(number), received_at=act.at
        )
        held = webhooks.store.save(inbox.receive(fresh, act))
        decision = inbox.Decision(InboxStatus(status), reason and InboxReason(reason))
        about = None if status == "parked" else subject
        webhooks.store.save(inbox.decided(held, decision, act, about))
