"""Delivery of one order: how, for how much, to whom, where, and how to follow it."""

from __future__ import annotations

from uuid import UUID

import attrs

from orderkit.domain.money import Money, require_price
from orderkit.domain.text import LONG, SHORT, clean, clean_words

_LIMITS = {"address": LONG, "comment": LONG}
_WORDS = ("name", "city", "address", "comment")
"""Where people write freely; a phone may have as many digits as a card."""


@attrs.frozen(slots=True)
class Recipient:
    """
    Who receives the goods, and where; kept as typed but for numbers of cards, in append-only versions.

    Attributes:
        country: ISO 3166 code of two letters, or as typed.
        comment: Anything special about this order; its buyer reads it.
    """

    name: str = ""
    email: str = ""
    phone: str = ""
    country: str = ""
    city: str = ""
    postal_code: str = ""
    address: str = ""
    comment: str = ""

    def __attrs_post_init__(self) -> None:
        for field in attrs.fields_dict(type(self)):
            check = clean_words if field in _WORDS else clean
            text = check(getattr(self, field), f"delivery.{field}", limit=_LIMITS.get(field, SHORT))
            object.__setattr__(self, field, text)

    def __bool__(self) -> bool:
        return any(attrs.astuple(self))

    @property
    def has_address(self) -> bool:
        """Whether there is somewhere to deliver to."""
        return bool(self.address or self.city)


@attrs.frozen(slots=True)
class Delivery:
    """
    The delivery section of an order.

    Attributes:
        cost: Part of the order's total; at least zero.
        method_id: The shipping method chosen; ``None`` until one is.
        recipient_id: The id of the stored version of *recipient*; given by the order, leave it out.

    Raises:
        InvalidInputError: A negative cost, or unusable text.
    """

    cost: Money
    method_id: UUID | None = None
    tracking_code: str = ""
    recipient: Recipient = Recipient()
    recipient_id: UUID | None = None

    def __attrs_post_init__(self) -> None:
        require_price(self.cost, "delivery.cost")
        object.__setattr__(self, "tracking_code", clean(self.tracking_code, "delivery.tracking_code"))
