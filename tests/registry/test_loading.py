"""A plugin that does not work is quarantined with its reason, and stops nobody else."""

import textwrap
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest

import orderkit.plugin as ok
from orderkit import OrderKit, PluginStatus, PluginType
from orderkit.errors import SettingsError
from orderkit.hookspecs import Hooks
from orderkit.registry import asking, finding, watching
from orderkit.registry.finding import own, scan
from orderkit.registry.loading import build
from orderkit.registry.registry import TypeKind
from tests.plugins import KEPT, adjusting, drone, offering, plugin, sending

HEAD = """
import attrs
import orderkit.plugin as ok

@attrs.frozen
class Settings:
    pass

class Works:
    def quote(self, request):
        return []

    def offer(self, request):
        return ok.Offer()

    def send(self, message):
        return ok.Sent()

    def adjust(self, calculation):
        return []

def carrier(code):
    return ok.CarrierType(code=code, label="X", settings=Settings, factory=lambda *_: Works())

def provider(code):
    return ok.PaymentProviderType(
        code=code, label="X", settings=Settings, factory=lambda *_: Works(), offline=True
    )

def channel(code):
    return ok.ChannelType(code=code, label="X", settings=Settings, factory=lambda *_: Works())

def adjuster(code):
    return ok.AdjusterType(
        code=code, label="X", settings=Settings, factory=lambda *_: Works(), phase=ok.Phase.FEE
    )

def subscription(code):
    return ok.subscribe(ok.OrderSubmitted, print, name=code)
"""

HOOKS = {
    # hook → what makes its descriptors, what makes others, and the classes of both
    "orderkit_adjusters": ("adjuster", "carrier", "AdjusterType", "CarrierType"),
    "orderkit_carriers": ("carrier", "provider", "CarrierType", "PaymentProviderType"),
    "orderkit_channels": ("channel", "adjuster", "ChannelType", "AdjusterType"),
    "orderkit_payment_providers": ("provider", "channel", "PaymentProviderType", "ChannelType"),
    "orderkit_subscriptions": ("subscription", "carrier", "Subscription", "CarrierType"),
}
AT_WORK = {
    "orderkit_before_transition": "order, before, after",
    "orderkit_check_order": "order",
    "orderkit_order_number": "draft",
}
"""Hooks that are not asked when a kit is made, with their arguments; what they answer is tried in `test_ruling`."""
ASKED = "@ok.hookimpl\ndef HOOK(): "

