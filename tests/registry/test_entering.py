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
from orderkit.registry.finding import FoundPlugin, own
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

HOST_OF_A_FILE = """
from pathlib import Path
from orderkit.registry.entering import enter_file

started = 7
plugin = enter_file(Path(__file__).with_name("{file}"))
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


def test_a_loose_file_that_hangs(tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an installed one; and the part that it left behind is not taken for the whole by the next kit."""
    monkeypatch.setattr(entering, "IMPORT_LIMIT", 0.1)
    file = tmp_path / f"{write('loose', WORKS + HANGS)}.py"

    for _ in range(2):
        (told,) = build([own(file)]).plugins
        assert "quarantined" == told.status
        assert "its import did not end within 0.1 seconds" in told.reason

    (tmp_path / "enough").touch()
    monkeypatch.setattr(entering, "IMPORT_LIMIT", 30)
    assert "active" == build([own(file)]).plugins[0].status


def test_a_loose_file_of_a_host_that_is_being_imported(write: Write) -> None:
    """In a thread, unless it needs what the caller has not yet imported: then nobody waits for anybody."""
    alone = write("alone", "import threading\nthread = threading.current_thread()")
    apart = write("host_apart", HOST_OF_A_FILE.format(file=f"{alone}.py"))
    near = write("host_near", "")
    needs = write(
        "near", f"import threading\nfrom {near} import started\nthread = threading.current_thread()"
    )
    write("host_near", HOST_OF_A_FILE.format(file=f"{needs}.py"))

    assert "orderkit-plugin" == importlib.import_module(apart).plugin.thread.name
    host = importlib.import_module(near)
    assert (7, threading.current_thread()) == (host.plugin.started, host.plugin.thread)


@pytest.mark.parametrize(
    "source", ["import (", "\0", "import os.path\nfrom . import x\nfrom email.mime import text"]
)
def test_what_a_file_names(tmp_path: Path, source: str) -> None:
    """Whatever cannot be read names nothing: its import says what is wrong with it."""
    file = tmp_path / "named.py"
    file.write_text(source)

    assert ({"os", "email"} if "email" in source else set()) == entering._imports(file)
