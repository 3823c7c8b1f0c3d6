"""A plugin that does not work is quarantined with its reason, and stops nobody else."""

import textwrap
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import OrderKit, PluginStatus
from orderkit.errors import SettingsError
from orderkit.registry import finding
from orderkit.registry.finding import own, scan
from orderkit.registry.loading import build
from tests.plugins import drone, offering, plugin

HEAD = """
import attrs
import orderkit.plugin as ok

@attrs.frozen
class Settings:
    pass

class Flies:
    def quote(self, request):
        return []

def flying(code):
    return ok.CarrierType(code=code, label="X", settings=Settings, factory=lambda *_: Flies())
"""

BROKEN = {
    # what is wrong → source, what the reason says
    "raises at import": ("1 / 0", "ZeroDivisionError"),
    "leaves at import": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "is no Python": ("def (:", "SyntaxError"),
    "needs what is not there": ("import no_such_module_at_all", "No module named 'no_such_module_at_all'"),
    "implements nothing": ("x = 1", "implements no hook; there are: orderkit_carriers"),
    "misspells a hook": (
        "@ok.hookimpl\ndef orderkit_carrier(): return []",
        "unknown hook 'orderkit_carrier'",
    ),
    "wants an argument": ("@ok.hookimpl\ndef orderkit_carriers(kit): return []", "kit"),
    "raises when asked": ("@ok.hookimpl\ndef orderkit_carriers(): raise OSError('disk')", "OSError: disk"),
    "answers nothing": ("@ok.hookimpl\ndef orderkit_carriers(): pass", "answers NoneType"),
    "answers text": ("@ok.hookimpl\ndef orderkit_carriers(): return 'drone'", "answers str"),
    "answers words": (
        "@ok.hookimpl\ndef orderkit_carriers(): return ['drone']",
        "gives str where CarrierType",
    ),
    "answers the other kind": (
        "@ok.hookimpl\ndef orderkit_payment_providers(): return [flying('other')]",
        "gives CarrierType where PaymentProviderType",
    ),
    "answers one twice": (
        "@ok.hookimpl\ndef orderkit_carriers(): return [flying('twin'), flying('twin')]",
        "gives 'twin' twice",
    ),
    "stops half-way": (
        "@ok.hookimpl\ndef orderkit_carriers():\n    yield flying('half')\n    raise OSError('way')",
        "OSError: way",
    ),
    "has a bad code": (
        "@ok.hookimpl\ndef orderkit_carriers(): return [flying('No Code')]",
        "'No Code' must be",
    ),
    "wraps others": (
        "@ok.hookimpl(wrapper=True)\ndef orderkit_carriers():\n    yield\n    return []",
        "orderkit_carriers is a wrapper",
    ),
}
WORKS = "@ok.hookimpl\ndef orderkit_carriers(): return [flying('works')]"

Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Call it to install a plugin as a distribution of its own, with that name and source."""
    monkeypatch.syspath_prepend(tmp_path)

    def install(name: str, source: str) -> None:
        module = f"plugged_{tmp_path.name}_{name}".replace("-", "_")
        (tmp_path / f"{module}.py").write_text(HEAD + textwrap.dedent(source), encoding="utf-8")
        info = tmp_path / f"dist_{name}-1.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: dist-{name}\nVersion: 1.5\n")
        (info / "entry_points.txt").write_text(f"[orderkit]\n{name} = {module}\n")

    return install


def named(found: list[PluginStatus] | tuple[PluginStatus, ...], name: str) -> PluginStatus:
    [status] = [status for status in found if status.name == name]
    return status


def test_the_first_types_are_plugins() -> None:
    """They are found by entry points of the distribution, and nobody imports them."""
    kit = OrderKit("sqlite://")
    kit.close()

    assert ["bank-transfer", "cash", "flat-rate", "pickup"] == [one.name for one in kit.plugins]
    assert {"active"} == {one.status for one in kit.plugins}
    assert {f"orderkit {metadata.version('orderkit')}"} == {one.distribution for one in kit.plugins}
    assert ["flat-rate", "pickup"] == list(kit.registry.carriers)
    assert ["bank-transfer", "cash"] == list(kit.registry.payment_providers)


def test_an_installed_plugin(install: Install) -> None:
    """What it brings is known by its code; its status says where it comes from."""
    install("drone-air", WORKS)
    registry = build(scan())

    assert "works" in registry.carriers
    assert PluginStatus(
        name="drone-air", distribution="dist-drone-air 1.5", status="active", carriers=("works",)
    ) == named(registry.plugins, "drone-air")


def test_names_need_no_import(install: Install) -> None:
    """A list of what is installed runs no plugin's code."""
    install("bomb", "1 / 0")

    assert "bomb" in [one.name for one in scan()]


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin(install: Install, caplog: pytest.LogCaptureFixture, name: str) -> None:
    """It is quarantined with its reason and logged; a plugin that comes after it works."""
    source, reason = BROKEN[name]
    install("a-broken", source)
    install("b-fine", WORKS)
    registry = build(scan())
    status = named(registry.plugins, "a-broken")

    assert ("quarantined", (), ()) == (status.status, status.carriers, status.payment_providers)
    assert reason in status.reason
    assert "dist-a-broken 1.5" in caplog.text
    assert {"flat-rate", "pickup", "works"} == set(registry.carriers)
    with pytest.raises(SettingsError, match="a-broken") as refused:
        build(scan(), strict=True)
    assert "plugin_broken" == refused.value.code


