"""From a stored method to the plugin's object that works for it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs

from orderkit.contracts.carriers import Carrier, CarrierType
from orderkit.contracts.payments import PaymentProvider, PaymentProviderType
from orderkit.contracts.services import Services
from orderkit.contracts.settings import fields_of
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.errors import InvalidInputError
from orderkit.registry.documents import read_settings
from orderkit.registry.limiting import Hanging
from orderkit.registry.registry import Registry


@attrs.frozen
class Workshop:
    """
    Makes carriers and providers for the methods of one site.

    Attributes:
        currency: Of the site: what amounts in settings must be in.
        hanging: Calls of plugins that were given up; of all sites, since they share the threads of a process.
    """

    registry: Registry
    clock: Callable[[], datetime]
    currency: str
    hanging: Hanging

    def carrier_type(self, method: ShippingMethod) -> CarrierType:
        """
        The type behind a method.

        Raises:
            InvalidInputError: ``unknown_carrier``: no plugin brings it; the message lists those there are.
        """
        known = self.registry.carriers
        if method.carrier not in known:
            raise InvalidInputError(
                f"no carrier {method.carrier!r}; known: {', '.join(known) or 'none'}. Install its plugin",
                code="unknown_carrier",
                field="carrier",
            )
        return known[method.carrier]

    def provider_type(self, method: PaymentMethod) -> PaymentProviderType:
        """
        The type behind a method.

        Raises:
            InvalidInputError: ``unknown_provider``: no plugin brings it; the message lists those there are.
        """
        known = self.registry.payment_providers
        if method.provider not in known:
            raise InvalidInputError(
                f"no payment provider {method.provider!r}; known: {', '.join(known) or 'none'}. Install its plugin",
                code="unknown_provider",
                field="provider",
            )
        return known[method.provider]

    def settings(self, method: PaymentMethod | ShippingMethod) -> Any:
        """
        The settings of a stored method, as an instance of its type's class.

        A setting that the class had when it was stored and has no more is left out: a plugin may drop one.

        Raises:
            InvalidInputError: The type is unknown, or the settings are not of its class; ``field`` says which.
        """
        cls = self._type(method).settings
        known = [field.name for field in fields_of(cls) if field.name in method.settings]
        document = {name: method.settings[name] for name in known}
        return read_settings(cls, document, currency=self.currency)

    def entered(self, method: PaymentMethod | ShippingMethod) -> Any:
        """
        The settings of a method that is to be stored, as an instance of its type's class.

        Raises:
            InvalidInputError: As `settings`, and for a setting that the class does not have.
        """
        return read_settings(self._type(method).settings, method.settings, currency=self.currency)

    def carrier(self, method: ShippingMethod) -> Carrier:
        """The carrier that works for a method; raises as `settings` does, and whatever the plugin raises."""
        kind = self.carrier_type(method)
        return kind.factory(self.settings(method), self._services(kind.code))

    def provider(self, method: PaymentMethod) -> PaymentProvider:
        """The provider that works for a method; raises as `settings` does, and whatever the plugin raises."""
        kind = self.provider_type(method)
        return kind.factory(self.settings(method), self._services(kind.code))

    def _type(self, method: PaymentMethod | ShippingMethod) -> PaymentProviderType | CarrierType:
        return self.provider_type(method) if isinstance(method, PaymentMethod) else self.carrier_type(method)

    def _services(self, code: str) -> Services:
        return Services(self.clock, logging.getLogger(f"orderkit.plugins.{code}"))
