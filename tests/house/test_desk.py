"""The page of the desk lists every verb there is, and no other."""

import inspect
import typing

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
