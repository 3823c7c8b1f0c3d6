"""Plugins that are told of what happened: whatever one does, the worker goes on and the others are told."""

import logging
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

import orderkit.plugin as ok
from orderkit import OrderKit, PluginType, WorkReport
from orderkit.errors import SettingsError
from orderkit.registry import limiting, subscribing
from orderkit.registry.finding import own
from orderkit.registry.loading import build
from tests.making import Maker
from tests.plugins import plugin

Told = list[str]


@pytest.fixture
def told_by() -> Iterator[Callable[..., tuple[OrderKit, Maker]]]:
    """Call it with plugins for a kit that has them, and a maker of its orders."""
    kits: list[OrderKit] = []

    def kit_with(*plugins: object) -> tuple[OrderKit, Maker]:
        kit = OrderKit("sqlite://", plugins=plugins, strict=True)
        kits.append(kit)
        kit.upgrade()
        kit.sites.ensure("coffee", currency="RUB", timezone="Europe/Moscow")
        return kit, Maker(kit.site("coffee"))

    yield kit_with
    for kit in kits:
        kit.close()


def listener(told: Told, name: str = "stock", of: str = "warehouse") -> ModuleType:
    return plugin(ok.subscribe(ok.OrderSubmitted, lambda event: told.append(of), name=name), name=of)


def failing(handler: Callable[[Any], object]) -> ModuleType:
    return plugin(ok.subscribe(ok.OrderSubmitted, handler, name="broken"), name="aaa")


def test_a_plugin_is_told(told_by: Callable[..., tuple[OrderKit, Maker]]) -> None:
    """As a subscriber of the host is, under its own name with that of the plugin before it."""
    numbers: Told = []
    warehouse = plugin(
        ok.subscribe(ok.OrderSubmitted, lambda event: numbers.append(event.order.number), name="stock"),
        name="warehouse",
    )
    kit, make = told_by(warehouse)
    kit.subscribe(ok.OrderSubmitted, print, name="stock")
    make.order()

    assert ("warehouse.stock", "stock") == kit.subscriptions
    assert WorkReport(handed=2) == kit.work()
    assert ["1001"] == numbers


def test_a_plugin_reads_the_desk(told_by: Callable[..., tuple[OrderKit, Maker]]) -> None:
    """What it is told of it looks up by its number, though it works in a thread of its own."""
    totals: list[ok.Money] = []

    def look(event: ok.OrderSubmitted) -> None:
        totals.append(kit.site(event.order.site).orders.get(event.order.id).total)

    kit, make = told_by(plugin(ok.subscribe(ok.OrderSubmitted, look, name="look")))
    order = make.order()

    assert WorkReport(handed=1) == kit.work()
    assert [order.total] == totals


def raising(error: BaseException) -> Callable[[Any], object]:
    def handler(event: Any) -> object:
        raise error

    return handler


@pytest.mark.parametrize(
    ("handler", "error"),
    [
        (raising(OSError("Ольга, +7 999 000 00 00")), "OSError"),
        (raising(SystemExit(3)), "RuntimeError"),
        (lambda event: threading.Event().wait(60), "TimeoutError"),
    ],
)
def test_a_plugin_that_fails(
    told_by: Callable[..., tuple[OrderKit, Maker]],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    handler: Callable[[Any], object],
    error: str,
) -> None:
    """It is told again later; what it raised is logged by its class, and the others have their event."""
    monkeypatch.setattr(subscribing, "SUBSCRIBER_LIMIT", 0.1 if error == "TimeoutError" else 60)
    told: Told = []
    kit, make = told_by(failing(handler), listener(told))
    make.order()

    assert WorkReport(handed=1, failed=1) == kit.work()
    assert ["warehouse"] == told
    assert f"subscriber 'aaa.broken' failed on OrderSubmitted of order 1001: {error}" in caplog.text
    assert "Ольга" not in caplog.text
    [trouble] = [one.trouble for one in kit.plugins if one.name == "aaa"]
    assert trouble
    assert ("orderkit_subscriptions", error) == (trouble.hook, trouble.error)


def test_a_plugin_that_always_hangs(
    told_by: Callable[..., tuple[OrderKit, Maker]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not get one thread after another: once many wait, it is not called."""
    monkeypatch.setattr(subscribing, "SUBSCRIBER_LIMIT", 0.05)
    monkeypatch.setattr(limiting, "MOST_HANGING", 2)
    monkeypatch.setattr(logging.getLogger("orderkit.outbox"), "disabled", True)
    called: Told = []

    def hang(event: Any) -> None:
        called.append(event.order.number)
        threading.Event().wait(60)

    kit, make = told_by(failing(hang))
    for _ in range(3):
        make.order()

    assert WorkReport(failed=3) == kit.work()
    assert ["1001", "1002"] == called


def test_two_plugins_of_one_name() -> None:
    """A name that two would be remembered by, neither gets: the outbox could not tell them apart."""
    registry = build([own(listener([])), own(listener([]))])

    assert {} == registry.subscriptions
    assert [(PluginType("subscription", "warehouse.stock"),)] * 2 == [one.lost for one in registry.plugins]
    assert ["quarantined"] * 2 == [one.status for one in registry.plugins]


@pytest.mark.parametrize(
    ("event", "handler", "code"),
    [(WorkReport, print, "unknown_event"), (ok.OrderSubmitted, "print", "bad_handler")],
)
def test_what_is_no_subscription(event: Any, handler: Any, code: str) -> None:
    """It is refused where it is made, so that the plugin is quarantined with the reason."""
    with pytest.raises(SettingsError) as refused:
        ok.subscribe(event, handler, name="stock")

    assert code == refused.value.code
