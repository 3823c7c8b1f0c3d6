"""Editing an order: its contents and its delivery, each only where the rules open it."""

from collections.abc import Callable
from typing import Any

import attrs
import pytest

from orderkit.domain.actor import ActorKind
from orderkit.domain.change import Change
from orderkit.domain.delivery import Recipient
from orderkit.domain.editing import (
    AddLine,
    ChangeQuantity,
    LineEdit,
    RemoveLine,
    ReplaceLine,
    contents_open,
    edit_adjustments,
    edit_delivery,
    edit_lines,
)
from orderkit.domain.lifecycle import Status
from orderkit.domain.line import MAX_LINES, Adjustment, AdjustmentKind
from orderkit.domain.money import Money
from orderkit.domain.order import Order
from orderkit.domain.payment import Attempt
from orderkit.errors import InvalidInputError, NotFoundError, OrderKitError, TransitionRefusedError
from tests.domain.making import (
    CASH,
    LATER,
    NOW,
    TRANSFER,
    act,
    asked,
    delivery,
    line,
    order,
    paid,
    payment,
    rub,
)

DESK = [ActorKind.STAFF, ActorKind.HOST, ActorKind.IMPORT]
OTHERS = [ActorKind.MONEY, ActorKind.TRACKING, ActorKind.SCHEDULE]


def three(**fields: Any) -> Order:
    """Three lines of 450.00, 99.50 and 0.00; ids 1 to 3."""
    return order(line(), line("TEA", "99.50"), line("GIFT", "0"), **fields)


def edited(before: Order, *edits: LineEdit) -> Order:
    change = edit_lines(before, edits, act(at=LATER))
    assert change is not None
    return change.after


def shape(made: Order) -> list[tuple[int, str, int]]:
    return [(one.id, one.sku, one.quantity) for one in made.lines]


@pytest.mark.parametrize(
    ("edits", "lines", "total"),
    [
        ([AddLine(line("CUP", "10.00"))], [(1, "MUG", 1), (2, "TEA", 1), (3, "GIFT", 1), (4, "CUP", 1)], "559.50"),
        ([AddLine(line())], [(1, "MUG", 1), (2, "TEA", 1), (3, "GIFT", 1), (4, "MUG", 1)], "999.50"),
        ([RemoveLine(2)], [(1, "MUG", 1), (3, "GIFT", 1)], "450.00"),
        ([ChangeQuantity(2, 3)], [(1, "MUG", 1), (2, "TEA", 3), (3, "GIFT", 1)], "748.50"),
        ([ReplaceLine(2, line("JAM", "5.00", 2))], [(1, "MUG", 1), (2, "JAM", 2), (3, "GIFT", 1)], "460.00"),
        ([RemoveLine(1), RemoveLine(2)], [(3, "GIFT", 1)], "0.00"),
        ([RemoveLine(1), RemoveLine(2), RemoveLine(3), AddLine(line("CUP", "1"))], [(4, "CUP", 1)], "1.00"),
        ([ChangeQuantity(1, 2), ReplaceLine(3, line("JAM", "5")), RemoveLine(2), AddLine(line("CUP", "1"))],
         [(1, "MUG", 2), (3, "JAM", 1), (4, "CUP", 1)], "906.00"),
    ],
)  # fmt: skip
def test_edits(edits: list[LineEdit], lines: list[tuple[int, str, int]], total: str) -> None:
    """Add at the end, replace in place, remove, count anew; all edits are one change."""
    before = three()
    after = edited(before, *edits)

    assert (lines, rub(total), 2) == (shape(after), rub(total), after.version)
    assert rub(total) == after.total


def test_replacing_is_one_difference() -> None:
    """A replaced line is told as one field, from the one to the other, with the new total."""
    change = edit_lines(three(), [ReplaceLine(2, line("JAM", "5.00", 2))], act())
    assert change is not None

    assert "order.lines_edited" == change.entry.kind
    assert ["total", "lines.2"] == [difference.field for difference in change.entry.differences]
    assert ("TEA", "JAM") == tuple(
        side["sku"]  # type: ignore[index,call-overload]
        for side in (change.entry.differences[1].before, change.entry.differences[1].after)
    )