def test_a_stop_by_the_user_is_none_of_a_plugins(install: Install) -> None:
    """Ctrl-C while plugins are loaded ends the loading."""
    install("slow", "raise KeyboardInterrupt")

    with pytest.raises(KeyboardInterrupt):
        build(scan())


def test_two_plugins_with_one_code() -> None:
    """Neither gets it and each names the other; what else they bring counts."""
    one = plugin(drone(), drone(code="kite"), name="hangar")
    other = plugin(drone(), name="airport")
    registry = build([*scan(), own(one), own(other)])
    hangar, airport = named(registry.plugins, "hangar"), named(registry.plugins, "airport")

    assert {"flat-rate", "kite", "pickup"} == set(registry.carriers)
    assert ("active", ("kite",)) == (hangar.status, hangar.carriers)
    assert ("quarantined", ()) == (airport.status, airport.carriers)
    for status in (hangar, airport):
        assert "carrier 'drone' is brought by 'hangar'" in status.reason
        assert "and 'airport' (passed by the host)" in status.reason
    with pytest.raises(SettingsError, match="drone"):
        build([own(one), own(other)], strict=True)


def test_one_code_in_both_kinds() -> None:
    """A carrier and a payment provider may share a code: a row says which of the two it means."""
    registry = build([own(plugin(drone(), offering(None, code="drone")))], strict=True)

    assert (["drone"], ["drone"]) == (list(registry.carriers), list(registry.payment_providers))


def test_two_plugins_with_one_name() -> None:
    """Each brings its own; what both bring, neither gets, whichever is found first."""
    one = plugin(drone(), drone(code="glider"))
    other = plugin(drone(), drone(code="kite"))

    for found in ([one, other], [other, one]):
        registry = build(map(own, found))
        assert ["active", "active"] == [status.status for status in registry.plugins]
        assert ["glider", "kite"] == list(registry.carriers)


def test_one_plugin_twice() -> None:
    """It works once."""
    module = plugin(drone())
    registry = build([own(module), own(module)])

    assert ["active", "quarantined"] == [status.status for status in registry.plugins]
    assert "already registered" in registry.plugins[1].reason
    assert ["drone"] == list(registry.carriers)


@attrs.define
class Hangar:
    """A plugin object that can neither be hashed nor told from its equal."""

    code: str

    @ok.hookimpl
    def orderkit_carriers(self) -> list[ok.CarrierType]:
        return [drone(code=self.code)]


def test_plugins_of_the_host() -> None:
    """Modules and objects work alike, in two kits side by side: nothing is shared between them."""
    kit = OrderKit("sqlite://", plugins=[plugin(drone()), Hangar("kite")], strict=True)
    other = OrderKit("sqlite://", plugins=[Hangar("drone")], strict=True)
    kit.close()
    other.close()

    assert {"drone", "flat-rate", "kite", "pickup"} == set(kit.registry.carriers)
    assert {"drone", "flat-rate", "pickup"} == set(other.registry.carriers)
    assert [("hangar", ""), ("Hangar", "")] == [(one.name, one.distribution) for one in kit.plugins[-2:]]


def test_the_registry_is_frozen() -> None:
    """Nobody adds a type once a kit is made."""
    registry: Any = build([])

    with pytest.raises(TypeError):
        registry.carriers["drone"] = drone()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        registry.carriers = {}


def test_what_is_installed_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second kit asks no folder of the installation again."""
    OrderKit("sqlite://").close()
    monkeypatch.setattr(metadata, "entry_points", lambda **_: pytest.fail("read again"))

    assert finding.installed()
    OrderKit("sqlite://").close()


def test_a_module_of_the_hosts(tmp_path: Path) -> None:
    """One loose file is enough."""
    file = tmp_path / "loose.py"
    file.write_text(HEAD + WORKS, encoding="utf-8")
    module = ModuleType("loose")
    exec(compile(file.read_text(encoding="utf-8"), file, "exec"), module.__dict__)
    kit = OrderKit("sqlite://", plugins=[module], strict=True)
    kit.close()

    assert "works" in kit.registry.carriers
