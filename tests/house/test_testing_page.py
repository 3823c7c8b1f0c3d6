"""The page of the author's kit lists every check, and says of each what its docstring says."""

from collections.abc import Mapping, Set

import pytest

from orderkit.contracts.operations import Capability
from orderkit.testing import (
    CarrierContract,
    ChannelContract,
    ClosingFake,
    DashboardFake,
    DisputingFake,
    FailingFake,
    Fake,
    HoldingFake,
    Inbox,
    PaymentProviderContract,
    RefundingFake,
    TellingFake,
)
from orderkit.testing.closing import CloseChecks
from orderkit.testing.events import EventChecks
from orderkit.testing.holding import HoldChecks
from orderkit.testing.looking import LookupChecks
from orderkit.testing.offering import OfferChecks
from orderkit.testing.plugins import PluginContract
from orderkit.testing.refunding import RefundChecks
from orderkit.testing.starting import StartChecks
from orderkit.testing.tracing import TraceChecks
from orderkit.testing.trying import PaymentChecks
from orderkit.testing.webhooks import WebhookChecks
from tests.house.tables import code, table
from tests.testing import sound
from tests.testing.broken_tales import BELL, AFull
from tests.testing.sound_full import Full, StagesSettings
from tests.testing.test_contracts import CASES

PAGE = "reference/testing.md"
ALL: tuple[type, ...] = (CarrierContract, ChannelContract, PaymentProviderContract)
ROOMS: Mapping[str, type] = {
    "Every plugin": PluginContract,
    "CarrierContract": CarrierContract,
    "ChannelContract": ChannelContract,
    "What it offers, and tells": OfferChecks,
    "Money that is asked for": StartChecks,
    "Money that is given back": RefundChecks,
    "Money that is held": HoldChecks,
    "What came of it": LookupChecks,
    "What is closed": CloseChecks,
    "Webhooks": WebhookChecks,
    "What webhooks are about": EventChecks,
    "Of which payment it is": TraceChecks,
}
"""By the heading of its checks."""


def checks(contract: type) -> Mapping[str, str]:
    """Each check of a contract, with the first line of what it says of itself."""
    found = {name: one for name, one in vars(contract).items() if name.startswith("test_")}
    return {name: one.__doc__.splitlines()[0].strip() for name, one in found.items()}


@pytest.mark.parametrize("heading", ROOMS)
def test_checks(heading: str) -> None:
    """Each check is told, and no other."""
    told = {code(row["check"]): row["what holds"] for row in table(PAGE, heading)}

    assert checks(ROOMS[heading]) == told


@pytest.mark.parametrize("contract", ALL)
def test_rooms(contract: type) -> None:
    """What a contract is made of is told."""
    made_of = {one for one in contract.__mro__ if checks(one)}

    assert made_of
    assert set() == made_of - set(ROOMS.values())


def test_what_a_subclass_gives() -> None:
    """Each name that a subclass may give is told, with the contract that asks for it."""
    given = dict.fromkeys(PluginContract.__annotations__, "all")
    asks = {
        CarrierContract: CarrierContract,
        ChannelContract: ChannelContract,
        PaymentProviderContract: PaymentChecks,
    }
    asked = {
        name: [f"`{contract.__name__}`" for contract, one in asks.items() if name in one.__annotations__]
        for asking in asks.values()
        for name in asking.__annotations__
    }
    given |= {name: ", ".join(contracts) for name, contracts in asked.items()}
    given |= dict.fromkeys(("fake", "unknown", "webhooks"), "`PaymentProviderContract`")
    given |= {"inbox": "`ChannelContract`"}
    told = {code(row["name"]): row["of"] for row in table(PAGE, "What a subclass gives")}

    assert {name: of for name, of in given.items() if not name.startswith("_")} == told


@pytest.mark.parametrize(
    "side",
    [
        ClosingFake,
        DashboardFake,
        DisputingFake,
        FailingFake,
        Fake,
        HoldingFake,
        Inbox,
        RefundingFake,
        TellingFake,
    ],
)
def test_other_sides(side: type) -> None:
    """What a fake or an inbox must have is told."""
    members = {name for name in vars(side) if not name.startswith("_")}
    told = {code(row["member"]).removesuffix("()") for row in table(PAGE, side.__name__)}

    assert members == told


class Everything(Full):
    """A provider that can do all there is."""

    close = sound.Closer.close


def collected(can: Set[Capability]) -> set[str]:
    """The checks that concern a provider that declares that."""
    plugin = sound.provider(BELL, Everything, settings=StagesSettings, capabilities=frozenset(can))
    case = type("ACase", (AFull,), {"plugin": plugin})
    return {name for name in dir(case) if name.startswith("test_") and getattr(case, name) is not None}


@pytest.mark.parametrize("capability", Capability)
def test_each_capability_has_checks(capability: Capability) -> None:
    """What declares it is checked for it, and a provider that is broken in it fails."""
    every = set(Capability)
    own = collected(every) - collected(every - {capability})

    assert own
    assert own & {case.breaks for case in CASES.values()}