def test_ids_are_never_given_again() -> None:
    """The id of a removed line stays with it in the journal; the next line gets a new one."""
    first = edited(three(), RemoveLine(3))
    second = edited(first, AddLine(line("CUP", "1")))
    third = edited(second, RemoveLine(4), AddLine(line("JAM", "1")))

    assert [1, 2, 5] == [one.id for one in third.lines]
    assert 5 == third.last_line_id


@pytest.mark.parametrize(
    "fields", [{"requires_delivery": False}, {"image": "/a.png"}, {"page": "/a"}, {"options": {"size": "M"}}]
)
def test_every_field_of_a_line_counts(fields: dict[str, Any]) -> None:
    """A replacement that differs in one field only is a change, and is kept."""
    after = edited(three(), ReplaceLine(1, line(**fields)))

    assert attrs.evolve(line(**fields), id=1) == after.lines[0]


@pytest.mark.parametrize("edits", [[], [ChangeQuantity(1, 1)], [ReplaceLine(1, line())]])
def test_nothing_new_is_no_change(edits: list[LineEdit]) -> None:
    """What leaves everything as it was is not stored."""
    assert edit_lines(three(), edits, act()) is None


@pytest.mark.parametrize(
    ("edits", "error", "code"),
    [
        ([RemoveLine(9)], NotFoundError, "line_not_found"),
        ([ReplaceLine(0, line())], NotFoundError, "line_not_found"),
        ([ChangeQuantity(4, 1), AddLine(line())], NotFoundError, "line_not_found"),
        ([RemoveLine(1), RemoveLine(1)], InvalidInputError, "edited_twice"),
        ([RemoveLine(1), ChangeQuantity(1, 2)], InvalidInputError, "edited_twice"),
        ([ChangeQuantity(1, 2), ChangeQuantity(1, 3)], InvalidInputError, "edited_twice"),
        ([ReplaceLine(1, line("JAM")), RemoveLine(1)], InvalidInputError, "edited_twice"),
        ([ChangeQuantity(1, 0)], InvalidInputError, "out_of_range"),
        ([ChangeQuantity(1, -1)], InvalidInputError, "out_of_range"),
        ([ChangeQuantity(1, 1.5)], InvalidInputError, "not_whole"),
        ([ChangeQuantity(1, True)], InvalidInputError, "not_whole"),
        ([ChangeQuantity(1, 10**9)], InvalidInputError, "out_of_range"),
        ([AddLine(attrs.evolve(line(), unit_price=Money(1, "EUR"), amount=Money(1, "EUR")))],
         InvalidInputError, "other_currency"),
        ([AddLine(line())] * (MAX_LINES - 2), InvalidInputError, "too_many_lines"),
        ([RemoveLine(1), RemoveLine(2), RemoveLine(3)], TransitionRefusedError, "last_line"),
    ],
)  # fmt: skip
def test_refuses_edits(edits: list[LineEdit], error: type[OrderKitError], code: str) -> None:
    """Unknown lines, a line edited twice, impossible quantities, another currency, no line left: nothing is changed."""
    with pytest.raises(error) as refused:
        edit_lines(three(), edits, act())

    assert code == refused.value.code


def test_the_last_line_stays() -> None:
    """An order without a line is cancelled instead, and the refusal says so."""
    with pytest.raises(TransitionRefusedError, match="cancel it instead") as refused:
        edit_lines(order(), [RemoveLine(1)], act())

    assert ("cancel",) == refused.value.possible


def test_an_amount_of_its_own_is_not_counted_anew() -> None:
    """Where the host gave the amount the quantity cannot change it; the line is replaced instead."""
    before = order(line(price="3.33", quantity=3, amount=rub("10.00")))

    with pytest.raises(InvalidInputError) as refused:
        edit_lines(before, [ChangeQuantity(1, 6)], act())
    assert ("amount_given", "quantity") == (refused.value.code, refused.value.field)
    replaced = edited(before, ReplaceLine(1, line(price="3.33", quantity=6, amount=rub("20.00"))))
    assert rub("20.00") == replaced.total


def test_a_discount_may_not_outgrow_the_lines() -> None:
    """Removing what a discount was given for is refused where the total would fall below zero."""
    before = attrs.evolve(three(), adjustments=(Adjustment(kind="discount", amount=rub("-500.00")),))

    with pytest.raises(InvalidInputError) as refused:
        edit_lines(before, [RemoveLine(1)], act())
    assert "negative_total" == refused.value.code


