"""The page of the desk lists every verb there is, and no other."""

import inspect
import typing
from importlib import import_module
from pkgutil import iter_modules

import pytest

from orderkit import Desk
from tests.house.tables import code, table

SERVICES = (
    "orders",
    "payments",
    "operations",
    "webhooks",
    "messages",
    "contacts",
    "visitors",
    "carts",
    "shipping",
    "settings",
)


def test_every_verb_is_listed() -> None:
    """A host's developer finds here whatever a desk can do."""
    hints = typing.get_type_hints(Desk)
    public = {
        f"{service}.{name}"
        for service in SERVICES
        for name, member in vars(hints[service]).items()
        if inspect.isfunction(member) and not name.startswith("_")
    }
    cells = [row["verb"] for name in SERVICES for row in table("reference/desk.md", name.capitalize())]
    listed = [code(verb) for cell in cells for verb in cell.split(", ")]

    assert {"site", *SERVICES} == set(hints)
    assert sorted(public) == sorted(listed)


@pytest.mark.parametrize("service", ["orders", "carts", "settings"])
def test_every_verb_that_is_written_is_on_the_desk(service: str) -> None:
    """Of a service that is a folder: each function in it that has a `self`."""
    room = import_module(f"orderkit.services.{service}")
    parts = [import_module(f"{room.__name__}.{one.name}") for one in iter_modules(room.__path__)]
    written = {
        name: verb
        for part in parts
        if not part.__name__.endswith(".means")
        for name, verb in vars(part).items()
        if inspect.isfunction(verb) and verb.__module__ == part.__name__ and not name.startswith("_")
        if "self" in inspect.signature(verb).parameters
    }
    listed = vars(typing.get_type_hints(Desk)[service])

    assert written
    assert {} == {name: verb for name, verb in written.items() if listed.get(name) is not verb}
