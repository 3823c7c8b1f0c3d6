"""What the admin configures: methods and rules, each with the settings of its plugin's class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

import attrs

from orderkit.contracts.adjusters import AdjusterType
from orderkit.contracts.carriers import CarrierType
from orderkit.contracts.channels import ChannelType
from orderkit.contracts.payments import PaymentProviderType
from orderkit.contracts.problems import Problem
from orderkit.contracts.settings import SettingField, fields_of
from orderkit.contracts.wording import in_language
from orderkit.domain.actor import Act, Actor
from orderkit.domain.configuring import Configured
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.rule import MESSAGES, NotificationRule, PriceRule
from orderkit.registry.checking import Checks
from orderkit.registry.making import Workshop
from orderkit.services.settings.rows import Rows
from orderkit.storage.reading import Reader
from orderkit.storage.writing import Store

T = TypeVar("T", PaymentProviderType, CarrierType, ChannelType, AdjusterType)


@attrs.frozen
class Settings:
    """The configured methods and rules of one site, and the types of which more can be made."""

    store: Store
    reader: Reader
    acting: Callable[[Actor], Act]
    workshop: Workshop

    # What there is.

    def payment_providers(self, language: str = "en") -> tuple[PaymentProviderType, ...]:
        """The types that plugins bring, sorted by their label in *language*."""
        return _sorted(self.workshop.registry.payment_providers, language)

    def carriers(self, language: str = "en") -> tuple[CarrierType, ...]:
        """The types that plugins bring, sorted by their label in *language*."""
        return _sorted(self.workshop.registry.carriers, language)

    def channels(self, language: str = "en") -> tuple[ChannelType, ...]:
        """The types that plugins bring, sorted by their label in *language*."""
        return _sorted(self.workshop.registry.channels, language)

    def adjusters(self, language: str = "en") -> tuple[AdjusterType, ...]:
        """The types that plugins bring, sorted by their label in *language*."""
        return _sorted(self.workshop.registry.adjusters, language)

    def payment_methods(self) -> tuple[PaymentMethod, ...]:
        """All of them, switched off ones included, in order of display."""
        return self._rows.all(PaymentMethod)

    def shipping_methods(self) -> tuple[ShippingMethod, ...]:
        """All of them, switched off ones included, in order of display."""
        return self._rows.all(ShippingMethod)

    def notification_rules(self) -> tuple[NotificationRule, ...]:
        """All of them, switched off ones included, in order of display."""
        return self._rows.all(NotificationRule)

    def price_rules(self) -> tuple[PriceRule, ...]:
        """All of them, switched off ones included, in order of display."""
        return self._rows.all(PriceRule)

    def payment_method(self, method_id: UUID) -> PaymentMethod:
        """
        One payment method.

        Raises:
            NotFoundError: This site has no such method.
        """
        return self._rows.one(PaymentMethod, method_id)

    def shipping_method(self, method_id: UUID) -> ShippingMethod:
        """One shipping method; raises as `payment_method`."""
        return self._rows.one(ShippingMethod, method_id)

    def notification_rule(self, rule_id: UUID) -> NotificationRule:
        """One notification rule; raises as `payment_method`."""
        return self._rows.one(NotificationRule, rule_id)

    def price_rule(self, rule_id: UUID) -> PriceRule:
        """One price rule; raises as `payment_method`."""
        return self._rows.one(PriceRule, rule_id)

    def fields(self, row: Configured) -> tuple[SettingField, ...]:
        """What can be set on a method or a rule; nothing while its plugin is missing."""
        kind = self.workshop.registry.of_kind(row.made_of).get(row.code)
        return fields_of(kind.settings) if kind else ()

    def values(self, row: Configured) -> Any:
        """
        The settings of a method or a rule as an instance of its plugin's class.

        Raises:
            InvalidInputError: The plugin is missing (``unknown_provider``, ``unknown_carrier``, ``unknown_channel``,
                ``unknown_adjuster``), or what is stored is not of its class any more; ``field`` names the setting.
        """
        return self.workshop.settings(row)

    def can_check_connection(self, row: Configured) -> bool:
        """Whether the plugin of a method or a rule can say if its settings lead to where they should."""
        return Checks(self.workshop).can_check(row)

    def check_connection(self, row: Configured) -> tuple[Problem, ...]:
        """
        Ask the plugin of a method or a rule whether its settings lead to where they should; nothing is stored of it.

        The plugin has the time limit of its type. One that fails, answers late or talks nonsense is a problem too.

        Returns:
            What is wrong, in words for the admin; nothing where all is well.

        Raises:
            InvalidInputError: As `values`, or ``no_connection_check``: its plugin has none.
        """
        return Checks(self.workshop).check(row)

    @property
    def secret_references(self) -> tuple[str, ...]:
        """How a reference looks that names a secret of this site in the place of the secret, for people."""
        return self.workshop.vault.references.forms

    # What can be done with it.

    def add_payment_method(
        self,
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
        return self._rows.add(method, act, key=key, finish=lambda made: self._as_its_type_says(made, made))

    def add_shipping_method(
        self,
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
        self,
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
        self,
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

    def edit_payment_method(self, method: PaymentMethod, *, actor: Actor, key: str = "") -> PaymentMethod:
        """
        Store a changed method; its ``version`` is the one the caller has seen. Whether it is offline, its type says.

        While its plugin is missing all but the settings can be changed.

        Args:
            key: Chosen by the caller; the same request with it is answered with the row as it stands.

        Raises:
            ConflictError: ``stale_version``, or ``key_reused``.
            InvalidInputError: Settings that its type does not take; ``field`` is ``settings.NAME``.
            NotFoundError: This site has no such row.
        """
        return self._rows.edit(method, actor=actor, key=key, finish=self._as_its_type_says)

    def edit_shipping_method(self, method: ShippingMethod, *, actor: Actor, key: str = "") -> ShippingMethod:
        """Store a changed method, as `edit_payment_method` does."""
        return self._rows.edit(method, actor=actor, key=key)

    def edit_notification_rule(
        self, rule: NotificationRule, *, actor: Actor, key: str = ""
    ) -> NotificationRule:
        """Store a changed rule, as `edit_payment_method` does."""
        return self._rows.edit(rule, actor=actor, key=key)

    def edit_price_rule(self, rule: PriceRule, *, actor: Actor, key: str = "") -> PriceRule:
        """Store a changed rule, as `edit_payment_method` does."""
        return self._rows.edit(rule, actor=actor, key=key)

    def arrange_payment_methods(self, ids: Sequence[UUID], *, actor: Actor) -> tuple[PaymentMethod, ...]:
        """
        Put payment methods into that order of display, in one commit; primary ones stay before the others.

        Args:
            ids: Each once; those left out follow in the order they have.

        Raises:
            InvalidInputError: ``named_twice``.
            NotFoundError: This site has no such row.
            ConflictError: ``stale_version``: somebody changed one of them at the same moment.
        """
        return self._rows.arrange(PaymentMethod, ids, actor=actor)

    def arrange_shipping_methods(self, ids: Sequence[UUID], *, actor: Actor) -> tuple[ShippingMethod, ...]:
        """Put shipping methods into that order of display, as `arrange_payment_methods` does."""
        return self._rows.arrange(ShippingMethod, ids, actor=actor)

    def arrange_notification_rules(
        self, ids: Sequence[UUID], *, actor: Actor
    ) -> tuple[NotificationRule, ...]:
        """Put notification rules into that order of display, as `arrange_payment_methods` does."""
        return self._rows.arrange(NotificationRule, ids, actor=actor)

    def arrange_price_rules(self, ids: Sequence[UUID], *, actor: Actor) -> tuple[PriceRule, ...]:
        """Put price rules into that order of display, and so of computing, as `arrange_payment_methods` does."""
        return self._rows.arrange(PriceRule, ids, actor=actor)

    def _as_its_type_says(self, before: PaymentMethod, after: PaymentMethod) -> PaymentMethod:
        """Whether staff mark its payments by hand; as it was while its plugin is missing."""
        kind = self.workshop.registry.payment_providers.get(after.provider)
        return attrs.evolve(after, offline=kind.offline if kind else before.offline)

    @property
    def _rows(self) -> Rows:
        return Rows(self.store, self.reader, self.acting, self.workshop)


def _sorted(brought: Mapping[str, T], language: str) -> tuple[T, ...]:
    return tuple(
        sorted(brought.values(), key=lambda kind: (in_language(kind.label, language).casefold(), kind.code))
    )
