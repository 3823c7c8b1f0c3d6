"""What went wrong with plugins since the kit was made: the last of it, for whoever looks at the page of plugins."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

import attrs

log = logging.getLogger("orderkit.plugins")


@attrs.frozen
class PluginTrouble:
    """
    What went wrong last while a plugin was at work.

    Attributes:
        at: When.
        hook: Of which hook; of a carrier, a provider, a channel or an adjuster the one that brings it.
        error: What: the class of what it raised, such as ``TimeoutError``, or a few words.
    """

    at: datetime
    hook: str
    error: str


@attrs.frozen
class Troubles:
    """The last trouble of each plugin, in this process."""

    clock: Callable[[], datetime]
    _last: dict[str, PluginTrouble] = attrs.field(factory=dict, init=False)

    def add(self, plugin: str, hook: str, error: str) -> None:
        """Remember and log what went wrong: no words of the plugin's own, which may hold what a person typed."""
        self.remember(plugin, hook, error)
        log.warning("plugin %s: %s: %s", plugin, hook, error)

    def remember(self, plugin: str, hook: str, error: str) -> None:
        """As `add`, of what is logged where it went wrong."""
        self._last[plugin] = PluginTrouble(self.clock(), hook, error)

    def of(self, plugin: str) -> PluginTrouble | None:
        """The last trouble of a plugin; ``None`` if all went well."""
        return self._last.get(plugin)
