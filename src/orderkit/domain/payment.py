"""Payments: attempts to pay, the append-only ledger of money facts, and refunds."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import attrs

from orderkit.domain.money import Money
from orderkit.domain.operation import Operation, OperationStatus
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
from orderkit.domain.text import LONG, clean_reference, clean_words
from orderkit.errors import InvalidInputError


class FactKind(enum.StrEnum):
    """What a line of the ledger says happened to money."""

    AUTHORISE = "authorise"
    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"
    REFUND_REVERSED = "refund_reversed"
    CHARGEBACK = "chargeback"
    CHARGEBACK_WON = "chargeback_won"


class Attempt(enum.StrEnum):
    """How far the asking has come; what money came of it is told by the ledger alone."""

    OPEN = "open"
    PROCESSING = "processing"
    UNKNOWN = "unknown"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    SETTLED = "settled"


CLOSING = "closing"
"""Stands as the reason of an attempt that its provider was asked to close, until it is known what came of that."""


class PaymentResult(enum.StrEnum):
    """What the Payments list shows: «успешно», «отклонён», «не завершён»."""

    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    NOT_FINISHED = "not_finished"


@attrs.frozen(slots=True)
class MoneyFact:
    """
    One line of the ledger; never changed, never removed.

    Attributes:
        amount: Always above zero; the kind says in which direction.
        refund_id: The refund that a ``refund`` or ``refund_reversed`` belongs to.
    """

    id: UUID
    kind: FactKind = attrs.field(converter=FactKind)
    amount: Money
    at: datetime
    refund_id: UUID | None = None

    def __attrs_post_init__(self) -> None:
        if self.amount.minor <= 0:
            raise InvalidInputError(
                f"amount is {self.amount}; it must be above zero", code="not_positive", field="amount"
            )


RefundStatus: TypeAlias = OperationStatus
"""How far giving back has come: as with all that a provider is asked for."""


@attrs.frozen(slots=True)
class RefundLine:
    """
    Goods that came back: *quantity* pieces of one line of the order.

    Raises:
        InvalidInputError: *quantity* is below 1, or one of the two is no whole number.
    """

    line_id: int
    quantity: int

    def __attrs_post_init__(self) -> None:
        if type(self.line_id) is not int or type(self.quantity) is not int or self.quantity < 1:
            raise InvalidInputError(
                f"line {self.line_id!r} with {self.quantity!r} pieces came back; "
                "expected the id of a line and a whole number from 1",
                code="out_of_range",
                field="lines",
            )


@attrs.frozen(slots=True)
class Refund:
    """
    Money given back from one payment, a record of its own.

    Attributes:
        reference: What finds it in the books, such as the number of a credit note, or the provider's identifier of it;
            empty for none.
        lines: Which goods came back, where that was told. The amount does not follow from them.
        by_provider: Whether the provider of the payment is asked to give it back. Else staff gave it back by hand.
        lower_total: Whether it lowers the total once it is settled. ``False`` of every one by hand: what that was to
            lower was lowered as it was booked.
        together: Shared by refunds begun at once that leave nothing paid: they lower the total only by what of them is
            settled once another one failed. ``None`` for all others.
        failure: Why it failed or is not known, as a code of `DeclineReason` or `UnknownReason`; empty otherwise.
    """

    id: UUID
    amount: Money
    status: RefundStatus = attrs.field(converter=OperationStatus)
    created_at: datetime
    reason: str = ""
    reference: str = ""
    lines: tuple[RefundLine, ...] = ()
    by_provider: bool = False
    lower_total: bool = False
    together: UUID | None = None
    failure: str = ""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "reason", clean_words(self.reason, "reason", limit=LONG))
        object.__setattr__(self, "reference", clean_reference(self.reference, "reference"))

    @property
    def is_under_way(self) -> bool:
        """Whether it may still be given back or not: meanwhile it holds its amount."""
        return not self.status.is_final


@attrs.frozen(slots=True)
class Sums:
    """
    What a ledger adds up to, in minor units; the formulas stand in docs/reference/money.md.

    Attributes:
        reserved: Refunds under way, not yet settled.
        releasing: Held money that is being taken or released.
    """

    captured: int = 0
    refunded: int = 0
    disputed: int = 0
    authorised: int = 0
    reserved: int = 0
    releasing: int = 0

    @property
    def paid(self) -> int:
        """What is kept; below zero only after a chargeback."""
        return self.captured - self.refunded - self.disputed

    @property
    def refundable(self) -> int:
        """What may still be given back."""
        return self.paid - self.reserved

    @property
    def capturable(self) -> int:
        """What of the hold may still be taken or released."""
        return self.authorised - self.releasing

    @classmethod
    def of(cls, payments: Iterable[Payment]) -> Sums:
        """Add up the ledgers of *payments*."""
        by_kind = dict.fromkeys(FactKind, 0)
        reserved = releasing = 0
        for payment in payments:
            for fact in payment.facts:
                by_kind[fact.kind] += fact.amount.minor
            for refund in payment.refunds:
                if refund.is_under_way:
                    reserved += refund.amount.minor
            releasing += sum(one.amount.minor for one in payment.operations if one.is_under_way)
        return cls(
            captured=by_kind[FactKind.CAPTURE],
            refunded=by_kind[FactKind.REFUND] - by_kind[FactKind.REFUND_REVERSED],
            disputed=by_kind[FactKind.CHARGEBACK] - by_kind[FactKind.CHARGEBACK_WON],
            authorised=by_kind[FactKind.AUTHORISE] - by_kind[FactKind.CAPTURE] - by_kind[FactKind.VOID],
            reserved=reserved,
            releasing=releasing,
        )


@attrs.frozen(slots=True)
class Payment:
    """
    One attempt to pay an order, with its own result.

    Attributes:
        amount: What was asked for.
        method_id: ``None`` while the buyer has reached the payment page and chosen nothing.
        offline: Nobody is asked but staff, who record the money by hand (cash, bank transfer).
        attempt: How far the asking has come.
        reference: The provider's identifier, empty for none.
        url: Where the buyer goes on at the provider, once sent there; empty for nowhere.
        reason: Why it was declined or is not known, as a code of `DeclineReason` or `UnknownReason`; `CLOSING` while it
            is being closed; empty otherwise.
        facts: The ledger, oldest first.
        operations: What the provider was asked to do with the hold, oldest first.
    """

    id: UUID
    amount: Money
    opened_at: datetime
    method_id: UUID | None = None
    offline: bool = True
    attempt: Attempt = attrs.field(default=Attempt.OPEN, converter=Attempt)
    reference: str = ""
    url: str = attrs.field(default="", repr=False)
    reason: str = ""
    facts: tuple[MoneyFact, ...] = ()
    refunds: tuple[Refund, ...] = ()
    operations: tuple[Operation, ...] = ()

    @property
    def sums(self) -> Sums:
        """What its ledger adds up to."""
        return Sums.of((self,))

    @property
    def is_attempt(self) -> bool:
        """Whether it still waits for its result."""
        return self.attempt in (Attempt.OPEN, Attempt.PROCESSING, Attempt.UNKNOWN) and not self.facts

    @property
    def is_being_answered(self) -> bool:
        """Whether a provider was asked and has not said what came of it."""
        return self.is_attempt and self.attempt is not Attempt.OPEN

    @property
    def is_unanswered(self) -> bool:
        """Whether its provider is being asked at this moment: it has answered nothing, not even that it works on it."""
        return self.attempt is Attempt.PROCESSING and not self.reference

    @property
    def is_unsettled(self) -> bool:
        """Whether its provider may still say something new of it: the buyer may pay there what was superseded here."""
        is_open = (not self.facts and self.is_being_answered) or self.is_payable_there
        return not self.offline and (is_open or self.is_held)

    @property
    def is_payable_there(self) -> bool:
        """Whether the buyer may still pay it at its provider, to which he was sent, superseded here or not."""
        is_there = self.attempt in (Attempt.OPEN, Attempt.SUPERSEDED) and bool(self.reference)
        return not self.offline and is_there and not self.facts

    @property
    def is_with_provider(self) -> bool:
        """Whether there is a provider who can be asked to do something with it."""
        return not self.offline and self.method_id is not None

    @property
    def is_held(self) -> bool:
        """Whether money is held, and neither taken nor released."""
        return self.sums.authorised > 0

    @property
    def asked_for(self) -> tuple[Refund | Operation, ...]:
        """What its provider was asked to do with it."""
        refunds = [refund for refund in self.refunds if refund.by_provider]
        return (*self.operations, *refunds)

    @property
    def is_asked(self) -> bool:
        """Whether its provider was asked to do something with it of which it is not known yet what came."""
        return any(one.is_under_way for one in self.asked_for)

    @property
    def outcome(self) -> Outcome | None:
        """What its provider answered; ``None`` where none was asked, or has not answered yet."""
        if self.offline:
            return None
        if self.attempt is Attempt.DECLINED:
            return Declined(DeclineReason(self.reason or DeclineReason.DECLINED), self.reference)
        if self.attempt is Attempt.UNKNOWN:
            return Unknown(UnknownReason(self.reason or UnknownReason.NOT_SAID), self.reference)
        if not self.reference:
            return None
        if self.attempt is Attempt.PROCESSING:
            return Pending(self.reference)
        if captured := self.sums.captured:
            return Succeeded(Money(captured, self.amount.currency), self.reference)
        if self.facts:
            return Authorised(self.amount, self.reference)
        return Redirect(self.url, self.reference) if self.url else None

    @property
    def result(self) -> PaymentResult:
        """What the Payments list shows."""
        if any(fact.kind is FactKind.CAPTURE for fact in self.facts):
            return PaymentResult.SUCCEEDED
        return PaymentResult.DECLINED if self.attempt is Attempt.DECLINED else PaymentResult.NOT_FINISHED
