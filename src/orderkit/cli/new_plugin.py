"""The command `orderkit new-plugin`."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import click

from orderkit.cli.naming import module_of, plugin_name, require_free
from orderkit.cli.project import ANSWERS, is_newest, is_project, make, update
from orderkit.errors import SettingsError
from orderkit.plugin import API_VERSION

KINDS = ("carrier", "payment", "channel")


@click.command("new-plugin")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("name")
@click.option(
    "--update",
    "is_update",
    is_flag=True,
    help="Bring the project up to date with this orderkit instead, and keep what was changed in it since.",
)
def new_plugin(kind: str, name: str, is_update: bool) -> None:
    """
    Make the project of a plugin in the folder ./NAME: a distribution that works, with tests that pass.

    NAME is that of the folder, of the entry point and of the type that it brings; the distribution is called
    orderkit-NAME. Nothing is asked and nothing is overwritten. Needs copier: pip install "orderkit[new-plugin]".
    """
    name = plugin_name(name)
    if is_update:
        _update(kind, name)
    else:
        _make(kind, name)


def _make(kind: str, name: str) -> None:
    require_free(name)
    folder = Path(name)
    api = f">={API_VERSION},<{int(API_VERSION.partition('.')[0]) + 1}"
    make(folder, {"kind": kind, "name": name, "orderkit": metadata.version("orderkit"), "api": api})
    click.echo(
        f"{folder}: a {kind} plugin, the distribution orderkit-{name}; "
        f"all of it is in src/{module_of(name)}/__init__.py\n\n"
        f"Try it:   cd {folder} && python -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest\n"
        "          (orderkit from a clone: first .venv/bin/pip install 'path/to/orderkit[testing]')\n"
        "Keep it:  git init && git add -A && git commit -m 'A new plugin'  (--update needs it)"
    )


def _update(kind: str, name: str) -> None:
    folder = _project(kind, name)
    if is_newest(folder):
        click.echo(f"{folder}: up to date already")
        return
    if conflicts := update(folder):
        raise SettingsError(
            f"{folder}: brought up to date, but you and the template changed the same lines of "
            f"{', '.join(conflicts)}: choose between the marks there, then commit",
            code="no_new_plugin",
        )
    click.echo(f"{folder}: brought up to date; look at it with git diff, then commit")


def _project(kind: str, name: str) -> Path:
    """The folder of a project: ./NAME, or the one we are in."""
    for folder in (Path(name), Path()):
        if is_project(folder, kind, name):
            return folder
    raise SettingsError(
        f"neither ./{name} nor this folder is a project that `orderkit new-plugin {kind} {name}` made: "
        f"there is no {ANSWERS} that says so",
        code="no_new_plugin",
    )
