"""What the admin configures: rows, each made of a type that a plugin brings, by its code, and with its settings."""

from __future__ import annotations

from typing import TypeAlias, TypeVar

from orderkit.domain.actor import Act
from orderkit.domain.change import Change, changed, created
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.rule import NotificationRule, PriceRule

Configured: TypeAlias = PaymentMethod | ShippingMethod | NotificationRule | PriceRule
C = TypeVar("C", PaymentMethod, ShippingMethod, NotificationRule, PriceRule)


def create(row: C, act: Act) -> Change[C]:
    """Begin to use a row."""
    return created(row, f"{row.noun}.created", act, row.snapshot())


def edit(before: C, after: C, act: Act) -> Change[C] | None:
    """Change a row; ``None`` if nothing differs."""
    return changed(before, after, f"{before.noun}.edited", act)
