"""What a provider can do with a payment that it took: each thing a small Protocol of its own, declared by its type."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Set
from types import MappingProxyType
from typing import Protocol, runtime_checkable
from uuid import UUID

import attrs

from orderkit.contracts.tracing import TracesPayments
from orderkit.contracts.webhooks import ReceivesWebhooks
from orderkit.domain.line import Line
from orderkit.domain.money import Money, require_money
from orderkit.domain.outcome import Asked, Outcome
from orderkit.domain.pricing import Part


class Capability(enum.StrEnum):
    """What some providers can do and others cannot."""

    REFUND = "refund"
    """Give money back, all of a payment or part of it: `RefundsPayments`."""
    LOOKUP = "lookup"
    """Say what came of what it was asked for: `LooksUpPayments`."""
    CAPTURE = "capture"
    """Take money that is held, all of it or a part: `CapturesPayments`."""
    VOID = "void"
    """Release money that is held: `VoidsPayments`."""
    CLOSE = "close"
    """End an attempt to pay, so that nobody can pay it any more: `ClosesPayments`."""
    WEBHOOKS = "webhooks"
    """Tell by itself what came of them, at an address of the desk: `ReceivesWebhooks`."""
    TRACE = "trace"
    """Say of which payment something is that was told under another name: `TracesPayments`."""


@attrs.frozen(kw_only=True)
class OperationRequest:
    """
    One thing to do with a payment. It stands in the desk's books before the provider hears of it.

    Attributes:
        operation_id: Ours, of this doing. Keep it with what the provider makes of it.
        key: The idempotency key to send along: the same asking, however often it is sent, is done once.
        payment_id: The ``operation_id`` that the payment was started with.
        reference: The provider's identifier of the payment.
        number: The order's number, by which a buyer and a shop find one another.
        amount: How much of the payment, no more and no less.
        reason: Why, in the words of staff; may be empty.
        lines: The goods it is about, as many pieces as it is about; empty where that was not told. The amount does not
            follow from them.
        email: The buyer's, empty if not known.
        phone: The buyer's, as it was typed; empty if not known.
        parts: What it is for, with what discounts have left of each price: *lines*, where told, and what else the
            amount is more than; else all of the order. They may add up to another sum than *amount*, as in a
            `StartRequest`.
    """

    operation_id: UUID
    key: str
    payment_id: UUID
    reference: str
    number: str
    amount: Money
    reason: str = attrs.field(default="", repr=False)
    lines: tuple[Line, ...] = ()
    email: str = attrs.field(default="", repr=False)
    phone: str = attrs.field(default="", repr=False)
    parts: tuple[Part, ...] = attrs.field(default=(), repr=False)

    def __attrs_post_init__(self) -> None:
        require_money(self.amount, "amount")


@runtime_checkable
class RefundsPayments(Protocol):
    """A provider that gives money back."""

    def refund(self, request: OperationRequest) -> Outcome:
        """
        Give that much of the payment back, once, and answer what came of it.

        `Succeeded` with what was given back and the provider's identifier of the refund; `Pending` where it is under
        way. No transaction is open meanwhile. Whatever this raises, and an answer that comes after the time limit of
        the type, counts as `Unknown`: answer `Declined` only where it is certain that nothing was and will be given.
        """


@runtime_checkable
class CapturesPayments(Protocol):
    """A provider that takes money that it holds."""

    def capture(self, request: OperationRequest) -> Outcome:
        """
        Take that much of what is held, once, and answer what came of it.

        What is not taken is released by it: where the provider would hold on, have it release the rest. `Succeeded`
        with what was taken and the provider's identifier of it, which may be that of the payment. All else as in
        `RefundsPayments.refund`.
        """


@runtime_checkable
class VoidsPayments(Protocol):
    """A provider that releases money that it holds."""

    def void(self, request: OperationRequest) -> Outcome:
        """
        Release all that is held of the payment, once, and answer what came of it.

        `Succeeded` with what was released and the provider's identifier of it, which may be that of the payment. All
        else as in `RefundsPayments.refund`.
        """


@attrs.frozen(kw_only=True)
class LookupRequest:
    """
    A question what came of something that was asked for before.

    Attributes:
        asked: What was asked for.
        operation_id: Under which it was asked for.
        key: The idempotency key it was asked for with.
        reference: The provider's identifier of it; empty where its answer was never heard.
        payment_reference: The provider's identifier of the payment, whatever was asked for; empty where it is not
            known.
        number: The order's number.
        amount: What was asked for.
    """

    asked: Asked
    operation_id: UUID
    key: str
    reference: str
    payment_reference: str
    number: str
    amount: Money


@attrs.frozen(slots=True)
class NotFound:
    """
    The provider has never heard of it.

    Booked an hour after it was asked for, as declined or failed: until then it may be on its way. Only for a provider
    that finds what was asked for by ``operation_id`` or ``key``, whether or not its answer was heard.
    """


@runtime_checkable
class LooksUpPayments(Protocol):
    """A provider that says what came of what it was asked for."""

    def look_up(self, request: LookupRequest) -> Outcome | NotFound:
        """
        What has come of it by now; nothing is asked for by asking.

        `Redirect` while the buyer has still to go there, `Pending` while the provider works on it; `Succeeded` and
        `Declined` are final. What it raises, and `Unknown`, change nothing.
        """


@runtime_checkable
class ClosesPayments(Protocol):
    """A provider that ends an attempt to pay which the buyer has not finished."""

    def close(self, request: LookupRequest) -> Outcome | NotFound:
        """
        End the attempt, so that nobody can pay it any more, and answer how it stands then.

        Asked of what the buyer was sent to and has not paid, as far as the desk knows, before another attempt is begun
        and before the order is cancelled; again where the answer was not heard: what is closed already stays so.
        `Declined` of `DeclineReason.CLOSED` where it is closed by this; of another reason where it had ended before;
        `Succeeded` or `Authorised` where it was paid meanwhile; `Pending` where it is being paid and cannot be ended,
        `Redirect` where the buyer can pay it still. Whatever this raises, and an answer that comes after the time limit
        of the type, counts as `Unknown`: answer `Declined` only where it is certain that it cannot be paid any more.
        """


@runtime_checkable
class TellsCapabilities(Protocol):
    """A provider that, with the settings of its method, can do less than its type declares."""

    def capabilities(self) -> Set[Capability]:
        """What it can do with these settings; asks nobody. What its type does not declare counts for nothing."""


FULFILLED_BY: Mapping[Capability, type] = MappingProxyType(
    {
        Capability.REFUND: RefundsPayments,
        Capability.LOOKUP: LooksUpPayments,
        Capability.CAPTURE: CapturesPayments,
        Capability.VOID: VoidsPayments,
        Capability.CLOSE: ClosesPayments,
        Capability.WEBHOOKS: ReceivesWebhooks,
        Capability.TRACE: TracesPayments,
    }
)
"""What has to be there for each of them."""


def needed(capability: Capability) -> tuple[str, ...]:
    """What has to be there for that, as code names it: ``look_up()``, or ``trust``."""
    protocol = vars(FULFILLED_BY[capability])
    return tuple(
        f"{name}()" if callable(one) else name for name, one in protocol.items() if not name.startswith("_")
    )


def lacking(provider: object, capability: Capability) -> tuple[str, ...]:
    """What of `needed` a provider does not have."""
    return tuple(
        name for name in needed(capability) if getattr(provider, name.removesuffix("()"), None) is None
    )
