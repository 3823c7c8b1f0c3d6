"""What all plugins bring together: asked once when the kit is made, frozen, and read from then on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias

import attrs

from orderkit.contracts.carriers import CarrierType
from orderkit.contracts.payments import PaymentProviderType

Standing: TypeAlias = Literal["active", "quarantined"]
ACTIVE: Final = "active"
QUARANTINED: Final = "quarantined"


@attrs.frozen(kw_only=True)
class PluginStatus:
    """
    One plugin as it was found.

    Attributes:
        distribution: Name and version of what it was installed with; empty for the host's own.
        status: ``active``, or ``quarantined``: nothing of it is used.
        reason: Why it is quarantined, or which codes it does not get; empty if all is well.
        carriers: Codes of the carriers it brings.
        payment_providers: Codes of the payment providers it brings.
    """

    name: str
    distribution: str = ""
    status: Standing = ACTIVE
    reason: str = ""
    carriers: tuple[str, ...] = ()
    payment_providers: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Registry:
    """
    All types that are known, by code, and the plugins they come from.

    Attributes:
        plugins: By name, the host's own last; quarantined ones among them.
    """

    carriers: Mapping[str, CarrierType]
    payment_providers: Mapping[str, PaymentProviderType]
    plugins: tuple[PluginStatus, ...]
