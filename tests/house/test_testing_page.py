"""The page of the author's kit lists every check, and says of each what its docstring says."""

from collections.abc import Mapping

import pytest

from orderkit.testing import (
    CarrierContract,
    ChannelContract,
    Fake,
    HoldingFake,
    Inbox,
    PaymentProviderContract,
    RefundingFake,
    WebhookContract,
)
from orderkit.testing.plugins import PluginContract
from tests.house.tables import code, table

PAGE = "reference/testing.md"
ALL: tuple[type, ...] = (CarrierContract, ChannelContract, PaymentProviderContract)


def checks(contract: type) -> Mapping[str, str]:
    """Each check of a contract, with the first line of what it says of itself."""
    found = {name: one for name, one in vars(contract).items() if name.startswith("test_")}
    return {name: one.__doc__.splitlines()[0].strip() for name, one in found.items()}


@pytest.mark.parametrize(
    ("heading", "contract"),
    [("Every plugin", PluginContract), *((one.__name__, one) for one in (*ALL, WebhookContract))],
    ids=lambda value: str(value),
)
def test_checks(heading: str, contract: type) -> None:
    """Each check of a contract is told, and no other."""
    told = {code(row["check"]): row["what holds"] for row in table(PAGE, heading)}

    assert checks(contract) == told


def test_what_a_subclass_gives() -> None:
    """Each name that a subclass may give is told, with the contract that asks for it."""
    given = dict.fromkeys(PluginContract.__annotations__, "all")
    asked = {
        name: [f"`{one.__name__}`" for one in ALL if name in one.__annotations__]
        for one in ALL
        for name in one.__annotations__
    }
    given |= {name: ", ".join(contracts) for name, contracts in asked.items()}
    given |= {"fake": "`PaymentProviderContract`", "inbox": "`ChannelContract`"}
    told = {code(row["name"]): row["of"] for row in table(PAGE, "What a subclass gives")}

    assert {name: of for name, of in given.items() if not name.startswith("_")} == told


@pytest.mark.parametrize("side", [Fake, HoldingFake, Inbox, RefundingFake])
def test_other_sides(side: type) -> None:
    """What a fake or an inbox must have is told."""
    members = {name for name in vars(side) if not name.startswith("_")}
    told = {code(row["member"]).removesuffix("()") for row in table(PAGE, side.__name__)}

    assert members == told