def discount(amount: str, title: str = "", kind: str = "discount") -> Adjustment:
    return Adjustment(kind=AdjustmentKind(kind), amount=rub(amount), title=title)


BACK, TAX = discount("-50.00", "бой", "refund"), discount("20.00", "НДС", "tax")


@pytest.mark.parametrize(
    ("known", "given", "kept", "total"),
    [
        ([], [discount("-100")], [discount("-100")], "449.50"),
        ([], [discount("-100"), discount("5", "упаковка", "fee")],
         [discount("-100"), discount("5", "упаковка", "fee")], "454.50"),
        ([discount("-100")], [], [], "549.50"),
        ([discount("-100"), BACK], [discount("-1", "друг")], [discount("-1", "друг"), BACK], "498.50"),
        ([BACK, discount("-100"), TAX], [discount("-1"), discount("5", "", "fee")],
         [BACK, discount("-1"), TAX, discount("5", "", "fee")], "523.50"),
        ([BACK, discount("-100"), TAX, discount("5", "", "fee")], [], [BACK, TAX], "519.50"),
    ],
)  # fmt: skip
def test_discounts_and_fees(
    known: list[Adjustment], given: list[Adjustment], kept: list[Adjustment], total: str
) -> None:
    """They are as given, each in the place of an earlier one; what refunds and taxes added stays where it is."""
    change = edit_adjustments(three(adjustments=tuple(known)), given, act(at=LATER))
    assert change is not None

    assert (tuple(kept), rub(total)) == (change.after.adjustments, change.after.total)
    assert "order.adjustments_edited" == change.entry.kind


def test_the_same_discounts_are_no_change() -> None:
    """What is already so leaves no entry, even where its sign would not be taken today."""
    odd = discount("7", "", "discount")

    assert edit_adjustments(three(adjustments=(odd, BACK)), [odd], act()) is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (BACK, "not_by_hand"),
        (TAX, "not_by_hand"),
        (discount("-1", "", "tax"), "not_by_hand"),
        (discount("0"), "wrong_sign"),
        (discount("1"), "wrong_sign"),
        (discount("0", "", "fee"), "wrong_sign"),
        (discount("-1", "", "fee"), "wrong_sign"),
        (discount("-549.51"), "negative_total"),
        (Adjustment(kind=AdjustmentKind.FEE, amount=Money.of("1", "EUR")), "other_currency"),
    ],
)
def test_refuses_adjustments(given: Adjustment, code: str) -> None:
    """Staff set discounts below zero and fees above it, and neither a refund's nor a tax's, not even a known one."""
    with pytest.raises(InvalidInputError) as refused:
        edit_adjustments(three(adjustments=(BACK, TAX)) if code == "not_by_hand" else three(), [given], act())

    assert code == refused.value.code


@pytest.mark.parametrize("kind", DESK)
@pytest.mark.parametrize("status", Status)
def test_where_discounts_are_open(status: Status, kind: ActorKind) -> None:
    """The desk sets them where it changes contents; the buyer never does, not even in a cart."""
    before = attrs.evolve(three(status=status), status=status)
    if status in OPEN[ActorKind.STAFF]:
        assert edit_adjustments(before, [discount("-1")], act(kind)) is not None
    else:
        with pytest.raises(TransitionRefusedError, match="contents") as refused:
            edit_adjustments(before, [discount("-1")], act(kind))
        assert "contents_closed" == refused.value.code
    with pytest.raises(
        TransitionRefusedError, match=r"orders\.edit_adjustments is not for the actor 'buyer'"
    ):
        edit_adjustments(before, [discount("-1")], act(ActorKind.BUYER))


OPEN = {
    ActorKind.STAFF: {"pending", "pending_paid", "preparing"},
    ActorKind.BUYER: {"created", "payment"},
}


@pytest.mark.parametrize("kind", OPEN)
@pytest.mark.parametrize("status", Status)
def test_where_contents_are_open(status: Status, kind: ActorKind) -> None:
    """Staff change contents in three statuses, the buyer in the cart; elsewhere the refusal names the three."""
    before = attrs.evolve(three(status=status), status=status)

    assert (status in OPEN[kind]) is contents_open(before, kind)
    if status in OPEN[kind]:
        assert edit_lines(before, [AddLine(line())], act(kind)) is not None
    else:
        with pytest.raises(TransitionRefusedError, match=f"closed while it is '{status}'") as refused:
            edit_lines(before, [AddLine(line())], act(kind))
        assert "contents_closed" == refused.value.code
        assert ("pending", "pending_paid", "preparing") == refused.value.possible


