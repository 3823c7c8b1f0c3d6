"""Whose each address of the storefront is. One that does not say so does not exist: the app refuses to start."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TypeVar

import attrs
from flask import Flask

from orderkit.errors import SettingsError
from orderkit_flask.shop.limits import RATES

V = TypeVar("V", bound=Callable[..., object])

OPEN = frozenset({"static"})
"""Styles and scripts: they hold no data."""


class Whose(enum.StrEnum):
    """Who reaches what an address shows or changes."""

    ANYBODY = "anybody"
    """It shows nothing of anybody, and makes at most something new."""
    VISITOR = "visitor"
    """The browser whose cookie it is: its own cart."""
    LINK = "link"
    """Whoever has the order's secret link."""
    CUSTOMER = "customer"
    """The customer who is logged in at the host: their own orders."""


@attrs.frozen
class Declared:
    """
    What a view says of itself.

    Attributes:
        act: What its requests are counted as, a name in `RATES`.
    """

    whose: Whose
    act: str


def whose(principal: str, act: str) -> Callable[[V], V]:
    """
    Declare whose a view is, and what its requests are counted as.

    Raises:
        SettingsError: One of the two is unknown.
    """
    if principal not in list(Whose) or act not in RATES:
        raise SettingsError(
            f"a view of the storefront is of {principal!r} and counted as {act!r}; known: {', '.join(Whose)}, "
            f"and {', '.join(RATES)}",
            code="unknown_principal",
        )

    def declare(view: V) -> V:
        view.__orderkit_whose__ = Declared(Whose(principal), act)  # type: ignore[attr-defined]  # a note on it
        return view

    return declare


def declared(view: object) -> Declared | None:
    """What a view says of itself; ``None`` if it says nothing."""
    return getattr(view, "__orderkit_whose__", None)


def require_declared(app: Flask, blueprint: str) -> None:
    """
    Refuse to start with an address that does not say whose it is.

    Raises:
        SettingsError: A route of *blueprint* declares nothing.
    """
    for rule in app.url_map.iter_rules():
        room, _, view = rule.endpoint.rpartition(".")
        if room == blueprint and view not in OPEN and declared(app.view_functions[rule.endpoint]) is None:
            raise SettingsError(
                f"route {rule.rule} ({rule.endpoint}) does not say whose it is; put @whose(…) on its view",
                code="principal_missing",
            )
