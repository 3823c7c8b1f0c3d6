"""Which of the plugins that were found the host wants: one that it does not want is not even imported."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from orderkit.errors import SettingsError
from orderkit.registry.finding import FoundPlugin


def _names(value: Iterable[str] | None) -> frozenset[str] | None:
    if isinstance(value, str):
        raise SettingsError(f"a list of names of plugins is expected: [{value!r}]", code="bad_plugin_list")
    return None if value is None else frozenset(value)


@attrs.frozen
class Wanted:
    """
    The host's two lists of names.

    Attributes:
        allow: The installed plugins that are used; ``None`` for all. The host's own need none: it passes them itself.
        block: Plugins that are not used, whoever brings them.

    Raises:
        SettingsError: ``bad_plugin_list``: one name in the place of a list.
    """

    allow: frozenset[str] | None = attrs.field(default=None, converter=_names)
    block: frozenset[str] | None = attrs.field(default=None, converter=_names)

    def refusal(self, found: FoundPlugin) -> str:
        """Why a plugin is not used; empty if it is."""
        if found.name in (self.block or ()):
            return "the host blocks it"
        if self.allow is not None and found.distribution and found.name not in self.allow:
            return "it is not among those that the host allows"
        return ""

    def unknown(self, found: Sequence[FoundPlugin]) -> tuple[str, ...]:
        """The names that no plugin bears: a slip of the pen, or one that is not installed here."""
        named = (self.allow or frozenset()) | (self.block or frozenset())
        return tuple(sorted(named - {one.name for one in found}))


EVERY = Wanted()
"""Whatever is found."""
