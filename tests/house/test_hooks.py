"""Every hook is documented for those who write plugins, and none is documented in vain."""

import inspect
import re
from pathlib import Path

from orderkit.hookspecs import Hooks

PAGE = Path(__file__).parents[2] / "docs/how-to/write-a-plugin.md"


def test_hooks_are_documented() -> None:
    """The page implements each hook there is, with those of its arguments that it needs, and no other."""
    hooks = {
        name: set(inspect.signature(hook).parameters)
        for name, hook in vars(Hooks).items()
        if name.startswith("orderkit_")
    }
    shown = re.findall(r"@ok\.hookimpl\n *def (orderkit_\w+)\((.*?)\)", PAGE.read_text(encoding="utf-8"))
    taken = [
        (name, {one.partition(":")[0].strip() for one in arguments.split(",")}) for name, arguments in shown
    ]

    assert set(hooks) == {name for name, _ in taken}
    assert [] == [name for name, arguments in taken if arguments - {"", "self"} - hooks[name]]
