"""What the admin configures: methods and rules, each with the settings of its plugin's class."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
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
from orderkit.domain.rule import NotificationRule, PriceRule
from orderkit.registry.checking import Checks
from orderkit.registry.making import Workshop
from orderkit.services.settings import adding
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

    add_payment_method = adding.add_payment_method
    add_shipping_method = adding.add_shipping_method
    add_notification_rule = adding.add_notification_rule
    add_price_rule = adding.add_price_rule

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
        return self._rows.edit(
            method, actor=actor, key=key, finish=partial(adding.as_its_type_says, self.workshop)
        )

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

    @property
    def _rows(self) -> Rows:
        return Rows(self.store, self.reader, self.acting, self.workshop)


def _sorted(brought: Mapping[str, T], language: str) -> tuple[T, ...]:
    return tuple(
        sorted(brought.values(), key=lambda kind: (in_language(kind.label, language).casefold(), kind.code))
    )
