"""Orders are made once for each key, moved and edited at the version seen, and read as they stand."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from orderkit import (
    Actor,
    AddLine,
    Adjustment,
    AdjustmentKind,
    ChangeQuantity,
    ContactDetails,
    Delivery,
    Desk,
    Line,
    Order,
    OrderFilter,
    OrderKit,
    Recipient,
    RemoveLine,
    ReplaceLine,
)
from orderkit.errors import (
    ConflictError,
    InvalidInputError,
    NotFoundError,
    OrderKitError,
    TransitionRefusedError,
)
from orderkit.storage.writing import Store
from tests.counting import statements
from tests.making import ANNA, BUYER, OTHER_STAFF, RECIPIENT, STAFF, Clock, Maker, contents, mug, rub
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


def test_a_stale_version(any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """The refusal names the fields that others changed since, who was last, and when that was."""
    order = any_make.order()
    moved = any_desk.orders.set_status(order.id, "preparing", **at(order))
    clock.move(minutes=3)
    any_desk.orders.edit_delivery(order.id, Delivery(rub("1")), **at(moved, OTHER_STAFF))
    with pytest.raises(ConflictError, match=r"Пётр changed: status, total, delivery\.cost") as refused:
        any_desk.orders.edit_lines(order.id, [ChangeQuantity(1, 3)], **at(order))

    assert ("stale_version", "Пётр", clock.now) == (
        refused.value.code,
        refused.value.changed_by,
        refused.value.changed_at,
    )
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


DISCOUNT = Adjustment(kind=AdjustmentKind.DISCOUNT, amount=rub("-100"), title="постоянному")
BIRTHS: dict[str, Callable[[], dict[str, object]]] = {
    "plain": lambda: {"lines": [mug()]},
    "all": lambda: {
        "lines": [mug(), Line(title="Гравировка", unit_price=rub("300"), requires_delivery=False)],
        "contact": ANNA,
        "delivery": Delivery(rub("350"), recipient=RECIPIENT),
        "adjustments": [DISCOUNT],
        "status": "pending_paid",
    },
    "no line": lambda: {"lines": []},
    "below zero": lambda: {"lines": [mug(1, "1")], "adjustments": [DISCOUNT]},
    "status": lambda: {"lines": [mug()], "status": "shipped"},
    "contact": lambda: {"lines": [mug()], "contact": uuid4()},
    "wrong contact": lambda: {"lines": [mug()], "contact": "Анна"},
    "method": lambda: {"lines": [mug()], "delivery": Delivery(rub("1"), uuid4())},
}


@pytest.mark.parametrize("birth", BIRTHS)
def test_a_dry_run_of_creating(any_kit: OrderKit, any_desk: Desk, birth: str) -> None:
    """It shows what would be stored, or refuses what would be refused, and neither stores nor takes a number."""
    wanted, before = BIRTHS[birth](), contents(any_kit)

    def outcome(**fields: object) -> object:
        try:
            made = any_desk.orders.create(**wanted, actor=STAFF, **fields)
        except OrderKitError as refused:
            return refused.code
        order = made if isinstance(made, Order) else made.after
        return order.total, order.requires_delivery, order.status, [line.id for line in order.lines]

    preview = outcome(dry_run=True)
    assert before == contents(any_kit)
    assert preview == outcome(key="k")
    assert isinstance(preview, str) is (birth not in ("plain", "all"))


def test_a_dry_run_knows_whom_and_how(any_desk: Desk, any_make: Maker) -> None:
    """A client and a shipping method of this site are known; the change has no number yet."""
    known, courier = any_desk.contacts.create(ANNA, actor=STAFF), any_make.courier()
    change = any_desk.orders.create(
        [mug()], contact=known.id, delivery=Delivery(rub("300"), courier.id), actor=STAFF, dry_run=True
    )

    assert (None, "", known.id, rub("1200")) == (
        change.before,
        change.after.number,
        change.after.contact_id,
        change.after.total,
    )


def test_creating_needs_a_key(desk: Desk) -> None:
    """Only a dry run may do without one."""
    with pytest.raises(InvalidInputError, match=r"^key "):
        desk.orders.create([mug()], actor=STAFF)  # type: ignore[call-overload]  # as a careless caller would


def test_discounts_and_fees(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """They are one change, told as an edit of the order; the dry run shows it before."""
    order = any_make.order()
    edit = any_desk.orders.edit_adjustments
    preview = edit(order.id, [DISCOUNT], dry_run=True, **at(order))
    done = edit(order.id, [DISCOUNT], **at(order), key="k")
    again = edit(order.id, [DISCOUNT], **at(order), key="k")
    same = edit(order.id, [DISCOUNT], **at(done))

    assert preview.after == done == again == same == any_desk.orders.get(order.id)
    assert (rub("800"), 2, (DISCOUNT,)) == (done.total, done.version, done.adjustments)
    assert "order.adjustments_edited" == any_desk.orders.view(order.id).journal[0].kind
    assert [] == list(any_kit.verify())


def test_a_free_line_is_kept(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """A line without a sku is stored, edited and replaced like any other."""
    order = any_make.order([Line(title="Гравировка", unit_price=rub("300"))])
    cheaper = ReplaceLine(1, Line(title="Гравировка", unit_price=rub("250"), quantity=2))
    edited = any_desk.orders.edit_lines(order.id, [cheaper, AddLine(mug())], **at(order))

    assert [("", "Гравировка", rub("500")), ("MUG-1", "Кружка", rub("900"))] == [
        (line.sku, line.title, line.amount) for line in any_desk.orders.get(order.id).lines
    ]
    assert edited == any_desk.orders.get(order.id)
    assert [] == list(any_kit.verify())


def test_notes(any_kit: OrderKit, any_desk: Desk, any_make: Maker, clock: Clock) -> None:
    """A note stands in the journals of the order and of its client, and makes nobody's open form late."""
    order = any_make.order(contact=ANNA)
    clock.move(minutes=1)
    entry = any_desk.orders.add_note(order.id, " Позвонить ", actor=OTHER_STAFF, key="n")
    shown = any_desk.orders.view(order.id)

    assert ("order.noted", {"text": "Позвонить"}, OTHER_STAFF) == (entry.kind, entry.data, entry.actor)
    assert (entry, order) == (shown.journal[0], shown.order)
    assert entry == any_desk.contacts.view(order.contact_id).journal[0]
    assert 2 == any_desk.orders.set_status(order.id, "preparing", **at(order)).version
    assert [] == list(any_kit.verify())


