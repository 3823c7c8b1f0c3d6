"""What the admin configures: payment methods and shipping methods. The code behind them has a code of its own."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, TypeAlias
from urllib.parse import quote
from uuid import UUID

import attrs

from orderkit.domain.actor import Act
from orderkit.domain.change import Change, changed, created
from orderkit.domain.journal import Json, Snapshot
from orderkit.domain.money import Money
from orderkit.domain.secret import Secret, untold
from orderkit.domain.text import LONG, clean
from orderkit.errors import InvalidInputError

LAST_POSITION = 1_000_000
Setting: TypeAlias = "Json | Secret"
"""What a setting is set to; a `Secret` as long as it is not stored."""


def _check_position(position: object) -> None:
    if type(position) is not int or abs(position) > LAST_POSITION:
        raise InvalidInputError(
            f"position must be a whole number from -{LAST_POSITION} to {LAST_POSITION}",
            code="out_of_range",
            field="position",
        )


def settings_document(settings: Any) -> dict[str, Setting]:
    """
    Settings as they are stored: plain JSON, with money as ``{"minor": 30000, "currency": "RUB"}``.

    A `Secret` stays one: it has still to be sealed.

    Args:
        settings: An instance of a plugin's class, or values by name: `Money`, `Secret`, what is plain already.

    Raises:
        InvalidInputError: ``not_plain``: no mapping, or a value that JSON does not have.
    """
    if attrs.has(type(settings)):
        given = [field.name for field in attrs.fields(type(settings)) if field.init]
        settings = {name: getattr(settings, name) for name in given}
    if not isinstance(settings, Mapping):
        raise InvalidInputError(
            f"settings must be values by name, not {type(settings).__name__}",
            code="not_plain",
            field="settings",
        )
    return {
        str(name): value if isinstance(value, Secret) else _plain(value, f"settings.{name}")
        for name, value in settings.items()
    }


def _plain(value: object, field: str) -> Json:
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(one, f"{field}.{name}") for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one, f"{field}.{index}") for index, one in enumerate(value)]
    raise InvalidInputError(
        f"{field} is {type(value).__name__}; a setting is text, a whole number, true or false, Money "
        "or Secret",
        code="not_plain",
        field=field,
    )


def _told(method: PaymentMethod | ShippingMethod) -> dict[str, Json]:
    """
    The journalled fields, each setting one of them, so that the journal says which of them was changed.

    Of a secret it says that alone.
    """
    fields = {field.name: getattr(method, field.name) for field in attrs.fields(type(method))}
    del fields["id"], fields["version"]
    settings = fields.pop("settings")
    return fields | {f"settings.{name}": untold(value) for name, value in settings.items()}


def _shown(settings: Mapping[str, Setting]) -> str:
    return repr({name: untold(value) for name, value in settings.items()})


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

    id: UUID
    provider: str
    title: str
    settings: Mapping[str, Setting] = attrs.field(factory=dict, converter=settings_document, repr=_shown)
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

    def is_for(self, pages: Set[str]) -> bool:
        """Whether it is in use for what comes from all of these pages."""
        return self.active and (not self.pages or pages <= set(self.pages))

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
        return {**_told(self), "pages": list(self.pages)}


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

    id: UUID
    carrier: str
    title: str
    settings: Mapping[str, Setting] = attrs.field(factory=dict, converter=settings_document, repr=_shown)
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
        _check_position(self.position)

    @property
    def order_id(self) -> None:
        """A method is no part of an order."""
        return

    @property
    def contact_id(self) -> None:
        """A method belongs to nobody."""
        return

    def tracking_link(self, code: str) -> str:
        """The carrier's page for a tracking code; empty without a code, and where the method knows none."""
        return self.tracking_url.replace("{code}", quote(code, safe="")) if code else ""

    def snapshot(self) -> Snapshot:
        """The journalled fields."""
        return _told(self)


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
