"""Subscribers: whom the outbox of each site has handed events to, so that no worker goes on without one of them."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

from orderkit.storage.partitioning import create_table
from orderkit.storage.types import Code

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    create_table(
        "orderkit_subscribers",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", Code, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["orderkit_sites.site_id"]),
        sa.PrimaryKeyConstraint("site_id", "name"),
    )
    handled = op.get_bind().execute(
        sa.text("SELECT DISTINCT site_id, CAST(handled AS TEXT) FROM orderkit_outbox")
    )
    known = sorted({(site_id, name) for site_id, names in handled for name in json.loads(names)})
    rows = [{"site_id": site_id, "name": name} for site_id, name in known]
    if rows:
        op.bulk_insert(sa.table("orderkit_subscribers", sa.column("site_id"), sa.column("name")), rows)
