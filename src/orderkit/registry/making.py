"""From a stored row that the admin configured to the plugin's object that works for it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from threading import Thread
from typing import Any, TypeVar

import attrs

from orderkit.contracts.adjusters import Adjuster, AdjusterType
from orderkit.contracts.carriers import Carrier, CarrierType
from orderkit.contracts.channels import Channel
from orderkit.contracts.payments import PaymentProvider, PaymentProviderType
from orderkit.contracts.services import Services
from orderkit.contracts.settings import SettingField, SettingKind, fields_of
from orderkit.domain.configuring import C, Configured
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.rule import NotificationRule, PriceRule
from orderkit.domain.secret import Secret, text_of_stored
from orderkit.domain.setting import Setting, settings_document
from orderkit.domain.text import clean
from orderkit.errors import InvalidInputError
from orderkit.registry.documents import read_settings
from orderkit.registry.limiting import Hanging
from orderkit.registry.logs import masking_log
from orderkit.registry.registry import Contribution, PluginType, Registry
from orderkit.registry.troubles import Troubles
from orderkit.registry.upgrading import current, stamped
from orderkit.registry.vault import Vault

T = TypeVar("T")


@attrs.frozen
class Workshop:
    """
    Makes what works for the configured rows of one site.

    Attributes:
        currency: Of the site: what amounts in settings must be in.
        hanging: Calls of plugins that were given up; of all sites, since they share the threads of a process.
        vault: Where the secrets of the site are.
        troubles: What went wrong with plugins at work, on all sites.
    """

    registry: Registry
    clock: Callable[[], datetime]
    currency: str
    hanging: Hanging
    vault: Vault
    troubles: Troubles

    def type_of(self, row: Configured) -> Contribution:
        """
        The type behind a row.

        Raises:
            InvalidInputError: No plugin brings it: ``unknown_provider``, ``unknown_carrier``, ``unknown_channel`` or
                ``unknown_adjuster``; the message lists those there are.
        """
        return _known(self.registry.of_kind(row.made_of), row)

    def carrier_type(self, method: ShippingMethod) -> CarrierType:
        """As `type_of`."""
        return _known(self.registry.carriers, method)

    def provider_type(self, method: PaymentMethod) -> PaymentProviderType:
        """As `type_of`."""
        return _known(self.registry.payment_providers, method)

    def adjuster_type(self, rule: PriceRule) -> AdjusterType:
        """As `type_of`."""
        return _known(self.registry.adjusters, rule)

    def settings(self, row: Configured) -> Any:
        """
        The settings of a stored row, as an instance of its type's class.

        A setting that the class had when it was stored and has no more is left out: a plugin may drop one.

        Raises:
            InvalidInputError: The type is unknown, the settings are not of its class or of a version that it cannot
                read, or a secret cannot be opened; ``field`` says which.
        """
        kind = self.type_of(row)
        document = current(kind, row.settings, unsaid=1)
        known = [field.name for field in fields_of(kind.settings) if field.name in document]
        return self._read(kind.settings, {name: document[name] for name in known})

    def upgraded(self, row: C) -> C:
        """A stored row with its settings of the present version; as it is stored where that cannot be."""
        try:
            kind = self.type_of(row)
            document = stamped(current(kind, row.settings, unsaid=1), kind.settings_version)
        except InvalidInputError:
            return row
        return row if document == row.settings else attrs.evolve(row, settings=document)

    def entered(self, row: Configured) -> Mapping[str, Setting]:
        """
        The settings of a row as they are to be stored: all of them, of the present version, its secrets sealed.

        Settings that do not say of which version they are, are of that one.

        Raises:
            InvalidInputError: As `settings`, for a setting that the class does not have, and for a secret that cannot
                be stored.
        """
        kind = self.type_of(row)
        given = current(kind, row.settings, unsaid=kind.settings_version)
        read = settings_document(self._read(kind.settings, given))
        stored = {field.name: self._stored(field, given, read) for field in fields_of(kind.settings)}
        return stamped(stored, kind.settings_version)

    def renewed(self, settings: Mapping[str, Setting]) -> Mapping[str, Setting]:
        """Settings that are stored, their secrets sealed with the newest key."""
        return {
            name: self.vault.keep(value) if text_of_stored(value) else value
            for name, value in settings.items()
        }

    def digests(self, row: Configured) -> Iterator[tuple[str, str]]:
        """What tells the secrets that are to be stored from others, by name."""
        for name, value in row.settings.items():
            if isinstance(value, Secret):
                yield name, self.vault.digest(value)

    def made(self, row: Configured) -> Any:
        """What works for a row; raises as `settings` does, and whatever the plugin raises."""
        kind = self.type_of(row)
        services = Services(self.clock, masking_log(f"orderkit.plugins.{kind.code}"))
        return kind.factory(self.settings(row), services)

    def is_full(self, row: Configured) -> bool:
        """Whether so many calls of what works for such rows hang that no more of them are begun."""
        return self.hanging.is_full(_hanging_key(row))

    def note(self, row: Configured, error: str) -> None:
        """Remember what went wrong with what works for a row; what is not set up is no trouble of its plugin."""
        plugin = self.registry.who_brings(PluginType(row.made_of, row.code))
        is_refused = error == InvalidInputError.__name__ and not self._is_set_up(row)
        if plugin is not None and not is_refused:
            self.troubles.remember(plugin, f"orderkit_{row.made_of}s", error)

    def _is_set_up(self, row: Configured) -> bool:
        try:
            self.settings(row)
        except InvalidInputError:
            return False
        return True

    def give_up(self, row: Configured) -> Callable[[Thread], object]:
        """What is told of the thread of a call for a row that did not end in time."""
        return partial(self.hanging.add, _hanging_key(row))

    def carrier(self, method: ShippingMethod) -> Carrier:
        """As `made`."""
        carrier: Carrier = self.made(method)
        return carrier

    def provider(self, method: PaymentMethod) -> PaymentProvider:
        """As `made`."""
        provider: PaymentProvider = self.made(method)
        return provider

    def channel(self, rule: NotificationRule) -> Channel:
        """As `made`."""
        channel: Channel = self.made(rule)
        return channel

    def adjuster(self, rule: PriceRule) -> Adjuster:
        """As `made`."""
        adjuster: Adjuster = self.made(rule)
        return adjuster

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


def _hanging_key(row: Configured) -> str:
    """Kinds share no codes: a provider does not rest because a carrier of its name hangs."""
    return f"{row.made_of} {row.code}"


def _known(known: Mapping[str, T], row: Configured) -> T:
    if row.code in known:
        return known[row.code]
    noun = row.made_of.replace("_", " ")
    field = row.made_of.removeprefix("payment_")  # a payment method calls its payment provider `provider`
    raise InvalidInputError(
        f"no {noun} {row.code!r}; known: {', '.join(known) or 'none'}. Install its plugin",
        code=f"unknown_{field}",
        field=field,
    )


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