BROKEN = {
    # what is wrong → source, what the reason says
    "raises at import": ("1 / 0", "ZeroDivisionError"),
    "leaves at import": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "stops more than itself": ("raise GeneratorExit('all')", "GeneratorExit: all"),
    "cannot say what is wrong": (
        "class Mute(Exception):\n    def __str__(self):\n        raise self\nraise Mute",
        "Mute",
    ),
    "says too much": ("raise OSError('disk\\n  full ' * 200)", "OSError: disk full disk"),
    "is no Python": ("def (:", "SyntaxError"),
    "needs what is not there": ("import no_such_module_at_all", "No module named 'no_such_module_at_all'"),
    "implements nothing": ("x = 1", "implements no hook; there are: orderkit_adjusters"),
    "forgets to mark it": (
        "def HOOK(): return []",
        "implements no hook: HOOK must be marked with @hookimpl",
    ),
    "misspells a hook": (
        "@ok.hookimpl\ndef HOOKX(): return []",
        "there is no hook 'HOOKX'; did you mean 'HOOK'? there are: orderkit_adjusters, ",
    ),
    "invents a hook": (
        "@ok.hookimpl\ndef moons(): return []",
        "there is no hook 'moons'; there are: orderkit_",
    ),
    "wants an argument": (
        "@ok.hookimpl\ndef HOOK(kit, desk): return []",
        "HOOK is given no argument 'kit' and no 'desk'; it may take: TAKES",
    ),
    "raises when asked": (ASKED + "raise OSError('disk')", "OSError: disk"),
    "leaves when asked": (ASKED + "raise SystemExit(3)", "SystemExit"),
    "hangs when asked": (
        "import threading\n" + ASKED + "return threading.Event().wait(60)",
        "no answer within 0.2 s",
    ),
    "answers nothing": (ASKED + "pass", "HOOK answers NoneType"),
    "answers text": (ASKED + "return 'drone'", "answers str"),
    "answers words": (ASKED + "return ['drone']", "gives str where GIVEN is expected"),
    "answers the other kind": (ASKED + "return [OTHER('x-ray')]", "gives ALIEN where GIVEN"),
    "answers one twice": (ASKED + "return [MAKE('twin'), MAKE('twin')]", "twin' twice"),
    "answers without an end": (
        "import itertools\n" + ASKED + "return itertools.repeat(MAKE('more'))",
        "more than 1000 types",
    ),
    "stops half-way": (ASKED + "\n    yield MAKE('half')\n    raise OSError('way')", "OSError: way"),
    "has a bad code": (ASKED + "return [MAKE(5)]", " must be "),
    "wraps others": (
        "@ok.hookimpl(wrapper=True)\ndef HOOK():\n    yield\n    return []",
        "HOOK is a wrapper",
    ),
    "declares no range": ("orderkit_api = 5\n" + ASKED + "return []", "orderkit_api is 5; write"),
    "declares half a range": (
        "orderkit_api = '>1,<'\n" + ASKED + "return []",
        "orderkit_api is '>1,<'; write",
    ),
}
INCOMPATIBLE = {
    # what is wrong → source, the range that the status shows
    "wants a newer API": ("orderkit_api = '>=1.7'\n" + ASKED + "return [MAKE('newer')]", ">=1.7"),
    "wants an older API": ("orderkit_api = '<1'\n" + ASKED + "return [MAKE('older')]", "<1"),
    "has a newer hook": ("orderkit_api = '>=2,<3'\n@ok.hookimpl\ndef orderkit_moons(): return []", ">=2,<3"),
    "uses what is newer": ("orderkit_api = '>=2,<3'\nok.MoonType", ">=2,<3"),
}
WORKS = "@ok.hookimpl\ndef orderkit_carriers(): return [carrier('works')]"


UNASKED = [name for name, (source, _) in BROKEN.items() if ASKED not in source or "orderkit_api" in source]
"""What is wrong before anybody is asked."""
BROKEN_HOOKS = [(hook, name) for hook in HOOKS for name in BROKEN]
BROKEN_HOOKS += [(hook, name) for hook in AT_WORK for name in UNASKED]


def for_hook(hook: str, source: str) -> str:
    """Source or reason, written for one of the hooks."""
    make, other, given, alien = HOOKS.get(hook, HOOKS["orderkit_carriers"])
    words = {"HOOK": hook, "MAKE": make, "OTHER": other, "GIVEN": given, "ALIEN": alien}
    for word, meant in {**words, "TAKES": AT_WORK.get(hook, "nothing")}.items():
        source = source.replace(word, meant)
    return source


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
    """They are found by entry points of distributions of their own, and nobody imports them."""
    kit = OrderKit("sqlite://")
    kit.close()

    assert KEPT == [one.name for one in kit.plugins]
    assert {"active"} == {one.status for one in kit.plugins}
    version = metadata.version("orderkit")
    assert [f"orderkit-{one.name} {version}" for one in kit.plugins] == [
        one.distribution for one in kit.plugins
    ]
    assert ["flat-rate", "pickup"] == list(kit.registry.carriers)
    assert ["bank-transfer", "cash", "stripe", "yookassa"] == list(kit.registry.payment_providers)


def test_an_installed_plugin(install: Install) -> None:
    """What it brings is known by its code; its status says where it comes from."""
    install("drone-air", WORKS)
    registry = build(scan())

    assert "works" in registry.carriers
    assert PluginStatus(
        name="drone-air",
        distribution="dist-drone-air 1.5",
        status="active",
        types=(PluginType("carrier", "works"),),
    ) == named(registry.plugins, "drone-air")


def test_names_need_no_import(install: Install) -> None:
    """A list of what is installed runs no plugin's code."""
    install("bomb", "1 / 0")

    assert "bomb" in [one.name for one in scan()]


