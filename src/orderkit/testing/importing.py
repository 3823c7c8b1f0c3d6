"""What importing a plugin does, tried in a process of its own."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import attrs

LIMIT = 0.5
"""Seconds that an import may take, beyond that of `orderkit.plugin`."""
TRIES = 3
"""So often it is tried: a computer that is busy is no failure."""
_PATIENCE = 60
_SCRIPT = Path(__file__).with_name("trial.py")


@attrs.frozen
class Imported:
    """
    What one import did.

    Attributes:
        seconds: The shortest of the tries.
        printed: To stdout.
        reached: What it did outside of the process, as Python's audit events name it.
        error: What it raised, empty for nothing.
    """

    seconds: float
    printed: str
    reached: tuple[str, ...]
    error: str

    def faults(self) -> list[tuple[str, str]]:
        """What it should not have done, each with what to do about it; what it raised stands alone."""
        if self.error:
            return [
                (self.error, "cure what is raised there: nothing of the plugin works before it is imported")
            ]
        found = []
        if self.seconds > LIMIT:
            found.append(
                (f"it takes {self.seconds:.2f} s", "import what is heavy where the factory makes its object")
            )
        if printed := self.printed.strip():
            found.append((f"it prints {printed[:80]!r}", "take the print out; at work log by services.log"))
        if self.reached:
            found.append(
                (f"it does {', '.join(self.reached)}", "ask what is outside in the object of the factory")
            )
        return found


def target(plugin: object) -> str:
    """The module to import for a plugin; empty where it has none that another process could import."""
    name = plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__
    try:
        return name if find_spec(name) else ""
    except (ImportError, ValueError):
        return ""


@functools.cache
def imported(target: str) -> Imported:
    """Try it, up to `TRIES` times; once for all the tests of a run."""
    best = _tried(target)
    for _ in range(TRIES - 1):
        if best.seconds <= LIMIT or best.error:
            break
        again = _tried(target)
        best = attrs.evolve(best, seconds=min(best.seconds, again.seconds))
    return best


def _tried(target: str) -> Imported:
    command = [sys.executable, str(_SCRIPT), target, json.dumps(sys.path)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return Imported(_PATIENCE, "", (), "")
    printed, mark, told = done.stdout.rpartition("\norderkit: ")
    if not mark:
        return Imported(0, "", (), f"the process ended with {done.returncode}: {done.stderr.strip()}")
    line, _, rest = told.partition("\n")
    found = json.loads(line)
    return Imported(found["seconds"], printed + rest, tuple(found["reached"]), found["error"])
