"""`orderkit new-plugin`: a project that works, refused where it cannot be made, and brought up to date later."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orderkit.cli import main, project
from orderkit.cli.naming import plugin_name
from orderkit.cli.project import ANSWERS, is_newest, versions
from tests.plugins import KEPT

GIT = {
    "HOME": "/nonexistent",
    **{f"GIT_{who}_{what}": "author" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, value in GIT.items():
        monkeypatch.setenv(name, value)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["new-plugin", *arguments])


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout


def commit(folder: Path) -> None:
    git("init", "-q", str(folder))
    git("-C", str(folder), "add", "-A")
    git("-C", str(folder), "commit", "-qm", "mine")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    """What was said when a project was made, and its folder; copier is slow, so it is made once."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "copier.py").write_text("raise SystemExit('mine, and not to be imported')", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        return run("carrier", "Drone Post"), folder / "drone-post"


def templates(folder: Path, monkeypatch: pytest.MonkeyPatch, newer: dict[str, tuple[str, str]]) -> None:
    """From now on there is a later template, which differs in what is to be replaced in some of its files."""
    monkeypatch.setattr(project, "TEMPLATES", folder / "templates")
    [*_, last] = shutil.copytree(Path(project.__file__).with_name("templates"), project.TEMPLATES).iterdir()
    number = int(last.name.removeprefix("v"))
    later = shutil.copytree(last, project.TEMPLATES / f"v{number + 1}")
    for name, (old, new) in {f"{ANSWERS}.jinja": (last.name, later.name), **newer}.items():
        file = later / "project" / name
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("given", ["drone-post", "Drone Post", "orderkit_drone_post", " drone.post "])
def test_names(given: str) -> None:
    """One name for everything, whichever way it is written."""
    assert "drone-post" == plugin_name(given)


@pytest.mark.parametrize(
    "given", ["", "x", "Дрон", "7-post", "post!", "../post", "a/b", "post-", "x" * 41, "--", "orderkit-"]
)
def test_what_is_no_name(given: str, folder: Path) -> None:
    """It is refused in a line, and nothing is written."""
    result = run("carrier", "--", given)

    assert 1 == result.exit_code
    assert f"a plugin cannot be called {given!r}; choose 2 to 40 Latin letters" in result.stderr
    assert [] == list(folder.iterdir())


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        *((name, "a distribution of orderkit") for name in KEPT),
        ("flask", "a distribution of orderkit"),
        ("demo-shop", "a distribution of orderkit"),
    ],
)
def test_taken_names(name: str, owner: str, folder: Path) -> None:
    """A name that orderkit, or something that is installed, bears is refused with whose it is."""
    result = run("carrier", name)

    assert f"{name!r} is the name of {owner}" in result.stderr
    assert [] == list(folder.iterdir())


def test_a_project(made: tuple[Result, Path]) -> None:
    """It asks nothing, writes ./NAME and says what to do next; no path of this computer stands in it."""
    result, place = made
    files = {str(path.relative_to(place)): path for path in place.rglob("*") if path.is_file()}
    told = "\n".join(path.read_text(encoding="utf-8") for path in files.values())

    assert (0, "") == (result.exit_code, result.stderr)
    assert "cd drone-post && " in result.stdout
    for said in (result.stdout, files["README.md"].read_text(encoding="utf-8")):
        assert re.search(r"clone.* first:? `?\.venv/bin/pip install .path/to/orderkit\[testing\]", said)
    assert {
        ".copier-answers.yml",
        ".gitignore",
        "CHANGELOG.md",
        "README.md",
        "pyproject.toml",
        "src/orderkit_drone_post/__init__.py",
        "src/orderkit_drone_post/py.typed",
        "tests/test_drone_post.py",
    } == set(files)
    assert 'code="drone-post"' in told
    assert not [path for path in (place.parent, project.TEMPLATES) if str(path) in told]


def test_a_folder_that_is_there(folder: Path) -> None:
    """Nothing is overwritten."""
    (folder / "drone-post").mkdir()
    (folder / "drone-post/mine.txt").write_text("mine", encoding="utf-8")
    result = run("carrier", "drone-post")

    assert "drone-post is there already; nothing was written. Choose another name" in result.stderr
    assert "--update" not in result.stderr
    assert ["mine.txt"] == [path.name for path in (folder / "drone-post").iterdir()]


