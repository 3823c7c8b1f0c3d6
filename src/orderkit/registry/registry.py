"""What all plugins bring together: asked once when the kit is made, frozen, and read from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, overload

import attrs

from orderkit.contracts.adjusters import AdjusterType
from orderkit.contracts.carriers import CarrierType
from orderkit.contracts.channels import ChannelType
from orderkit.contracts.payments import PaymentProviderType
from orderkit.contracts.subscriptions import Subscription
from orderkit.registry.functions import HookFunction
from orderkit.registry.troubles import PluginTrouble

Standing: TypeAlias = Literal["active", "quarantined", "incompatible", "blocked"]
ACTIVE: Final = "active"
QUARANTINED: Final = "quarantined"
INCOMPATIBLE: Final = "incompatible"
BLOCKED: Final = "blocked"

ConfiguredKind: TypeAlias = Literal["carrier", "payment_provider", "channel", "adjuster"]
TypeKind: TypeAlias = Literal[ConfiguredKind, "subscription"]
Contribution: TypeAlias = CarrierType | PaymentProviderType | ChannelType | AdjusterType
Brought: TypeAlias = Contribution | Subscription


@attrs.frozen(order=True)
class PluginType:
    """
    A type that a plugin brings, as messages, JSON and pages name it.

    Attributes:
        kind: ``carrier``, ``payment_provider``, ``channel``, ``adjuster`` or ``subscription``.
        code: What rows refer to; of a subscription its name, behind that of its plugin and a dot.
    """

    kind: TypeKind
    code: str

    def __str__(self) -> str:
        return f"{self.kind.replace('_', ' ')} {self.code!r}"


@attrs.frozen(kw_only=True)
class PluginStatus:
    """
    One plugin as it was found.

    Attributes:
        distribution: Name and version of what it was installed with; empty for the host's own.
        status: ``active``; ``quarantined``: it does not work; ``incompatible``: it wants another version of the API;
            ``blocked``: the host does not want it. Of none but active ones anything is used.
        reason: Why it is not active, or which codes it does not get; empty if all is well.
        api: The versions of the API it says it works with; empty if it says nothing.
        seconds: How long importing and asking it took. Two that differ in nothing else are equal.
        types: What it brings.
        hooks: By which hooks it is asked at work, such as ``orderkit_check_order``.
        lost: What it brings and does not get, because another plugin brings the same.
        trouble: What went wrong last while it was at work in this process; ``None`` if nothing did.
    """

    name: str
    distribution: str = ""
    status: Standing = ACTIVE
    reason: str = ""
    api: str = ""
    seconds: float = attrs.field(default=0.0, eq=False)
    types: tuple[PluginType, ...] = ()
    hooks: tuple[str, ...] = ()
    lost: tuple[PluginType, ...] = ()
    trouble: PluginTrouble | None = None

    @property
    def is_amiss(self) -> bool:
        """Whether somebody has to do something: it does not work, or gets less than it brings."""
        return self.status in (QUARANTINED, INCOMPATIBLE) or bool(self.lost)

    @property
    def carriers(self) -> tuple[str, ...]:
        """Codes of the carriers it brings."""
        return self._codes("carrier")

    @property
    def payment_providers(self) -> tuple[str, ...]:
        """Codes of the payment providers it brings."""
        return self._codes("payment_provider")

    @property
    def channels(self) -> tuple[str, ...]:
        """Codes of the channels it brings."""
        return self._codes("channel")

    @property
    def adjusters(self) -> tuple[str, ...]:
        """Codes of the adjusters it brings."""
        return self._codes("adjuster")

    def _codes(self, kind: TypeKind) -> tuple[str, ...]:
        return tuple(one.code for one in self.types if one.kind == kind)


@attrs.frozen(kw_only=True)
class Registry:
    """
    All types that are known, by code, and the plugins they come from.

    Attributes:
        functions: By hook, what plugins are asked at work, in the order of their names.
        plugins: By name, the host's own last; those that are not active among them.
        unknown_names: What the host allows or blocks and no plugin is called.
    """

    carriers: Mapping[str, CarrierType]
    payment_providers: Mapping[str, PaymentProviderType]
    channels: Mapping[str, ChannelType]
    adjusters: Mapping[str, AdjusterType]
    subscriptions: Mapping[str, Subscription]
    functions: Mapping[str, tuple[HookFunction, ...]]
    plugins: tuple[PluginStatus, ...]
    unknown_names: tuple[str, ...] = ()

    def who_brings(self, type: PluginType) -> str | None:
        """The name of the plugin whose type is used; ``None`` where there is no such type."""
        return next((one.name for one in self.plugins if one.status == ACTIVE and type in one.types), None)

    @overload
    def of_kind(self, kind: ConfiguredKind) -> Mapping[str, Contribution]: ...
    @overload
    def of_kind(self, kind: TypeKind) -> Mapping[str, Brought]: ...
    def of_kind(self, kind: TypeKind) -> Mapping[str, Brought]:
        """The types of one kind, by code."""
        known: Mapping[TypeKind, Mapping[str, Brought]] = {
            "carrier": self.carriers,
            "payment_provider": self.payment_providers,
            "channel": self.channels,
            "adjuster": self.adjusters,
            "subscription": self.subscriptions,
        }
        return known[kind]
