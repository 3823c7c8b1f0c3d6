"""From a stored method to the plugin's object that works for it."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

import attrs

from orderkit.contracts.carriers import Carrier, CarrierType
from orderkit.contracts.payments import PaymentProvider, PaymentProviderType
from orderkit.contracts.services import Services
from orderkit.contracts.settings import SettingField, SettingKind, fields_of
from orderkit.domain.method import PaymentMethod, Setting, ShippingMethod, settings_document
from orderkit.domain.secret import Secret, text_of_stored
from orderkit.domain.text import clean
from orderkit.errors import InvalidInputError
from orderkit.registry.documents import read_settings
from orderkit.registry.limiting import Hanging
from orderkit.registry.registry import Registry
from orderkit.registry.upgrading import current, stamped
from orderkit.registry.vault import Vault

M = TypeVar("M", PaymentMethod, ShippingMethod)


@attrs.frozen
class Workshop:
    """
    Makes carriers and providers for the methods of one site.

    Attributes:
        currency: Of the site: what amounts in settings must be in.
        hanging: Calls of plugins that were given up; of all sites, since they share the threads of a process.
        vault: Where the secrets of the site are.
    """

    registry: Registry
    clock: Callable[[], datetime]
    currency: str
    hanging: Hanging
    vault: Vault

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
            InvalidInputError: The type is unknown, the settings are not of its class or of a version that it cannot
                read, or a secret cannot be opened; ``field`` says which.
        """
        kind = self.type_of(method)
        document = current(kind, method.settings, unsaid=1)
        known = [field.name for field in fields_of(kind.settings) if field.name in document]
        return self._read(kind.settings, {name: document[name] for name in known})

    def upgraded(self, method: M) -> M:
        """A stored method with its settings of the present version; as it is stored where that cannot be."""
        try:
            kind = self.type_of(method)
            document = stamped(current(kind, method.settings, unsaid=1), kind.settings_version)
        except InvalidInputError:
            return method
        return method if document == method.settings else attrs.evolve(method, settings=document)

    def entered(self, method: PaymentMethod | ShippingMethod) -> Mapping[str, Setting]:
        """
        The settings of a method as they are to be stored: all of them, of the present version, its secrets sealed.

        Settings that do not say of which version they are, are of that one.

        Raises:
            InvalidInputError: As `settings`, for a setting that the class does not have, and for a secret that cannot
                be stored.
        """
        kind = self.type_of(method)
        given = current(kind, method.settings, unsaid=kind.settings_version)
        read = settings_document(self._read(kind.settings, given))
        stored = {field.name: self._stored(field, given, read) for field in fields_of(kind.settings)}
        return stamped(stored, kind.settings_version)

    def renewed(self, settings: Mapping[str, Setting]) -> Mapping[str, Setting]:
        """Settings that are stored, their secrets sealed with the newest key."""
        return {
            name: self.vault.keep(value) if text_of_stored(value) else value
            for name, value in settings.items()
        }

    def digests(self, method: PaymentMethod | ShippingMethod) -> Iterator[tuple[str, str]]:
        """What tells the secrets that are to be stored from others, by name."""
        for name, value in method.settings.items():
            if isinstance(value, Secret):
                yield name, self.vault.digest(value)

    def carrier(self, method: ShippingMethod) -> Carrier:
        """The carrier that works for a method; raises as `settings` does, and whatever the plugin raises."""
        kind = self.carrier_type(method)
        return kind.factory(self.settings(method), self._services(kind.code))

    def provider(self, method: PaymentMethod) -> PaymentProvider:
        """The provider that works for a method; raises as `settings` does, and whatever the plugin raises."""
        kind = self.provider_type(method)
        return kind.factory(self.settings(method), self._services(kind.code))

    def _read(self, cls: type, document: Mapping[str, Setting]) -> Any:
        secrets = {field.name for field in fields_of(cls) if field.kind is SettingKind.SECRET}
        opened = {
            name: self._opened(name, value) if name in secrets and text_of_stored(value) else value
            for name, value in document.items()
        }
        return read_settings(cls, opened, currency=self.currency)

    def _opened(self, name: str, stored: Setting) -> Secret:
        with _naming(name):
            return self.vault.open(stored)

    def _stored(
        self, field: SettingField, given: Mapping[str, Setting], read: Mapping[str, Setting]
    ) -> Setting:
        """A setting as it is to be stored: a secret that was not given anew stays the one that is there."""
        value = read[field.name]
        if not isinstance(value, Secret):
            return value
        with _naming(field.name):
            if text_of_stored(given[field.name]):
                return self.vault.keep(given[field.name])
            return self.vault.put(
                Secret(clean(value.reveal(), field.name, limit=field.max_length, required=True))
            )

    def type_of(self, method: PaymentMethod | ShippingMethod) -> PaymentProviderType | CarrierType:
        """The type behind a method of either kind; raises `InvalidInputError` where no plugin brings it."""
        return self.provider_type(method) if isinstance(method, PaymentMethod) else self.carrier_type(method)

    def _services(self, code: str) -> Services:
        return Services(self.clock, logging.getLogger(f"orderkit.plugins.{code}"))


@contextlib.contextmanager
def _naming(name: str) -> Iterator[None]:
    """Have a refusal say which setting it is about; what came before it, which may tell more, is left out."""
    try:
        yield
    except InvalidInputError as error:
        raise InvalidInputError(
            f"settings.{name}: {error}",
            code=error.code,
            field=f"settings.{name}",
            problems=(),
            **error.context,
        ) from None
