"""Links: secret addresses under which whoever has one sees its order; only their hashes are stored."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.storage.partitioning import create_table
from orderkit.storage.types import Id, Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    create_table(
        "orderkit_order_links",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["site_id", "order_id"], ["orderkit_orders.site_id", "orderkit_orders.id"]),
        sa.PrimaryKeyConstraint("site_id", "token_hash"),
    )
    op.create_index("orderkit_order_links_order_id", "orderkit_order_links", ["site_id", "order_id"])
