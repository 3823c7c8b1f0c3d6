"""
What one run works out once, although a process with one kit and one app would as well.

A run makes thousands of kits and hundreds of apps that are alike; without this most of its time goes into compiling
the same statements, the same addresses and the same templates of the host for each of them.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from orderkit.storage import database


@pytest.fixture(scope="session", autouse=True)
def kept_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of one test's data is kept: compiled text depends on tables, addresses and templates alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_sqlite", with_one_dialect(database._sqlite))
        patch.setattr(database, "_postgresql", with_one_dialect(database._postgresql))
        patch.setattr(Rule, "_compile_builder", compiled_once(Rule._compile_builder))
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


def compiled_once(compile_builder: Callable[..., Any]) -> Callable[..., Any]:
    """Functions that build an address, by the address: each reads its converters from the rule it is called with."""
    kept: dict[object, Any] = {}

    def compile_kept(rule: Rule, append_unknown: bool = True) -> Any:
        if rule.defaults:  # they are written into the function
            return compile_builder(rule, append_unknown)
        key = (tuple(rule._trace), append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    return compile_kept
