"""
The life of an order as a table: which status follows which, and on whose word.

The table is data. The guards, the screens and the documentation all read `ORDER_LIFECYCLE`; it is checked when it is
made.
Source of the rules: the table "Lifecycle" in docs/reference/statuses.md.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeVar

import attrs

from orderkit.domain.actor import ActorKind
from orderkit.errors import InvalidInputError, SettingsError, TransitionRefusedError

E = TypeVar("E", bound=enum.StrEnum)


class Status(enum.StrEnum):
    """The stage an order stands at."""

    CREATED = "created"
    PAYMENT = "payment"
    PENDING = "pending"
    PENDING_PAID = "pending_paid"
    PREPARING = "preparing"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class Mover(enum.StrEnum):
    """On whose word an order moves; the letters are those of the table."""

    BUYER = "B"
    MONEY = "M"
    STAFF = "S"
    STAFF_WITH_REASON = "R"
    TRACKING = "T"
    SCHEDULE = "X"


PENDING_TWINS = frozenset({Status.PENDING, Status.PENDING_PAID})
"""One stage with two names: ``pending_paid`` exactly when something is paid."""

CARTS = frozenset({Status.CREATED, Status.PAYMENT})
"""Statuses before the order is placed, while the buyer still fills it."""

CONTENTS_EDITABLE = PENDING_TWINS | {Status.PREPARING}
"""Statuses in which staff may change the contents («Содержание заказа»)."""

CANCELLED_BY_REQUEST = CARTS | PENDING_TWINS | {Status.PREPARING}
"""Statuses in which a buyer who may not cancel his order himself may ask staff to do so."""

_MOVERS_OF: Mapping[ActorKind, tuple[Mover, ...]] = {
    ActorKind.BUYER: (Mover.BUYER,),
    ActorKind.MONEY: (Mover.MONEY,),
    ActorKind.STAFF: (Mover.STAFF, Mover.STAFF_WITH_REASON),
    ActorKind.HOST: (Mover.STAFF, Mover.STAFF_WITH_REASON),
    ActorKind.IMPORT: (Mover.STAFF, Mover.STAFF_WITH_REASON),
    ActorKind.TRACKING: (Mover.TRACKING,),
    ActorKind.SCHEDULE: (Mover.SCHEDULE,),
}


@attrs.frozen(slots=True)
class Step:
    """
    One edge of the table.

    Attributes:
        movers: On whose word the step is taken.
        idle_only: Movers who may take it only while nothing is in play (no money kept or held, no attempt
            being answered).
    """

    source: Status
    target: Status
    movers: frozenset[Mover]
    idle_only: frozenset[Mover] = frozenset()


@attrs.frozen(slots=True)
class Choice:
    """
    One status as an answer to "where could this order go?".

    Attributes:
        refusal: Why it cannot be, as a stable code; empty if it can.
        needs_reason: Whether a reason must be given.
        words: Why it cannot be, in the words of plugins, plain or by language code; empty if none of them refuses it.
    """

    status: Status
    refusal: str = ""
    needs_reason: bool = False
    words: tuple[str | Mapping[str, str], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the order could go there now."""
        return not self.refusal


