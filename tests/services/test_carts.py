"""Carts: filled, submitted and taken, alone in their slot, whatever happens meanwhile."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import attrs
import pytest

from orderkit import (
    ContactDetails,
    CustomerRef,
    Delivery,
    Desk,
    Line,
    Money,
    Order,
    OrderFilter,
    OrderKit,
    Recipient,
    Visitor,
)
from orderkit.errors import ConflictError, InvalidInputError, NotFoundError, TransitionRefusedError
from tests.making import ANNA, RECIPIENT, STAFF, Clock, Maker, contents, execute, mug, rub
from tests.services.meanwhile import meanwhile

BORIS = ContactDetails("Борис", "boris@example.com")


@pytest.fixture
def visitor(any_desk: Desk) -> Visitor:
    return any_desk.visitors.meet()[0]


@pytest.fixture
def guest(desk: Desk) -> Visitor:
    return desk.visitors.meet()[0]


def tea(quantity: int = 1, **fields: Any) -> Line:
    return mug(quantity, "99.90", **{"sku": "TEA", "title": "Чай"} | fields)


def submit(desk: Desk, visitor: Visitor, order: Order, key: str = "form", **given: Any) -> Order:
    known = {"contact": ANNA, "delivery": Delivery(rub("0")), "seen": None}
    return desk.carts.submit(order.id, visitor=visitor, key=key, **known | given)


def kinds(desk: Desk, order: Order) -> list[str]:
    return [entry.kind for entry in reversed(desk.orders.view(order.id).journal)]


def asking(kit: OrderKit, order: Order) -> None:
    """As if a provider were being asked for the money of an order's open attempt."""
    assert 1 == execute(kit, "UPDATE orderkit_payments SET attempt = 'processing' WHERE attempt = 'open'")


