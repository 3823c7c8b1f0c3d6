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
RULE = """

@ok.hookimpl
def orderkit_before_transition(order, before, after):
    return []
"""
OLD = DeprecationWarning("orderkit_carriers is deprecated since 1.3; write orderkit_couriers")
OLD_ARGUMENT = DeprecationWarning("the argument after is deprecated since 1.3; read order.status")


class Hooks(Protocol):
    """As they would be where one of them is deprecated, and an argument of another one."""

    @hookspec(warn_on_impl=OLD)
    def orderkit_carriers(self) -> Iterable[ok.CarrierType]:
        """Deprecated."""

    @hookspec(warn_on_impl_args={"after": OLD_ARGUMENT})
    def orderkit_before_transition(
        self, order: ok.OrderFacts, before: str, after: str
    ) -> Iterable[ok.Problem]:
        """Whose last argument is deprecated."""


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


def test_a_deprecated_argument(drone: Path) -> None:
    """Only whoever names it is told, at their own line as well."""
    naming, sparing = (drone.with_name(name) for name in ("naming.py", "sparing.py"))
    naming.write_text(f"import orderkit.plugin as ok\n{RULE}", encoding="utf-8")
    sparing.write_text(naming.read_text(encoding="utf-8").replace(", after", ""), encoding="utf-8")
    with pytest.warns(DeprecationWarning, match=r"read order\.status") as told:
        kit = OrderKit("sqlite://", plugins=[naming, sparing], allow_plugins=[])

    assert [(str(naming), 4)] == [(one.filename, one.lineno) for one in told]
    assert ["active", "active"] == [one.status for one in kit.plugins if not one.distribution]


def test_where_warnings_are_errors(drone: Path) -> None:
    """A plugin that its author tests that way is quarantined with the words of the warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kit = OrderKit("sqlite://", plugins=[drone], allow_plugins=[])

    assert f"DeprecationWarning: {OLD}" == kit.plugins[-1].reason
