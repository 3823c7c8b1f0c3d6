"""What was told of no payment that is known is counted before more of it is kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    is_of_nobody = sa.text("payment_id IS NULL")
    op.create_index(
        "orderkit_inbox_of_nobody",
        "orderkit_inbox",
        ["site_id", "method_id", "received_at"],
        sqlite_where=is_of_nobody,
        postgresql_where=is_of_nobody,
    )
