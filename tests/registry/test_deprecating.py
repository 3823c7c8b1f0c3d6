"""What is deprecated is told at the line of the plugin that uses it, and works on."""

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

import pytest

import orderkit.plugin as ok
from orderkit import OrderKit
from orderkit.hookspecs import hookspec
from orderkit.registry import loading

SOURCE = """import attrs
import orderkit.plugin as ok


@attrs.frozen
class Settings:
    pass


@ok.hookimpl
def orderkit_carriers():
    return [ok.CarrierType(code="drone", label="Drone", settings=Settings, factory=print)]
"""
OLD = DeprecationWarning("orderkit_carriers is deprecated since 1.3; write orderkit_couriers")


class Hooks(Protocol):
    """As they would be where one of them is deprecated."""

    @hookspec(warn_on_impl=OLD)
    def orderkit_carriers(self) -> Iterable[ok.CarrierType]:
        """Deprecated."""


@pytest.fixture
def drone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(loading, "Hooks", Hooks)
    file = tmp_path / "drone.py"
    file.write_text(SOURCE, encoding="utf-8")
    return file


def test_a_deprecated_hook(drone: Path) -> None:
    """The warning says what to write instead and points at the plugin's own line; the plugin works."""
    with pytest.warns(DeprecationWarning, match="write orderkit_couriers") as told:
        kit = OrderKit("sqlite://", plugins=[drone], allow_plugins=[])

    assert [(str(drone), 10)] == [(one.filename, one.lineno) for one in told]
    assert [("drone", "active")] == [(one.name, one.status) for one in kit.plugins if not one.distribution]


def test_where_warnings_are_errors(drone: Path) -> None:
    """A plugin that its author tests that way is quarantined with the words of the warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kit = OrderKit("sqlite://", plugins=[drone], allow_plugins=[])

    assert f"DeprecationWarning: {OLD}" == kit.plugins[-1].reason
