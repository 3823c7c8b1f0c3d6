"""Visitors, the slot each has for a cart, and an index of what pages they look at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from orderkit.storage.partitioning import create_table
from orderkit.storage.types import Code, Document, Id, Moment

revision = "0005"
down_revision = "0004"

ORDERS = "orderkit_orders"


def upgrade() -> None:
    create_table(
        "orderkit_visitors",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("token_hash", Code, nullable=False),
        sa.Column("contact_id", Id(), nullable=False),
        sa.Column("customer", Code, nullable=True),
        sa.ForeignKeyConstraint(["site_id"], ["orderkit_sites.site_id"]),
        sa.ForeignKeyConstraint(
            ["site_id", "contact_id"], ["orderkit_contacts.site_id", "orderkit_contacts.id"]
        ),
        sa.PrimaryKeyConstraint("site_id", "id"),
        sa.UniqueConstraint("site_id", "token_hash", name="orderkit_visitors_token_hash_key"),
    )
    op.create_index("orderkit_visitors_customer", "orderkit_visitors", ["site_id", "customer"])
    visits = sa.text("kind = 'visit'")
    op.create_index(
        "orderkit_journal_visits",
        "orderkit_journal",
        ["site_id", "at"],
        sqlite_where=visits,
        postgresql_where=visits,
    )
    if op.get_bind().dialect.name == "postgresql":
        op.add_column(ORDERS, sa.Column("cart_visitor", Id(), nullable=True))
        op.create_unique_constraint("orderkit_orders_cart_visitor_key", ORDERS, ["site_id", "cart_visitor"])
        op.create_foreign_key(
            None,
            ORDERS,
            "orderkit_visitors",
            ["site_id", "cart_visitor"],
            ["site_id", "id"],
        )
    else:
        _make_orders_anew()


def _make_orders_anew() -> None:
    """SQLite adds no key to a table that is there."""
    new = op.create_table(
        f"{ORDERS}_new",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("number", Code, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("placed_at", Moment(), nullable=True),
        sa.Column("shipped_at", Moment(), nullable=True),
        sa.Column("delivered_at", Moment(), nullable=True),
        sa.Column("cancelled_at", Moment(), nullable=True),
        sa.Column("contact_id", Id(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("adjustments", Document, nullable=True),
        sa.Column("last_line_id", sa.Integer(), nullable=False),
        sa.Column("cart_visitor", Id(), nullable=True),
        sa.Column("requires_delivery", sa.Boolean(), nullable=False),
        sa.Column("shipping_method_id", Id(), nullable=True),
        sa.Column("delivery_cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("tracking_code", Code, nullable=True),
        sa.Column("recipient_id", Id(), nullable=True),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("paid_minor", sa.BigInteger(), nullable=False),
        sa.Column("authorised_minor", sa.BigInteger(), nullable=False),
        sa.Column("retained_minor", sa.BigInteger(), nullable=False),
        sa.Column("payment_status", sa.String(length=24), nullable=False),
        sa.Column("fully_paid", sa.Boolean(), nullable=False),
        sa.Column("payment_method_id", Id(), nullable=True),
        sa.Column("payment_captured", sa.Boolean(), nullable=False),
        sa.Column("source", Code, nullable=True),
        sa.Column("external_ref", Code, nullable=True),
        sa.CheckConstraint("authorised_minor >= 0 AND retained_minor >= 0"),
        sa.CheckConstraint("delivery_cost_minor >= 0"),
        sa.CheckConstraint("total_minor >= 0 AND total_minor < 9007199254740992"),
        *_foreign_keys(),
        sa.PrimaryKeyConstraint("site_id", "id"),
        sa.UniqueConstraint("site_id", "number", name="orderkit_orders_number_key"),
        sa.UniqueConstraint("site_id", "cart_visitor", name="orderkit_orders_cart_visitor_key"),
        sa.UniqueConstraint(
            "site_id", "source", "external_ref", name="orderkit_orders_source_external_ref_key"
        ),
    )
    columns = ", ".join(column.name for column in new.columns if column.name != "cart_visitor")
    op.execute(f"INSERT INTO {ORDERS}_new ({columns}) SELECT {columns} FROM {ORDERS}")
    op.drop_table(ORDERS)
    op.rename_table(f"{ORDERS}_new", ORDERS)
    for indexed in (
        ("contact_id", "created_at"),
        ("created_at", "id"),
        ("payment_method_id", "created_at", "id"),
        ("payment_status", "created_at", "id"),
        ("status", "created_at", "id"),
        ("tracking_code",),
    ):
        op.create_index(f"{ORDERS}_{'_'.join(indexed)}", ORDERS, ["site_id", *indexed])


def _foreign_keys() -> list[sa.ForeignKeyConstraint]:
    named = {
        "contact_id": "contacts",
        "cart_visitor": "visitors",
        "payment_method_id": "payment_methods",
        "recipient_id": "details",
        "shipping_method_id": "shipping_methods",
    }
    return [
        sa.ForeignKeyConstraint(["site_id", column], [f"orderkit_{table}.site_id", f"orderkit_{table}.id"])
        for column, table in named.items()
    ]
