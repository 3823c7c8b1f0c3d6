"""What is particular to methods of delivery and of payment; the screens are the same for both, and for rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, TypeAlias
from uuid import UUID

import attrs

from orderkit import Actor, Desk, NotificationRule, PaymentMethod, PriceRule, ShippingMethod
from orderkit.plugin import AdjusterType, CarrierType, ChannelType, PaymentProviderType
from orderkit_flask import kind_words
from orderkit_flask.kind_words import KindWords
from orderkit_flask.settings_form import YES
from orderkit_flask.speech import Speech
from orderkit_flask.typed import Reading

Method: TypeAlias = PaymentMethod | ShippingMethod | NotificationRule | PriceRule
MethodType: TypeAlias = CarrierType | PaymentProviderType | ChannelType | AdjusterType
MadeOf: TypeAlias = Literal["carrier", "payment_provider", "channel", "adjuster"]
Filled: TypeAlias = dict[str, str | tuple[str, ...]]


class MethodKind(Protocol):
    """One kind of methods or rules, with the verbs of the desk that belong to it."""

    @property
    def name(self) -> str:
        """As the addresses and the screens know it, such as ``shipping_method``."""

    @property
    def made_of(self) -> MadeOf:
        """The kind of types that plugins bring for it."""

    @property
    def words(self) -> KindWords:
        """What the screens say of it."""

    def all(self, desk: Desk) -> Sequence[Method]:
        """All methods, in order of display."""

    def one(self, desk: Desk, id: UUID) -> Any:
        """One method."""

    def types(self, desk: Desk, language: str) -> Sequence[MethodType]:
        """Of what more can be made."""

    def begin(self, kind: MethodType, say: Speech) -> Filled:
        """The form of a new method, without its settings."""

    def fill(self, method: Any) -> Filled:
        """The form of a method as it stands, without its settings."""

    def choices(self, kept: Sequence[str], say: Speech) -> Mapping[str, str]:
        """What several can be chosen of, such as pages of the host, in words; *kept* are those chosen now."""

    def read(self, reading: Reading, kept: Sequence[str]) -> dict[str, Any]:
        """The fields of a method that the form gives."""

    def add(self, desk: Desk, code: str, fields: Mapping[str, Any], *, actor: Actor, key: str) -> Method:
        """Begin to offer it."""

    def edit(self, desk: Desk, method: Any, *, actor: Actor, key: str = "") -> Method:
        """Store a changed method."""

    def arrange(self, desk: Desk, ids: Sequence[UUID], *, actor: Actor) -> object:
        """Store the order of display."""


@attrs.frozen
class ShippingKind:
    """«Способы доставки»."""

    name: str = "shipping_method"
    made_of: MadeOf = "carrier"
    words: KindWords = kind_words.SHIPPING

    def all(self, desk: Desk) -> Sequence[Method]:
        """All of them, in order of display."""
        return desk.settings.shipping_methods()

    def one(self, desk: Desk, id: UUID) -> ShippingMethod:
        """One of them; raises `NotFoundError`."""
        return desk.settings.shipping_method(id)

    def types(self, desk: Desk, language: str) -> Sequence[MethodType]:
        """The carriers."""
        return desk.settings.carriers(language)

    def begin(self, kind: MethodType, say: Speech) -> Filled:
        """Switched on; the carrier says whether an address is needed, and where to follow what is sent."""
        needs_address = isinstance(kind, CarrierType) and kind.needs_address
        return {
            "title": "",
            "description": "",
            "needs_address": box(needs_address),
            "tracking_url": kind.tracking_url if isinstance(kind, CarrierType) else "",
            "active": YES,
        }

    def fill(self, method: ShippingMethod) -> Filled:
        """As it stands."""
        return {
            "title": method.title,
            "description": method.description,
            "needs_address": box(method.needs_address),
            "tracking_url": method.tracking_url,
            "active": box(method.active),
        }

    def choices(self, kept: Sequence[str], say: Speech) -> Mapping[str, str]:
        """Delivery is offered everywhere."""
        return {}

    def read(self, reading: Reading, kept: Sequence[str]) -> dict[str, Any]:
        """As typed; a link to a carrier's page needs a place for the code."""
        texts = reading.texts(_shipping_method, "title", "description", "tracking_url")
        link = texts["tracking_url"]
        if link and "{code}" not in link and "tracking_url" not in reading.problems:
            reading.problems["tracking_url"] = reading.say.text(
                "Write {code} where the tracking code goes in the address."
            )
        return {
            **texts,
            "active": bool(reading.form.one("active")),
            "needs_address": bool(reading.form.one("needs_address")),
        }

    def add(
        self, desk: Desk, code: str, fields: Mapping[str, Any], *, actor: Actor, key: str
    ) -> ShippingMethod:
        """Begin to offer it."""
        return desk.settings.add_shipping_method(code, actor=actor, key=key, **fields)

    def edit(self, desk: Desk, method: ShippingMethod, *, actor: Actor, key: str = "") -> ShippingMethod:
        """Store a changed one."""
        return desk.settings.edit_shipping_method(method, actor=actor, key=key)

    def arrange(self, desk: Desk, ids: Sequence[UUID], *, actor: Actor) -> object:
        """Store the order of display."""
        return desk.settings.arrange_shipping_methods(ids, actor=actor)


