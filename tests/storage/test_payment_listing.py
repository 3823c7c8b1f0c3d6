"""The list «Платежи»: everyone who reached the payment page, each with the result that the domain gives."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import attrs
import pytest

from orderkit import (
    Attempt,
    ContactDetails,
    Delivery,
    Desk,
    FactKind,
    MoneyFact,
    Order,
    Payment,
    PaymentFilter,
    PaymentResult,
    Recipient,
)
from orderkit.domain.change import changed
from orderkit.errors import InvalidInputError
from tests.making import ANNA, STAFF, Clock, Maker, rub

LEDGERS: Sequence[tuple[FactKind, ...]] = [
    (),
    (FactKind.AUTHORISE,),
    (FactKind.AUTHORISE, FactKind.VOID),
    (FactKind.AUTHORISE, FactKind.CAPTURE),
    (FactKind.AUTHORISE, FactKind.CAPTURE, FactKind.CHARGEBACK),
]


def plant(desk: Desk, order: Order, *payments: Payment) -> Order:
    """Store payments as providers will leave them, which no verb of today does."""
    after = attrs.evolve(order, payments=(*order.payments, *payments))
    change = changed(order, after, "payment.recorded", desk.orders.acting(STAFF))
    assert change is not None
    return desk.orders.store.save(change)


def payment(
    at: datetime, facts: Sequence[FactKind] = (), attempt: Attempt = Attempt.OPEN, **fields: Any
) -> Payment:
    ledger = tuple(
        MoneyFact(UUID(int=at.toordinal() << 64 | random.getrandbits(60) << 4 | step), kind, rub("5"), at)
        for step, kind in enumerate(facts)
    )
    return Payment(uuid4(), rub("5"), at, attempt=attempt, facts=ledger, **fields)


def found(desk: Desk, **fields: Any) -> list[str]:
    return [row.order_number for row in desk.payments.find(PaymentFilter(**fields)).rows]


def test_results_are_the_domains(any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """Whatever the ledger and however far the asking came, each row and each filter says what `Payment.result` does."""
    chance = random.Random(7)
    expected = {}
    for _ in range(6):
        payments = [
            payment(clock.now + timedelta(minutes=chance.randint(0, 9)), facts, attempt)
            for facts in chance.sample(LEDGERS, 3)
            for attempt in chance.sample(list(Attempt), 3)
        ]
        plant(any_desk, any_make.order(), *payments)
        expected |= {one.id: (one.result.value, one.attempt.value) for one in payments}
    rows = any_desk.payments.find(limit=200).rows
    by_result = {
        result.value: {
            row.id for row in any_desk.payments.find(PaymentFilter(result=[result]), limit=200).rows
        }
        for result in PaymentResult
    }

    assert expected == {row.id: (row.result, row.attempt) for row in rows}
    assert 3 == len({result for result, _ in expected.values()})
    assert by_result == {
        result: {id for id, (one, _) in expected.items() if one == result} for result in by_result
    }


def test_everyone_who_reached_the_payment_page(any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """Who paid, who chose a method and who did neither; an attempt that another one replaced stays."""
    cash, card = any_make.cash(), any_make.cash("Терминал")
    begun, chose, changed_mind, paid, _ = (any_make.order(contact=ANNA) for _ in range(5))
    clock.move(minutes=1)
    plant(any_desk, begun, payment(clock.now))
    for order, methods in ((chose, [cash]), (changed_mind, [cash, card])):
        for version, method in enumerate(methods, 1):
            clock.move(minutes=1)
            any_desk.payments.choose(order.id, method.id, actor=STAFF, expected_version=version)
    clock.move(minutes=1)
    made = any_desk.payments.record(
        paid.id, rub("900"), method_id=cash.id, actor=STAFF, key="p", reference="П-1"
    )
    clock.move(minutes=1)
    any_desk.payments.refund(made.id, rub("250"), actor=STAFF, key="r")

    assert [
        ("1004", "succeeded", "settled", "Наличные"),
        ("1003", "not_finished", "open", "Терминал"),
        ("1003", "not_finished", "superseded", "Наличные"),
        ("1002", "not_finished", "open", "Наличные"),
        ("1001", "not_finished", "open", ""),
    ] == [(row.order_number, row.result, row.attempt, row.method) for row in any_desk.payments.find().rows]


def test_a_row(any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """A row holds the six columns and what they link to; a guest has no name, an attempt no money."""
    order, cash = any_make.order(contact=ANNA), any_make.cash()
    any_desk.payments.choose(order.id, cash.id, actor=STAFF, expected_version=1)
    opened = clock.now
    clock.move(days=1)
    record = any_desk.payments.record
    made = record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="p", reference="П-1")
    came = clock.now
    clock.move(days=1)
    any_desk.payments.refund(made.id, rub("250"), actor=STAFF, key="r")
    plant(any_desk, any_make.order(), payment(clock.now))
    bare, row = any_desk.payments.find().rows

    assert (made.id, order.id, "1001", opened, came) == (
        row.id,
        row.order_id,
        row.order_number,
        row.at,
        row.settled_at,
    )
    assert (order.contact_id, *attrs.astuple(ANNA)) == (
        row.contact_id,
        row.contact_name,
        row.contact_email,
        row.contact_phone,
    )
    assert ("succeeded", "settled", "Наличные", cash.id, "П-1") == (
        row.result,
        row.attempt,
        row.method,
        row.method_id,
        row.reference,
    )
    assert (rub("900"), rub("900"), rub("250")) == (row.amount, row.captured, row.refunded)
    assert ("", "", "", None, "", None, rub(0)) == (
        bare.contact_name,
        bare.contact_email,
        bare.method,
        bare.method_id,
        bare.reference,
        bare.settled_at,
        bare.captured,
    )


def test_search(any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """Payments are found by number, by the provider's identifier, and by the people of their orders."""
    post = Delivery(rub(0), tracking_code="RA1", recipient=Recipient(name="Зинаида"))
    people = [ANNA, ContactDetails("Пётр Ёжиков", phone="+7 495 123-45-67"), ContactDetails()]
    for person, reference in zip(people, ["ch_1aB", "CH_2", ""], strict=True):
        order = any_make.order(contact=person, delivery=Delivery(rub(0)) if person else post)
        plant(any_desk, order, payment(clock.now, reference=reference))
    searches = {
        "1001": ["1001"],
        "100": ["1001", "1002", "1003"],
        "ch_1": ["1001"],
        "ch_": ["1001", "1002"],
        "aB": [],
        "RA1": [],
        "анна": ["1001"],
        "8 (912) 345": ["1001"],
        "ежиков 495": ["1002"],
        "Зинаида": ["1003"],
        "нет такого": [],
        "'; --": [],
        "%": [],
    }

    assert searches == {text: sorted(found(any_desk, text=text)) for text in searches}


