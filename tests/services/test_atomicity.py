"""A verb is done or it is not: broken off at any statement, it leaves nothing."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import attrs
import pytest
import sqlalchemy as sa

from orderkit import CustomerRef, Delivery, Desk, Money, OrderKit, Visit
from tests.counting import statements
from tests.making import ANNA, RECIPIENT, STAFF, Maker, contents, mug, rub
from tests.services.cutting import PowerCutError, cut_before


def verbs(desk: Desk, make: Maker) -> dict[str, Callable[[], object]]:
    courier, cash, order = make.courier(), make.cash(), make.order()
    record = desk.payments.record
    payment = record(order.id, rub("500"), method_id=cash.id, actor=STAFF, key="first")
    delivery = Delivery(rub("300"), courier.id, recipient=RECIPIENT)
    version = desk.orders.get(order.id).version
    at = {"actor": STAFF, "expected_version": version}
    made = desk.contacts.create(ANNA, actor=STAFF)
    visitor, buyer, euro = desk.visitors.meet()[0], desk.visitors.meet()[0], Money.of("9", "EUR")
    cart = desk.carts.add(buyer, mug())
    return {
        "create": lambda: desk.orders.create(
            [mug()] * 2, contact=ANNA, delivery=delivery, actor=STAFF, key="new"
        ),
        "record": lambda: record(order.id, rub("1"), method_id=cash.id, actor=STAFF, key="more"),
        "refund": lambda: desk.payments.refund(payment.id, rub("1"), actor=STAFF, key="back"),
        "move": lambda: desk.orders.set_status(order.id, "preparing", **at),
        "deliver": lambda: desk.orders.edit_delivery(order.id, delivery, **at),
        "cancel": lambda: desk.orders.cancel(order.id, reason="нет", refund="all", **at),
        "ask": lambda: desk.orders.request_cancel(order.id, reason="передумала"),
        "link": lambda: desk.orders.issue_link(order.id, actor=STAFF),
        "contact": lambda: desk.contacts.create(ANNA, actor=STAFF),
        "person": lambda: desk.contacts.link(order.contact_id, made.id, actor=STAFF, key="person"),
        "meet": desk.visitors.meet,
        "sign in": lambda: desk.visitors.sign_in(visitor, CustomerRef("42", ANNA)),
        "look": lambda: desk.visitors.record([Visit("/")] * 2, visitor=visitor),
        "first add": lambda: desk.carts.add(visitor, mug()),
        "add": lambda: desk.carts.add(buyer, mug(sku="TEA")),
        "another cart": lambda: desk.carts.add(buyer, attrs.evolve(mug(), unit_price=euro, amount=euro)),
        "submit": lambda: desk.carts.submit(
            cart.id, visitor=buyer, contact=ANNA, delivery=delivery, seen=None, key="form"
        ),
        "method": lambda: make.cash(),
    }


VERBS = [
    "create", "record", "refund", "move", "deliver", "cancel", "ask", "link", "contact", "person", "method",
    "meet", "sign in", "look", "first add", "add", "another cart", "submit",
]  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_broken_off_anywhere(any_kit: OrderKit, any_desk: Desk, any_make: Maker, verb: str) -> None:
    """Broken off before each statement in turn and before the commit, all tables are as before; then it succeeds."""
    do = verbs(any_desk, any_make)[verb]
    before, cuts = contents(any_kit), 0
    while True:
        with cut_before(any_kit, cuts) as was_cut, suppress(PowerCutError):
            do()
        if not was_cut:
            break
        cuts += 1
        assert before == contents(any_kit), f"broken off before statement {cuts}"

    assert cuts >= 2
    assert before != contents(any_kit)
    assert [] == list(any_kit.verify())


def test_two_commits_would_be_noticed(
    any_kit: OrderKit, any_desk: Desk, any_make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: were each table committed by itself, a break would leave a part, and this test would see it."""

    def in_pieces(self: Any, work: Callable[[sa.Connection], Any]) -> Any:
        with self.engine.execution_options(
            isolation_level="AUTOCOMMIT", orderkit_read=True
        ).connect() as connection:
            return work(connection)

    monkeypatch.setattr(type(any_kit.database), "write", in_pieces)
    with pytest.raises(AssertionError, match="broken off"):
        test_broken_off_anywhere(any_kit, any_desk, any_make, "create")


def test_no_statement_is_outside(any_kit: OrderKit, any_desk: Desk) -> None:
    """Making an order is one transaction: one BEGIN before all that is written, and one COMMIT, last."""
    with statements(any_kit) as asked:
        any_desk.orders.create([mug()], contact=ANNA, actor=STAFF, key="new")

    done = [statement for statement in asked if not statement.startswith(("SELECT", "WITH"))]
    assert [0, len(done) - 1] == [
        index for index, statement in enumerate(done) if statement.startswith(("BEGIN", "COMMIT"))
    ]
