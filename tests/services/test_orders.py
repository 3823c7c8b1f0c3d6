"""Orders are made once for each key, moved and edited at the version seen, and read as they stand."""

from collections.abc import Callable

import pytest

from orderkit import (
    Actor,
    AddLine,
    ChangeQuantity,
    ContactDetails,
    Delivery,
    Desk,
    Order,
    OrderKit,
    Recipient,
    RemoveLine,
    ReplaceLine,
)
from orderkit.errors import ConflictError, TransitionRefusedError
from orderkit.storage.writing import Store
from tests.making import ANNA, BUYER, OTHER_STAFF, RECIPIENT, STAFF, Maker, contents, mug, rub
from tests.services.meanwhile import meanwhile


def at(order: Order, actor: Actor = STAFF) -> dict[str, object]:
    return {"actor": actor, "expected_version": order.version}


def test_the_same_key_answers_the_same(any_kit: OrderKit, any_desk: Desk) -> None:
    """The same request with the same key is answered with the order it made, and writes nothing."""
    create = any_desk.orders.create
    first = create([mug()], contact=ANNA, actor=STAFF, key="k")
    before = contents(any_kit)
    again = create([mug()], contact=ANNA, actor=STAFF, key=" k ")

    assert first == again
    assert before == contents(any_kit)


def test_a_replay_answers_with_what_stands_now(any_desk: Desk) -> None:
    """Whatever became of the order since, the replay answers with it."""
    first = any_desk.orders.create([mug()], actor=STAFF, key="k")
    moved = any_desk.orders.set_status(first.id, "shipped", **at(first))

    assert moved == any_desk.orders.create([mug()], actor=STAFF, key="k")


@pytest.mark.parametrize(
    "other",
    [
        lambda desk: desk.orders.create([mug(3)], actor=STAFF, key="k"),
        lambda desk: desk.orders.create([mug()], contact=ANNA, actor=STAFF, key="k"),
        lambda desk: desk.settings.add_payment_method("cash", "Наличные", actor=STAFF, key="k"),
    ],
)
def test_a_key_is_for_one_request(any_kit: OrderKit, any_desk: Desk, other: Callable[[Desk], object]) -> None:
    """Another request with a used key is refused, whichever verb it is."""
    any_desk.orders.create([mug()], actor=STAFF, key="k")
    before = contents(any_kit)
    with pytest.raises(ConflictError) as refused:
        other(any_desk)

    assert "key_reused" == refused.value.code
    assert before == contents(any_kit)


def test_a_replay_costs_no_number(any_desk: Desk) -> None:
    """Replays and refusals leave no gap in the numbers."""
    for _ in range(3):
        any_desk.orders.create([mug()], actor=STAFF, key="k")

    assert "1002" == any_desk.orders.create([mug()], actor=STAFF, key="l").number


def test_a_reference_is_taken_once(any_kit: OrderKit, any_desk: Desk) -> None:
    """A second order with the same source and reference is refused by name."""
    create = any_desk.orders.create
    first = create([mug()], actor=STAFF, key="k", source="shop", external_ref="A-1")
    before = contents(any_kit)
    with pytest.raises(ConflictError, match="'A-1' of 'shop'") as refused:
        create([mug()], actor=STAFF, key="l", source="shop", external_ref="A-1")

    assert "external_ref_taken" == refused.value.code
    assert before == contents(any_kit)
    assert first == any_desk.orders.by_ref(" shop ", "A-1")


def test_known_people(any_desk: Desk) -> None:
    """An order can be of somebody known; details make somebody new; nothing makes a guest."""
    contact = any_desk.contacts.create(ANNA, actor=STAFF)
    create = any_desk.orders.create
    known = create([mug()], contact=contact.id, actor=STAFF, key="a")
    new = create([mug()], contact=ANNA, actor=STAFF, key="b")
    guest = create([mug()], actor=STAFF, key="c")

    assert contact.id == known.contact_id
    assert contact.id != new.contact_id
    assert [True, False] == [any_desk.contacts.get(order.contact_id).is_lead for order in (new, guest)]


