"""Which refunds were begun together and leave nothing paid, so that they lower the total where one of them fails.

And a hold names the method of its order, where nothing else does.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.storage.types import Id

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("orderkit_refunds", sa.Column("together", Id(), nullable=True))
    # What is being taken or released is held, too.
    op.execute(
        "UPDATE orderkit_orders SET payment_method_id = "
        "(SELECT method_id FROM orderkit_payments AS held WHERE held.site_id = orderkit_orders.site_id "
        "AND held.order_id = orderkit_orders.id AND (held.capturable_minor IS NOT NULL OR EXISTS "
        "(SELECT 1 FROM orderkit_refunds AS asked WHERE asked.site_id = held.site_id "
        "AND asked.payment_id = held.id AND asked.kind IS NOT NULL AND asked.status NOT IN ('settled', 'failed'))) "
        "ORDER BY held.position DESC LIMIT 1) "
        "WHERE payment_method_id IS NULL AND NOT payment_captured AND authorised_minor > 0"
    )
