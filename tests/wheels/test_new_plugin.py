"""What `orderkit new-plugin` makes works at once, where nothing else is."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.wheels.conftest import CONSTRAINTS, Environment, uv

pytestmark = pytest.mark.wheels
TYPES = {"carrier": "carrier", "payment": "payment_provider", "channel": "channel"}


@pytest.fixture(scope="module")
def made(
    environment: Callable[[str], Environment], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Environment, Path]:
    """
    A project of each kind, built and installed beside the core and pytest.

    Returns:
        The environment, and the folder of the projects.
    """
    author, installed = environment("author"), environment("pytest")
    wheels = tmp_path_factory.mktemp("wheels-of-an-author")

    def build(kind: str) -> None:
        author.run("orderkit", "new-plugin", kind, f"my-{kind}")
        build = ("build", "-q", "--wheel", "--build-constraints", CONSTRAINTS, "-o", str(wheels))
        uv(*build, str(author.work / f"my-{kind}"))

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(build, TYPES))
    installed.install(*map(str, wheels.glob("*.whl")))
    return installed, author.work


@pytest.mark.parametrize("kind", TYPES)
def test_its_tests_pass(made: tuple[Environment, Path], kind: str) -> None:
    """Without a warning, and none of them is skipped but for what does not concern the plugin."""
    installed, projects = made
    project = projects / f"my-{kind}"
    options = ("--rootdir", str(project), "-c", str(project / "pyproject.toml"), "-p", "no:cacheprovider")
    told = installed.run("pytest", "-q", *options, str(project / "tests"))

    assert " passed" in told
    assert "warning" not in told.lower()


def test_it_is_found(made: tuple[Environment, Path]) -> None:
    """Each is active, and brings a type of its kind."""
    listed = json.loads(made[0].run("orderkit", "plugins", "list", "--json"))["plugins"]

    assert {(f"my-{kind}", "active", told, f"my-{kind}") for kind, told in TYPES.items()} == {
        (one["name"], one["status"], kind["kind"], kind["code"]) for one in listed for kind in one["types"]
    }


@pytest.mark.parametrize("kind", TYPES)
def test_short_enough(made: tuple[Environment, Path], kind: str) -> None:
    """An evening's work: the module has at most 60 lines."""
    [module] = (made[1] / f"my-{kind}").glob("src/*/__init__.py")

    assert 60 >= len(module.read_text(encoding="utf-8").splitlines())
