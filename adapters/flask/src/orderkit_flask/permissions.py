"""What a person may do in the tab. A view without a permission does not exist: the app refuses to start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from flask import Flask

from orderkit.errors import SettingsError
from orderkit_flask.words import mark

OPEN = frozenset({"static", "htmx"})
"""Views that hold no data and are open to all."""

V = TypeVar("V", bound=Callable[..., object])

PERMISSIONS: Final[Mapping[str, str]] = {
    "orders.view": mark("viewing orders"),
    "orders.create": mark("creating orders"),
    "orders.status": mark("changing the status of orders"),
    "orders.reopen": mark("taking orders back that were sent, delivered or cancelled"),
    "orders.cancel": mark("cancelling orders"),
    "orders.delivery": mark("changing the delivery of orders"),
    "orders.contents": mark("changing the contents of orders"),
    "orders.link": mark("making links to orders for clients"),
    "orders.note": mark("writing notes on orders"),
    "orders.message": mark("sending messages about orders again"),
    "orders.export": mark("saving the list of orders as a file"),
    "contacts.view": mark("viewing contacts"),
    "contacts.edit": mark("changing contacts"),
    "contacts.link": mark("saying which contacts are one person"),
    "payments.view": mark("viewing payments"),
    "money.record": mark("recording payments"),
    "money.refund": mark("giving money back"),
    "settings.view": mark("viewing methods of delivery and payment, notifications, discounts and taxes"),
    "settings.edit": mark("changing methods of delivery and payment, notifications, discounts and taxes"),
}
"""Each permission the host's ``may`` is asked for, and what it allows in words."""


def sight(permission: str) -> str:
    """The permission to see what *permission* is about; every answer of its views shows that."""
    noun = permission.partition(".")[0]
    return "orders.view" if noun == "money" else f"{noun}.view"


class DeniedError(Exception):
    """The person of this request lacks a permission; the tab answers with a page that names it."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.permission = permission


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
    Refuse to start with an unguarded route; style sheets and scripts hold no data and are open.

    Raises:
        SettingsError: A route of *blueprint* declares no permission.
    """
    for rule in app.url_map.iter_rules():
        room, _, view = rule.endpoint.rpartition(".")
        if (
            room == blueprint
            and view not in OPEN
            and permission_of(app.view_functions[rule.endpoint]) is None
        ):
            raise SettingsError(
                f"route {rule.rule} ({rule.endpoint}) declares no permission; put @needs(…) on its view",
                code="permission_missing",
            )
