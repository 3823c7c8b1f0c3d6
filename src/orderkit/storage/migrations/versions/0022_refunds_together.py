"""Which refunds were begun together and leave nothing paid, so that they lower the total where one of them fails."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.storage.types import Id

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("orderkit_refunds", sa.Column("together", Id(), nullable=True))
