"""The table of steps: every cell for every actor, and what a table must be to be taken."""

from itertools import product

import pytest

from orderkit.domain.actor import ActorKind
from orderkit.domain.lifecycle import (
    CARTS,
    CONTENTS_EDITABLE,
    ORDER_LIFECYCLE,
    PENDING_TWINS,
    Choice,
    Lifecycle,
    Mover,
    Status,
    Step,
    parse_status,
)
from orderkit.errors import InvalidInputError, SettingsError, TransitionRefusedError

# Columns as rows. A figure 1 after a letter: only while nothing is in play. A dot: no such step.
COLUMNS = ["created", "payment", "P", "preparing", "shipped", "delivered", "cancelled"]
CELLS = {
    "created": ". BS BMS S S S B1SX1",
    "payment": "BR1 . BMS S S S B1SX1",
    "P": "R1 R1 M S ST ST B1SX1",
    "preparing": "R1 R1 S . ST ST S",
    "shipped": ". . R R . ST R",
    "delivered": ". . R R R . .",
    "cancelled": ". . R . . . .",
}
LETTERS = {
    ActorKind.BUYER: "B",
    ActorKind.MONEY: "M",
    ActorKind.STAFF: "SR",
    ActorKind.HOST: "SR",
    ActorKind.IMPORT: "SR",
    ActorKind.TRACKING: "T",
    ActorKind.SCHEDULE: "X",
}


def place(status: Status) -> str:
    return "P" if status in (Status.PENDING, Status.PENDING_PAID) else status.value


def expected(source: Status, target: Status, kind: ActorKind, in_play: bool) -> tuple[str, bool]:
    """The refusal and whether a reason is needed, read from `CELLS` letter by letter."""
    cell = CELLS[place(source)].split()[COLUMNS.index(place(target))]
    if cell == "." or source is target:
        return "no_such_step", False
    mine = [letter for letter in LETTERS[kind] if letter in cell]
    if not mine:
        return ("follows_money" if place(source) == place(target) else "not_by_this_actor"), False
    if in_play and f"{mine[0]}1" in cell:
        return "money_in_play", False
    return "", mine == ["R"]


@pytest.mark.parametrize("kind", ActorKind)
@pytest.mark.parametrize("source", Status)
def test_every_cell(source: Status, kind: ActorKind) -> None:
    """Each actor may take exactly the steps that bear its letter, some only while nothing is in play."""
    for target, in_play in product(Status, (False, True)):
        choice = ORDER_LIFECYCLE.choose(source, target, kind, in_play=in_play)

        assert (target, *expected(source, target, kind, in_play)) == (
            choice.status,
            choice.refusal,
            choice.needs_reason,
        )


@pytest.mark.parametrize(("source", "target"), list(product(Status, Status)))
def test_allows(source: Status, target: Status) -> None:
    """A step is allowed if the cell has any letter."""
    cell = CELLS[place(source)].split()[COLUMNS.index(place(target))]

    assert (cell != "." and source is not target) is ORDER_LIFECYCLE.allows(source, target)


@pytest.mark.parametrize("kind", ActorKind)
@pytest.mark.parametrize("source", Status)
def test_choices_are_all_eight(source: Status, kind: ActorKind) -> None:
    """People are offered all eight statuses in order; the present one is open and needs nothing."""
    choices = ORDER_LIFECYCLE.choices(source, kind, in_play=False)

    assert list(Status) == [choice.status for choice in choices]
    assert Choice(source) == choices[list(Status).index(source)]
    assert choices[list(Status).index(source)].is_open


@pytest.mark.parametrize(("here", "other"), [("pending", "pending_paid"), ("pending_paid", "pending")])
def test_the_other_twin_follows_from_the_money(here: str, other: str) -> None:
    """In the list of the eight it is closed to people for a reason of its own; money goes there."""
    answers = {
        kind: ORDER_LIFECYCLE.choices(Status(here), kind, in_play=False)[list(Status).index(Status(other))]
        for kind in ActorKind
    }

    assert Choice(Status(other)) == answers.pop(ActorKind.MONEY)
    assert {Choice(Status(other), refusal="follows_money")} == set(answers.values())


