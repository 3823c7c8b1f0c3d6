"""An import that never ends costs the host its plugin, not its start."""

import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from orderkit.errors import SettingsError
from orderkit.registry import entering
from orderkit.registry.finding import FoundPlugin
from orderkit.registry.loading import build

HANGS = "import pathlib, time\nwhile not pathlib.Path(__file__).with_name('enough').exists():\n    time.sleep(0.01)\n"
WORKS = """
import orderkit.plugin as ok

@ok.hookimpl
def orderkit_carriers():
    return []
"""
HOST = """
from importlib.metadata import EntryPoint
from orderkit.registry.entering import enter

started = 7
plugin = enter(EntryPoint("own", __name__ + ".own", "orderkit"))
"""

Write = Callable[[str, str], str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Call it for a module, or one in a package, with a name that is new to this process."""
    monkeypatch.syspath_prepend(tmp_path)
    prefix = f"entered_{tmp_path.name}_"

    def write(name: str, source: str) -> str:
        path = tmp_path / f"{prefix}{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(source)
        return prefix + name.removesuffix("/__init__").replace("/", ".")

    yield write
    (tmp_path / "enough").touch()  # lets go of whatever hangs


def point(module: str) -> EntryPoint:
    return EntryPoint("north", module, "orderkit")


def test_one_that_hangs(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plugin is quarantined with the reason; the others work."""
    monkeypatch.setattr(entering, "IMPORT_LIMIT", 0.1)
    hanging, working = point(write("hanging", HANGS)), point(write("working", WORKS))
    found = [FoundPlugin(one.module, "", partial(entering.enter, one)) for one in (hanging, working)]
    registry = build(found)

    assert ["quarantined", "active"] == [one.status for one in registry.plugins]
    assert (
        "SettingsError: its import did not end within 0.1 seconds; mend or block it, and start anew"
        == registry.plugins[0].reason
    )
    with pytest.raises(SettingsError) as refused:
        build(found, strict=True)
    assert "plugin_broken" == refused.value.code


def test_what_it_raises(write: Write) -> None:
    """As it was raised, what would end a program too."""
    with pytest.raises(SystemExit) as raised:
        entering.enter(point(write("ends", "raise SystemExit('enough')")))

    assert "enough" == raised.value.code


def test_in_a_thread_of_its_own(write: Write) -> None:
    module = write("thread", "import threading\nname = threading.current_thread().name")

    assert "orderkit-plugin" == entering.enter(point(module)).name  # type: ignore[attr-defined]


def test_a_plugin_of_the_package_that_makes_the_kit(write: Write) -> None:
    """It finds the package as far as it has come, and nobody waits for anybody."""
    package = write("host/__init__", HOST).removesuffix(".__init__")
    write(
        "host/own",
        f"import threading, {package}\nwas, thread = {package}.started, threading.current_thread()",
    )
    host = importlib.import_module(package)

    assert (7, threading.current_thread()) == (host.plugin.was, host.plugin.thread)
    assert package in sys.modules
