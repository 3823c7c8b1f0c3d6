"""Every hook is documented for those who write plugins, and none is documented in vain."""

import re
from pathlib import Path

from orderkit.hookspecs import Hooks

PAGE = Path(__file__).parents[2] / "docs/how-to/write-a-plugin.md"


def test_hooks_are_documented() -> None:
    """The page implements each hook there is, without arguments, and no other."""
    hooks = {name for name in vars(Hooks) if name.startswith("orderkit_")}
    shown = re.findall(r"@ok\.hookimpl\n *def (orderkit_\w+)\((?:self)?\)", PAGE.read_text(encoding="utf-8"))

    assert hooks == set(shown)
