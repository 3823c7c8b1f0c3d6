"""Visitors who do many things at once, on every database; beside each guard its control."""

from collections import Counter

import pytest

from orderkit import CustomerRef, Delivery, Desk, Order, OrderKit, Visitor
from tests.concurrency.storm import at_once, decided_together, ignore_versions
from tests.making import ANNA, contents, mug, rub, without_constraint

CALLERS = 20


def add_at_once(desk: Desk, visitor: Visitor) -> tuple[list[Order], list[Exception]]:
    return at_once([lambda: desk.carts.add(visitor, mug(1))] * CALLERS)


def test_first_adds(any_kit: OrderKit, any_desk: Desk) -> None:
    """Twenty first adds at once make one order, in which all twenty are."""
    visitor, _ = any_desk.visitors.meet()
    answers, errors = add_at_once(any_desk, visitor)
    [row] = any_desk.orders.find().rows
    cart = any_desk.carts.of(visitor)

    assert [] == errors
    assert cart is not None
    assert ("1001", row.id, {row.id}) == (row.number, cart.id, {order.id for order in answers})
    assert ([CALLERS], CALLERS) == ([one.quantity for one in cart.lines], cart.version)
    assert [] == list(any_kit.verify())


@pytest.mark.alters_tables
def test_first_adds_through_the_slot(any_kit: OrderKit, any_desk: Desk) -> None:
    """Control: where the slot is not unique the same storm makes more than one order, and `verify` finds them."""
    without_constraint(any_kit, "orderkit_orders", "orderkit_orders_cart_visitor_key")
    visitor, _ = any_desk.visitors.meet()
    with decided_together(2):
        add_at_once(any_desk, visitor)

    assert len(any_desk.orders.find().rows) > 1
    assert f"orderkit_visitors {visitor.id}" in [finding.row for finding in any_kit.verify()]


def submit_at_once(
    desk: Desk, visitor: Visitor, order: Order, **given: object
) -> tuple[list[Order], list[Exception]]:
    form = {"contact": ANNA, "delivery": Delivery(rub("0")), "seen": rub("900"), "key": "form"} | given
    submit = lambda: desk.carts.submit(order.id, visitor=visitor, **form)  # noqa: E731
    return at_once([submit] * CALLERS)


def submitted(kit: OrderKit) -> int:
    """How often subscribers would be told that an order was placed."""
    return str(contents(kit)["orderkit_outbox"]).count("OrderSubmitted")


def test_identical_submits(any_kit: OrderKit, any_desk: Desk) -> None:
    """Twenty identical forms at once make one placed order and one lead, and all get the same answer."""
    visitor, _ = any_desk.visitors.meet()
    order = any_desk.carts.add(visitor, mug())
    answers, errors = submit_at_once(any_desk, visitor, order)
    [row] = any_desk.orders.find().rows

    assert [] == errors
    assert [any_desk.orders.get(order.id)] * CALLERS == answers
    assert ("pending", 2, 1) == (row.status, row.version, submitted(any_kit))
    assert 2 == any_desk.contacts.get(visitor.contact_id).version
    assert [] == list(any_kit.verify())


@pytest.mark.alters_tables
def test_identical_submits_through_their_guards(any_kit: OrderKit, any_desk: Desk) -> None:
    """Control: without the unique key, and where no version is compared, one form places its order more than once."""
    without_constraint(any_kit, "orderkit_journal", "orderkit_journal_key_key")
    ignore_versions(any_kit)
    visitor, _ = any_desk.visitors.meet()
    order = any_desk.carts.add(visitor, mug())
    with decided_together(2):
        submit_at_once(any_desk, visitor, order, contact=type(ANNA)())

    assert submitted(any_kit) > 1


def test_adds_around_a_submit(any_kit: OrderKit, any_desk: Desk) -> None:
    """Goods that are put in while the cart is submitted are bought or in the next cart, none lost and none twice."""
    visitor, _ = any_desk.visitors.meet()
    order = any_desk.carts.add(visitor, mug(1, sku="FIRST"))
    form = {"contact": ANNA, "delivery": Delivery(rub("0")), "seen": None, "key": "form"}
    adds = [lambda one=one: any_desk.carts.add(visitor, mug(1, sku=f"SKU-{one}")) for one in range(10)]
    _, errors = at_once([*adds, lambda: any_desk.carts.submit(order.id, visitor=visitor, **form)])
    orders = [any_desk.orders.get(row.id) for row in any_desk.orders.find().rows]

    assert [] == errors
    assert {"FIRST", *(f"SKU-{one}" for one in range(10))} == {
        one.sku for made in orders for one in made.lines
    }
    assert {1} == set(Counter(one.sku for made in orders for one in made.lines).values())
    assert "pending" == any_desk.orders.get(order.id).status
    assert [] == list(any_kit.verify())


def test_one_customer_at_many_browsers(any_kit: OrderKit, any_desk: Desk) -> None:
    """Twenty browsers at which one customer signs in at once are one contact's."""
    visitors = [any_desk.visitors.meet()[0] for _ in range(CALLERS)]
    customer = CustomerRef("42", ANNA)
    answers, errors = at_once(
        [lambda visitor=visitor: any_desk.visitors.sign_in(visitor, customer) for visitor in visitors]
    )

    assert [] == errors
    assert 1 == len({visitor.contact_id for visitor, _ in answers})
    assert CALLERS == len({token for _, token in answers})
    assert [] == list(any_kit.verify())
