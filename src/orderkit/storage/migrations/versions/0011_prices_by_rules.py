"""Lines remember their rate of tax, orders the promo codes that were entered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.storage.types import Document

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("orderkit_order_lines", sa.Column("tax_rate", sa.Integer(), nullable=True))
    op.add_column("orderkit_orders", sa.Column("codes", Document, nullable=True))
