"""The first tables, with text search and, where asked for, partitions by site."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from orderkit.storage.types import Code, Document, Id, Moment

revision = "0001"
down_revision = None

SITES = "orderkit_sites"


def upgrade() -> None:
    _create_tables()
    if op.get_bind().dialect.name == "postgresql":
        op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        op.execute("CREATE INDEX orderkit_details_search ON orderkit_details USING gin (search gin_trgm_ops)")
    else:
        _create_sqlite_search()


def _create(name: str, *parts: Any) -> None:
    """Create a table, divided into hash partitions by site if the upgrade asked for that."""
    partitions = context.config.attributes["partitions"] if name != SITES else 0
    options: dict[str, Any] = {"postgresql_partition_by": "HASH (site_id)"} if partitions else {}
    op.create_table(name, *parts, **options)
    for remainder in range(partitions):
        op.execute(
            f"CREATE TABLE {name}_p{remainder} PARTITION OF {name} "
            f"FOR VALUES WITH (MODULUS {partitions}, REMAINDER {remainder})"
        )


def _create_sqlite_search() -> None:
    """Details are only ever added or, on erasure, removed or blanked; three triggers keep the search table equal."""
    op.execute(
        "CREATE VIRTUAL TABLE orderkit_details_search USING fts5("
        "search, site_id UNINDEXED, details_id UNINDEXED, owner_id UNINDEXED, tokenize='trigram')"
    )
    added = (
        "INSERT INTO orderkit_details_search (search, site_id, details_id, owner_id) "
        "VALUES (new.search, new.site_id, new.id, new.owner_id);"
    )
    removed = "DELETE FROM orderkit_details_search WHERE site_id = old.site_id AND details_id = old.id;"
    for moment, work in (("INSERT", added), ("DELETE", removed), ("UPDATE", removed + added)):
        op.execute(
            f"CREATE TRIGGER orderkit_details_search_{moment.lower()} AFTER {moment} ON orderkit_details BEGIN {work} END"
        )


def _create_tables() -> None:
    _create(
        "orderkit_sites",
        sa.Column("site_id", sa.Integer(), nullable=False),
        sa.Column("code", Code, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("site_id"),
        sa.UniqueConstraint("code"),
    )
    _create(
        "orderkit_counters",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("series", Code, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["orderkit_sites.site_id"]),
        sa.PrimaryKeyConstraint("site_id", "series"),
    )
    _create(
        "orderkit_details",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("owner_id", Id(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["orderkit_sites.site_id"]),
        sa.PrimaryKeyConstraint("site_id", "id"),
    )
    op.create_index(
        "orderkit_details_owner_id_created_at", "orderkit_details", ["site_id", "owner_id", "created_at"]
    )
    _create(
        "orderkit_payment_methods",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("provider", Code, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("button", sa.Text(), nullable=False),
        sa.Column("pages", Document, nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["orderkit_sites.site_id"]),
        sa.PrimaryKeyConstraint("site_id", "id"),
    )
    _create(
        "orderkit_shipping_methods",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("carrier", Code, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("cost_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("needs_address", sa.Boolean(), nullable=False),
        sa.Column("tracking_url", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("cost_minor >= 0"),
        sa.ForeignKeyConstraint(["site_id"], ["orderkit_sites.site_id"]),
        sa.PrimaryKeyConstraint("site_id", "id"),
    )
    _create(
        "orderkit_contacts",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("details_id", Id(), nullable=True),
        sa.Column("source", Code, nullable=True),
        sa.Column("external_ref", Code, nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "details_id"], ["orderkit_details.site_id", "orderkit_details.id"]
        ),
        sa.ForeignKeyConstraint(["site_id"], ["orderkit_sites.site_id"]),
        sa.PrimaryKeyConstraint("site_id", "id"),
        sa.UniqueConstraint(
            "site_id", "source", "external_ref", name="orderkit_contacts_source_external_ref_key"
        ),
    )
    _create(
        "orderkit_orders",
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
        sa.ForeignKeyConstraint(
            ["site_id", "contact_id"], ["orderkit_contacts.site_id", "orderkit_contacts.id"]
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "payment_method_id"],
            ["orderkit_payment_methods.site_id", "orderkit_payment_methods.id"],
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "recipient_id"], ["orderkit_details.site_id", "orderkit_details.id"]
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "shipping_method_id"],
            ["orderkit_shipping_methods.site_id", "orderkit_shipping_methods.id"],
        ),
        sa.PrimaryKeyConstraint("site_id", "id"),
        sa.UniqueConstraint("site_id", "number", name="orderkit_orders_number_key"),
        sa.UniqueConstraint(
            "site_id", "source", "external_ref", name="orderkit_orders_source_external_ref_key"
        ),
    )
    op.create_index(
        "orderkit_orders_contact_id_created_at", "orderkit_orders", ["site_id", "contact_id", "created_at"]
    )
    op.create_index("orderkit_orders_created_at_id", "orderkit_orders", ["site_id", "created_at", "id"])
    op.create_index(
        "orderkit_orders_payment_method_id_created_at_id",
        "orderkit_orders",
        ["site_id", "payment_method_id", "created_at", "id"],
    )
    op.create_index(
        "orderkit_orders_payment_status_created_at_id",
        "orderkit_orders",
        ["site_id", "payment_status", "created_at", "id"],
    )
    op.create_index(
        "orderkit_orders_status_created_at_id", "orderkit_orders", ["site_id", "status", "created_at", "id"]
    )
    op.create_index("orderkit_orders_tracking_code", "orderkit_orders", ["site_id", "tracking_code"])
    _create(
        "orderkit_journal",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", Code, nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", Code, nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("subject_id", Id(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("order_id", Id(), nullable=True),
        sa.Column("contact_id", Id(), nullable=True),
        sa.Column("data", Document, nullable=False),
        sa.Column("key", Code, nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "contact_id"], ["orderkit_contacts.site_id", "orderkit_contacts.id"]
        ),
        sa.ForeignKeyConstraint(["site_id", "order_id"], ["orderkit_orders.site_id", "orderkit_orders.id"]),
        sa.PrimaryKeyConstraint("site_id", "id"),
        sa.UniqueConstraint("site_id", "key", name="orderkit_journal_key_key"),
        sa.UniqueConstraint(
            "site_id", "subject_id", "version", name="orderkit_journal_subject_id_version_key"
        ),
    )
    op.create_index(
        "orderkit_journal_contact_id_at_id", "orderkit_journal", ["site_id", "contact_id", "at", "id"]
    )
    op.create_index(
        "orderkit_journal_order_id_at_id", "orderkit_journal", ["site_id", "order_id", "at", "id"]
    )
    _create(
        "orderkit_order_lines",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("line_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("requires_delivery", sa.Boolean(), nullable=False),
        sa.Column("options", Document, nullable=True),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("page", sa.Text(), nullable=True),
        sa.CheckConstraint("quantity >= 1 AND unit_price_minor >= 0 AND amount_minor >= 0"),
        sa.ForeignKeyConstraint(["site_id", "order_id"], ["orderkit_orders.site_id", "orderkit_orders.id"]),
        sa.PrimaryKeyConstraint("site_id", "order_id", "line_id"),
    )
    _create(
        "orderkit_payments",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("method_id", Id(), nullable=True),
        sa.Column("offline", sa.Boolean(), nullable=False),
        sa.Column("attempt", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("captured_minor", sa.BigInteger(), nullable=False),
        sa.Column("refunded_minor", sa.BigInteger(), nullable=False),
        sa.Column("reserved_minor", sa.BigInteger(), nullable=False),
        sa.Column("reference", Code, nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "amount_minor >= 0 AND captured_minor >= 0 AND refunded_minor >= 0 AND reserved_minor >= 0"
        ),
        sa.CheckConstraint("refunded_minor + reserved_minor <= captured_minor"),
        sa.ForeignKeyConstraint(
            ["site_id", "method_id"], ["orderkit_payment_methods.site_id", "orderkit_payment_methods.id"]
        ),
        sa.ForeignKeyConstraint(["site_id", "order_id"], ["orderkit_orders.site_id", "orderkit_orders.id"]),
        sa.PrimaryKeyConstraint("site_id", "id"),
    )
    op.create_index("orderkit_payments_opened_at_id", "orderkit_payments", ["site_id", "opened_at", "id"])
    op.create_index("orderkit_payments_order_id", "orderkit_payments", ["site_id", "order_id"])
    _create(
        "orderkit_outbox",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("journal_id", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("event", Code, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("number", Code, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("payload", Document, nullable=False),
        sa.Column("due_at", Moment(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease", Id(), nullable=True),
        sa.Column("handled", Document, nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["site_id", "journal_id"], ["orderkit_journal.site_id", "orderkit_journal.id"]
        ),
        sa.PrimaryKeyConstraint("site_id", "id"),
        sa.UniqueConstraint("site_id", "journal_id", "event", name="orderkit_outbox_journal_id_event_key"),
    )
    op.create_index("orderkit_outbox_due_at", "orderkit_outbox", ["site_id", "due_at"])
    _create(
        "orderkit_refunds",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("payment_id", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("reference", Code, nullable=False),
        sa.Column("lines", Document, nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("amount_minor > 0"),
        sa.ForeignKeyConstraint(["site_id", "order_id"], ["orderkit_orders.site_id", "orderkit_orders.id"]),
        sa.ForeignKeyConstraint(
            ["site_id", "payment_id"], ["orderkit_payments.site_id", "orderkit_payments.id"]
        ),
        sa.PrimaryKeyConstraint("site_id", "id"),
    )
    op.create_index("orderkit_refunds_order_id", "orderkit_refunds", ["site_id", "order_id"])
    _create(
        "orderkit_money_facts",
        sa.Column("site_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("id", Id(), nullable=False),
        sa.Column("payment_id", Id(), nullable=False),
        sa.Column("order_id", Id(), nullable=False),
        sa.Column("refund_id", Id(), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("amount_minor > 0"),
        sa.ForeignKeyConstraint(["site_id", "order_id"], ["orderkit_orders.site_id", "orderkit_orders.id"]),
        sa.ForeignKeyConstraint(
            ["site_id", "payment_id"], ["orderkit_payments.site_id", "orderkit_payments.id"]
        ),
        sa.ForeignKeyConstraint(
            ["site_id", "refund_id"], ["orderkit_refunds.site_id", "orderkit_refunds.id"]
        ),
        sa.PrimaryKeyConstraint("site_id", "id"),
    )
    op.create_index("orderkit_money_facts_order_id", "orderkit_money_facts", ["site_id", "order_id"])
