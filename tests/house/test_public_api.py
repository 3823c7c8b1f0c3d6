"""What users may import, held against a snapshot: a difference is a decision about the API, never a surprise."""

import inspect
import os
from difflib import unified_diff
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.house.surface import ROOMS, public, surface

SNAPSHOT = Path(__file__).with_name("api-surface.txt")
RENEW = "ORDERKIT_TEST_RENEW"
TOLD = f"""The public API is another than {SNAPSHOT.name} says.

{{difference}}
If that was not intended, undo it. Otherwise:
  1. In orderkit.plugin, or a hook? Added: raise the second number of API_VERSION, once for each release. Taken away,
     renamed, asked for where it was not, or with another meaning: it is deprecated first, and then the first number
     is raised; docs/reference/api-version.md says how.
  2. Write the page of docs/reference/ and a fragment in changelog.d/.
  3. Renew the snapshot and commit it: {RENEW}=1 pytest tests/house/{Path(__file__).name}
"""


def test_snapshot() -> None:
    """Every public name is there with its arguments, its fields and its bases, as the snapshot has it."""
    lines = [f"{line}\n" for line in surface()]
    if os.environ.get(RENEW):
        SNAPSHOT.write_text("".join(lines), encoding="utf-8")
    known = SNAPSHOT.read_text(encoding="utf-8").splitlines(keepends=True)
    if difference := "".join(unified_diff(known, lines, "the snapshot", "the code", n=0)):
        pytest.fail(TOLD.format(difference=difference), pytrace=False)


@pytest.mark.parametrize("room", ROOMS)
def test_names(room: str) -> None:
    """They are sorted, each is there, and no class is without a docstring of ours."""
    module = import_module(room)
    names = getattr(module, "__all__", [])
    classes = {name: value for name, value in public(module) if inspect.isclass(value)}

    assert classes
    assert sorted(names, key=lambda name: (not name.isupper(), name)) == names
    assert [] == [name for name, cls in classes.items() if not (cls.__doc__ or "").strip()]


@pytest.mark.parametrize("room", [room for room in ROOMS if hasattr(import_module(room), "__all__")])
def test_nothing_else_is_public(room: str) -> None:
    """What is not listed is not there: no name is left over but modules and what wears an underscore."""
    module = import_module(room)
    left = {name for name, value in vars(module).items() if not isinstance(value, ModuleType)}

    assert set() == {name for name in left if not name.startswith("_")} - set(module.__all__)
