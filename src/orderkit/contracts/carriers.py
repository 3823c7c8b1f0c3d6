"""What a carrier fulfils: it says for how much it would deliver these goods there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol

import attrs

from orderkit.contracts.descriptors import Upgrade, check_descriptor
from orderkit.contracts.services import Services
from orderkit.contracts.wording import Text, is_text, without_cards
from orderkit.domain.delivery import Recipient
from orderkit.domain.line import Line
from orderkit.domain.money import Money, require_price
from orderkit.domain.text import clean_url
from orderkit.errors import InvalidInputError, SettingsError

QUOTE_LIMIT: Final = 5.0
"""Seconds after which a carrier that does not answer counts as having no answer."""


@attrs.frozen(kw_only=True)
class QuoteRequest:
    """
    What is to be delivered, and to whom.

    Attributes:
        lines: The goods; what needs no delivery is among them.
        currency: In which prices are expected.
        goods: What the lines cost together.
        recipient: As far as it is known; may be empty.
    """

    lines: Sequence[Line]
    currency: str
    goods: Money
    recipient: Recipient = Recipient()


@attrs.frozen
class Quote:
    """
    An offer to deliver. Of several, the first is taken.

    Attributes:
        price: At least zero, in the currency that was asked for.
        label: Which of the carrier's services it is; empty where there is one.
        min_days: Days until it arrives, at least; ``None`` if not known.
        max_days: Days until it arrives, at most; ``None`` if not known.
    """

    price: Money
    label: Text = ""
    min_days: int | None = None
    max_days: int | None = None

    def __attrs_post_init__(self) -> None:
        require_price(self.price, "price")
        if not is_text(self.label):
            raise InvalidInputError("label must be text", code="not_text", field="label")


@attrs.frozen
class Ineligible:
    """
    An answer too: not these goods, not there, not now.

    Attributes:
        reason: Why, for people; never empty.
    """

    reason: Text

    def __attrs_post_init__(self) -> None:
        if not is_text(self.reason) or not self.reason:
            raise InvalidInputError("an ineligible answer needs a reason", code="empty", field="reason")
        object.__setattr__(self, "reason", without_cards(self.reason))


class Carrier(Protocol):
    """Works with the settings of one shipping method."""

    def quote(self, request: QuoteRequest) -> Sequence[Quote] | Ineligible:
        """
        Offers, the one to take first: that one is the method's price today, the others nobody sees.

        A second tariff is a second method, which a setting tells from the first. What it raises, and what it answers
        after five seconds, counts as no answer.
        """


@attrs.frozen(kw_only=True)
class CarrierType:
    """
    What a plugin brings so that an admin can make shipping methods of it.

    Attributes:
        code: Stable; what rows refer to. 2 to 40 small letters, digits and hyphens.
        label: What the admin picks it by.
        settings: An attrs class of `setting` fields.
        factory: Makes the carrier of one method, with an instance of *settings*; asks nobody yet.
        needs_address: ``False`` where the buyer comes for the goods; a method may say otherwise.
        description: A sentence for the admin.
        tracking_url: Address of the carrier's page with ``{code}`` where the tracking code goes, empty for none; a
            method may say otherwise.
        settings_version: Raised when settings are stored in another way than before; then *upgrade* is needed.
        upgrade: Called with a document of an earlier version, as a dictionary of its own, and with that version;
            answers the document as this version reads it. A secret is handed through as it is stored.

    Raises:
        SettingsError: ``bad_code``, ``bad_descriptor`` or ``bad_setting``, naming the code.
    """

    code: str
    label: Text
    settings: type
    factory: Callable[[Any, Services], Carrier]
    needs_address: bool = True
    description: Text = ""
    tracking_url: str = ""
    settings_version: int = 1
    upgrade: Upgrade | None = None

    def __attrs_post_init__(self) -> None:
        check_descriptor("carrier", self)
        _check_tracking(self.code, self.tracking_url)


def _check_tracking(code: str, url: object) -> None:
    try:
        if url == "" or "{code}" in clean_url(url, "tracking_url"):
            return
    except InvalidInputError:
        pass
    raise SettingsError(
        f"carrier {code!r}: tracking_url must be an address with {{code}} in it, such as "
        "https://carrier.example/track?code={code}, or empty",
        code="bad_descriptor",
    )
