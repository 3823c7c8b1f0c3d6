"""The tables of docs/reference/statuses.md say what the code does, cell by cell."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import attrs

from orderkit.domain.actor import ActorKind
from orderkit.domain.asking import answer, begin
from orderkit.domain.cancel_requests import request_cancel
from orderkit.domain.delivery import Recipient
from orderkit.domain.editing import AddLine, edit_adjustments, edit_delivery, edit_lines
from orderkit.domain.holding import answer as answer_about
from orderkit.domain.holding import begin_capture, begin_void
from orderkit.domain.lifecycle import CONTENTS_EDITABLE, ORDER_LIFECYCLE, Mover, Status
from orderkit.domain.line import Adjustment, AdjustmentKind
from orderkit.domain.method import PaymentMethod
from orderkit.domain.money import Money
from orderkit.domain.moving import follow_money, set_status
from orderkit.domain.order import Order
from orderkit.domain.outcome import (
    Authorised,
    Declined,
    DeclineReason,
    Outcome,
    Pending,
    Redirect,
    Succeeded,
    Unknown,
    UnknownReason,
)
from orderkit.domain.payment import FactKind
from orderkit.domain.permits import BIRTHS, DESK, PERMITS
from orderkit.errors import TransitionRefusedError
from tests.domain.making import CASH, act, asked, delivery, fact, held, line, order, paid, payment, rub
from tests.house.tables import Row, code, table, tables

PAGE = "reference/statuses.md"


def places(name: str) -> list[Status]:
    """The statuses that a name of a row or column stands for."""
    return [Status.PENDING, Status.PENDING_PAID] if name == "P" else [Status(name)]


def cell(source: Status, target: Status) -> str:
    """What the code says, written as the page writes it."""
    if source is target:
        return ""
    step = ORDER_LIFECYCLE.steps.get((source, target))
    if step is None:
        return "–"
    return " ".join(
        mover.value + ("¹" if mover in step.idle_only else "") for mover in Mover if mover in step.movers
    )


def test_lifecycle_table() -> None:
    """Every cell of the lifecycle on the page is the step of the code, with its movers in order."""
    rows = tables(PAGE, "Lifecycle")[1]
    names = [row["from \\ to"] for row in rows]

    assert names == [name for name in rows[0] if name != "from \\ to"]
    assert set(Status) == {status for name in names for status in places(name)}
    for row, target in product(rows, names):
        for one, other in product(places(row["from \\ to"]), places(target)):
            if row["from \\ to"] != "P" or target != "P" or one is not other:
                assert row[target] == cell(one, other)


def test_letters() -> None:
    """Each letter of the page is a mover, and speaks for the actors it names."""
    rows = tables(PAGE, "Lifecycle")[0]

    assert [mover.value for mover in Mover] == [code(row["letter"]) for row in rows]
    assert set(ActorKind) == {actor for row in rows for actor in actors(row)}
    for row, (target, step) in product(rows, ORDER_LIFECYCLE.steps.items()):
        if code(row["letter"]) in step.movers:
            for actor in actors(row):
                assert not ORDER_LIFECYCLE.choose(*target, actor, in_play=False).refusal


def actors(row: Row) -> list[ActorKind]:
    return [ActorKind(code(name.strip())) for name in row["which actors"].split(",")]


def test_who_may_act() -> None:
    """The page names who may do each verb, and where an order begins on whose word."""
    verbs, births = tables(PAGE, "Who may act")

    assert {code(row["verb"]): set(actors(row)) for row in verbs} == PERMITS
    assert {
        ActorKind(code(row["actor"])): {Status(code(name)) for name in row["begins at"].split(", ")}
        for row in births
    } == BIRTHS
    assert {code(row["actor"]) for row in births if row["adjustments, tracking code"] == "yes"} == DESK


def test_every_status_is_reached_and_none_is_a_dead_end() -> None:
    """From every status there is a way to every other; cancelled can be reopened."""
    for start in Status:
        reached = {start}
        for _ in Status:
            reached |= {target for source, target in ORDER_LIFECYCLE.steps if source in reached}
        assert set(Status) == reached


def test_the_eight() -> None:
    """The page names the eight in order, and says where staff may change contents."""
    rows = table(PAGE, "The eight")

    assert list(Status) == [code(row["status"]) for row in rows]
    assert CONTENTS_EDITABLE == {
        code(row["status"]) for row in rows if row["staff may change the contents"] == "yes"
    }
    assert {"yes", "no"} == {row["staff may change the contents"] for row in rows}


RETURNED = (FactKind.REFUND, FactKind.CHARGEBACK)
LEDGERS = {
    "a hold": [held()],
    "what is paid rises above zero": [paid("0.01"), paid("5000.00")],
    "something is given back, something is left": [
        payment(*paid().facts, fact(kind, "999.99")) for kind in RETURNED
    ],
    "given back or disputed until nothing is left": [
        payment(*paid().facts, fact(kind, "1000.00")) for kind in RETURNED
    ],
}


def test_what_money_does() -> None:
    """Every cell of the table of money is what the domain does; an empty one cannot come to be."""
    rows = table(PAGE, "What money does")

    assert list(LEDGERS) == [row["money"] for row in rows]
    for row in rows:
        for status, said in by_status(row, "money"):
            kept = (paid(),) if status == "pending_paid" and said == "=" else ()
            for ledger in LEDGERS[row["money"]]:
                before = attrs.evolve(order(status=status), status=status, payments=(*kept, ledger))
                after = follow_money(before, act().at).status
                assert said in ("", after.value) or (said, after) == ("=", status)


ANSWERS: dict[str, list[Outcome | None]] = {
    "none yet: it is being asked": [None],
    "`Succeeded`": [Succeeded(rub("1000.00"), "b-1")],
    "`Authorised`: the money is held, not taken": [Authorised(rub("1000.00"), "b-1")],
    "`Succeeded` or `Authorised`, with another amount or currency than asked for": [
        Succeeded(rub("999.99"), "b-1"),
        Succeeded(Money.of("1000.00", "EUR"), "b-1"),
        Authorised(rub("1000.01"), "b-1"),
        Authorised(Money.of("1000.00", "EUR"), "b-1"),
    ],
    "`Redirect`: the buyer goes on at the provider": [Redirect("https://bank.example", "b-1")],
    "`Pending`: the provider works on it": [Pending("b-1")],
    "`Declined`": [Declined(reason) for reason in DeclineReason],
    "`Unknown`: it raised, answered nonsense, or not in time": [Unknown(reason) for reason in UnknownReason],
}


def test_what_a_provider_answers() -> None:
    """Every row of the table of answers is what the domain makes of them, for an order that begins as a cart."""
    card = PaymentMethod(id=CASH, provider="card", title="Карта", offline=False)
    begun = begin(order(status=Status.CREATED), card, act(ActorKind.BUYER), seen=rub("1000.00"))
    assert begun is not None
    rows = table(PAGE, "What a provider answers")

    assert list(ANSWERS) == [row["answer"] for row in rows]
    for row, outcome in [(each, outcome) for each in rows for outcome in ANSWERS[each["answer"]]]:
        asked = begun.after.payments[-1]
        change = answer(begun.after, asked.id, outcome, act(ActorKind.MONEY)) if outcome else begun
        assert change is not None
        [payment] = change.after.payments
        moved = change.entry.difference("status")
        assert code(row["the attempt"]) == payment.attempt
        assert row["the ledger"] == (", ".join(f"`{fact.kind.value}`" for fact in payment.facts) or "–")
        assert (row["the order"] == "=") is (moved is None)
    assert "`created` goes to `payment`" == rows[0]["the order"]
    assert Status.PAYMENT is begun.after.status


HOLD_ANSWERS: dict[str, list[Outcome | None]] = {
    "none yet: it is being asked": [None],
    "`Succeeded`": [Succeeded(rub("600.00"), "c-1")],
    "`Succeeded`, with another amount or currency than asked for": [
        Succeeded(rub("599.99"), "c-1"),
        Succeeded(Money.of("600.00", "EUR"), "c-1"),
    ],
    "`Pending`: the provider works on it": [Pending("c-1")],
    "`Declined`": [Declined(reason) for reason in DeclineReason],
    "`Unknown`: it raised, answered nonsense, or not in time": [Unknown(reason) for reason in UnknownReason],
    "`Redirect`, `Authorised`: nobody goes anywhere, nothing more is held": [
        Redirect("https://bank.example", "c-1"),
        Authorised(rub("600.00"), "c-1"),
    ],
}


def test_what_a_provider_answers_about_a_hold() -> None:
    """Every row of the table is what the domain makes of the answer, to a part that is taken and to a release."""
    rows = table(PAGE, "What a provider answers about a hold")
    assert list(HOLD_ANSWERS) == [row["answer"] for row in rows]
    for row, outcome in [(each, outcome) for each in rows for outcome in HOLD_ANSWERS[each["answer"]]]:
        for amount, column in (("1000.00", "the ledger of a capture"), ("600.00", "of a void")):
            before = order(payments=(held(amount),))
            id = before.payments[0].id
            begun = (
                begin_void(before, id, act())
                if column == "of a void"
                else begin_capture(before, id, rub("600.00"), act())
            )
            [operation] = begun.after.payments[0].operations
            change = (
                answer_about(begun.after, operation.id, outcome, act(ActorKind.MONEY)) if outcome else begun
            )
            assert change is not None
            [payment] = change.after.payments
            written = [f"`{one.kind.value}`" for one in payment.facts[1:]]
            assert code(row["the operation"]) == payment.operations[0].status
            assert row[column] == (
                ", and ".join(written).replace("and `void`", "and `void` of the rest") or "–"
            )
            assert (row["the order"] == "=") is (change.entry.difference("authorised") is None)


def by_status(row: Row, first: str) -> Iterator[tuple[Status, str]]:
    """The cells of a row for each status that its column names."""
    for column, said in row.items():
        if column != first:
            yield from ((Status(name), said) for name in column.split(", "))


def wish(made: Order) -> str:
    """What becomes of a buyer's wish to cancel, in the words of the page."""
    try:
        set_status(made, Status.CANCELLED, act(ActorKind.BUYER))
        return "–" if made.status is Status.CANCELLED else "cancels"
    except TransitionRefusedError:
        pass
    try:
        return "asks" if request_cancel(made, act(ActorKind.BUYER)) else "nothing"
    except TransitionRefusedError as refused:
        return {"cancel_closed": "–"}[refused.code]