@attrs.frozen
class PaymentKind:
    """
    «Способы оплаты».

    Attributes:
        pages: Where they may be offered: the name of a page of the host → what staff call it.
    """

    pages: Mapping[str, str]
    name: str = "payment_method"
    made_of: MadeOf = "payment_provider"
    words: KindWords = kind_words.PAYMENT

    def all(self, desk: Desk) -> Sequence[Method]:
        """All of them, in order of display."""
        return desk.settings.payment_methods()

    def one(self, desk: Desk, id: UUID) -> PaymentMethod:
        """One of them; raises `NotFoundError`."""
        return desk.settings.payment_method(id)

    def types(self, desk: Desk, language: str) -> Sequence[MethodType]:
        """The payment providers."""
        return desk.settings.payment_providers(language)

    def begin(self, kind: MethodType, say: Speech) -> Filled:
        """Switched on, and offered everywhere."""
        return {
            "title": "",
            "description": "",
            "button": "",
            "pages": (),
            "is_primary": (),
            "active": YES,
        }

    def fill(self, method: PaymentMethod) -> Filled:
        """As it stands."""
        return {
            "title": method.title,
            "description": method.description,
            "button": method.button,
            "pages": method.pages,
            "is_primary": box(method.is_primary),
            "active": box(method.active),
        }

    def choices(self, kept: Sequence[str], say: Speech) -> Mapping[str, str]:
        """Pages that a method has and the host names no more go by their names."""
        return {**self.pages, **{page: page for page in kept if page not in self.pages}} if self.pages else {}

    def read(self, reading: Reading, kept: Sequence[str]) -> dict[str, Any]:
        """As typed; a host that names no pages any more does not take those a method has."""
        form = reading.form
        choices = self.choices(kept, reading.say)
        pages = tuple(dict.fromkeys(form.several("pages"))) if choices else tuple(kept)
        if choices and not set(pages) <= set(choices):
            reading.problems["pages"] = reading.say.text("Choose one from the list.")
        return {
            **reading.texts(_payment_method, "title", "description", "button"),
            "active": bool(form.one("active")),
            "pages": pages,
            "is_primary": bool(form.one("is_primary")),
        }

    def add(
        self, desk: Desk, code: str, fields: Mapping[str, Any], *, actor: Actor, key: str
    ) -> PaymentMethod:
        """Begin to offer it."""
        return desk.settings.add_payment_method(code, actor=actor, key=key, **fields)

    def edit(self, desk: Desk, method: PaymentMethod, *, actor: Actor, key: str = "") -> PaymentMethod:
        """Store a changed one."""
        return desk.settings.edit_payment_method(method, actor=actor, key=key)

    def arrange(self, desk: Desk, ids: Sequence[UUID], *, actor: Actor) -> object:
        """Store the order of display."""
        return desk.settings.arrange_payment_methods(ids, actor=actor)


def box(is_ticked: bool) -> tuple[str, ...]:
    """How a box stands in a form."""
    return (YES,) if is_ticked else ()


def _shipping_method(**texts: Any) -> ShippingMethod:
    """One that says nothing but this."""
    return attrs.evolve(ShippingMethod(id=UUID(int=0), carrier="-", title="-"), **texts)


def _payment_method(**texts: Any) -> PaymentMethod:
    """One that says nothing but this."""
    return attrs.evolve(PaymentMethod(id=UUID(int=0), provider="-", title="-"), **texts)
