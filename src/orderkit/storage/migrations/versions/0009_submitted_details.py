"""Orders remember when their buyer submitted the details: who receives these goods, and how."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.storage.types import Moment

revision = "0009"
down_revision = "0008"

ORDERS = "orderkit_orders"
GIVEN = ("order.created", "order.imported", "cart.details_submitted")
OUTDATED = ("cart.line_added", "cart.line_removed", "cart.quantity_changed")


def upgrade() -> None:
    op.add_column(ORDERS, sa.Column("submitted_at", Moment(), nullable=True))
    # A cart whose goods were changed after its details were given is filled in anew, wherever it stands.
    op.execute(
        f"UPDATE {ORDERS} SET submitted_at = "
        f"(SELECT CASE WHEN kind IN {GIVEN} THEN at END FROM orderkit_journal AS entry "
        f"WHERE entry.site_id = {ORDERS}.site_id AND entry.subject_id = {ORDERS}.id "
        f"AND kind IN {GIVEN + OUTDATED} ORDER BY entry.version DESC LIMIT 1) "
        "WHERE status IN ('created', 'payment') AND placed_at IS NULL"
    )