def test_numbers_are_found(any_desk: Desk, any_make: Maker) -> None:
    """An order is found by its whole number; what is no number of ours finds nothing."""
    order = any_make.order()

    assert order == any_desk.orders.by_number("1001")
    assert [None] * 4 == [any_desk.orders.by_number(number) for number in ("100", "1002", "", "10010")]


def test_the_same_status_changes_nothing(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """Asking for what is already so leaves no entry: the status, its pending twin, the same lines or delivery."""
    order = any_make.order()
    before = contents(any_kit)
    unchanged = [
        any_desk.orders.set_status(order.id, "pending", **at(order)),
        any_desk.orders.set_status(order.id, "pending_paid", **at(order)),
        any_desk.orders.edit_lines(order.id, [ChangeQuantity(1, 2)], **at(order)),
        any_desk.orders.edit_delivery(order.id, order.delivery, **at(order)),
    ]

    assert [order] * 4 == unchanged
    assert before == contents(any_kit)


def test_edits_are_one_change(any_desk: Desk, any_make: Maker) -> None:
    """However many edits, there is one version and one entry; line ids are never given out again."""
    order = any_make.order([mug(), mug(sku="B"), mug(sku="C")])
    edits = [RemoveLine(3), ReplaceLine(2, mug(sku="R")), ChangeQuantity(1, 9), AddLine(mug(sku="D"))]
    edited = any_desk.orders.edit_lines(order.id, edits, **at(order))
    again = any_desk.orders.edit_lines(order.id, [RemoveLine(4), AddLine(mug(sku="E"))], **at(edited))

    assert [(1, "MUG-1", 9), (2, "R", 2), (4, "D", 2)] == [
        (one.id, one.sku, one.quantity) for one in edited.lines
    ]
    assert [1, 2, 5] == [line.id for line in again.lines]
    assert [3, 2, 1] == [entry.version for entry in any_desk.orders.view(order.id).journal]


def test_a_dry_run_stores_nothing(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """A dry run shows the balance before and after as the edit would make it, and leaves all as it was."""
    order = any_make.order()
    before = contents(any_kit)
    preview = any_desk.orders.edit_lines(order.id, [ChangeQuantity(1, 3)], dry_run=True, **at(order))
    nothing = any_desk.orders.edit_lines(order.id, [ChangeQuantity(1, 2)], dry_run=True, **at(order))
    untouched = before == contents(any_kit)
    done = any_desk.orders.edit_lines(order.id, [ChangeQuantity(1, 3)], **at(order))

    assert (90000, 135000) == (preview.before.balance.total, preview.after.balance.total)
    assert preview.after == done
    assert untouched
    assert nothing is None


def test_delivery(any_desk: Desk, any_make: Maker) -> None:
    """The whole section is replaced; every version of the recipient stays readable for the journal."""
    order = any_make.order(delivery=Delivery(rub(0), recipient=RECIPIENT))
    moved = Delivery(rub("350"), any_make.courier().id, "RU-2", Recipient(name="Пётр", city="Омск"))
    edited = any_desk.orders.edit_delivery(order.id, moved, **at(order))
    view = any_desk.orders.view(order.id)

    assert (rub("1250"), "RU-2") == (edited.total, edited.delivery.tracking_code)
    assert {
        order.delivery.recipient_id: RECIPIENT,
        edited.delivery.recipient_id: moved.recipient,
    } == view.recipients
    assert "Курьер" == view.shipping_method.title


@pytest.mark.parametrize(("refund", "kept"), [("all", "0"), ("none", "900"), ("part", "600")])
def test_cancel(any_kit: OrderKit, any_desk: Desk, any_make: Maker, refund: str, kept: str) -> None:
    """Cancelling decides on the money in the same commit: all, part or none is given back, the rest retained."""
    order, cash = any_make.order(), any_make.cash()
    any_desk.payments.record(order.id, rub("900"), method_id=cash.id, actor=STAFF, key="p")
    amount = rub("300") if refund == "part" else refund
    cancelled = any_desk.orders.cancel(order.id, reason="нет", refund=amount, actor=STAFF, expected_version=2)

    assert ("cancelled", rub(kept), 0) == (cancelled.status, cancelled.retained, cancelled.balance.balance)
    assert rub(kept).minor == cancelled.balance.paid
    assert [] == list(any_kit.verify())


def test_choices_are_what_happens(any_desk: Desk, any_make: Maker) -> None:
    """For each status what `choices` says is what `set_status` does; the pending twins are one."""
    for choice in any_desk.orders.choices(any_make.order(), BUYER):
        if choice.status == "pending_paid":
            continue
        order = any_make.order()
        try:
            any_desk.orders.set_status(order.id, choice.status, reason="да", **at(order, BUYER))
            refusal = ""
        except TransitionRefusedError as refused:
            refusal = refused.code
        assert choice.refusal == refusal, choice.status


def test_a_stale_version(any_desk: Desk, any_make: Maker) -> None:
    """The refusal names the fields that others changed since, and who was last."""
    order = any_make.order()
    moved = any_desk.orders.set_status(order.id, "preparing", **at(order))
    any_desk.orders.edit_delivery(order.id, Delivery(rub("1")), **at(moved, OTHER_STAFF))
    with pytest.raises(ConflictError, match=r"Пётр changed: status, total, delivery\.cost") as refused:
        any_desk.orders.edit_lines(order.id, [ChangeQuantity(1, 3)], **at(order))

    assert ("stale_version", "Пётр") == (refused.value.code, refused.value.changed_by)
    assert ("status", "total", "delivery.cost") == refused.value.changed


VERBS: dict[str, Callable[[Desk, Order], object]] = {
    "set_status": lambda desk, order: desk.orders.set_status(order.id, "shipped", **at(order)),
    "edit_lines": lambda desk, order: desk.orders.edit_lines(order.id, [ChangeQuantity(1, 3)], **at(order)),
    "edit_delivery": lambda desk, order: desk.orders.edit_delivery(order.id, Delivery(rub("1")), **at(order)),
    "cancel": lambda desk, order: desk.orders.cancel(order.id, reason="нет", **at(order)),
}


@pytest.mark.parametrize("verb", VERBS)
def test_overtaken_while_saving(desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch, verb: str) -> None:
    """Who is overtaken between reading and saving is told as much as who comes late."""
    order = make.order()
    meanwhile(monkeypatch, lambda: desk.orders.set_status(order.id, "preparing", **at(order, OTHER_STAFF)))
    with pytest.raises(ConflictError) as refused:
        VERBS[verb](desk, order)

    assert ("stale_version", ("status",), "Пётр") == (
        refused.value.code,
        refused.value.changed,
        refused.value.changed_by,
    )
    assert 2 == desk.orders.get(order.id).version


def test_a_contradiction_is_no_stale_version(
    desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the database refuses for another reason keeps its own code."""
    known = desk.contacts.create(ContactDetails(), actor=STAFF)
    monkeypatch.setattr("orderkit.kit.new_uuid", lambda: known.id)
    with pytest.raises(ConflictError) as refused:
        desk.contacts.create(ContactDetails(), actor=STAFF)

    assert "constraint" == refused.value.code


@pytest.mark.parametrize("verb", VERBS)
def test_other_conflicts_keep_their_code(
    desk: Desk, make: Maker, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """A refusal for another reason than the version is handed on."""
    order = make.order()

    def contradict(*_: object) -> None:
        raise ConflictError("planted", code="constraint")

    monkeypatch.setattr(Store, "save", contradict)
    with pytest.raises(ConflictError, match="planted"):
        VERBS[verb](desk, order)
