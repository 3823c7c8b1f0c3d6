"""Bad input gets a clear error, and nothing of it is stored."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import uuid4

import attrs
import pytest

from orderkit import (
    AddLine,
    Adjustment,
    AdjustmentKind,
    ChangeQuantity,
    ContactDetails,
    Delivery,
    Desk,
    Line,
    Money,
    Order,
    OrderFilter,
    OrderKit,
    PaymentMethod,
    Recipient,
    RemoveLine,
)
from orderkit.errors import InvalidInputError, NotFoundError, OrderKitError
from tests.making import STAFF, Maker, contents, mug, rub
from tests.storage.test_round_trip import NASTY

HUGE = "x" * 100_000
Verb = Callable[[Desk, Order, PaymentMethod], object]


def create(lines: Callable[[], list[Line]] = lambda: [mug()], **fields: Any) -> Verb:
    return lambda desk, order, cash: desk.orders.create(
        lines(), **{"actor": STAFF, "key": "bad"} | {name: field() for name, field in fields.items()}
    )


def line(**fields: Any) -> Verb:
    return create(lambda: [mug(), mug(**fields)])


def price(amount: Any) -> Verb:
    return create(lambda: [Line(sku="A", title="A", unit_price=Money.of(amount, "RUB"))])


def record(amount: Callable[[], Any], **fields: Any) -> Verb:
    return lambda desk, order, cash: desk.payments.record(
        order.id, amount(), **{"method_id": cash.id, "actor": STAFF, "key": "bad"} | fields
    )


def edit(*edits: Any, version: int = 1) -> Verb:
    return lambda desk, order, cash: desk.orders.edit_lines(
        order.id, edits, actor=STAFF, expected_version=version
    )


def adjust(adjustments: Any) -> Verb:
    return lambda desk, order, cash: desk.orders.edit_adjustments(
        order.id, adjustments, actor=STAFF, expected_version=1, key="bad"
    )


BAD: dict[str, tuple[Verb, str | None]] = {
    "quantity negative": (line(quantity=-1), "out_of_range"),
    "quantity zero": (line(quantity=0), "out_of_range"),
    "quantity fractional": (line(quantity=1.5), "not_whole"),
    "quantity decimal": (line(quantity=Decimal("1.5")), "not_whole"),
    "quantity NaN": (line(quantity=float("nan")), "not_whole"),
    "quantity huge": (line(quantity=10**30), "out_of_range"),
    "quantity text": (line(quantity="2"), "not_whole"),
    "quantity true": (line(quantity=True), "not_whole"),
    "price negative": (price("-0.01"), "negative"),
    "price NaN": (price("NaN"), "not_a_number"),
    "price infinite": (price(Decimal("Infinity")), "not_a_number"),
    "price float": (price(1.5), None),
    "price too fine": (price("1.005"), "too_many_decimals"),
    "price huge": (price("99999999999999999"), None),
    "price with exponent": (price("1e3"), "not_a_number"),
    "price of full-width digits": (price("１"), "not_a_number"),
    "price no money": (line(unit_price=450), "not_money"),
    "amount negative": (line(amount=Money(-1, "RUB")), "negative"),
    "total too large": (create(lambda: [mug(10**6, "90000000")] * 2), "too_large"),
    "currency other": (create(lambda: [mug(), mug(unit_price=Money.of("1", "EUR"))]), "other_currency"),
    "currency unknown": (create(lambda: [mug(unit_price=Money.of("1", "XXQ"))]), "unknown_currency"),
    "amount in another currency": (line(amount=Money(1, "EUR")), "other_currency"),
    "delivery in another currency": (create(delivery=lambda: Delivery(Money(1, "EUR"))), "other_currency"),
    "delivery negative": (create(delivery=lambda: Delivery(Money(-1, "RUB"))), "negative"),
    "adjustment below zero": (
        create(adjustments=lambda: [Adjustment(kind=AdjustmentKind.DISCOUNT, amount=rub("-901"))]),
        "negative_total",
    ),
    "no line": (create(list), "no_lines"),
    "too many lines": (create(lambda: [mug(1)] * 5001), "too_many_lines"),
    "neither sku nor title": (line(sku="", title=""), "empty"),
    "sku and title blank": (line(sku=" \n\t", title=" "), "empty"),
    "sku no text": (line(sku=5), "not_text"),
    "key empty": (create(key=lambda: " "), "empty"),
    "key long": (create(key=lambda: "k" * 201), "too_long"),
    "status unknown": (create(status=lambda: "lost"), "unknown_status"),
    "status cancelled": (create(status=lambda: "cancelled"), "born_cancelled"),
    "contact unknown": (create(contact=lambda: uuid4()), "contact_not_found"),
    "shipping method unknown": (
        create(delivery=lambda: Delivery(rub(1), uuid4())),
        "shipping_method_not_found",
    ),
    "name of 100 kB": (create(contact=lambda: ContactDetails(HUGE)), "too_long"),
    "comment of 100 kB": (
        create(delivery=lambda: Delivery(rub(0), recipient=Recipient(comment=HUGE))),
        "too_long",
    ),
    "title of 100 kB": (line(title=HUGE), "too_long"),
    "option of 100 kB": (line(options={"a": HUGE}), "too_long"),
    "NUL": (create(contact=lambda: ContactDetails("a\x00b")), "control_characters"),
    "control": (line(title="a\x1bb"), "control_characters"),
    "surrogate": (create(contact=lambda: ContactDetails("\ud800")), "control_characters"),
    "NUL in an option's name": (line(options={"a\x00": "b"}), "control_characters"),
    "target unknown": (
        lambda desk, order, cash: desk.orders.set_status(order.id, "lost", actor=STAFF, expected_version=1),
        "unknown_status",
    ),
    "order unknown": (
        lambda desk, order, cash: desk.orders.set_status(uuid4(), "shipped", actor=STAFF, expected_version=1),
        "order_not_found",
    ),
    "stale": (edit(ChangeQuantity(1, 3), version=9), "stale_version"),
    "version beyond all numbers": (edit(ChangeQuantity(1, 3), version=10**30), "stale_version"),
    "version negative": (edit(ChangeQuantity(1, 3), version=-(10**30)), "stale_version"),
    "edit to nothing": (edit(RemoveLine(1)), "last_line"),
    "edit of an unknown line": (edit(RemoveLine(7)), "line_not_found"),
    "edit twice": (edit(RemoveLine(1), ChangeQuantity(1, 2)), None),
    "edit quantity": (edit(ChangeQuantity(1, -1)), "out_of_range"),
    "edit in another currency": (edit(AddLine(mug(unit_price=Money(1, "EUR")))), "other_currency"),
    "edit as a word": (edit("x"), "wrong_type"),
    "edit by a line alone": (edit(mug()), "wrong_type"),
    "adjustment as a word": (adjust(["x"]), "wrong_type"),
    "adjustment alone": (adjust(Adjustment(kind=AdjustmentKind.FEE, amount=rub("1"))), "wrong_type"),
    "order with an adjustment as a word": (create(adjustments=lambda: ["x"]), "wrong_type"),
    "order of words": (create(lambda: ["x"]), "wrong_type"),  # type: ignore[list-item]
    "cancel without a reason": (
        lambda desk, order, cash: desk.orders.cancel(order.id, reason=" ", actor=STAFF, expected_version=1),
        "empty",
    ),
    "cancel with too much": (
        lambda desk, order, cash: desk.orders.cancel(
            order.id, reason="нет", refund=rub("1"), actor=STAFF, expected_version=1
        ),
        "refund_out_of_range",
    ),
    "cancel with a word": (
        lambda desk, order, cash: desk.orders.cancel(
            order.id,
            reason="нет",
            refund="half",
            actor=STAFF,
            expected_version=1,  # type: ignore[arg-type]
        ),
        "unknown_refund",
    ),
    "record nothing": (record(lambda: rub(0)), "not_positive"),
    "record less": (record(lambda: rub(-1)), "not_positive"),
    "record another currency": (record(lambda: Money(1, "EUR")), "other_currency"),
    "record an unknown method": (record(lambda: rub(1), method_id=uuid4()), "payment_method_not_found"),
    "record a reference of 100 kB": (record(lambda: rub(1), reference=HUGE), "too_long"),
    "refund of an unknown payment": (
        lambda desk, order, cash: desk.payments.refund(uuid4(), rub(1), actor=STAFF, key="bad"),
        "payment_not_found",
    ),
    "refund of goods as a dict": (
        lambda desk, order, cash: desk.payments.refund(
            uuid4(),
            rub(1),
            lines={1: 1},  # type: ignore[arg-type]
            actor=STAFF,
            key="bad",
        ),
        "wrong_type",
    ),
    "refund by a provider of goods as numbers": (
        lambda desk, order, cash: desk.operations.refund(
            uuid4(),
            rub(1),
            lines=[1],  # type: ignore[list-item]
            actor=STAFF,
            key="bad",
        ),
        "wrong_type",
    ),
    "goods given back as a number": (
        lambda desk, order, cash: desk.operations.give_back(
            order.id,
            rub(1),
            [],
            lines=5,  # type: ignore[arg-type]
            actor=STAFF,
            key="bad",
        ),
        "wrong_type",
    ),
    "shares as amounts": (
        lambda desk, order, cash: desk.operations.give_back(
            order.id,
            rub(1),
            [rub(1)],  # type: ignore[list-item]
            actor=STAFF,
            key="bad",
        ),
        "wrong_type",
    ),
    "worth of a number": (lambda desk, order, cash: desk.operations.worth(order, [1]), "wrong_type"),  # type: ignore[list-item]
    "order by a word": (lambda desk, order, cash: desk.orders.get("x"), "wrong_type"),  # type: ignore[arg-type]
    "contact by a number": (lambda desk, order, cash: desk.contacts.get(5), "wrong_type"),  # type: ignore[arg-type]
    "contact as a word": (create(contact=lambda: "Анна"), "wrong_type"),
    "shipping method as a word": (
        create(delivery=lambda: Delivery(rub("1"), method_id="x")),  # type: ignore[arg-type]
        "wrong_type",
    ),
    "record a method as a word": (record(lambda: rub(1), method_id="x"), "wrong_type"),
    "record a float": (record(lambda: 450.0), "not_money"),
    "cost as text": (
        lambda desk, order, cash: desk.settings.add_shipping_method(
            "flat-rate", "X", settings={"cost": "300"}, actor=STAFF, key="bad"
        ),
        "not_money",
    ),
    "actor as a word": (create(actor=lambda: "olga"), "wrong_type"),
    "version as a word": (
        lambda desk, order, cash: desk.orders.set_status(
            order.id,
            "preparing",
            actor=STAFF,
            expected_version="1",  # type: ignore[arg-type]
        ),
        "not_whole",
    ),
    "search of 100 kB": (lambda desk, order, cash: desk.orders.find(OrderFilter(text=HUGE)), "too_long"),
    "number with NUL": (lambda desk, order, cash: desk.orders.by_number("\x00"), "control_characters"),
    "reference with NUL": (lambda desk, order, cash: desk.orders.by_ref("a", "\x00"), "control_characters"),
    "contact without a reference": (
        lambda desk, order, cash: desk.contacts.ensure("crm", " ", actor=STAFF),
        "empty",
    ),
    "method without a title": (
        lambda desk, order, cash: desk.settings.add_payment_method("cash", "", actor=STAFF, key="bad"),
        "empty",
    ),
    "method in another currency": (
        lambda desk, order, cash: desk.settings.add_shipping_method(
            "flat-rate", "X", settings={"cost": Money(1, "EUR")}, actor=STAFF, key="bad"
        ),
        "other_currency",
    ),
    "method unknown": (
        lambda desk, order, cash: desk.settings.edit_payment_method(
            PaymentMethod(id=uuid4(), provider="cash", title="X"), actor=STAFF
        ),
        "method_not_found",
    ),
    "script as a tracking address": (
        lambda desk, order, cash: desk.settings.add_shipping_method(
            "pickup", "X", actor=STAFF, key="bad", tracking_url="javascript:alert(1)"
        ),
        "bad_url",
    ),
}


def test_nothing_bad_is_stored(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """Each is refused with its own code and one sentence, and all tables are as before."""
    order, cash = any_make.order(), any_make.cash()
    before, codes, expected = contents(any_kit), {}, {}
    for name, (verb, code) in BAD.items():
        with pytest.raises(OrderKitError) as refused:
            pytest.fail(f"{name}: {verb(any_desk, order, cash)}")
        codes[name] = refused.value.code
        expected[name] = code or refused.value.code
        assert isinstance(refused.value, InvalidInputError | NotFoundError) or codes[name] in (
            "stale_version",
            "last_line",
        )
        assert len(str(refused.value)) < 400, name

    assert expected == codes
    assert before == contents(any_kit)


def test_what_is_given_once_is_taken_whole(any_desk: Desk, any_make: Maker) -> None:
    """A generator gives its values once; they are stored all the same, with a key and without."""
    fees = [Adjustment(kind=AdjustmentKind.FEE, amount=rub("5"), title=title) for title in ("a", "b")]
    order = any_desk.orders.create(
        (one for one in [mug()]),
        adjustments=(fee for fee in fees[:1]),
        actor=STAFF,
        key="once",
    )
    assert fees[:1] == list(order.adjustments)
    for key, wanted in (("k", fees), ("", fees[1:])):
        order = any_desk.orders.edit_adjustments(
            order.id,
            (fee for fee in wanted),
            actor=STAFF,
            expected_version=order.version,
            key=key,
        )
        assert wanted == list(order.adjustments)
    order = any_desk.orders.edit_lines(
        order.id,
        (edit for edit in [ChangeQuantity(1, 7)]),
        actor=STAFF,
        expected_version=order.version,
        key="l",
    )

    assert [7] == [line.quantity for line in order.lines]


@pytest.mark.parametrize("status", ["created", "payment", "shipped", "delivered", "cancelled"])
def test_contents_are_closed(any_kit: OrderKit, any_desk: Desk, any_make: Maker, status: str) -> None:
    """Lines are not edited in a closed status; the error says in which they are."""
    order = any_make.order()
    if status == "cancelled":
        order = any_desk.orders.cancel(order.id, reason="нет", actor=STAFF, expected_version=1)
    else:
        order = any_desk.orders.set_status(order.id, status, actor=STAFF, expected_version=1, reason="да")
    before = contents(any_kit)
    with pytest.raises(OrderKitError) as refused:
        any_desk.orders.edit_lines(order.id, [ChangeQuantity(1, 9)], actor=STAFF, expected_version=2)

    assert ("contents_closed", ("pending", "pending_paid", "preparing")) == (
        refused.value.code,
        refused.value.possible,
    )
    assert before == contents(any_kit)


def test_markup_is_text(any_desk: Desk) -> None:
    """Markup, template and SQL characters in every field are stored and read back as they were typed."""
    for text in NASTY:
        keeps(any_desk, text)


def keeps(any_desk: Desk, text: str) -> None:
    courier = any_desk.settings.add_shipping_method(
        "pickup", text, settings={"address": text}, actor=STAFF, key=f"c {text}", description=text
    )
    cash = any_desk.settings.add_payment_method(
        "cash", text, actor=STAFF, key=text, pages=(text,), button=text
    )
    recipient = Recipient(*[text] * 8)
    order = any_desk.orders.create(
        [mug(sku=text, title=text, options={text: text}, image=text, page=text)],
        contact=ContactDetails(text, text, text),
        delivery=Delivery(rub(1), courier.id, text, recipient),
        adjustments=[Adjustment(kind=AdjustmentKind.FEE, amount=rub(1), title=text)],
        source=text,
        external_ref=text,
        actor=type(STAFF).staff(text, text),
        key=f"order {text}",
    )
    payment = any_desk.payments.record(
        order.id, rub(1), method_id=cash.id, actor=STAFF, key=f"p {text}", reference=text
    )
    any_desk.payments.refund(payment.id, rub(1), actor=STAFF, key=f"r {text}", reason=text)
    view = any_desk.orders.view(order.id)
    row = next(row for row in any_desk.orders.find().rows if row.id == order.id)

    assert order == attrs.evolve(view.order, version=order.version, payments=(), status=order.status)
    assert ContactDetails(text, text, text) == view.contact.details
    assert [text] * 3 == [row.contact_name, row.tracking_code, row.address]
    assert (text, text) == (view.journal[-1].actor.id, view.journal[-1].actor.name)
    assert text == view.order.payments[0].refunds[0].reason
    assert order.id == any_desk.orders.by_ref(text, text).id
