"""Tables that a later migration adds, divided by site as the first ones were."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op


def create_table(name: str, *parts: Any) -> None:
    """Create a table, in as many hash partitions by site as the table of orders has; for migrations."""
    partitions = _partitions(op.get_bind())
    options: dict[str, Any] = {"postgresql_partition_by": "HASH (site_id)"} if partitions else {}
    op.create_table(name, *parts, **options)
    for remainder in range(partitions):
        op.execute(
            f"CREATE TABLE {name}_p{remainder} PARTITION OF {name} "
            f"FOR VALUES WITH (MODULUS {partitions}, REMAINDER {remainder})"
        )


def _partitions(connection: sa.Connection) -> int:
    """How many the first migration was asked for; 0 where there are none."""
    if connection.dialect.name != "postgresql":
        return 0
    counted = sa.text("SELECT count(*) FROM pg_inherits WHERE inhparent = 'orderkit_orders'::regclass")
    return int(connection.execute(counted).scalar_one())
