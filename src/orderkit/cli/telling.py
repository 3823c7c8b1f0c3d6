"""Plugins in lines and in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from orderkit.contracts.settings import SettingField, fields_of
from orderkit.contracts.subscriptions import Subscription
from orderkit.contracts.wording import in_language
from orderkit.plugin import API_VERSION
from orderkit.registry.promises import broken_promises
from orderkit.registry.registry import Brought, PluginStatus, PluginType, Registry

SLOW = 0.3
"""Seconds after which a plugin counts as slow to load."""


def as_json(plugins: Iterable[PluginStatus], registry: Registry, *, is_full: bool = False) -> str:
    """
    The form that programs read; names are added to it, none is taken away.

    Args:
        is_full: Whether more of each type is told: its label and its settings.
    """
    shown = {"api_version": API_VERSION, "plugins": [_plugin(one, registry, is_full) for one in plugins]}
    return json.dumps(shown, ensure_ascii=False, indent=2)


def table(plugins: Sequence[PluginStatus]) -> str:
    """A line for each plugin, and its reason below."""
    if not plugins:
        return "There are no plugins: install one, such as orderkit-cash, or name a file by --plugin."
    rows = [("NAME", "STATUS", "FROM", "BRINGS"), *map(_cells, plugins)]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    reasons = ["", *(f"\n  {one.reason}" if one.reason else "" for one in plugins)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(line + reason for line, reason in zip(lines, reasons, strict=True))


def details(plugin: PluginStatus, registry: Registry) -> str:
    """All that is known of one plugin."""
    facts = {
        "name": plugin.name,
        "status": plugin.status,
        "reason": plugin.reason,
        "from": _origin(plugin),
        "plugin API": f"works with {plugin.api}" if plugin.api else "it does not say",
        "loaded in": f"{plugin.seconds:.3f} s",
        "at work": ", ".join(plugin.hooks),
    }
    lines = [f"{name:10}  {told}" for name, told in facts.items() if told]
    return "\n".join([*lines, *(line for one in plugin.types for line in _type_lines(one, registry))])


def report(registry: Registry) -> str:
    """What is the matter, one line each; the last one counts."""
    return "\n".join([*_troubles(registry), _count(registry)])


def is_in_trouble(plugin: PluginStatus, registry: Registry) -> bool:
    """Whether somebody has to do something, be it its author."""
    return plugin.is_amiss or any(broken_promises(plugin, registry))


def _troubles(registry: Registry) -> Iterator[str]:
    for name in registry.unknown_names:
        yield f"no plugin {name!r} to allow or block"
    for one in registry.plugins:
        if one.is_amiss:
            yield f"{one.name} ({_origin(one)}): {one.status}: {one.reason}"
        for lacks in broken_promises(one, registry):
            yield f"{one.name} ({_origin(one)}): {lacks}"
        if one.seconds > SLOW:
            yield (
                f"{one.name} ({_origin(one)}): slow: {one.seconds:.1f} s to load; let it import what is heavy "
                "in its factory, and wait for nothing in its hooks"
            )


def _count(registry: Registry) -> str:
    plugins = registry.plugins
    amiss = sum(is_in_trouble(one, registry) for one in plugins)
    blocked = sum(one.status == "blocked" for one in plugins)
    rest = f", {blocked} blocked" if blocked else ""
    working = len(plugins) - amiss - blocked
    plural, works = "" if len(plugins) == 1 else "s", "works" if working == 1 else "work"
    return f"{len(plugins)} plugin{plural}: {working} {works}, {amiss} with trouble{rest}"


def _cells(plugin: PluginStatus) -> tuple[str, str, str, str]:
    return (
        plugin.name,
        plugin.status,
        _origin(plugin),
        ", ".join([*map(str, plugin.types), *plugin.hooks]) or "-",
    )


def _origin(plugin: PluginStatus) -> str:
    return plugin.distribution or "a file"


def _type_lines(one: PluginType, registry: Registry) -> Iterator[str]:
    found = _descriptor(one, registry)
    if isinstance(found, Subscription):
        yield f"\n{one}: {found.event.__name__}"
        return
    yield f"\n{one}: {in_language(found.label, 'en')}"
    for field in fields_of(found.settings):
        needed = "required" if field.required else "optional"
        yield f"  {field.name:16}  {field.kind:9}  {needed}  {in_language(field.label, 'en')}"


def _plugin(plugin: PluginStatus, registry: Registry, is_full: bool) -> dict[str, Any]:
    return {
        "name": plugin.name,
        "distribution": plugin.distribution,
        "status": plugin.status,
        "reason": plugin.reason,
        "api": plugin.api,
        "seconds": round(plugin.seconds, 3),
        "hooks": list(plugin.hooks),
        "types": [_type(one) | (_more(one, registry) if is_full else {}) for one in plugin.types],
        "lost": [_type(one) for one in plugin.lost],
        "lacks": list(broken_promises(plugin, registry)),
    }


def _type(one: PluginType) -> dict[str, Any]:
    return {"kind": one.kind, "code": one.code}


def _more(one: PluginType, registry: Registry) -> dict[str, Any]:
    found = _descriptor(one, registry)
    if isinstance(found, Subscription):
        return {"event": found.event.__name__}
    return {
        "label": in_language(found.label, "en"),
        "description": in_language(found.description, "en"),
        "settings": [_setting(field) for field in fields_of(found.settings)],
    }


def _setting(field: SettingField) -> dict[str, Any]:
    label = in_language(field.label, "en")
    return {"name": field.name, "kind": field.kind.value, "required": field.required, "label": label}


def _descriptor(one: PluginType, registry: Registry) -> Brought:
    return registry.of_kind(one.kind)[one.code]