def test_contents_close_to_the_buyer_for_good() -> None:
    """An order that was placed once and is back among the carts is no cart of the buyer's."""
    before = three(status=Status.CREATED, placed_at=NOW)

    with pytest.raises(TransitionRefusedError) as refused:
        edit_lines(before, [AddLine(line())], act(ActorKind.BUYER))
    assert "contents_closed" == refused.value.code


def test_changing_the_cart_on_the_payment_page_goes_back_to_it() -> None:
    """The buyer is at the cart again and the attempt is superseded; changing nothing stays on the page."""
    before = three(status=Status.PAYMENT)
    change = edit_lines(before, [RemoveLine(3)], act(ActorKind.BUYER))
    assert change is not None

    assert (Status.CREATED, None) == (change.after.status, change.after.open_attempt)
    assert [Attempt.SUPERSEDED] == [one.attempt for one in change.after.payments]
    assert edit_lines(before, [], act(ActorKind.BUYER)) is None


@pytest.mark.parametrize("status", [Status.CREATED, Status.PAYMENT])
def test_the_buyer_waits_for_an_answer(status: Status) -> None:
    """While a provider is answering, the buyer changes no line of what is being paid."""
    with pytest.raises(TransitionRefusedError) as refused:
        edit_lines(three(status=status, payments=(asked(),)), [RemoveLine(3)], act(ActorKind.BUYER))

    assert "answer_awaited" == refused.value.code


@pytest.mark.parametrize(
    "edit",
    [
        lambda before: edit_lines(before, [RemoveLine(1)], act()),
        lambda before: edit_delivery(before, delivery("450.00"), act()),
    ],
)
def test_attempts_follow_the_new_total(edit: Callable[[Order], Change[Order] | None]) -> None:
    """A new total changes what offline attempts ask for and supersedes the others; payments made stay."""
    before = three(payments=(paid("50.00"), payment(), payment(offline=False)))
    change = edit(before)
    assert change is not None
    kept, offline, online = change.after.payments

    assert (before.payments[0], change.after.total - rub("50.00")) == (kept, offline.amount)
    assert Attempt.SUPERSEDED is online.attempt


def test_edit_after_money_shows_the_balance() -> None:
    """The change tells was, will be and what is then owed or owed back."""
    change = edit_lines(three(payments=(paid("549.50"),)), [RemoveLine(2)], act())
    assert change is not None and change.before is not None  # noqa: PT018

    assert (0, "paid") == (change.before.balance.balance, change.before.balance.payment_status)
    assert (-9_950, "overpaid") == (change.after.balance.balance, change.after.balance.payment_status)


@pytest.mark.parametrize("status", Status)
def test_staff_edit_the_recipient_everywhere(status: Status) -> None:
    """Recipient, address, comment and tracking code are staff's to change in every status, without a reason."""
    before = order(status=status, delivery=delivery(method_id=CASH))
    new = delivery(method_id=CASH, tracking_code="RA1", recipient=Recipient("Анна", comment="код 7"))
    change = edit_delivery(before, new, act())
    assert change is not None

    assert ("order.delivery_edited", "RA1", "код 7", before.status) == (
        change.entry.kind,
        change.after.delivery.tracking_code,
        change.after.delivery.recipient.comment,
        change.after.status,
    )


@pytest.mark.parametrize("fields", [{"cost": rub("301.00")}, {"method_id": TRANSFER}, {"method_id": None}])
@pytest.mark.parametrize("status", Status)
def test_method_and_cost_need_a_reason_at_the_end(status: Status, fields: dict[str, Any]) -> None:
    """Once delivered or cancelled, another method or cost needs a reason; before, none."""
    before = order(status=status, delivery=delivery(method_id=CASH))
    new = attrs.evolve(before.delivery, **fields)

    if status in ("delivered", "cancelled"):
        with pytest.raises(TransitionRefusedError, match="needs a reason") as refused:
            edit_delivery(before, new, act(), reason=" ")
        assert "reason_required" == refused.value.code
        assert ("recipient", "address", "tracking_code", "comment") == refused.value.possible
    change = edit_delivery(before, new, act(), reason=" ошибка ")
    assert change is not None
    assert (new, "ошибка") == (change.after.delivery, change.entry.reason)