def test_a_buyer_who_wishes_to_cancel() -> None:
    """Every cell of the table is what the domain answers, whichever money is in play."""
    rows = table(PAGE, "A buyer who wishes to cancel")
    ledgers = {"nothing in play": [()], "in play": [(paid("1"),), (held(),), (asked(),)]}

    assert list(ledgers) == [row["money"] for row in rows]
    for row in rows:
        for status, said in by_status(row, "money"):
            for ledger in ledgers[row["money"]]:
                made = attrs.evolve(order(status=status), status=status, payments=ledger)
                assert said == wish(made), (status, row["money"])


EDITS: dict[str, Any] = {
    "contents": lambda made, kind, reason: edit_lines(made, [AddLine(line())], act(kind)),
    "discounts, fees": lambda made, kind, reason: edit_adjustments(
        made, [Adjustment(kind=AdjustmentKind.FEE, amount=Money(1, "RUB"))], act(kind)
    ),
    "delivery method, cost": lambda made, kind, reason: edit_delivery(
        made, delivery("301.00"), act(kind), reason=reason
    ),
    "recipient, address, comment": lambda made, kind, reason: edit_delivery(
        made, attrs.evolve(made.delivery, recipient=Recipient("Анна")), act(kind), reason=reason
    ),
    "tracking code": lambda made, kind, reason: edit_delivery(
        made, attrs.evolve(made.delivery, tracking_code="RA1"), act(kind), reason=reason
    ),
}


def may(edit: Any, made: Order, kind: ActorKind, reason: str) -> bool:
    """Whether the domain lets an actor do it."""
    try:
        return edit(made, kind, reason) is not None
    except TransitionRefusedError:
        return False


def test_who_may_change_what() -> None:
    """Every cell of the table of edits is what the domain allows buyer and staff."""
    rows = table(PAGE, "Who may change what")

    assert list(EDITS) == [row["what"] for row in rows]
    for row in rows:
        for status, said in by_status(row, "what"):
            made, edit = attrs.evolve(order(status=status), status=status), EDITS[row["what"]]
            assert ("buyer" in said) is may(edit, made, ActorKind.BUYER, "так надо")
            assert ("staff" in said) is may(edit, made, ActorKind.STAFF, "так надо")
            assert ("staff" in said and "reason" not in said) is may(edit, made, ActorKind.STAFF, "")