def test_a_project_that_is_there(made: tuple[Result, Path], folder: Path) -> None:
    """Only of the same plugin it is said how it is brought up to date."""
    shutil.copytree(made[1], folder / "drone-post")
    same, other = run("carrier", "drone-post"), run("channel", "drone-post")

    assert "nothing was written. To bring it up to date, add --update" in same.stderr
    assert "nothing was written. Choose another name" in other.stderr


def test_without_copier(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What to install is said."""
    monkeypatch.setattr(project, "find_spec", lambda _: None)
    result = run("carrier", "drone-post")

    assert 'Error: orderkit new-plugin needs copier: pip install "orderkit[new-plugin]"\n' == result.stderr


def test_update(made: tuple[Result, Path], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the author changed stays, what the template changed comes; where both changed a line, both stand."""
    mine = shutil.copytree(made[1], folder / "drone-post")
    module = mine / "src/orderkit_drone_post/__init__.py"
    module.write_text(module.read_text(encoding="utf-8").replace("default=3", "default=5"), encoding="utf-8")
    (mine / "README.md").write_text("# Mine\n", encoding="utf-8")
    (mine / "more.py").write_text("x = 1\n", encoding="utf-8")
    commit(mine)
    templates(folder, monkeypatch, {
        "pyproject.toml.jinja": (">=3.11", ">=3.12"),
        ".gitignore.jinja": ("dist/", "dist/\n.mypy_cache/"),
        "README.md.jinja": ("# {{ distribution }}", "# The plugin {{ distribution }}"),
    })  # fmt: skip
    result = run("carrier", "Drone Post", "--update")

    assert 1 == result.exit_code
    assert "you and the template changed the same lines of README.md: choose" in result.stderr
    assert "default=5" in module.read_text(encoding="utf-8")
    assert 'requires-python = ">=3.12"' in (mine / "pyproject.toml").read_text(encoding="utf-8")
    assert "dist/\n.mypy_cache/" in (mine / ".gitignore").read_text(encoding="utf-8")
    assert (mine / "more.py").exists()
    assert "# Mine" in (mine / "README.md").read_text(encoding="utf-8")
    assert is_newest(mine)


def test_update_of_what_is_new(
    made: tuple[Result, Path], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is of the newest template is left as it is; run from within the project as well."""
    monkeypatch.chdir(shutil.copytree(made[1], folder / "drone-post"))

    assert ".: up to date already\n" == run("carrier", "drone-post", "--update").stdout


def test_update_with_open_changes(
    made: tuple[Result, Path], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is touched before all is in git, so that nothing can be lost."""
    mine = shutil.copytree(made[1], folder / "drone-post")
    templates(folder, monkeypatch, {})
    outside = run("carrier", "drone-post", "--update")
    commit(mine)
    (mine / "README.md").write_text("# Mine\n", encoding="utf-8")
    dirty = run("carrier", "drone-post", "--update")

    assert "not a git repository" in outside.stderr
    assert "drone-post has changes that are not in git yet; commit them" in dirty.stderr
    assert not is_newest(mine)


def test_update_without_git(made: tuple[Result, Path], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is missing."""
    shutil.copytree(made[1], folder / "drone-post")
    templates(folder, monkeypatch, {})
    monkeypatch.setattr(shutil, "which", lambda _: None)

    assert "--update needs git" in run("carrier", "drone-post", "--update").stderr


def test_update_of_what_is_no_project() -> None:
    """It says what it looked for."""
    result = run("carrier", "drone-post", "--update")

    assert "neither ./drone-post nor this folder is a project" in result.stderr


def test_versions_of_the_template() -> None:
    """Each knows its own, so that a project tells which one it was made of."""
    assert {version.name: f"_commit: {version.name}" for version in versions()} == {
        version.name: (version / f"project/{ANSWERS}.jinja").read_text(encoding="utf-8").splitlines()[1]
        for version in versions()
    }
