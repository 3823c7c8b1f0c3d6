"""The project of a new plugin: made, and later brought up to date, by copier out of the templates that lie here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from orderkit.errors import SettingsError

TEMPLATES = Path(__file__).with_name("templates")
"""One folder for each version, ``v1`` and on; a later release adds one and changes none that was released."""
ANSWERS = ".copier-answers.yml"
"""Where a project keeps which template it was made of, and by which answers."""
SOURCE = "orderkit://new-plugin"
"""What a project calls the templates; git is told where they lie, so that no path of a machine stands in a project."""
_NOBODY = {
    "GIT_AUTHOR_NAME": "orderkit",
    "GIT_AUTHOR_EMAIL": "orderkit@localhost",
    "GIT_COMMITTER_NAME": "orderkit",
    "GIT_COMMITTER_EMAIL": "orderkit@localhost",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def versions() -> list[Path]:
    """The folders of the templates, the oldest first."""
    return sorted(TEMPLATES.glob("v*"), key=lambda folder: int(folder.name.removeprefix("v")))


def make(folder: Path, answers: Mapping[str, str]) -> None:
    """
    Write a new project into a folder that is not there, or is empty.

    Raises:
        SettingsError: ``no_new_plugin``: the folder holds something, or copier is missing or fails.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        is_ours = is_project(folder, answers["kind"], answers["name"])
        hint = "To bring it up to date, add --update" if is_ours else "Choose another name, or go elsewhere"
        raise _refusal(f"{folder} is there already; nothing was written. {hint}")
    given = [f"--data={name}={value}" for name, value in answers.items()]
    _copier("copy", "--defaults", "--quiet", *given, str(versions()[-1]), str(folder))


def is_project(folder: Path, kind: str, name: str) -> bool:
    """Whether a folder is the project of that plugin, as its answers say."""
    answers = folder / ANSWERS
    if not answers.is_file():
        return False
    return {f"kind: {kind}", f"name: {name}"} <= set(answers.read_text(encoding="utf-8").splitlines())


def is_newest(folder: Path) -> bool:
    """Whether a project is made of the newest template."""
    answers = (folder / ANSWERS).read_text(encoding="utf-8").splitlines()
    return f"_commit: {versions()[-1].name}" in answers


def update(folder: Path) -> list[str]:
    """
    Bring a project to the newest template, with what its author changed; it must be committed to git.

    Returns:
        Files in which both changed the same lines, with the marks of git around them.

    Raises:
        SettingsError: ``no_new_plugin``: it is no project in git without open changes, or git or copier is missing.
    """
    if not shutil.which("git"):
        raise _refusal("--update needs git, and there is no such command")
    if _run("git", "-C", str(folder), "status", "--porcelain", "."):
        raise _refusal(f"{folder} has changes that are not in git yet; commit them, so that none is lost")
    with TemporaryDirectory() as place:
        _keep_versions(Path(place))
        _copier("update", "--defaults", "--quiet", str(folder), GIT_CONFIG_COUNT="1",
                GIT_CONFIG_KEY_0=f"url.{place}.insteadOf", GIT_CONFIG_VALUE_0=SOURCE)  # fmt: skip
    return _run("git", "-C", str(folder), "diff", "--name-only", "--diff-filter=U", "--relative").splitlines()


def _keep_versions(place: Path) -> None:
    """Make a repository with a tag for each version: copier compares them there."""
    _run("git", "init", "-q", str(place), **_NOBODY)
    for version in versions():
        for old in place.iterdir():
            if old.name != ".git":
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        shutil.copytree(version, place, dirs_exist_ok=True)
        _run("git", "-C", str(place), "add", "-A", "-f", **_NOBODY)
        _run("git", "-C", str(place), "commit", "-q", "-m", version.name, **_NOBODY)
        _run("git", "-C", str(place), "tag", version.name, **_NOBODY)


def _copier(*arguments: str, **environment: str) -> None:
    if not find_spec("copier"):
        raise _refusal('orderkit new-plugin needs copier: pip install "orderkit[new-plugin]"')
    # -P: what lies in the author's folder is no module of copier's.
    _run(sys.executable, "-P", "-m", "copier", *arguments, **environment)


def _run(*command: str, **environment: str) -> str:
    """Run a program to its end; what it printed."""
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = done.stderr.strip() or f"{command[0]} ended with {done.returncode}"
        raise _refusal(told)
    return done.stdout


def _refusal(told: str) -> SettingsError:
    return SettingsError(told, code="no_new_plugin")
