"""Which plugins are installed: their names, without importing any of them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path

import attrs

from orderkit.errors import SettingsError
from orderkit.hookspecs import PROJECT
from orderkit.registry.entering import enter, enter_file


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

    @property
    def called(self) -> str:
        """Its name and where it comes from, for a message."""
        return f"{self.name!r} ({self.distribution or 'passed by the host'})"


def scan() -> tuple[FoundPlugin, ...]:
    """What the installed distributions offer in the group of entry points ``orderkit``, by name."""
    found = [
        FoundPlugin(
            point.name,
            f"{point.dist.name} {point.dist.version}" if point.dist else "",
            functools.partial(enter, point),
        )
        for point in metadata.entry_points(group=PROJECT)
    ]
    return tuple(sorted(found, key=lambda plugin: (plugin.name, plugin.distribution)))


installed = functools.cache(scan)
"""As `scan`, read once in a process: what is installed does not change while it runs, and a kit is made often."""


def gather(plugins: Iterable[object]) -> tuple[FoundPlugin, ...]:
    """
    All there are: the installed ones, then those that the host passes.

    Raises:
        SettingsError: ``bad_plugin_list``: one plugin in the place of a list.
    """
    if isinstance(plugins, (str, Path)):
        raise SettingsError(f"plugins is a list: write plugins=[{str(plugins)!r}]", code="bad_plugin_list")
    return (*installed(), *map(own, plugins))


def own(plugin: object) -> FoundPlugin:
    """A plugin that the host passes itself: a module, an object, or the path of a file."""
    if isinstance(plugin, (str, Path)):
        path = Path(plugin)
        return FoundPlugin(path.stem, "", functools.partial(enter_file, path))
    name = getattr(plugin, "__name__", None) or type(plugin).__qualname__
    return FoundPlugin(str(name), "", lambda: plugin)
