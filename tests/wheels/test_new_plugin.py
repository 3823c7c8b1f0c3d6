"""What `orderkit new-plugin` makes works at once, and so does what the tutorial makes of it, where nothing else is."""

import json
import os
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.house.test_docs_examples import blocks
from tests.wheels.conftest import CONSTRAINTS, ROOT, Environment, bare, uv

pytestmark = pytest.mark.wheels
TUTORIAL = ROOT / "docs/tutorial/your-first-plugin.md"
KINDS = {"my-carrier": "carrier", "my-payment": "payment", "my-channel": "channel"}
TYPES = {
    "my-carrier": "carrier",
    "my-payment": "payment_provider",
    "my-channel": "channel",
    "drone-post": "carrier",
}
"""The kind of type that each project brings, whose code is its name."""


def follow(page: Path, author: Environment) -> None:
    """Do what the tutorial says, up to what is installed, in the folder of an author's environment."""
    path = f"{author.command('python').parent}{os.pathsep}{os.environ['PATH']}"
    for block in blocks(page):
        if block.file:
            (author.work / block.file).write_text(block.code, encoding="utf-8")
        elif not block.reason:
            subprocess.run(
                ["sh", "-euc", block.code],
                cwd=author.work,
                env={**bare(), "PATH": path},
                capture_output=True,
                check=True,
            )


@pytest.fixture(scope="module")
def made(
    environment: Callable[[str], Environment], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Environment, Path]:
    """
    The projects, built and installed beside the core and pytest.

    Returns:
        The environment, and the folder of the projects.
    """
    author, installed = environment("author"), environment("pytest")
    wheels = tmp_path_factory.mktemp("wheels-of-an-author")

    def build(name: str) -> None:
        if name in KINDS:
            author.run("orderkit", "new-plugin", KINDS[name], name)
        else:
            follow(TUTORIAL, author)
        build = ("build", "-q", "--wheel", "--build-constraints", CONSTRAINTS, "-o", str(wheels))
        uv(*build, str(author.work / name))

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(build, TYPES))
    installed.install(*map(str, wheels.glob("*.whl")))
    return installed, author.work


@pytest.mark.parametrize("name", TYPES)
def test_its_tests_pass(made: tuple[Environment, Path], name: str) -> None:
    """Without a warning."""
    installed, projects = made
    project = projects / name
    options = ("--rootdir", str(project), "-c", str(project / "pyproject.toml"), "-p", "no:cacheprovider")
    told = installed.run("pytest", "-q", *options, str(project / "tests"))

    assert " passed" in told
    assert "warning" not in told.lower()


def test_it_is_found(made: tuple[Environment, Path]) -> None:
    """Each is active, and brings a type of its kind."""
    listed = json.loads(made[0].run("orderkit", "plugins", "list", "--json"))["plugins"]

    assert {(name, "active", kind, name) for name, kind in TYPES.items()} == {
        (one["name"], one["status"], kind["kind"], kind["code"]) for one in listed for kind in one["types"]
    }


@pytest.mark.parametrize("name", TYPES)
def test_short_enough(made: tuple[Environment, Path], name: str) -> None:
    """An evening's work: the module has at most 60 lines."""
    [module] = (made[1] / name).glob("src/*/__init__.py")

    assert 60 >= len(module.read_text(encoding="utf-8").splitlines())
