"""A plugin that raises is told with when it did, and where."""

import importlib
from pathlib import Path

import pytest

from orderkit.registry.blaming import LONGEST
from orderkit.registry.finding import own
from orderkit.registry.loading import build

HOOK = "import orderkit.plugin as ok\n@ok.hookimpl\ndef orderkit_carriers():\n"
CASES = {
    # where it goes wrong → what stands in the file, when it is told, and where
    "at import": ("x = 1\n1 / 0\n", "at import, place.py:2"),
    "no Python": ("def (:\n", "(place.py, line 1), at import"),
    "in a hook": (f"{HOOK}    1 / 0\n", "in orderkit_carriers, place.py:4"),
    "in what a hook calls": (f"{HOOK}    dig()\ndef dig():\n    [][1]\n", "in orderkit_carriers, place.py:6"),
    "half-way": (f"{HOOK}    yield 1\n    1 / 0\n", "in orderkit_carriers, place.py:5"),
    "in ours": (
        f"{HOOK}    return [\n        ok.CarrierType(tracking=1)]\n",
        "in orderkit_carriers, place.py:5",
    ),
    "in Python's": (
        f"import json\n{HOOK}    json.loads('x')\n",
        "in orderkit_carriers, place.py:5",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_place(tmp_path: Path, name: str) -> None:
    """Its own last line, whoever it called, without the folders of the machine."""
    source, place = CASES[name]
    (tmp_path / "place.py").write_text(source, encoding="utf-8")
    reason = build([own(tmp_path / "place.py")]).plugins[0].reason

    assert reason.endswith(place)
    assert str(tmp_path) not in reason


@pytest.mark.parametrize(
    ("name", "answer", "place"),
    [
        ("blamed_inside", "inner.dig()", "inner.py:2"),
        ("blamed_itself", "1 / 0", "blamed_itself/__init__.py:5"),
    ],
)
def test_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, answer: str, place: str
) -> None:
    """It is known by its name; a module of it by its own."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / name).mkdir()
    (tmp_path / name / "inner.py").write_text("def dig():\n    return 1 / 0\n", encoding="utf-8")
    source = f"from {name} import inner\n{HOOK}    return {answer}\n"
    (tmp_path / name / "__init__.py").write_text(source, encoding="utf-8")
    reason = build([own(importlib.import_module(name))]).plugins[0].reason

    assert f"ZeroDivisionError: division by zero, in orderkit_carriers, {place}" == reason


def test_its_length(tmp_path: Path) -> None:
    """However much is raised, where it was stands at the end."""
    (tmp_path / "place.py").write_text("raise OSError('disk ' * 1000)", encoding="utf-8")
    reason = build([own(tmp_path / "place.py")]).plugins[0].reason

    assert reason.endswith("…, at import, place.py:1")
    assert LONGEST + len("…, at import, place.py:1") == len(reason)
