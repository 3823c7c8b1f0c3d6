"""What a provider answered when it was asked about what it told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.storage.types import Document

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("orderkit_inbox", sa.Column("answered", Document, nullable=True))
