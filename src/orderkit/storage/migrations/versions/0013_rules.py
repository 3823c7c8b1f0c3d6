"""Notification rules and price rules: which messages go by which channel, and which adjusters compute."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from orderkit.storage.partitioning import create_table
from orderkit.storage.types import Code, Document, Id

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    _create(
        "orderkit_notification_rules",
        sa.Column("channel", Code, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("messages", Document, nullable=False),
        sa.Column("language", sa.String(16), nullable=False),
        sa.Column("order_url", sa.Text(), nullable=False),
    )
    _create(
        "orderkit_price_rules",
        sa.Column("adjuster", Code, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
    )


def _create(name: str, *own: Any) -> None:
    create_table(
        name,
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *own,
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("settings", Document, nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["orderkit_sites.site_id"]),
        sa.PrimaryKeyConstraint("site_id", "id"),
    )
