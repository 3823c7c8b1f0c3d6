"""A plugin that the host does not want is named, and not even imported."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orderkit import OrderKit
from orderkit.errors import SettingsError
from orderkit.registry.choosing import Wanted
from orderkit.registry.finding import FoundPlugin, own
from orderkit.registry.loading import build
from tests.plugins import KEPT, drone, plugin


def bomb(name: str, distribution: str = "dist 1.0") -> FoundPlugin:
    """A plugin that must not be imported."""
    return FoundPlugin(name, distribution, lambda: pytest.fail(f"{name} was imported"))


def statuses(kit: OrderKit) -> dict[str, str]:
    kit.close()
    return {one.name: one.status for one in kit.plugins}


def test_a_blocked_plugin() -> None:
    """It is not imported; it is shown as blocked, which is nothing amiss."""
    registry = build([bomb("bomb"), own(plugin(drone()))], Wanted(block=["bomb"]), strict=True)
    blocked, hangar = registry.plugins

    assert ("blocked", "the host blocks it", False) == (blocked.status, blocked.reason, blocked.is_amiss)
    assert "active" == hangar.status


def test_those_that_are_allowed() -> None:
    """Of the installed ones only they are imported; what the host passes itself is used all the same."""
    found = [
        bomb("bomb"),
        FoundPlugin("kite", "dist 1.0", lambda: plugin(drone(code="kite"))),
        own(plugin(drone())),
    ]
    registry = build(found, Wanted(allow=["kite"]), strict=True)

    assert ["blocked", "active", "active"] == [one.status for one in registry.plugins]
    assert "it is not among those that the host allows" == registry.plugins[0].reason
    assert ["drone", "kite"] == list(registry.carriers)


def test_both_lists() -> None:
    """What is blocked stays out, allowed or not, passed by the host or not."""
    registry = build([bomb("bomb"), bomb("own", "")], Wanted(allow=["bomb"], block=["bomb", "own"]))

    assert ["blocked", "blocked"] == [one.status for one in registry.plugins]


def test_the_lists_of_a_kit() -> None:
    """The built-in types are plugins as any other, so that a host may do without them."""
    everything = statuses(OrderKit("sqlite://"))
    some = statuses(OrderKit("sqlite://", allow_plugins=["cash", "pickup"], block_plugins=["cash"]))
    none = statuses(OrderKit("sqlite://", allow_plugins=[]))

    assert set(KEPT) == set(everything)
    assert {"active"} == set(everything.values())
    assert ["pickup"] == [name for name, status in some.items() if status == "active"]
    assert {"blocked"} == set(none.values())


def test_a_name_that_nobody_bears(caplog: pytest.LogCaptureFixture) -> None:
    """A slip of the pen is told, for what it should have blocked works on."""
    statuses(OrderKit("sqlite://", block_plugins=["cahs"]))

    assert "no plugin 'cahs' to allow or block" in caplog.text
    with pytest.raises(SettingsError, match="cahs") as refused:
        OrderKit("sqlite://", block_plugins=["cahs"], strict=True)
    assert "plugin_not_found" == refused.value.code


@pytest.mark.parametrize("name", ["plugins", "allow_plugins", "block_plugins"])
def test_one_name_in_place_of_a_list(name: str) -> None:
    """It would be read letter by letter."""
    given: Any = {name: "cash"}
    with pytest.raises(SettingsError, match=r"\['cash'\]") as refused:
        OrderKit("sqlite://", **given)
    assert "bad_plugin_list" == refused.value.code


# Loose files.

CARRIER = """
from __future__ import annotations

import attrs
import orderkit.plugin as ok

@attrs.frozen
class Settings:
    most: int = ok.setting(label="Most", default=3)

@ok.hookimpl
def orderkit_carriers() -> list[ok.CarrierType]:
    return [ok.CarrierType(code="loose", label="Loose", settings=Settings, factory=print)]
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plugin in a file of the folder that the test runs in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-carrier.py").write_text(CARRIER, encoding="utf-8")
    return tmp_path / "my-carrier.py"


@pytest.mark.parametrize("written", [str, Path, lambda file: f"./{file.name}"])
def test_a_loose_file(file: Path, written: Callable[[Path], object]) -> None:
    """One loose file is enough, by its path; it is called as its file, and lazy annotations are understood."""
    kit = OrderKit("sqlite://", plugins=[written(file)], strict=True)
    kit.close()

    assert ("my-carrier", "", ("loose",)) == (
        kit.plugins[-1].name,
        kit.plugins[-1].distribution,
        kit.plugins[-1].carriers,
    )


def test_a_loose_file_is_imported_once(file: Path) -> None:
    """As any module: two kits have the same classes of it."""
    one, other = (build([own(file)], strict=True) for _ in range(2))

    assert one.carriers["loose"].settings is other.carriers["loose"].settings


def test_two_loose_files_of_one_name(file: Path) -> None:
    """Files of two folders are two plugins."""
    other = file.parent / "other" / file.name
    other.parent.mkdir()
    other.write_text(CARRIER.replace('"loose"', '"other"'), encoding="utf-8")
    registry = build([own(file), own(other)], strict=True)

    assert ["loose", "other"] == list(registry.carriers)


def test_a_loose_file_that_fails(file: Path) -> None:
    """It is quarantined as any plugin, and works as soon as it is corrected."""
    file.write_text("1 / 0")
    assert (
        "ZeroDivisionError: division by zero, at import, my-carrier.py:1"
        == build([own(file)]).plugins[0].reason
    )
    file.write_text(CARRIER + "\n# corrected")

    assert "active" == build([own(file)]).plugins[0].status


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("gone.py", "there is no file PATH; pass the path of a .py file"),
        ("cash", "there is no file PATH"),
        ("notes.txt", "PATH is no Python file; pass"),
        (".", "PATH is no Python file"),
    ],
)
def test_what_is_no_file_of_python(file: Path, path: str, said: str) -> None:
    """It is quarantined, and the reason says where it was looked for."""
    Path("notes.txt").write_text("hello")
    status = build([own(path)]).plugins[0]

    assert "quarantined" == status.status
    assert said.replace("PATH", str(Path(path).resolve())) in status.reason
