"""Payments and refunds of which a provider may still say something new are found without looking at the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    _index("payments", "NOT offline AND attempt IN ('open', 'processing', 'unknown', 'superseded')")
    _index("refunds", "status IN ('requested', 'pending', 'unknown')")


def _index(table: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        f"orderkit_{table}_unsettled",
        f"orderkit_{table}",
        ["site_id", "id"],
        sqlite_where=condition,
        postgresql_where=condition,
    )