def test_filters(any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """Each filter alone, and together: everything given must hold; days are days of the site."""
    cash, card = any_make.cash().id, any_make.cash("Терминал").id
    clock.now = datetime(2026, 3, 1, 20, 59, tzinfo=UTC)  # a minute before midnight in Moscow
    one, other = any_make.order(contact=ANNA), any_make.order()
    any_desk.payments.record(one.id, rub("900"), method_id=cash, actor=STAFF, key="p")
    clock.move(minutes=2)
    any_desk.payments.choose(other.id, card, actor=STAFF, expected_version=1)
    first, second = date(2026, 3, 1), date(2026, 3, 2)

    assert ["1002", "1001"] == found(any_desk, result=["succeeded", "not_finished"])
    assert ["1001"] == found(any_desk, result=["succeeded"])
    assert ["1002"] == found(any_desk, payment_method_id=card)
    assert ["1001"] == found(any_desk, contact_id=one.contact_id)
    assert ["1001"] == found(any_desk, opened_to=first)
    assert ["1002"] == found(any_desk, opened_from=second, opened_to=second)
    assert ["1001"] == found(
        any_desk, text="анна", result=["succeeded"], payment_method_id=cash, contact_id=one.contact_id
    )
    assert [] == found(any_desk, text="анна", payment_method_id=card)
    assert [] == found(any_desk, contact_id=uuid4())


@pytest.mark.parametrize(
    "wanted", [PaymentFilter(), PaymentFilter(result=["not_finished"]), PaymentFilter(text="кружкин")]
)
def test_pages_cover_every_payment_once(
    any_desk: Desk, any_make: Maker, clock: Clock, wanted: PaymentFilter
) -> None:
    """Forward and back each payment is met once, though all are of one moment."""
    for _ in range(4):
        order = any_make.order(contact=ContactDetails("Кружкин"))
        plant(any_desk, order, *(payment(clock.now) for _ in range(3)))
    find = any_desk.payments.find
    page = find(wanted, limit=5)
    there = list(page.rows)
    while page.next:
        page = find(wanted, limit=5, after=page.next)
        there += page.rows
    back = list(reversed(page.rows))
    while page.previous:
        page = find(wanted, limit=5, before=page.previous)
        back += reversed(page.rows)

    assert 12 == len({row.id for row in there}) == len(there)
    assert list(reversed(there)) == back


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"wanted": PaymentFilter(result=["lost"])}, "unknown_result"),
        ({"wanted": PaymentFilter(text="\x00")}, "control_characters"),
        ({"limit": 201}, "out_of_range"),
        ({"after": "x"}, "bad_cursor"),
        ({"after": "A" * 32, "before": "A" * 32}, "two_cursors"),
    ],
)
def test_what_is_refused(desk: Desk, arguments: dict[str, Any], code: str) -> None:
    """A result that is none, unusable text and places that are none are refused in words."""
    with pytest.raises(InvalidInputError) as refused:
        desk.payments.find(**arguments)

    assert code == refused.value.code
