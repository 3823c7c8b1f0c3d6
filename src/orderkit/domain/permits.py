"""
Who may do what to an order: which actors each verb is for, and where an order may begin on whose word.

Moving and cancelling are not here; on whose word an order moves stands in the lifecycle.
Source of the rules: the tables under "Who may act" in docs/reference/statuses.md.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from orderkit.domain.actor import ActorKind
from orderkit.domain.lifecycle import CARTS, PENDING_TWINS, Status
from orderkit.errors import TransitionRefusedError


class Verb(enum.StrEnum):
    """What is done to an order, as callers name it."""

    CREATE = "orders.create"
    EDIT_LINES = "orders.edit_lines"
    EDIT_ADJUSTMENTS = "orders.edit_adjustments"
    EDIT_DELIVERY = "orders.edit_delivery"
    ADD_NOTE = "orders.add_note"
    SEE_DISPUTE = "orders.see_dispute"
    ISSUE_LINK = "orders.issue_link"
    SEND_AGAIN = "messages.send_again"
    REQUEST_CANCEL = "orders.request_cancel"
    DECLINE_CANCEL = "orders.decline_cancel"
    CHOOSE = "payments.choose"
    START = "payments.start"
    RECORD = "payments.record"
    REFUND = "payments.refund"
    REFUND_BY_PROVIDER = "operations.refund"
    CAPTURE = "operations.capture"
    VOID = "operations.void"
    STOP_CANCELLING = "operations.stop_cancelling"
    WRITE_DOWN = "operations.write_down"


DESK = frozenset({ActorKind.STAFF, ActorKind.HOST, ActorKind.IMPORT})
"""The desk's own sides: who works with it, the program around it, and what is taken over from elsewhere."""

_BUYER_AND_DESK = DESK | {ActorKind.BUYER}
_MONEY_AND_DESK = DESK | {ActorKind.MONEY}

PERMITS: Mapping[Verb, frozenset[ActorKind]] = MappingProxyType(
    {
        Verb.CREATE: _BUYER_AND_DESK,
        Verb.EDIT_LINES: _BUYER_AND_DESK,
        Verb.EDIT_ADJUSTMENTS: DESK,
        Verb.EDIT_DELIVERY: _BUYER_AND_DESK,
        Verb.ADD_NOTE: DESK,
        Verb.SEE_DISPUTE: DESK,
        Verb.ISSUE_LINK: _BUYER_AND_DESK,
        Verb.SEND_AGAIN: DESK,
        Verb.REQUEST_CANCEL: frozenset({ActorKind.BUYER}),
        Verb.DECLINE_CANCEL: DESK,
        Verb.CHOOSE: _BUYER_AND_DESK,
        Verb.START: _BUYER_AND_DESK,
        Verb.RECORD: _MONEY_AND_DESK,
        Verb.REFUND: _MONEY_AND_DESK,
        Verb.REFUND_BY_PROVIDER: DESK,
        Verb.CAPTURE: DESK,
        Verb.VOID: DESK,
        Verb.STOP_CANCELLING: DESK,
        Verb.WRITE_DOWN: DESK,
    }
)
"""Who may do each verb at all; where an order must stand for it is said by the verb."""

BIRTHS: Mapping[ActorKind, frozenset[Status]] = MappingProxyType(
    {
        ActorKind.BUYER: CARTS | PENDING_TWINS,
        ActorKind.STAFF: PENDING_TWINS,
        ActorKind.HOST: PENDING_TWINS,
        ActorKind.IMPORT: frozenset(Status) - {Status.CANCELLED},
    }
)
"""Where an order may begin on whose word; of the pending twins it gets the right one, whichever is named."""


def may(verb: Verb, kind: ActorKind) -> bool:
    """Whether *verb* is for actors of *kind* at all."""
    return kind in PERMITS[verb]


def require(verb: Verb, kind: ActorKind, who: str) -> None:
    """
    Refuse a verb that is not for this actor.

    Args:
        who: How errors call the order.

    Raises:
        TransitionRefusedError: ``not_by_this_actor``; names the verb and who may.
    """
    if not may(verb, kind):
        raise _refusal(verb, kind, f"on {who}: it is for {_names(PERMITS[verb])}")


def require_birth(kind: ActorKind, status: Status, *, brings_more: bool) -> None:
    """
    Refuse an order that may not begin so on the word of this actor.

    Args:
        brings_more: Whether it brings what only the desk gives: adjustments or a tracking code.

    Raises:
        TransitionRefusedError: ``not_by_this_actor``; ``possible`` lists where this actor may begin one.
    """
    require(Verb.CREATE, kind, "an order")
    if status not in BIRTHS[kind]:
        possible = [one.value for one in Status if one in BIRTHS[kind]]
        others = _names(each for each in BIRTHS if status in BIRTHS[each])
        raise _refusal(
            Verb.CREATE,
            kind,
            f"with status {status.value!r}: that is for {others}; possible: {', '.join(possible)}",
            possible,
        )
    if brings_more and kind not in DESK:
        raise _refusal(Verb.CREATE, kind, f"with adjustments or a tracking code: they are for {_names(DESK)}")


def _refusal(verb: Verb, kind: ActorKind, rest: str, possible: Iterable[str] = ()) -> TransitionRefusedError:
    return TransitionRefusedError(
        f"{verb.value} is not for the actor {kind.value!r} {rest}",
        code="not_by_this_actor",
        possible=list(possible),
    )


def _names(kinds: Iterable[ActorKind]) -> str:
    """Name *kinds* in the order in which they are defined."""
    allowed = set(kinds)
    return ", ".join(kind.value for kind in ActorKind if kind in allowed)
