"""Which plugins are installed: their names, without importing any of them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from importlib import metadata

import attrs

from orderkit.hookspecs import PROJECT


@attrs.frozen
class FoundPlugin:
    """
    A plugin that is not imported yet.

    Attributes:
        distribution: Name and version of what it was installed with; empty for the host's own.
        load: Imports it; may raise anything.
    """

    name: str
    distribution: str
    load: Callable[[], object]


def scan() -> tuple[FoundPlugin, ...]:
    """What the installed distributions offer in the group of entry points ``orderkit``, by name."""
    found = [
        FoundPlugin(point.name, f"{point.dist.name} {point.dist.version}" if point.dist else "", point.load)
        for point in metadata.entry_points(group=PROJECT)
    ]
    return tuple(sorted(found, key=lambda plugin: (plugin.name, plugin.distribution)))


installed = functools.cache(scan)
"""As `scan`, read once in a process: what is installed does not change while it runs, and a kit is made often."""


def own(plugin: object) -> FoundPlugin:
    """A plugin that the host passes itself, a module or an object."""
    name = getattr(plugin, "__name__", None) or type(plugin).__qualname__
    return FoundPlugin(str(name), "", lambda: plugin)
