"""The plugins that are kept with the library: what strangers read before they write their own."""

import importlib
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import orderkit.plugin as ok

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in ROOT.glob("plugins/*/pyproject.toml"))


def project(folder: Path) -> dict[str, Any]:
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def types(folder: Path) -> list[Any]:
    """What its hooks bring."""
    module = importlib.import_module(f"orderkit_{folder.name.replace('-', '_')}")
    hooks = [
        value for name, value in vars(module).items() if name.startswith("orderkit_") and callable(value)
    ]
    return [one for hook in hooks for one in hook()]


def test_the_extra_brings_them_all() -> None:
    """``orderkit[shop]`` is every one of them, and the adapter asks for it: installed, it sells."""
    adapter = project(ROOT / "adapters/flask")
    wanted = [re.split("==", wish)[0] for wish in project(ROOT)["optional-dependencies"]["shop"]]

    assert FOLDERS
    assert [project(folder)["name"] for folder in FOLDERS] == wanted
    assert f"orderkit[shop]=={adapter['version']}" in adapter["dependencies"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_names(folder: Path) -> None:
    """Folder, distribution, entry point, module and type bear one name; it is typed, and a page tells of it."""
    module = f"orderkit_{folder.name.replace('-', '_')}"

    assert f"orderkit-{folder.name}" == project(folder)["name"]
    assert {folder.name: module} == project(folder)["entry-points"]["orderkit"]
    assert [folder.name] == [one.code for one in types(folder)]
    assert (folder / "src" / module / "py.typed").exists()
    assert (folder / "README.md").read_text(encoding="utf-8").startswith(f"# orderkit-{folder.name}\n")


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_short_enough_to_be_read(folder: Path) -> None:
    """At most 120 lines, and `orderkit.plugin` is all it needs of the library."""
    [module] = folder.glob("src/*/*.py")
    source = module.read_text(encoding="utf-8")
    imported = re.findall(r"^(?:from|import) (orderkit\S*)", source, re.M)

    assert 120 >= len(source.splitlines())
    assert ["orderkit.plugin"] == imported


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
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
