"""What is stored is what is loaded, on every database."""

import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import orderkit.kit
from orderkit import (
    Actor,
    ActorKind,
    AddLine,
    Adjustment,
    AdjustmentKind,
    ContactDetails,
    Delivery,
    Desk,
    Line,
    Money,
    Order,
    OrderKit,
    PaymentMethod,
    Recipient,
    RefundLine,
    ShippingMethod,
)
from tests.making import ANNA, STAFF, Clock, Maker, contents, mug, rub

NASTY = [
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{% raw %}",
    "${7*7}",
    "'; DROP TABLE x; --",
    '"',
    "\\",
    "%s",
    "🦆",
    "é",
    "‮",
]
texts = st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40)
names = texts.filter(lambda text: text.strip())
prices = st.integers(0, 10**9).map(lambda minor: Money(minor, "RUB"))

lines = st.builds(
    Line,
    sku=names,
    title=texts,
    unit_price=prices,
    quantity=st.integers(1, 1000),
    amount=prices,
    options=st.dictionaries(names, texts, max_size=3),
    requires_delivery=st.booleans(),
    image=texts,
    page=texts,
    tax_rate=st.none() | st.integers(0, 10_000),
)
recipients = st.builds(
    Recipient,
    **dict.fromkeys(
        ("name", "email", "phone", "country", "city", "postal_code", "address", "comment"), texts
    ),
)
deliveries = st.builds(Delivery, prices, tracking_code=texts, recipient=recipients)
adjustments = st.builds(
    Adjustment,
    kind=st.sampled_from(AdjustmentKind),
    amount=prices,
    title=texts,
    included=st.booleans(),
    target=st.sampled_from(["", "delivery", "lines.1", "lines.500"]),
    rate=st.none() | st.integers(0, 10_000),
    code=st.sampled_from(["", "КОФЕ10"]),
)
details = st.builds(ContactDetails, texts, texts, texts)


@pytest.fixture(scope="module")
def shared_desk() -> Desk:
    """One desk for many examples: a fresh database for each would take most of the time."""
    kit = OrderKit("sqlite://", clock=Clock())
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB")
    return kit.site("coffee")


@given(
    lines=st.lists(lines, min_size=1, max_size=4),
    contact=details,
    delivery=deliveries,
    adjustments=st.lists(adjustments, max_size=3),
)
def test_a_new_order(
    shared_desk: Desk,
    lines: list[Line],
    contact: ContactDetails,
    delivery: Delivery,
    adjustments: list[Adjustment],
) -> None:
    """Whatever an order is made of comes back as it was given, markup and all."""
    orders = shared_desk.orders
    order = orders.create(
        lines, contact=contact, delivery=delivery, adjustments=adjustments, actor=STAFF, key=uuid.uuid4().hex
    )

    assert order == orders.get(order.id)
    assert contact == shared_desk.contacts.get(order.contact_id).details
    assert [(line.sku, line.options) for line in lines] == [(line.sku, line.options) for line in order.lines]
    assert (delivery.recipient, tuple(adjustments)) == (order.delivery.recipient, order.adjustments)


