"""Orders remember when they were last changed, and when their buyer asked for them to be cancelled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.storage.types import Moment

revision = "0008"
down_revision = "0007"

ORDERS = "orderkit_orders"


def upgrade() -> None:
    op.add_column(ORDERS, sa.Column("cancel_requested_at", Moment(), nullable=True))
    # Whoever reads it finds the journal's moment: the default is there for SQLite alone, which adds no column without.
    default = "1970-01-01 00:00:00.000000"
    op.add_column(ORDERS, sa.Column("changed_at", Moment(), nullable=False, server_default=default))
    op.execute(
        f"UPDATE {ORDERS} SET changed_at = coalesce("
        "(SELECT at FROM orderkit_journal AS entry WHERE entry.site_id = orderkit_orders.site_id "
        "AND entry.subject_id = orderkit_orders.id AND entry.version = orderkit_orders.version), created_at)"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(ORDERS, "changed_at", server_default=None)
    _index("orderkit_orders_carts", "status IN ('created', 'payment')")
    _index("orderkit_orders_cancel_requested", "cancel_requested_at IS NOT NULL")


def _index(name: str, where: str) -> None:
    condition = sa.text(where)
    columns = ["site_id", "created_at", "id"]
    op.create_index(name, ORDERS, columns, sqlite_where=condition, postgresql_where=condition)
