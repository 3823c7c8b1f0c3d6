"""The addresses of a blueprint, as its views list them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs
from flask import Blueprint


@attrs.frozen
class Route:
    """One address; its name is that of the endpoint."""

    path: str
    name: str
    view: Callable[..., Any]
    methods: tuple[str, ...] = ("GET",)


def add_routes(blueprint: Blueprint, routes: Iterable[Route]) -> None:
    """Give a blueprint its addresses."""
    for route in routes:
        blueprint.add_url_rule(route.path, route.name, route.view, methods=route.methods)