def live(desk: Desk, clock: Clock, seed: int, steps: int = 25) -> list[Order]:
    """A reproducible busy life: the same seed leads the same life anywhere. Answers each order as returned."""
    chance, make = random.Random(seed), Maker(desk)
    cash, transfer, courier = make.cash(), make.cash("Перевод"), make.courier()
    known: dict[uuid.UUID, Order] = {}

    def new() -> Order:
        delivery = Delivery(
            rub(chance.randint(0, 500)), chance.choice([None, courier.id]), recipient=Recipient(name="Я")
        )
        status = chance.choice(["created", "payment", "pending", "delivered"])
        maker = Actor(ActorKind.IMPORT if status == "delivered" else ActorKind.BUYER)
        return make.order(
            [mug(chance.randint(1, 9))], contact=ANNA, delivery=delivery, status=status, actor=maker
        )

    def pay(order: Order) -> Order:
        method = chance.choice([cash, transfer])
        amount = rub(chance.randint(1, 3000))
        desk.payments.record(
            order.id, amount, method_id=method.id, actor=STAFF, key=make.key(), reference="№ 7"
        )
        return desk.orders.get(order.id)

    def give_back(order: Order) -> Order:
        for payment in order.payments:
            if payment.sums.refundable > 0:
                part = Money(chance.randint(1, payment.sums.refundable), "RUB")
                given = desk.payments.refund(
                    payment.id,
                    part,
                    actor=STAFF,
                    key=make.key(),
                    reason="бой",
                    reference=chance.choice(["", "К-12"]),
                    lines=chance.choice([[], [RefundLine(line.id, line.quantity) for line in order.lines]]),
                    lower_total=chance.random() < 0.7,
                )
                assert given in desk.orders.get(order.id).payment(payment.id).refunds
        return desk.orders.get(order.id)

    def move(order: Order) -> Order:
        open_ = [choice.status for choice in desk.orders.choices(order, STAFF) if choice.is_open]
        target = chance.choice([status for status in open_ if status != "cancelled"])
        return desk.orders.set_status(
            order.id, target, actor=STAFF, expected_version=order.version, reason="так надо"
        )

    def edit(order: Order) -> Order:
        if order.status not in ("pending", "pending_paid", "preparing"):
            return order
        return desk.orders.edit_lines(
            order.id, [AddLine(mug(1, options={"размер": "M"}))], actor=STAFF, expected_version=order.version
        )

    def cancel(order: Order) -> Order:
        if order.status in ("cancelled", "delivered"):
            return order
        return desk.orders.cancel(
            order.id,
            reason="передумал",
            refund=chance.choice(["all", "none"]),
            actor=STAFF,
            expected_version=order.version,
        )

    verbs: list[Callable[[Order], Order]] = [pay, pay, give_back, move, move, edit, cancel]
    for _ in range(steps):
        clock.move(seconds=chance.randint(0, 4000))
        order = chance.choice([None, *known.values()])
        after = new() if order is None else chance.choice(verbs)(order)
        known[after.id] = after
    return list(known.values())


@pytest.mark.parametrize("seed", range(3))
def test_a_whole_life(any_kit: OrderKit, any_desk: Desk, clock: Clock, seed: int) -> None:
    """Each verb answers with the order exactly as it is stored, and all promises hold afterwards."""
    for order in live(any_desk, clock, seed):
        assert order == any_desk.orders.get(order.id)
    assert [] == list(any_kit.verify())


def test_every_database_stores_the_same_rows(any_kit: OrderKit, monkeypatch: pytest.MonkeyPatch) -> None:
    """One life, lived with the same ids and clock in two databases, leaves the same rows in every table."""
    stored: list[Any] = []
    for kit in (any_kit, OrderKit("sqlite://")):
        kit.upgrade()
        kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
        ids = iter(range(10**6))
        monkeypatch.setattr(orderkit.kit, "new_uuid", lambda ids=ids: uuid.UUID(int=next(ids)))
        kit.clock = clock = Clock()
        live(kit.site("coffee"), clock, seed=7, steps=60)
        stored.append(contents(kit))
    kit.close()

    assert stored[1] == stored[0]


def test_methods_and_contacts(any_desk: Desk, any_make: Maker) -> None:
    """Methods and contacts come back as they were given, after an edit too."""
    method = any_desk.settings.add_payment_method(
        "cash",
        "Наличные",
        actor=STAFF,
        key="m",
        pages=("/a", "/b"),
        is_primary=True,
        button="Оплатить",
        position=3,
    )
    courier = any_make.courier()
    contact = any_desk.contacts.create(ANNA, actor=STAFF)
    guest = any_desk.contacts.create(ContactDetails(), actor=Actor(ActorKind.BUYER))

    assert (method,) == any_desk.settings.payment_methods()
    assert (courier,) == any_desk.settings.shipping_methods()
    assert [contact, guest] == [any_desk.contacts.get(one.id) for one in (contact, guest)]
    assert isinstance(method, PaymentMethod)
    assert isinstance(courier, ShippingMethod)
    assert (True, False) == (contact.is_lead, guest.is_lead)
