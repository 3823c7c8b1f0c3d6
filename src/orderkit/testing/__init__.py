"""
What a plugin author's tests subclass: ``from orderkit.testing import CarrierContract``.

It needs pytest: ``pip install orderkit[testing]``. Nothing else of the library imports it,
nor does `orderkit.testing.bank`, at which a demo is paid: what is named here is loaded when it is asked for.
"""

import importlib
import typing

if typing.TYPE_CHECKING:
    from orderkit.testing.carriers import CarrierContract
    from orderkit.testing.channels import ChannelContract, Inbox
    from orderkit.testing.payments import PaymentProviderContract
    from orderkit.testing.sides import (
        ClosingFake,
        DashboardFake,
        DisputingFake,
        FailingFake,
        Fake,
        HoldingFake,
        RefundingFake,
        TellingFake,
    )

__all__ = [
    "CarrierContract",
    "ChannelContract",
    "ClosingFake",
    "DashboardFake",
    "DisputingFake",
    "FailingFake",
    "Fake",
    "HoldingFake",
    "Inbox",
    "PaymentProviderContract",
    "RefundingFake",
    "TellingFake",
]

_ROOMS = {
    "CarrierContract": "carriers",
    "ChannelContract": "channels",
    "ClosingFake": "sides",
    "DashboardFake": "sides",
    "DisputingFake": "sides",
    "FailingFake": "sides",
    "Fake": "sides",
    "HoldingFake": "sides",
    "Inbox": "channels",
    "PaymentProviderContract": "payments",
    "RefundingFake": "sides",
    "TellingFake": "sides",
}


def __getattr__(name: str) -> object:
    if name not in _ROOMS:
        raise AttributeError(
            f"module {__name__!r} has no attribute {name!r}; there are: {', '.join(__all__)}"
        )
    return getattr(importlib.import_module(f"{__name__}.{_ROOMS[name]}"), name)
