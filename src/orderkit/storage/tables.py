"""
The tables. Every key and every index begins with `site_id`, so that one site cannot see another.

Personal data stands in `details` alone, in versions that are never changed; all else refers to it by id.
"""

from __future__ import annotations

import sqlalchemy as sa

from orderkit.storage.types import Code, Document, Id, Minor, Moment

PREFIX = "orderkit_"
PARTITIONED = (
    "counters",
    "details",
    "contacts",
    "visitors",
    "contact_links",
    "shipping_methods",
    "payment_methods",
    "notification_rules",
    "price_rules",
    "orders",
    "order_lines",
    "payments",
    "refunds",
    "money_facts",
    "journal",
    "outbox",
    "order_links",
    "subscribers",
    "inbox",
)
"""Tables that `orderkit db upgrade --partitions` divides by site on PostgreSQL: all but the list of sites."""

metadata = sa.MetaData()


def _table(name: str, *parts: sa.schema.SchemaItem) -> sa.Table:
    return sa.Table(PREFIX + name, metadata, _site(), *parts)


def _site() -> sa.Column[int]:
    return sa.Column("site_id", sa.Integer, primary_key=True, autoincrement=False)


def _id() -> sa.Column[object]:
    return sa.Column("id", Id, primary_key=True)


def _refers(column: str, table: str) -> sa.ForeignKeyConstraint:
    name = PREFIX + table
    return sa.ForeignKeyConstraint(["site_id", column], [f"{name}.site_id", f"{name}.id"])


def _of_site() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["site_id"], [f"{PREFIX}sites.site_id"])


def _index(table: str, *columns: str) -> sa.Index:
    return sa.Index(f"{PREFIX}{table}_{'_'.join(columns)}", "site_id", *columns)


def _index_of_some(table: str, some: str, condition: str, *columns: str) -> sa.Index:
    """An index of few rows of a large table, which costs the others nothing."""
    where = sa.text(condition)
    name = f"{PREFIX}{table}_{some}"
    return sa.Index(name, "site_id", *columns, sqlite_where=where, postgresql_where=where)


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint("site_id", *columns, name=f"{PREFIX}{table}_{'_'.join(columns)}_key")


sites = sa.Table(
    PREFIX + "sites",
    metadata,
    sa.Column("site_id", sa.Integer, primary_key=True),
    sa.Column("code", Code, nullable=False, unique=True),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
)

counters = _table(
    "counters",
    sa.Column("series", Code, primary_key=True),
    sa.Column("last", sa.BigInteger, nullable=False),
    _of_site(),
)

