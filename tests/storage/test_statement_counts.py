"""How often a database is asked does not depend on how much there is."""

from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orderkit import (
    ChangeQuantity,
    CustomerRef,
    Delivery,
    Desk,
    OrderFilter,
    OrderKit,
    PaymentFilter,
    Visit,
)
from orderkit.domain.line import MAX_LINES
from tests.counting import statements
from tests.making import ANNA, BUYER, RECIPIENT, STAFF, Clock, Maker, mug, rub


@pytest.mark.parametrize("lines", [1, 300, MAX_LINES])
def test_create(any_kit: OrderKit, any_desk: Desk, any_make: Maker, lines: int) -> None:
    """
    A new order with contact and recipient asks for the price rules, twice who that is, and is stored by nine.

    Of the longest one the lines are two statements on a server, which numbers no more parameters in one.
    """
    delivery = Delivery(rub("300"), any_make.courier().id, recipient=RECIPIENT)
    many = [mug(1)] * lines
    with statements(any_kit) as asked:
        any_desk.orders.create(many, contact=ANNA, delivery=delivery, actor=STAFF, key="k")

    more = any_kit.database.dialect == "postgresql" and lines == MAX_LINES
    assert 12 + more == len(asked), asked
    assert "BEGIN" in asked[3]
    assert "COMMIT" == asked[-1]


def test_create_on_the_wire(new_postgresql_database: Callable[[], str], tmp_path: Path) -> None:
    """The server itself is asked twelve times for 300 lines: they are one message, not one each."""
    kit = OrderKit(new_postgresql_database())
    kit.upgrade()
    kit.sites.ensure("coffee", currency="RUB")
    desk = kit.site("coffee")
    with closing(kit.database.engine.raw_connection()) as pooled:
        driver = pooled.driver_connection
    with open(tmp_path / "wire", "w+b") as wire:
        driver.pgconn.trace(wire.fileno())
        desk.orders.create([mug(1)] * 300, contact=ANNA, actor=STAFF, key="k")
        driver.pgconn.untrace()
        wire.seek(0)
        kit.close()
        sent = [line for line in wire.read().decode().splitlines() if "\tF\t" in line]

    assert 12 == sum("Query" in line or "Execute" in line for line in sent)


@pytest.mark.parametrize("lines", [1, 40])
def test_verbs(any_kit: OrderKit, any_desk: Desk, any_make: Maker, lines: int) -> None:
    """What the other verbs take is written down, and the same for small and large orders."""
    cash = any_make.cash().id
    order = any_make.order([mug(1)] * lines)
    counts: dict[str, int] = {}

    def count(name: str, verb: Callable[[], object]) -> None:
        with statements(any_kit) as asked:
            verb()
        counts[name] = len(asked)

    def version() -> int:
        return any_desk.orders.get(order.id).version

    seen = version()
    count(
        "set_status",
        lambda: any_desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=seen),
    )
    count(
        "record",
        lambda: any_desk.payments.record(order.id, rub("10"), method_id=cash, actor=STAFF, key="p"),
    )
    payment = any_desk.orders.get(order.id).payments[0]
    count("refund", lambda: any_desk.payments.refund(payment.id, rub("1"), actor=STAFF, key="r"))
    seen = version()
    edits = [ChangeQuantity(1, 5)]
    count(
        "edit_lines",
        lambda: any_desk.orders.edit_lines(order.id, edits, actor=STAFF, expected_version=seen),
    )
    count("get", lambda: any_desk.orders.get(order.id))
    count("view", lambda: any_desk.orders.view(order.id))
    count("contact", lambda: any_desk.contacts.view(order.contact_id))
    expected = {
        "set_status": 8,
        "record": 11,
        "refund": 14,
        "edit_lines": 13,
        "get": 5,
        "view": 10,
        "contact": 8,
    }
    assert expected == counts


