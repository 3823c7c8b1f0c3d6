"""Which cancelling of an order is under way, so that it is gone on with, and people are locked out meanwhile."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.storage.types import Id

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("orderkit_orders", sa.Column("cancelling_id", Id(), nullable=True))
    condition = sa.text("cancelling_id IS NOT NULL")
    op.create_index(
        "orderkit_orders_cancelling",
        "orderkit_orders",
        ["site_id", "id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
