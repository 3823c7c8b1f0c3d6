"""A subclass of a contract has the checks that concern its plugin, and no other; none is lost."""

from typing import Any

import pytest

import orderkit.plugin as ok
from orderkit.testing import PaymentProviderContract
from tests.plugins import plugin
from tests.testing import sound
from tests.testing.broken_tales import AFull
from tests.testing.sound import SECRET, CardSettings, Line
from tests.testing.sound_full import Bell, Full, StagesSettings

ALL = {name for name in dir(PaymentProviderContract) if name.startswith("test_")}
OF_CARDS: dict[str, Any] = {
    "plugin": sound.provider(Line()),
    "settings": CardSettings(token=ok.Secret(SECRET)),
}


def checks_of(case: Any) -> set[str]:
    return {name for name in ALL if getattr(case, name)}


def case(*bases: type, **given: Any) -> Any:
    return type("Case", bases or (PaymentProviderContract,), given)


def test_all() -> None:
    """
    Of a provider that can do everything only what needs an installed plugin, or a connection check, is left out.

    It takes the money at once, so that there is nothing to close: another one does that.
    """
    closings = {name for name in ALL if name.startswith("test_clos")} | {"test_start_open"}

    assert {"test_entry_point", "test_import", "test_connection"} | closings == ALL - checks_of(AFull)
    assert closings <= checks_of(case(plugin=sound.closer(sound.Counter()), settings=OF_CARDS["settings"]))


def test_offline() -> None:
    """An offline one is asked for nothing."""
    offline = case(**OF_CARDS | {"plugin": sound.provider(Line(), offline=True)})

    assert {"test_offer", "test_words_of_answers", "test_logs"} <= checks_of(offline)
    assert not checks_of(offline) & {"test_start", "test_fake", "test_refund", "test_look_up", "test_samples"}


@pytest.mark.parametrize(
    ("capability", "name"),
    [
        (ok.Capability.REFUND, "test_refunding_fake"),
        (ok.Capability.CAPTURE, "test_holding_fake"),
        (ok.Capability.VOID, "test_holding_fake"),
        (ok.Capability.LOOKUP, "test_look_up"),
        (ok.Capability.WEBHOOKS, "test_telling_fake"),
    ],
)
def test_what_is_declared_is_checked(capability: ok.Capability, name: str) -> None:
    """Whatever is declared has its checks, the one of the fake that plays it before all; what is not has none."""

    def able(*capabilities: ok.Capability) -> set[str]:
        fields = {"settings": StagesSettings, "capabilities": frozenset(capabilities)}
        return checks_of(case(AFull, plugin=sound.provider(Bell(), Full, **fields)))

    assert name in able(capability)
    assert name not in able()


def test_a_subclass_of_a_subclass() -> None:
    """What one leaves out is there again for another plugin, unless the author writes a check of that name."""
    offline = case(**OF_CARDS | {"plugin": sound.provider(Line(), offline=True)})
    online = case(offline, plugin=sound.provider(Line()))
    own = case(offline, test_start=len)

    assert checks_of(case(**OF_CARDS)) == checks_of(online)
    assert len is own.test_start


@pytest.mark.parametrize("given", [{"plugin": plugin()}, {"settings": object()}, {"plugin": object()}])
def test_what_cannot_be_told(given: dict[str, Any]) -> None:
    """Of a plugin that is not as it should be every check is there, and says so."""
    lost = ALL - checks_of(case(**OF_CARDS | given))

    assert lost <= {"test_entry_point", "test_import"}
