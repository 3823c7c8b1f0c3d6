"""Nothing of one site is visible or reachable through another, for every read and every verb."""

from collections.abc import Callable

import pytest

from orderkit import (
    ChangeQuantity,
    ContactDetails,
    Delivery,
    Desk,
    OrderFilter,
    OrderKit,
    OrderSubmitted,
    PaymentFilter,
    Recipient,
)
from orderkit.errors import NotFoundError, OrderKitError
from tests.making import ANNA, STAFF, Maker, contents, mug, rub


@pytest.fixture
def other(any_kit: OrderKit) -> Desk:
    any_kit.sites.ensure("tea", currency="RUB", timezone="UTC")
    return any_kit.site("tea")


def test_reads(any_desk: Desk, any_make: Maker, other: Desk) -> None:
    """Lists, searches, numbers, references, keys and methods of one site show nothing of the other."""
    order = any_make.full_order()
    sent = any_make.order(source="shop", external_ref="A-1")
    texts = ["анна", "anna@example", "8 912 345", order.number, "RU-1", "Иван"]
    filters = [
        OrderFilter(),
        *(OrderFilter(text=text) for text in texts),
        OrderFilter(contact_id=order.contact_id),
        OrderFilter(person_id=order.contact_id),
        OrderFilter(abandoned=True),
        OrderFilter(cancel_requested=True),
        OrderFilter(payment_method_id=order.payments[0].method_id),
    ]

    assert [()] * len(filters) == [other.orders.find(wanted).rows for wanted in filters]
    assert [] == [row for wanted in filters for row in other.orders.every(wanted)]
    assert [1] * 6 == [len(any_desk.orders.find(OrderFilter(text=text)).rows) for text in texts]
    payments = [
        PaymentFilter(),
        *(PaymentFilter(text=text) for text in ["анна", order.number]),
        PaymentFilter(contact_id=order.contact_id),
        PaymentFilter(payment_method_id=order.payments[0].method_id),
    ]
    assert [()] * len(payments) == [other.payments.find(wanted).rows for wanted in payments]
    assert [1] * len(payments) == [len(any_desk.payments.find(wanted).rows) for wanted in payments]
    assert None is other.orders.by_number(order.number)
    assert None is other.orders.by_ref("shop", "A-1")
    with pytest.raises(NotFoundError):
        other.orders.by_link(any_desk.orders.issue_link(order.id, actor=STAFF))
    assert sent.id == any_desk.orders.by_ref("shop", "A-1").id
    assert ((), ()) == (other.settings.payment_methods(), other.settings.shipping_methods())


