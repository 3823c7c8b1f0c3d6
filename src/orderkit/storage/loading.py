"""Whole orders from their tables, many at once, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.delivery import Recipient
from orderkit.domain.order import Order
from orderkit.storage import records, tables

_o, _d = tables.orders.c, tables.details.c

Rows: TypeAlias = list[sa.RowMapping]
OrderRows: TypeAlias = tuple[sa.RowMapping, Rows, Rows, Rows, Rows]


def load_orders(
    connection: sa.Connection, site_id: int, condition: sa.ColumnElement[bool], limit: int | None = None
) -> Iterator[Order]:
    """
    Orders with all that belongs to them, by id, in at most five statements.

    The order's row is read first: should somebody change the order meanwhile, a later save of it is refused as stale.
    """
    return (records.order(*rows) for rows in order_rows(connection, site_id, condition, limit))


def order_rows(
    connection: sa.Connection, site_id: int, condition: sa.ColumnElement[bool], limit: int | None = None
) -> Iterator[OrderRows]:
    """The rows that `records.order` makes an order of: its own with its recipient, lines, payments, facts, refunds."""
    recipient = sa.and_(_d.site_id == _o.site_id, _d.id == _o.recipient_id)
    names = [_d[attribute.name] for attribute in attrs.fields(Recipient)]
    query = (
        sa.select(tables.orders, *names)
        .select_from(tables.orders.outerjoin(tables.details, recipient))
        .where(_o.site_id == site_id, condition)
        .order_by(_o.id)
    )
    rows = connection.execute(query.limit(limit) if limit else query).mappings().all()
    if not rows:
        return
    ids = [row["id"] for row in rows]
    lines = _by_order(connection, tables.order_lines, site_id, ids, tables.order_lines.c.position)
    payments = _by_order(connection, tables.payments, site_id, ids, tables.payments.c.position)
    facts = (
        _by_order(connection, tables.money_facts, site_id, ids, tables.money_facts.c.id) if payments else {}
    )
    refunds = _by_order(connection, tables.refunds, site_id, ids, tables.refunds.c.id) if payments else {}
    for row in rows:
        id = row["id"]
        yield row, lines.get(id, []), payments.get(id, []), facts.get(id, []), refunds.get(id, [])


def _by_order(
    connection: sa.Connection,
    table: sa.Table,
    site_id: int,
    ids: Iterable[UUID],
    order_by: sa.ColumnElement[Any],
) -> dict[UUID, list[sa.RowMapping]]:
    query = (
        sa.select(table).where(table.c.site_id == site_id, table.c.order_id.in_(list(ids))).order_by(order_by)
    )
    found: dict[UUID, list[sa.RowMapping]] = {}
    for row in connection.execute(query).mappings():
        found.setdefault(row["order_id"], []).append(row)
    return found
