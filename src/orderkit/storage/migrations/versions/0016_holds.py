"""Money that is held: what of it may still be taken, and what providers were asked to do with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("orderkit_refunds", sa.Column("kind", sa.String(16), nullable=True))
    # In one statement: SQLite adds a CHECK only with its column. Nothing was held before.
    op.execute(
        "ALTER TABLE orderkit_payments ADD COLUMN capturable_minor BIGINT CHECK (capturable_minor > 0)"
    )
    condition = sa.text("capturable_minor IS NOT NULL")
    op.create_index(
        "orderkit_payments_held",
        "orderkit_payments",
        ["site_id", "id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
