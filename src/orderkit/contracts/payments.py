"""
What a payment provider fulfils: it says how to pay.

A provider that takes money by itself will fulfil further small Protocols (to start, capture, refund, receive
webhooks); these come with the first plugin that needs them, and `PaymentProvider` stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import attrs

from orderkit.contracts.carriers import Ineligible
from orderkit.contracts.descriptors import check_descriptor
from orderkit.contracts.services import Services
from orderkit.contracts.wording import Text, is_text
from orderkit.domain.money import Money, require_money
from orderkit.errors import InvalidInputError


@attrs.frozen(kw_only=True)
class OfferRequest:
    """
    What is to be paid.

    Attributes:
        number: The order's number, by which a buyer and a shop find one another.
        amount: What is left to pay.
    """

    number: str
    amount: Money

    def __attrs_post_init__(self) -> None:
        require_money(self.amount, "amount")


@attrs.frozen
class Offer:
    """
    An offer to pay this way.

    Attributes:
        instructions: What the buyer is to do, such as where to transfer the money; may be empty.
    """

    instructions: Text = ""

    def __attrs_post_init__(self) -> None:
        if not is_text(self.instructions):
            raise InvalidInputError("instructions must be text", code="not_text", field="instructions")


class PaymentProvider(Protocol):
    """Works with the settings of one payment method."""

    def offer(self, request: OfferRequest) -> Offer | Ineligible:
        """How to pay, or why not this way; what it raises counts as no answer."""


@attrs.frozen(kw_only=True)
class PaymentProviderType:
    """
    What a plugin brings so that an admin can make payment methods of it.

    Attributes:
        code: Stable; what rows refer to. 2 to 40 small letters, digits and hyphens.
        label: What the admin picks it by.
        settings: An attrs class of `setting` fields.
        factory: Makes the provider of one method, with an instance of *settings*; asks nobody yet.
        offline: Staff mark its payments by hand.
        description: A sentence for the admin.

    Raises:
        SettingsError: ``bad_code``, ``bad_descriptor`` or ``bad_setting``, naming the code.
    """

    code: str
    label: Text
    settings: type
    factory: Callable[[Any, Services], PaymentProvider]
    offline: bool = False
    description: Text = ""

    def __attrs_post_init__(self) -> None:
        texts: dict[str, object] = {"label": self.label, "description": self.description}
        check_descriptor(
            "payment provider", self.code, texts=texts, settings=self.settings, factory=self.factory
        )