def test_recipients_are_versions() -> None:
    """The journal names the recipient by the id of a version: kept where unchanged, new where changed, never text."""
    first = edit_delivery(order(), delivery(recipient=Recipient("Анна", city="Пермь")), act())
    assert first is not None
    same = edit_delivery(first.after, delivery("0", recipient=Recipient("Анна", city="Пермь")), act())
    assert same is not None
    other = edit_delivery(same.after, delivery("0", recipient=Recipient("Анна", city="Омск")), act())
    assert other is not None
    step = other.entry.difference("delivery.recipient")

    assert first.after.delivery.recipient_id == same.after.delivery.recipient_id
    assert same.entry.difference("delivery.recipient") is None
    assert step is not None
    assert (str(same.after.delivery.recipient_id), str(other.after.delivery.recipient_id)) == (
        step.before,
        step.after,
    )
    assert "Омск" not in repr(other.entry)


def test_same_delivery_is_no_change() -> None:
    """Saving the form without a change stores nothing."""
    before = order(delivery=delivery(recipient=Recipient("Анна"), recipient_id=CASH))

    assert edit_delivery(before, delivery(recipient=Recipient(" Анна ")), act()) is None


@pytest.mark.parametrize(
    ("new", "reason", "code"),
    [
        (attrs.evolve(delivery(), cost=Money.of("1", "EUR")), "", "other_currency"),
        (delivery(), "x" * 2_001, "too_long"),
    ],
)
def test_refuses_deliveries(new: Any, reason: str, code: str) -> None:
    """Another currency and an unusable reason are refused."""
    with pytest.raises(InvalidInputError) as refused:
        edit_delivery(order(), new, act(), reason=reason)

    assert code == refused.value.code


@pytest.mark.parametrize(
    ("fields", "new", "is_open"),
    [
        ({"status": Status.CREATED}, delivery(method_id=CASH, recipient=Recipient("Анна")), True),
        ({"status": Status.PAYMENT}, delivery(method_id=CASH, recipient=Recipient("Анна")), True),
        ({"status": Status.CREATED}, delivery(tracking_code="RA1"), False),
        ({"status": Status.CREATED, "placed_at": NOW}, delivery(), False),
        ({"status": Status.PENDING}, delivery(), False),
        ({"status": Status.PREPARING}, delivery(recipient=Recipient("Анна")), False),
        ({"status": Status.CANCELLED}, delivery(), False),
    ],
)
def test_the_buyers_delivery(fields: dict[str, Any], new: Any, is_open: bool) -> None:
    """The buyer says how and where until the order is placed, and never gives the tracking code."""
    if is_open:
        assert edit_delivery(order(**fields), new, act(ActorKind.BUYER)) is not None
    else:
        with pytest.raises(TransitionRefusedError) as refused:
            edit_delivery(order(**fields), new, act(ActorKind.BUYER))
        assert "delivery_closed" == refused.value.code


@pytest.mark.parametrize("kind", DESK)
def test_the_desk_edits_as_staff_do(kind: ActorKind) -> None:
    """Host and import edit where staff do."""
    assert contents_open(order(), kind)
    assert not contents_open(order(status=Status.CREATED), kind)
    assert edit_lines(order(), [AddLine(line())], act(kind)) is not None
    assert edit_delivery(order(), delivery(tracking_code="RA1"), act(kind)) is not None


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("status", Status)
def test_others_edit_nothing(kind: ActorKind, status: Status) -> None:
    """Money, tracking and the clock change neither contents nor delivery, wherever the order stands."""
    before = order(status=status)
    edits = {
        "edit_lines": lambda: edit_lines(before, [AddLine(line())], act(kind)),
        "edit_adjustments": lambda: edit_adjustments(before, [discount("-1")], act(kind)),
        "edit_delivery": lambda: edit_delivery(before, delivery(), act(kind), reason="так надо"),
    }

    assert not contents_open(before, kind)
    for verb, edit in edits.items():
        with pytest.raises(
            TransitionRefusedError, match=f"orders.{verb} is not for the actor '{kind}'"
        ) as refused:
            edit()
        assert "not_by_this_actor" == refused.value.code
        who = "staff, host, import" if verb == "edit_adjustments" else "buyer, staff, host, import"
        assert str(refused.value).endswith(f"it is for {who}")
