"""The plugins that are kept with the library: what strangers read before they write their own."""

import ast
import importlib
import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

import orderkit.plugin as ok

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))
FOUND = [
    folder
    for folder in FOLDERS
    if "[project.entry-points.orderkit]" in (folder / "pyproject.toml").read_text("utf-8")
]
"""Those that are found where they are installed; a host passes the others itself, with what they are to do."""
SOURCES = [path for pattern in ("src", "adapters/*/src", "examples/*/src") for path in ROOT.glob(pattern)]
ROOMS = {"orderkit.plugin", "orderkit.errors"}


def project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def module_of(folder: Path) -> str:
    return f"orderkit_{folder.name.replace('-', '_')}"


def imported(files: Iterable[Path]) -> set[str]:
    """The modules that files import, by their dotted names; type-only imports count."""
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {
        node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level
    }


def types(folder: Path) -> list[Any]:
    """What its hooks bring."""
    module = importlib.import_module(module_of(folder))
    hooks = [
        value for name, value in vars(module).items() if name.startswith("orderkit_") and callable(value)
    ]
    return [one for hook in hooks for one in hook()]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_named_where_it_must_be(folder: Path) -> None:
    """A new one is named in three places by hand; everything else finds it by its folder."""
    version = project(folder)["version"]
    places = {
        "workspace.txt": f"-e plugins/{folder.name}\n",
        "plugins/README.md": f"[{folder.name}]({folder.name}/",
    }
    if folder in FOUND:
        places["pyproject.toml"] = f'    "orderkit-{folder.name}=={version}",\n'

    assert {} == {
        place: f"write {words.strip()!r} there"
        for place, words in places.items()
        if words not in (ROOT / place).read_text(encoding="utf-8")
    }


def test_the_extra_brings_them_all() -> None:
    """``orderkit[shop]`` is every one that is found and nothing else, and the adapter asks for it."""
    adapter = project(ROOT / "adapters/flask")
    wanted = [re.split("==", wish)[0] for wish in project(ROOT)["optional-dependencies"]["shop"]]

    assert FOLDERS
    assert [project(folder)["name"] for folder in FOUND] == wanted
    assert f"orderkit[shop]=={adapter['version']}" in adapter["dependencies"]


def test_nobody_imports_a_plugin() -> None:
    """Plugins are found: neither the library, nor an adapter, nor a host, nor another plugin imports one."""
    modules = {module_of(folder) for folder in FOLDERS}
    others = dict.fromkeys(SOURCES, modules)
    others |= {folder / "src": modules - {module_of(folder)} for folder in FOLDERS}
    tops = {room: {name.partition(".")[0] for name in imported(room.rglob("*.py"))} for room in others}

    assert {} == {
        str(room.relative_to(ROOT)): found
        for room, forbidden in others.items()
        if (found := tops[room] & forbidden)
    }


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_names(folder: Path) -> None:
    """Folder, distribution, entry point, module and type bear one name; it is typed, and a page tells of it."""
    module = module_of(folder)

    assert f"orderkit-{folder.name}" == project(folder)["name"]
    if folder in FOUND:
        assert {folder.name: module} == project(folder)["entry-points"]["orderkit"]
        assert [folder.name] == [one.code for one in types(folder)]
    assert (folder / "src" / module / "py.typed").exists()
    assert (folder / "README.md").read_text(encoding="utf-8").startswith(f"# orderkit-{folder.name}\n")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_short_enough_to_be_read(folder: Path) -> None:
    """A module has at most 120 lines."""
    modules = {path.name: path.read_text(encoding="utf-8").splitlines() for path in folder.glob("src/*/*.py")}

    assert {} == {name: len(lines) for name, lines in modules.items() if len(lines) > 120}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_imports(folder: Path) -> None:
    """Of the library it sees the plugin room and the errors; of all else, what it asks for in its pyproject.toml."""
    asked = {re.split(r"[^\w-]", wish)[0].replace("-", "_") for wish in project(folder)["dependencies"]}
    found = imported(folder.glob("src/**/*.py"))
    of_library = {name for name in found if name.partition(".")[0] == "orderkit"}
    tops = {name.partition(".")[0] for name in found} - sys.stdlib_module_names - {"orderkit"}

    assert "orderkit.plugin" in of_library
    assert set() == of_library - ROOMS
    assert set() == tops - asked - {module_of(folder)}


@pytest.mark.parametrize("folder", FOUND, ids=lambda folder: folder.name)
def test_languages(folder: Path) -> None:
    """Whatever the tab shows of them it shows in English and Russian."""
    texts = [text for one in types(folder) for text in (one.label, one.description)]
    texts += [
        text
        for one in types(folder)
        for field in ok.fields_of(one.settings)
        for text in (field.label, field.help)
        if text
    ]

    assert [] == [text for text in texts if isinstance(text, str) or {"en", "ru"} != text.keys()]
