"""Only type-checked, never run: what a platform developer's editor sees of the face."""

from collections.abc import Iterator
from typing import assert_type
from uuid import UUID

from orderkit import (
    Actor,
    AddLine,
    Change,
    ChangeQuantity,
    Choice,
    Contact,
    ContactDetails,
    ContactLink,
    ContactView,
    CustomerRef,
    Delivery,
    Desk,
    Evidence,
    Finding,
    JournalEntry,
    Line,
    LineEdit,
    MethodQuote,
    Money,
    OfferedMethod,
    Order,
    OrderFilter,
    OrderKit,
    OrderRow,
    OrderSubmitted,
    OrderView,
    Page,
    PageVisits,
    Payment,
    PaymentFilter,
    PaymentMethod,
    PaymentReceived,
    PaymentRow,
    Person,
    Prices,
    Recipient,
    Redirect,
    Refund,
    ShippingMethod,
    Site,
    Started,
    Strength,
    Visit,
    Visitor,
    WorkReport,
)


def take_from_stock(event: OrderSubmitted) -> None:
    """Told of an event, a host sees which order it is about and for how much."""
    assert_type(event.order.number, str)
    assert_type(event.total, Money)


def begin() -> Desk:
    """A kit, a site, a subscriber."""
    kit = OrderKit("sqlite:///shop.db")
    kit.upgrade()
    assert_type(kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow"), Site)
    kit.subscribe(OrderSubmitted, take_from_stock, name="stock")
    kit.subscribe(PaymentReceived, lambda event: print(event), name="books")
    assert_type(kit.work(budget=1), WorkReport)
    assert_type(kit.retry_given_up(), int)
    assert_type(kit.verify(), Iterator[Finding])
    return kit.site("coffee")


def configure(desk: Desk, actor: Actor) -> tuple[PaymentMethod, ShippingMethod]:
    """What the admin sets up."""
    cash = desk.settings.add_payment_method("cash", "Наличные", actor=actor, key="cash")
    courier = desk.settings.add_shipping_method(
        "flat-rate", "Курьер", settings={"cost": Money.of("300", "RUB")}, actor=actor, key="courier"
    )
    assert_type(desk.shipping.quotes([]), tuple[MethodQuote, ...])
    assert_type(desk.settings.payment_methods(), tuple[PaymentMethod, ...])
    assert_type(desk.settings.shipping_methods(), tuple[ShippingMethod, ...])
    return cash, courier


def sell(desk: Desk, actor: Actor, cash: PaymentMethod, courier: ShippingMethod) -> None:
    """An order's life, each verb with the type it answers."""
    lines = [Line(sku="MUG-1", title="Кружка", unit_price=Money.of("450.00", "RUB"), quantity=2)]
    delivery = Delivery(Money.of("300", "RUB"), courier.id, recipient=Recipient(name="Анна", city="Пермь"))
    order = desk.orders.create(
        lines, contact=ContactDetails(name="Анна"), delivery=delivery, actor=actor, key="checkout-1"
    )
    assert_type(order, Order)
    payment = desk.payments.record(
        order.id, Money.of("900.00", "RUB"), method_id=cash.id, actor=actor, key="transfer-7"
    )
    assert_type(payment, Payment)
    assert_type(desk.payments.offered(order, page="/mugs"), tuple[OfferedMethod, ...])
    started = desk.payments.start(order.id, cash.id, seen=order.total, actor=actor, key="pay-1")
    assert_type(started, Started)
    if isinstance(started.outcome, Redirect):
        assert_type(started.outcome.url, str)
    assert_type(desk.payments.refund(payment.id, Money.of("1", "RUB"), actor=actor, key="back-1"), Refund)
    order = desk.orders.set_status(order.id, "preparing", actor=actor, expected_version=order.version)
    edits: list[LineEdit] = [ChangeQuantity(1, 3), AddLine(lines[0])]
    version = order.version
    preview = desk.orders.edit_lines(order.id, edits, actor=actor, expected_version=version, dry_run=True)
    assert_type(preview, Change[Order] | None)
    if preview and preview.before:
        assert_type(preview.after.balance.balance - preview.before.balance.balance, int)
    assert_type(desk.orders.edit_lines(order.id, edits, actor=actor, expected_version=version), Order)
    assert_type(desk.orders.edit_adjustments(order.id, [], actor=actor, expected_version=version), Order)
    assert_type(
        desk.orders.edit_adjustments(order.id, [], actor=actor, expected_version=version, dry_run=True),
        Change[Order] | None,
    )
    assert_type(desk.orders.create(lines, actor=actor, dry_run=True), Change[Order])
    assert_type(desk.orders.request_cancel(order.id, reason="передумала"), Order)
    assert_type(
        desk.orders.decline_cancel(order.id, reason="уже в пути", actor=actor, expected_version=version),
        Order,
    )
    token = desk.orders.issue_link(order.id, actor=actor)
    assert_type(token, str)
    assert_type(desk.orders.by_link(token), Order)
    assert_type(desk.orders.add_note(order.id, "позвонить", actor=actor, key="note-1"), JournalEntry)
    assert_type(desk.orders.edit_delivery(order.id, delivery, actor=actor, expected_version=version), Order)
    assert_type(
        desk.orders.cancel(order.id, reason="передумал", refund="all", actor=actor, expected_version=version),
        Order,
    )


def shop(desk: Desk, courier: ShippingMethod) -> None:
    """What a storefront does: a visitor's way from the first page to an order of theirs."""
    visitor, token = desk.visitors.meet()
    assert_type(visitor, Visitor)
    assert_type(token, str)
    assert_type(desk.visitors.find(token), Visitor | None)
    desk.visitors.record([Visit("/mugs", "Кружки", seconds_ago=3)], visitor=visitor)
    assert_type(desk.visitors.pages(), tuple[PageVisits, ...])
    mug = Line(sku="MUG-1", title="Кружка", unit_price=Money.of("450.00", "RUB"))
    prices: Prices = {"MUG-1": mug}.get  # type: ignore[assignment]  # asks for a sku, a catalogue is given a line
    prices = lambda line: mug if line.sku == mug.sku else None  # noqa: E731
    assert_type(desk.carts.add(visitor, mug, page="/mugs", prices=prices), Order)
    assert_type(desk.carts.of(visitor), Order | None)
    assert_type(desk.carts.change_quantity(visitor, 1, 2), Order)
    assert_type(desk.carts.change_quantities(visitor, {1: 2}), Order)
    assert_type(desk.carts.remove(visitor, 1), Order)
    assert_type(desk.carts.refresh(visitor, prices=prices), Order)
    order = desk.carts.open_payment(visitor, prices=prices)
    delivery = Delivery(Money.of("300", "RUB"), courier.id, recipient=Recipient(name="Анна", city="Пермь"))
    contact = ContactDetails("Анна", "anna@example.com")
    assert_type(
        desk.carts.submit(
            order.id, visitor=visitor, contact=contact, delivery=delivery, key="form", seen=order.total
        ),
        Order,
    )
    assert_type(desk.visitors.sign_in(visitor, CustomerRef("42", contact)), tuple[Visitor, str])
    assert_type(desk.visitors.follow(CustomerRef("42", contact)), Contact | None)
    assert_type(desk.carts.others(visitor), tuple[Order, ...])
    assert_type(desk.carts.take(visitor, order.id), Order)


def read(desk: Desk, id: UUID, actor: Actor) -> None:
    """What the screens are made of."""
    page = desk.orders.find(
        OrderFilter(status=["pending"], text="anna", abandoned=True, cancel_requested=True)
    )
    assert_type(page, Page[OrderRow])
    assert_type(desk.orders.find(after=page.next), Page[OrderRow])
    assert_type(desk.orders.every(OrderFilter()), Iterator[OrderRow])
    assert_type(desk.payments.find(PaymentFilter(result=["declined"])), Page[PaymentRow])
    assert_type(desk.orders.get(id), Order)
    assert_type(desk.orders.by_number("1001"), Order | None)
    assert_type(desk.orders.view(id), OrderView)
    assert_type(desk.orders.choices(desk.orders.get(id), actor), tuple[Choice, ...])
    assert_type(desk.contacts.get(id), Contact)
    assert_type(desk.contacts.view(id), ContactView)
    assert_type(desk.contacts.find("anna", limit=5), tuple[Contact, ...])
    person = desk.contacts.person(id)
    assert_type(person, Person)
    for link in person.suggestions:
        assert_type(link.evidence, Evidence)
        assert_type(link.strength, Strength)
        seen = link.version
        assert_type(desk.contacts.confirm(link.id, actor=actor, expected_version=seen), ContactLink)
        assert_type(desk.contacts.dismiss(link.id, actor=actor, expected_version=seen, key="k"), ContactLink)
    link = desk.contacts.link(id, id, actor=actor)
    assert_type(desk.contacts.unlink(link.id, actor=actor, expected_version=link.version), ContactLink)
    assert_type(desk.orders.of_person(id), Page[OrderRow])
