"""What the admin offers to buyers: payment methods and shipping methods. The code behind them has a code of its own."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import ClassVar, Literal
from urllib.parse import quote
from uuid import UUID

import attrs

from orderkit.domain.journal import Snapshot
from orderkit.domain.setting import Setting, check_position, settings_document, shown, told
from orderkit.domain.text import LONG, clean
from orderkit.errors import InvalidInputError


@attrs.frozen(slots=True, kw_only=True)
class PaymentMethod:
    """
    A configured way to pay.

    Attributes:
        provider: Code of the provider behind it, such as ``cash``.
        settings: What the provider's settings class holds, as plain JSON, its secrets sealed; `Money` given here is
            made plain.
        title: Seen by staff only.
        description: Seen by the buyer.
        button: Text of the button the buyer presses.
        pages: Names of the host's pages where it is offered; none means everywhere.
        is_primary: Offered first.
        offline: Staff mark its payments by hand; follows from the provider.
        position: Order of display, lowest first.
    """

    noun: ClassVar[Literal["payment_method"]] = "payment_method"
    made_of: ClassVar[Literal["payment_provider"]] = "payment_provider"
    order_id: ClassVar[None] = None  # it is no part of an order, and belongs to nobody
    contact_id: ClassVar[None] = None

    id: UUID
    provider: str
    title: str
    settings: Mapping[str, Setting] = attrs.field(factory=dict, converter=settings_document, repr=shown)
    description: str = ""
    button: str = ""
    pages: tuple[str, ...] = ()
    is_primary: bool = False
    offline: bool = True
    active: bool = True
    position: int = 0
    version: int = 1

    def __attrs_post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "provider", clean(self.provider, "provider", required=True))
        set_(self, "title", clean(self.title, "title", required=True))
        set_(self, "description", clean(self.description, "description", limit=LONG))
        set_(self, "button", clean(self.button, "button"))
        set_(self, "pages", tuple(clean(page, "pages", required=True) for page in self.pages))
        check_position(self.position)

    def is_for(self, pages: Set[str]) -> bool:
        """Whether it is in use for what comes from all of these pages."""
        return self.active and (not self.pages or pages <= set(self.pages))

    @property
    def code(self) -> str:
        """Of the type behind it."""
        return self.provider

    def snapshot(self) -> Snapshot:
        """The journalled fields."""
        return told(self)


@attrs.frozen(slots=True, kw_only=True)
class ShippingMethod:
    """
    A configured way to deliver.

    Attributes:
        carrier: Code of the carrier behind it, such as ``flat-rate``.
        settings: What the carrier's settings class holds, as plain JSON, its secrets sealed; `Money` given here is
            made plain.
        needs_address: ``False`` for pickup.
        tracking_url: Address of the carrier's page with ``{code}`` where the tracking code goes; empty for none.
        position: Order of display, lowest first.
    """

    noun: ClassVar[Literal["shipping_method"]] = "shipping_method"
    made_of: ClassVar[Literal["carrier"]] = "carrier"
    order_id: ClassVar[None] = None  # it is no part of an order, and belongs to nobody
    contact_id: ClassVar[None] = None

    id: UUID
    carrier: str
    title: str
    settings: Mapping[str, Setting] = attrs.field(factory=dict, converter=settings_document, repr=shown)
    description: str = ""
    needs_address: bool = True
    tracking_url: str = ""
    active: bool = True
    position: int = 0
    version: int = 1

    def __attrs_post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "carrier", clean(self.carrier, "carrier", required=True))
        set_(self, "title", clean(self.title, "title", required=True))
        set_(self, "description", clean(self.description, "description", limit=LONG))
        set_(self, "tracking_url", clean(self.tracking_url, "tracking_url", limit=LONG))
        if self.tracking_url and not self.tracking_url.startswith(("https://", "http://")):
            raise InvalidInputError(
                "tracking_url must begin with https:// or http://", code="bad_url", field="tracking_url"
            )
        check_position(self.position)

    def tracking_link(self, code: str) -> str:
        """The carrier's page for a tracking code; empty without a code, and where the method knows none."""
        return self.tracking_url.replace("{code}", quote(code, safe="")) if code else ""

    @property
    def code(self) -> str:
        """Of the type behind it."""
        return self.carrier

    def snapshot(self) -> Snapshot:
        """The journalled fields."""
        return told(self)
