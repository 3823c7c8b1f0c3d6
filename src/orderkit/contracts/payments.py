"""
What a payment provider fulfils: it says how to pay, and where staff need not mark the money, it takes it.

What else it can do stands in `operations`, each thing a small Protocol of its own; what is here stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

import attrs

from orderkit.contracts.carriers import Ineligible
from orderkit.contracts.descriptors import Upgrade, check_descriptor
from orderkit.contracts.operations import Capability
from orderkit.contracts.services import Services
from orderkit.contracts.wording import Text, is_text
from orderkit.domain.money import Money, require_money
from orderkit.domain.outcome import Outcome
from orderkit.domain.pricing import Part
from orderkit.domain.text import clean_url
from orderkit.errors import InvalidInputError, SettingsError

TIME_LIMIT = 30
"""Seconds that a provider has for its answer, unless its type says otherwise."""
OFFER_LIMIT = 5
"""Seconds that all providers of a page have together to say what they offer."""
MOST_SECONDS = 120
"""Of any time limit: somebody waits in front of a page."""


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
        """
        How to pay, or why not this way; what it raises counts as no answer.

        Asked whenever a page shows the ways to pay: it asks nobody outside. What it says after 5 seconds is not heard.
        """


@attrs.frozen(kw_only=True)
class StartRequest:
    """
    One asking for money. It stands in the desk's books before the provider hears of it.

    Attributes:
        operation_id: Ours. Keep it with the payment at the provider: it finds the one from the other.
        key: The idempotency key to send along: the same asking, however often it is sent, takes money once.
        number: The order's number, by which a buyer and a shop find one another.
        amount: What to take, no more and no less.
        return_url: Where to send the buyer back to. Whoever comes there proves nothing.
        email: The buyer's, empty if not known.
        phone: The buyer's, as it was typed; empty if not known.
        parts: What the order is for: every line, the delivery and the fees, with what discounts have left of each.
            Where not all of it is asked for, or a tax comes on top, they add up to another sum than *amount*: what of
            it is for each, ``amount.split`` tells by theirs.
    """

    operation_id: UUID
    key: str
    number: str
    amount: Money
    return_url: str = attrs.field(repr=False)
    email: str = attrs.field(default="", repr=False)
    phone: str = attrs.field(default="", repr=False)
    parts: tuple[Part, ...] = attrs.field(default=(), repr=False)

    def __attrs_post_init__(self) -> None:
        require_money(self.amount, "amount")
        object.__setattr__(self, "return_url", clean_url(self.return_url, "return_url"))


@runtime_checkable
class StartsPayments(Protocol):
    """What a provider that is not offline does beside offering: it asks for the money."""

    def start(self, request: StartRequest) -> Outcome:
        """
        Ask for the money, once, and answer what came of it.

        No transaction is open meanwhile. Whatever this raises, and an answer that comes after the time limit of the
        type, counts as `Unknown`: answer `Declined` only where it is certain that nothing was and will be taken.
        """


@attrs.frozen(kw_only=True)
class PaymentProviderType:
    """
    What a plugin brings so that an admin can make payment methods of it.

    Attributes:
        code: Stable; what rows refer to. 2 to 40 small letters, digits and hyphens.
        label: What the admin picks it by.
        settings: An attrs class of `setting` fields.
        factory: Makes the provider of one method, with an instance of *settings*; asks nobody yet.
        offline: Staff mark its payments by hand. Else what *factory* makes fulfils `StartsPayments` too.
        capabilities: What it can do with a payment that it took; what *factory* makes fulfils the Protocol of each.
        description: A sentence for the admin.
        time_limit: Seconds it has to answer; what comes later is not heard.
        settings_version: Raised when settings are stored in another way than before; then *upgrade* is needed.
        upgrade: Called with a document of an earlier version, as a dictionary of its own, and with that version;
            answers the document as this version reads it. A secret is handed through as it is stored.

    Raises:
        SettingsError: ``bad_code``, ``bad_descriptor`` or ``bad_setting``, naming the code.
    """

    code: str
    label: Text
    settings: type
    factory: Callable[[Any, Services], PaymentProvider]
    offline: bool = False
    capabilities: frozenset[Capability] = frozenset()
    description: Text = ""
    time_limit: float = TIME_LIMIT
    settings_version: int = 1
    upgrade: Upgrade | None = None

    def __attrs_post_init__(self) -> None:
        check_descriptor("payment provider", self)
        if not _are_capabilities(self.capabilities) or (self.offline and self.capabilities):
            raise SettingsError(
                f"payment provider {self.code!r}: capabilities must be a frozenset of Capability, "
                "and empty where it is offline: nobody is asked then",
                code="bad_descriptor",
            )
        if type(self.time_limit) not in (int, float) or not 0 < self.time_limit <= MOST_SECONDS:
            raise SettingsError(
                f"payment provider {self.code!r}: time_limit must be seconds, above 0 and up to {MOST_SECONDS}",
                code="bad_descriptor",
            )


def _are_capabilities(given: object) -> bool:
    return isinstance(given, frozenset) and all(isinstance(one, Capability) for one in given)
