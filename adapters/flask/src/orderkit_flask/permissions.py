"""What a person may do in the tab. A view without a permission does not exist: the app refuses to start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from flask import Flask

from orderkit.errors import SettingsError
from orderkit_flask.words import mark

V = TypeVar("V", bound=Callable[..., object])

PERMISSIONS: Final[Mapping[str, str]] = {
    "orders.view": mark("viewing orders"),
    "contacts.view": mark("viewing contacts"),
}
"""Each permission the host's ``may`` is asked for, and what it allows in words."""


def needs(permission: str) -> Callable[[V], V]:
    """
    Declare the permission of a view.

    Raises:
        SettingsError: The permission is not in `PERMISSIONS`.
    """
    if permission not in PERMISSIONS:
        raise SettingsError(
            f"permission {permission!r} is unknown; known: {', '.join(PERMISSIONS)}",
            code="unknown_permission",
        )

    def declare(view: V) -> V:
        view.__orderkit_permission__ = permission  # type: ignore[attr-defined]  # a note on the function
        return view

    return declare


def permission_of(view: object) -> str | None:
    """The permission a view declares; ``None`` if it declares none."""
    return getattr(view, "__orderkit_permission__", None)


def require_permissions(app: Flask, blueprint: str) -> None:
    """
    Refuse to start with an unguarded route; the static files hold no data and are open.

    Raises:
        SettingsError: A route of *blueprint* declares no permission.
    """
    for rule in app.url_map.iter_rules():
        ours = rule.endpoint.startswith(f"{blueprint}.") and rule.endpoint != f"{blueprint}.static"
        if ours and permission_of(app.view_functions[rule.endpoint]) is None:
            raise SettingsError(
                f"route {rule.rule} ({rule.endpoint}) declares no permission; put @needs(…) on its view",
                code="permission_missing",
            )
