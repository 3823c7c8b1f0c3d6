"""One type of a plugin at work, as a kit would make it, without a database."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier, Thread
from typing import Any, TypeVar
from uuid import UUID

import attrs

from orderkit.contracts.adjusters import AdjusterType
from orderkit.contracts.carriers import CarrierType
from orderkit.contracts.channels import ChannelType
from orderkit.contracts.payments import PaymentProviderType
from orderkit.contracts.problems import Problem
from orderkit.contracts.settings import fields_of
from orderkit.domain.configuring import Configured
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.money import Money
from orderkit.domain.rule import NotificationRule, PriceRule
from orderkit.domain.secret import Secret
from orderkit.registry.checking import Checks
from orderkit.registry.finding import own
from orderkit.registry.limiting import Hanging, within
from orderkit.registry.loading import build
from orderkit.registry.making import Workshop
from orderkit.registry.references import References
from orderkit.registry.registry import Contribution, PluginStatus, Registry
from orderkit.registry.sealing import Sealer
from orderkit.registry.troubles import Troubles
from orderkit.registry.upgrading import stamped
from orderkit.registry.vault import Vault
from orderkit.testing.telling import LateError

T = TypeVar("T")

AT_ONCE = 8
"""Threads that a plugin is asked from at the same time."""
_ROW = UUID("01920000-0000-7000-8000-000000000001")
_KEY = base64.urlsafe_b64encode(bytes(32))


def load(plugin: object) -> tuple[Registry, PluginStatus]:
    """What a kit with this plugin alone would have, and what it would tell of it."""
    registry = build([own(plugin)])
    [status] = registry.plugins
    return registry, status


def now() -> datetime:
    """The moment at which all checks are made: the same for each of them."""
    return datetime(2026, 3, 1, 9, tzinfo=UTC)


def at_once(work: Callable[[int], T]) -> list[T]:
    """What *work* answers for each number below `AT_ONCE`, all of them begun together."""
    together = Barrier(AT_ONCE)

    def run(number: int) -> T:
        together.wait()
        return work(number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(run, range(AT_ONCE)))


def answer_within(seconds: float, ask: Callable[[], T]) -> T | Exception:
    """What is answered or raised within the time that a kit gives; a `LateError` where that is nothing."""
    given_up: list[Thread] = []
    try:
        return within(seconds, ask, given_up.append)
    except Exception as error:
        return LateError(f"it does not answer within {seconds:g} seconds") if given_up else error


@attrs.frozen
class Bench:
    """
    One type, and rows made of it.

    Attributes:
        kind: The type.
        settings: By name, as the author gives them.
    """

    registry: Registry
    kind: Contribution
    settings: Mapping[str, Any]

    @classmethod
    def of(cls, registry: Registry, kind: Contribution, settings: Any) -> Bench:
        """With an instance of the type's settings class."""
        return cls(
            registry, kind, {one.name: getattr(settings, one.name) for one in fields_of(kind.settings)}
        )

    @property
    def currency(self) -> str:
        """That of the amounts in the settings; the euro where there are none."""
        return next((one.currency for one in self.settings.values() if isinstance(one, Money)), "EUR")

    @property
    def secrets(self) -> dict[str, str]:
        """The text of each secret, by what it is."""
        found = {name: one for name, one in self.settings.items() if isinstance(one, Secret)}
        return {f"the secret {name}": one.reveal() for name, one in found.items()}

    def settings_in(self, currency: str) -> dict[str, Any]:
        """The settings, their amounts in another currency: as many minor units of that one."""
        return {
            name: Money(one.minor, currency) if isinstance(one, Money) else one
            for name, one in self.settings.items()
        }

    def workshop(self, currency: str) -> Workshop:
        """What makes the plugin's objects on a site of that currency."""
        vault = Vault(Sealer.of(_KEY), References("contract"))
        return Workshop(self.registry, now, currency, Hanging(), vault, Troubles(now))

    def row(self, settings: Mapping[str, Any], version: int | None = None) -> Configured:
        """A method or a rule of this type, its settings of the present version unless another is named."""
        code, document = self.kind.code, stamped(settings, version or self.kind.settings_version)
        common: dict[str, Any] = {"id": _ROW, "title": "Contract", "settings": document}
        match self.kind:
            case CarrierType():
                return ShippingMethod(carrier=code, **common)
            case PaymentProviderType(offline=offline):
                return PaymentMethod(provider=code, offline=offline, **common)
            case ChannelType():
                return NotificationRule(channel=code, **common)
            case AdjusterType():
                return PriceRule(adjuster=code, **common)

    def made(self, currency: str) -> Any:
        """What the type's factory makes for a row on a site of that currency."""
        return self.workshop(currency).made(self.row(self.settings_in(currency)))

    def read(self, settings: Mapping[str, Any], currency: str, version: int | None = None) -> Any:
        """An instance of the settings class, made as from what an admin typed, or an earlier version stored."""
        return self.workshop(currency).settings(self.row(settings, version))

    def can_check(self, currency: str) -> bool:
        """Whether what works for a row has a check of its connection."""
        return Checks(self.workshop(currency)).can_check(self.row(self.settings_in(currency)))

    def check(self, currency: str) -> tuple[Problem, ...]:
        """What the check of the connection finds."""
        return Checks(self.workshop(currency)).check(self.row(self.settings_in(currency)))

    def stored(self) -> Any:
        """The settings after they were stored and read again."""
        workshop = self.workshop(self.currency)
        document = json.loads(json.dumps(workshop.entered(self.row(self.settings))))
        return workshop.settings(self.row(document))
