"""What a provider says of something that the desk does not know by the name it was told under."""

from __future__ import annotations

from typing import Protocol, runtime_checkable
from uuid import UUID

import attrs

from orderkit.domain.outcome import Asked, Outcome
from orderkit.domain.text import clean_reference


@attrs.frozen(kw_only=True)
class TraceRequest:
    """
    The question of which payment something is that the provider told of.

    Attributes:
        asked: What it was told of, a payment or a refund; a chargeback is of a payment.
        reference: What the provider called it there.
        payment_reference: For a refund, what its payment was called there; empty where that was not told.
    """

    asked: Asked
    reference: str
    payment_reference: str = ""


@attrs.frozen(kw_only=True)
class Traced:
    """
    Of which payment it is, and what has come of it.

    Attributes:
        reference: What `StartsPayments.start` called the payment; never empty.
        operation_id: Ours, with which the payment was started; ``None`` where the provider does not keep it. What is of
            an operation that the desk never began is of another shop, and is left alone.
        told: What has come by now of the payment or refund that was asked about; `Unknown` where that cannot be said.
    """

    reference: str
    operation_id: UUID | None = None
    told: Outcome

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "reference", clean_reference(self.reference, "reference", required=True))


@attrs.frozen(slots=True)
class NotOurs:
    """It is of no payment that was started by a desk, or there is no such thing: only where that is certain."""


@runtime_checkable
class TracesPayments(Protocol):
    """
    A provider that says of which payment something is.

    It is asked about refunds that were made in its own dashboard, and about whatever it tells under another name than
    it answered when it was asked for the payment.
    """

    def trace(self, request: TraceRequest) -> Traced | NotOurs:
        """
        Of which payment that is, and what has come of it; nothing is asked for by asking.

        No transaction is open meanwhile. What it raises, and an answer that comes after the time limit of the type,
        says nothing: it is asked again later.
        """
