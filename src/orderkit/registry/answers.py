"""What one plugin answered when it was asked what it brings, or why it brings nothing."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from orderkit.registry.finding import FoundPlugin
from orderkit.registry.functions import HookFunction
from orderkit.registry.registry import ACTIVE, QUARANTINED, Brought, PluginStatus, PluginType, Standing


@attrs.frozen(kw_only=True)
class Answer:
    """
    One plugin, asked.

    Attributes:
        reason: Why it brings nothing, or less than it would; empty if all is well.
        error: What it raised, if that is the reason.
    """

    plugin: FoundPlugin
    status: Standing = ACTIVE
    reason: str = ""
    error: BaseException | None = None
    api: str = ""
    seconds: float = 0.0
    brought: Mapping[PluginType, Brought] = attrs.field(factory=dict)
    functions: tuple[HookFunction, ...] = ()
    lost: tuple[PluginType, ...] = ()

    def without(self, lost: Mapping[PluginType, str]) -> Answer:
        """As it stands when it does not get some of what it brings; of *lost* each value says why."""
        mine = tuple(one for one in self.brought if one in lost)
        if not mine:
            return self
        kept = {one: contribution for one, contribution in self.brought.items() if one not in lost}
        return attrs.evolve(
            self,
            brought=kept,
            lost=mine,
            status=ACTIVE if kept or self.functions else QUARANTINED,
            reason=f"{'; '.join(lost[one] for one in mine)}: none of them gets it; uninstall one or rename its code",
        )

    def told(self) -> PluginStatus:
        """As the kit shows it."""
        return PluginStatus(
            name=self.plugin.name,
            distribution=self.plugin.distribution,
            status=self.status,
            reason=self.reason,
            api=self.api,
            seconds=self.seconds,
            types=tuple(self.brought),
            hooks=tuple(one.hook for one in self.functions),
            lost=self.lost,
        )
