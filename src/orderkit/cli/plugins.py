"""The commands `orderkit plugins list|show|check`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from orderkit.cli.choosing import Options
from orderkit.cli.telling import as_json, details, is_in_trouble, report, table
from orderkit.errors import NotFoundError

json_option: Callable[[Any], Any] = click.option(
    "--json",
    "is_json",
    is_flag=True,
    help="Write JSON, for programs; docs/reference/plugins.md tells its form.",
)


@click.group()
def plugins() -> None:
    """
    Show the plugins that are installed, and what is the matter with those that do not work.

    A host that passes plugins of its own to OrderKit has those besides; name their files with --plugin.
    """
    # These commands tell themselves what the log would tell.
    logging.getLogger("orderkit.registry.loading").addHandler(logging.NullHandler())


@plugins.command("list")
@json_option
@click.pass_obj
def list_(chosen: Options, is_json: bool) -> None:
    """List every plugin: its name, its status, where it comes from, which types it brings."""
    registry = chosen.registry()
    click.echo(as_json(registry.plugins, registry) if is_json else table(registry.plugins))


@plugins.command()
@click.argument("name")
@json_option
@click.pass_obj
def show(chosen: Options, name: str, is_json: bool) -> None:
    """Show all that is known of the plugin NAME: its types and their settings, and how long it took to load."""
    registry = chosen.registry()
    found = [one for one in registry.plugins if one.name == name]
    if not found:
        known = ", ".join(one.name for one in registry.plugins)
        raise NotFoundError(f"no plugin {name!r}; there are: {known}", code="plugin_not_found")
    if is_json:
        click.echo(as_json(found, registry, is_full=True))
        return
    click.echo("\n\n".join(details(one, registry) for one in found))


@plugins.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def check(chosen: Options, files: Sequence[Path], is_json: bool) -> None:
    """
    Load every plugin, and those in FILES, and tell what is the matter.

    Exit code 1 says that one does not work, wants another version of the plugin API, or does not get a code that
    another one brings too; that a payment provider declares what its class has no method for; or that a name to allow
    or block is no plugin's. One that is slow is told, no more: every process of the host waits for it.
    """
    registry = chosen.registry(*files)
    click.echo(as_json(registry.plugins, registry) if is_json else report(registry))
    if registry.unknown_names or any(is_in_trouble(one, registry) for one in registry.plugins):
        raise SystemExit(1)
