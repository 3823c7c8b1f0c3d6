"""The wheels of this checkout, and environments with nothing but some of them inside."""

import functools
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = sorted(path.parent for path in [ROOT / "pyproject.toml", *ROOT.glob("*/*/pyproject.toml")])
CONSTRAINTS = str(ROOT / "constraints.txt")
FIRST = [
    folder.name
    for folder in FOLDERS
    if folder.parent.name == "plugins"
    and "[project.entry-points.orderkit]" in (folder / "pyproject.toml").read_text(encoding="utf-8")
]
"""The plugins that are kept with the library and found, by the names of their entry points."""
PLUGINS = [f"orderkit_{name.replace('-', '_')}" for name in FIRST]
INSTALLED = {
    "core": ("orderkit",),
    "core-and-plugins": ("orderkit", *PLUGINS),
    "author": ("orderkit[new-plugin,testing]",),
    "pytest": ("orderkit[testing]",),
    "shop": ("orderkit", *PLUGINS, "orderkit_flask", "orderkit_demo_shop"),
}
"""What each environment is made of, besides what that asks for."""


def uv(*arguments: str) -> None:
    """Run uv; what it says is shown only if it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "uv", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert 0 == done.returncode, done.stderr


@attrs.frozen
class Environment:
    """
    An installed Python.

    Attributes:
        work: The empty folder in which its commands are run.
    """

    path: Path
    work: Path

    def command(self, name: str) -> Path:
        """Where one of its commands is."""
        return self.path / ("Scripts" if os.name == "nt" else "bin") / name

    def run(self, name: str, *arguments: str) -> str:
        """Run one of its commands to the end, without anything of ours in the way; what it printed."""
        done = subprocess.run(
            [self.command(name), *arguments],
            cwd=self.work,
            env=bare(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert 0 == done.returncode, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def install(self, *wheels: str) -> None:
        """Add these, and what they ask for."""
        uv("pip", "install", "-q", "--python", str(self.path), "-c", CONSTRAINTS, *wheels)
        uv("pip", "check", "-q", "--python", str(self.path))

    def script(self, path: Path, *arguments: str) -> str:
        """Run a script with its Python, which sees neither the folder of the script nor the checkout."""
        return self.run("python", "-I", "-W", "error", str(path), *arguments)


def bare() -> dict[str, str]:
    """The environment of processes, as somebody has it who knows nothing of this checkout."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "ORDERKIT", "VIRTUAL"))
    }


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every wheel, built from the source distribution as an index would have it; by the name of the distribution."""
    folder = tmp_path_factory.mktemp("wheels")
    build = ("build", "-q", "--build-constraints", CONSTRAINTS, "-o", str(folder))
    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda each: uv(*build, str(each)), FOLDERS))
    return {path.name.partition("-")[0]: path for path in folder.glob("*.whl")}


@pytest.fixture(scope="session")
def environment(
    wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Environment]:
    """Call it with a name of ``INSTALLED``; each is made once."""

    @functools.cache
    def make(name: str) -> Environment:
        path, work = tmp_path_factory.mktemp(name), tmp_path_factory.mktemp("work")
        uv("venv", "-q", "--clear", "--python", sys.executable, str(path))
        parts = [each.partition("[") for each in INSTALLED[name]]
        made = Environment(path, work)
        made.install(*(f"{wheels[each]}{bracket}{extras}" for each, bracket, extras in parts))
        return made

    return make
