"""Whole orders and contacts from their tables, many at once, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias
from uuid import UUID

import attrs
import sqlalchemy as sa

from orderkit.domain.contact import Contact
from orderkit.domain.delivery import Recipient
from orderkit.domain.order import Order
from orderkit.storage import restoring, tables

_o, _c, _d = tables.orders.c, tables.contacts.c, tables.details.c

Rows: TypeAlias = list[sa.RowMapping]
OrderRows: TypeAlias = tuple[sa.RowMapping, Rows, Rows, Rows, Rows]


def load_orders(
    connection: sa.Connection, site_id: int, condition: sa.ColumnElement[bool], limit: int | None = None
) -> Iterator[Order]:
    """
    Orders with all that belongs to them, by id, in at most five statements.

    The order's row is read first: should somebody change the order meanwhile, a later save of it is refused as stale.
    """
    return (restoring.order(*rows) for rows in order_rows(connection, site_id, condition, limit))


def order_rows(
    connection: sa.Connection, site_id: int, condition: sa.ColumnElement[bool], limit: int | None = None
) -> Iterator[OrderRows]:
    """What `restoring.order` makes an order of: its row with the recipient, lines, payments, facts, refunds."""
    query = _ORDERS.where(_o.site_id == site_id, condition)
    rows = connection.execute(query.limit(limit) if limit else query).mappings().all()
    if not rows:
        return
    asked = {"site": site_id, "ids": [row["id"] for row in rows]}
    lines, payments = _parts(connection, _LINES, asked), _parts(connection, _PAYMENTS, asked)
    facts = _parts(connection, _FACTS, asked) if payments else {}
    refunds = _parts(connection, _REFUNDS, asked) if payments else {}
    for row in rows:
        id = row["id"]
        yield row, lines.get(id, []), payments.get(id, []), facts.get(id, []), refunds.get(id, [])


def load_contacts(
    connection: sa.Connection, site_id: int, *conditions: sa.ColumnElement[bool]
) -> list[Contact]:
    """Contacts with their newest details, in one statement."""
    rows = connection.execute(contacts_where(site_id, *conditions)).mappings()
    return [restoring.contact(row) for row in rows]


def contacts_where(site_id: int, *conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """What `restoring.contact` makes contacts of: their rows with the newest details."""
    return _CONTACTS.where(_c.site_id == site_id, *conditions)


def _parts(
    connection: sa.Connection, query: sa.Select[Any], asked: dict[str, Any]
) -> dict[UUID, list[sa.RowMapping]]:
    found: dict[UUID, list[sa.RowMapping]] = {}
    for row in connection.execute(query, asked).mappings():
        found.setdefault(row["order_id"], []).append(row)
    return found


def _orders() -> sa.Select[Any]:
    recipient = sa.and_(_d.site_id == _o.site_id, _d.id == _o.recipient_id)
    names = [_d[attribute.name] for attribute in attrs.fields(Recipient)]
    joined = tables.orders.outerjoin(tables.details, recipient)
    return sa.select(tables.orders, *names).select_from(joined).order_by(_o.id)


def _of_orders(table: sa.Table, order_by: sa.ColumnElement[Any]) -> sa.Select[Any]:
    of_orders = table.c.order_id.in_(sa.bindparam("ids", expanding=True))
    return sa.select(table).where(table.c.site_id == sa.bindparam("site"), of_orders).order_by(order_by)


# Made once: to put a statement together costs as much as to run it.
_ORDERS = _orders()
_CONTACTS = sa.select(tables.contacts, _d.name, _d.email, _d.phone).outerjoin(
    tables.details, sa.and_(_d.site_id == _c.site_id, _d.id == _c.details_id)
)
_LINES = _of_orders(tables.order_lines, tables.order_lines.c.position)
_PAYMENTS = _of_orders(tables.payments, tables.payments.c.position)
_FACTS = _of_orders(tables.money_facts, tables.money_facts.c.id)
_REFUNDS = _of_orders(tables.refunds, tables.refunds.c.id)
