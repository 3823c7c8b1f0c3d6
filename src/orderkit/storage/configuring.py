"""The rows that the admin configures: between their classes and their tables, whose columns are called alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import sqlalchemy as sa

from orderkit.domain.configuring import C, Configured
from orderkit.domain.method import PaymentMethod, ShippingMethod
from orderkit.domain.rule import NotificationRule, PriceRule
from orderkit.storage import tables

TABLES: Mapping[type[Configured], sa.Table] = {
    ShippingMethod: tables.shipping_methods,
    PaymentMethod: tables.payment_methods,
    NotificationRule: tables.notification_rules,
    PriceRule: tables.price_rules,
}


def _all(table: sa.Table) -> sa.Select[Any]:
    first = [table.c.is_primary.desc()] if "is_primary" in table.c else []
    query = sa.select(table).where(table.c.site_id == sa.bindparam("site"))
    return query.order_by(*first, table.c.position, table.c.title)


# Made once: to put a statement together costs as much as to run it, and rules are read with every change of a price.
_ALL: Mapping[type[Configured], sa.Select[Any]] = {of: _all(table) for of, table in TABLES.items()}


def load(connection: sa.Connection, site_id: int, of: type[C]) -> list[C]:
    """All rows of one class, switched off ones included, in order of display."""
    rows = connection.execute(_ALL[of], {"site": site_id}).mappings().all()
    return [restored(of, row) for row in rows]


def restored(of: type[Configured], row: sa.RowMapping) -> Any:
    """What a row of that class holds."""
    fields: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.items()
    }
    del fields["site_id"]
    return of(**fields)


def row_of(site_id: int, configured: Configured) -> dict[str, Any]:
    """As it is stored."""
    fields = {field.name: getattr(configured, field.name) for field in attrs.fields(type(configured))}
    plain = {name: list(value) if isinstance(value, tuple) else value for name, value in fields.items()}
    return {"site_id": site_id, **plain, "settings": dict(configured.settings)}
