"""How methods and rules are added."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from orderkit.domain.actor import Actor
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.rule import MESSAGES, NotificationRule, PriceRule
from orderkit.registry.making import Workshop
from orderkit.services.settings.means import Means


def add_payment_method(
    self: Means,
    provider: str,
    title: str,
    *,
    actor: Actor,
    key: str,
    settings: object = None,
    description: str = "",
    button: str = "",
    pages: Sequence[str] = (),
    is_primary: bool = False,
    active: bool = True,
    position: int = 0,
) -> PaymentMethod:
    """
    Begin to offer a way to pay; its fields are those of `PaymentMethod`.

    Args:
        provider: Code of the provider behind it, such as ``cash``; one of `payment_providers`.
        settings: Values by name, such as ``{"cost": Money.of("300.00", "RUB")}``, or an instance of its class of
            settings.
        key: Chosen by the caller; the same key never adds a second one.

    Raises:
        InvalidInputError: An unusable value, no such type (``unknown_provider``, ``unknown_carrier``,
            ``unknown_channel``, ``unknown_adjuster``); ``field`` is ``settings.NAME`` for a setting.
        ConflictError: The key was used for another request.
    """
    act = self.acting(actor)
    method = PaymentMethod(
        id=act.new_id(),
        provider=provider,
        title=title,
        settings={} if settings is None else settings,
        description=description,
        button=button,
        pages=tuple(pages),
        is_primary=is_primary,
        active=active,
        position=position,
    )
    return self._rows.add(
        method, act, key=key, finish=lambda made: as_its_type_says(self.workshop, made, made)
    )


def add_shipping_method(
    self: Means,
    carrier: str,
    title: str,
    *,
    actor: Actor,
    key: str,
    settings: object = None,
    description: str = "",
    needs_address: bool | None = None,
    tracking_url: str | None = None,
    active: bool = True,
    position: int = 0,
) -> ShippingMethod:
    """
    Begin to offer a way to deliver, as `add_payment_method`; its fields are those of `ShippingMethod`.

    Args:
        carrier: Code of the carrier behind it, such as ``flat-rate``; one of `carriers`.
        needs_address: Left out, the carrier says it.
        tracking_url: Left out, the carrier's.
    """
    act = self.acting(actor)
    method = ShippingMethod(
        id=act.new_id(),
        carrier=carrier,
        title=title,
        settings={} if settings is None else settings,
        description=description,
        tracking_url=tracking_url or "",
        active=active,
        position=position,
    )

    def finish(made: ShippingMethod) -> ShippingMethod:
        kind = self.workshop.carrier_type(made)
        return attrs.evolve(
            made,
            needs_address=kind.needs_address if needs_address is None else needs_address,
            tracking_url=kind.tracking_url if tracking_url is None else tracking_url,
        )

    return self._rows.add(method, act, key=key, asked=(needs_address, tracking_url), finish=finish)


def add_notification_rule(
    self: Means,
    channel: str,
    title: str,
    *,
    actor: Actor,
    key: str,
    settings: object = None,
    messages: Sequence[str] = MESSAGES,
    language: str = "en",
    order_url: str = "",
    active: bool = True,
    position: int = 0,
) -> NotificationRule:
    """
    Begin to write to clients, as `add_payment_method`; its fields are those of `NotificationRule`.

    Args:
        channel: Code of the channel behind it, such as ``email``; one of `channels`.
        messages: What clients are told of; all of it unless said.
    """
    act = self.acting(actor)
    rule = NotificationRule(
        id=act.new_id(),
        channel=channel,
        title=title,
        settings={} if settings is None else settings,
        messages=tuple(messages),
        language=language,
        order_url=order_url,
        active=active,
        position=position,
    )
    return self._rows.add(rule, act, key=key)


def add_price_rule(
    self: Means,
    adjuster: str,
    title: str,
    *,
    actor: Actor,
    key: str,
    settings: object = None,
    active: bool = True,
    position: int = 0,
) -> PriceRule:
    """
    Begin to compute a discount, a fee or a tax, as `add_payment_method`; its fields are those of `PriceRule`.

    Args:
        adjuster: Code of the adjuster behind it, such as ``promo-code``; one of `adjusters`.
    """
    act = self.acting(actor)
    rule = PriceRule(
        id=act.new_id(),
        adjuster=adjuster,
        title=title,
        settings={} if settings is None else settings,
        active=active,
        position=position,
    )
    return self._rows.add(rule, act, key=key)


def as_its_type_says(workshop: Workshop, before: PaymentMethod, after: PaymentMethod) -> PaymentMethod:
    """Whether staff mark its payments by hand; as it was while its plugin is missing."""
    kind = workshop.registry.payment_providers.get(after.provider)
    return attrs.evolve(after, offline=kind.offline if kind else before.offline)
