"""Refunds that a provider is asked for: how far they have come, and what they do to the total then."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.storage.types import Code

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("orderkit_refunds", sa.Column("by_provider", sa.Boolean, nullable=True))
    op.add_column("orderkit_refunds", sa.Column("lower_total", sa.Boolean, nullable=True))
    op.add_column("orderkit_refunds", sa.Column("failure", Code, nullable=True))