def test_view_of_a_cart(any_kit: OrderKit, any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """The window of a cart that was left asks once more: whether its client placed an order since."""
    order = any_make.order(status="created", actor=BUYER)
    counts = []
    for hours in (0, 2):
        clock.move(hours=hours)
        with statements(any_kit) as asked:
            any_desk.orders.view(order.id)
        counts.append(len(asked))

    assert 1 == counts[1] - counts[0]
    assert 10 >= counts[0]


@pytest.mark.parametrize("lines", [1, 40])
def test_carts(any_kit: OrderKit, any_desk: Desk, lines: int) -> None:
    """What visitors and carts take is written down, and the same for small and large carts."""
    counts: dict[str, int] = {}
    goods = [mug(1, sku=f"SKU-{one}") for one in range(lines)]

    def count(name: str, verb: Callable[[], Any]) -> Any:
        with statements(any_kit) as asked:
            answer = verb()
        counts[name] = len(asked)
        return answer

    carts, visitors = any_desk.carts, any_desk.visitors
    visitor, token = count("meet", visitors.meet)
    count("find", lambda: visitors.find(token))
    count("first add", lambda: carts.add(visitor, goods[0]))
    for line in goods[1:]:
        carts.add(visitor, line)
    count("of", lambda: carts.of(visitor))
    count("add", lambda: carts.add(visitor, mug(1)))
    count("change_quantity", lambda: carts.change_quantity(visitor, 1, 2))
    count("change_quantities", lambda: carts.change_quantities(visitor, {one + 1: 3 for one in range(lines)}))
    count("remove", lambda: carts.remove(visitor, 1))
    order = count("open_payment", lambda: carts.open_payment(visitor, prices=lambda line: line))
    count("open again", lambda: carts.open_payment(visitor))
    delivery = Delivery(rub("0"), recipient=RECIPIENT)
    form = {"visitor": visitor, "contact": ANNA, "delivery": delivery, "seen": order.total, "key": "k"}
    count("submit", lambda: carts.submit(order.id, **form))
    count("submit again", lambda: carts.submit(order.id, **form))
    count("record", lambda: visitors.record([Visit("/")] * lines, visitor=visitor))
    count("pages", visitors.pages)
    count("rotate", lambda: visitors.rotate(visitor))
    signed_in, _ = count("sign_in", lambda: visitors.sign_in(visitor, CustomerRef("42", ANNA)))
    count("others", lambda: carts.others(signed_in))

    expected = {
        "meet": 5,
        "find": 1,
        "first add": 9,
        "of": 3,
        "add": 11,
        "change_quantity": 11,
        "change_quantities": 11,
        "remove": 11,
        "open_payment": 11,
        "open again": 7,
        "submit": 19,
        "submit again": 6,
        "record": 3,
        "pages": 1,
        "rotate": 5,
        "sign_in": 12,
        "others": 2,
    }
    assert expected == counts


@pytest.mark.parametrize("orders", [1, 60])
def test_list(any_kit: OrderKit, any_desk: Desk, any_make: Maker, orders: int) -> None:
    """A page of the list is one statement, with every filter at once, however many orders there are."""
    method = any_make.cash().id
    for _ in range(orders):
        any_make.order(contact=ANNA)
    filters = [
        OrderFilter(),
        OrderFilter(
            text="анна 912",
            status=("pending", "shipped"),
            payment_status=("unpaid",),
            payment_method_id=method,
            created_from=date(2026, 1, 1),
            created_to=date(2026, 12, 31),
            abandoned=True,
            cancel_requested=True,
        ),
    ]
    with statements(any_kit) as asked:
        for wanted in filters:
            any_desk.orders.find(wanted)

    assert len(filters) == len(asked)


@pytest.mark.parametrize("orders", [1, 60])
def test_payment_list(any_kit: OrderKit, any_desk: Desk, any_make: Maker, orders: int) -> None:
    """A page of the payments is one statement, with every filter at once, however many payments there are."""
    method = any_make.cash().id
    for _ in range(orders):
        order = any_make.order(contact=ANNA)
        any_desk.payments.record(order.id, rub("9"), method_id=method, actor=STAFF, key=any_make.key())
    filters = [
        PaymentFilter(),
        PaymentFilter(
            text="анна 912",
            result=("succeeded", "declined"),
            payment_method_id=method,
            opened_from=date(2026, 1, 1),
            opened_to=date(2026, 12, 31),
            contact_id=order.contact_id,
        ),
    ]
    with statements(any_kit) as asked:
        pages = [any_desk.payments.find(wanted) for wanted in filters]

    assert len(filters) == len(asked)
    assert [min(orders, 50), 1] == [len(page.rows) for page in pages]
