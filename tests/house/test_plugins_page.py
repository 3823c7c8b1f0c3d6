"""The page of the plugins says of every hook and contract what the code says, and of nothing else."""

import enum
import inspect
import json
import re
from typing import Any, get_args

import attrs
import click
import pytest
from click.testing import CliRunner

import orderkit
from orderkit import plugin
from orderkit.cli import main
from orderkit.hookspecs import Hooks
from orderkit.registry.registry import Standing, TypeKind
from tests.house.tables import DOCS, code, table

PAGE = "reference/plugins.md"
NAMES = {name: getattr(plugin, name) for name in plugin.__all__}
NAMES |= {name: getattr(orderkit, name) for name in ("PluginStatus", "PluginTrouble", "PluginType")}
PROTOCOLS = {name: one for name, one in NAMES.items() if getattr(one, "_is_protocol", False)}
ENUMS = {name: one for name, one in NAMES.items() if isinstance(one, enum.EnumType)}
CLASSES = {
    name: one for name, one in NAMES.items() if inspect.isclass(one) and attrs.has(one) and attrs.fields(one)
}
FUNCTIONS = {name: one for name, one in NAMES.items() if inspect.isfunction(one)}
PARTS = ("Hooks", "Contracts", "Functions and names")


def written(annotation: object) -> str:
    """A type as the page writes it, whose tables have no place for a bar."""
    text = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    return text.replace(" | ", " or ")


def default_of(value: Any) -> str:
    if value is attrs.NOTHING or value is inspect.Parameter.empty:
        return "–"
    if isinstance(value, attrs.Factory):  # type: ignore[arg-type]  # a class, whatever its stub says
        return "computed" if value.takes_self else f"`{value.factory()!r}`"
    if isinstance(value, enum.Enum):
        return f"`{type(value).__name__}.{value.name}`"
    return f"`{type(value).__name__}()`" if attrs.has(type(value)) else f"`{value!r}`".replace("'", '"')


def called(function: Any) -> str:
    """A function or method as it is called, with its arguments."""
    parameters = [one for one in inspect.signature(function).parameters.values() if one.name != "self"]
    return f"{function.__name__}({', '.join(f'{one.name}: {one.annotation}' for one in parameters)})"


def answer_of(function: Any) -> str:
    return written(inspect.signature(function).return_annotation)


def test_hooks() -> None:
    """Each hook with its arguments and what it gives."""
    told = {code(row["hook"]): code(row["gives"]) for row in table(PAGE, "Hooks")}
    hooks = [hook for name, hook in vars(Hooks).items() if name.startswith("orderkit_")]

    assert {called(hook): answer_of(hook) for hook in hooks} == told


def test_contracts() -> None:
    """Each method of each contract with its arguments and what it answers."""
    told = [
        (code(row["contract"]), code(row["method"]), code(row["answers"])) for row in table(PAGE, "Contracts")
    ]

    assert [
        (name, called(method), answer_of(method))
        for name, one in PROTOCOLS.items()
        for method in vars(one).values()
        if inspect.isfunction(method) and not method.__name__.startswith("_")
    ] == told


@pytest.mark.parametrize("name", CLASSES)
def test_classes(name: str) -> None:
    """Each field with what it holds and its default, in the order of the class; each has a meaning."""
    rows = table(PAGE, name)

    assert [
        (field.name, written(field.type), default_of(field.default)) for field in attrs.fields(CLASSES[name])
    ] == [(code(row["field"]), code(row["holds"]), row["default"]) for row in rows]
    assert all(row["meaning"] for row in rows)


@pytest.mark.parametrize("name", ENUMS)
def test_members(name: str) -> None:
    """Each member, in the order of the class."""
    assert [member.name for member in ENUMS[name]] == [code(row["member"]) for row in table(PAGE, name)]


def test_setting() -> None:
    """Each argument with what it holds and its default."""
    assert [
        (one.name, written(one.annotation), default_of(one.default))
        for one in inspect.signature(plugin.setting).parameters.values()
    ] == [(code(row["argument"]), code(row["holds"]), row["default"]) for row in table(PAGE, "setting")]


def test_functions() -> None:
    """Functions as they are called."""
    told = [code(row["name"]) for row in table(PAGE, "Functions and names")]

    for name, function in FUNCTIONS.items():
        if name != "setting":
            assert f"{called(function)} -> {answer_of(function)}" in told


def test_nothing_is_left_out() -> None:
    """Every name that `orderkit.plugin` offers has its place on the page."""
    content = (DOCS / PAGE).read_text(encoding="utf-8")
    headings = set(re.findall(r"^### (\w+)$", content, re.M))
    in_tables = {
        re.split(r"\W", code(next(iter(row.values()))))[0] for part in PARTS for row in table(PAGE, part)
    }

    assert set() == set(NAMES) - headings - in_tables
    assert f"version {plugin.API_VERSION} of its API" in content


def test_statuses() -> None:
    """Each status that a plugin can have."""
    assert list(get_args(Standing)) == [code(row["status"]) for row in table(PAGE, "Statuses")]


def test_options() -> None:
    """Each option of the command line with its variable."""
    options = [one for one in main.params if isinstance(one, click.Option) and one.envvar]

    assert {one.opts[0]: one.envvar for one in options} == {
        code(row["option of `orderkit`"]): code(row["variable"]) for row in table(PAGE, "The command line")
    }


def paths(value: object, path: str = "") -> set[str]:
    """Every name in a document, as the page writes them."""
    if isinstance(value, list):
        return {found for one in value for found in paths(one, f"{path}[]")}
    if not isinstance(value, dict):
        return set()
    here = {f"{path}.{name}".lstrip(".") for name in value}
    return here.union(*(paths(one, f"{path}.{name}".lstrip(".")) for name, one in value.items()))


def test_json() -> None:
    """Each name of the document."""
    shown = json.loads(CliRunner().invoke(main, ["plugins", "show", "flat-rate", "--json"]).stdout)
    told = {code(row["name"]) for row in table(PAGE, "JSON")}

    assert {*paths(shown), "plugins[].lost[].kind", "plugins[].lost[].code"} == told
    [kinds] = [row["holds"] for row in table(PAGE, "JSON") if row["name"] == "`plugins[].types[].kind`"]
    assert all(f"`{kind}`" in kinds for kind in get_args(TypeKind))