def test_verbs(any_kit: OrderKit, any_desk: Desk, any_make: Maker, other: Desk) -> None:
    """Whatever is named of another site is unknown here, and nothing is written."""
    order = any_make.full_order()
    own, own_cash = other.orders.create([mug()], actor=STAFF, key="own"), Maker(other).cash()
    cash, courier = any_desk.settings.payment_methods()[0], any_desk.settings.shipping_methods()[0]
    at = {"actor": STAFF, "expected_version": order.version}
    one = {"actor": STAFF, "key": "k"}
    linked = any_desk.contacts.link(order.contact_id, any_make.order().contact_id, actor=STAFF)
    foreign = Delivery(rub("1"), courier.id)
    refused: dict[str, Callable[[], object]] = {
        "get": lambda: other.orders.get(order.id),
        "view": lambda: other.orders.view(order.id),
        "contact": lambda: other.contacts.get(order.contact_id),
        "contact view": lambda: other.contacts.view(order.contact_id),
        "contact edit": lambda: other.contacts.edit(order.contact_id, ANNA, actor=STAFF, expected_version=1),
        "person": lambda: other.contacts.person(order.contact_id),
        "link": lambda: other.contacts.link(own.contact_id, order.contact_id, actor=STAFF),
        "confirm": lambda: other.contacts.confirm(linked.id, actor=STAFF, expected_version=1),
        "unlink": lambda: other.contacts.unlink(linked.id, actor=STAFF, expected_version=1),
        "dismiss": lambda: other.contacts.dismiss(linked.id, actor=STAFF, expected_version=1),
        "set_status": lambda: other.orders.set_status(order.id, "shipped", **at),
        "cancel": lambda: other.orders.cancel(order.id, reason="нет", **at),
        "edit_lines": lambda: other.orders.edit_lines(order.id, [ChangeQuantity(1, 3)], **at),
        "dry run": lambda: other.orders.edit_lines(order.id, [ChangeQuantity(1, 3)], dry_run=True, **at),
        "edit_adjustments": lambda: other.orders.edit_adjustments(order.id, [], **at),
        "add_note": lambda: other.orders.add_note(order.id, "x", **one),
        "request_cancel": lambda: other.orders.request_cancel(order.id),
        "decline_cancel": lambda: other.orders.decline_cancel(order.id, reason="нет", **at),
        "issue_link": lambda: other.orders.issue_link(order.id, actor=STAFF),
        "choose": lambda: other.payments.choose(order.id, own_cash.id, **at),
        "choose, its method": lambda: other.payments.choose(own.id, cash.id, actor=STAFF, expected_version=1),
        "start": lambda: other.payments.start(order.id, own_cash.id, seen=rub("1"), **one),
        "start, its method": lambda: other.payments.start(own.id, cash.id, seen=rub("900"), **one),
        "create dry, its contact": lambda: other.orders.create(
            [mug()], contact=order.contact_id, actor=STAFF, dry_run=True
        ),
        "create dry, its method": lambda: other.orders.create(
            [mug()], delivery=foreign, actor=STAFF, dry_run=True
        ),
        "edit_delivery": lambda: other.orders.edit_delivery(order.id, Delivery(rub("1")), **at),
        "edit_delivery, its method": lambda: other.orders.edit_delivery(
            own.id, foreign, actor=STAFF, expected_version=1
        ),
        "create, its contact": lambda: other.orders.create([mug()], contact=order.contact_id, **one),
        "create, its method": lambda: other.orders.create([mug()], delivery=foreign, **one),
        "record": lambda: other.payments.record(order.id, rub("1"), method_id=own_cash.id, **one),
        "record, its method": lambda: other.payments.record(own.id, rub("1"), method_id=cash.id, **one),
        "refund": lambda: other.payments.refund(order.payments[0].id, rub("1"), **one),
        "payment method": lambda: other.settings.edit_payment_method(cash, actor=STAFF),
        "shipping method": lambda: other.settings.edit_shipping_method(courier, actor=STAFF),
    }
    before, raised = contents(any_kit), {}
    for name, verb in refused.items():
        with pytest.raises(OrderKitError) as error:
            verb()
        raised[name] = type(error.value)

    assert dict.fromkeys(refused, NotFoundError) == raised
    assert before == contents(any_kit)


def test_keys_and_references_are_per_site(any_desk: Desk, other: Desk) -> None:
    """The same key and the same reference belong to each site by itself."""
    made = [
        desk.orders.create([mug()], actor=STAFF, key="k", source="shop", external_ref="A-1")
        for desk in (any_desk, other)
    ]
    contacts = [desk.contacts.ensure("crm", "7", actor=STAFF) for desk in (any_desk, other)]

    assert 2 == len({order.id for order in made})
    assert ["1001", "1001"] == [order.number for order in made]
    assert 2 == len({contact.id for contact in contacts})


def test_events_name_their_site(any_kit: OrderKit, any_make: Maker, other: Desk) -> None:
    """One worker serves all sites, and each event says whose it is."""
    got: list[str] = []
    any_kit.subscribe(OrderSubmitted, lambda event: got.append(event.order.site), name="stock")
    any_make.order()
    other.orders.create(
        [mug()],
        actor=STAFF,
        key="k",
        contact=ContactDetails("Я"),
        delivery=Delivery(rub(0), recipient=Recipient()),
    )
    any_kit.work()

    assert ["coffee", "tea"] == got