details = _table(
    "details",
    _id(),
    sa.Column("owner_id", Id, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("phone", sa.Text, nullable=False),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("city", sa.Text, nullable=False),
    sa.Column("postal_code", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("search", sa.Text, nullable=False),
    sa.Column("email_key", Code),
    sa.Column("phone_key", Code),
    sa.Column("name_key", Code),
    _of_site(),
    _index("details", "owner_id", "created_at"),
    _index("details", "email_key", "owner_id"),
    _index("details", "phone_key", "owner_id"),
    _index("details", "name_key", "owner_id"),
)

contacts = _table(
    "contacts",
    _id(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("details_id", Id),
    sa.Column("source", Code),
    sa.Column("external_ref", Code),
    _of_site(),
    _refers("details_id", "details"),
    _unique("contacts", "source", "external_ref"),
)

visitors = _table(
    "visitors",
    _id(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("token_hash", Code, nullable=False),
    sa.Column("contact_id", Id, nullable=False),
    sa.Column("customer", Code),
    _of_site(),
    _refers("contact_id", "contacts"),
    _unique("visitors", "token_hash"),
    _index("visitors", "customer"),
)

contact_links = _table(
    "contact_links",
    _id(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("contact_id", Id, nullable=False),
    sa.Column("other_id", Id, nullable=False),
    sa.Column("strength", sa.String(16), nullable=False),
    sa.Column("evidence", sa.String(16), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("ended_at", Moment),
    _refers("contact_id", "contacts"),
    _refers("other_id", "contacts"),
    _index("contact_links", "contact_id", "other_id"),
    _index("contact_links", "other_id"),
    sa.CheckConstraint("contact_id < other_id"),
)
_LIVE = contact_links.c.ended_at.is_(None)
sa.Index(
    f"{PREFIX}contact_links_live_key",
    contact_links.c.site_id,
    contact_links.c.contact_id,
    contact_links.c.other_id,
    unique=True,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)

shipping_methods = _table(
    "shipping_methods",
    _id(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("carrier", Code, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("needs_address", sa.Boolean, nullable=False),
    sa.Column("tracking_url", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("settings", Document, nullable=False),
    _of_site(),
)

payment_methods = _table(
    "payment_methods",
    _id(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("provider", Code, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("button", sa.Text, nullable=False),
    sa.Column("pages", Document, nullable=False),
    sa.Column("is_primary", sa.Boolean, nullable=False),
    sa.Column("offline", sa.Boolean, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("settings", Document, nullable=False),
    _of_site(),
)

notification_rules = _table(
    "notification_rules",
    _id(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("channel", Code, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("messages", Document, nullable=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("order_url", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("settings", Document, nullable=False),
    _of_site(),
)

price_rules = _table(
    "price_rules",
    _id(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("adjuster", Code, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("settings", Document, nullable=False),
    _of_site(),
)

orders = _table(
    "orders",
    _id(),
    sa.Column("number", Code, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("submitted_at", Moment),
    sa.Column("placed_at", Moment),
    sa.Column("shipped_at", Moment),
    sa.Column("delivered_at", Moment),
    sa.Column("cancelled_at", Moment),
    sa.Column("cancel_requested_at", Moment),
    sa.Column("cancelling_id", Id),
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("contact_id", Id, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("adjustments", Document),
    sa.Column("codes", Document),
    sa.Column("last_line_id", sa.Integer, nullable=False),
    sa.Column("cart_visitor", Id),
    sa.Column("requires_delivery", sa.Boolean, nullable=False),
    sa.Column("shipping_method_id", Id),
    sa.Column("delivery_cost_minor", Minor, nullable=False),
    sa.Column("tracking_code", Code),
    sa.Column("recipient_id", Id),
    sa.Column("total_minor", Minor, nullable=False),
    sa.Column("paid_minor", Minor, nullable=False),
    sa.Column("authorised_minor", Minor, nullable=False),
    sa.Column("retained_minor", Minor, nullable=False),
    sa.Column("payment_status", sa.String(24), nullable=False),
    sa.Column("fully_paid", sa.Boolean, nullable=False),
    sa.Column("payment_method_id", Id),
    sa.Column("payment_captured", sa.Boolean, nullable=False),
    sa.Column("source", Code),
    sa.Column("external_ref", Code),
    _refers("contact_id", "contacts"),
    _refers("cart_visitor", "visitors"),
    _refers("recipient_id", "details"),
    _refers("shipping_method_id", "shipping_methods"),
    _refers("payment_method_id", "payment_methods"),
    _unique("orders", "number"),
    _unique("orders", "cart_visitor"),
    _unique("orders", "source", "external_ref"),
    _index("orders", "created_at", "id"),
    _index("orders", "status", "created_at", "id"),
    _index("orders", "payment_status", "created_at", "id"),
    _index("orders", "payment_method_id", "created_at", "id"),
    _index("orders", "contact_id", "created_at"),
    _index("orders", "tracking_code"),
    _index_of_some("orders", "carts", "status IN ('created', 'payment')", "created_at", "id"),
    _index_of_some("orders", "cancel_requested", "cancel_requested_at IS NOT NULL", "created_at", "id"),
    _index_of_some("orders", "cancelling", "cancelling_id IS NOT NULL", "id"),
    sa.CheckConstraint("total_minor >= 0 AND total_minor < 9007199254740992"),
    sa.CheckConstraint("delivery_cost_minor >= 0"),
    sa.CheckConstraint("authorised_minor >= 0 AND retained_minor >= 0"),
)

order_lines = _table(
    "order_lines",
    sa.Column("order_id", Id, primary_key=True),
    sa.Column("line_id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("sku", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("unit_price_minor", Minor, nullable=False),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("amount_minor", Minor, nullable=False),
    sa.Column("requires_delivery", sa.Boolean, nullable=False),
    sa.Column("options", Document),
    sa.Column("image", sa.Text),
    sa.Column("page", sa.Text),
    sa.Column("tax_rate", sa.Integer),
    _refers("order_id", "orders"),
    sa.CheckConstraint("quantity >= 1 AND unit_price_minor >= 0 AND amount_minor >= 0"),
)

payments = _table(
    "payments",
    _id(),
    sa.Column("order_id", Id, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("method_id", Id),
    sa.Column("offline", sa.Boolean, nullable=False),
    sa.Column("attempt", sa.String(16), nullable=False),
    sa.Column("amount_minor", Minor, nullable=False),
    sa.Column("captured_minor", Minor, nullable=False),
    sa.Column("refunded_minor", Minor, nullable=False),
    sa.Column("reserved_minor", Minor, nullable=False),
    sa.Column("capturable_minor", Minor),
    sa.Column("reference", Code, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("reason", Code),
    sa.Column("opened_at", Moment, nullable=False),
    _refers("order_id", "orders"),
    _refers("method_id", "payment_methods"),
    _index("payments", "order_id"),
    _index("payments", "opened_at", "id"),
    _index("payments", "reference"),
    _index_of_some(
        "payments",
        "unsettled",
        "NOT offline AND attempt IN ('open', 'processing', 'unknown', 'superseded')",
        "id",
    ),
    sa.CheckConstraint(
        "amount_minor >= 0 AND captured_minor >= 0 AND refunded_minor >= 0 AND reserved_minor >= 0"
    ),
    _index_of_some("payments", "held", "capturable_minor IS NOT NULL", "id"),
    sa.CheckConstraint("refunded_minor + reserved_minor <= captured_minor"),
    sa.CheckConstraint("capturable_minor > 0"),
)

# What providers are asked to do with payments: refunds, for which the kind is left out, captures and voids.
refunds = _table(
    "refunds",
    _id(),
    sa.Column("payment_id", Id, nullable=False),
    sa.Column("order_id", Id, nullable=False),
    sa.Column("amount_minor", Minor, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("reference", Code, nullable=False),
    sa.Column("lines", Document),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("by_provider", sa.Boolean),
    sa.Column("lower_total", sa.Boolean),
    sa.Column("together", Id),
    sa.Column("failure", Code),
    sa.Column("kind", sa.String(16)),
    _refers("payment_id", "payments"),
    _refers("order_id", "orders"),
    _index("refunds", "order_id"),
    _index("refunds", "reference"),
    _index_of_some("refunds", "unsettled", "status IN ('requested', 'pending', 'unknown')", "id"),
    sa.CheckConstraint("amount_minor > 0"),
)

money_facts = _table(
    "money_facts",
    _id(),
    sa.Column("payment_id", Id, nullable=False),
    sa.Column("order_id", Id, nullable=False),
    sa.Column("refund_id", Id),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("amount_minor", Minor, nullable=False),
    sa.Column("at", Moment, nullable=False),
    _refers("payment_id", "payments"),
    _refers("order_id", "orders"),
    _refers("refund_id", "refunds"),
    _index("money_facts", "order_id"),
    sa.CheckConstraint("amount_minor > 0"),
)

journal = _table(
    "journal",
    _id(),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", Code, nullable=False),
    sa.Column("actor_kind", sa.String(16), nullable=False),
    sa.Column("actor_id", Code, nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("subject_id", Id),
    sa.Column("version", sa.Integer),
    sa.Column("order_id", Id),
    sa.Column("contact_id", Id),
    sa.Column("data", Document, nullable=False),
    sa.Column("key", Code),
    sa.Column("fingerprint", sa.String(64)),
    _refers("order_id", "orders"),
    _refers("contact_id", "contacts"),
    _unique("journal", "subject_id", "version"),
    _unique("journal", "key"),
    _index("journal", "order_id", "at", "id"),
    _index("journal", "contact_id", "at", "id"),
    _index_of_some("journal", "visits", "kind = 'visit'", "at"),
)

outbox = _table(
    "outbox",
    _id(),
    sa.Column("journal_id", Id, nullable=False),
    sa.Column("order_id", Id, nullable=False),
    sa.Column("event", Code, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("number", Code, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("payload", Document, nullable=False),
    sa.Column("due_at", Moment),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("lease", Id),
    sa.Column("handled", Document, nullable=False),
    sa.Column("error", sa.Text),
    _refers("journal_id", "journal"),
    _unique("outbox", "journal_id", "event"),
    _index("outbox", "due_at"),
)

order_links = _table(
    "order_links",
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("order_id", Id, nullable=False),
    sa.Column("at", Moment, nullable=False),
    _refers("order_id", "orders"),
    _index("order_links", "order_id"),
)

subscribers = _table("subscribers", sa.Column("name", Code, primary_key=True), _of_site())

inbox = _table(
    "inbox",
    _id(),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("method_id", Id, nullable=False),
    sa.Column("event_id", Code, nullable=False),
    sa.Column("copy", sa.String(32), nullable=False),
    sa.Column("digest", sa.String(32), nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("asked", Code, nullable=False),
    sa.Column("reference", Code, nullable=False),
    sa.Column("payment_reference", Code, nullable=False),
    sa.Column("operation_id", Id),
    sa.Column("told", Document),
    sa.Column("answered", Document),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("reason", Code),
    sa.Column("about_order", Id),
    sa.Column("payment_id", Id),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("due_at", Moment),
    _refers("method_id", "payment_methods"),
    _refers("about_order", "orders"),
    _refers("payment_id", "payments"),
    _unique("inbox", "method_id", "event_id", "copy"),
    _index("inbox", "received_at", "id"),
    _index("inbox", "about_order"),
    _index("inbox", "method_id", "reference"),
    _index_of_some("inbox", "open", "status IN ('received', 'parked')", "due_at", "id"),
    _index_of_some("inbox", "flagged", "status = 'flagged'", "id"),
    _index_of_some("inbox", "of_nobody", "payment_id IS NULL", "method_id", "received_at"),
)