@attrs.frozen(slots=True)
class Lifecycle:
    """
    A checked table of steps.

    Attributes:
        steps: Read-only, by source and target.

    Raises:
        SettingsError: ``status_unreachable``: a status cannot be reached from ``created``.
    """

    steps: Mapping[tuple[Status, Status], Step]

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "steps", MappingProxyType(dict(self.steps)))
        reached = {Status.CREATED}
        for _ in Status:
            reached |= {target for source, target in self.steps if source in reached}
        for lost in [status for status in Status if status not in reached]:
            raise SettingsError(
                f"lifecycle: status {lost.value!r} cannot be reached from 'created'; add a step to it",
                code="status_unreachable",
            )

    @classmethod
    def parse(cls, table: str) -> Lifecycle:
        """
        Read a table of rows ``source: target=movers …``; a small ``i`` after a mover means *idle only*.

        ``P`` stands for both pending twins.

        Raises:
            SettingsError: An unknown status or mover (``unknown_status``, ``unknown_mover``), a cell that cannot be
                read or stands there twice (``bad_cell``), or a status out of reach (``status_unreachable``).
        """
        steps: dict[tuple[Status, Status], Step] = {}
        for row in filter(None, map(str.strip, table.splitlines())):
            source, _, cells = row.partition(":")
            for cell in cells.split():
                for step in _expand(source.strip(), cell):
                    if (step.source, step.target) in steps:
                        raise _bad_cell(source, cell, "the table has this step already")
                    steps[step.source, step.target] = step
        return cls(steps)

    def choose(self, source: Status, target: Status, kind: ActorKind, *, in_play: bool) -> Choice:
        """Say whether an actor of *kind* may move an order from *source* to *target*, and if not, why."""
        step = self.steps.get((source, target))
        if step is None:
            return Choice(target, refusal="no_such_step")
        allowed = [mover for mover in _MOVERS_OF[kind] if mover in step.movers]
        if not allowed:
            are_twins = {source, target} == PENDING_TWINS
            return Choice(target, refusal="follows_money" if are_twins else "not_by_this_actor")
        idle = [mover for mover in allowed if not (in_play and mover in step.idle_only)]
        if not idle:
            return Choice(target, refusal="money_in_play")
        return Choice(target, needs_reason=idle[0] is Mover.STAFF_WITH_REASON)

    def choices(self, source: Status, kind: ActorKind, *, in_play: bool) -> tuple[Choice, ...]:
        """Answer for all eight statuses, in their order; the present one is open and changes nothing."""
        return tuple(
            Choice(target) if target is source else self.choose(source, target, kind, in_play=in_play)
            for target in Status
        )

    def require(
        self, who: str, source: Status, target: Status, kind: ActorKind, *, in_play: bool, reason: str
    ) -> None:
        """
        Refuse a step the table does not allow.

        Raises:
            TransitionRefusedError: ``no_such_step``, ``not_by_this_actor``, ``follows_money``, ``money_in_play``
                or ``reason_required``.
        """
        choice = self.choose(source, target, kind, in_play=in_play)
        refusal = choice.refusal or ("reason_required" if choice.needs_reason and not reason else "")
        if refusal:
            choices = self.choices(source, kind, in_play=in_play)
            possible = [one.status.value for one in choices if one.is_open and one.status is not source]
            raise TransitionRefusedError(
                f"{who} cannot go from {source.value!r} to {target.value!r}: {_WORDS[refusal]}; "
                f"possible: {', '.join(possible) or 'none'}",
                code=refusal,
                possible=possible,
            )

    def allows(self, source: Status, target: Status) -> bool:
        """Whether anybody may ever go from *source* to *target*."""
        return (source, target) in self.steps


_WORDS: Mapping[str, str] = {
    "no_such_step": "there is no such step",
    "not_by_this_actor": "this step is taken by others",
    "follows_money": "which of the two it is follows from the money",
    "money_in_play": "money is kept, held or being answered for; settle it first",
    "reason_required": "this step needs a reason",
}


def _expand(source: str, cell: str) -> Iterable[Step]:
    """One cell of the table as steps, with ``P`` standing for both twins."""
    target, _, letters = cell.partition("=")
    movers: list[Mover] = []
    idle: list[Mover] = []
    for letter in letters:
        if letter != "i":
            movers.append(_member(Mover, letter))
        elif movers:
            idle.append(movers[-1])
    if not movers or letters[0] == "i":
        raise _bad_cell(source, cell, "write it as target=movers, such as cancelled=BiS")
    for one in _statuses(source):
        for other in _statuses(target):
            if one is not other:
                yield Step(one, other, frozenset(movers), frozenset(idle))


def _statuses(name: str) -> tuple[Status, ...]:
    return (Status.PENDING, Status.PENDING_PAID) if name == "P" else (_member(Status, name),)


def _member(kind: type[E], value: str) -> E:
    try:
        return kind(value)
    except ValueError:
        noun, known = kind.__name__.lower(), ", ".join(member.value for member in kind)
        raise SettingsError(
            f"lifecycle: {value!r} is no {noun}; known: {known}", code=f"unknown_{noun}"
        ) from None


def _bad_cell(source: str, cell: str, why: str) -> SettingsError:
    return SettingsError(f"lifecycle: cell {cell!r} of row {source.strip()!r}: {why}", code="bad_cell")


ORDER_LIFECYCLE = Lifecycle.parse(
    """
    created:   payment=BS P=BMS preparing=S shipped=S delivered=S cancelled=BiSXi
    payment:   created=BRi P=BMS preparing=S shipped=S delivered=S cancelled=BiSXi
    P:         created=Ri payment=Ri P=M preparing=S shipped=ST delivered=ST cancelled=BiSXi
    preparing: created=Ri payment=Ri P=S shipped=ST delivered=ST cancelled=S
    shipped:   P=R preparing=R delivered=ST cancelled=R
    delivered: P=R preparing=R shipped=R
    cancelled: P=R
    """
)
"""The eight statuses of the help page and every step between them."""


def parse_status(value: object, field: str = "status") -> Status:
    """
    Return the status named by *value*.

    Raises:
        InvalidInputError: No such status; the message lists the eight.
    """
    try:
        return Status(str(value))
    except ValueError:
        known = ", ".join(status.value for status in Status)
        raise InvalidInputError(
            f"{field} {str(value)[:40]!r} is unknown; known: {known}", code="unknown_status", field=field
        ) from None
