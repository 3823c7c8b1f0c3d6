"""What a provider is asked to do with a payment that it has: a record of its own, and how far it has come."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import attrs

from orderkit.domain.money import Money
from orderkit.domain.outcome import Declined, Outcome, Pending, Succeeded, Unknown, UnknownReason
from orderkit.domain.text import LONG, clean_reference, clean_words


class OperationStatus(enum.StrEnum):
    """How far it has come. All but ``settled`` and ``failed`` hold their amount, so that it is done once."""

    REQUESTED = "requested"
    """The provider is being asked."""
    PENDING = "pending"
    """The provider works on it."""
    UNKNOWN = "unknown"
    """Nobody can say yet whether it was done."""
    SETTLED = "settled"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        """Whether it is known what came of it."""
        return self in (OperationStatus.SETTLED, OperationStatus.FAILED)


class OperationKind(enum.StrEnum):
    """What is done with money that is held. What is given back has a record with more in it, a `Refund`."""

    CAPTURE = "capture"
    """It is taken, all of it or a part; what is not taken is released."""
    VOID = "void"
    """All of it is released."""


@attrs.frozen(slots=True)
class Operation:
    """
    Held money that a provider is asked to take or to release.

    Attributes:
        amount: What is taken or released.
        reference: The provider's identifier of it; empty until it is told.
        failure: Why it failed or is not known, as a code of `DeclineReason` or `UnknownReason`; empty otherwise.
    """

    id: UUID
    kind: OperationKind = attrs.field(converter=OperationKind)
    amount: Money
    status: OperationStatus = attrs.field(converter=OperationStatus)
    created_at: datetime
    reason: str = ""
    reference: str = ""
    failure: str = ""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "reason", clean_words(self.reason, "reason", limit=LONG))
        object.__setattr__(self, "reference", clean_reference(self.reference, "reference"))

    @property
    def is_under_way(self) -> bool:
        """Whether it may still be done or not: meanwhile it holds its amount."""
        return not self.status.is_final


Heard = Succeeded | Pending | Declined | Unknown
R = TypeVar("R")


def hear(amount: Money, outcome: Outcome) -> Heard:
    """What an answer comes to: another amount is not believed, nobody goes anywhere, and nothing is held."""
    if isinstance(outcome, Succeeded) and outcome.amount != amount:
        return Unknown(UnknownReason.AMOUNT_DIFFERS, outcome.reference)
    if isinstance(outcome, Heard):
        return outcome
    return Unknown(UnknownReason.NONSENSE, outcome.reference)


def answered(record: R, heard: Heard) -> R:
    """The record of an operation or a refund, as it stands after that answer."""
    reference = heard.reference or record.reference  # type: ignore[attr-defined]  # both records have one
    if isinstance(heard, Succeeded | Pending):
        status = OperationStatus.SETTLED if isinstance(heard, Succeeded) else OperationStatus.PENDING
        return attrs.evolve(record, reference=reference, status=status, failure="")  # type: ignore[misc]
    status = OperationStatus.FAILED if isinstance(heard, Declined) else OperationStatus.UNKNOWN
    return attrs.evolve(record, reference=reference, status=status, failure=heard.reason.value)  # type: ignore[misc]
