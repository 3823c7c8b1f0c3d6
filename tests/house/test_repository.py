"""The repository keeps its own promises: one version, no addresses, two commands to begin with."""

import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in [ROOT / "pyproject.toml", *ROOT.glob("*/*/pyproject.toml")])


def project(folder: Path) -> dict[str, Any]:
    """Read what a distribution says of itself."""
    return tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def wishes(each: dict[str, Any]) -> list[str]:
    """What a distribution asks for, that of its extras included."""
    return [*each["dependencies"], *chain.from_iterable(each.get("optional-dependencies", {}).values())]


def test_one_version() -> None:
    """All distributions carry one version and ask for one another in exactly that version."""
    projects = [project(folder) for folder in FOLDERS]
    [version] = {each["version"] for each in projects}
    ours = {each["name"] for each in projects}
    wanted = [wish for each in projects for wish in wishes(each) if re.split(r"[^\w-]", wish)[0] in ours]

    assert wanted
    assert [] == [wish for wish in wanted if not wish.endswith(f"=={version}")]


def test_every_distribution_is_installed() -> None:
    """`./run` installs every distribution of the repository."""
    listed = re.findall(r"^-e ([\w./-]+)", (ROOT / "workspace.txt").read_text(encoding="utf-8"), re.M)

    assert FOLDERS == sorted((ROOT / path).resolve() for path in listed)


def test_constraints_hold_no_address() -> None:
    """The pins name packages and versions, never where they come from."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()

    assert [] == [line for line in lines if not re.fullmatch(r"[\w.-]+==[\w.]+( ; .+)?", line)]
    assert [] == [line for line in lines if "://" in line or "@" in line]


def test_readme_begins_with_two_commands() -> None:
    """A newcomer finds the two commands in the first block of a README of at most 120 lines."""
    content = (ROOT / "README.md").read_text(encoding="utf-8")
    first = re.search(r"^```\w*\n(.*?)^```", content, re.M | re.S)

    assert first
    assert ["./run demo", "./run test"] == re.findall(r"^\./run \w+", first[1], re.M)
    assert 120 >= len(content.splitlines())
