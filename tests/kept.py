"""
What one run works out once, although a process with one kit and one app would as well.

A run makes thousands of kits and hundreds of apps that are alike; without this most of its time goes into compiling
the same statements, the same addresses and the same templates of the host for each of them.
"""

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Map, Rule

from orderkit.storage import database

COMPILED = ("_parts", "_trace", "_converters", "arguments")
BUILDERS = ("_build", "_build_unknown")
"""What compiling a rule leaves in it: read only, and functions that build its address, which are given the rule."""


@pytest.fixture(scope="session", autouse=True)
def kept_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of one test's data is kept: compiled text depends on tables, addresses and templates alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_sqlite", in_haste(with_one_dialect(database._sqlite)))
        patch.setattr(database, "_postgresql", with_one_dialect(database._postgresql))
        patch.setattr(Rule, "compile", compiled_once(Rule.compile))
        folder = str(tmp_path_factory.mktemp("templates"))
        patch.setitem(Flask.jinja_options, "bytecode_cache", FileSystemBytecodeCache(folder))
        yield


def with_one_dialect(make: Callable[..., sa.Engine]) -> Callable[..., sa.Engine]:
    """Engines as *make* makes them, which share their dialect and the statements compiled for it."""
    dialects: list[sa.Dialect] = []
    compiled: dict[Any, Any] = {}

    def make_alike(url: sa.URL, *options: float) -> sa.Engine:
        engine = make(url, *options)
        if dialects:
            engine.dialect = dialects[0]
            engine.update_execution_options(compiled_cache=compiled)
        else:  # a dialect learns from its first connection what the database can do
            sa.event.listen(engine, "first_connect", lambda *_: dialects.append(engine.dialect))
        return engine

    return make_alike


def in_haste(make: Callable[..., sa.Engine]) -> Callable[..., sa.Engine]:
    """
    Engines as *make*, their ``__wrapped__``, makes them, but no commit waits for the disk.

    No test pulls the plug: what a process that is killed has committed is there all the same, as with `HASTE`.
    """

    @wraps(make)
    def make_in_haste(url: sa.URL, *options: float) -> sa.Engine:
        engine = make(url, *options)
        sa.event.listen(
            engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF")
        )
        return engine

    return make_in_haste


def compiled_once(compile_rule: Callable[[Rule], None]) -> Callable[[Rule], None]:
    """Rules of one address are compiled once: the only use of their map, its converters, is Werkzeug's own."""
    kept: dict[object, dict[str, Any]] = {}

    def compile_kept(rule: Rule) -> None:
        if (
            rule.defaults or rule.map.converters != Map.default_converters
        ):  # they are written into what is compiled
            compile_rule(rule)
            return
        key = (rule.host, rule.subdomain, rule.rule, rule.merge_slashes, rule.map.host_matching)
        if key not in kept:
            compile_rule(rule)
            kept[key] = {name: getattr(rule, name) for name in COMPILED} | {
                name: getattr(rule, name).__func__ for name in BUILDERS
            }
        for name in COMPILED:
            setattr(rule, name, kept[key][name])
        for name in BUILDERS:
            setattr(rule, name, kept[key][name].__get__(rule))

    return compile_kept