def test_every_hook_is_tried() -> None:
    """What follows is tried with each hook there is."""
    assert {name for name in vars(Hooks) if name.startswith("orderkit_")} == {*HOOKS, *AT_WORK}


@pytest.mark.parametrize(("hook", "name"), BROKEN_HOOKS)
def test_a_broken_plugin(
    install: Install,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    hook: str,
) -> None:
    """It is quarantined with its reason and logged; a plugin that comes after it works."""
    monkeypatch.setattr(asking, "ASKING_LIMIT", 0.2 if name == "hangs when asked" else 60)
    source, reason = (for_hook(hook, text) for text in BROKEN[name])
    install("a-broken", source)
    install("b-fine", WORKS)
    registry = build(scan())
    status = named(registry.plugins, "a-broken")

    assert ("quarantined", (), True) == (status.status, status.types, status.is_amiss)
    assert reason in status.reason
    assert len(status.reason) <= 501
    assert "\n" not in status.reason
    assert "dist-a-broken 1.5" in caplog.text
    assert {"flat-rate", "pickup", "works"} == set(registry.carriers)
    with pytest.raises(SettingsError, match="a-broken") as refused:
        build(scan(), strict=True)
    assert "plugin_broken" == refused.value.code
    assert refused.value.__cause__


@pytest.mark.parametrize("hook", [*HOOKS, *AT_WORK])
@pytest.mark.parametrize("name", INCOMPATIBLE)
def test_a_plugin_for_another_api(install: Install, name: str, hook: str) -> None:
    """It is told apart from one that is broken, with the range it declares; the host runs on."""
    source, wanted = INCOMPATIBLE[name]
    install("a-stranger", for_hook(hook, source))
    install("b-fine", WORKS)
    registry = build(scan())
    status = named(registry.plugins, "a-stranger")

    assert ("incompatible", (), wanted, True) == (status.status, status.types, status.api, status.is_amiss)
    assert f"it works with {wanted} of the plugin API, and this is {ok.API_VERSION}" in status.reason
    assert {"flat-rate", "pickup", "works"} == set(registry.carriers)
    with pytest.raises(SettingsError, match="a-stranger"):
        build(scan(), strict=True)


@pytest.mark.parametrize("wanted", [">=1", ">=1.0,<2", "==1.*", f"=={ok.API_VERSION}", ""])
def test_a_plugin_for_this_api(install: Install, wanted: str) -> None:
    """A range that this version is in; a plugin that declares none is taken as it is."""
    install("fits", f"orderkit_api = {wanted!r}\n{WORKS}")
    status = named(build(scan(), strict=True).plugins, "fits")

    assert ("active", wanted) == (status.status, status.api)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_plugin_that_prints_and_takes_its_time(install: Install, hook: str) -> None:
    """It works, and how long it took is told."""
    slow = "import time\nprint('hello')\ntime.sleep(0.05)\n"
    install(
        "slow", for_hook(hook, f"{slow}{ASKED}return [print('here'), time.sleep(0.05), MAKE('late')][2:]")
    )
    status = named(build(scan(), strict=True).plugins, "slow")

    [code] = [one.code for one in status.types]
    assert ("active", "late") == (status.status, code.removeprefix("slow."))
    assert 0.1 <= status.seconds < 30


@pytest.mark.parametrize("hook", AT_WORK)
def test_a_plugin_that_is_asked_at_work(install: Install, hook: str) -> None:
    """Its hook is known, and not called while the kit is made: it prints nothing, and takes no time."""
    install("ruler", f"print('hello')\n@ok.hookimpl\ndef {hook}(): 1 / 0")
    registry = build(scan(), strict=True)
    [function] = registry.functions[hook]

    assert ("active", (hook,), ()) == (
        named(registry.plugins, "ruler").status,
        named(registry.plugins, "ruler").hooks,
        named(registry.plugins, "ruler").types,
    )
    assert ("ruler", hook) == (function.plugin, function.hook)