def test_a_note_is_written_once(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """The same note with the same key is answered with the entry there is; another one is refused."""
    order = any_make.order()
    add = any_desk.orders.add_note
    first = add(order.id, "Позвонить", actor=STAFF, key="n")
    before = contents(any_kit)

    assert first == add(order.id, "Позвонить", actor=STAFF, key=" n ")
    with pytest.raises(ConflictError) as refused:
        add(order.id, "Не звонить", actor=STAFF, key="n")
    assert "key_reused" == refused.value.code
    assert before == contents(any_kit)
    assert first != add(order.id, "Позвонить", actor=STAFF, key="m")


def test_a_note_is_one_row(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """Nothing is written for a note but its entry: no row of the order, no event."""
    order = any_make.full_order()
    before = contents(any_kit)
    with statements(any_kit) as asked:
        any_desk.orders.add_note(order.id, "Позвонить", actor=STAFF, key="n")
    grown = {table: len(rows) - len(before[table]) for table, rows in contents(any_kit).items()}
    kept = {table for table, rows in contents(any_kit).items() if set(before[table]) <= set(rows)}

    assert {"orderkit_journal": 1} == {table: rows for table, rows in grown.items() if rows}
    assert set(before) == kept
    assert 8 == len(asked), asked


def test_notes_are_refused(any_kit: OrderKit, any_desk: Desk, any_make: Maker) -> None:
    """No text, no key, no such order, an actor who writes none: nothing is stored."""
    order = any_make.order()
    before, codes = contents(any_kit), []
    for id, text, actor, key in (
        (order.id, " ", STAFF, "n"),
        (order.id, "x", STAFF, ""),
        (uuid4(), "x", STAFF, "n"),
        (order.id, "x", BUYER, "n"),
    ):
        with pytest.raises((InvalidInputError, NotFoundError, TransitionRefusedError)) as refused:
            any_desk.orders.add_note(id, text, actor=actor, key=key)
        codes.append(refused.value.code)

    assert ["empty", "empty", "order_not_found", "not_by_this_actor"] == codes
    assert before == contents(any_kit)


def test_every_order_of_a_filter(
    any_kit: OrderKit, any_desk: Desk, any_make: Maker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export meets all rows of its filter once, newest first, and holds no connection between its pages."""
    for position in range(11):
        clock.move(seconds=position % 3)
        any_make.order(contact=ANNA if position % 2 else None)
    monkeypatch.setattr("orderkit.services.orders.finding.MAX_PAGE", 4)
    rows = any_desk.orders.every(OrderFilter(text="анна"))
    met = [next(rows).number]
    assert 0 == any_kit.database.engine.pool.checkedout()
    any_make.order(contact=ANNA)  # comes in meanwhile
    met += [row.number for row in rows]
    with statements(any_kit) as asked:
        everything = list(any_desk.orders.every())

    assert ["1010", "1008", "1006", "1004", "1002"] == met
    assert [row.number for row in any_desk.orders.find(limit=200).rows] == [row.number for row in everything]
    assert 3 == len(asked)


def test_every_refuses_at_once(desk: Desk) -> None:
    """What cannot be asked is refused before the first row: an answer that has begun could not say it any more."""
    with pytest.raises(InvalidInputError) as refused:
        desk.orders.every(OrderFilter(status=["lost"]))

    assert "unknown_status" == refused.value.code
    assert [] == list(desk.orders.every())
