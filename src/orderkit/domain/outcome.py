"""What a provider answers when it is asked for money. Not knowing is an answer too."""

from __future__ import annotations

import enum
from typing import TypeAlias

import attrs

from orderkit.domain.money import Money, require_money
from orderkit.domain.text import clean_reference, clean_url


class Asked(enum.StrEnum):
    """What a provider was asked for, and is asked about. There will be more: of what you do not know say `Unknown`."""

    PAYMENT = "payment"
    REFUND = "refund"
    CAPTURE = "capture"
    VOID = "void"


class DeclineReason(enum.StrEnum):
    """Why no money was taken, in words that every provider's own can be put into."""

    DECLINED = "declined"
    """For a reason that was not told, or for one that is not in this list."""
    INSUFFICIENT_FUNDS = "insufficient_funds"
    LIMIT_EXCEEDED = "limit_exceeded"
    EXPIRED_CARD = "expired_card"
    INVALID_DETAILS = "invalid_details"
    """A card number, a code or a phone that is none."""
    NOT_AUTHENTICATED = "not_authenticated"
    """The buyer did not show that it is them, such as by 3-D Secure."""
    SUSPECTED_FRAUD = "suspected_fraud"
    CANCELLED = "cancelled"
    """By the buyer."""
    EXPIRED = "expired"
    """The buyer did not finish in time."""
    CLOSED = "closed"
    """The shop had it ended: another attempt was begun, or the order was cancelled."""
    UNAVAILABLE = "unavailable"
    """The bank or the provider does not work now; later it may."""
    MISCONFIGURED = "misconfigured"
    """The shop's account or its settings are not right: a matter for staff."""


class UnknownReason(enum.StrEnum):
    """Why it is not known whether money was taken."""

    NOT_SAID = "not_said"
    """The provider itself does not know."""
    LATE = "late"
    """It did not answer within its time limit."""
    FAILED = "failed"
    """It raised."""
    NONSENSE = "nonsense"
    """It answered something that is no answer."""
    AMOUNT_DIFFERS = "amount_differs"
    """It says that it took another amount than it was asked for."""


@attrs.frozen(slots=True)
class Succeeded:
    """
    The money is taken.

    Attributes:
        amount: What was taken. Anything but what was asked for books nothing, and is looked into by people.
        reference: The provider's identifier of the payment; never empty.
    """

    amount: Money
    reference: str

    def __attrs_post_init__(self) -> None:
        require_money(self.amount, "amount")
        _keep_reference(self, required=True)


@attrs.frozen(slots=True)
class Authorised:
    """
    The money is held for the shop, and not taken yet: it is captured later, or the hold is released.

    Attributes:
        amount: What is held. Anything but what was asked for books nothing, and is looked into by people.
        reference: The provider's identifier of the payment; never empty.
    """

    amount: Money
    reference: str

    def __attrs_post_init__(self) -> None:
        require_money(self.amount, "amount")
        _keep_reference(self, required=True)


@attrs.frozen(slots=True)
class Redirect:
    """
    The buyer must go on at the provider; nothing is taken yet.

    Attributes:
        url: Where; it begins with ``https://`` or ``http://``. It may let anybody pay who has it, and is never logged.
        reference: The provider's identifier of the payment; never empty.
    """

    url: str = attrs.field(repr=False)
    reference: str

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "url", clean_url(self.url, "url"))
        _keep_reference(self, required=True)


@attrs.frozen(slots=True)
class Pending:
    """
    The provider works on it and will tell later, with nobody doing anything more.

    Attributes:
        reference: The provider's identifier of the payment; never empty.
    """

    reference: str

    def __attrs_post_init__(self) -> None:
        _keep_reference(self, required=True)


@attrs.frozen(slots=True)
class Declined:
    """
    No money was taken, and none will be; only on the provider's word, never because it could not be reached.

    Attributes:
        reference: The provider's identifier of the payment, empty for none.
    """

    reason: DeclineReason = attrs.field(default=DeclineReason.DECLINED, converter=DeclineReason)
    reference: str = ""

    def __attrs_post_init__(self) -> None:
        _keep_reference(self)


@attrs.frozen(slots=True)
class Unknown:
    """
    Nobody can say whether money was taken. Until it is known, no more is asked for.

    Attributes:
        reference: The provider's identifier of the payment, empty for none.
    """

    reason: UnknownReason = attrs.field(default=UnknownReason.NOT_SAID, converter=UnknownReason)
    reference: str = ""

    def __attrs_post_init__(self) -> None:
        _keep_reference(self)


Outcome: TypeAlias = Succeeded | Authorised | Redirect | Pending | Declined | Unknown
"""What came of asking a provider for money."""


def _keep_reference(outcome: Outcome, *, required: bool = False) -> None:
    object.__setattr__(
        outcome, "reference", clean_reference(outcome.reference, "reference", required=required)
    )