def test_a_plugin_that_is_asked_at_work_loses_its_types() -> None:
    """What it is asked at work stays, so it works on."""
    both = plugin(drone(), name="both")
    setattr(both, "orderkit_check_order", ok.hookimpl(lambda: [], specname="orderkit_check_order"))  # noqa: B010
    registry = build([own(both), own(plugin(drone()))])

    assert ["active", "quarantined"] == [one.status for one in registry.plugins]
    assert ["both"] == [one.plugin for one in registry.functions["orderkit_check_order"]]


def test_a_plugin_that_keeps_the_start_waiting(
    install: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """While it is imported the log tells which one it is, again and again; a quick start tells nothing."""
    told: list[tuple[str, float]] = []

    def tell(_message: str, name: str, seconds: float) -> None:
        told.append((name, seconds))
        if sum("slow" in name for name, _ in told) == 2:
            (tmp_path / "enough").touch()

    monkeypatch.setattr(watching._log, "warning", tell)
    install("quick", WORKS)
    build(scan())
    assert [] == told
    enough = f"pathlib.Path({str(tmp_path)!r}, 'enough').exists()"
    waiting = f"import pathlib, time\nwhile not {enough}:\n    time.sleep(0.01)\n"
    install("slow", waiting + WORKS.replace("works", "late"))
    monkeypatch.setattr(watching, "PATIENCE", 0.2)
    build(scan())
    first, again = [seconds for name, seconds in told if name == "'slow' (dist-slow 1.5)"][:2]

    assert 0.2 <= first < again - 0.1


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


@pytest.mark.parametrize("hook", [hook for hook in HOOKS if hook != "orderkit_subscriptions"])
def test_a_shared_code(install: Install, hook: str) -> None:
    """Whichever hook it comes through: the status tells what is lost, so that a screen can name the plugins."""
    for name in ("one", "other"):
        install(name, for_hook(hook, ASKED + f"return [MAKE('shared'), MAKE('{name}-own')]"))
    registry = build(scan())
    kind, _ = asking._EXPECTED[hook]

    for name in ("one", "other"):
        status = named(registry.plugins, name)
        assert ((PluginType(kind, f"{name}-own"),), (PluginType(kind, "shared"),)) == (
            status.types,
            status.lost,
        )
        assert ("active", True) == (status.status, status.is_amiss)
    assert sorted(("one-own", "other-own")) == [
        code for code in registry.of_kind(kind) if code.endswith("-own")
    ]
    assert [] == [kind for kind in get_args(TypeKind) if "shared" in registry.of_kind(kind)]


def test_one_code_in_every_kind() -> None:
    """Types of different kinds may share a code: a row says which of them it means."""
    brought = (
        drone(),
        offering(None, code="drone"),
        sending(None, code="drone"),
        adjusting((), code="drone"),
    )
    registry = build([own(plugin(*brought))], strict=True)

    assert brought == tuple(registry.of_kind(kind)["drone"] for kind in get_args(TypeKind)[:-1])
    [status] = registry.plugins
    assert [("drone",)] * 4 == [
        status.carriers,
        status.payment_providers,
        status.channels,
        status.adjusters,
    ]


def test_two_plugins_with_one_name() -> None:
    """Each brings its own; what both bring, neither gets, whichever is found first."""
    one = plugin(drone(), drone(code="glider"))
    other = plugin(drone(), drone(code="kite"))

    for found in ([one, other], [other, one]):
        registry = build([*map(own, found)])
        assert ["active", "active"] == [status.status for status in registry.plugins]
        assert ["glider", "kite"] == list(registry.carriers)


def test_one_plugin_twice() -> None:
    """It works once."""
    module = plugin(drone())
    registry = build([own(module), own(module)])

    assert ["active", "quarantined"] == [status.status for status in registry.plugins]
    assert "it equals the plugin 'hangar', which is there already: pass it once" in registry.plugins[1].reason
    assert ["drone"] == list(registry.carriers)


def test_two_plugins_that_are_equal() -> None:
    """The reason says how to tell them apart: attrs classes compare by value unless they are told not to."""
    registry = build([own(Hangar("kite")), own(Hangar("kite"))])

    assert "@attrs.define(eq=False)" in registry.plugins[1].reason
    assert ["kite"] == list(registry.carriers)


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