@pytest.mark.parametrize(
    ("source", "target", "kind", "in_play", "reason", "code", "possible"),
    [
        ("shipped", "created", "staff", False, "ошибка", "no_such_step",
         ["pending", "pending_paid", "preparing", "delivered", "cancelled"]),
        ("delivered", "cancelled", "staff", False, "ошибка", "no_such_step",
         ["pending", "pending_paid", "preparing", "shipped"]),
        ("cancelled", "cancelled", "staff", False, "", "no_such_step", ["pending", "pending_paid"]),
        ("shipped", "cancelled", "buyer", False, "", "not_by_this_actor", []),
        ("preparing", "shipped", "buyer", False, "", "not_by_this_actor", []),
        ("pending", "pending_paid", "buyer", False, "", "follows_money", ["cancelled"]),
        ("pending", "cancelled", "buyer", True, "", "money_in_play", []),
        ("pending", "cancelled", "schedule", True, "", "money_in_play", []),
        ("preparing", "created", "staff", True, "ошибка", "money_in_play",
         ["pending", "pending_paid", "shipped", "delivered", "cancelled"]),
        ("cancelled", "pending", "staff", False, "", "reason_required", ["pending", "pending_paid"]),
        ("payment", "created", "staff", False, "", "reason_required",
         ["created", "pending", "pending_paid", "preparing", "shipped", "delivered", "cancelled"]),
    ],
)  # fmt: skip
def test_refusal_says_what_is_possible(
    source: str, target: str, kind: str, in_play: bool, reason: str, code: str, possible: list[str]
) -> None:
    """A refused step answers with a code, a reason in words, and where the order could go instead."""
    with pytest.raises(TransitionRefusedError) as refused:
        ORDER_LIFECYCLE.require(
            "order 7", Status(source), Status(target), ActorKind(kind), in_play=in_play, reason=reason
        )

    assert (code, tuple(possible)) == (refused.value.code, refused.value.possible)
    assert f"order 7 cannot go from '{source}' to '{target}': " in str(refused.value)
    assert str(refused.value).endswith(f"possible: {', '.join(possible) or 'none'}")


def test_a_reason_opens_reopening() -> None:
    """Staff with a reason may reopen; a reason where none is needed does no harm."""
    ORDER_LIFECYCLE.require(
        "order 7", Status.CANCELLED, Status.PENDING, ActorKind.STAFF, in_play=True, reason="ошибка"
    )
    ORDER_LIFECYCLE.require(
        "order 7", Status.PENDING, Status.SHIPPED, ActorKind.STAFF, in_play=True, reason="спешим"
    )


def test_sets_of_statuses() -> None:
    """The twins, the carts and the statuses whose contents staff may change."""
    assert {"pending", "pending_paid"} == PENDING_TWINS
    assert {"created", "payment"} == CARTS
    assert {"pending", "pending_paid", "preparing"} == CONTENTS_EDITABLE


SMALL = "created: payment=BS P=S preparing=S shipped=S delivered=S cancelled=S"


def test_parse() -> None:
    """A row is ``source: target=movers``; P stands for both twins; a small i binds to the letter before it."""
    steps = Lifecycle.parse(f"\n  {SMALL}\n\n  P: cancelled=BiS\n").steps
    into_twins = {(Status.CREATED, Status.PENDING), (Status.CREATED, Status.PENDING_PAID)}

    assert into_twins <= set(steps)
    assert Step(
        Status.PENDING, Status.CANCELLED, frozenset({Mover.BUYER, Mover.STAFF}), frozenset({Mover.BUYER})
    ) == steps[Status.PENDING, Status.CANCELLED]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "code", "message"),
    [
        ("created: payment=BS", "status_unreachable", "'pending' cannot be reached from 'created'"),
        ("payment: created=B", "status_unreachable", "cannot be reached"),
        ("", "status_unreachable", "cannot be reached"),
        (f"{SMALL} lost=S", "unknown_status", "'lost' is no status; known: created, payment"),
        (f"{SMALL}\nlost: created=S", "unknown_status", "'lost' is no status"),
        (f"{SMALL}\nshipped: created=SQ", "unknown_mover", "'Q' is no mover; known: B, M, S, R, T, X"),
        (f"{SMALL}\nshipped: created", "bad_cell", "cell 'created' of row 'shipped'"),
        (f"{SMALL}\nshipped: created=", "bad_cell", "write it as target=movers"),
        (f"{SMALL}\nshipped: created=i", "bad_cell", "write it as target=movers"),
        (f"{SMALL}\nshipped: created=iS", "bad_cell", "write it as target=movers"),
        (f"{SMALL}\ncreated: payment=S", "bad_cell", "the table has this step already"),
    ],
)
def test_a_wrong_table_is_refused_at_start(table: str, code: str, message: str) -> None:
    """An unknown or unreachable status, an unknown mover or a cell that cannot be read stops the program."""
    with pytest.raises(SettingsError, match=message) as refused:
        Lifecycle.parse(table)

    assert code == refused.value.code


def test_is_read_only() -> None:
    """The checked table stays as it was checked."""
    with pytest.raises(TypeError):
        ORDER_LIFECYCLE.steps[Status.SHIPPED, Status.CREATED] = Step(  # type: ignore[index]
            Status.SHIPPED, Status.CREATED, frozenset()
        )


@pytest.mark.parametrize("status", Status)
def test_parse_status(status: Status) -> None:
    """A status is named by its word."""
    assert status is parse_status(status.value)
    assert status is parse_status(status)


@pytest.mark.parametrize("value", ["", "Pending", "state", None, 5, "x" * 100_000])
def test_unknown_status(value: object) -> None:
    """Another word is refused, with the eight there are; what was sent is not repeated at length."""
    with pytest.raises(InvalidInputError, match="known: created, payment, pending, pending_paid") as refused:
        parse_status(value, "filter.status")

    assert ("unknown_status", "filter.status") == (refused.value.code, refused.value.field)
    assert len(str(refused.value)) < 200