def test_a_cart_is_an_order_in_the_list(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """From the first thing in it, with a number and its guest; what follows stands in its journal."""
    order = any_desk.carts.add(visitor, mug(), page="/mugs")
    [row] = any_desk.orders.find().rows

    assert ("1001", "created", visitor.contact_id, "", rub("900")) == (
        row.number,
        row.status,
        row.contact_id,
        row.contact_name,
        row.total,
    )
    assert "/mugs" == order.lines[0].page
    any_desk.carts.add(visitor, tea(page="/sale"), page="/mugs")
    any_desk.carts.change_quantity(visitor, 2, 3)
    any_desk.carts.remove(visitor, 1)
    cart = any_desk.carts.open_payment(visitor)
    assert cart == any_desk.carts.of(visitor) == any_desk.orders.get(order.id)
    assert [(2, "TEA", 3, "/sale")] == [(one.id, one.sku, one.quantity, one.page) for one in cart.lines]
    assert [
        "cart.line_added",
        "cart.line_added",
        "cart.quantity_changed",
        "cart.line_removed",
        "cart.payment_reached",
    ] == kinds(any_desk, order)
    assert {"buyer"} == {entry.actor.kind for entry in any_desk.orders.view(order.id).journal}
    assert [] == list(any_kit.verify())


def test_adding_twice(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """The same request again is done once, at whatever price; without a key, and with another, more is added."""
    any_desk.carts.add(visitor, mug(2), key="press")
    before = contents(any_kit)

    again = any_desk.carts.add(visitor, mug(2, "999"), key="press")
    assert before == contents(any_kit)
    assert [(2, rub("450"))] == [(line.quantity, line.unit_price) for line in again.lines]
    any_desk.carts.add(visitor, mug(2), key="another press")
    assert [5] == [line.quantity for line in any_desk.carts.add(visitor, mug(1)).lines]


@pytest.mark.parametrize("line", [mug(3), tea(2), mug(2, options={"Цвет": "белый"})])
def test_other_goods_under_the_same_key(
    any_kit: OrderKit, any_desk: Desk, visitor: Visitor, line: Line
) -> None:
    """It is no repetition: nothing is stored, and the caller is told."""
    stranger, _ = any_desk.visitors.meet()
    any_desk.carts.add(visitor, mug(2), key="press")
    before = contents(any_kit)

    for who, what in ((visitor, line), (stranger, mug(2))):
        with pytest.raises(ConflictError) as caught:
            any_desk.carts.add(who, what, key="press")
        assert "key_reused" == caught.value.code
    assert before == contents(any_kit)


def test_nothing_is_told_to_subscribers_of_a_cart(
    any_kit: OrderKit, any_desk: Desk, visitor: Visitor
) -> None:
    """Until it moves or is placed: then as any order."""
    order = any_desk.carts.add(visitor, mug())
    any_desk.carts.change_quantity(visitor, 1, 1)
    assert [] == contents(any_kit)["orderkit_outbox"]
    submit(any_desk, visitor, order)
    told = str(contents(any_kit)["orderkit_outbox"])

    assert ("OrderSubmitted" in told, "OrderStatusChanged" in told, "OrderEdited" in told) == (
        True,
        True,
        False,
    )


def test_one_cart_for_each(any_desk: Desk, visitor: Visitor) -> None:
    """Another browser fills another one, and nobody sees that of the other."""
    other, _ = any_desk.visitors.meet()
    own, others = any_desk.carts.add(visitor, mug()), any_desk.carts.add(other, mug())

    assert [own, others] == [any_desk.carts.of(visitor), any_desk.carts.of(other)]
    assert own.id != others.id


def test_after_placing(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """What is added then begins a new order with the next number, of the same lead."""
    placed = submit(any_desk, visitor, any_desk.carts.add(visitor, mug()))
    order = any_desk.carts.add(visitor, mug())

    assert ("pending", None) == (placed.status, placed.cart_visitor)
    assert ("1002", visitor.contact_id) == (order.number, order.contact_id)
    assert placed == any_desk.orders.get(placed.id)
    assert [] == list(any_kit.verify())


def test_without_a_cart(any_desk: Desk, visitor: Visitor) -> None:
    """There is nothing to change, and that is said; looking finds none."""
    for verb in (
        lambda: any_desk.carts.change_quantity(visitor, 1, 1),
        lambda: any_desk.carts.change_quantities(visitor, {1: 1}),
        lambda: any_desk.carts.remove(visitor, 1),
    ):
        with pytest.raises(NotFoundError) as refused:
            verb()
        assert "cart_not_found" == refused.value.code

    assert any_desk.carts.of(visitor) is None


def test_an_idle_cart(any_kit: OrderKit, any_desk: Desk, visitor: Visitor, clock: Clock) -> None:
    """Thirty days after its last change it is given up: not shown, not changed, and left when the next one begins."""
    old = any_desk.carts.add(visitor, mug())
    clock.move(days=29)
    old = any_desk.carts.add(visitor, tea())
    clock.move(days=30, seconds=-1)
    assert (old, True) == (any_desk.carts.of(visitor), any_desk.carts.holds(visitor, old))
    assert not any_desk.carts.holds(any_desk.visitors.meet()[0], old)
    clock.move(seconds=1)
    assert (None, False) == (any_desk.carts.of(visitor), any_desk.carts.holds(visitor, old))
    with pytest.raises(NotFoundError):
        any_desk.carts.remove(visitor, 1)
    new = any_desk.carts.add(visitor, mug())

    assert (new, None) == (any_desk.carts.of(visitor), any_desk.orders.get(old.id).cart_visitor)
    assert ["cart.line_added", "cart.line_added", "cart.left"] == kinds(any_desk, old)
    assert [] == list(any_kit.verify())


def test_an_idle_cart_is_submitted_all_the_same(any_desk: Desk, visitor: Visitor, clock: Clock) -> None:
    """Whoever comes back to a page that was open for long still may buy: nothing else is in the slot."""
    order = any_desk.carts.add(visitor, mug())
    clock.move(days=31)

    assert "pending" == submit(any_desk, visitor, order).status


def test_another_currency(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """It begins another cart; the first one is left, and stays as it is."""
    first = any_desk.carts.add(visitor, mug())
    second = any_desk.carts.add(visitor, Line(sku="MUG-1", title="Mug", unit_price=Money.of("9", "EUR")))

    assert second == any_desk.carts.of(visitor)
    assert ("EUR", first.lines) == (second.currency, any_desk.orders.get(first.id).lines)
    assert [] == list(any_kit.verify())


def test_while_a_provider_answers(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """What is added begins another cart; the old one cannot be changed, and stays on the payment page."""
    any_desk.carts.add(visitor, mug())
    first = any_desk.carts.open_payment(visitor)
    asking(any_kit, first)
    with pytest.raises(TransitionRefusedError) as refused:
        any_desk.carts.remove(visitor, 1)
    assert "answer_awaited" == refused.value.code
    assert "payment" == any_desk.carts.open_payment(visitor).status
    second = any_desk.carts.add(visitor, tea())
    left = any_desk.orders.get(first.id)

    assert second == any_desk.carts.of(visitor)
    assert ("payment", None, 1) == (left.status, left.cart_visitor, len(left.lines))


def test_prices_follow_the_host(any_desk: Desk, visitor: Visitor) -> None:
    """Adding and reaching the payment page ask what the other lines cost now."""
    now = {"MUG-1": "500.00", "TEA": "80.00", "CUP": "1.00"}

    def prices(line: Line) -> Line | None:
        return mug(line.quantity, now[line.sku], sku=line.sku, title="Новое имя") if line.sku in now else None

    any_desk.carts.add(visitor, mug())
    added = any_desk.carts.add(visitor, tea(), prices=prices)
    del now["MUG-1"]
    opened = any_desk.carts.open_payment(visitor, prices=prices)

    assert [("MUG-1", "1000.00 RUB"), ("TEA", "99.90 RUB")] == [
        (one.sku, str(one.amount)) for one in added.lines
    ]
    assert [("TEA", "Новое имя", rub("80"))] == [(one.sku, one.title, one.amount) for one in opened.lines]
    assert ("payment", rub("80")) == (opened.status, opened.payments[0].amount)


def test_a_cart_that_only_follows(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """It costs what it costs now, where it stands; who has no cart begins none, and a provider is waited for."""
    with pytest.raises(NotFoundError) as refused:
        any_desk.carts.refresh(visitor, prices=lambda line: line)
    assert "cart_not_found" == refused.value.code
    any_desk.carts.add(visitor, mug())
    dearer = any_desk.carts.refresh(visitor, prices=lambda line: mug(line.quantity, "500.00"))
    assert ("created", rub("1000")) == (dearer.status, dearer.total)
    assert dearer == any_desk.carts.refresh(visitor, prices=lambda line: mug(line.quantity, "500.00"))
    opened = any_desk.carts.open_payment(visitor)
    asking(any_kit, opened)

    asked = any_desk.carts.refresh(visitor, prices=lambda line: mug(line.quantity, "1.00"))
    assert ("payment", rub("1000")) == (asked.status, asked.total)


def test_born_on_the_payment_page(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """Whoever goes there without a cart stands in the list, in the site's currency; later adds go into that order."""
    order = any_desk.carts.open_payment(visitor)
    [payment] = any_desk.payments.find().rows

    assert ("payment", "RUB", ()) == (order.status, order.currency, order.lines)
    assert (order.number, "not_finished") == (payment.order_number, payment.result)
    assert order.id == any_desk.carts.open_payment(visitor).id == any_desk.carts.add(visitor, mug()).id
    assert [] == list(any_kit.verify())


def test_an_empty_cart(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """It stays a cart, and neither reaches the payment page nor is submitted."""
    any_desk.carts.add(visitor, mug())
    order = any_desk.carts.remove(visitor, 1)
    for verb in (lambda: any_desk.carts.open_payment(visitor), lambda: submit(any_desk, visitor, order)):
        with pytest.raises(TransitionRefusedError) as refused:
            verb()
        assert "no_lines" == refused.value.code

    assert ("created", ()) == (order.status, order.lines)
    assert [] == list(any_kit.verify())


# Submitting.


def test_submitting(any_kit: OrderKit, any_desk: Desk, any_make: Maker, visitor: Visitor) -> None:
    """The guest is a lead, the delivery is told, and the order waits on the payment page for a way to pay."""
    cash, courier = any_make.cash(), any_make.courier()
    order = any_desk.carts.add(visitor, mug())
    delivery = Delivery(rub("300"), courier.id, recipient=RECIPIENT)
    order = submit(any_desk, visitor, order, delivery=delivery, seen=rub("1200"))

    assert ("payment", RECIPIENT, rub("1200")) == (order.status, order.delivery.recipient, order.total)
    assert ANNA == any_desk.contacts.get(visitor.contact_id).details
    assert order == any_desk.carts.of(visitor)
    chosen = any_desk.payments.choose(order.id, cash.id, actor=STAFF, expected_version=order.version)
    assert ("pending", None) == (chosen.status, any_desk.carts.of(visitor))
    assert [] == list(any_kit.verify())


def test_where_ways_to_pay_are_offered(any_desk: Desk, any_make: Maker, visitor: Visitor) -> None:
    """One kept for certain pages counts for what all comes from those; where none is offered, the order is placed."""
    cash = any_make.cash()
    any_desk.settings.edit_payment_method(attrs.evolve(cash, pages=("/mugs", "/cups")), actor=STAFF)
    any_desk.carts.add(visitor, mug(), page="/mugs")
    from_there = submit(any_desk, visitor, any_desk.carts.add(visitor, mug(sku="CUP"), page="/cups"))
    mixed = submit(any_desk, visitor, any_desk.carts.add(visitor, tea(), page="/teas"), key="again")

    assert ["payment", "pending"] == [from_there.status, mixed.status]


def test_submitting_twice(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """The same form again is answered with the order as it stands; nothing is done twice."""
    order = any_desk.carts.add(visitor, mug())
    first = submit(any_desk, visitor, order)
    before = contents(any_kit)
    moved = any_desk.orders.set_status(order.id, "preparing", actor=STAFF, expected_version=first.version)

    assert moved == submit(any_desk, visitor, order)
    assert len(before["orderkit_journal"]) + 1 == len(contents(any_kit)["orderkit_journal"])
    assert moved == submit(
        any_desk, visitor, order, delivery=Delivery(rub("5"))
    )  # its cost is not the buyer's word


@pytest.mark.parametrize(
    "given", [{"contact": BORIS}, {"seen": rub("1")}, {"delivery": Delivery(rub("0"), recipient=RECIPIENT)}]
)
def test_another_form_under_the_same_key(any_desk: Desk, visitor: Visitor, given: dict[str, Any]) -> None:
    """A key stands for one form."""
    order = any_desk.carts.add(visitor, mug())
    submit(any_desk, visitor, order)
    with pytest.raises(ConflictError) as refused:
        submit(any_desk, visitor, order, **given)

    assert "key_reused" == refused.value.code


def test_a_key_of_somebody_else(any_desk: Desk, visitor: Visitor) -> None:
    """Who guesses the key of a stranger's form is not answered with the stranger's order."""
    order = any_desk.carts.add(visitor, mug())
    submit(any_desk, visitor, order)
    with pytest.raises(ConflictError) as refused:
        submit(any_desk, any_desk.visitors.meet()[0], order)

    assert "key_reused" == refused.value.code


def test_two_tabs(any_desk: Desk, visitor: Visitor) -> None:
    """The second form of a placed order is told so, whatever its key."""
    order = any_desk.carts.add(visitor, mug())
    submit(any_desk, visitor, order)
    with pytest.raises(TransitionRefusedError) as refused:
        submit(any_desk, visitor, order, key="other tab")

    assert "already_placed" == refused.value.code


def test_orders_of_others(any_kit: OrderKit, any_desk: Desk, any_make: Maker, visitor: Visitor) -> None:
    """A stranger's cart, a stranger's order, one of the desk and one that is nowhere are one answer."""
    other, _ = any_desk.visitors.meet()
    cart = any_desk.carts.add(other, mug())
    placed = submit(any_desk, other, cart)
    orders = [any_desk.carts.add(other, mug()), placed, any_make.order(), attrs.evolve(cart, id=uuid4())]
    before = contents(any_kit)
    for order in orders:
        with pytest.raises(NotFoundError) as refused:
            submit(any_desk, visitor, order, key="mine")
        assert (f"site 'coffee' has no order {order.id}", "order_not_found") == (
            str(refused.value),
            refused.value.code,
        )

    assert before == contents(any_kit)


def test_another_total(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """Prices that rose since the page was shown are stored, and the buyer asked again; then it goes through."""
    order = any_desk.carts.add(visitor, mug())

    def dearer(line: Line) -> Line:
        return mug(line.quantity, "500")

    with pytest.raises(ConflictError) as refused:
        submit(any_desk, visitor, order, seen=rub("900"), prices=dearer)
    shown = any_desk.carts.of(visitor)

    assert ("total_changed", rub("1000")) == (refused.value.code, refused.value.context["new"])
    assert shown is not None
    assert rub("1000") == shown.total
    assert not any_desk.contacts.get(visitor.contact_id).is_lead
    assert "pending" == submit(any_desk, visitor, order, key="again", seen=rub("1000"), prices=dearer).status
    assert ["cart.line_added", "cart.refreshed", "cart.details_submitted"] == kinds(any_desk, order)


def test_somebody_else_at_the_browser(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """Another e-mail is another contact, whose the second order and what follows are; the first keeps its own."""
    first = submit(any_desk, visitor, any_desk.carts.add(visitor, mug()))
    second = submit(any_desk, visitor, any_desk.carts.add(visitor, mug()), "second", contact=BORIS)
    third = any_desk.carts.add(visitor, tea())

    assert first.contact_id == visitor.contact_id != second.contact_id == third.contact_id
    assert (ANNA, BORIS) == tuple(any_desk.contacts.get(one.contact_id).details for one in (first, second))
    assert [] == list(any_kit.verify())


def test_a_customers_order(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """Submitted by a customer who is signed in, the cart that a guest began is the customer's."""
    order = any_desk.carts.add(visitor, mug())
    signed_in, _ = any_desk.visitors.sign_in(visitor, CustomerRef("42", ANNA))
    placed = submit(any_desk, signed_in, order, contact=ContactDetails(email="office@example.com"))

    assert (visitor.contact_id, signed_in.contact_id) == (order.contact_id, placed.contact_id)
    assert ANNA == any_desk.contacts.get(placed.contact_id).details
    assert [] == list(any_kit.verify())


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"key": ""}, "empty"),
        ({"key": "k" * 201}, "too_long"),
        ({"contact": "Анна"}, "wrong_type"),
        ({"delivery": None}, "wrong_type"),
        ({"visitor": None}, "wrong_type"),
        ({"delivery": Delivery(Money(0, "EUR"))}, "other_currency"),
        ({"delivery": Delivery(rub("9007199254740991"[:14]))}, "too_large"),
    ],
)
def test_forms_that_are_none(
    kit: OrderKit, desk: Desk, guest: Visitor, given: dict[str, Any], code: str
) -> None:
    """Each is refused in words, and nothing is stored."""
    order = desk.carts.add(guest, mug(1, "90000000000000"))
    before = contents(kit)
    with pytest.raises(InvalidInputError) as refused:
        submit(desk, **{"visitor": guest, "order": order} | given)

    assert code == refused.value.code
    assert before == contents(kit)


def test_an_unknown_way_to_deliver(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """A shipping method of elsewhere is named, and nothing is stored: neither order nor lead."""
    order = any_desk.carts.add(visitor, mug())
    before = contents(any_kit)
    with pytest.raises(NotFoundError) as refused:
        submit(any_desk, visitor, order, delivery=Delivery(rub("0"), uuid4()))

    assert "shipping_method_not_found" == refused.value.code
    assert before == contents(any_kit)


# What happens meanwhile.


MEANWHILE: dict[str, Callable[[Desk, Visitor, Order], object]] = {
    "adds": lambda desk, visitor, order: desk.carts.add(visitor, tea()),
    "counts": lambda desk, visitor, order: desk.carts.change_quantity(visitor, 1, 9),
    "opens": lambda desk, visitor, order: desk.carts.open_payment(visitor),
    "staff deliver": lambda desk, visitor, order: desk.orders.edit_delivery(
        order.id,
        Delivery(rub("300"), recipient=Recipient("Анна")),
        actor=STAFF,
        expected_version=order.version,
    ),
}


@pytest.mark.parametrize("other", MEANWHILE)
def test_adds_are_tried_again(
    kit: OrderKit, desk: Desk, guest: Visitor, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """Whatever else was done to the cart at that moment, both are done."""
    order = desk.carts.add(guest, mug())
    meanwhile(monkeypatch, lambda: MEANWHILE[other](desk, guest, order))
    added = desk.carts.add(guest, mug(sku="CUP"))

    assert (order.id, order.version + 2) == (added.id, added.version)
    assert "CUP" in [one.sku for one in added.lines]
    assert [] == list(kit.verify())


def test_adding_to_what_is_placed_meanwhile(
    kit: OrderKit, desk: Desk, guest: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It begins a new cart: the placed order stays as it was submitted."""
    order = desk.carts.add(guest, mug())
    meanwhile(monkeypatch, lambda: submit(desk, guest, order))
    added = desk.carts.add(guest, tea())

    assert order.id != added.id
    assert order.lines == desk.orders.get(order.id).lines
    assert [] == list(kit.verify())


def test_the_first_adds_meanwhile(desk: Desk, guest: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that both find no cart make one."""
    meanwhile(monkeypatch, lambda: desk.carts.add(guest, mug()))
    desk.carts.add(guest, tea())

    assert ["MUG-1", "TEA"] == [one.sku for one in desk.carts.of(guest).lines]  # type: ignore[union-attr]
    assert ["1001"] == [row.number for row in desk.orders.find().rows]


def test_submitting_meanwhile(desk: Desk, guest: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same form, sent by an impatient finger, is one order and one answer."""
    order = desk.carts.add(guest, mug())
    answers: list[Order] = []
    meanwhile(monkeypatch, lambda: answers.append(submit(desk, guest, order)))

    assert submit(desk, guest, order) == answers[0]
    assert ["cart.line_added", "cart.details_submitted"] == kinds(desk, order)


def test_a_total_that_changes_meanwhile(desk: Desk, guest: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another tab put in at that moment is not bought unseen."""
    order = desk.carts.add(guest, mug())
    meanwhile(monkeypatch, lambda: desk.carts.add(guest, tea()))
    with pytest.raises(ConflictError) as refused:
        submit(desk, guest, order, seen=rub("900"))

    assert ("total_changed", rub("999.90")) == (refused.value.code, refused.value.context["new"])


# Several carts of one customer.


def signed_in(desk: Desk, customer: str = "42") -> Visitor:
    return desk.visitors.sign_in(desk.visitors.meet()[0], CustomerRef(customer, ANNA))[0]


def test_what_waits_for_a_customer(any_desk: Desk) -> None:
    """Before a login is written down: the carts of that customer alone, but for empty and placed ones."""
    carts, home = any_desk.carts, signed_in(any_desk)
    assert () == carts.of_customer(CustomerRef("42"))
    cart = carts.add(home, mug())
    carts.add(signed_in(any_desk, "43"), tea())

    assert (cart,) == carts.of_customer(CustomerRef("42"))
    assert () == carts.of_customer(CustomerRef("44"))
    carts.remove(home, 1)
    assert () == carts.of_customer(CustomerRef("42"))


def test_two_carts_of_a_customer(any_kit: OrderKit, any_desk: Desk) -> None:
    """The one in hand stays; the other is offered, and taking it leaves the first, which is offered then."""
    at_home, at_work = signed_in(any_desk), signed_in(any_desk)
    home, work = any_desk.carts.add(at_home, mug()), any_desk.carts.add(at_work, tea())
    assert (work, (home,)) == (any_desk.carts.of(at_work), any_desk.carts.others(at_work))
    taken = any_desk.carts.take(at_work, home.id)
    left = any_desk.orders.get(work.id)

    assert (taken, (left,)) == (any_desk.carts.of(at_work), any_desk.carts.others(at_work))
    assert (home.lines, work.lines) == (taken.lines, left.lines)
    assert (None, (left, taken)) == (any_desk.carts.of(at_home), any_desk.carts.others(at_home))
    assert taken == any_desk.carts.take(at_work, home.id)
    assert [] == list(any_kit.verify())


def test_a_cart_of_before_the_login(any_desk: Desk) -> None:
    """What a customer put in at another browser before logging in there is theirs too."""
    guest, _ = any_desk.visitors.meet()
    cart = any_desk.carts.add(guest, mug())
    any_desk.visitors.sign_in(guest, CustomerRef("42"))

    assert (cart,) == any_desk.carts.others(signed_in(any_desk))


def test_what_is_not_offered(any_desk: Desk, any_make: Maker) -> None:
    """Neither empty carts, nor placed orders, nor what is another's, nor anything to a guest."""
    anna, boris, guest = signed_in(any_desk), signed_in(any_desk, "43"), any_desk.visitors.meet()[0]
    any_desk.carts.add(boris, mug())
    submit(any_desk, anna, any_desk.carts.add(anna, mug()))
    any_desk.carts.add(anna, mug())
    any_desk.carts.remove(anna, 1)

    assert ((), ()) == (any_desk.carts.others(signed_in(any_desk)), any_desk.carts.others(guest))


def test_taking_what_is_not_theirs(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """A stranger's cart, one of the desk, one that is nowhere, and any to a guest: one answer, and nothing is moved."""
    anna, guest = signed_in(any_desk), any_desk.visitors.meet()[0]
    cart = any_desk.carts.add(signed_in(any_desk, "43"), mug())
    own = any_desk.carts.add(anna, mug())
    before = contents(any_kit)
    for taker, id in (
        (anna, cart.id),
        (anna, any_desk.carts.add(guest, mug()).id),
        (anna, uuid4()),
        (guest, own.id),
    ):
        with pytest.raises(NotFoundError) as refused:
            any_desk.carts.take(taker, id)
        assert "order_not_found" == refused.value.code

    assert len(before["orderkit_orders"]) + 1 == len(contents(any_kit)["orderkit_orders"])
    assert own == any_desk.carts.of(anna)


def test_taking_what_is_placed(any_desk: Desk) -> None:
    """Placed at the other browser meanwhile, it is no cart any more."""
    at_home, at_work = signed_in(any_desk), signed_in(any_desk)
    home = any_desk.carts.add(at_home, mug())
    submit(any_desk, at_home, home)
    with pytest.raises(TransitionRefusedError) as refused:
        any_desk.carts.take(at_work, home.id)

    assert "already_placed" == refused.value.code


def test_staff_and_carts(any_kit: OrderKit, any_desk: Desk, visitor: Visitor) -> None:
    """Staff place a cart, and cancel one: its visitor begins another; taken back by staff it is in no slot."""
    first = any_desk.carts.add(visitor, mug())
    placed = any_desk.orders.set_status(first.id, "preparing", actor=STAFF, expected_version=1)
    second = any_desk.carts.add(visitor, mug())
    any_desk.orders.cancel(second.id, reason="нет", actor=STAFF, expected_version=1)
    back = any_desk.orders.set_status(
        first.id, "created", actor=STAFF, expected_version=placed.version, reason="ошибка"
    )
    third = any_desk.carts.add(visitor, mug())

    assert (None, "created", third) == (back.cart_visitor, back.status, any_desk.carts.of(visitor))
    assert 3 == len(any_desk.orders.find(OrderFilter(contact_id=visitor.contact_id)).rows)
    assert [] == list(any_kit.verify())
