"""What the contract of a payment provider asks of one, and what it says of the answers."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from orderkit.contracts.carriers import Ineligible
from orderkit.contracts.operations import LookupRequest, OperationRequest
from orderkit.contracts.payments import Offer, StartRequest
from orderkit.domain.line import Line
from orderkit.domain.money import Money
from orderkit.domain.outcome import Asked, Authorised, Succeeded
from orderkit.domain.pricing import Part
from orderkit.testing.telling import raised


def a_start(amount: Money) -> StartRequest:
    """A payment of that amount, under a key of its own."""
    operation = uuid4()
    mug = Line(title="Кружка", unit_price=amount, id=1)
    return StartRequest(
        operation_id=operation,
        key=f"contract-{operation}",
        number="1001",
        amount=amount,
        return_url="https://shop.example/orders/xg7Q2nVb0c",
        email="anna.ozerova@example.com",
        phone="+7 916 555-01-99",
        parts=(Part("lines.1", amount, mug),),
    )


def an_operation(start: StartRequest, reference: str, parts: int = 1) -> OperationRequest:
    """One of so many parts of that payment to be given back, taken or released, under a key of its own."""
    operation = uuid4()
    return OperationRequest(
        operation_id=operation,
        key=f"contract-{operation}",
        payment_id=start.operation_id,
        reference=reference,
        number=start.number,
        amount=start.amount.share(1, parts),
        reason="Contract",
        email=start.email,
        phone=start.phone,
        parts=start.parts,
    )


def a_refund(start: StartRequest, reference: str) -> OperationRequest:
    """A refund of a third of that payment, under a key of its own."""
    return an_operation(start, reference, 3)


def a_question(start: StartRequest, reference: str) -> LookupRequest:
    """The question what came of that payment; without a *reference*, as if its answer had been lost."""
    return LookupRequest(
        asked=Asked.PAYMENT,
        operation_id=start.operation_id,
        key=start.key,
        reference=reference,
        payment_reference=reference,
        number=start.number,
        amount=start.amount,
    )


def a_question_of(asked: Asked, operation: OperationRequest, reference: str) -> LookupRequest:
    """The question what came of that operation; without a *reference*, as if its answer had been lost."""
    return LookupRequest(
        asked=asked,
        operation_id=operation.operation_id,
        key=operation.key,
        reference=reference,
        payment_reference=operation.reference,
        number=operation.number,
        amount=operation.amount,
    )


def told(answer: Any) -> str:
    """What was answered or raised, in words."""
    return raised(answer) if isinstance(answer, BaseException) else f"it answers {answer!r:.200}"


def is_other(answer: Any, amount: Money) -> bool:
    """Whether it says that it took or holds another amount than that."""
    return isinstance(answer, (Succeeded, Authorised)) and answer.amount != amount


def reference_of(answer: Any) -> str:
    """The provider's identifier in an answer; the answer itself where it has none."""
    return getattr(answer, "reference", "") or repr(answer)


def words_of(answer: Any) -> dict[str, Any]:
    """What people read of an answer, by what it is."""
    if isinstance(answer, Ineligible):
        return {"the reason not to pay this way": answer.reason}
    has_words = isinstance(answer, Offer) and answer.instructions
    return {"the instructions": answer.instructions} if has_words else {}
