"""Payments are found by the beginning of the provider's identifier."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("orderkit_payments_reference", "orderkit_payments", ["site_id", "reference"])
