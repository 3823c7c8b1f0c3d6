"""What a provider tells by itself: one thing that came of what it was asked for, or of money that it took."""

from __future__ import annotations

from typing import TypeAlias
from uuid import UUID

import attrs

from orderkit.domain.cards import mask_reference
from orderkit.domain.keys import fingerprint
from orderkit.domain.money import Money, require_money
from orderkit.domain.outcome import Asked, Outcome
from orderkit.domain.text import SHORT, clean, clean_reference
from orderkit.errors import InvalidInputError


@attrs.frozen(slots=True)
class ChargedBack:
    """
    The bank of the buyer took money of a payment back.

    Attributes:
        amount: What was taken back.
        reference: The provider's identifier of the dispute; never empty.
    """

    amount: Money
    reference: str

    def __attrs_post_init__(self) -> None:
        _keep(self)


@attrs.frozen(slots=True)
class ChargebackWon:
    """
    What was charged back has come in again.

    Attributes:
        amount: What has come in again.
        reference: The provider's identifier of the dispute; never empty.
    """

    amount: Money
    reference: str

    def __attrs_post_init__(self) -> None:
        _keep(self)


Told: TypeAlias = Outcome | ChargedBack | ChargebackWon
"""What a provider may tell of by itself."""


@attrs.frozen(slots=True, kw_only=True)
class ProviderEvent:
    """
    One thing that a provider tells. It may be told twice, late, and before what happened earlier.

    Attributes:
        event_id: What the provider calls it: told again it has the same one, and it is done once. Where the provider
            gives none, make it of what it is about and of what came of it, such as ``payment.succeeded:p-17``. In it
            and in the references the number of a card is masked.
        asked: What it is about, a payment or a refund; a hold and a chargeback are about the payment.
        reference: The provider's identifier of that payment or refund.
        payment_reference: For a refund, the provider's identifier of its payment; empty where it is not told.
        operation_id: Ours, under which it was asked for, where the provider keeps it and tells it; ``None`` otherwise.
        told: What came of it; ``None`` where the provider is to be asked. With `Trust.REFETCH` it counts for nothing.
    """

    event_id: str
    asked: Asked = attrs.field(converter=Asked)
    reference: str
    payment_reference: str = ""
    operation_id: UUID | None = None
    told: Told | None = None

    def __attrs_post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "reference", clean_reference(self.reference, "reference", required=True))
        set_(self, "payment_reference", clean_reference(self.payment_reference, "payment_reference"))
        if self.asked not in (Asked.PAYMENT, Asked.REFUND):
            raise InvalidInputError(
                f"asked is {self.asked.value}; what is done with held money is told of its payment",
                code="wrong_type",
                field="asked",
            )
        if self.operation_id is not None and not isinstance(self.operation_id, UUID):
            raise InvalidInputError(
                f"operation_id must be a UUID, not {type(self.operation_id).__name__}",
                code="wrong_type",
                field="operation_id",
            )
        if self.told is not None and not isinstance(self.told, Told):
            raise InvalidInputError(
                f"told must be an outcome or a chargeback, not {type(self.told).__name__}",
                code="wrong_type",
                field="told",
            )
        set_(self, "event_id", _event_id(self))


def _event_id(event: ProviderEvent) -> str:
    """
    What the provider calls it. Where that is the number of a card, it is told from others by what it says.

    Masked alone it would be the same for many, and a true event would be taken for one that came before.
    """
    given = clean(event.event_id, "event_id", required=True)
    masked = mask_reference(given)
    if masked == given:
        return given
    about = (
        event.asked.value,
        event.reference,
        event.payment_reference,
        event.operation_id,
        repr(event.told),
    )
    return f"{masked} {fingerprint(*about)[:16]}"[:SHORT]


def _keep(one: ChargedBack | ChargebackWon) -> None:
    require_money(one.amount, "amount")
    object.__setattr__(one, "reference", clean_reference(one.reference, "reference", required=True))
