"""The inbox: what providers told, each event once; and refunds are found by what the provider calls them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.storage.partitioning import create_table
from orderkit.storage.types import Code, Document, Id, Moment

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    create_table(
        "orderkit_inbox",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("method_id", Id(), nullable=False),
        sa.Column("event_id", Code, nullable=False),
        sa.Column("copy", sa.String(32), nullable=False),
        sa.Column("digest", sa.String(32), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("asked", Code, nullable=False),
        sa.Column("reference", Code, nullable=False),
        sa.Column("payment_reference", Code, nullable=False),
        sa.Column("operation_id", Id()),
        sa.Column("told", Document),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("reason", Code),
        sa.Column("about_order", Id()),
        sa.Column("payment_id", Id()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", Moment()),
        _refers("method_id", "payment_methods"),
        _refers("about_order", "orders"),
        _refers("payment_id", "payments"),
        sa.PrimaryKeyConstraint("site_id", "id"),
        sa.UniqueConstraint(
            "site_id", "method_id", "event_id", "copy", name="orderkit_inbox_method_id_event_id_copy_key"
        ),
    )
    op.create_index("orderkit_inbox_received_at_id", "orderkit_inbox", ["site_id", "received_at", "id"])
    op.create_index("orderkit_inbox_about_order", "orderkit_inbox", ["site_id", "about_order"])
    is_open = sa.text("status IN ('received', 'parked')")
    op.create_index(
        "orderkit_inbox_open",
        "orderkit_inbox",
        ["site_id", "due_at", "id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index("orderkit_refunds_reference", "orderkit_refunds", ["site_id", "reference"])


def _refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = f"orderkit_{table}"
    return sa.ForeignKeyConstraint(["site_id", column], [f"{name}.site_id", f"{name}.id"])
