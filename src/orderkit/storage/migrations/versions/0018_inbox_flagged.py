"""What people have to look into is counted on every page of the tab."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    is_flagged = sa.text("status = 'flagged'")
    op.create_index(
        "orderkit_inbox_flagged",
        "orderkit_inbox",
        ["site_id", "id"],
        sqlite_where=is_flagged,
        postgresql_where=is_flagged,
    )
