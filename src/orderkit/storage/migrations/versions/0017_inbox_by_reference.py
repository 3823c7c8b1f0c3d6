"""What was told is found by what the provider calls the payment or refund that it is about."""

from __future__ import annotations

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_index(
        "orderkit_inbox_method_id_reference", "orderkit_inbox", ["site_id", "method_id", "reference"]
    )
