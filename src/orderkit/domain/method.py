"""What the admin configures: payment methods and shipping methods. The code behind them has a code of its own."""

from __future__ import annotations

from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.change import Change, changed, created
from orderkit.domain.journal import Snapshot
from orderkit.domain.money import Money, require_price
from orderkit.domain.text import LONG, clean
from orderkit.errors import InvalidInputError

LAST_POSITION = 1_000_000


def _check_position(position: object) -> None:
    if type(position) is not int or abs(position) > LAST_POSITION:
        raise InvalidInputError(
            f"position must be a whole number from -{LAST_POSITION} to {LAST_POSITION}",
            code="out_of_range",
            field="position",
        )


@attrs.frozen(slots=True, kw_only=True)
class PaymentMethod:
    """
    A configured way to pay.

    Attributes:
        provider: Code of the provider behind it, such as ``cash``.
        title: Seen by staff only.
        description: Seen by the buyer.
        button: Text of the button the buyer presses.
        pages: Names of the host's pages where it is offered; none means everywhere.
        is_primary: Offered first.
        offline: Staff mark its payments by hand.
        position: Order of display, lowest first.
    """

    id: UUID
    provider: str
    title: str
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
        _check_position(self.position)

    @property
    def order_id(self) -> None:
        """A method is no part of an order."""
        return

    @property
    def contact_id(self) -> None:
        """A method belongs to nobody."""
        return

    def snapshot(self) -> Snapshot:
        """The journalled fields."""
        fields = attrs.asdict(self, filter=lambda attribute, _: attribute.name not in ("id", "version"))
        return {**fields, "pages": list(self.pages)}


@attrs.frozen(slots=True, kw_only=True)
class ShippingMethod:
    """
    A configured way to deliver.

    Attributes:
        carrier: Code of the carrier behind it, such as ``flat-rate``.
        cost: What it adds to an order's total; at least zero.
        needs_address: ``False`` for pickup.
        tracking_url: Address of the carrier's page with ``{code}`` where the tracking code goes; empty for none.
        position: Order of display, lowest first.
    """

    id: UUID
    carrier: str
    title: str
    cost: Money
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
        require_price(self.cost, "cost")
        _check_position(self.position)

    @property
    def order_id(self) -> None:
        """A method is no part of an order."""
        return

    @property
    def contact_id(self) -> None:
        """A method belongs to nobody."""
        return

    def snapshot(self) -> Snapshot:
        """The journalled fields; the cost in minor units."""
        fields = attrs.asdict(
            self, filter=lambda attribute, _: attribute.name not in ("id", "version", "cost")
        )
        return {**fields, "cost": self.cost.minor, "currency": self.cost.currency}


def create_payment_method(method: PaymentMethod, act: Act) -> Change[PaymentMethod]:
    """Begin to offer a way to pay."""
    return created(method, "payment_method.created", act, method.snapshot())


def create_shipping_method(method: ShippingMethod, act: Act) -> Change[ShippingMethod]:
    """Begin to offer a way to deliver."""
    return created(method, "shipping_method.created", act, method.snapshot())


def edit_payment_method(
    before: PaymentMethod, after: PaymentMethod, act: Act
) -> Change[PaymentMethod] | None:
    """Change a way to pay; ``None`` if nothing differs."""
    return changed(before, after, "payment_method.edited", act)


def edit_shipping_method(
    before: ShippingMethod, after: ShippingMethod, act: Act
) -> Change[ShippingMethod] | None:
    """Change a way to deliver; ``None`` if nothing differs."""
    return changed(before, after, "shipping_method.edited", act)
