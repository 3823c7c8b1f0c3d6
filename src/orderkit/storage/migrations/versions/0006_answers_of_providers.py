"""Payments keep what their provider answered: where the buyer goes on, and why money was not taken."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.storage.types import Code

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("orderkit_payments", sa.Column("url", sa.Text, nullable=True))
    op.add_column("orderkit_payments", sa.Column("reason", Code, nullable=True))
