"""Whoever installs the wheels has all that the checkout has, and needs nothing of it."""

import json
import re
import subprocess
import tomllib
import urllib.request
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.wheels.conftest import FIRST, FOLDERS, ROOT, Environment, bare

pytestmark = pytest.mark.wheels
HERE = Path(__file__).parent

Environments = Callable[[str], Environment]


def project_of(folder: Path) -> str:
    """Name of its distribution, as file names have it."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["name"]).replace("-", "_")


@pytest.mark.parametrize("folder", FOLDERS, ids=project_of)
def test_nothing_is_left_behind(wheels: dict[str, Path], folder: Path) -> None:
    """Each file that stands beside the code is in the wheel: templates, styles, catalogues, migrations, `py.typed`."""
    [package] = (path.parent for path in folder.glob("src/*/__init__.py"))
    source = {
        str(path.relative_to(package.parent))
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = ZipFile(wheels[project_of(folder)])

    assert source
    assert source == {name for name in packed.namelist() if ".dist-info/" not in name}


def test_plugins_are_found(environment: Environments) -> None:
    """All are found by their entry points, each in a distribution of its own."""
    listed = json.loads(environment("shop").run("orderkit", "plugins", "list", "--json"))["plugins"]

    assert FIRST == [one["name"] for one in listed]
    assert [f"orderkit-{name}" for name in FIRST] == [one["distribution"].split()[0] for one in listed]
    assert {"active"} == {one["status"] for one in listed}


@pytest.mark.parametrize("name", ["core", "shop"])
def test_migrations(environment: Environments, name: str) -> None:
    """`orderkit db upgrade` makes the tables, and finds nothing to do a second time."""
    installed, url = environment(name), f"sqlite:///{name}.db"
    first = installed.run("orderkit", "db", "upgrade", "--database", url)

    assert "now at revision" in first
    assert first.replace("now", "already") == installed.run("orderkit", "db", "upgrade", "--database", url)
    assert "the tables are those of this version" in installed.run(
        "orderkit", "db", "check", "--database", url
    )


def test_host_of_the_readme(environment: Environments) -> None:
    """Every page of the tab and the storefront answers, in Russian, with all its files, that of htmx among them."""
    answers = json.loads(environment("shop").script(HERE / "readme_host.py", str(ROOT / "README.md")))
    page = answers["/orders/"][1]

    assert {} == {address: status for address, (status, _) in answers.items() if status != 200}
    assert "Заказы и платежи" in page
    assert "Анна" in page
    assert "Корзина" in answers["/shop/"][1]
    assert answers["/orders/static/htmx.js"][1].startswith("var htmx=")
    assert "/orders/static/htmx.js" in page


def test_demo(environment: Environments) -> None:
    """The demo shop sells to visitors for a day; its journal is theirs, and its own pages and pictures are there."""
    installed = environment("shop")
    demo = subprocess.Popen(
        [
            installed.command("orderkit-shop"),
            *("--port", "0", "--orders", "3", "--visitors", "6", "--database", "sqlite:///demo.db"),
        ],
        cwd=installed.work,
        env={**bare(), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert demo.stdout
    try:
        told = [next(demo.stdout, "")]
        while told[-1] and "the journal has" not in told[-1]:
            told.append(next(demo.stdout, ""))
        found = re.search(r"The shop +(\S+)", "".join(told))
        assert found, told
        with urllib.request.urlopen(found[1]) as answer:
            page = answer.read().decode()
        [picture, *_] = re.findall(r'<img[^>]* src="([^"]+)"', page)
        with urllib.request.urlopen(found[1].rstrip("/") + picture) as answer:
            assert 200 == answer.status
    finally:
        demo.kill()
        demo.wait()
        demo.stdout.close()

    assert "equal, entry by entry" in told[-1]
    assert "Зерно и лист" in page


def test_core_alone(environment: Environments) -> None:
    """Without Flask an order is made and paid; there are no types but the host's own."""
    installed = environment("core")

    assert "1001\n" == installed.script(HERE / "without_flask.py")
    assert [] == json.loads(installed.run("orderkit", "plugins", "list", "--json"))["plugins"]


def test_types_without_flask(environment: Environments) -> None:
    """What ``orderkit[shop]`` names asks for the core and for no adapter."""
    installed = environment("core-and-plugins")
    listed = json.loads(installed.run("orderkit", "plugins", "list", "--json"))["plugins"]

    assert FIRST == [one["name"] for one in listed]
    assert not list(installed.path.rglob("flask"))
